//! A trial: the shell meets a hostile server and then, in the same script, a good one. It has to get
//! over the first in bounded time and memory, say so in omshell's words, and go on to the second.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use crate::dialogue::{Dialogue, Ended};
use crate::fake_server::{good, serve};
use crate::support::{OMSHELL, OURS, require_programs};
use std::fmt::Debug;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::Duration;

/// For all waits of a script together: one time-out (1 s here) and what else a busy machine needs.
pub const BOUND: Duration = Duration::from_secs(6);
/// KiB.
const MEMORY: u64 = 64 * 1024;
/// 16 zero bytes.
pub const KEY: &str = "key k AAAAAAAAAAAAAAAAAAAAAA==\n";
pub const PLAIN: bool = false;
pub const KEYED: bool = true;

/// The port of the good server that every script goes on to.
pub static GOOD: LazyLock<u16> = LazyLock::new(|| serve(good));

pub fn ours() -> Command {
    let mut command = Command::new(OURS);
    command.arg0("omshell").env("OMSH_TIMEOUT", "1").env_remove("OMSH_STRICT").env_remove("OMSH_TRACE");
    command
}

pub fn real() -> Command {
    require_programs();
    Command::new(OMSHELL)
}

/// Runs `script` to its last prompt and the end of input.
pub fn run(mut command: Command, script: &str) -> Result<Ended, String> {
    let shell = Dialogue::start(&mut command);
    shell.say(script);
    shell.wait_for_prompts(script.lines().count() + 1, BOUND)?;
    let peak = shell.peak_memory();
    if peak > MEMORY {
        return Err(format!("expected at most {MEMORY} KiB of memory, got {peak}"));
    }
    shell.end(BOUND)
}

pub fn expect_equal(what: &str, expected: &str, got: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    Err(format!("{what}: expected\n{expected:.3000}\n--- got\n{got:.3000}\n---"))
}

pub fn expect_within(expected: &str, got: &str) -> Result<(), String> {
    if got.contains(expected) { Ok(()) } else { Err(format!("expected {expected:?} within\n{got:.3000}\n---")) }
}

/// Runs the checks side by side (most of them only wait) and fails with all that failed.
pub fn each<T: Sync + Debug>(cases: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) {
    let failed = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..cases.len().min(16) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = check(case) {
                        failed.lock().unwrap().push(format!("## {case:?}\n{why}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} failed\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// What becomes of the line that meets the hostile server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// `connect` fails.
    NotConnected,
    /// `connect` succeeds, and the connection is lost under `open`.
    Lost,
}
pub use Fate::{Lost, NotConnected};

/// Words of which one is in the reason that ours gives; none where omshell's words say it all.
pub type Reason = &'static [&'static str];

/// What the shell has to make of hostile servers of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    keyed: bool,
    fate: Fate,
    reason: Reason,
}

/// A server of that kind.
#[derive(Clone, Debug)]
pub struct Trial {
    #[expect(dead_code, reason = "read by Debug, when it fails")]
    name: String,
    port: u16,
    expected: Expected,
}

pub fn expect(keyed: bool, fate: Fate, reason: Reason) -> Expected {
    Expected { keyed, fate, reason }
}

impl Expected {
    /// Of each of these servers, given as name and port.
    pub fn of<N: Into<String>>(self, servers: impl IntoIterator<Item = (N, u16)>) -> Vec<Trial> {
        let trial = |(name, port): (N, _)| Trial { name: name.into(), port, expected: self };
        servers.into_iter().map(trial).collect()
    }
}

/// Meets the server on `port`, and then, with the same shell, the good one.
pub fn script(port: u16, keyed: bool) -> String {
    let key = if keyed { KEY } else { "" };
    let open = "new host\nset name = \"a\"\nopen\n";
    format!("port {port}\n{key}connect\n{open}close\nport {}\nconnect\n{open}", *GOOD)
}

/// What omshell prints for [`script`], on stdout and on stderr.
fn words(fate: Fate, keyed: bool) -> (String, &'static str) {
    let start = if keyed { "> > > " } else { "> > " };
    let set = "obj: <null>\n> obj: host\n> obj: host\nname = \"a\"\n> ";
    let opened = format!("{set}obj: host\nname = \"a\"\nflavour = \"good\"\n> ");
    let lost = "can't open object: connection reset by peer\nobj: host\nname = \"a\"\n> ";
    match fate {
        NotConnected => {
            let lines = "> not connected.\n> no open object.\n> not connected.\n> not connected.\n";
            (format!("{start}{lines}> > {opened}"), "dhcpctl_connect: no more\n")
        }
        Lost => (format!("{start}{set}{lost}obj: <null>\n> obj: <null>\n> {opened}"), ""),
    }
}

/// Takes the reason off the front of `stderr`, after looking at it, and returns the rest.
pub fn after_reason<'a>(stderr: &'a str, port: u16, words: &[&str]) -> Result<&'a str, String> {
    if words.is_empty() {
        return Ok(stderr);
    }
    let start = format!("omshell: 127.0.0.1 port {port}: ");
    let (line, rest) = stderr.split_once('\n').unwrap_or((stderr, ""));
    match line.strip_prefix(&start) {
        Some(sentence) if words.iter().any(|word| sentence.contains(word)) => Ok(rest),
        _ => Err(format!("expected a line {start:?} with one of {words:?}, got\n{stderr}")),
    }
}

/// All that is asked of a shell before one hostile server.
fn check(trial: &Trial, command: Command, reason: Reason) -> Result<(), String> {
    let Expected { keyed, fate, .. } = trial.expected;
    let ended = run(command, &script(trial.port, keyed))?;
    let (stdout, stderr) = words(fate, keyed);
    expect_equal("stdout", &stdout, &ended.stdout)?;
    expect_equal("stderr", stderr, after_reason(&ended.stderr, trial.port, reason)?)?;
    expect_equal("exit status", "Some(0)", &format!("{:?}", ended.status.code()))
}

pub fn check_all(trials: &[Vec<Trial>]) {
    let check = |trial: &Trial| check(trial, ours(), trial.expected.reason);
    each(&trials.concat(), check);
}

/// As [`check_all`], and the real omshell has to say the same (less the reason) to the same servers.
pub fn check_all_beside_the_real_one(trials: &[Vec<Trial>]) {
    let check = |trial: &Trial| {
        check(trial, real(), &[]).map_err(|why| format!("the real omshell: {why}"))?;
        check(trial, ours(), trial.expected.reason)
    };
    each(&trials.concat(), check);
}
