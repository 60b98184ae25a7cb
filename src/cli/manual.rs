//! The man pages, and what they say beyond the options.

use std::borrow::Cow;

use clap::Command;

use crate::render::Column;

use crate::commands::bulk::export as exported;
use crate::commands::{browse as browsed, live as lived};
use crate::repl::words;

use super::{browse, bulk, command, export, live, rehearse, setup};

/// A man page.
#[derive(Debug)]
pub struct Page {
    /// Its name, without the number of its part.
    pub name: String,
    /// The command that it is about.
    pub command: Command,
    /// What it says beyond the options.
    pub sections: Vec<Section>,
}

/// All of them.
pub fn pages() -> Vec<Page> {
    let page = |name: &str, command: Command, sections: &[Section]| Page {
        name: name.to_owned(),
        command: command.name(name.to_owned()),
        sections: sections.to_vec(),
    };
    let mut pages = vec![
        page("omsh", command(), SHELL),
        Page { sections: interactive(), ..page("omsh-shell", terminal_overview(), &[]) },
        page("omsh-rehearse", rehearse::command().after_help(""), REHEARSE),
        Page { sections: with_columns(BROWSE, browsed::COLUMNS), ..page("omsh-browse", browse::overview(), &[]) },
        Page {
            sections: with_all_columns(export::MANUAL, &exported::columns()),
            ..page("omsh-export", export::command().after_help(""), &[])
        },
        Page { sections: with_columns(LIVE, lived::COLUMNS), ..page("omsh-live", live::overview(), &[]) },
    ];
    let all = browse::commands().into_iter().map(|command| (command, BROWSING_COMMAND));
    let all = all.chain(live::commands().into_iter().map(|command| match command.get_name() {
        "apply" => (command, bulk::APPLY),
        "diff" => (command, bulk::DIFF),
        _ => (command, LIVE_COMMAND),
    }));
    let all = all.chain(setup::commands().into_iter().map(|command| (command, LIVE_COMMAND)));
    for (command, sections) in all {
        let name = format!("omsh-{}", command.get_name());
        for inner in command.get_subcommands() {
            let name = format!("{name}-{}", inner.get_name());
            pages.push(page(&name, inner.clone(), sections));
        }
        pages.push(page(&name, command, sections));
    }
    pages
}

/// What is said of the interactive shell: made of the words that its help is made of.
fn interactive() -> Vec<Section> {
    let section = |title, body: String| Section { title, body: body.into() };
    let usage = |verb: &words::Verb| {
        let gap = if verb.usage.is_empty() || verb.name == "!" { "" } else { " " };
        format!("* {}{gap}{}: {}.\n", verb.name, verb.usage, verb.about)
    };
    let verbs = |verbs: &[words::Verb]| verbs.iter().map(usage).collect::<String>();
    let mut commands = format!("omshell's commands, in any case:\n{}", verbs(&words::OMSHELL));
    commands += &format!("The shell's own:\n{}", verbs(&words::OWN));
    commands +=
        "All commands of omsh(1) besides, without omsh before them, such as host show web1 or leases state=active.\n";
    let mut settings = "set NAME VALUE, without =; the first value is how it begins.\n".to_owned();
    for setting in &words::SETTINGS {
        settings += &format!("* {} {}: {}.\n", setting.name, setting.values.join(" | "), setting.about);
    }
    let mut objects = String::new();
    for object_type in &crate::schema::TYPES {
        objects += &format!("new {}: {}.\n", object_type.name, object_type.about);
        for attribute in object_type.attributes {
            objects += &format!("* {}: {} ({}).\n", attribute.name, attribute.about, attribute.used.in_words());
        }
    }
    let mut topics = String::new();
    for topic in &words::TOPICS {
        topics += &format!("* {}: {}.\n", topic.name, topic.about);
    }
    let mut sections = vec![
        section("COMMANDS", commands),
        section("SETTINGS", settings),
        section("OBJECTS", objects),
        section("TOPICS", format!("help and one of these explains it; so do the sections below.\n{topics}")),
    ];
    sections.extend(words::TOPICS.iter().map(|topic| section(topic.title, topic_body(topic.text))));
    sections.push(section("FILES", SHELL_FILES.to_owned()));
    sections.push(section("ENVIRONMENT", SHELL_ENVIRONMENT.to_owned()));
    sections.push(section("SEE ALSO", "omsh(1), omsh-live(1), omsh-browse(1), dhcpd(8)".to_owned()));
    sections
}

/// A topic's text: its lines are joined to paragraphs, and what is to be typed stands by itself.
fn topic_body(text: &str) -> String {
    let mut body = String::new();
    for line in text.lines() {
        match line.strip_prefix("  ") {
            Some(typed) => {
                if !body.is_empty() && !body.ends_with('\n') {
                    body.push('\n');
                }
                body += &format!("\t{typed}\n");
            }
            None if body.is_empty() || body.ends_with('\n') => body += line,
            None => body += &format!(" {line}"),
        }
    }
    body
}

/// The command line of the interactive shell, for its man page.
fn terminal_overview() -> Command {
    super::with_terminal(Command::new("omsh-shell"))
        .about("omsh at a terminal: omshell's language and all commands, with history, completion and undo")
        .override_usage("omsh [OPTIONS]")
        .long_about(
            "omsh at a terminal: omshell's language and all commands, with history, completion and undo.\n\nWithout a \
             command, -c, -f and --strict, when stdin and stdout are a terminal, omsh connects, shows a prompt and \
             stays. Under the name omshell it behaves as omshell does there.",
        )
        .disable_help_flag(true)
        .disable_version_flag(true)
}

const SHELL_FILES: &str = "\
* history: The lines that were typed, in the directory omsh under $XDG_STATE_HOME, or else ~/.local/state. Only its owner can read \
it, sessions share it, and the last 10,000 lines are kept. Lines that begin with key or with a blank are not.
* rc: Lines that are run at the start, in the directory omsh under $XDG_CONFIG_HOME, or else ~/.config.
* config.toml: Profiles, in the same directory; omsh-live(1) has them.
";

const SHELL_ENVIRONMENT: &str = "\
* PAGER: What long output goes through, if it is there; less without it, or else more. LESS is FRX unless it is set.
* NO_COLOR: Neither colours nor hints. Completion stays.
* TERM: dumb is as --plain.
* OMSH_SERVER, OMSH_PORT, OMSH_KEY_FILE, OMSH_PROFILE, OMSH_CONF, OMSH_LEASES: As the options.
";

/// What is said of all commands of a kind, with their columns.
fn with_columns(sections: &[Section], all: &[(&str, &[Column])]) -> Vec<Section> {
    const ABOUT: &str = "The names of columns are those of --columns and --sort, of the members of JSON and of the head of CSV. Those \
         in parentheses are in tables and plain text only when they are asked for.\n";
    with_columns_that(ABOUT, |column| column.shown, sections, all)
}

/// The same of a command whose rows have all of them.
fn with_all_columns(sections: &[Section], all: &[(&str, &[Column])]) -> Vec<Section> {
    const ABOUT: &str = "The names of columns are those of the members of JSON and of the head of CSV.\n";
    with_columns_that(ABOUT, |_| true, sections, all)
}

fn with_columns_that(
    about: &str,
    is_shown: impl Fn(&Column) -> bool,
    sections: &[Section],
    all: &[(&str, &[Column])],
) -> Vec<Section> {
    let mut sections = sections.to_vec();
    let mut columns = about.to_owned();
    for (command, all) in all {
        columns += &format!("omsh {command}:\n");
        for column in *all {
            let name = if is_shown(column) { column.name.to_owned() } else { format!("({})", column.name) };
            columns += &format!("* {name}: {}.\n", column.about);
        }
    }
    let at = sections.iter().position(|section| section.title == "EXIT STATUS").expect("it has one");
    sections.insert(at, Section { title: "COLUMNS", body: columns.into() });
    sections
}

/// A part of the man page.
#[derive(Clone, Debug)]
pub struct Section {
    /// In capitals, as man pages have them.
    pub title: &'static str,
    /// Paragraphs, a line each. `* TERM: TEXT` is an item under its term, and a line that begins
    /// with a tab is printed as it stands.
    pub body: Cow<'static, str>,
}

/// The parts of omsh(1), in order.
const SHELL: &[Section] = &[
    Section {
        title: "COMMANDS",
        body: Cow::Borrowed("\
A line is a command. Words are separated by white space, # begins a comment, and commands are known in any case.
* port N | SERVICE: The server's OMAPI port, by number or by the name of a TCP service. The default is 7911.
* server HOST: The server's name or address. The default is 127.0.0.1.
* key-algorithm NAME: hmac-md5 (the default), hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384 or hmac-sha512, in any case. \
Outside of drop-in mode the full name, HMAC-MD5.SIG-ALG.REG.INT with or without a dot at its end, is the same algorithm.
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
* subnets, pools, leases, hosts, find, map, free, watch, conf, export: As the commands of omsh by these names, with the same \
words; the line is split into words as a Unix shell does it. They read the files of the server on this machine, and \
need no connection.
* host, lease, group, class, subclass, failover, control, raw, check, keygen, profile: As the commands of omsh by these names; omsh-live(1) has them. They connect \
by themselves, to the server and with the key of the lines before.
The attributes of each type are in dhcpd(8), under THE LEASE OBJECT and the like."),
    },
    Section {
        title: "AT A TERMINAL",
        body: Cow::Borrowed("\
Without a command, -c, -f and --strict, when stdin and stdout are a terminal and its name is not omshell, omsh is an interactive \
shell with the same language and more: omsh-shell(1) has it. --server, --port, --key-file, --profile, --conf and --leases say \
what it connects to at the start; in scripts they count for connect where the lines say nothing else."),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed("\
When it reads stdin and --strict is not given, omsh exits with 0 whatever happened, as omshell does. Otherwise:
* 0: Everything was done.
* 1: The server refused a request.
* 2: Usage or syntax; a file that cannot be read, output that cannot be written.
* 3: No connection, a lost one, or a time-out.
* 4: Authentication: the server does not know the key or the secret, wants a key, or its answers cannot be believed.
With -c and -f the status is that of the first line that failed; the lines after it are run all the same, unless \
--strict is given.
Output cannot be written when the disk is full or stdout is closed. /dev/null that is opened for reading and writing looks \
the same as a closed stdout, unless stdin or stderr is one too: redirect to it for writing only, as a shell's >/dev/null does. \
A reader that has seen enough, such as head, is no failure.
Pipes and devices are read once, up to 256 MiB, or 1 GiB of leases, and wait for somebody to write to them for 10 seconds or \
as long as the time-out of the command."),
    },
    Section {
        title: "ENVIRONMENT",
        body: Cow::Borrowed("\
* OMSH_TIMEOUT: As --timeout.
* OMSH_STRICT: As --strict, when it is neither empty nor 0, no, false or off.
* OMSH_TRACE: As --trace=FILE; - is stderr.
They reach programs that start omshell themselves, such as Foreman's smart proxy."),
    },
    Section {
        title: "DIFFERENCES",
        body: Cow::Borrowed("\
Without -c and -f, omsh prints the same bytes to stdout and stderr as ISC's omshell 4.4, exits with the same status \
and has the same effects on the server, for every line that omshell accepts, but for these, which are on purpose:
* 1: A line may have any length up to 16 MiB, and is one command. omshell cuts lines into pieces of 1,023 bytes and \
runs each.
* 2: server takes dotted names, IPv6 addresses and quoted text. port refuses a number that is no port, with the \
reason on stderr.
* 3: A quoted key name is taken.
* 4: Every wait is bounded by the time-out, that for a server told to shut down by 20 seconds at least. \
A connect that fails while there is another connection leaves that one, and requests fail.
* 5: quit and exit leave, and the verbs of ours in COMMANDS are carried out: host, lease and the like only with a verb of their own behind them, \
such as host show. To omshell they are unknown.
* 6: Arguments are options. Under the name omshell, what is no option of ours gets omshell's answer, Usage: omshell \
with exit status 1, and so do -h and -V. An option or a variable of ours with a value that cannot be used is named on \
stderr, with exit status 2.
* 7: Once a key is in use, an answer that is unsigned, wrongly signed or under another key ends the connection.
* 8: A server that is killed in mid-answer, a reset and a time-out are reported once, in the words that omshell uses \
for a lost connection, and the shell goes on. Where omshell has no words for the reason, a sentence on stderr gives it.
* 9: While an answer is waited for, requests of later lines that are there already may be under way, as READING AHEAD \
says. What is printed and done is the same; but a connection that is lost, or an omsh that is killed, in the middle of a \
script may leave more done than was printed. After a lost connection a sentence on stderr tells how many creates are in doubt."),
    },
    Section {
        title: "READING AHEAD",
        body: Cow::Borrowed("\
A script is carried out line by line. While the server's answer to one line is waited for, the requests of lines behind it can \
be on their way to it, always in the order of the script: the first open or create of each object, whose attributes all stand \
in the script. What depends on an answer waits for it. A command other than new, set, unset, open, create and close waits for its turn, and all \
behind it until then; so nothing goes past connect, server or key. Neither does anything go past a request with an empty value. With --strict, only open is sent before its turn. No more than 3,800 bytes, with a key 1,900, wait for dhcpd at once, but for a single request that is larger.
Of creates, no more are under way than dhcpd makes in about 10 ms, going by the time that it took for those before: one on a \
slow disk, up to four on a fast one. So dhcpd serves its DHCP clients in between. With -c and -f, --rate N sends at most N \
changes (create, update, remove) a second to each server, those of commands among the lines included.
Only lines that have been read already are looked at. Nothing more is read for it, so a program that waits for each prompt \
gets it at once; what is typed at a terminal is never read ahead, and neither is a rehearsed script.
When the connection is lost, the first line without an answer fails, and the later ones find no connection. Nothing is sent \
twice. A sentence on stderr tells how many creates of later lines had been sent: whether they were carried out is not known."),
    },
    Section {
        title: "COMPLETION",
        body: Cow::Borrowed("\
bash, zsh and fish complete commands, options, and what is in the server's files: hosts, addresses, leases, subnets, groups, \
classes, failover relations, and profiles. OMSH_COMPLETE=bash omsh -- prints the script for bash, and zsh and fish are asked \
for in the same way; the package brings all three. An answer takes 0.3 s at the most; what takes longer to read is read in \
the background for the next time, into the directory omsh under $XDG_CACHE_HOME, or else ~/.cache."),
    },
    Section {
        title: "SECURITY",
        body: Cow::Borrowed("\
OMAPI signs requests and answers but encrypts nothing: who can read the network reads everything but the secret. A \
secret is never an option, since the arguments of a program are there for all users to see: write the key line into \
a file that only its owner can read, and give it to -f or to stdin. -c shows its lines to all users of the machine, so \
a key does not belong there. Secrets and signatures never appear in what --trace writes."),
    },
    Section {
        title: "EXAMPLES",
        body: Cow::Borrowed("\
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
\tEOF"),
    },
    Section { title: "SEE ALSO", body: Cow::Borrowed("omsh-shell(1), omsh-live(1), omsh-browse(1), omsh-rehearse(1), omshell(1), dhcpd(8), dhcpd.conf(5), dhcpd.leases(5)") },
];

/// The parts of omsh-rehearse(1), in order.
const REHEARSE: &[Section] = &[
    Section {
        title: "SCRIPTS",
        body: Cow::Borrowed("\
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
omapi-port. What is on stdin is named stdin in errors."),
    },
    Section {
        title: "SERVING",
        body: Cow::Borrowed("\
With --listen, clients of all kinds can connect, many at once: tests of a program that speaks OMAPI need neither \
dhcpd nor root. Keys are those of dhcpd.conf; omapi-key makes one of them required. The first line of stdout is the \
address with the port. SIGINT, SIGTERM and a client that tells the server to shut down end it; then everything that \
clients changed is printed.
A client that leaves its greeting or a message unfinished for longer than the time-out, or does not take its answers, \
is dropped; one that says nothing between messages is not. There is room for 4,096 clients at once."),
    },
    Section {
        title: "DIFFERENCES",
        body: Cow::Borrowed("\
A rehearsal answers as dhcpd 4.4.3 does, oddities included, and writes the same blocks, but for these:
* 1: A message under a key that is in use but without a signature, or with a wrong one, is refused with invalid TSIG \
key, and then the connection ends.
* 2: Requests may wait whatever their number and size. With --like-dhcpd-limits a client has to stay within what dhcpd stands: \
4,048 bytes.
* 3: Told to shut down, a rehearsal ends at once. dhcpd lives on for some seconds.
* 4: Values that are null where an object needs one are refused with invalid argument.
* 5: There is no DHCP: leases change by OMAPI and by the clock only. Failover peers stay in the state that the lease \
file has. Statements on expiry and on release are not executed. Host names in fixed-address are not looked up.
* 6: Interfaces are those of this machine, and all are up. One that a client makes is found afterwards; in dhcpd it is \
not.
* 7: The partner-address and local-address of a failover-state are the addresses of dhcpd.conf.
* 8: Statements of more than 256 KiB, and all that clients set beyond 256 MiB, every copy of it counted, are refused \
with no resources. Values of more than 1,000 parts do not parse.
* 9: A last block of the lease file that has no end is left out, with a remark: the server that was writing it knows all \
of it. dhcpd takes what there is of it.
* 10: A dhcpd.conf whose ranges have more than 4,194,304 addresses is refused."),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed("\
* 0: Every line would succeed; with --listen, the server was ended.
* 1: A line would be refused, or means nothing.
* 2: Usage; a file that cannot be read or has a mistake, which is shown with file, line and column; an address that \
cannot be listened on; output that cannot be written."),
    },
    Section {
        title: "EXAMPLES",
        body: Cow::Borrowed("\
What would this script do to the server as it is now?
\tomsh rehearse --conf /etc/dhcp/dhcpd.conf --leases /var/lib/dhcp/dhcpd.leases script
Run it only if every line would succeed:
\tomsh rehearse --conf /etc/dhcp/dhcpd.conf --leases /var/lib/dhcp/dhcpd.leases script >/dev/null &&
\t    omsh -f script
A server to test a client against:
\tomsh rehearse --listen 127.0.0.1:0 --conf dhcpd.conf --log -"),
    },
    Section { title: "SEE ALSO", body: Cow::Borrowed("omsh(1), dhcpd(8), dhcpd.conf(5), dhcpd.leases(5)") },
];

/// The parts of omsh-browse(1), in order, but for the columns.
const BROWSE: &[Section] = &[
    Section {
        title: "COMMANDS",
        body: Cow::Borrowed("\
* omsh subnets: Every subnet: its shared network, routers, ranges, and how many addresses are in use.
* omsh pools: How full pools, shared networks and everything together are; also for Nagios and Prometheus.
* omsh leases: The current lease of each address, or the whole history. variables has what \"set NAME = …\" said, as an object \
in JSON; relay_options has all options of the relay; billing_class, hardware_type and the names of DDNS have columns as well.
* omsh hosts: The reservations of dhcpd.conf and those made over OMAPI, without the deleted ones.
* omsh find: Whatever a word is: its host, lease, pool and subnet, and why it gets what it gets.
* omsh map: A subnet as a picture, in the terminal or as SVG.
* omsh free: Addresses of subnets that nobody has: not leased, not reserved, not abandoned, and no machine's that an option \
names. -n bounds the answer, and so does --limit without --sort; a large subnet needs one of them. Inside of a pool those come \
first that dhcpd would give out last, and a remark on stderr says that dhcpd may give them out at any moment.
* omsh watch: A line for each change of the lease file, as dhcpd writes it. The file has to be one in its place, not \
compressed and not a pipe.
* omsh conf: Whether dhcpd.conf is sound, what it says, and which options a host or an address gets.
Each has a man page with its options, such as omsh-leases(1). They are verbs of the shell as well, with the same words, \
also in scripts. They only read files: the server is not asked, and no right is needed but to read them. DHCPv4 and \
DHCPv6 are both understood; the configuration tells which it is, or -4 and -6 do."),
    },
    Section {
        title: "FILES",
        body: Cow::Borrowed("\
dhcpd.conf is the file of --conf, or of OMSH_CONF, or of the profile, or else the one in its usual place. Files that it includes are looked \
for as dhcpd does, in the working directory, and then beside the file that includes them.
dhcpd.leases is the file of --leases, or of OMSH_LEASES, or of the profile, or what lease-file-name in dhcpd.conf says, or else \
the one in its usual place.
The usual places are those of Debian, Ubuntu and Red Hat (/etc/dhcp/dhcpd.conf, with /var/lib/dhcp/dhcpd.leases or \
/var/lib/dhcpd/dhcpd.leases), SUSE (/etc/dhcpd.conf), FreeBSD and pkgsrc (/usr/local/etc/dhcpd.conf), pfSense and OPNsense \
(/var/dhcpd/etc/dhcpd.conf), VyOS (/run/dhcp-server/dhcpd.conf), EdgeOS and UniFi gateways (/opt/vyatta/etc/dhcpd.conf), MAAS \
(/var/lib/maas/dhcpd.conf, or below /var/snap/maas/common), SmartOS (/opt/local/etc/dhcp/dhcpd.conf) and Solaris 11 \
(/etc/inet/dhcpd4.conf); for DHCPv6 dhcpd6.conf and dhcpd6.leases. The configuration and the leases of one system belong together: \
a system that has both files comes first, and the configuration of one is never read with the leases of another.
A profile is a table of config.toml in the directory omsh under $XDG_CONFIG_HOME, or else ~/.config: \
[profiles.NAME], with conf = \"FILE\" and leases = \"FILE\", either of them or both; a relative path starts at that \
directory. --profile or OMSH_PROFILE names the one that is meant, and without it that is the one named default, where there is one. Where --conf or OMSH_CONF takes the place of a profile's \
conf, its leases are not taken either. -6 does not change what a profile says. A config.toml that cannot be used is an error only \
where a profile is asked for; otherwise stderr says so.
- is stdin, and a file may be compressed by gzip. leases, hosts, find and watch can do without a dhcpd.conf: one that was \
not named and cannot be read is told on stderr. leases with one address alone looks at nothing but that address's blocks, \
and tells only of damage in those.
The last block of the lease file that is only half written has not happened yet; a sentence on stderr says so. A damaged \
block is told with its line and column and left out, with what dhcpd loses behind it, and the exit status is 1 then; free \
offers no address of such a block. A statement that dhcpd does not know is damage too. A file that is being written is read \
again a moment later."),
    },
    Section {
        title: "FILTERS",
        body: Cow::Borrowed("\
All filters of a command have to hold. A bare word is what it looks like:
* 10.1.1.20, 10.1.1.0/24, 10.1.1.10-10.1.1.20: Addresses, of either family.
* 02:00:5e:00:00:01, 02-00-5e-00-00-01, 0200.5e00.0001, 02005e000001: A hardware address.
* 80:01:02:03:04:05:06:07, or any other number of octets: A hardware address, such as the 20 octets of InfiniBand, or bytes \
that a client identifier or a DUID has in it. Eight octets are no IPv6 address; ip= before them makes them one.
* laptop: Text that a name or an identifier has in it, in any case.
The others begin with what they are about:
* ip=ADDRESS: As the bare word.
* subnet=WORD: A subnet by its prefix or an address in it, or a shared network by its name.
* mac=ADDRESS: A hardware address or the beginning of one, such as mac=02:00:5e.
* client-id=ID: Bytes in hexadecimal or text; also uid= and duid=.
* hostname=TEXT: Text that the name has in it; also name=.
* state=STATE,...: One of free, active, expired, released, abandoned, reset and backup, as it is now; of expiring, which \
is active and past seven eighths of its time, so that its client has not renewed it; and of reserved.
* reserved=yes, reserved=no: Whether the lease is kept for its client.
* expires<1h, expires>2d: How long it is until the end of the lease. Units are s, m, h, d and w.
* ended<1h, started<1h, seen<1h: How long ago it ended, began, or its client was last heard."),
    },
    Section {
        title: "STATES",
        body: Cow::Borrowed("\
dhcpd writes a lease when it changes, not when it ends: a lease that is active in the file and whose end has passed is \
what its next binding state says. That is the state that is shown and counted; recorded_state is the file's. A lease of \
an address that no pool has any more counts in no pool.
An active lease without an end stays active, unless its next binding state says otherwise. Without failover, an expired, \
released or reset lease is free when its end has passed and its next binding state says so.
In pools, used are the active leases; touched those that no client has now although the file knows them; free the \
addresses that no client has, as in dhcpd-pools; available those of them that this server gives to any client that asks: \
not abandoned, not reserved by their lease, not the failover partner's, and not waiting for it. Thresholds go by what this \
server can still give, which includes abandoned addresses: dhcpd takes them when nothing else is left. open_to of leases \
says who gets an address: client (the one that has it, or had it), any, last (any client, when nothing else is left), \
partner (only the failover partner gives it out) or nobody."),
    },
    Section {
        title: "FAILOVER",
        body: Cow::Borrowed("\
In a pool that two servers share, the role of this server and its state count, as dhcpd.conf and the last failover peer \
block of the lease file have them:
* normal, communications-interrupted: The primary gives out free addresses, also those that nobody has ever had; the \
secondary those in the state backup. Expired, released and reset leases belong to their clients until the partner has \
agreed that they are free.
* partner-down: Besides its own addresses, the server gives out the partner's when the maximum client lead time (mclt) \
has passed since it came into the state, and since the time when the partner believed the lease to end (tsfp).
* Any other state: The server answers no clients, and nothing is available.
A lease file without a state is taken for one in the state normal. A state that is not normal is a remark on stderr. \
pools has failover_peer, failover_role and failover_state; partner counts the addresses that only the partner gives out, \
and waiting those that nobody new gets yet; maps show both. Where a pool is shared, pools --output prometheus has gauges \
for them."),
    },
    Section {
        title: "OUTPUT",
        body: Cow::Borrowed("\
* table: For people. On a terminal it fits the width: texts are cut, then bars and later columns are left out, and the \
last line says which. Elsewhere only what is over 256 columns wide is cut.
* plain: A record a line, with a tab between values. - is no value, and a value that is one is \\x2d. Commas within the \
values of a list are \\x2c. Flags are yes and no.
* json: One array of objects; jsonl: an object a line. Both have all columns unless --columns says otherwise. Addresses are text, numbers \
numbers, ages seconds, flags true and false, no value is null. Text that is not UTF-8 has escapes such as \\xe9 and a \
second member NAME_hex with its bytes in hexadecimal.
* csv: As RFC 4180 has it, with a head and all columns. What a spreadsheet could take for a formula begins with an \
apostrophe.
Times are RFC 3339 in UTC, or with the offset of this machine's time zone with --local; never is a time after all \
others. What a client has sent never reaches a terminal as it is: control characters, marks that turn the direction of \
writing and characters without a width are escapes such as \\x1b and \\u{202e}, and a backslash is doubled. Colours are on \
terminals only, unless NO_COLOR is set or --color says otherwise. --sort orders by columns, --limit cuts."),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed("\
* 0: Everything was found and read.
* 1: Nothing was found; or blocks of the lease file were damaged and left out; or dhcpd.conf is not sound, for conf check.
* 2: Usage; a file that cannot be read, a dhcpd.conf with a mistake, which is shown with file, line and column; output that \
cannot be written.
With a threshold, pools exits as Nagios wants it: 0 when all is well, 1 for a warning, 2 for critical, 3 for \
usage, and when the files cannot be read or are damaged; stdout has a line in each case. A percentage above 100 \
switches an alarm off. --warning-count and --critical-count ask for few addresses to give out beside the percentage, as \
dhcpd-pools does. --min-size leaves out what has fewer addresses, --shared-networks-only looks at shared networks alone, and \
--max-age is critical for a lease file that was not written for so long. --output prometheus --to FILE writes a new file and \
puts it in FILE's place at once."),
    },
    Section {
        title: "EXAMPLES",
        body: Cow::Borrowed("\
Who has this address, and why?
\tomsh find 10.1.1.20
The next free address outside of the pools, as Foreman wants it:
\tomsh free 10.1.1.0/24 --pool out -n 1 --output plain --columns address
Leases that end within an hour, as JSON:
\tomsh leases state=active 'expires<1h' --output json
For Nagios, and for Prometheus' textfile collector:
\tomsh pools --warning 80 --critical 95
\tomsh pools --output prometheus --to dhcpd.prom
Which options does a host get, and where is each said?
\tomsh conf options web1"),
    },
    Section {
        title: "SEE ALSO",
        body: Cow::Borrowed("omsh(1), omsh-leases(1), omsh-pools(1), dhcpd.conf(5), dhcpd.leases(5), dhcpd-pools(1)"),
    },
];

/// The parts of omsh-live(1), in order.
const LIVE: &[Section] = &[
    Section {
        title: "COMMANDS",
        body: Cow::Borrowed("\
* omsh host add, show, set, ensure, rename, remove: Reservations.
* omsh lease show, release, reserve, abandon, free: Leases.
* omsh group add, show, set, remove: Named groups, whose statements hosts can share.
* omsh class show; omsh subclass add, show, remove: Classes, as far as dhcpd allows.
* omsh failover show, set-state: Failover relations. show --nagios prints one line and exits with 0, 1, 2 or 3; set-state \
says on stderr what a state will do to clients and to the partner, where that cannot end well.
* omsh control shutdown: The server itself.
* omsh raw open, create, update, refresh, remove: Objects of any type, attribute by attribute.
* omsh check: The set-up, step by step: what is right, and what to do. --user asks for another account, --proxy for \
Foreman's smart proxy.
* omsh keygen: A key file, and the lines for dhcpd.conf. The algorithm is one that the server knows: OLDER SERVERS.
* omsh profile list, show, test, import: Profiles.
Each has a man page with its options, such as omsh-host-add(1). They are verbs of the shell as well, with the same words, \
and use the server, port and key of the shell's own lines there."),
    },
    Section {
        title: "VALUES",
        body: Cow::Borrowed("\
A hardware address is written 52:54:00:aa:bb:cc, 52-54-00-aa-bb-cc, 5254.00aa.bbcc or 525400aabbcc; one that is not Ethernet \
has up to 20 octets. An address is IPv4; with --resolve a host's name is looked up instead. On a DHCPv6 server it is IPv6, \
and an IPv4 address is refused there. That a server is one of DHCPv6 is known from its dhcpd.conf, if that says the port that \
the server is asked at, from the host that is looked at, or from -6. A client identifier is text, or octets with colons between them; text: \
and hex: before it say which. none as a value takes away what is there. An option is NAME=VALUE as in dhcpd.conf, where text needs no \
quotes; NAME may be its code, as in 209=pxe.cfg or SPACE.1=5, and VALUE bytes such as 0a:ff. A host is named by its name, or else by its address, hardware address or client identifier, and name=, ip=, mac= and client-id= say which. \
dhcpd finds no host by its fixed address, so that its files are looked into for that.
A lease is named by its address, or by its client's hardware address, client identifier or host name (hostname=), which is \
looked for in the server's lease file. Octets such as 80:01:02:03:04:05:06:07 are a hardware address of any type, or else a \
client identifier: eight of them are no IPv6 address, unless ip= is before them.
A word that stands for several leases or hosts changes none of them: they are listed, and the exit status is 1. lease show \
and host show show them all. Leases of DHCPv6 cannot be looked up over OMAPI; omsh leases reads them in the lease file.
Names that the lease file cannot keep are refused, and so are statements with quotes or backslashes in a text, also those of a \
host of dhcpd.conf that is to be changed."),
    },
    Section {
        title: "OPTIONS AND CONDITIONS",
        body: Cow::Borrowed("\
Options and option spaces that the server's dhcpd.conf defines are known wherever it can be read: --conf, OMSH_CONF, the profile, \
or a usual place, if it has the server's omapi-port. Elsewhere --define-option defines them as dhcpd.conf does, with or without \
the word option: --define-option 'conf-file code 209 = text', --define-option 'space ZTP'. Options that remain unknown are sent \
unchecked, with a remark on stderr: a server that does not know them refuses the statement, and one that wants another kind of \
value may leave it out.
Parentheses decide what a condition means, and are kept in all that is sent, shown and exported. dhcpd reads `and` and `or` from \
the left, without precedence, and a comparison takes all that follows it: A and x = y or B is A and (x = y or B). A \
condition of if or elsif that begins with a parenthesis has to end with it: write if ((A or B) and C). dhcpd writes its lease file \
without parentheses, and reads it when it is restarted. Where a condition would mean something else then, a sentence on stderr \
says so before it is sent, also with --dry-run and --plan; nested ifs keep their meaning. Where dhcpd could not read the condition at \
all, as in not (x = y), it is refused."),
    },
    Section {
        title: "WHAT DHCPD LETS BE CHANGED",
        body: Cow::Borrowed("\
An address and a group of a host can be changed. A name, a hardware address, a client identifier and statements stay as they are once \
they are there: the host is removed and made anew to change one of these. dhcpd does not tell a host's group and statements over OMAPI; \
they are taken from its files then, and where these cannot be read the host is left alone unless --group and --statements say what \
they are. host show --full reads them out of the files as well.
A group needs at least one statement, and one that hosts have is not removed unless --force is given. At its next start dhcpd complains of its own note of a removed group; \
that does no harm.
A host that dhcpd.conf declares can be changed, but dhcpd keeps the change only until it has written its lease file anew and \
is started again; a sentence on stderr says so. That it is removed, or has another name, does last.
A lease that is released stays so until it would have ended; free makes its address free at once. abandon is for a day, as \
dhcpd's own abandon-lease-time.
A lease is looked at again before its change is sent, and read back after it. If it changed in the meantime, nothing is sent; if \
the server did not keep the change although it says so, that is an error. Both exit with 1. Its state goes with every change, \
since dhcpd frees an active lease when anything else of it is changed. raw update sends what it is told and nothing else; it \
reads the object back as well, exits with 1 if something was not kept, and says what changed besides."),
    },
    Section {
        title: "RESERVED LEASES",
        body: Cow::Borrowed("\
lease reserve marks a lease as reserved for the client that has it or had it last. That client gets it back when it asks, \
and a client that asks for no address in particular gets another one. But a client that asks for this very address takes \
it, and the reservation with it. dhcpd 4.4 forgets the host name that the client gave when a lease is reserved. dhcpd up to \
4.3.3 keeps no reservation and says that it did, which is reported as an error. A lease that nobody has had cannot be \
reserved.
To keep an address for a client whatever others ask for, add a host: omsh host add NAME --mac MAC --ip ADDRESS."),
    },
    Section {
        title: "CONNECTION",
        body: Cow::Borrowed("\
Each setting is said by an option, else by a variable, else by the profile, else, for a server on this machine, by its \
dhcpd.conf (omapi-port, omapi-key and the key of that name), else by omshell's default. --explain tells which came from where.
* server: --server, OMSH_SERVER, server in the profile; 127.0.0.1.
* port: --port, OMSH_PORT, port in the profile, omapi-port; 7911.
* key: --key-file, OMSH_KEY_FILE, key_file in the profile, omapi-key; none.
* time-out: --timeout, OMSH_TIMEOUT, timeout in the profile, in seconds; 10.
* wait: --wait, wait in the profile, in seconds; none. A dhcpd that is just starting refuses connections: it is asked again for \
so long. Ctrl-C ends the wait.
A profile is a table of config.toml in the directory omsh under $XDG_CONFIG_HOME, or else ~/.config: [profiles.NAME], with any of \
server, port, key_file, allow_readable_key, timeout, wait, conf, leases, and a table peer with server, port, key_file, conf and leases; the files of the partner count when both are given. --profile or OMSH_PROFILE names the one that is meant; \
else it is the one named default, where there is one. A relative path starts at that directory, and ~/ is the home directory. A \
config.toml that cannot be used is an error, unless --server says where to go and nobody asks for a profile.
A key file has key NAME { algorithm ...; secret ...; } as dhcpd.conf, or is a .private file of BIND, or has omshell's lines \
key-algorithm and key. For BIND's K...key the .private file next to it is read. One that all users can read or change is refused, unless --allow-readable-key or allow_readable_key is given."),
    },
    Section {
        title: "OLDER SERVERS",
        body: Cow::Borrowed("\
dhcpd before 4.4.3 knows only hmac-md5 over OMAPI, unless its distribution has added the others: with a key of another algorithm it \
closes the connection at the first request, and the error says so (exit status 4). omsh keygen takes hmac-md5 for such a server, and \
hmac-sha256 for others; it goes by --for-version, or else by the first lines of the lease file, or else by dhcpd --version. omsh check \
goes by the same.
A smart proxy of Foreman up to 3.10 signs with hmac-md5. Newer ones take another algorithm from :key_algorithm: in dhcp_isc.yml, which \
omsh check --proxy compares with dhcpd's.
dhcpd 4.1 and 4.2 have no classes and subclasses over OMAPI. dhcpd 4.1 numbers its refusals in another way; they are shown in \
today's words, but for drop-in mode, which has omshell's."),
    },
    Section {
        title: "TWO SERVERS",
        body: Cow::Borrowed("\
Where the profile has a peer, changes go to both servers or to neither: omsh connects to both, looks at both, changes the \
first and then the second, and takes the first back when the second fails. What could not be taken back is told on stderr, \
with the command that would. --peer first or --peer second means one of them, and so does --server. Questions are for the first that can be reached; --peer both asks both: what one of them has is shown, \
and what is missing is named and gives the exit status."),
    },
    Section {
        title: "OUTPUT",
        body: Cow::Borrowed("\
--output is table (for people), plain (a tab between two fields, - for nothing), json, jsonl or csv. The names of columns and members stay. \
With json and jsonl an error is one JSON object, the last line on stderr: error, with kind (refused, usage, connection, authentication, not-found, \
exists, conflict, output), status, message, server, server_says, advice, and taken_back, one_sided and repairs for two servers. \
--quiet leaves stdout empty, --verbose tells each step, --dry-run asks the server and shows before and after but changes nothing."),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed("\
* 0: It is done, or was so already.
* 1: The server refused.
* 2: Usage: nothing was sent.
* 3: No connection, a lost one, or a time-out.
* 4: Authentication.
* 5: There is no such object.
* 6: There is one already, or another one with the same hardware address or client identifier."),
    },
    Section { title: "SEE ALSO", body: Cow::Borrowed("omsh(1), omsh-browse(1), omsh-rehearse(1), dhcpd(8), dhcpd.conf(5)") },
];

/// What the man page of each command that talks to a live server says beyond its options.
const LIVE_COMMAND: &[Section] = &[Section {
    title: "SEE ALSO",
    body: Cow::Borrowed("omsh-live(1) for values, the connection, two servers, output and exit statuses; omsh(1)"),
}];

/// What the man page of each command that browses says beyond its options.
const BROWSING_COMMAND: &[Section] = &[Section {
    title: "SEE ALSO",
    body: Cow::Borrowed("omsh-browse(1) for files, filters, formats, columns and exit statuses; omsh(1)"),
}];
