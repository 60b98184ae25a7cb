//! `export`: its options.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, ValueHint, builder::PossibleValuesParser, value_parser};

use crate::commands::bulk::export::{Export, ExportFormat, What};

use super::browse::{examples, file_options, filters, from_files, with_usage};
use super::options::{all, option, required};

/// Its name, which is a verb of the shell as well.
pub(super) const NAME: &str = "export";

/// The command.
pub(super) fn command() -> Command {
    let command = from_files(NAME, "Write hosts, groups and leases for another program: omshell, spreadsheets, dhcpd, Kea")
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(PossibleValuesParser::new(ExportFormat::NAMES))
                .default_value(ExportFormat::NAMES[0])
                .help("A script for omshell, rows, declarations of dhcpd, or a configuration of Kea"),
        )
        .arg(
            Arg::new("what")
                .long("what")
                .value_name("KIND,…")
                .value_parser(PossibleValuesParser::new(["hosts", "groups", "leases"]))
                .value_delimiter(',')
                .default_value("hosts,groups")
                .help("Hosts, groups, leases, with commas between them"),
        )
        .arg(
            Arg::new("kea-leases")
                .long("kea-leases")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .default_value("/var/lib/kea/kea-leases4.csv")
                .help("Where Kea is to keep its leases"),
        )
        .arg(filters())
        .long_about(format!(
            "Write hosts, groups and leases of the server's files for another program.\n\n\
             omshell: a script that makes the hosts and groups again, with omsh -f - or ISC's omshell. It begins with \
             connect; lines for the server and its key belong before it. csv, json and jsonl: rows for programs, which \
             omsh apply reads. dhcpd: declarations for dhcpd.conf; of leases, a lease file. kea: a configuration for \
             kea-dhcp4 2.2 with the networks of dhcpd.conf and the hosts as reservations; of leases, the lease file of \
             its memfile. What Kea has no counterpart for is listed on stderr.\n\n{}",
            super::browse::FILTER_HELP
        ))
        .after_help(examples(&[
            "omsh export",
            "omsh export --format csv subnet=10.1.1.0/24",
            "omsh export --format kea",
            "omsh export --format kea --what leases",
        ]));
    with_usage(command, "omsh")
}

/// What the command line asks for.
pub(super) fn invocation(mut matches: ArgMatches) -> Export {
    let what = all(&mut matches, "what");
    Export {
        what: What::of(what.iter().map(String::as_str)),
        format: ExportFormat::named(&required(&mut matches, "format")),
        filter: all(&mut matches, "filter"),
        kea_leases: option(&mut matches, "kea-leases").expect("it has a default"),
        files: file_options(&mut matches),
    }
}
