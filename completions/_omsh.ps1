
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
            [CompletionResult]::new('subnets', 'subnets', [CompletionResultType]::ParameterValue, 'List subnets: ranges, sizes, and how many addresses are in use')
            [CompletionResult]::new('pools', 'pools', [CompletionResultType]::ParameterValue, 'Show how full pools, shared networks and everything together are')
            [CompletionResult]::new('leases', 'leases', [CompletionResultType]::ParameterValue, 'List leases: the current one of each address, the newest last')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'List reservations, of dhcpd.conf and those made over OMAPI')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Find whatever a word is: its host, lease, pool and subnet, and why it gets what it gets')
            [CompletionResult]::new('map', 'map', [CompletionResultType]::ParameterValue, 'Draw a subnet: a cell for each address, by its state')
            [CompletionResult]::new('free', 'free', [CompletionResultType]::ParameterValue, 'List addresses that nobody has: not leased, not reserved, not abandoned')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follow the lease file: a line for each change, until Ctrl-C')
            [CompletionResult]::new('conf', 'conf', [CompletionResultType]::ParameterValue, 'Look at dhcpd.conf: check it, show it, or tell which options a host or an address gets')
            [CompletionResult]::new('rehearse', 'rehearse', [CompletionResultType]::ParameterValue, 'Try a script on a copy of the server''s state, or serve the copy to clients')
            break
        }
        'omsh;subnets' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;pools' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--warning', '--warning', [CompletionResultType]::ParameterName, 'Exit with 1 when a pool or shared network is as full as that, as Nagios wants it')
            [CompletionResult]::new('--critical', '--critical', [CompletionResultType]::ParameterName, 'Exit with 2 when one is as full as that')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omsh;leases' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'All that the lease file has to say about each address, oldest first')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omsh;hosts' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omsh;find' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;map' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'In the terminal, or as SVG for a report')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;free' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'So many; exit with 1 when there are fewer')
            [CompletionResult]::new('--pool', '--pool', [CompletionResultType]::ParameterName, 'In the ranges of pools, outside of them, or both')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('--ping', '--ping', [CompletionResultType]::ParameterName, 'Leave out those that answer a ping')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;watch' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'omsh;conf' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say whether dhcpd.conf is sound, and what is in it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show dhcpd.conf as it is understood, with all that it includes')
            [CompletionResult]::new('options', 'options', [CompletionResultType]::ParameterValue, 'Tell which options a host or an address gets, and where each is said')
            break
        }
        'omsh;conf;check' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;conf;show' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'omsh;conf;options' {
            [CompletionResult]::new('--conf', '--conf', [CompletionResultType]::ParameterName, 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places')
            [CompletionResult]::new('--leases', '--leases', [CompletionResultType]::ParameterName, 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: on a terminal unless NO_COLOR is set, always, or never')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is shown')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns in this order, or all; + before the first adds to what is shown without it')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order by these columns, downwards where - is before a name')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'No more than so many rows')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'The DHCPv4 server''s files')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'The DHCPv6 server''s files')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Times in this machine''s time zone, not in UTC')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
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
