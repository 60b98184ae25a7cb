//! A shell held by its pipes, as a program holds it: say lines, wait for a prompt, look at what has
//! come so far, measure, end it. No wait is for ever: a shell that does not answer fails the test
//! with all that it had said.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// All that has come out of the shell so far.
#[derive(Default)]
struct Heard {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// How much of stdout was there after each read.
    reads: Vec<usize>,
    prompts: usize,
    place: Place,
}

/// Where the end of stdout is, as far as prompts are concerned.
#[derive(Clone, Copy, Default)]
enum Place {
    /// At the start of a line or behind a prompt, where a prompt may stand.
    #[default]
    Start,
    /// After a `>` there.
    Bracket,
    Text,
}

impl Heard {
    fn stdout(&mut self, bytes: &[u8]) {
        self.stdout.extend(bytes);
        self.reads.push(self.stdout.len());
        for byte in bytes {
            self.place = match (self.place, byte) {
                (_, b'\n') => Place::Start,
                (Place::Start, b'>') => Place::Bracket,
                (Place::Bracket, b' ') => {
                    self.prompts += 1;
                    Place::Start
                }
                _ => Place::Text,
            };
        }
    }
}

/// A running shell; killed when dropped.
pub struct Dialogue {
    child: Child,
    /// To the thread that writes: a shell that does not read must not hold up the test.
    stdin: Option<Sender<Vec<u8>>>,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    readers: Vec<JoinHandle<()>>,
}

/// How it ended.
#[derive(Debug)]
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    pub status: ExitStatus,
}

impl Dialogue {
    pub fn start(command: &mut Command) -> Dialogue {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("starting {command:?}: {e}"));
        let (stdin, lines) = channel::<Vec<u8>>();
        let mut pipe = child.stdin.take().expect("piped");
        thread::spawn(move || lines.iter().all(|line| pipe.write_all(&line).is_ok()));
        let heard = Arc::<(Mutex<Heard>, Condvar)>::default();
        let readers = vec![
            listen(child.stdout.take().expect("piped"), &heard, Heard::stdout),
            listen(child.stderr.take().expect("piped"), &heard, |heard, bytes| heard.stderr.extend(bytes)),
        ];
        Dialogue { child, stdin: Some(stdin), heard, readers }
    }

    pub fn say(&self, text: &str) {
        let stdin = self.stdin.as_ref().expect("stdin is open until the end");
        stdin.send(text.as_bytes().to_vec()).ok();
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.heard.0.lock().unwrap().stdout).into_owned()
    }

    /// Stdout, read by read.
    pub fn stdout_as_it_came(&self) -> Vec<String> {
        let heard = self.heard.0.lock().unwrap();
        let starts = std::iter::once(&0).chain(&heard.reads);
        let reads = starts.zip(&heard.reads).map(|(&start, &end)| &heard.stdout[start..end]);
        reads.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.heard.0.lock().unwrap().stderr).into_owned()
    }

    /// Waits until the shell has prompted `count` times in all, and returns how long that took.
    pub fn wait_for_prompts(&self, count: usize, within: Duration) -> Result<Duration, String> {
        self.wait(&format!("{count} prompts"), within, |heard| heard.prompts >= count)
    }

    /// Waits until this, and nothing else, has come on stderr.
    pub fn wait_for_stderr(&self, text: &str, within: Duration) -> Result<Duration, String> {
        self.wait(&format!("{text:?} on stderr"), within, |heard| heard.stderr == text.as_bytes())
    }

    fn wait(&self, what: &str, within: Duration, come: impl Fn(&Heard) -> bool) -> Result<Duration, String> {
        let (heard, more) = &*self.heard;
        let start = Instant::now();
        let (heard, late) = more.wait_timeout_while(heard.lock().unwrap(), within, |heard| !come(heard)).unwrap();
        if !late.timed_out() {
            return Ok(start.elapsed());
        }
        let (stdout, stderr) = (String::from_utf8_lossy(&heard.stdout), String::from_utf8_lossy(&heard.stderr));
        Err(format!("expected {what} within {within:?}, got\nstdout: {stdout}\nstderr: {stderr}"))
    }

    /// The most memory that it has had at once, in KiB (VmHWM).
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it still runs");
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Closes its stdin and waits for it to leave.
    pub fn end(mut self, within: Duration) -> Result<Ended, String> {
        self.stdin = None;
        let deadline = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            if Instant::now() > deadline {
                return Err(format!("still there {within:?} after the end of its input; stdout: {}", self.stdout()));
            }
            thread::sleep(Duration::from_millis(2));
        };
        self.readers.drain(..).for_each(|reader| reader.join().expect("a reader"));
        Ok(Ended { stdout: self.stdout(), stderr: self.stderr(), status })
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn listen(
    mut pipe: impl Read + Send + 'static,
    heard: &Arc<(Mutex<Heard>, Condvar)>,
    note: fn(&mut Heard, &[u8]),
) -> JoinHandle<()> {
    let heard = heard.clone();
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            note(&mut heard.0.lock().unwrap(), &buffer[..n]);
            heard.1.notify_all();
        }
    })
}
