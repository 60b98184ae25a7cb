//! The commands for many hosts at once: their options.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::bulk::Format;
use crate::commands::live::{ApplyRequest, DiffRequest, Request};

use super::browse::examples;
use super::options::{all, is_set, option};

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
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
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
                    "With --prune: only hosts like that, name=PATTERN (* and ?), subnet=SUBNET or group=NAME; may be \
                     repeated, and then all have to hold",
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
             statements: what it has beyond that is not seen.",
        )
        .arg(side("from-side", "One side"))
        .arg(side("to-side", "The other side"))
        .arg(format())
        .after_help(examples(&["omsh diff hosts.csv server", "omsh diff files yesterday.jsonl"]))
}

/// What the command line asks for.
pub(super) fn request(name: &str, matches: &mut ArgMatches) -> Request {
    let format = option::<String>(matches, "from").and_then(|name| Format::named(&name));
    if name == "diff" {
        let mut side = |name| matches.remove_one(name).expect("it is required");
        let (from, to) = (side("from-side"), side("to-side"));
        return Request::Diff(DiffRequest { from, to, format });
    }
    Request::Apply(ApplyRequest {
        file: matches.remove_one("file").expect("it is required"),
        format,
        prune: is_set(matches, "prune"),
        scope: all(matches, "scope"),
        yes: is_set(matches, "yes"),
        undo: option(matches, "undo"),
        share_addresses: is_set(matches, "share-addresses"),
    })
}
