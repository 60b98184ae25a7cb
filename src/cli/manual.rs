//! What the man pages say beyond the options.

/// A part of the man page.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// In capitals, as man pages have them.
    pub title: &'static str,
    /// Paragraphs, a line each. `* TERM: TEXT` is an item under its term, and a line that begins
    /// with a tab is printed as it stands.
    pub body: &'static str,
}

/// The parts of omsh(1), in order.
pub const SHELL: &[Section] = &[
    Section {
        title: "COMMANDS",
        body: "\
A line is a command. Words are separated by white space, # begins a comment, and commands are known in any case.
* port N | SERVICE: The server's OMAPI port, by number or by the name of a TCP service. The default is 7911.
* server HOST: The server's name or address. The default is 127.0.0.1.
* key-algorithm NAME: hmac-md5 (the default), hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384 or hmac-sha512.
* key NAME SECRET: The key of omapi-key in dhcpd.conf; the secret is base64.
* connect: Connects, and asks the server for the key if there is one. A wrong secret shows only with the first \
request.
* disconnect: Ends the connection. The object stays.
* new TYPE: Begins an object: host, lease, group, class, subclass, control.
* set NAME = VALUE: Sets an attribute of the object here. VALUE is \"text\", a number, dotted decimal bytes \
(10.1.1.5) or colon-separated hexadecimal bytes (52:54:0:aa:bb:cc).
* unset NAME: Makes an attribute null.
* open: Looks the object up by the attributes that were set, and shows all of its attributes.
* create: Makes the object.
* update: Sends the attributes that were set since the object was opened.
* refresh: Asks for the object's attributes again.
* remove: Removes the object from the server.
* close: Forgets the object here.
* help, ?: Lists the commands.
* quit, exit: Leave, as does the end of the input.
The attributes of each type are in dhcpd(8), under THE LEASE OBJECT and the like.",
    },
    Section {
        title: "EXIT STATUS",
        body: "\
When it reads stdin and --strict is not given, omsh exits with 0 whatever happened, as omshell does. Otherwise:
* 0: Everything was done.
* 1: The server refused a request.
* 2: Usage or syntax; a file that cannot be read, output that cannot be written.
* 3: No connection, a lost one, or a time-out.
* 4: Authentication: the server does not know the key or the secret, wants a key, or its answers cannot be believed.
With -c and -f the status is that of the first line that failed; the lines after it are run all the same, unless \
--strict is given.",
    },
    Section {
        title: "ENVIRONMENT",
        body: "\
* OMSH_TIMEOUT: As --timeout.
* OMSH_STRICT: As --strict, when it is neither empty nor 0, no, false or off.
* OMSH_TRACE: As --trace=FILE; - is stderr.
They reach programs that start omshell themselves, such as Foreman's smart proxy.",
    },
    Section {
        title: "DIFFERENCES",
        body:
            "\
Without -c and -f, omsh prints the same bytes to stdout and stderr as ISC's omshell 4.4, exits with the same status \
and has the same effects on the server, for every line that omshell accepts, but for these, which are on purpose:
* 1: A line may have any length up to 16 MiB, and is one command. omshell cuts lines into pieces of 1,023 bytes and \
runs each.
* 2: server takes dotted names, IPv6 addresses and quoted text. port refuses a number that is no port, with the \
reason on stderr.
* 3: A quoted key name is taken.
* 4: Every wait is bounded by the time-out, that for a server told to shut down by 20 seconds at least; omshell waits \
for ever. A last line that is a key line without a newline \
comes to an end too, and so does what follows a connect that failed while there was another connection: that \
connection is left, and requests fail.
* 5: quit and exit leave. To omshell they are unknown.
* 6: Arguments are options. Under the name omshell, what is no option of ours gets omshell's answer, Usage: omshell \
with exit status 1, and so do -h and -V. An option or a variable of ours with a value that cannot be used is named on \
stderr, with exit status 2.
* 7: Once a key is in use, an answer that is unsigned, wrongly signed or under another key ends the connection. \
omshell believes unsigned answers.
* 8: A server that is killed in mid-answer, a reset and a time-out are reported once, in the words that omshell uses \
for a lost connection, and the shell goes on. Where omshell has no words for the reason, a sentence on stderr gives it.",
    },
    Section {
        title: "SECURITY",
        body: "\
OMAPI signs requests and answers but encrypts nothing: who can read the network reads everything but the secret. A \
secret is never an option, since the arguments of a program are there for all users to see: write the key line into \
a file that only its owner can read, and give it to -f or to stdin. -c shows its lines to all users of the machine, so \
a key does not belong there. Secrets and signatures never appear in what --trace writes.",
    },
    Section {
        title: "EXAMPLES",
        body: "\
Look up a host, with the key line in a file that only its owner can read:
\t(cat /etc/dhcp/omapi.key; echo 'connect
\tnew host
\tset name = \"web1\"
\topen') | omsh -f -
Make one, and know whether it worked:
\tomsh --strict -f - <<'EOF' || echo 'not made' >&2
\tkey omapi_key c2VjcmV0LXNlY3JldC1zZWNyZXQ=
\tconnect
\tnew host
\tset name = \"web1\"
\tset hardware-address = 52:54:00:aa:bb:cc
\tset hardware-type = 1
\tset ip-address = 10.1.1.77
\tcreate
\tEOF",
    },
    Section { title: "SEE ALSO", body: "omsh-rehearse(1), omshell(1), dhcpd(8), dhcpd.conf(5), dhcpd.leases(5)" },
];

/// The parts of omsh-rehearse(1), in order.
pub const REHEARSE: &[Section] = &[
    Section {
        title: "SCRIPTS",
        body: "\
What the script prints comes first, as omsh prints it without -c and -f. Then comes what would change: each object \
that dhcpd would write to its lease file, as added, changed, removed, added and removed, or rewritten as it was; and \
each line that would fail, with the reason.
With --output json all of it is one document with these members:
* output, errors: What the script prints to stdout and to stderr.
* changes: A list of objects with kind (host, group, class, subclass, lease), name, change, before and declaration. \
The last two are the blocks that the lease file would have had for the object before, which is null for one that was \
not there, and has at the end.
* refusals: A list of objects with line and text.
* shut_down: Whether the server was told to shut down.
With --listen the document has changes and shut_down alone, and comes after the line with the address.
Without --conf the server is empty and asks for no key; sentences on stderr say that, and when dhcpd.conf has no \
omapi-port. What is on stdin is named stdin in errors.",
    },
    Section {
        title: "SERVING",
        body: "\
With --listen, clients of all kinds can connect, many at once: tests of a program that speaks OMAPI need neither \
dhcpd nor root. Keys are those of dhcpd.conf; omapi-key makes one of them required. The first line of stdout is the \
address with the port. SIGINT, SIGTERM and a client that tells the server to shut down end it; then everything that \
clients changed is printed.
A client that leaves its greeting or a message unfinished for longer than the time-out, or does not take its answers, \
is dropped; one that says nothing between messages is not. There is room for 4,096 clients at once.",
    },
    Section {
        title: "DIFFERENCES",
        body: "\
A rehearsal answers as dhcpd 4.4.3 does, oddities included, and writes the same blocks, but for these:
* 1: A message under a key that is in use but without a signature is refused with invalid TSIG key, and then the \
connection ends, as it does after a wrong signature. dhcpd takes the former, and after the latter lets the client go on.
* 2: A connection with more than 4,048 bytes of requests waiting is not reset, unless --like-dhcpd-limits is given.
* 3: Told to shut down, a rehearsal ends at once. dhcpd lives on for some seconds.
* 4: Requests that dhcpd does not survive, such as a subclass whose name is null, are refused with invalid argument.
* 5: There is no DHCP: leases change by OMAPI and by the clock only. Failover peers stay in the state that the lease \
file has. Statements on expiry and on release are not executed. Host names in fixed-address are not looked up.
* 6: Interfaces are those of this machine, and all are up. One that a client makes is found afterwards; in dhcpd it is \
not.
* 7: The partner-address and local-address of a failover-state are addresses. dhcpd sends bytes of its own memory.
* 8: Statements of more than 256 KiB, and all that clients set beyond 256 MiB, every copy of it counted, are refused \
with no resources. Values of more than 1,000 parts do not parse.
* 9: A last block of the lease file that has no end is left out, with a remark: the server that was writing it knows all \
of it. dhcpd takes what there is of it.
* 10: A dhcpd.conf whose ranges have more than 4,194,304 addresses is refused.",
    },
    Section {
        title: "EXIT STATUS",
        body: "\
* 0: Every line would succeed; with --listen, the server was ended.
* 1: A line would be refused, or means nothing.
* 2: Usage; a file that cannot be read or has a mistake, which is shown with file, line and column; an address that \
cannot be listened on; output that cannot be written.",
    },
    Section {
        title: "EXAMPLES",
        body: "\
What would this script do to the server as it is now?
\tomsh rehearse --conf /etc/dhcp/dhcpd.conf --leases /var/lib/dhcp/dhcpd.leases script
Run it only if every line would succeed:
\tomsh rehearse --conf /etc/dhcp/dhcpd.conf --leases /var/lib/dhcp/dhcpd.leases script >/dev/null &&
\t    omsh -f script
A server to test a client against:
\tomsh rehearse --listen 127.0.0.1:0 --conf dhcpd.conf --log -",
    },
    Section { title: "SEE ALSO", body: "omsh(1), dhcpd(8), dhcpd.conf(5), dhcpd.leases(5)" },
];
