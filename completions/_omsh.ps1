
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
            [CompletionResult]::new('rehearse', 'rehearse', [CompletionResultType]::ParameterValue, 'Try a script on a copy of the server''s state, or serve the copy to clients')
            break
        }
        'omsh;rehearse' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'Begin with what this dhcpd.conf says, files that it includes too')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'Begin with what this dhcpd.leases says')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Show the outcome as text or as one JSON document')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Serve clients here until a signal or a client ends it; port 0 is any free one')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Write every message down, at the end of FILE or, for -, to stderr')
            [CompletionResult]::new('--write-leases', '--write-leases', [CompletionResultType]::ParameterName, 'Write what dhcpd would write to its lease file, block by block')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Drop clients that leave a greeting or a message unfinished for so long')
            [CompletionResult]::new('--lenient', '--lenient', [CompletionResultType]::ParameterName, 'Go on without blocks of the lease file that cannot be read, and say which')
            [CompletionResult]::new('--like-dhcpd-limits', '--like-dhcpd-limits', [CompletionResultType]::ParameterName, 'Reset the connection of a client that has more than 4,048 bytes of requests waiting')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
