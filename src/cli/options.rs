//! Options that many commands have, and what they come to.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::commands::browse::{ColorChoice, OutputFormat, OutputOptions};
use crate::commands::connection::{ConnectionOptions, Peer};
use crate::dhcpd::Family;

use super::timeout;

/// The options that say which server is meant.
pub(super) fn connection(command: Command) -> Command {
    const HEADING: &str = "Connection";
    let option = |name: &'static str, value: &'static str, help: &'static str| under(HEADING, name, value, help);
    let command = with_server(command, HEADING)
        .arg(
            option("peer", "WHICH", "Of two failover partners in the profile: first, second or both")
                .value_parser(["first", "second", "both"])
                .conflicts_with("server"),
        )
        .arg(
            option("timeout", "SECONDS", "Wait no longer for a connection, and for each answer; 10 unless said")
                .value_parser(timeout),
        )
        .arg(wait(HEADING))
        .arg(
            option("trace", "FILE", "Write every message down, to stderr or to FILE; secrets are left out")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("-")
                .value_parser(value_parser!(OsString))
                .value_hint(ValueHint::FilePath),
        )
        .arg(
            option("explain", "", "Say on stderr which setting came from where").action(ArgAction::SetTrue).num_args(0),
        );
    with_files(command, HEADING)
}

/// `--wait`.
pub(super) fn wait(heading: &'static str) -> Arg {
    under(heading, "wait", "SECONDS", "Wait so long for a dhcpd that is just starting and refuses connections")
        .value_parser(timeout_text)
}

fn timeout_text(text: &str) -> Result<std::time::Duration, String> {
    timeout(if text.is_empty() { "none" } else { text })
        .map_err(|rule| rule.replace("--timeout or OMSH_TIMEOUT", "--wait"))
}

/// An option under a heading of the help.
pub(super) fn under(heading: &'static str, name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).help_heading(heading)
}

/// The options for a server and its key.
pub(super) fn with_server(command: Command, heading: &'static str) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| under(heading, name, value, help);
    command
        .arg(option("server", "HOST", "The server. Without it OMSH_SERVER, the profile, or 127.0.0.1"))
        .arg(
            option("port", "PORT", "Its OMAPI port. Without it OMSH_PORT, the profile, dhcpd.conf, or 7911")
                .value_parser(value_parser!(u16).range(1..)),
        )
        .arg(
            option("key-file", "FILE", "The file with the key. Without it OMSH_KEY_FILE, the profile, or dhcpd.conf")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath),
        )
        .arg(
            option("allow-readable-key", "", "Take a key file that all users of this machine can read")
                .action(ArgAction::SetTrue)
                .num_args(0),
        )
        .arg(option("profile", "NAME", "The profile of config.toml that is meant. Without it OMSH_PROFILE, or default"))
}

/// The options for a server's files.
pub(super) fn with_files(command: Command, heading: &'static str) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| under(heading, name, value, help);
    command
        .arg(
            option("conf", "FILE", "The server's dhcpd.conf. Without it OMSH_CONF, the profile, or the usual places")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath),
        )
        .arg(
            option("leases", "FILE", "The server's dhcpd.leases, for what OMAPI does not tell")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath),
        )
}

/// The options that say how an answer is shown.
pub(super) fn shown(command: Command) -> Command {
    command
        .arg(output(&["table", "plain", "json", "jsonl", "csv"]))
        .arg(columns())
        .arg(local())
        .arg(color())
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .help("Nothing on stdout: the exit status tells"),
        )
        .arg(Arg::new("verbose").long("verbose").short('v').action(ArgAction::SetTrue).help("Tell each step on stderr"))
}

/// `--output`.
pub(super) fn output(formats: &[&'static str]) -> Arg {
    Arg::new("output")
        .long("output")
        .value_name("FORMAT")
        .value_parser(clap::builder::PossibleValuesParser::new(formats))
        .default_value(formats[0])
        .help("How it is shown")
}

/// `--columns`.
pub(super) fn columns() -> Arg {
    Arg::new("columns")
        .long("columns")
        .value_name("NAME,…")
        .help("These columns in this order, or all; + before the first adds to what is shown without it")
}

/// `--rate`.
pub(super) fn rate() -> Arg {
    Arg::new("rate")
        .long("rate")
        .value_name("N")
        .value_parser(changes_a_second)
        .help("Make at most N changes a second on each server")
}

fn changes_a_second(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| format!("give a whole number of changes a second, from 1 to {}, such as 20", u32::MAX))
}

/// `--local`.
pub(super) fn local() -> Arg {
    Arg::new("local").long("local").action(ArgAction::SetTrue).help("Times in this machine's time zone, not in UTC")
}

/// `--color`.
pub(super) fn color() -> Arg {
    Arg::new("color")
        .long("color")
        .value_name("WHEN")
        .value_parser(["auto", "always", "never"])
        .default_value("auto")
        .help("Colours: on a terminal unless NO_COLOR is set, always, or never")
}

/// What the options say of the connection.
pub(super) fn connection_options(matches: &mut ArgMatches) -> ConnectionOptions {
    ConnectionOptions {
        server: option(matches, "server"),
        port: option(matches, "port"),
        key_file: option(matches, "key-file"),
        allow_readable_key: is_set(matches, "allow-readable-key"),
        profile: option(matches, "profile"),
        peer: option::<String>(matches, "peer").map(|which| match which.as_str() {
            "first" => Peer::First,
            "second" => Peer::Second,
            _ => Peer::Both,
        }),
        timeout: option(matches, "timeout"),
        wait: option(matches, "wait"),
        trace: option::<OsString>(matches, "trace").filter(|path| !path.is_empty()).map(PathBuf::from),
        explain: is_set(matches, "explain"),
    }
}

/// How the answer is shown.
pub(super) fn output_options(matches: &mut ArgMatches) -> OutputOptions {
    let format = option::<String>(matches, "output");
    OutputOptions {
        format: format.as_deref().map_or(OutputFormat::Table, OutputFormat::named),
        columns: option(matches, "columns"),
        sort: option(matches, "sort"),
        limit: option(matches, "limit"),
        local: is_set(matches, "local"),
        color: match option::<String>(matches, "color").as_deref() {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            _ => ColorChoice::Auto,
        },
    }
}

/// The value of an argument, if it has one, and if the command has it.
pub(super) fn option<T: Clone + Send + Sync + 'static>(matches: &mut ArgMatches, name: &str) -> Option<T> {
    matches.try_remove_one(name).ok().flatten()
}

/// Whether a flag is set; one that a command does not have is not.
pub(super) fn is_set(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}

/// The family that `-4` or `-6` says.
pub(super) fn family(matches: &ArgMatches) -> Option<Family> {
    match (is_set(matches, "4"), is_set(matches, "6")) {
        (true, _) => Some(Family::V4),
        (_, true) => Some(Family::V6),
        _ => None,
    }
}

/// All values of an argument.
pub(super) fn all(matches: &mut ArgMatches, name: &str) -> Vec<String> {
    matches.try_remove_many(name).ok().flatten().map(Iterator::collect).unwrap_or_default()
}

/// The value of an argument that has one.
pub(super) fn required(matches: &mut ArgMatches, name: &str) -> String {
    matches.remove_one(name).expect("it is required or has a default")
}
