# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_omsh_global_optspecs
    string join \n c/command= f/file= strict timeout= trace= h/help V/version
end

function __fish_omsh_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_omsh_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_omsh_using_subcommand
    set -l cmd (__fish_omsh_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c omsh -n "__fish_omsh_needs_command" -s c -l command -d 'Run these lines, without prompts and status' -r
complete -c omsh -n "__fish_omsh_needs_command" -s f -l file -d 'Run the lines of FILE, without prompts and status; - is stdin' -r -F
complete -c omsh -n "__fish_omsh_needs_command" -l timeout -d 'Wait no longer for a connection, and for each answer' -r
complete -c omsh -n "__fish_omsh_needs_command" -l trace -d 'Write every message down, to stderr or to FILE; secrets and signatures are left out' -r -F
complete -c omsh -n "__fish_omsh_needs_command" -l strict -d 'Stop at the first failure, with an exit status that says of which kind it is'
complete -c omsh -n "__fish_omsh_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_needs_command" -s V -l version -d 'Print version'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "rehearse" -d 'Try a script on a copy of the server\'s state, or serve the copy to clients'
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l conf -d 'Begin with what this dhcpd.conf says, files that it includes too' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l leases -d 'Begin with what this dhcpd.leases says' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l output -d 'Show the outcome as text or as one JSON document' -r -f -a "text\t''
json\t''"
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l listen -d 'Serve clients here until a signal or a client ends it; port 0 is any free one' -r
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l log -d 'Write every message down, at the end of FILE or, for -, to stderr' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l write-leases -d 'Write what dhcpd would write to its lease file, block by block' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l timeout -d 'Drop clients that leave a greeting or a message unfinished for so long' -r
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l lenient -d 'Go on without blocks of the lease file that cannot be read, and say which'
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -l like-dhcpd-limits -d 'Reset the connection of a client that has more than 4,048 bytes of requests waiting'
complete -c omsh -n "__fish_omsh_using_subcommand rehearse" -s h -l help -d 'Print help (see more with \'--help\')'
