complete -c omsh -s c -l command -d 'Run these lines, without prompts and status' -r
complete -c omsh -s f -l file -d 'Run the lines of FILE, without prompts and status; - is stdin' -r -F
complete -c omsh -l timeout -d 'Wait no longer for a connection, and for each answer' -r
complete -c omsh -l trace -d 'Write every message down, to stderr or to FILE; secrets and signatures are left out' -r -F
complete -c omsh -l strict -d 'Stop at the first failure, with an exit status that says of which kind it is'
complete -c omsh -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -s V -l version -d 'Print version'
