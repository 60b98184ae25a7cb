//! Where output goes: to the terminal, through a pager when the screen is too small for it, into a file, to a command.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus as ProcessStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::LocalModes;

use crate::commands::browse::PAGED;
use crate::commands::browse::files::expanded;

use super::patience::Person;
use super::terminal::KeyMode;
use super::tokens::Redirection;

/// How often a command that runs is looked after.
const INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// The screen.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Whether long output goes through a pager.
    pub has_pager: bool,
    /// Whether there are colours.
    pub has_color: bool,
    /// Who looks at it.
    pub person: Person,
}

/// Columns and rows of the terminal.
pub fn size() -> (usize, usize) {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or((80, 24), |(width, height)| (usize::from(width.0).max(1), usize::from(height.0).max(2)))
}

impl Screen {
    /// Shows text that is all there.
    ///
    /// # Errors
    ///
    /// It could not go where it was sent.
    pub fn show(&self, text: &[u8], to: Option<Redirection<'_>>) -> io::Result<()> {
        match to {
            None => {
                let text = String::from_utf8_lossy(text);
                let text = self.person.readable(&text);
                match self.pager_for(text.as_bytes()) {
                    Some(pager) => feed(pager, text.as_bytes()).map(|_| ()),
                    None => io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
                }
            }
            Some(Redirection::Pipe(command)) => feed(shell(command)?, text).map(|_| ()),
            Some(Redirection::File { path, appends }) => open(path, appends)?.write_all(text),
        }
    }

    fn pager_for(&self, text: &[u8]) -> Option<Child> {
        if !self.has_pager || rows(text) < size().1 { None } else { pager() }
    }

    /// Runs one of our own commands as a process of its own. Returns how it ended; `None` when it was interrupted.
    ///
    /// # Errors
    ///
    /// It could not be started, or its output could not go where it was sent.
    pub fn run_own(
        &self,
        words: &[String],
        variables: &[(&str, String)],
        to: Option<Redirection<'_>>,
    ) -> io::Result<Option<ProcessStatus>> {
        let mut command = self.own(words, variables);
        match to {
            Some(Redirection::File { path, appends }) => {
                command.stdout(open(path, appends)?);
                self.wait(&mut command.spawn()?)
            }
            Some(Redirection::Pipe(line)) => {
                let mut reader = shell(line)?;
                let stdin = reader.stdin.take().ok_or_else(|| io::Error::other("it has no stdin"))?;
                command.stdout(stdin);
                let mut child = command.spawn()?;
                // Its end of the pipe is ours too, until this.
                drop(command);
                // Ctrl-C is for both of them, and the reader may have the terminal.
                let status = child.wait()?;
                reader.wait()?;
                Ok((!self.person.takes_interrupt() || status.success()).then_some(status))
            }
            None => {
                command.env(PAGED, "1").env("COLUMNS", size().0.to_string()).stdout(Stdio::piped());
                self.page(command.spawn()?)
            }
        }
    }

    /// One of our own commands.
    fn own(&self, words: &[String], variables: &[(&str, String)]) -> Command {
        // This program, even where another one stands in its place by now.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg0("omsh")
            .args(words)
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null());
        if !self.has_color {
            command.env("NO_COLOR", "1");
        }
        command
    }

    /// Shows what a process writes, as it comes; from the row on that the screen has no room for, through the pager.
    fn page(&self, mut child: Child) -> io::Result<Option<ProcessStatus>> {
        let Some(mut out) = child.stdout.take() else { return self.wait(&mut child) };
        let start = Instant::now();
        let mut held = Vec::new();
        let mut to_pager: Option<Child> = None;
        let mut is_held = self.has_pager;
        let mut piece = vec![0; PIECE];
        loop {
            if self.person.takes_interrupt() {
                self.person.clear();
                end(&mut child);
                if let Some(pager) = &mut to_pager {
                    drop(pager.stdin.take());
                    pager.wait()?;
                } else {
                    io::stdout().write_all(&held)?;
                }
                return Ok(None);
            }
            match poll(&mut [PollFd::new(&out, PollFlags::IN)], Some(&INTERVAL)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {
                    if to_pager.is_none() && (held.is_empty() || is_held) {
                        self.person.show("reading", start.elapsed());
                    }
                    continue;
                }
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            let count = out.read(&mut piece)?;
            self.person.clear();
            if count == 0 {
                break;
            }
            if is_held {
                held.extend_from_slice(&piece[..count]);
                if rows(&held) < size().1 {
                    continue;
                }
                is_held = false;
                to_pager = pager();
            } else {
                held.clear();
                held.extend_from_slice(&piece[..count]);
            }
            let written = match &mut to_pager {
                Some(pager) => pager.stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(&held)),
                None => io::stdout().write_all(&held),
            };
            held.clear();
            if written.is_err() {
                // Whoever reads has seen enough.
                end(&mut child);
                break;
            }
        }
        if !held.is_empty() {
            io::stdout().write_all(&held)?;
        }
        io::stdout().flush()?;
        if let Some(mut pager) = to_pager {
            drop(pager.stdin.take());
            while pager.try_wait()?.is_none() {
                std::thread::sleep(Duration::from_millis(20));
            }
            self.person.takes_interrupt();
        }
        child.wait().map(Some)
    }

    /// Waits for a process, until Ctrl-C.
    fn wait(&self, child: &mut Child) -> io::Result<Option<ProcessStatus>> {
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                self.person.clear();
                return Ok(Some(status));
            }
            if self.person.takes_interrupt() {
                self.person.clear();
                end(child);
                return Ok(None);
            }
            self.person.show("working", start.elapsed());
            let nap = if start.elapsed() < Duration::from_millis(100) { 2 } else { 50 };
            std::thread::sleep(Duration::from_millis(nap));
        }
    }

    /// Runs a command of the system's shell, with the terminal to itself.
    ///
    /// # Errors
    ///
    /// There is no such shell.
    pub fn run_system(&self, line: &str) -> io::Result<ProcessStatus> {
        let status = Command::new("sh").arg("-c").arg(line).status();
        // Ctrl-C was for the command.
        self.person.takes_interrupt();
        status
    }

    /// Runs `watch` until a key is pressed.
    ///
    /// # Errors
    ///
    /// It could not be started.
    pub fn watch(&self, words: &[String], variables: &[(&str, String)]) -> io::Result<Option<ProcessStatus>> {
        let mut command = self.own(words, variables);
        let terminal = KeyMode::without(LocalModes::ICANON | LocalModes::ECHO);
        let mut child = command.spawn()?;
        let stdin = io::stdin();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
            let has_key = matches!(poll(&mut polled, Some(&INTERVAL)), Ok(1..));
            if has_key {
                let mut key = [0; 64];
                let _ = rustix::io::read(&stdin, &mut key);
            }
            if has_key || self.person.takes_interrupt() {
                if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                    // It may have ended by itself.
                    let _ = kill_process(pid, Signal::INT);
                }
                child.wait()?;
                break None;
            }
        };
        drop(terminal);
        self.person.takes_interrupt();
        Ok(status)
    }
}

/// How many rows of the terminal the text takes.
fn rows(text: &[u8]) -> usize {
    let columns = size().0;
    let row_count = |line: &[u8]| {
        let mut width = 0;
        let mut is_escape = false;
        for &byte in line {
            match byte {
                b'\x1b' => is_escape = true,
                b'a'..=b'z' | b'A'..=b'Z' if is_escape => is_escape = false,
                // Not the bytes that go on with a character.
                byte if !is_escape && byte & 0xc0 != 0x80 => width += 1,
                _ => {}
            }
        }
        usize::max(width, 1).div_ceil(columns)
    };
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    if text.is_empty() { 0 } else { text.split(|&byte| byte == b'\n').map(row_count).sum() }
}

/// The pager, if there is one: what is not there would swallow what it is given.
fn pager() -> Option<Child> {
    let said = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let all = said.map_or_else(|| vec!["less".to_owned(), "more".to_owned()], |said| vec![said]);
    let line = all.into_iter().find(|line| is_there(line))?;
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    command.spawn().ok()
}

/// Whether the system's shell finds the program that a line begins with.
fn is_there(line: &str) -> bool {
    let program = line.split_whitespace().next().unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-c", "command -v -- \"$1\"", "sh", program]).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn shell(line: &str) -> io::Result<Child> {
    if line.is_empty() {
        return Err(io::Error::other("expected a command behind |"));
    }
    Command::new("sh").arg("-c").arg(line).stdin(Stdio::piped()).spawn()
}

fn feed(mut to: Child, text: &[u8]) -> io::Result<ProcessStatus> {
    if let Some(mut stdin) = to.stdin.take() {
        // Whoever reads no further has seen enough.
        let _ = stdin.write_all(text);
    }
    to.wait()
}

fn open(path: &str, appends: bool) -> io::Result<std::fs::File> {
    let word = super::tokens::unquoted(path);
    if word.is_empty() {
        return Err(io::Error::other("expected a file's name behind >"));
    }
    let file = OpenOptions::new().create(true).append(appends).write(true).truncate(!appends).open(expanded(&word));
    file.map_err(|error| io::Error::new(error.kind(), format!("cannot write {word}: {error}")))
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
