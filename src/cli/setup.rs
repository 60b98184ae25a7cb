//! The commands that set things up: their options.

use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::browse::{FileOptions, OutputFormat};
use crate::commands::live::report_failure;
use crate::commands::setup::{ALGORITHM_NAMES, Check, Keygen, ProfileRequest, ProfileTask};
use crate::shell::{ExitStatus, ShellConnection};

use super::browse::{examples, with_usage};
use super::options::{connection, connection_options, option, output_options, required, shown};

/// The names of the commands, which are verbs of the shell as well.
pub(super) const NAMES: [&str; 3] = ["check", "keygen", "profile"];

/// The same with the verbs of those that have some, in order.
pub(super) const VERBS: [&str; 6] =
    ["check", "keygen", "profile list", "profile show", "profile test", "profile import"];

/// A command that sets things up.
#[derive(Clone, Debug, PartialEq)]
pub enum Setup {
    /// `check`.
    Check(Box<Check>),
    /// `keygen`.
    Keygen(Box<Keygen>),
    /// `profile`.
    Profile(ProfileRequest),
}

impl Setup {
    /// Does it. `program` is the name to sign sentences with, and they go to `err`, as do failures: as
    /// sentences, or as JSON where the answer would have been JSON.
    pub fn run(self, program: &str, shell: &ShellConnection, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
        let format = match &self {
            Setup::Check(check) => check.output.format,
            Setup::Keygen(_) => OutputFormat::Table,
            Setup::Profile(request) => request.output.format,
        };
        let mut say = |sentence: &str| super::say(program, err, sentence);
        let outcome = match self {
            Setup::Check(check) => check.run(shell, out),
            Setup::Keygen(keygen) => keygen.run(out, &mut say),
            Setup::Profile(request) => request.run(out, &mut say),
        };
        outcome.unwrap_or_else(|error| report_failure(&error, format, program, err))
    }
}

/// All of them.
pub(super) fn commands() -> Vec<Command> {
    [check(), keygen(), profile()].into_iter().map(|command| with_usage(command, "omsh")).collect()
}

fn check() -> Command {
    connection(shown(Command::new("check")))
        .about("Go through the set-up step by step, and say what is right and what to do")
        .long_about(
            "Go through the set-up step by step, and say what is right and what to do: files, omapi-port, omapi-key, \
             permissions, the connection, the key.\n\nThe exit status is 0 when no step failed, else 2 for the set-up, \
             3 for the connection, 4 for the key: that of the first step that failed.",
        )
        .arg(
            Arg::new("user")
                .long("user")
                .value_name("NAME")
                .help("Also whether that account can read the files, and execute /usr/bin/omshell"),
        )
        .arg(
            Arg::new("proxy")
                .long("proxy")
                .value_name("SETTINGS")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("Also whether these settings of Foreman's smart proxy, dhcp_isc.yml, are what dhcpd has"),
        )
        .after_help(examples(&["omsh check", "omsh check --user root --output plain"]))
}

fn keygen() -> Command {
    Command::new("keygen")
        .about("Make a key for OMAPI: a key file, and the lines for dhcpd.conf")
        .long_about(
            "Make a key for OMAPI: a key file, and the lines for dhcpd.conf.\n\nThe algorithm is hmac-sha256 where the \
             server knows it, and hmac-md5 where it is older than 4.4.3, whose OMAPI knows no other. Its version is that \
             of --for-version, or else what the first lines of its lease file say, or else what `dhcpd --version` says.",
        )
        .arg(Arg::new("name").value_name("NAME").default_value("omapi_key").help("The key's name"))
        .arg(
            Arg::new("algorithm")
                .long("algorithm")
                .value_name("NAME")
                .help(format!("One of {}. Without it the best that the server knows", ALGORITHM_NAMES.join(", "))),
        )
        .arg(
            Arg::new("for-version")
                .long("for-version")
                .value_name("VERSION")
                .help("The dhcpd that the key is for, such as 4.4.1. Without it that of the lease file or of dhcpd"),
        )
        .arg(
            Arg::new("key-file")
                .long("key-file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The file to write, of mode 600; without it NAME.key here"),
        )
        .arg(Arg::new("force").long("force").action(ArgAction::SetTrue).help("Replace a key file that is there"))
        .arg(
            Arg::new("show-secret")
                .long("show-secret")
                .action(ArgAction::SetTrue)
                .help("Show the key itself instead of the line that includes it"),
        )
        .after_help(examples(&["omsh keygen", "omsh keygen --for-version 4.4.1 old_key", "omsh keygen --algorithm hmac-sha512 --key-file omapi.key rack_key"]))
}

fn profile() -> Command {
    let verb = |name, about, lines: &[&str]| shown(Command::new(name).about(about)).after_help(examples(lines));
    let name = || Arg::new("name").value_name("NAME").help("The profile; without it the one in effect");
    Command::new("profile")
        .about("List, show, try and import profiles")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(verb("list", "List the profiles of config.toml", &["omsh profile list"]))
        .subcommand(verb("show", "Show a profile", &["omsh profile show default"]).arg(name()))
        .subcommand(verb("test", "Connect as a profile says, and try its key", &["omsh profile test default"]).arg(name()))
        .subcommand(
            verb("import", "Make a profile of another program's settings", &[
                "omsh profile import dhcp_isc.yml --name foreman",
            ])
            .long_about(
                "Make a profile of another program's settings: dhcp_isc.yml or dhcp.yml of Foreman's smart proxy, xCAT's \
                 passwd table as `tabdump passwd` prints it, or a dhcpd.conf. The secret goes into a key file of mode \
                 600 beside config.toml.",
            )
            .arg(
                Arg::new("file")
                    .value_name("FILE")
                    .required(true)
                    .value_parser(value_parser!(PathBuf))
                    .value_hint(ValueHint::FilePath)
                    .help("The other program's file"),
            )
            .arg(Arg::new("new-name").long("name").value_name("NAME").default_value("default").help("The profile's name"))
            .arg(
                Arg::new("algorithm")
                    .long("algorithm")
                    .value_name("NAME")
                    .help("The key's algorithm where the file does not say it; without it hmac-md5"),
            )
            .arg(
                Arg::new("force")
                    .long("force")
                    .action(ArgAction::SetTrue)
                    .help("Replace a profile and a key file that are there"),
            ),
        )
}

/// What the command line asks for.
pub(super) fn invocation(name: &str, mut matches: ArgMatches) -> Setup {
    match name {
        "check" => Setup::Check(Box::new(Check {
            user: option(&mut matches, "user"),
            proxy: option(&mut matches, "proxy"),
            connection: connection_options(&mut matches),
            files: FileOptions {
                conf: option(&mut matches, "conf"),
                leases: option(&mut matches, "leases"),
                ..FileOptions::default()
            },
            output: output_options(&mut matches),
        })),
        "keygen" => Setup::Keygen(Box::new(Keygen {
            name: required(&mut matches, "name"),
            algorithm: option(&mut matches, "algorithm"),
            for_version: option(&mut matches, "for-version"),
            files: FileOptions::default(),
            server: None,
            key_file: option(&mut matches, "key-file"),
            force: matches.get_flag("force"),
            show_secret: matches.get_flag("show-secret"),
        })),
        _ => {
            let (verb, mut matches) = matches.remove_subcommand().expect("it is required");
            let task = match verb.as_str() {
                "list" => ProfileTask::List,
                "show" => ProfileTask::Show { name: option(&mut matches, "name") },
                "test" => ProfileTask::Test { name: option(&mut matches, "name") },
                _ => ProfileTask::Import {
                    file: option(&mut matches, "file").expect("it is required"),
                    name: required(&mut matches, "new-name"),
                    algorithm: option(&mut matches, "algorithm"),
                    force: matches.get_flag("force"),
                },
            };
            Setup::Profile(ProfileRequest { task, output: output_options(&mut matches) })
        }
    }
}
