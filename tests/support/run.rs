//! One run of a program: its name, arguments, input and environment, and what came of it.

use super::net::Net;
use super::scratch::Scratch;
use super::{OMSHELL, OURS};
use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What to run, and how. Everything not said is empty; the limit is 20 seconds.
pub struct Run {
    program: PathBuf,
    name: String,
    arguments: Vec<OsString>,
    stdin: Vec<u8>,
    environment: Vec<(OsString, OsString)>,
    merged: bool,
    limit: Duration,
}

/// What came of a [`Run`]. After a time-out, what had been printed until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Signal(i32),
    Timeout,
}

impl Run {
    /// Ours, started as a drop-in: under the name `omshell`.
    pub fn ours() -> Run {
        Run::program(OURS)
    }

    /// ISC's.
    pub fn omshell() -> Run {
        Run::program(OMSHELL)
    }

    /// Any program, started under the name `omshell`.
    pub fn program(path: impl Into<PathBuf>) -> Run {
        Run {
            program: path.into(),
            name: "omshell".into(),
            arguments: Vec::new(),
            stdin: Vec::new(),
            environment: Vec::new(),
            merged: false,
            limit: Duration::from_secs(20),
        }
    }

    /// The last part of `argv[0]`.
    pub fn named(mut self, name: &str) -> Run {
        self.name = name.into();
        self
    }

    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Run {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Run {
        self.stdin = input.into();
        self
    }

    /// One more variable, besides `PATH`, `HOME`, `LC_ALL` and `TERM`.
    pub fn environment(mut self, name: &str, value: impl Into<OsString>) -> Run {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// One pipe for stdout and stderr, as after `2>&1`; it comes out as stdout.
    pub fn merged(mut self) -> Run {
        self.merged = true;
        self
    }

    pub fn limit(mut self, limit: Duration) -> Run {
        self.limit = limit;
        self
    }

    /// Runs it in `net`.
    pub fn within(self, net: &Net) -> Outcome {
        self.run(|program| net.command(program))
    }

    /// Runs it in the network the test itself is in.
    pub fn alone(self) -> Outcome {
        self.run(|program| Command::new(program))
    }

    fn run(self, command: impl FnOnce(&Path) -> Command) -> Outcome {
        let folder = Scratch::new();
        let link = folder.join(&self.name);
        symlink(&self.program, &link).expect("a symbolic link in our own directory");
        let mut command = command(&link);
        command.args(&self.arguments).current_dir(folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder.path());
        command.env("LC_ALL", "C").env("TERM", "dumb").envs(self.environment);

        let (stdout, out) = std::io::pipe().expect("a pipe");
        let (stderr, mut err) = std::io::pipe().expect("a pipe");
        if self.merged {
            err = out.try_clone().expect("a second handle on the pipe");
        }
        command.stdin(Stdio::piped()).stdout(out).stderr(err);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // It holds the pipes' writing ends, and a reader would wait for these for ever.
        drop(command);

        let mut stdin = child.stdin.take().expect("piped");
        thread::scope(|scope| {
            // All three at once, or a program that prints while there is input left blocks for ever.
            scope.spawn(move || {
                // One that leaves early, as any omshell with an argument does, breaks this pipe.
                let _ = stdin.write_all(&self.stdin);
            });
            let stdout = scope.spawn(|| everything(stdout));
            let stderr = scope.spawn(|| everything(stderr));
            let end = wait(&mut child, self.limit);
            Outcome { stdout: stdout.join().expect("a reader"), stderr: stderr.join().expect("a reader"), end }
        })
    }
}

fn everything(mut pipe: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).expect("a readable pipe");
    bytes
}

/// Waits at most `limit`, then kills.
fn wait(child: &mut Child, limit: Duration) -> End {
    let limit = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().expect("our own child") {
            return status.into();
        }
        if Instant::now() >= limit {
            child.kill().expect("our own child");
            child.wait().expect("our own child");
            return End::Timeout;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> End {
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Exit(code),
            (None, signal) => End::Signal(signal.expect("ended by a signal when there is no code")),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) => write!(f, "{code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
            End::Timeout => write!(f, "timeout"),
        }
    }
}

impl std::str::FromStr for End {
    type Err = String;

    fn from_str(text: &str) -> Result<End, String> {
        let number = |digits: &str| digits.parse().map_err(|_| format!("no exit status: {text}"));
        match text.strip_prefix("signal ") {
            Some(signal) => Ok(End::Signal(number(signal)?)),
            None if text == "timeout" => Ok(End::Timeout),
            None => Ok(End::Exit(number(text)?)),
        }
    }
}
