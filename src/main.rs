//! Picks a face for the command line, and maps the outcome to an exit status.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{ExitCode, Termination};
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result};
use omsh::cli::{self, CommandVerbs, Invocation, Shell, Source, Stop, TerminalCommands};
use omsh::commands::connection::{ServerSettings, Settings};
use omsh::commands::live::sentence;
use omsh::dhcpd::conf::keep_streams;
use omsh::omapi::client::Pace;
use omsh::omapi::trace::Trace;
use omsh::repl::commands::Commands;
use omsh::repl::{self, Start};
use omsh::shell::{ExitStatus, Interpreter, Options, ShellConnection, dropin, script};
use omsh::shown::ShowPath as _;

fn main() -> ExitCode {
    let start = Instant::now();
    let arguments: Vec<_> = std::env::args_os().collect();
    if cli::complete::answer(&arguments, start) {
        return ExitCode::SUCCESS;
    }
    let program = cli::program_name(arguments.first().map(|name| name.as_os_str()));
    match cli::parse(arguments) {
        Ok(invocation) => match run(invocation, &program) {
            Ok(status) => status.report(),
            Err(error) => {
                complain(&format!("{program}: {}", sentence(&error)));
                ExitStatus::Usage.report()
            }
        },
        Err(Stop::Usage(name)) => {
            complain(&format!("Usage: {name}"));
            ExitCode::FAILURE
        }
        Err(Stop::Json(failure)) => {
            // There is nobody else to tell.
            let _ = io::stderr().write_all(&failure.json());
            failure.status().report()
        }
        Err(Stop::Clap(error, status)) => {
            // Nobody is left to hear that this could not be printed.
            let _ = error.print();
            ExitCode::from(status)
        }
        Err(Stop::Nagios(error, service)) => {
            // To Nagios, 2 would be critical. Nobody is left to hear that this could not be printed.
            let _ = error.print();
            let _ = writeln!(io::stdout(), "{}", cli::unknown_line(&error, service));
            ExitStatus::Unknown.report()
        }
    }
}

/// Writes to stderr, where there may be nobody left to read it.
fn complain(sentence: &str) {
    let _ = writeln!(io::stderr(), "{sentence}");
}

fn run(invocation: Invocation, program: &str) -> Result<ExitStatus> {
    // The drop-in runs every command whether somebody hears of it or not, as omshell does; and a change on a server is made
    // and reported where it can be.
    let runs_all_the_same = match &invocation {
        Invocation::Shell(shell) => shell.source == Source::Stdin,
        Invocation::Live(live) => !live.is_for_nagios(),
        _ => false,
    };
    let out = if !runs_all_the_same && is_stdout_closed() { closed()? } else { unbuffered(io::stdout())? };
    let err = io::stderr();
    // These read dhcpd.conf for the key, and again for what it declares.
    let is_reader = matches!(&invocation, Invocation::Shell(_) | Invocation::Setup(_) | Invocation::Live(_));
    let _kept = is_reader.then(keep_streams);
    let Shell { source, strict, timeout, rate, has_own_timeout, trace, connection, files, plain, is_omshell } =
        match invocation {
            Invocation::Shell(shell) => *shell,
            Invocation::Rehearse(rehearse) => return rehearse.run(program, unbuffered(io::stdin())?, out, err),
            Invocation::Browse(browse) => {
                let (mut out, mut err) = (out, err);
                return browse.run(program, &mut out, &mut err);
            }
            Invocation::Export(export) => {
                let (mut out, mut err) = (out, err);
                return export.run(program, &mut out, &mut err);
            }
            Invocation::Setup(setup) => {
                let (mut out, mut err) = (out, err);
                return Ok(setup.run(program, &ShellConnection::default(), &mut out, &mut err));
            }
            Invocation::Live(live) => {
                let (mut out, mut err) = (out, err);
                return Ok(live.run(program, &ShellConnection::default(), None, &mut out, &mut err));
            }
        };
    omsh::limits::wait_for_writers(timeout);
    if source == Source::Stdin && !strict && !is_omshell && repl::is_at_terminal() {
        let start = Start { connection: connection.clone(), files: files.clone(), is_plain: plain };
        let commands =
            |journal| Rc::new(TerminalCommands::new(journal, connection, files).with_refresh()) as Rc<dyn Commands>;
        return repl::run(start, env!("CARGO_PKG_VERSION"), commands);
    }
    let trace =
        trace.map(|path| Trace::open(&path).with_context(|| format!("cannot write the trace to {}", path.shown())));
    let trace = trace.transpose()?;
    // A script's lines have their place before what is said of them.
    let verbs =
        CommandVerbs::new(if source == Source::Stdin { program } else { "" }, has_own_timeout.then_some(timeout));
    let verbs = verbs.with_connection(connection.clone(), files.clone());
    let pace = Pace { rate, full_speed: false };
    let mut shell =
        Interpreter::new(Options { timeout, trace, pace, ..Options::default() }).with_verbs(Box::new(verbs));
    shell.set_wait(connection.wait);
    if connection.is_aimed() {
        let settings = match source {
            Source::Stdin => Settings::of_drop_in(&connection, &files)?,
            _ => Settings::of_shell(&connection, &files, &ShellConnection::default())?,
        };
        if let Some(remark) = &settings.remark {
            complain(&format!("{program}: {remark}"));
        }
        if source != Source::Stdin {
            shell.set_wait(settings.wait.as_ref().map(|wait| wait.value));
        }
        shell.set_defaults(settings.servers.first().map(ServerSettings::as_said).unwrap_or_default());
    }
    // What is typed is not read ahead, even where several lines are there at once.
    let is_typed = matches!(&source, Source::Stdin) || matches!(&source, Source::File(path) if path == "-");
    if !(is_typed && io::stdin().is_terminal()) {
        shell = shell.with_read_ahead();
    }
    if source != Source::Stdin {
        shell = shell.with_full_names();
    }
    let shell = &mut shell;
    Ok(match source {
        Source::Stdin => dropin::run(shell, unbuffered(io::stdin())?, out, err, program, strict),
        Source::Lines(lines) => script::run(shell, lines.as_bytes(), "-c", out, err, strict),
        Source::File(path) => {
            let name = Path::new(&path).shown().to_string();
            script::run(shell, open(&path)?, &name, out, err, strict)
        }
    })
}

fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path == "-" {
        return Ok(Box::new(unbuffered(io::stdin())?));
    }
    let file = omsh::limits::open(path).with_context(|| format!("cannot read {}", path.shown()))?;
    Ok(Box::new(file))
}

/// A standard stream without the buffer of the standard library, which would cut our writes at
/// newlines and read ahead without telling whether a line is there.
fn unbuffered(stream: impl AsFd) -> Result<File> {
    let descriptor: OwnedFd = stream.as_fd().try_clone_to_owned().context("cannot use a standard stream")?;
    Ok(File::from(descriptor))
}

/// Whether this process was started with a closed stdout.
///
/// The standard library has opened `/dev/null` for reading and writing in its place by now, where a shell's
/// `>/dev/null` is for writing only. Daemons and some languages open theirs for both as well, but mostly for stdin
/// or stderr too: then this cannot be told apart, and counts as wanted.
fn is_stdout_closed() -> bool {
    is_null_for_both(io::stdout()) && !is_null_for_both(io::stdin()) && !is_null_for_both(io::stderr())
}

fn is_null_for_both(stream: impl AsFd) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(null) = std::fs::metadata("/dev/null") else { return false };
    let is_null = rustix::fs::fstat(&stream).is_ok_and(|stat| stat.st_rdev == null.rdev());
    let access = rustix::fs::fcntl_getfl(&stream).map(|flags| flags & rustix::fs::OFlags::ACCMODE);
    is_null && access == Ok(rustix::fs::OFlags::RDWR)
}

/// A stream that every write to fails, as to a closed one.
fn closed() -> Result<File> {
    File::open("/dev/null").context("stdout is closed")
}
