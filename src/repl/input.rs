//! Lines from the terminal: with an editor, or plain.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::termios::LocalModes;
use rustyline::config::{BellStyle, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::{ColorMode, Editor};
use zeroize::Zeroizing;

use super::editor::Assistant;
use super::history::History;
use super::patience::Person;
use super::scene::{Mode, Scene};
use super::terminal::KeyMode;

/// What came from the terminal.
#[derive(Debug)]
pub enum Input {
    /// A line, or several that were pasted.
    Line(String),
    /// Ctrl-C.
    Dropped,
    /// Bytes that are no text.
    NoText,
    /// Ctrl-D, or the terminal is gone.
    End,
}

/// Where lines come from.
pub struct Reader {
    editor: Option<Box<Editor<Assistant, History>>>,
    /// Lines that came together with one that was read, where there is no editor.
    waiting: Vec<u8>,
    scene: Rc<RefCell<Scene>>,
    person: Person,
}

impl Reader {
    /// Lines that are edited.
    ///
    /// # Errors
    ///
    /// The terminal cannot be used.
    pub fn with_editor(scene: Rc<RefCell<Scene>>, history: History, person: Person) -> rustyline::Result<Reader> {
        let has_color = scene.borrow().has_color;
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .bell_style(BellStyle::None)
            .color_mode(if has_color { ColorMode::Enabled } else { ColorMode::Disabled })
            .build();
        let mut editor = Editor::with_history(config, history)?;
        editor.set_helper(Some(Assistant::new(Rc::clone(&scene))));
        Ok(Reader { editor: Some(Box::new(editor)), waiting: Vec::new(), scene, person })
    }

    /// Lines as the terminal gives them.
    pub fn plain(scene: Rc<RefCell<Scene>>, person: Person) -> Reader {
        Reader { editor: None, waiting: Vec::new(), scene, person }
    }

    /// Whether lines are edited.
    pub fn has_editor(&self) -> bool {
        self.editor.is_some()
    }

    /// The history, if lines are kept.
    pub fn history(&mut self) -> Option<&mut History> {
        self.editor.as_mut().map(|editor| editor.history_mut())
    }

    /// A line of the shell.
    ///
    /// # Errors
    ///
    /// The terminal cannot be read.
    pub fn line(&mut self, prompt: &str) -> io::Result<Input> {
        self.read(prompt, Mode::Line)
    }

    /// Whether the answer is yes. Nobody's answer is no.
    pub fn ask(&mut self, question: &str) -> bool {
        match self.read(&format!("{question} [y/N] "), Mode::Answer) {
            Ok(Input::Line(answer)) => matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"),
            _ => false,
        }
    }

    /// Something that is not to be seen; `None` where nobody says it. The editor would keep what was deleted of it, and
    /// show what is searched for.
    pub fn secret(&mut self, prompt: &str) -> Option<Zeroizing<String>> {
        let _blind = KeyMode::without(LocalModes::ECHO);
        match self.read_plain(prompt) {
            Ok(Input::Line(secret)) => {
                // The end of the line was not shown either.
                let _ = writeln!(io::stdout());
                Some(Zeroizing::new(secret))
            }
            _ => None,
        }
    }

    fn read(&mut self, prompt: &str, mode: Mode) -> io::Result<Input> {
        let Some(editor) = &mut self.editor else { return self.read_plain(prompt) };
        self.scene.borrow_mut().mode = mode;
        let outcome = editor.readline(prompt);
        self.scene.borrow_mut().mode = Mode::Line;
        match outcome {
            Ok(line) => Ok(Input::Line(line)),
            Err(ReadlineError::Interrupted) => Ok(Input::Dropped),
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => Ok(Input::NoText),
            Err(ReadlineError::Io(error)) => Err(error),
            Err(other) => Err(io::Error::other(other.to_string())),
        }
    }

    fn read_plain(&mut self, prompt: &str) -> io::Result<Input> {
        let (stdin, mut stdout) = (io::stdin(), io::stdout());
        // What was pressed while something else went on was for that.
        self.person.takes_interrupt();
        stdout.write_all(prompt.as_bytes())?;
        stdout.flush()?;
        loop {
            if let Some(end) = self.waiting.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.waiting.drain(..=end).collect();
                return Ok(Input::Line(String::from_utf8_lossy(&line[..end]).into_owned()));
            }
            let wakes = self.person.wakes();
            let mut ends = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&wakes, PollFlags::IN)];
            match poll(&mut ends, None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [has_keys, is_woken] = ends.map(|end| !end.revents().is_empty());
            if is_woken && self.person.takes_interrupt() {
                self.waiting.clear();
                stdout.write_all(b"\n")?;
                return Ok(Input::Dropped);
            }
            if !has_keys {
                continue;
            }
            let mut piece = [0; 4096];
            match rustix::io::read(io::stdin(), &mut piece) {
                Ok(0) => {
                    stdout.write_all(b"\n")?;
                    return Ok(Input::End);
                }
                Ok(count) => self.waiting.extend_from_slice(&piece[..count]),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
