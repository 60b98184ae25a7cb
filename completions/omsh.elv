
use builtin;
use str;

set edit:completion:arg-completer[omsh] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'omsh'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'omsh'= {
            cand -c 'Run these lines, without prompts and status'
            cand --command 'Run these lines, without prompts and status'
            cand -f 'Run the lines of FILE, without prompts and status; - is stdin'
            cand --file 'Run the lines of FILE, without prompts and status; - is stdin'
            cand --timeout 'Wait no longer for a connection, and for each answer'
            cand --trace 'Write every message down, to stderr or to FILE; secrets and signatures are left out'
            cand --strict 'Stop at the first failure, with an exit status that says of which kind it is'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand subnets 'List subnets: ranges, sizes, and how many addresses are in use'
            cand pools 'Show how full pools, shared networks and everything together are'
            cand leases 'List leases: the current one of each address, the newest last'
            cand hosts 'List reservations, of dhcpd.conf and those made over OMAPI'
            cand find 'Find whatever a word is: its host, lease, pool and subnet, and why it gets what it gets'
            cand map 'Draw a subnet: a cell for each address, by its state'
            cand free 'List addresses that nobody has: not leased, not reserved, not abandoned'
            cand watch 'Follow the lease file: a line for each change, until Ctrl-C'
            cand conf 'Look at dhcpd.conf: check it, show it, or tell which options a host or an address gets'
            cand rehearse 'Try a script on a copy of the server''s state, or serve the copy to clients'
        }
        &'omsh;subnets'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;pools'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand --output 'How it is shown'
            cand --warning 'Exit with 1 when a pool or shared network is as full as that, as Nagios wants it'
            cand --critical 'Exit with 2 when one is as full as that'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omsh;leases'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand --history 'All that the lease file has to say about each address, oldest first'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omsh;hosts'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omsh;find'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;map'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'In the terminal, or as SVG for a report'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;free'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -n 'So many; exit with 1 when there are fewer'
            cand --pool 'In the ranges of pools, outside of them, or both'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand --ping 'Leave out those that answer a ping'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;watch'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omsh;conf'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand check 'Say whether dhcpd.conf is sound, and what is in it'
            cand show 'Show dhcpd.conf as it is understood, with all that it includes'
            cand options 'Tell which options a host or an address gets, and where each is said'
        }
        &'omsh;conf;check'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;conf;show'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'omsh;conf;options'= {
            cand --conf 'The server''s dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places'
            cand --leases 'The server''s dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places'
            cand --color 'Colours: on a terminal unless NO_COLOR is set, always, or never'
            cand --output 'How it is shown'
            cand --columns 'These columns in this order, or all; + before the first adds to what is shown without it'
            cand --sort 'Order by these columns, downwards where - is before a name'
            cand --limit 'No more than so many rows'
            cand -4 'The DHCPv4 server''s files'
            cand -6 'The DHCPv6 server''s files'
            cand --local 'Times in this machine''s time zone, not in UTC'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'omsh;rehearse'= {
            cand --conf 'Begin with what this dhcpd.conf says, files that it includes too'
            cand --leases 'Begin with what this dhcpd.leases says'
            cand --output 'Show the outcome as text or as one JSON document'
            cand --listen 'Serve clients here until a signal or a client ends it; port 0 is any free one'
            cand --log 'Write every message down, at the end of FILE or, for -, to stderr'
            cand --write-leases 'Write what dhcpd would write to its lease file, block by block'
            cand --timeout 'Drop clients that leave a greeting or a message unfinished for so long'
            cand --lenient 'Go on without blocks of the lease file that cannot be read, and say which'
            cand --like-dhcpd-limits 'Reset the connection of a client that has more than 4,048 bytes of requests waiting'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
