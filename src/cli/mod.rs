//! The command line: the one source of help, man page and completions.

mod browse;
mod bulk;
pub mod complete;
mod export;
mod live;
mod manual;
mod options;
mod rehearse;
mod setup;
mod terminal;
mod verbs;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use crate::commands::browse::{Browse, FileOptions};
use crate::commands::bulk::export::Export;
use crate::commands::connection::ConnectionOptions;
use crate::commands::live::{FAILOVER_SERVICE, Failure, Kind, Live};
use crate::commands::rehearse::Rehearse;
use clap::builder::FalseyValueParser;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};

pub use manual::{Page, Section, pages};
pub use setup::Setup;
pub use terminal::TerminalCommands;
pub use verbs::CommandVerbs;

/// The options that bring a script.
const LINES: &str = "lines";

/// The longest time-out that can be asked for, in seconds: a day.
const MAX_TIMEOUT: f64 = 86_400.0;

/// The time-out unless another is asked for, in seconds.
pub(super) const DEFAULT_TIMEOUT: &str = "10";

/// Where the lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// stdin, with omshell's prompts and status.
    Stdin,
    /// `-c`: the lines themselves.
    Lines(String),
    /// `-f`: a file; `-` is stdin.
    File(PathBuf),
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Invocation {
    /// The shell.
    Shell(Box<Shell>),
    /// `rehearse`.
    Rehearse(Rehearse),
    /// A command that browses dhcpd's files.
    Browse(Box<Browse>),
    /// `export`.
    Export(Box<Export>),
    /// A command that talks to a live server.
    Live(Box<Live>),
    /// A command that sets things up.
    Setup(Box<Setup>),
}

/// The shell, and where its lines come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Shell {
    /// Where the lines come from.
    pub source: Source,
    /// Stop at the first failure.
    pub strict: bool,
    /// The longest wait for a connection, and for each answer.
    pub timeout: Duration,
    /// The most changes a second.
    pub rate: Option<NonZeroU32>,
    /// An option says so, and neither a variable nor nobody.
    pub has_own_timeout: bool,
    /// Where messages are written down: a file, `-` for stderr.
    pub trace: Option<PathBuf>,
    /// What options say of the connection; at a terminal, it is made at the start.
    pub connection: ConnectionOptions,
    /// The server's files, as far as options say where they are.
    pub files: FileOptions,
    /// At a terminal, neither an editor nor colours.
    pub plain: bool,
    /// The program stands in omshell's place, at a terminal as well.
    pub is_omshell: bool,
}

/// How a command line ends that asks for no run.
#[derive(Debug)]
pub enum Stop {
    /// To be printed by clap: help, the version, or what is wrong. With its exit status.
    Clap(clap::Error, u8),
    /// To be printed by clap, and as a line for Nagios about a service of this name.
    Nagios(clap::Error, &'static str),
    /// What is wrong, for a program.
    Json(Failure),
    /// omshell's own answer to arguments that mean nothing: `Usage: NAME`, exit status 1.
    Usage(String),
}

/// The name that a program was started under, without directories.
pub fn program_name(argv0: Option<&OsStr>) -> String {
    let name = argv0.and_then(|path| std::path::Path::new(path).file_name()).unwrap_or(OsStr::new("omsh"));
    name.to_string_lossy().into_owned()
}

/// What `--version` says after the name. The man pages have the plain version: they stay as they are from
/// commit to commit.
pub fn version() -> String {
    format!(
        "{} (commit {}, OMAPI protocol version {})",
        env!("CARGO_PKG_VERSION"),
        env!("OMSH_BUILT_COMMIT"),
        crate::omapi::session::VERSION
    )
}

/// The definition of the command line.
pub fn command() -> Command {
    let all = live::commands().into_iter().chain(browse::commands()).chain(setup::commands());
    with_commands(all.chain([export::command(), rehearse::command()]).collect())
}

fn with_commands(commands: Vec<Command>) -> Command {
    with_terminal(shell())
        .subcommands(commands)
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .subcommand_value_name("COMMAND")
}

/// The definition as far as a command line needs it: all of it takes a while.
fn definition_for(arguments: &[OsString]) -> Command {
    let word = |at: usize| arguments.get(at).and_then(|word| word.to_str());
    match word(1) {
        None if arguments.len() < 2 => with_terminal(shell()),
        Some(name) if live::NAMES.contains(&name) => with_commands(vec![live::command(name, word(2))]),
        _ => command(),
    }
}

/// What there is beside commands.
fn shell() -> Command {
    Command::new("omsh")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Look at and change a running ISC dhcpd over OMAPI, as omshell does")
        .long_about(
            "Look at and change a running ISC dhcpd over OMAPI, as omshell does.\n\n\
             At a terminal it is an interactive shell, with history, completion and undo. Without one, and without -c or \
             -f, omsh reads omshell's commands from stdin and answers byte for byte as ISC's omshell 4.4 does, so that \
             it can take the place of /usr/bin/omshell. With -c or -f it prints only \
             what the server says, and its exit status tells how it went.",
        )
        .arg(
            Arg::new("command")
                .short('c')
                .long("command")
                .value_name("LINES")
                .help("Run these lines, without prompts and status")
                .conflicts_with("file")
                .group(LINES),
        )
        .arg(
            Arg::new("file")
                .short('f')
                .long("file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(clap::ValueHint::FilePath)
                .help("Run the lines of FILE, without prompts and status; - is stdin")
                .group(LINES),
        )
        .group(ArgGroup::new(LINES).multiple(true))
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .env("OMSH_STRICT")
                .value_parser(FalseyValueParser::new())
                .help("Stop at the first failure, with an exit status that says of which kind it is"),
        )
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .env("OMSH_TIMEOUT")
                .default_value(DEFAULT_TIMEOUT)
                .value_parser(timeout)
                .help("Wait no longer for a connection, and for each answer")
                .long_help(
                    "Wait no longer for a connection, and for each answer. A server that is told to shut down gets \
                     20 seconds at least: dhcpd takes 11.",
                ),
        )
        .arg(options::rate().requires(LINES).help("With -c or -f: make at most N changes a second"))
        .arg(
            Arg::new("trace")
                .long("trace")
                .value_name("FILE")
                .env("OMSH_TRACE")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("-")
                .value_parser(value_parser!(OsString))
                .value_hint(clap::ValueHint::FilePath)
                .help("Write every message down, to stderr or to FILE; secrets and signatures are left out"),
        )
        .after_help("omsh(1) says more: exit statuses, the environment, and how omsh differs from omshell.")
}

/// The options of the interactive shell, which omshell's name does not have.
fn with_terminal(command: Command) -> Command {
    const HEADING: &str = "At a terminal, and for connect where the lines say nothing else";
    let plain = options::under(HEADING, "plain", "", "No line editor, no completion, no hints, no colours");
    options::with_files(options::with_server(command, HEADING).arg(options::wait(HEADING)), HEADING)
        .arg(plain.action(ArgAction::SetTrue).num_args(0))
}

/// An empty text is as good as none: that is how a variable is unset in many places.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    let text = if text.is_empty() { DEFAULT_TIMEOUT } else { text };
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= MAX_TIMEOUT => {
            Ok(Duration::from_secs_f64(seconds).max(Duration::from_millis(1)))
        }
        _ => Err(format!(
            "give a number of seconds above 0 and up to {MAX_TIMEOUT}, such as 10 or 0.5, in --timeout or OMSH_TIMEOUT"
        )),
    }
}

/// Reads a command line, its first word included.
pub fn parse(arguments: Vec<OsString>) -> Result<Invocation, Stop> {
    let name = program_name(arguments.first().map(OsString::as_os_str));
    match name.as_str() {
        "omshell" => parse_as_omshell(&name, arguments),
        _ => {
            let for_nagios = nagios_service(&arguments);
            let in_json = is_live(&arguments) && wants_json(&arguments);
            // A script on stdin is the most frequent use, and has no command to look for.
            let command = definition_for(&arguments);
            let outcome = command.version(version()).try_get_matches_from(arguments.iter().cloned());
            match outcome.map_err(|error| with_suggestion(error, &arguments)) {
                Ok(matches) => Ok(invocation(matches)),
                Err(error) if !error.use_stderr() => Err(stop_for(error)),
                Err(error) => Err(match for_nagios {
                    Some(service) => Stop::Nagios(error, service),
                    None if in_json => Stop::Json(usage_failure(&error)),
                    None => stop_for(error),
                }),
            }
        }
    }
}

/// How many letters an option may be away from the one that is meant.
const NEAR: usize = 2;

/// The error with the option that is meant, where clap has no idea: it does not see that two letters of a
/// short one have changed places.
fn with_suggestion(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    use clap::error::{ContextKind, ContextValue};
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidArg) else { return error };
    if error.kind() != ErrorKind::UnknownArgument || error.get(ContextKind::SuggestedArg).is_some() {
        return error;
    }
    let all = command();
    let mut inner = &all;
    for word in &arguments[1..] {
        match word.to_str().and_then(|word| inner.find_subcommand(word)) {
            Some(named) => inner = named,
            None => break,
        }
    }
    let wrong = wrong.trim_start_matches('-');
    let distance = |name: &&str| strsim::osa_distance(name, wrong);
    let nearest = inner.get_arguments().filter_map(Arg::get_long).min_by_key(distance);
    let Some(nearest) = nearest.filter(|name| distance(name) <= NEAR && wrong.len() > NEAR) else { return error };
    let nearest = format!("--{nearest}");
    let mut error = error;
    error.insert(ContextKind::SuggestedArg, ContextValue::String(nearest));
    error.remove(ContextKind::Suggested);
    error
}

/// Whether a command is asked whose failures are JSON where its answer would be.
fn is_live(arguments: &[OsString]) -> bool {
    let name = arguments.get(1).and_then(|name| name.to_str());
    name.is_some_and(|name| live::NAMES.contains(&name) || setup::NAMES.contains(&name))
}

/// Says a sentence to people, signed by a program if that has a name.
fn say(program: &str, err: &mut dyn Write, sentence: &str) {
    // There is nobody else to tell.
    let _ = match program {
        "" => writeln!(err, "{sentence}"),
        program => writeln!(err, "{program}: {sentence}"),
    };
}

/// Whether its answer is to be JSON.
fn wants_json(arguments: &[OsString]) -> bool {
    let formats = ["json", "jsonl"];
    let is_format = |word: &OsString| formats.iter().any(|format| word == format);
    let joined = |word: &OsString| formats.iter().any(|format| *word == *format!("--output={format}"));
    arguments.windows(2).any(|pair| pair[0] == "--output" && is_format(&pair[1])) || arguments.iter().any(joined)
}

/// What clap says of a command line, for programs.
fn usage_failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let said: Vec<&str> = lines.iter().copied().take_while(|line| !line.starts_with("Usage:")).collect();
    let (message, more) = said.split_first().unwrap_or((&"the command line is not understood", &[]));
    let message = message.trim_start_matches("error: ");
    if message.ends_with(':') {
        return Failure::new(Kind::Usage, format!("{message} {}", more.join(", ")));
    }
    let failure = Failure::new(Kind::Usage, message);
    if more.is_empty() { failure } else { failure.advise(more.join("; ")) }
}

/// The line of a check whose command line is wrong.
pub fn unknown_line(error: &clap::Error, service: &'static str) -> String {
    let text = error.render().to_string();
    let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").as_bytes().to_vec();
    let severity = crate::render::nagios::Severity::Unknown;
    let (warning, critical) = (None, None);
    crate::render::nagios::Line { service, severity, text: &first, figures: &[], warning, critical }.to_string()
}

/// The service in Nagios's line, when `pools` or `failover show` is asked as Nagios asks.
fn nagios_service(arguments: &[OsString]) -> Option<&'static str> {
    let asks = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        ["--warning", "--critical", "--max-age"].iter().any(|option| argument.starts_with(option))
    };
    let is = |at: usize, word: &str| arguments.get(at).is_some_and(|command| command == word);
    let about_failover = is(1, "failover") && is(2, "show") && is_any(arguments, "--nagios");
    let about_pools = is(1, "pools") && arguments.iter().any(asks);
    about_failover.then_some(FAILOVER_SERVICE).or(about_pools.then_some("DHCP"))
}

fn is_any(arguments: &[OsString], word: &str) -> bool {
    arguments.iter().any(|argument| argument == word)
}

/// omshell knows no arguments at all. Ours are known under its name as well, but for `-h` and `-V`:
/// every other word gets omshell's answer.
fn parse_as_omshell(name: &str, arguments: Vec<OsString>) -> Result<Invocation, Stop> {
    if arguments.iter().any(|argument| argument == "--") {
        return Err(Stop::Usage(name.to_owned()));
    }
    let command = shell()
        .name("omshell")
        // Somebody who asks which of the two is there has to read it here.
        .display_name("omsh")
        .version(version())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("help").long("help").action(ArgAction::Help))
        .arg(Arg::new("version").long("version").action(ArgAction::Version));
    match command.try_get_matches_from(arguments) {
        Ok(matches) => Ok(match invocation(matches) {
            Invocation::Shell(shell) => Invocation::Shell(Box::new(Shell { is_omshell: true, ..*shell })),
            other => other,
        }),
        Err(error) if error.kind() == ErrorKind::UnknownArgument => Err(Stop::Usage(name.to_owned())),
        Err(error) => Err(stop_for(error)),
    }
}

fn stop_for(error: clap::Error) -> Stop {
    let status = if error.use_stderr() { 2 } else { 0 };
    Stop::Clap(error, status)
}

fn invocation(mut matches: ArgMatches) -> Invocation {
    if let Some((name, matches)) = matches.remove_subcommand() {
        return match name.as_str() {
            rehearse::NAME => Invocation::Rehearse(rehearse::invocation(matches)),
            export::NAME => Invocation::Export(Box::new(export::invocation(matches))),
            name if setup::NAMES.contains(&name) => Invocation::Setup(Box::new(setup::invocation(name, matches))),
            name if live::NAMES.contains(&name) => Invocation::Live(Box::new(live::invocation(name, matches))),
            name => Invocation::Browse(Box::new(browse::invocation(name, matches))),
        };
    }
    let source = match (matches.remove_one("command"), matches.remove_one("file")) {
        (Some(lines), _) => Source::Lines(lines),
        (None, Some(path)) => Source::File(path),
        (None, None) => Source::Stdin,
    };
    let has_own_timeout = matches.value_source("timeout") == Some(ValueSource::CommandLine);
    let timeout = matches.remove_one("timeout").expect("it has a default");
    let trace = matches.remove_one::<OsString>("trace").filter(|path| !path.is_empty()).map(PathBuf::from);
    Invocation::Shell(Box::new(Shell {
        connection: ConnectionOptions {
            server: options::option(&mut matches, "server"),
            port: options::option(&mut matches, "port"),
            key_file: options::option(&mut matches, "key-file"),
            allow_readable_key: options::is_set(&matches, "allow-readable-key"),
            profile: options::option(&mut matches, "profile"),
            timeout: has_own_timeout.then_some(timeout),
            wait: options::option(&mut matches, "wait"),
            trace: trace.clone(),
            ..ConnectionOptions::default()
        },
        files: FileOptions {
            conf: options::option(&mut matches, "conf"),
            leases: options::option(&mut matches, "leases"),
            ..FileOptions::default()
        },
        plain: options::is_set(&matches, "plain"),
        rate: options::option(&mut matches, "rate"),
        is_omshell: false,
        source,
        strict: matches.get_flag("strict"),
        has_own_timeout,
        timeout,
        trace,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Shell, Stop> {
        match parse(line.split(' ').map(OsString::from).collect())? {
            Invocation::Shell(shell) => Ok(*shell),
            other => panic!("{line} is {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn options_of_ours_under_both_names() {
        for name in ["omsh", "/usr/bin/omshell"] {
            let run = parsed(&format!("{name} --strict --timeout 0.5 --trace -f x")).unwrap();
            assert_eq!(run.source, Source::File("x".into()));
            assert!(run.strict);
            assert_eq!(run.timeout, Duration::from_millis(500));
            assert_eq!(run.trace, Some("-".into()));
        }
        assert_eq!(parsed("omsh").unwrap().source, Source::Stdin);
        let empty = parsed("omsh --timeout= --trace=").unwrap();
        assert_eq!((empty.timeout, empty.trace), (Duration::from_secs(10), None));
    }

    #[test]
    fn omshell_answers_in_its_own_way_to_what_is_not_ours() {
        for line in ["omshell -h", "omshell script.oms", "omshell -s 127.0.0.1", "./omshell --nonsense", "omshell --"] {
            assert!(matches!(parsed(line), Err(Stop::Usage(name)) if name == "omshell"), "{line}");
        }
        assert!(matches!(parsed("omshell rehearse -"), Err(Stop::Usage(_))));
        for line in [
            "omsh --nonsense",
            "omsh rehearse",
            "omsh rehearse --listen :0 x",
            "omsh rehearse --log x y",
            "omsh --timeout 0",
            "omshell --timeout soon",
            "omsh -c x -f y",
            "omsh --rate 5",
            "omsh -c x --rate 0",
            "omsh -c x --rate 1.5",
            "omsh -c x --rate -3",
            "omsh -f x --rate fast",
            "omsh apply x --rate 0",
            "omsh apply x --rate 5 --full-speed",
            "omsh -f x --full-speed",
        ] {
            assert!(matches!(parsed(line), Err(Stop::Clap(_, 2))), "{line}");
        }
        for line in ["omsh -h", "omsh -V", "omshell --help", "omshell --version"] {
            assert!(matches!(parsed(line), Err(Stop::Clap(_, 0))), "{line}");
        }
    }

    #[test]
    fn the_version_tells_commit_and_protocol_under_both_names() {
        let commit = env!("OMSH_BUILT_COMMIT");
        assert!(!commit.is_empty());
        let expected = format!("omsh {} (commit {commit}, OMAPI protocol version 100)\n", env!("CARGO_PKG_VERSION"));
        for line in ["omsh -V", "omsh --version", "omshell --version"] {
            assert!(matches!(parsed(line), Err(Stop::Clap(error, 0)) if error.to_string() == expected), "{line}");
        }
        assert_eq!(command().get_version(), Some(env!("CARGO_PKG_VERSION")), "for the man pages");
    }
}
