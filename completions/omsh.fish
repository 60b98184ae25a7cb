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
complete -c omsh -n "__fish_omsh_needs_command" -f -a "subnets" -d 'List subnets: ranges, sizes, and how many addresses are in use'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "pools" -d 'Show how full pools, shared networks and everything together are'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "leases" -d 'List leases: the current one of each address, the newest last'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "hosts" -d 'List reservations, of dhcpd.conf and those made over OMAPI'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "find" -d 'Find whatever a word is: its host, lease, pool and subnet, and why it gets what it gets'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "map" -d 'Draw a subnet: a cell for each address, by its state'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "free" -d 'List addresses that nobody has: not leased, not reserved, not abandoned'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "watch" -d 'Follow the lease file: a line for each change, until Ctrl-C'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "conf" -d 'Look at dhcpd.conf: check it, show it, or tell which options a host or an address gets'
complete -c omsh -n "__fish_omsh_needs_command" -f -a "rehearse" -d 'Try a script on a copy of the server\'s state, or serve the copy to clients'
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand subnets" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
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
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -l color -d 'Colours: on a terminal unless NO_COLOR is set, always, or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s 4 -d 'The DHCPv4 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s 6 -d 'The DHCPv6 server\'s files'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l conf -d 'The server\'s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places' -r -F
complete -c omsh -n "__fish_omsh_using_subcommand conf; and __fish_seen_subcommand_from options" -l leases -d 'The server\'s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places' -r -F
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
