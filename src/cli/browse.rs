//! The commands that browse dhcpd's files: their options.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::browse::spelling::duration;
use crate::commands::browse::{Browse, ConfQuestion, FileOptions, Place, Question, Thresholds};

use super::options::{color, columns, family, local, output, output_options, required};

/// The names of the commands, which are verbs of the shell as well.
pub(super) const NAMES: [&str; 9] = ["subnets", "pools", "leases", "hosts", "find", "map", "free", "watch", "conf"];

pub(super) const FILTER_HELP: &str = "\
A filter is an address, a prefix such as 10.1.1.0/24 or a range LOW-HIGH; a hardware address in any usual spelling; a \
client identifier in hexadecimal; a text that is looked for in names and identifiers; or one of ip=, subnet=, mac= (or \
its beginning), client-id=, hostname=, state=STATE,…, reserved=yes|no, and expires, ended, started, seen with < or > and \
a duration such as 90s, 1h30m or 2d. All filters have to hold.";

/// All of them.
pub(super) fn commands() -> Vec<Command> {
    all().into_iter().map(|command| with_usage(command, "omsh")).collect()
}

/// A command with a line that says how it is written, behind that word.
pub(super) fn with_usage(command: Command, before: &str) -> Command {
    let name = format!("{before} {}", command.get_name());
    if command.has_subcommands() {
        let usage = format!("{name} COMMAND [OPTIONS]");
        let command = command.override_usage(usage).mut_subcommands(|inner| with_usage(inner, &name));
        let lines: Vec<String> = command.get_subcommands().filter_map(first_example).collect();
        return command.after_help(examples(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    let mut usage = format!("{name} [OPTIONS]");
    for word in command.get_positionals() {
        let value = word.get_value_names().and_then(|names| names.first()).expect("it has one");
        let is_several = word.get_num_args().is_some_and(|count| count.max_values() > 1);
        usage += &match (word.is_required_set(), is_several) {
            (true, false) => format!(" {value}"),
            (true, true) => format!(" {value}..."),
            (false, false) => format!(" [{value}]"),
            (false, true) => format!(" [{value}]..."),
        };
    }
    command.override_usage(usage)
}

/// The first one of a command's examples.
fn first_example(command: &Command) -> Option<String> {
    let help = command.get_after_help()?.to_string();
    help.lines().nth(1).map(|line| line.trim().to_owned())
}

fn all() -> Vec<Command> {
    vec![
        listing("subnets", "List subnets: ranges, sizes, and how many addresses are in use")
            .arg(filters().help("Only subnets with that address, prefix or shared network"))
            .after_help(examples(&["omsh subnets", "omsh subnets 10.1.1.20 --output json"])),
        pools(),
        listing("leases", "List leases: the current one of each address, the newest last")
            .arg(filters())
            .arg(
                Arg::new("history")
                    .long("history")
                    .action(ArgAction::SetTrue)
                    .help("All that the lease file has to say about each address, oldest first"),
            )
            .long_about(about("List leases: the current one of each address, the newest last.", FILTER_HELP))
            .after_help(examples(&[
                "omsh leases 10.1.1.20",
                "omsh leases state=active subnet=10.1.1.0/24 --sort hostname",
                "omsh leases 'expires<1h' --output csv",
            ])),
        listing("hosts", "List reservations, of dhcpd.conf and those made over OMAPI")
            .arg(filters())
            .long_about(about(
                "List reservations: the hosts of dhcpd.conf, and those made over OMAPI that the lease file has, without \
                 those that it says are deleted.",
                FILTER_HELP,
            ))
            .after_help(examples(&["omsh hosts", "omsh hosts 02:00:5e:00:00:01", "omsh hosts web --columns name,addresses"])),
        listing("find", "Find whatever a word is: its host, lease, pool and subnet, and why it gets what it gets")
            .arg(
                Arg::new("word")
                    .value_name("WORD")
                    .required(true)
                    .help("An IP address, a hardware address, a name, a client identifier, or a part of a name"),
            )
            .arg(resolve())
            .after_help(examples(&["omsh find 10.1.1.20", "omsh find 52-54-00-00-00-20", "omsh find laptop"])),
        map(),
        free(),
        listing("watch", "Follow the lease file: a line for each change, until Ctrl-C")
            .arg(filters())
            .long_about(about(
                "Follow the lease file, across what dhcpd appends, its rewriting of the file, and restarts: a line for each \
                 change, until Ctrl-C or until nobody reads on.",
                FILTER_HELP,
            ))
            .after_help(examples(&["omsh watch", "omsh watch subnet=10.1.1.0/24 state=active --output jsonl"])),
        conf(),
    ]
}

/// The commands together, for their man page.
pub(super) fn overview() -> Command {
    Command::new("omsh-browse")
        .about("Browse dhcpd's files: subnets, pools, leases, hosts and free addresses")
        .override_usage("omsh COMMAND [OPTIONS] [FILTER]...")
        .long_about(
            "Browse dhcpd's files: subnets, pools, leases, hosts and free addresses.\n\nThe commands read dhcpd.conf and \
             dhcpd.leases, join them, and answer questions about them.",
        )
        .disable_help_flag(true)
        .disable_version_flag(true)
}

fn about(what: &str, more: &str) -> String {
    format!("{what}\n\n{more}")
}

pub(super) fn examples(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

pub(super) fn filters() -> Arg {
    Arg::new("filter")
        .value_name("FILTER")
        .num_args(0..)
        .help("What is wanted, as described above; all of it has to hold")
}

fn subnet() -> Arg {
    Arg::new("subnet")
        .value_name("SUBNET")
        .required(true)
        .help("A subnet by its prefix or an address in it, or a range LOW-HIGH; A-A, A/32 and A/128 mean one address")
}

fn resolve() -> Arg {
    Arg::new("resolve")
        .long("resolve")
        .action(ArgAction::SetTrue)
        .help("Look up the names of hosts whose fixed-address is a name, for 5 seconds at most")
}

/// A command that reads the files and may show colours.
fn reading(name: &'static str, about: &'static str) -> Command {
    from_files(name, about).arg(color())
}

/// A command that reads the files.
pub(super) fn from_files(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .arg(
            Arg::new("conf")
                .long("conf")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The server's dhcpd.conf; - is stdin. Without it OMSH_CONF, the profile, or the usual places"),
        )
        .arg(
            Arg::new("leases")
                .long("leases")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The server's dhcpd.leases, also .gz; - is stdin. Without it OMSH_LEASES, the profile, what dhcpd.conf says, or the usual places"),
        )
        .arg(Arg::new("profile").long("profile").value_name("NAME").help("The profile of config.toml that is meant. Without it OMSH_PROFILE, or default"))
        .arg(Arg::new("4").short('4').action(ArgAction::SetTrue).conflicts_with("6").help("The DHCPv4 server's files"))
        .arg(Arg::new("6").short('6').action(ArgAction::SetTrue).help("The DHCPv6 server's files"))
}

/// A command that prints rows.
fn listing(name: &'static str, about: &'static str) -> Command {
    reading(name, about)
        .arg(output(&["table", "plain", "json", "jsonl", "csv"]))
        .arg(columns())
        .arg(
            Arg::new("sort")
                .long("sort")
                .value_name("COLUMN,…")
                .allow_hyphen_values(true)
                .help("Order by these columns, downwards where - is before a name"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("N")
                .value_parser(value_parser!(usize))
                .help("No more than so many rows"),
        )
        .arg(local())
}

fn pools() -> Command {
    let percent = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("PERCENT").value_parser(self::percent).help(help)
    };
    let count = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("N").value_parser(value_parser!(u64)).help(help)
    };
    listing("pools", "Show how full pools, shared networks and everything together are")
        .mut_arg("output", |_| output(&["table", "plain", "json", "jsonl", "csv", "prometheus"]))
        .arg(filters().help("Only pools with that address, prefix or shared network"))
        .arg(percent("warning", "Exit with 1 if a pool or shared network is as full as that; above 100 there is no warning"))
        .arg(percent("critical", "Exit with 2 if one is as full as that; above 100 that is never critical"))
        .arg(count("warning-count", "Warn only if at most N addresses can still be given out"))
        .arg(count("critical-count", "Critical only if at most N addresses can still be given out"))
        .arg(
            Arg::new("min-size")
                .long("min-size")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("No alarm for pools and shared networks of fewer than N addresses"),
        )
        .arg(
            Arg::new("shared-networks-only")
                .long("shared-networks-only")
                .action(ArgAction::SetTrue)
                .help("No alarm for a pool of a shared network, which has one of its own"),
        )
        .arg(
            Arg::new("max-age")
                .long("max-age")
                .value_name("DURATION")
                .value_parser(max_age)
                .help("Exit with 2 if the lease file was last written longer ago, such as 1h30m or 2d"),
        )
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("With --output prometheus: write FILE at once, or leave it as it is"),
        )
        .long_about(
            "Show how full pools, shared networks and everything together are: addresses defined, in use, touched (not \
             in use, but in the lease file), free (not in use), in the state backup, and percent in use.\n\n\
             With a threshold (--warning, --critical, their counts, --max-age) the first line is one for Nagios, and the \
             exit status is 0, 1 for a warning, 2 for critical, 3 when the files cannot be read. Thresholds go by what this \
             server can still give: addresses that are the failover partner's, or wait for it, count as taken. Where a \
             percentage and a count are given, both have to be reached.",
        )
        .after_help(examples(&[
            "omsh pools",
            "omsh pools --warning 80 --critical 95",
            "omsh pools --warning 80 --warning-count 20 --critical 95 --min-size 2",
            "omsh pools --output prometheus --to dhcpd.prom",
        ]))
}

fn percent(text: &str) -> Result<f64, String> {
    match text.strip_suffix('%').unwrap_or(text).parse::<f64>() {
        Ok(percent) if percent >= 0.0 && percent.is_finite() => Ok(percent),
        _ => Err("give a percentage such as 80; one above 100 is never reached".to_owned()),
    }
}

fn max_age(text: &str) -> Result<i64, String> {
    duration(text).map_err(|error| error.why)
}

fn map() -> Command {
    reading("map", "Draw a subnet: a cell for each address, by its state")
        .arg(subnet())
        .arg(output(&["table", "svg"]).help("In the terminal, or as SVG for a report"))
        .arg(resolve())
        .after_help(examples(&["omsh map 10.1.1.0/24", "omsh map 10.1.1.0/24 --output svg >map.svg"]))
}

fn free() -> Command {
    listing("free", "List addresses that nobody has: not leased, not reserved, not abandoned")
        .arg(subnet())
        .arg(
            Arg::new("count")
                .short('n')
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..))
                .help("So many; exit with 1 when there are fewer"),
        )
        .arg(resolve())
        .arg(Arg::new("ping").long("ping").action(ArgAction::SetTrue).help("Leave out those that answer a ping"))
        .arg(
            Arg::new("pool")
                .long("pool")
                .value_name("WHERE")
                .value_parser(["in", "out", "any"])
                .default_value("any")
                .help("In the ranges of pools, outside of them, or both"),
        )
        .after_help(examples(&["omsh free 10.1.1.0/24 -n 1 --output plain", "omsh free 10.1.1.0/24 --pool out -n 5"]))
}

fn conf() -> Command {
    Command::new("conf")
        .about("Look at dhcpd.conf: check it, show it, or tell which options a host or an address gets")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            reading("check", "Say whether dhcpd.conf is sound, and what is in it")
                .after_help(examples(&["omsh conf check", "omsh conf check --conf new.conf"])),
        )
        .subcommand(
            reading("show", "Show dhcpd.conf as it is understood, with all that it includes")
                .arg(
                    Arg::new("path")
                        .value_name("PATH")
                        .num_args(0..)
                        .help("Only this part, such as `subnet 10.1.1.0`, `host web1`, `shared-network office/pool 1`"),
                )
                .after_help(examples(&["omsh conf show", "omsh conf show subnet 10.1.1.0"])),
        )
        .subcommand(
            listing("options", "Show which options a host or an address gets, and where each is set")
                .long_about(
                    "Show which options a host or an address gets, and where each is set: subnet, pool, classes, group \
                     and host in dhcpd's own order; the last one wins. A client that is served in several subnets has an \
                     answer for each. A reserved address gets no options of a pool. Conditions that cannot be decided are \
                     listed as `depends`; --with says what the client sends. Hosts made over OMAPI are read from the \
                     lease file.",
                )
                .arg(
                    Arg::new("word")
                        .value_name("HOST|ADDRESS")
                        .required(true)
                        .help("A host by its name or hardware address, or an address"),
                )
                .arg(
                    Arg::new("with")
                        .long("with")
                        .value_name("NAME=VALUE")
                        .action(ArgAction::Append)
                        .help("An option that the client sends, such as vendor-class-identifier=PXEClient; repeatable"),
                )
                .after_help(examples(&[
                    "omsh conf options web1",
                    "omsh conf options 10.1.1.20",
                    "omsh conf options web1 --with vendor-class-identifier=PXEClient",
                ])),
        )
}

/// What the command line asks for.
pub(super) fn invocation(name: &str, mut matches: ArgMatches) -> Browse {
    let words = |matches: &mut ArgMatches, name: &str| -> Vec<String> {
        matches.remove_many(name).map(Iterator::collect).unwrap_or_default()
    };
    let (question, matches) = match name {
        "subnets" => (Question::Subnets { filter: words(&mut matches, "filter") }, matches),
        "pools" => {
            let thresholds = Thresholds {
                warning: matches.remove_one("warning"),
                critical: matches.remove_one("critical"),
                warning_count: matches.remove_one("warning-count"),
                critical_count: matches.remove_one("critical-count"),
                min_size: matches.remove_one("min-size").unwrap_or_default(),
                shared_networks_only: matches.get_flag("shared-networks-only"),
                max_age: matches.remove_one("max-age"),
            };
            let to = matches.remove_one("to");
            (Question::Pools { filter: words(&mut matches, "filter"), thresholds, to }, matches)
        }
        "leases" => {
            let history = matches.get_flag("history");
            (Question::Leases { filter: words(&mut matches, "filter"), history }, matches)
        }
        "hosts" => (Question::Hosts { filter: words(&mut matches, "filter") }, matches),
        "find" => (Question::Find { word: required(&mut matches, "word") }, matches),
        "map" => (Question::Map { subnet: required(&mut matches, "subnet") }, matches),
        "free" => {
            let subnet = required(&mut matches, "subnet");
            let place = match required(&mut matches, "pool").as_str() {
                "in" => Place::In,
                "out" => Place::Out,
                _ => Place::Any,
            };
            let (count, ping) = (matches.remove_one("count"), matches.get_flag("ping"));
            (Question::Free { subnet, count, ping, place }, matches)
        }
        "watch" => (Question::Watch { filter: words(&mut matches, "filter") }, matches),
        _ => {
            let (name, mut matches) = matches.remove_subcommand().expect("it is required");
            let question = match name.as_str() {
                "check" => ConfQuestion::Check,
                "show" => ConfQuestion::Show { path: words(&mut matches, "path").join(" ") },
                _ => {
                    let with = words(&mut matches, "with");
                    ConfQuestion::Options { word: required(&mut matches, "word"), with }
                }
            };
            (Question::Conf(question), matches)
        }
    };
    finish(question, matches)
}

fn finish(question: Question, mut matches: ArgMatches) -> Browse {
    let files = file_options(&mut matches);
    let output = output_options(&mut matches);
    Browse { question, files, output }
}

/// Which files are meant.
pub(super) fn file_options(matches: &mut ArgMatches) -> FileOptions {
    let family = family(matches);
    let (conf, leases) = (matches.remove_one("conf"), matches.remove_one("leases"));
    let profile_name = matches.remove_one("profile");
    let resolve = matches.try_get_one::<bool>("resolve").ok().flatten().copied().unwrap_or_default();
    FileOptions { conf, leases, family, profile_name, resolve, ..FileOptions::default() }
}
