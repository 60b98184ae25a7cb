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
complete -c omsh -n "__fish_omsh_needs_command" -f -a "host" -d 'Add, show, change, rename and remove hosts on a live server'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "lease" -d 'Show leases of a live server, and change their state'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "group" -d 'Add, show, change and remove named groups on a live server'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "class" -d 'Show classes of a live server'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "subclass" -d 'Add, show and remove subclasses on a live server'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "failover" -d 'Show failover relations of a live server, and set its state'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "control" -d 'Shut a live server down'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "raw" -d 'Open, create, update, refresh and remove objects of any type, attribute by attribute'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "subnets" -d 'List subnets: ranges, sizes, and how many addresses are in use'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "pools" -d 'Show how full pools, shared networks and everything together are'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "leases" -d 'List leases: the current one of each address, the newest last'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "hosts" -d 'List reservations, of dhcpd.conf and those made over OMAPI'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "find" -d 'Find whatever a word is: its host, lease, pool and subnet, and why it gets what it gets'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "map" -d 'Draw a subnet: a cell for each address, by its state'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "free" -d 'List addresses that nobody has: not leased, not reserved, not abandoned'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "watch" -d 'Follow the lease file: a line for each change, until Ctrl-C'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "conf" -d 'Look at dhcpd.conf: check it, show it, or tell which options a host or an address gets'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "check" -d 'Go through the set-up step by step, and say what is right and what to do'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "keygen" -d 'Make a key for OMAPI: a key file, and the lines for dhcpd.conf'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "profile" -d 'List, show, try and import profiles'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "rehearse" -d 'Try a script on a copy of the server\'s state, or serve the copy to clients'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "add" -d 'Add a host'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "show" -d 'Show a host'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "set" -d 'Change what is named of a host, and leave the rest'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "ensure" -d 'Bring a host to the wanted state, and say whether anything changed'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "rename" -d 'Give a host another name'
complete -c omsh -n "__fish_omsh_using_subcommand host; and not __fish_seen_subcommand_from add show set ensure rename remove" -f -a "remove" -d 'Remove a host'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l mac -d 'Its hardware address, in any usual spelling; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l hardware-type -d 'The type of the hardware address: ethernet, token-ring, fddi, infiniband or a number' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l ip -d 'Its fixed address; may be repeated, and none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l client-id -d 'Its client identifier: text, octets such as 01:52:54:…, text:… or hex:…; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l group -d 'The group whose statements it has; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l known -d 'Send `known`, which dhcpd 4.4 takes and does not keep' -r -f -a "yes\t''
no\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l option -d 'A DHCP option, such as routers=10.1.1.1 or domain-name=example.org; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l filename -d 'The boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l next-server -d 'The server of the boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l statements -d 'Statements as in dhcpd.conf; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l if-exists -d 'What to do when there is a host of that name already' -r -f -a "fail\t''
skip\t''
replace\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l resolve -d 'Look up host names that stand for addresses'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l full -d 'Also its group and statements, out of the server\'s files: OMAPI does not tell them'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l mac -d 'Its hardware address, in any usual spelling; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l hardware-type -d 'The type of the hardware address: ethernet, token-ring, fddi, infiniband or a number' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l ip -d 'Its fixed address; may be repeated, and none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l client-id -d 'Its client identifier: text, octets such as 01:52:54:…, text:… or hex:…; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l group -d 'The group whose statements it has; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l known -d 'Send `known`, which dhcpd 4.4 takes and does not keep' -r -f -a "yes\t''
no\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l option -d 'A DHCP option, such as routers=10.1.1.1 or domain-name=example.org; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l filename -d 'The boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l next-server -d 'The server of the boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l statements -d 'Statements as in dhcpd.conf; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l resolve -d 'Look up host names that stand for addresses'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l mac -d 'Its hardware address, in any usual spelling; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l hardware-type -d 'The type of the hardware address: ethernet, token-ring, fddi, infiniband or a number' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l ip -d 'Its fixed address; may be repeated, and none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l client-id -d 'Its client identifier: text, octets such as 01:52:54:…, text:… or hex:…; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l group -d 'The group whose statements it has; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l known -d 'Send `known`, which dhcpd 4.4 takes and does not keep' -r -f -a "yes\t''
no\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l option -d 'A DHCP option, such as routers=10.1.1.1 or domain-name=example.org; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l filename -d 'The boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l next-server -d 'The server of the boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l statements -d 'Statements as in dhcpd.conf; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l resolve -d 'Look up host names that stand for addresses'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from ensure" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l missing-ok -d 'That there is no such host is as good as having removed it'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand host; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -f -a "show" -d 'Show a lease'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -f -a "release" -d 'Release a lease, as if its client had given it back'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -f -a "reserve" -d 'Keep a lease for its client'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -f -a "abandon" -d 'Mark an address as one not to be used'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and not __fish_seen_subcommand_from show release reserve abandon free" -f -a "free" -d 'Make an address nobody\'s'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l off -d 'Keep it no longer'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from reserve" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from abandon" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand lease; and __fish_seen_subcommand_from free" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand group; and not __fish_seen_subcommand_from add show set remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand group; and not __fish_seen_subcommand_from add show set remove" -f -a "add" -d 'Add a group'
complete -c omsh -n "__fish_omsh_using_subcommand group; and not __fish_seen_subcommand_from add show set remove" -f -a "show" -d 'Show a group'
complete -c omsh -n "__fish_omsh_using_subcommand group; and not __fish_seen_subcommand_from add show set remove" -f -a "set" -d 'Give a group other statements, by making it anew'
complete -c omsh -n "__fish_omsh_using_subcommand group; and not __fish_seen_subcommand_from add show set remove" -f -a "remove" -d 'Remove a group'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l option -d 'A DHCP option, such as routers=10.1.1.1 or domain-name=example.org; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l filename -d 'The boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l next-server -d 'The server of the boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l statements -d 'Statements as in dhcpd.conf; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l resolve -d 'Look up host names that stand for addresses'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l option -d 'A DHCP option, such as routers=10.1.1.1 or domain-name=example.org; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l filename -d 'The boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l next-server -d 'The server of the boot file' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l statements -d 'Statements as in dhcpd.conf; none for none' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l resolve -d 'Look up host names that stand for addresses'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l force -d 'Although hosts may have it: dhcpd cannot read its lease file then'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l force -d 'Although hosts may have it: dhcpd cannot read its lease file then'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand group; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand class; and not __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand class; and not __fish_seen_subcommand_from show" -f -a "show" -d 'Show a class'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand class; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and not __fish_seen_subcommand_from add show remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and not __fish_seen_subcommand_from add show remove" -f -a "add" -d 'Add a subclass'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and not __fish_seen_subcommand_from add show remove" -f -a "show" -d 'Show a subclass'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and not __fish_seen_subcommand_from add show remove" -f -a "remove" -d 'Remove a subclass'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand subclass; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and not __fish_seen_subcommand_from show set-state" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and not __fish_seen_subcommand_from show set-state" -f -a "show" -d 'Show a failover relation, as each partner sees it'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and not __fish_seen_subcommand_from show set-state" -f -a "set-state" -d 'Set the state that a server takes itself to be in'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand failover; and __fish_seen_subcommand_from set-state" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand control; and not __fish_seen_subcommand_from shutdown" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand control; and not __fish_seen_subcommand_from shutdown" -f -a "shutdown" -d 'Shut dhcpd down'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l yes -d 'Do not ask; needed where there is no terminal'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand control; and __fish_seen_subcommand_from shutdown" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -f -a "open" -d 'Look an object up'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -f -a "create" -d 'Make an object'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -f -a "update" -d 'Change an object'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -f -a "refresh" -d 'Look an object up, and ask for it once more by its handle'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and not __fish_seen_subcommand_from open create update refresh remove" -f -a "remove" -d 'Remove an object'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from open" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l set -d 'What it gets; may be repeated' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Ask the server and show before and after, but change nothing'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand raw; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''
prometheus\t''"
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l warning -d 'Exit with 1 when a pool or shared network is as full as that, as Nagios wants it' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l critical -d 'Exit with 2 when one is as full as that' -r
complete -c omsh -n "__fish_omsh_using_subcommand pools" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand pools" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand pools" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand pools" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand leases" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand leases" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand leases" -l history -d 'All that the lease file has to say about each address, oldest first'
complete -c omsh -n "__fish_omsh_using_subcommand leases" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand hosts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand find" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand find" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand find" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand find" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand find" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand find" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand find" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand find" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand find" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand find" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand find" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand find" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand map" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand map" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand map" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand map" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand map" -l output -d 'In the terminal, or as SVG for a report' -r -f -a "table\t''
svg\t''"
complete -c omsh -n "__fish_omsh_using_subcommand map" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand map" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand map" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand free" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand free" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand free" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand free" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand free" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand free" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand free" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand free" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand free" -s n -d 'So many; exit with 1 when there are fewer' -r
complete -c omsh -n "__fish_omsh_using_subcommand free" -l pool -d 'In the ranges of pools, outside of them, or both' -r -f -a "in\t''
out\t''
any\t''"
complete -c omsh -n "__fish_omsh_using_subcommand free" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand free" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand free" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand free" -l ping -d 'Leave out those that answer a ping'
complete -c omsh -n "__fish_omsh_using_subcommand free" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand watch" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand watch" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand watch" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and not __fish_seen_subcommand_from check show options" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and not __fish_seen_subcommand_from check show options" -f -a "check" -d 'Say whether dhcpd.conf is sound, and what is in it'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and not __fish_seen_subcommand_from check show options" -f -a "show" -d 'Show dhcpd.conf as it is understood, with all that it includes'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and not __fish_seen_subcommand_from check show options" -f -a "options" -d 'Tell which options a host or an address gets, and where each is said'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l sort -d 'Order by these columns, downwards where - is before a name' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l limit -d 'No more than so many rows' -r
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand check" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand check" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand check" -l server -d 'The server. Without it OMSH_SERVER, the profile, or 127.0.0.1' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l port -d 'Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l key-file -d 'The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand check" -l profile -d 'The profile of config.toml that is meant. Without it OMSH_PROFILE, or default' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l peer -d 'Of two failover partners in the profile: first, second or both' -r -f -a "first\t''
second\t''
both\t''"
complete -c omsh -n "__fish_omsh_using_subcommand check" -l timeout -d 'Wait no longer for a connection, and for each answer; 10 unless said' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l trace -d 'Write every message down, to stderr or to FILE; secrets are left out' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand check" -l conf -d 'The server\'s dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand check" -l leases -d 'The server\'s dhcpd.leases, for what OMAPI does not tell' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand check" -l user -d 'Also whether that account can read the files, and execute /usr/bin/omshell' -r
complete -c omsh -n "__fish_omsh_using_subcommand check" -l proxy -d 'Also whether these settings of Foreman\'s smart proxy, dhcp_isc.yml, are what dhcpd has' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand check" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand check" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand check" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand check" -l allow-readable-key -d 'Take a key file that all users of this machine can read'
complete -c omsh -n "__fish_omsh_using_subcommand check" -l explain -d 'Say on stderr which setting came from where'
complete -c omsh -n "__fish_omsh_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c omsh -n "__fish_omsh_using_subcommand keygen" -l algorithm -d 'One of hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512' -r
complete -c omsh -n "__fish_omsh_using_subcommand keygen" -l key-file -d 'The file to write, of mode 600; without it NAME.key here' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand keygen" -l force -d 'Replace a key file that is there'
complete -c omsh -n "__fish_omsh_using_subcommand keygen" -l show-secret -d 'Show the key itself instead of the line that includes it'
complete -c omsh -n "__fish_omsh_using_subcommand keygen" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and not __fish_seen_subcommand_from list show test import" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and not __fish_seen_subcommand_from list show test import" -f -a "list" -d 'List the profiles of config.toml'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and not __fish_seen_subcommand_from list show test import" -f -a "show" -d 'Show a profile'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and not __fish_seen_subcommand_from list show test import" -f -a "test" -d 'Connect as a profile says, and try its key'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and not __fish_seen_subcommand_from list show test import" -f -a "import" -d 'Make a profile of another program\'s settings'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l output -d 'How it is shown' -r -f -a "table\t''
plain\t''
json\t''
jsonl\t''
csv\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l columns -d 'These columns in this order, or all; + before the first adds to what is shown without it' -r
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l name -d 'The profile\'s name' -r
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l local -d 'Times in this machine\'s time zone, not in UTC'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Nothing on stdout: the exit status tells'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Tell each step on stderr'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -l force -d 'Replace a key file that is there'
complete -c omsh -n "__fish_omsh_using_subcommand profile; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
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
