//! The commands that talk to a live server: their options.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::commands::browse::FileOptions;
use crate::commands::live::{
    ClassRequest, ControlRequest, FailoverRequest, GroupRequest, HostRequest, HostWords, IfExists, LeaseRequest,
    LeaseState, Live, RawRequest, Request, SubclassRequest,
};

use super::browse::{examples, with_usage};
use super::bulk;
use super::options::{all, connection, connection_options, family, is_set, option, output_options, required, shown};

/// The names of the commands, which are verbs of the shell as well.
pub(super) const NAMES: [&str; 10] =
    ["host", "lease", "group", "class", "subclass", "failover", "control", "raw", "apply", "diff"];

/// The same with their verbs, in order.
pub(super) const VERBS: [&str; 29] = [
    "host add",
    "host show",
    "host set",
    "host ensure",
    "host rename",
    "host remove",
    "lease show",
    "lease release",
    "lease reserve",
    "lease abandon",
    "lease free",
    "group add",
    "group show",
    "group set",
    "group remove",
    "class show",
    "subclass add",
    "subclass show",
    "subclass remove",
    "failover show",
    "failover set-state",
    "control shutdown",
    "raw open",
    "raw create",
    "raw update",
    "raw refresh",
    "raw remove",
    "apply",
    "diff",
];

const WHICH: &str = "A host by its name, IP address, hardware address or client identifier; name=, ip=, mac= or \
                     client-id= before it says which";

/// All of them.
pub(super) fn commands() -> Vec<Command> {
    NAMES.into_iter().map(|name| command(name, None)).collect()
}

/// One of them. With `verb`, the options that all verbs have are there for that one only: to define them
/// for all of them takes about as long as dhcpd takes for an answer.
pub(super) fn command(name: &str, verb: Option<&str>) -> Command {
    let command = match name {
        "host" => host(),
        "lease" => lease(),
        "group" => group(),
        "class" => class(),
        "subclass" => subclass(),
        "failover" => failover(),
        "control" => control(),
        name if bulk::NAMES.contains(&name) => {
            return with_usage(families(connection(shown(bulk::command(name)))), "omsh");
        }
        _ => raw(),
    };
    let verb = verb.filter(|verb| command.find_subcommand(verb).is_some());
    let with_options = |inner: Command| match name {
        "host" | "lease" => families(connection(shown(inner))),
        _ => connection(shown(inner)),
    };
    let command = command.mut_subcommands(|inner| match verb {
        Some(verb) if verb != inner.get_name() => inner,
        _ => with_options(inner),
    });
    with_usage(command, "omsh")
}

/// The commands together, for their man page.
pub(super) fn overview() -> Command {
    Command::new("omsh-live")
        .about("Look at and change a live dhcpd: hosts, leases, groups, classes, failover")
        .override_usage("omsh COMMAND VERB [OPTIONS] ...")
        .long_about(
            "Look at and change a live dhcpd: hosts, leases, groups, classes, failover.\n\nEach command does one thing, \
             and its exit status tells whether it is done.",
        )
        .disable_help_flag(true)
        .disable_version_flag(true)
}

/// A noun with its verbs.
fn noun(name: &'static str, about: &'static str, verbs: Vec<Command>) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands(verbs)
}

/// A verb that asks.
fn asking(name: &'static str, about: &'static str, lines: &[&str]) -> Command {
    Command::new(name).about(about).after_help(examples(lines))
}

/// A verb that changes something.
fn changing(name: &'static str, about: &'static str, lines: &[&str]) -> Command {
    asking(name, about, lines).arg(
        Arg::new("dry-run")
            .long("dry-run")
            .short('n')
            .action(ArgAction::SetTrue)
            .help("Ask the server and show before and after, but change nothing"),
    )
}

fn word(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Options that only the server's dhcpd.conf defines.
pub(super) fn define_option() -> Arg {
    Arg::new("define-option")
        .long("define-option")
        .value_name("DEFINITION")
        .action(ArgAction::Append)
        .help("Define an option or a space as dhcpd.conf does, where that cannot be read: 'NAME code NUMBER = TYPE', 'space NAME'")
}

/// What statements can be said with.
fn statements(command: Command) -> Command {
    command
        .arg(Arg::new("option").long("option").value_name("NAME=VALUE").action(ArgAction::Append).help(
            "A DHCP option, by name or code: routers=10.1.1.1, domain-name=example.org, 209=pxe.cfg; may be repeated",
        ))
        .arg(Arg::new("filename").long("filename").value_name("FILE").help("The boot file"))
        .arg(Arg::new("next-server").long("next-server").value_name("IP").help("The server of the boot file"))
        .arg(
            Arg::new("statements")
                .long("statements")
                .value_name("STATEMENTS")
                .help("Statements as in dhcpd.conf; none for none"),
        )
        .arg(define_option())
        .arg(flag("resolve", "Look up host names that stand for addresses"))
}

/// Which family the server is of, where its dhcpd.conf does not say it.
fn families(command: Command) -> Command {
    let family = |name: &'static str, sign: char, help: &'static str| {
        Arg::new(name).short(sign).action(ArgAction::SetTrue).help(help).help_heading("Connection")
    };
    command.arg(family("4", '4', "It is a DHCPv4 server").conflicts_with("6")).arg(family(
        "6",
        '6',
        "It is a DHCPv6 server, whose hosts have IPv6 addresses",
    ))
}

/// What a host can be.
fn host_values(command: Command) -> Command {
    let command = command
        .arg(
            Arg::new("mac")
                .long("mac")
                .value_name("MAC")
                .help("Its hardware address, in any usual spelling; none for none"),
        )
        .arg(
            Arg::new("hardware-type")
                .long("hardware-type")
                .value_name("TYPE")
                .help("The type of the hardware address: ethernet, token-ring, fddi, infiniband or a number"),
        )
        .arg(
            Arg::new("ip")
                .long("ip")
                .value_name("IP")
                .action(ArgAction::Append)
                .help("Its fixed address; may be repeated, and none for none"),
        )
        .arg(
            Arg::new("client-id")
                .long("client-id")
                .value_name("ID")
                .help("Its client identifier: text, octets such as 01:52:54:…, text:… or hex:…; none for none"),
        )
        .arg(
            Arg::new("group")
                .long("group")
                .value_name("GROUP")
                .help("The group whose statements it has; none for none"),
        )
        .arg(
            Arg::new("known")
                .long("known")
                .value_name("yes|no")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("yes")
                .value_parser(["yes", "no"])
                .help("Send `known`, which dhcpd 4.4 takes and does not keep"),
        );
    statements(command)
}

fn host() -> Command {
    noun(
        "host",
        "Add, show, change, rename and remove hosts on a live server",
        vec![
            host_values(changing(
                "add",
                "Add a host",
                &[
                    "omsh host add web1 --mac 52:54:00:aa:bb:cc --ip 10.1.1.77",
                    "omsh host add web2 --mac 5254.00aa.bbcd --option domain-name=example.org --if-exists skip",
                ],
            ))
            .arg(word("name", "NAME", "The host's name"))
            .arg(
                Arg::new("if-exists")
                    .long("if-exists")
                    .value_name("WHAT")
                    .value_parser(["fail", "skip", "replace"])
                    .default_value("fail")
                    .help("What to do when there is a host of that name already"),
            ),
            asking("show", "Show a host", &["omsh host show web1", "omsh host show 52:54:00:aa:bb:cc --output json"])
                .arg(word("which", "HOST", WHICH))
                .arg(flag(
                    "full",
                    "Also its group and statements, out of the server's files: OMAPI does not tell them",
                )),
            host_values(changing(
                "set",
                "Change what is named of a host, and leave the rest",
                &["omsh host set web1 --ip 10.1.1.78", "omsh host set web1 --ip none --dry-run"],
            ))
            .arg(word("which", "HOST", WHICH))
            .long_about(
                "Change what is named of a host, and leave the rest. dhcpd lets an address be changed; for a hardware \
                 address, a client identifier or statements that are there already the host is removed and made anew, \
                 with the group and the statements that the server's files tell of.",
            ),
            host_values(changing(
                "ensure",
                "Bring a host to the wanted state, and say whether anything changed",
                &["omsh host ensure web1 --mac 52:54:00:aa:bb:cc --ip 10.1.1.77"],
            ))
            .arg(word("name", "NAME", "The host's name")),
            changing("rename", "Give a host another name", &["omsh host rename web1 www1"])
                .arg(word("which", "HOST", WHICH))
                .arg(word("name", "NAME", "Its new name")),
            changing("remove", "Remove a host", &["omsh host remove web1", "omsh host remove 10.1.1.77 --missing-ok"])
                .arg(word("which", "HOST", WHICH))
                .arg(flag("missing-ok", "That there is no such host is as good as having removed it")),
        ],
    )
}

const RESERVE: &str = "Keep a lease for its client. The client gets it back when it asks, and clients that ask for no \
                       address in particular do not get it; but a client that asks for this very address takes it, and \
                       the reservation with it. dhcpd up to 4.3.3 keeps no reservation at all, which is reported, and \
                       4.4 forgets the host name that the client gave. Use `omsh host add` to keep an address for a client \
                       in any case.";

fn lease() -> Command {
    const LEASE: &str = "A lease by its address, or by its client's hardware address, client identifier or host name; \
                         ip=, mac=, client-id= or hostname= before it says which";
    let verb = |name, about, lines: &[&str]| changing(name, about, lines).arg(word("which", "LEASE", LEASE));
    noun(
        "lease",
        "Show leases of a live server, and change their state",
        vec![
            asking(
                "show",
                "Show leases",
                &["omsh lease show 10.1.1.20 10.1.1.21", "omsh lease show mac=52:54:00:00:00:20"],
            )
            .arg(word("which", "LEASE", LEASE).action(ArgAction::Append).num_args(1..)),
            verb(
                "release",
                "Release a lease, as if its client had given it back",
                &["omsh lease release 10.1.1.20", "omsh lease release 52:54:00:00:00:20"],
            ),
            verb(
                "reserve",
                "Keep a lease for its client",
                &["omsh lease reserve 10.1.1.20", "omsh lease reserve 10.1.1.20 --off"],
            )
            .arg(flag("off", "Keep it no longer"))
            .long_about(RESERVE),
            verb("abandon", "Mark an address as one not to be used", &["omsh lease abandon 10.1.1.20"]),
            verb("free", "Make an address nobody's", &["omsh lease free 10.1.1.20"]),
        ],
    )
}

fn group() -> Command {
    let name = || word("name", "NAME", "The group's name");
    let force = || flag("force", "Also when hosts may still have it");
    noun(
        "group",
        "Add, show, change and remove named groups on a live server",
        vec![
            statements(changing(
                "add",
                "Add a group",
                &["omsh group add pxe --filename pxelinux.0 --next-server 10.1.1.2"],
            ))
            .arg(name()),
            asking("show", "Show a group", &["omsh group show pxe"]).arg(name()),
            statements(changing(
                "set",
                "Give a group other statements, by making it anew",
                &["omsh group set pxe --filename ipxe.efi"],
            ))
            .arg(name())
            .arg(force()),
            changing("remove", "Remove a group", &["omsh group remove pxe"]).arg(name()).arg(force()),
        ],
    )
}

fn class() -> Command {
    noun(
        "class",
        "Show classes of a live server",
        vec![asking("show", "Show a class", &["omsh class show phones"]).arg(word("name", "NAME", "The class's name"))],
    )
    .long_about(
        "Show classes of a live server. Over OMAPI dhcpd neither lists classes nor lets what they match be changed.",
    )
}

fn subclass() -> Command {
    let words = |command: Command| {
        command.arg(word("class", "CLASS", "The class's name")).arg(word(
            "value",
            "VALUE",
            "What the subclass stands for: text, octets such as 1:52:54:0:aa:bb:cc, or mac:52:54:00:aa:bb:cc",
        ))
    };
    noun(
        "subclass",
        "Add, show and remove subclasses on a live server",
        vec![
            words(changing("add", "Add a subclass", &["omsh subclass add phones mac:52:54:00:aa:bb:cc"])),
            words(asking("show", "Show a subclass", &["omsh subclass show phones mac:52:54:00:aa:bb:cc"])),
            words(changing("remove", "Remove a subclass", &["omsh subclass remove phones mac:52:54:00:aa:bb:cc"])),
        ],
    )
}

fn failover() -> Command {
    noun(
        "failover",
        "Show failover relations of a live server, and set its state",
        vec![
            asking("show", "Show a failover relation, as each partner sees it", &["omsh failover show dhcp-failover", "omsh failover show dhcp-failover --nagios"])
                .arg(Arg::new("name").value_name("NAME").help("The relation's name; without it those of dhcpd.conf"))
                .arg(
                    flag("nagios", "Print one line and exit as Nagios wants it: 0, 1, 2, or 3 when nothing can be said")
                        .long_help(
                            "Print one line and exit as Nagios wants it: 0 in the state normal; 1 in startup, recover, \
                             recover-wait, recover-done, communications-interrupted and conflict-done; 2 in partner-down, \
                             potential-conflict, resolution-interrupted, paused and shutdown; 3 otherwise, and after \
                             every error. Of several states the worst counts.",
                        ),
                ),
            changing(
                "set-state",
                "Set the state that a server takes itself to be in",
                &["omsh failover set-state dhcp-failover partner-down"],
            )
            .arg(word("name", "NAME", "The relation's name"))
            .arg(word("state", "STATE", "partner-down, normal, recover or shutdown")),
        ],
    )
}

fn control() -> Command {
    noun(
        "control",
        "Shut a live server down",
        vec![
            changing("shutdown", "Shut dhcpd down", &["omsh control shutdown --yes"])
                .arg(flag("yes", "Do not ask; needed where there is no terminal"))
                .long_about(
                    "Shut dhcpd down, which takes it 11 seconds. Nobody gets an address until it is started again.",
                ),
        ],
    )
}

fn raw() -> Command {
    const TYPE: &str = "host, lease, group, class, subclass, failover-state, control, or another type";
    let by = || word("by", "NAME=VALUE", "By what it is found").action(ArgAction::Append).required(false).num_args(0..);
    let verb = |command: Command| command.arg(word("type", "TYPE", TYPE));
    noun(
        "raw",
        "Open, create, update, refresh and remove objects of any type, attribute by attribute",
        vec![
            verb(asking("open", "Look an object up", &["omsh raw open host name=str:web1"])).arg(by()),
            verb(changing(
                "create",
                "Make an object",
                &["omsh raw create host name=str:web9 hardware-address=mac:52:54:00:aa:bb:c9 hardware-type=int:1"],
            ))
            .arg(by().help("What it is to have")),
            verb(changing(
                "update",
                "Change an object",
                &["omsh raw update host name=str:web1 --set ip-address=ip:10.1.1.79"],
            ))
            .arg(by())
            .arg(
                Arg::new("set")
                    .long("set")
                    .value_name("NAME=VALUE")
                    .action(ArgAction::Append)
                    .help("What it gets; may be repeated"),
            ),
            verb(asking(
                "refresh",
                "Look an object up, and ask for it once more by its handle",
                &["omsh raw refresh lease ip-address=10.1.1.20"],
            ))
            .arg(by()),
            verb(changing("remove", "Remove an object", &["omsh raw remove host name=str:web1"])).arg(by()),
        ],
    )
    .long_about(
        "Open, create, update, refresh and remove objects of any type, attribute by attribute. A value is one as \
         omshell's `set` takes it (a number, \"text\" in quotes, 10.1.1.5, 52:54:0:aa:bb:cc), or has its type before \
         it: ip:10.1.1.5, mac:5254.00aa.bbcc, int:1, str:text, hex:0aff, bool:yes, null: for none. What is known of the \
         attribute counts as well: name=web1, state=free, hardware-type=ethernet.",
    )
}

fn host_words(matches: &mut ArgMatches) -> HostWords {
    HostWords {
        mac: option(matches, "mac"),
        hardware_type: option(matches, "hardware-type"),
        ip: all(matches, "ip"),
        resolve: is_set(matches, "resolve"),
        client_id: option(matches, "client-id"),
        group: option(matches, "group"),
        known: option::<String>(matches, "known").map(|known| known == "yes"),
        option: all(matches, "option"),
        filename: option(matches, "filename"),
        next_server: option(matches, "next-server"),
        statements: option(matches, "statements"),
        define_option: all(matches, "define-option"),
    }
}

/// What the command line asks for.
pub(super) fn invocation(noun: &str, mut matches: ArgMatches) -> Live {
    let (verb, mut matches) = match bulk::NAMES.contains(&noun) {
        true => (String::new(), matches),
        false => matches.remove_subcommand().expect("it is required"),
    };
    let matches = &mut matches;
    let request = match noun {
        noun if bulk::NAMES.contains(&noun) => bulk::request(noun, matches),
        "host" => Request::Host(host_request(&verb, matches)),
        "lease" => Request::Lease(lease_request(&verb, matches)),
        "group" => Request::Group(group_request(&verb, matches)),
        "class" => Request::Class(ClassRequest::Show { name: required(matches, "name") }),
        "subclass" => {
            let (class, value) = (required(matches, "class"), required(matches, "value"));
            Request::Subclass(match verb.as_str() {
                "add" => SubclassRequest::Add { class, value },
                "show" => SubclassRequest::Show { class, value },
                _ => SubclassRequest::Remove { class, value },
            })
        }
        "failover" => Request::Failover(match verb.as_str() {
            "show" => FailoverRequest::Show { name: option(matches, "name"), nagios: is_set(matches, "nagios") },
            _ => FailoverRequest::SetState { name: required(matches, "name"), state: required(matches, "state") },
        }),
        "control" => Request::Control(ControlRequest::Shutdown { yes: is_set(matches, "yes") }),
        _ => Request::Raw(raw_request(&verb, matches)),
    };
    Live {
        request,
        connection: connection_options(matches),
        files: FileOptions {
            conf: option(matches, "conf"),
            leases: option(matches, "leases"),
            family: family(matches),
            ..FileOptions::default()
        },
        output: output_options(matches),
        quiet: is_set(matches, "quiet"),
        verbose: is_set(matches, "verbose"),
        dry_run: is_set(matches, "dry-run"),
    }
}

fn host_request(verb: &str, matches: &mut ArgMatches) -> HostRequest {
    match verb {
        "add" => HostRequest::Add {
            name: required(matches, "name"),
            words: host_words(matches),
            if_exists: match required(matches, "if-exists").as_str() {
                "skip" => IfExists::Skip,
                "replace" => IfExists::Replace,
                _ => IfExists::Fail,
            },
        },
        "show" => HostRequest::Show { which: required(matches, "which"), full: is_set(matches, "full") },
        "set" => HostRequest::Set { which: required(matches, "which"), words: host_words(matches) },
        "ensure" => HostRequest::Ensure { name: required(matches, "name"), words: host_words(matches) },
        "rename" => HostRequest::Rename { which: required(matches, "which"), name: required(matches, "name") },
        _ => HostRequest::Remove { which: required(matches, "which"), missing_ok: is_set(matches, "missing-ok") },
    }
}

fn lease_request(verb: &str, matches: &mut ArgMatches) -> LeaseRequest {
    let state = match verb {
        "show" => return LeaseRequest::Show { which: all(matches, "which") },
        "reserve" => {
            return LeaseRequest::Reserve { which: required(matches, "which"), off: is_set(matches, "off") };
        }
        "release" => LeaseState::Released,
        "abandon" => LeaseState::Abandoned,
        _ => LeaseState::Free,
    };
    LeaseRequest::Become { which: required(matches, "which"), state }
}

fn group_request(verb: &str, matches: &mut ArgMatches) -> GroupRequest {
    let name = required(matches, "name");
    match verb {
        "add" => GroupRequest::Add { name, words: host_words(matches) },
        "show" => GroupRequest::Show { name },
        "set" => GroupRequest::Set { name, words: host_words(matches), force: is_set(matches, "force") },
        _ => GroupRequest::Remove { name, force: is_set(matches, "force") },
    }
}

fn raw_request(verb: &str, matches: &mut ArgMatches) -> RawRequest {
    let object_type = required(matches, "type");
    let by = all(matches, "by");
    match verb {
        "create" => RawRequest::Create { object_type, attributes: by },
        "update" => RawRequest::Update { object_type, by, set: all(matches, "set") },
        "remove" => RawRequest::Remove { object_type, by },
        _ => RawRequest::Open { object_type, by, refresh: verb == "refresh" },
    }
}
