//! The commands for many hosts at once: their options.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::bulk::Format;
use crate::commands::live::{ApplyRequest, DiffRequest, Request};
use crate::omapi::client::Pace;

use super::Section;
use super::browse::examples;
use super::live::{define_option, flag};
use super::options::{self, all, is_set, option};

/// The names of the commands.
pub(super) const NAMES: [&str; 2] = ["apply", "diff"];

/// One of them, without the options that all commands have that talk to a server.
pub(super) fn command(name: &str) -> Command {
    if name == "apply" { apply() } else { diff() }
}

fn format() -> Arg {
    Arg::new("from")
        .long("from")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(Format::NAMES.map(|(name, _)| name)))
        .help("What the file is written in; without it its name tells, or how it begins")
}

fn apply() -> Command {
    Command::new("apply")
        .about("Make a server's hosts and groups what a file wants them to be")
        .long_about(
            "Make a server's hosts and groups what a file wants them to be: those that are missing are added, those that \
             are other ones are changed, and with --prune those that the file does not want are removed.\n\n\
             The file is CSV with a head, JSON, JSON lines, a dhcpd.conf, or another server's lease file. All of it is \
             checked, and compared with what the server has, before anything is changed; what is wrong is told with its \
             lines, all at once, and nothing is changed then. At a terminal the plan is shown, and you are asked. What a \
             run that was interrupted has left undone, the same command does when it is given again.",
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("What is wanted; - is stdin"),
        )
        .arg(format())
        .arg(
            flag("dry-run", "Show what would be changed, and change nothing")
                .long("plan")
                .visible_alias("dry-run")
                .short('n'),
        )
        .arg(flag("prune", "Remove the hosts that the file does not want"))
        .arg(
            Arg::new("scope")
                .long("scope")
                .value_name("WHICH")
                .action(ArgAction::Append)
                .help(
                    "With --prune: only hosts like that, name=PATTERN (* and ?, in any case of letters), subnet=SUBNET or \
                     group=NAME; may be repeated, and then all have to hold",
                ),
        )
        .arg(flag("yes", "Do not ask; needed where there is no terminal").short('y'))
        .arg(
            Arg::new("undo")
                .long("undo")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("Write to FILE what takes the changes back, before each is made; apply FILE does it"),
        )
        .arg(flag("share-addresses", "Two hosts may have the same address"))
        .arg(options::rate().conflicts_with("full-speed"))
        .arg(flag("full-speed", "Send changes as fast as the server takes them; its clients wait meanwhile"))
        .arg(define_option())
        .after_help(examples(&[
            "omsh apply hosts.csv --plan",
            "omsh apply hosts.csv --undo back.jsonl --yes",
            "omsh apply back.jsonl --yes",
            "omsh apply - --from csv --prune --scope 'name=rack7-*' --yes < rack7.csv",
        ]))
}

fn diff() -> Command {
    let side = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .value_name(if name == "from-side" { "FROM" } else { "TO" })
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    Command::new("diff")
        .about("Compare the hosts and groups of a server, its files, and exports")
        .long_about(
            "Compare the hosts and groups of a server, its files, and exports. FROM and TO are `server`, the live server, \
             `files`, its dhcpd.conf and dhcpd.leases, or the name of a file as `omsh apply` takes it (./server for one \
             that is called so). What is told is what would make TO of FROM; the exit status is 1 when they differ.\n\n\
             A live server can only be asked about hosts that the other side names, and does not tell groups and \
             statements: what it has beyond that is not seen. Of a profile's two failover partners each is compared, and \
             files that are not here are told of.",
        )
        .arg(side("from-side", "One side"))
        .arg(side("to-side", "The other side"))
        .arg(format())
        .arg(define_option())
        .after_help(examples(&["omsh diff hosts.csv server", "omsh diff files yesterday.jsonl"]))
}

/// What the command line asks for.
pub(super) fn request(name: &str, matches: &mut ArgMatches) -> Request {
    let format = option::<String>(matches, "from").and_then(|name| Format::named(&name));
    if name == "diff" {
        let mut side = |name| matches.remove_one(name).expect("it is required");
        let (from, to) = (side("from-side"), side("to-side"));
        return Request::Diff(DiffRequest { from, to, format, define_option: all(matches, "define-option") });
    }
    Request::Apply(ApplyRequest {
        file: matches.remove_one("file").expect("it is required"),
        format,
        prune: is_set(matches, "prune"),
        scope: all(matches, "scope"),
        yes: is_set(matches, "yes"),
        undo: option(matches, "undo"),
        share_addresses: is_set(matches, "share-addresses"),
        pace: Pace { rate: option(matches, "rate"), full_speed: is_set(matches, "full-speed") },
        define_option: all(matches, "define-option"),
    })
}

/// What the man page of `apply` says beyond its options.
pub(super) const APPLY: &[Section] = &[
    Section {
        title: "WHAT IS WANTED",
        body: Cow::Borrowed(
            "\
Each entry of FILE is a host, or a group that hosts can have. What an entry does not say of a host that is there stays as \
it is.\n\
* CSV: the first line names the fields; commas, semicolons or tabs stand between them. A field that the head names and \
that is empty is not to be there. Lines that begin with #, and those with nothing in any field, are passed over. Text \
is as omsh export writes it: \\x3b and the like stand for a byte, two backslashes for one, and an apostrophe before what a \
spreadsheet would take for a formula is left out.\n\
* JSON, JSON lines: a list of objects, or objects one after the other. What is null is not to be there.\n\
* dhcpd.conf: its hosts and its named groups, with all files that it includes. What stands in an unnamed group around a \
host becomes the host's own, and what stands in groups around a named one becomes that one's.\n\
* A lease file: the hosts and the groups that another server was given over OMAPI.\n\
Its name tells what FILE is written in (.csv, .json, .jsonl, .conf, .leases), or how it begins, or --from. The fields:\n\
* kind: host, unless said, or group.\n\
* name: the name.\n\
* mac, hardware_type: the hardware address; its type is ethernet unless said.\n\
* client_id: the client identifier, text or colon-separated octets, or with text: or hex: before it.\n\
* addresses: the fixed addresses, of IPv6 on a DHCPv6 server; in CSV with commas or blanks between them.\n\
* group: the group that it has.\n\
* statements: what stands in its braces beside that, as in dhcpd.conf.\n\
* absent: yes for one that is not to be there.\n\
Many names of other programs are taken as well, such as ip and hardware_address; what omsh hosts tells beyond that is \
passed over; any other field is an error, so that a slip is noticed.",
        ),
    },
    Section {
        title: "WHAT IS DONE",
        body: Cow::Borrowed(
            "\
What the server has is taken from its dhcpd.conf and dhcpd.leases where these can be read here, and is looked up \
otherwise. dhcpd tells neither a host's group nor its statements, so that without its files these are not compared, and it \
cannot be asked which host has an address; --prune takes the files.\n\
Before anything is changed all of it is checked: fields, names, hosts and keys that are there twice, hardware addresses, client \
identifiers and addresses that other hosts keep, addresses outside every subnet of dhcpd.conf, groups that do not exist, \
statements that dhcpd does not take, and those that the lease file cannot keep: with quotes or backslashes in a text, or \
with conditions that need their parentheses. Options that no dhcpd.conf defines here are sent unchecked, with a remark, \
unless --define-option defines them. A condition that means something else in the lease file is remarked upon; \
omsh-live(1) has the rules. \
All that is wrong is told with its lines, and nothing is done. Without the server's files, addresses are compared only \
with those of hosts that FILE names, and with no subnet.\n\
The order is such that nothing is refused on the way: what a host is going to have, another one gives up first. Where hosts \
wait for one another in a circle, as two that swap their addresses, one of them gives its address up before its turn, or is \
removed, and made again as it is to be. A name, a hardware address, a client identifier and statements that are there \
cannot be changed in dhcpd: the host is removed and made anew. A group's statements are changed while its hosts have a \
stand-in, NAME_omsh_stand_in. What dhcpd.conf declares has to be changed there as well, or dhcpd takes it from there when it \
starts again; a sentence says so.\n\
Look-ups are sent many at a time, changes as PACE says. What is changed or removed is looked up a \
moment before; what somebody else has changed meanwhile is left alone, and told. When the connection is lost, omsh \
connects again as long as --timeout lasts, looks up what was under way, and goes on. Whatever could not be done is told \
with its line and its reason, and what is in doubt is named. The same command, given again, does what is left.",
        ),
    },
    Section {
        title: "PACE",
        body: Cow::Borrowed(
            "\
dhcpd writes each change to its disk, and serves no DHCP client meanwhile. So omsh measures how long dhcpd takes for a \
change, and never has more changes under way than dhcpd makes in about 10 ms: one at a time on a slow disk, up to four on \
a fast one. The next are sent when all of those are answered. --rate N sends at most N changes a second, on each of two \
servers. --full-speed sends as many as dhcpd's connections take, which is faster and keeps clients waiting: use it in a \
maintenance window. The way to the server counts as its time, so a server that is far away is sent one change at a time as well.",
        ),
    },
    Section {
        title: "TAKING IT BACK",
        body: Cow::Borrowed(
            "\
--undo FILE writes down what each object was before the first request that changes it is sent, as JSON lines that apply \
takes. To a file that is there already, of a run that was interrupted, entries are appended, and a sentence says so: the first entry of an object counts. \
A last line that is cut off, of a run that was killed, is left out: what it is about had not been changed. \
Where something could not be added, its entry is withdrawn at the end, so that what somebody else has made under its name stays. \
What is not known, as the statements of a host of a server whose files are not here, is not in it. In the interactive shell, \
undo does not reach what apply has done; the file does.",
        ),
    },
    Section {
        title: "TWO SERVERS",
        body: Cow::Borrowed(
            "\
With a profile of two failover partners each gets a plan of its own, out of its own files or look-ups, and both are \
changed side by side. What one of them refuses is taken back on the other. The file of --undo has one entry of each object, \
and makes both servers the same: where they differ before, a sentence says of how many.",
        ),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed(
            "\
* 0: All that is wanted is there.\n\
* 1: Some of it is not done: the server refused it, Ctrl-C ended the run, or the file of --undo could not be written.\n\
* 2: Something is wrong in the file or on the command line, or the answer was no: nothing was changed.\n\
* 3: The connection was lost for good.\n\
* 4: Authentication.",
        ),
    },
    Section {
        title: "SEE ALSO",
        body: Cow::Borrowed(
            "omsh-export(1), omsh-diff(1), omsh-live(1) for the connection, output and columns; omsh(1)",
        ),
    },
];

/// What the man page of `diff` says beyond its options.
pub(super) const DIFF: &[Section] = &[
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed(
            "\
* 0: They are the same, as far as both are known.\n\
* 1: They differ.\n\
* 2: Something is wrong in a file or on the command line.\n\
* 3: No connection, or a lost one.\n\
* 4: Authentication.",
        ),
    },
    Section {
        title: "SEE ALSO",
        body: Cow::Borrowed(
            "omsh-apply(1) for the files, omsh-export(1), omsh-live(1) for the connection, output and columns; omsh(1)",
        ),
    },
];
