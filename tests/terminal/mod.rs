//! A terminal, as an emulator shows it, with omsh on it.
//!
//! | module | holds |
//! |---|---|
//! | [`site`] | a home directory, a server, and what omsh is told about both |
//! | [`lab`] | the same with a real dhcpd |
//! | `pty` | the terminal itself |
//! | [`gate`] | what stands between omsh and a server, and can do harm |
//! | [`wire`] | OMAPI's messages, as far as a gate has to understand them |
//!
//! Whether the line editor waits for keys is seen in what it sends: it switches bracketed pastes on when it begins
//! to wait, and off when it has its line. What is printed between is what came of a line.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod gate;
pub mod lab;
mod pty;
pub mod site;
#[path = "../pair/wire.rs"]
pub mod wire;

use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What anything may take before a test gives up.
pub const LIMIT: Duration = Duration::from_secs(20);
/// How long a program that has nothing to do says nothing until its screen is called quiet.
const QUIET: Duration = Duration::from_millis(60);

/// How questions end.
pub const QUESTION: &str = "[y/N]";

const EDITING: &[u8] = b"\x1b[?2004h";
const EDITED: &[u8] = b"\x1b[?2004l";

/// Keys that have no letter.
pub mod key {
    pub const ENTER: &str = "\r";
    pub const TAB: &str = "\t";
    pub const ESCAPE: &str = "\x1b";
    pub const BACKSPACE: &str = "\x7f";
    pub const LEFT: &str = "\x1b[D";
    pub const RIGHT: &str = "\x1b[C";
    pub const UP: &str = "\x1b[A";
    pub const DOWN: &str = "\x1b[B";
    pub const CTRL_A: &str = "\x01";
    pub const CTRL_C: &str = "\x03";
    pub const CTRL_D: &str = "\x04";
    pub const CTRL_E: &str = "\x05";
    pub const CTRL_G: &str = "\x07";
    pub const CTRL_R: &str = "\x12";
    pub const CTRL_U: &str = "\x15";
}

/// All that has come out of the program.
struct Shown {
    parser: vt100::Parser<Answers>,
    raw: Vec<u8>,
    /// Where in `raw` the editor began to wait for keys, and where it stopped.
    begins: Vec<usize>,
    ends: Vec<usize>,
    /// Up to where `raw` was searched for these.
    searched: usize,
    last: Instant,
    closed: bool,
}

/// What a real terminal says of itself when it is asked.
#[derive(Default)]
struct Answers(Vec<u8>);

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        _: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        letter: char,
    ) {
        if letter == 'n' && parameters == [[6]] {
            let (row, column) = screen.cursor_position();
            self.0.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
        }
    }
}

impl Shown {
    fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.parser.process(bytes);
        self.raw.extend(bytes);
        while let Some(found) = self.raw[self.searched..].iter().position(|&byte| byte == b'\x1b') {
            let at = self.searched + found;
            let rest = &self.raw[at..];
            if rest.len() < EDITING.len() && EDITING.starts_with(&rest[..rest.len().min(7)]) {
                // The rest of it is still to come.
                self.searched = at;
                break;
            }
            if rest.starts_with(EDITING) {
                self.begins.push(at);
            } else if rest.starts_with(EDITED) {
                self.ends.push(at + EDITED.len());
            }
            self.searched = at + 1;
        }
        if !self.raw[self.searched..].contains(&b'\x1b') {
            self.searched = self.raw.len();
        }
        self.last = Instant::now();
        std::mem::take(&mut self.parser.callbacks_mut().0)
    }

    fn is_editing(&self) -> bool {
        self.begins.len() > self.ends.len()
    }
}

/// A terminal with a program on it, which is killed when this is dropped.
pub struct Terminal {
    child: Child,
    /// The terminal's other end.
    other_end: File,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    input: Sender<Vec<u8>>,
    /// How many pieces of input the terminal has not taken yet.
    untaken: Arc<AtomicUsize>,
    /// How often the editor had begun to wait when the last line was typed.
    answered: usize,
    ended: Option<ExitStatus>,
}

impl Terminal {
    /// Starts a command on a terminal of so many columns and rows.
    pub fn start(command: &Command, (columns, rows): (u16, u16)) -> Terminal {
        let (child, other_end) = pty::start(command, columns, rows).expect("a program on a terminal");
        let handle = || other_end.try_clone().expect("the terminal's other end");
        let (reader, writer) = (handle(), handle());
        let size = (cells(rows), cells(columns));
        let shown = Shown {
            parser: vt100::Parser::new_with_callbacks(size.0, size.1, 0, Answers::default()),
            raw: Vec::new(),
            begins: Vec::new(),
            ends: Vec::new(),
            searched: 0,
            last: Instant::now(),
            closed: false,
        };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let (input, keys) = channel::<Vec<u8>>();
        let untaken = Arc::new(AtomicUsize::new(0));
        let taken = untaken.clone();
        thread::spawn(move || write_all(writer, &keys, &taken));
        let (there, answers) = (shown.clone(), input.clone());
        let asked = untaken.clone();
        thread::spawn(move || read_all(reader, &there, &answers, &asked));
        Terminal { child, other_end, shown, input, untaken, answered: 0, ended: None }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something holds of what is shown; without success, the screen is what a test fails with.
    #[track_caller]
    fn wait_until<T>(&self, what: &str, mut holds: impl FnMut(&Shown) -> Option<T>) -> T {
        let limit = Instant::now() + LIMIT;
        let mut shown = self.lock();
        loop {
            if let Some(found) = holds(&shown) {
                return found;
            }
            let now = Instant::now();
            let over = if shown.closed { "the program has ended" } else { "nothing came of it" };
            if shown.closed || now >= limit {
                let screen = rows(shown.parser.screen()).join("\n");
                let (row, column) = shown.parser.screen().cursor_position();
                drop(shown);
                panic!("waiting for {what}: {over}; the screen, with the cursor at {row}, {column}:\n{screen}\n");
            }
            // A screen becomes quiet although nothing happens.
            let pause = (limit - now).min(QUIET / 6);
            shown = self.shown.1.wait_timeout(shown, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Types.
    pub fn keys(&self, keys: &str) {
        self.bytes(keys.as_bytes());
    }

    /// Types what need not be text.
    pub fn bytes(&self, bytes: &[u8]) {
        self.untaken.fetch_add(1, Ordering::SeqCst);
        // Nobody is there to type for when the program has ended, which those who wait for it are told.
        let _ = self.input.send(bytes.to_vec());
    }

    /// Types a line and Enter.
    pub fn line(&mut self, text: &str) {
        self.ends_line(&format!("{text}{}", key::ENTER));
    }

    /// Types keys that end a line, such as Ctrl-C; [`Terminal::ready`] then waits for the next one.
    pub fn ends_line(&mut self, keys: &str) {
        let begun = self.lock().begins.len();
        self.answered = begun;
        self.keys(keys);
    }

    /// Waits until the next line can be typed.
    #[track_caller]
    pub fn ready(&mut self) {
        let answered = self.answered;
        self.wait_until("a prompt", |shown| (shown.is_editing() && shown.begins.len() > answered).then_some(()));
        // The prompt comes in the same piece or soon behind.
        self.wait_until("a prompt", |shown| prompt(shown.parser.screen()).contains("> ").then_some(()));
    }

    /// Types a line at the prompt, waits for the next prompt, and returns what came between, as lines of text.
    #[track_caller]
    pub fn run(&mut self, text: &str) -> String {
        self.ready();
        self.line(text);
        self.ready();
        self.printed()
    }

    /// Runs lines, one after another.
    #[track_caller]
    pub fn run_all(&mut self, lines: &[&str]) {
        for line in lines {
            self.run(line);
        }
    }

    /// The same for a line of which a question may come, which is answered with yes.
    #[track_caller]
    pub fn run_and_agree(&mut self, text: &str) -> String {
        self.ready();
        self.line(text);
        let answered = self.answered;
        let is_asked = self.wait_until("a prompt or a question", |shown| {
            let prompt = prompt(shown.parser.screen());
            let is_asked = prompt.trim_end().ends_with(QUESTION);
            let waits = shown.is_editing() && shown.begins.len() > answered;
            (waits && (prompt.ends_with("> ") || is_asked)).then_some(is_asked)
        });
        if is_asked {
            self.line("y");
        }
        self.ready();
        self.printed()
    }

    /// Types a line that a question comes of, and returns what is shown when it is there: all from the line on.
    #[track_caller]
    pub fn ask(&mut self, text: &str, question: &str) -> String {
        self.ready();
        let before = self.raw().len();
        self.line(text);
        self.wait_until(question, |shown| {
            let said = as_text(&shown.raw[before..]);
            // Blanks at the end of a row are not seen.
            said.contains(question.trim_end()).then_some(said)
        })
    }

    /// What was printed between the last line and the prompt that is there now.
    pub fn printed(&self) -> String {
        let shown = self.lock();
        let end = shown.begins.last().copied().unwrap_or(shown.raw.len());
        // The line that led to it; questions may have been edited in between.
        let start = shown.begins.get(self.answered.max(1) - 1).copied().unwrap_or_default();
        let start = shown.ends.iter().copied().find(|&at| at > start).unwrap_or_default();
        as_text(shown.raw.get(start..end).unwrap_or_default()).trim_matches('\n').to_owned()
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |shown| shown.parser.screen().contents().contains(text).then_some(()));
    }

    /// Waits until a text has been printed so often, on the screen or off.
    #[track_caller]
    pub fn wait_for_count(&self, text: &str, count: usize) {
        self.wait_until(&format!("{text:?} {count} times"), |shown| {
            (as_text(&shown.raw).matches(text).count() >= count).then_some(())
        });
    }

    /// Waits until a text is no longer on the screen.
    #[track_caller]
    pub fn wait_without(&self, text: &str) {
        let gone = |shown: &Shown| !shown.parser.screen().contents().contains(text);
        self.wait_until(&format!("no {text:?}"), |shown| gone(shown).then_some(()));
    }

    /// Waits until all keys are taken, the program waits for more, and nothing has come for a moment; returns the
    /// screen.
    #[track_caller]
    pub fn quiet(&self) -> Vec<String> {
        let mut since = Instant::now();
        let stat = format!("/proc/{}/stat", self.id());
        self.wait_until("a quiet screen", |shown| {
            let stat = std::fs::read_to_string(&stat).unwrap_or_default();
            let is_asleep = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'));
            if !is_asleep || self.untaken.load(Ordering::SeqCst) > 0 {
                since = Instant::now();
            }
            (since.max(shown.last).elapsed() > QUIET).then(|| rows(shown.parser.screen()))
        })
    }

    /// Waits until the row of the cursor, up to the cursor, is this.
    #[track_caller]
    pub fn wait_for_prompt(&self, expected: &str) {
        self.wait_until(&format!("the prompt {expected:?}"), |shown| {
            (prompt(shown.parser.screen()) == expected).then_some(())
        });
    }

    /// The row of the cursor up to the cursor.
    pub fn prompt(&self) -> String {
        prompt(self.lock().parser.screen())
    }

    /// The screen, a text for each row, without blanks at the end.
    pub fn screen(&self) -> Vec<String> {
        rows(self.lock().parser.screen())
    }

    /// The screen as one text; a line that was broken because the screen ends is whole in it.
    pub fn contents(&self) -> String {
        self.lock().parser.screen().contents()
    }

    /// The row and column of the cursor, from 0.
    pub fn cursor(&self) -> (u16, u16) {
        self.lock().parser.screen().cursor_position()
    }

    /// Looks at the screen with all that can be known of it, such as colours.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.lock().parser.screen())
    }

    /// Whether the line editor waits for keys.
    pub fn is_editing(&self) -> bool {
        self.lock().is_editing()
    }

    /// Every byte that the program has sent.
    pub fn raw(&self) -> Vec<u8> {
        self.lock().raw.clone()
    }

    /// All of it as lines of text, as they would stand on a screen that is large enough.
    pub fn all(&self) -> String {
        as_text(&self.lock().raw)
    }

    /// Another size, of which the program is told.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let mut shown = self.shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.parser.set_size(cells(rows), cells(columns));
        pty::set_size(&self.other_end, columns, rows).expect("a terminal of our own");
    }

    /// Whether the terminal itself shows what is typed.
    pub fn echoes(&self) -> bool {
        pty::echoes(&self.other_end).expect("a terminal of our own")
    }

    /// The process.
    pub fn id(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Sends the program a signal.
    pub fn signal(&mut self, signal: Signal) {
        if self.ended.is_none() {
            kill_process(Pid::from_child(&self.child), signal).expect("our own child");
        }
    }

    /// Waits until the program has ended, and returns how.
    #[track_caller]
    pub fn wait_exit(&mut self) -> ExitStatus {
        let limit = Instant::now() + LIMIT;
        while self.ended.is_none() {
            self.ended = self.child.try_wait().expect("our own child");
            if self.ended.is_none() {
                thread::sleep(Duration::from_millis(2));
            }
            if Instant::now() >= limit {
                let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
                let state = status
                    .lines()
                    .filter(|line| ["Name", "State", "Sig", "Shd"].iter().any(|key| line.starts_with(key)));
                let state: Vec<&str> = state.collect();
                panic!("it does not end: {}; the screen:\n{}", state.join(", "), self.screen().join("\n"));
            }
        }
        // What it said last has come, unless somebody else has the terminal still.
        let limit = Instant::now() + Duration::from_secs(1);
        while !self.lock().closed && Instant::now() < limit {
            thread::sleep(Duration::from_millis(1));
        }
        self.ended.expect("seen above")
    }

    /// Waits until the program has ended by itself, and returns its exit status.
    #[track_caller]
    pub fn wait_exit_status(&mut self) -> i32 {
        let status = self.wait_exit();
        status.code().unwrap_or_else(|| panic!("no exit status: {status:?}"))
    }

    /// Leaves, as by Ctrl-D at the prompt.
    #[track_caller]
    pub fn leave(&mut self) {
        self.ready();
        self.keys(key::CTRL_D);
        assert_eq!(self.wait_exit_status(), 0);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.ended.is_none() && self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}

/// That something was said, whatever else was.
#[track_caller]
pub fn assert_said(said: &str, expected: &str) {
    assert!(said.contains(expected), "expected {expected:?} in\n{said}");
}

/// That something was not said.
#[track_caller]
pub fn assert_unsaid(said: &str, unwanted: &str) {
    assert!(!said.contains(unwanted), "did not expect {unwanted:?} in\n{said}");
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a screen has room")
}

fn write_all(mut terminal: File, keys: &Receiver<Vec<u8>>, untaken: &AtomicUsize) {
    while let Ok(keys) = keys.recv() {
        // A program that has ended takes no keys.
        if terminal.write_all(&keys).is_err() {
            return;
        }
        untaken.fetch_sub(1, Ordering::SeqCst);
    }
}

fn read_all(mut terminal: File, shown: &(Mutex<Shown>, Condvar), answers: &Sender<Vec<u8>>, untaken: &AtomicUsize) {
    let mut piece = [0; 16384];
    loop {
        let read = terminal.read(&mut piece);
        let mut there = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(length @ 1..) => {
                let answer = there.take(&piece[..length]);
                if !answer.is_empty() {
                    untaken.fetch_add(1, Ordering::SeqCst);
                    let _ = answers.send(answer);
                }
            }
            // Linux says so by an error when nobody has the terminal open any more.
            _ => there.closed = true,
        }
        shown.1.notify_all();
        if there.closed {
            return;
        }
    }
}

/// The rows of a screen, without blanks at their ends.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    screen.rows(0, screen.size().1.get()).map(|row| row.trim_end().to_owned()).collect()
}

/// The row of the cursor up to the cursor.
fn prompt(screen: &vt100::Screen) -> String {
    let (row, column) = screen.cursor_position();
    screen.contents_between(row, 0, row, column)
}

/// What has been sent, as lines of text, as they would stand on a screen that is large enough.
pub fn as_text(raw: &[u8]) -> String {
    const ROWS: u16 = 3000;
    const COLUMNS: u16 = 400;
    let height = raw.iter().filter(|&&byte| byte == b'\n').count().min(ROWS.into()) as u16 + 2;
    let mut parser = vt100::Parser::new(cells(height), cells(COLUMNS), 0);
    parser.process(raw);
    let lines: Vec<String> = rows(parser.screen());
    lines.join("\n").trim_end_matches('\n').to_owned()
}
