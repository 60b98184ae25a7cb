//! `export`: its options.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, ValueHint, builder::PossibleValuesParser, value_parser};

use crate::commands::bulk::export::{Export, ExportFormat, What};

use super::Section;
use super::browse::{examples, file_options, filters, from_files, with_usage};
use super::options::{all, option, required};

/// Its name, which is a verb of the shell as well.
pub(super) const NAME: &str = "export";

/// The command.
pub(super) fn command() -> Command {
    let command =
        from_files(NAME, "Write hosts, groups and leases for another program: omshell, spreadsheets, dhcpd, Kea")
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

/// The parts of omsh-export(1), in order, but for the columns.
pub(super) const MANUAL: &[Section] = &[
    Section {
        title: "FORMATS",
        body: Cow::Borrowed("\
* omshell: A script that makes the hosts and groups again, a group before the hosts that have it. Its first line is \
connect; it has no lines for the server, its port and its key. Leases cannot be made over OMAPI. A line of more than \
1,022 bytes, which omsh takes and ISC's omshell does not, is told.
* json, jsonl: One array with an entry a line, or the entries alone; every text is there as it is, and null is what is \
not there.
* csv: As RFC 4180 has it. A text that a spreadsheet would take for a formula has an apostrophe before it, and so has one \
that begins with an apostrophe and would be a formula behind it; a semicolon is \\x3b, a backslash is doubled, control \
characters are \\t, \\n and \\x1b, characters that deceive \\u{202e}, and a comma in one of several addresses is \\x2c. \
Whoever takes the apostrophe away and undoes the escapes has the text.
* dhcpd: Declarations for dhcpd.conf, with the options that it defines; of leases, a lease file with the blocks in effect as \
they stand.
* kea: A configuration for kea-dhcp4 2.2; of leases, the lease file of its memfile, with those that are active now.
A host that stands in a group with a name has it as its group, and that one has what the groups around it say. What groups \
without a name say is among the statements of their hosts; what a subnet or a shared network says is not, but for Kea. What a \
format has no place for is told with its file and line, and the exit status is 1 then, but for Kea."),
    },
    Section {
        title: "KEA",
        body: Cow::Borrowed("\
Subnets, shared networks, pools, lifetimes, next-server, filename, server-name, authoritative, deny unknown-clients and options are translated; options that Kea \
has no name for are in hexadecimal by their number. A subnet's id is its place in dhcpd.conf, from 1, in both files.
A host is a reservation in each subnet that an address of its lies in, and a global one where it has no address; it has the \
statements of its groups. It is known by its hardware address, and without one by its client identifier. In reservations, \
user-context has the host's name in dhcpd.conf.
What has no counterpart is told on stderr, a line each and their number at the end: classes, conditions, DDNS, failover, \
statements on events, hosts that Kea could not know, addresses in no subnet, further addresses of a subnet, lifetimes of \
hosts and pools, and all other statements. The exit status stays 0.
\tkea-dhcp4 -t kea-dhcp4.conf
says whether Kea takes the outcome. Interfaces are all; --kea-leases says where Kea keeps its leases, and the leases \
exported belong there before Kea starts."),
    },
    Section {
        title: "MEMORY",
        body: Cow::Borrowed("\
Leases are read three times and written as they are read: memory does not grow with their number, but for one bit a block, \
and 512 bytes for each stretch of 4,096 addresses. stdin and what gzip has compressed are copied to a temporary file first; \
TMPDIR names its place. Hosts and groups, and associations of DHCPv6, are held in memory."),
    },
    Section {
        title: "EXIT STATUS",
        body: Cow::Borrowed("\
* 0: Everything was written.
* 1: Something was left out; or a filter found nothing; or blocks of the lease file were damaged and left out.
* 2: Usage; a file that cannot be read, a dhcpd.conf with a mistake, which is shown with file, line and column."),
    },
    Section {
        title: "EXAMPLES",
        body: Cow::Borrowed("\
The same hosts on another server:
\tomsh export | omsh --strict --server dhcp2 --key-file omapi.key -f -
A move to Kea:
\tomsh export --format kea >kea-dhcp4.conf 2>left-out
\tomsh export --format kea --what leases >kea-leases4.csv"),
    },
    Section { title: "SEE ALSO", body: Cow::Borrowed("omsh-browse(1) for files and filters, omsh(1), dhcpd.conf(5), kea-dhcp4(8)") },
];
