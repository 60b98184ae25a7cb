//! `omsh rehearse`: its options.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::rehearse::{Format, Play, Rehearse};

/// The command's name.
pub(super) const NAME: &str = "rehearse";

pub(super) fn command() -> Command {
    Command::new(NAME)
        .about("Try a script on a copy of the server's state, or serve the copy to clients")
        .override_usage("omsh rehearse [OPTIONS] SCRIPT\n       omsh rehearse [OPTIONS] --listen ADDRESS:PORT")
        .long_about(
            "Try a script on a copy of the server's state, or serve the copy to clients.\n\n\
             The copy is made of dhcpd.conf and dhcpd.leases and lives in memory; it answers OMAPI as dhcpd 4.4 does. \
             Nothing that a script does reaches the server, whatever its server and port lines say: what would change \
             is printed at the end, with the lines that would fail.",
        )
        .arg(
            Arg::new("script")
                .value_name("SCRIPT")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .required_unless_present("listen")
                .conflicts_with("listen")
                .help("The script, in omshell's language; - is stdin"),
        )
        .arg(file("conf", "Begin with what this dhcpd.conf says, files that it includes too"))
        .arg(file("leases", "Begin with what this dhcpd.leases says").requires("conf"))
        .arg(
            Arg::new("lenient")
                .long("lenient")
                .action(ArgAction::SetTrue)
                .requires("leases")
                .help("Go on without blocks of the lease file that cannot be read, and say which"),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("Show the outcome as text or as one JSON document"),
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS:PORT")
                .help("Serve clients here until a signal or a client ends it; port 0 is any free one")
                .long_help(
                    "Serve clients here until SIGINT, SIGTERM or a client's control object ends it. The address is \
                     printed first, on a line by itself; port 0 is any free one. The keys are those of dhcpd.conf.",
                ),
        )
        .arg(
            file("log", "Write every message down, at the end of FILE or, for -, to stderr")
                .requires("listen")
                .conflicts_with("script"),
        )
        .arg(file("write-leases", "Write what dhcpd would write to its lease file, block by block").long_help(
            "Write what dhcpd would append to its lease file to FILE, block by block, in its own syntax. FILE is \
                 replaced by a new one, at the end or, with --listen, at the first block, if there is anything to write; a file that is read, dhcpd.leases \
                 above all, is refused.",
        ))
        .arg(
            Arg::new("like-dhcpd-limits")
                .long("like-dhcpd-limits")
                .action(ArgAction::SetTrue)
                .requires("listen")
                .conflicts_with("script")
                .help("Reset the connection of a client that has more than 4,048 bytes of requests waiting"),
        )
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .default_value(super::DEFAULT_TIMEOUT)
                .value_parser(super::timeout)
                .requires("listen")
                .conflicts_with("script")
                .help("Drop clients that leave a greeting or a message unfinished for so long"),
        )
        .after_help(super::browse::examples(&["omsh rehearse new-rack.oms --conf new.conf"]))
}

fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .help(help)
}

pub(super) fn invocation(mut matches: ArgMatches) -> Rehearse {
    let play = match matches.remove_one("listen") {
        Some(listen) => Play::Clients {
            listen,
            log: matches.remove_one("log"),
            like_dhcpd_limits: matches.get_flag("like-dhcpd-limits"),
        },
        None => Play::Script(matches.remove_one("script").expect("it is required")),
    };
    let output = match matches.remove_one::<String>("output").as_deref() {
        Some("json") => Format::Json,
        _ => Format::Text,
    };
    Rehearse {
        conf: matches.remove_one("conf"),
        leases: matches.remove_one("leases"),
        lenient: matches.get_flag("lenient"),
        write_leases: matches.remove_one("write-leases"),
        output,
        timeout: matches.remove_one("timeout").expect("it has a default"),
        play,
    }
}
