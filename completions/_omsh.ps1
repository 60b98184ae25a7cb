
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'omsh' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'omsh'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'omsh' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Run these lines, without prompts and status')
            [CompletionResult]::new('--command', '--command', [CompletionResultType]::ParameterName, 'Run these lines, without prompts and status')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Run the lines of FILE, without prompts and status; - is stdin')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Run the lines of FILE, without prompts and status; - is stdin')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait no longer for a connection, and for each answer')
            [CompletionResult]::new('--trace', '--trace', [CompletionResultType]::ParameterName, 'Write every message down, to stderr or to FILE; secrets and signatures are left out')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first failure, with an exit status that says of which kind it is')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
