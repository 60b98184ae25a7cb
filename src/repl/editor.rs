//! What the line editor asks for with each key: candidates, hints, colours.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::SearchDirection;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};
use unicode_width::UnicodeWidthStr;

use crate::schema::attribute_of;

use super::complete::complete;
use super::scene::{Mode, Scene};
use super::tokens::{self, Kind};
use super::words::{self, OMSHELL, OWN};

/// How long finding candidates may take. Only the first time comes near to that: then there is an index of the files.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest description beside a candidate.
const LONGEST_ABOUT: usize = 48;

/// A line with more is shown as it is.
const MAX_COLORED: usize = 4096;

const GREY: &str = "\x1b[90m";
const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const RED: &str = "\x1b[31m";
const OFF: &str = "\x1b[0m";

/// The shell, for the line editor.
#[derive(Debug)]
pub struct Assistant {
    scene: Rc<RefCell<Scene>>,
}

impl Assistant {
    /// One that knows this scene, whatever becomes of it.
    pub fn new(scene: Rc<RefCell<Scene>>) -> Assistant {
        Assistant { scene }
    }
}

impl Helper for Assistant {}
impl Validator for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let scene = self.scene.borrow();
        if scene.mode != Mode::Line || !scene.completes {
            return Ok((position, Vec::new()));
        }
        // Of a paste, the last line.
        let begin = line[..position].rfind('\n').map_or(0, |at| at + 1);
        let completion = complete(&line[begin..position], &scene, Instant::now() + PATIENCE);
        let end = if completion.candidates.len() == 1 && !completion.is_open { " " } else { "" };
        let widest = completion.candidates.iter().map(|candidate| candidate.word.width()).max().unwrap_or_default();
        let has_abouts = completion.candidates.len() <= 40;
        let pairs = completion.candidates.into_iter().map(|candidate| {
            let display = match candidate.about.trim() {
                about if !about.is_empty() && has_abouts => {
                    let about: String = about.chars().take(LONGEST_ABOUT).collect();
                    let gap = widest - candidate.word.width();
                    format!("{}{:gap$}  {about}", candidate.word, "")
                }
                _ => candidate.word.clone(),
            };
            Pair { display, replacement: format!("{}{end}", candidate.word) }
        });
        Ok((begin + completion.start, pairs.collect()))
    }
}

/// The rest of a line.
#[derive(Debug)]
pub struct Suggestion {
    text: String,
    is_for_show: bool,
}

impl rustyline::hint::Hint for Suggestion {
    fn display(&self) -> &str {
        &self.text
    }

    fn completion(&self) -> Option<&str> {
        if self.is_for_show { None } else { Some(&self.text) }
    }
}

impl Hinter for Assistant {
    type Hint = Suggestion;

    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<Suggestion> {
        let scene = self.scene.borrow();
        if scene.mode != Mode::Line || !scene.has_hints || position < line.len() || line.contains('\n') {
            return None;
        }
        if line.trim().is_empty() {
            return None;
        }
        let history = context.history();
        let last = history.len().checked_sub(1);
        let earlier = last.and_then(|last| history.starts_with(line, last, SearchDirection::Reverse).ok().flatten());
        if let Some(earlier) = earlier
            && earlier.entry.len() > line.len()
        {
            return Some(Suggestion { text: earlier.entry[line.len()..].to_owned(), is_for_show: false });
        }
        let text = rest_of_usage(line, &scene)?;
        Some(Suggestion { text, is_for_show: true })
    }
}

/// What can follow, where a blank has been typed and nothing yet behind it.
fn rest_of_usage(line: &str, scene: &Scene) -> Option<String> {
    if !line.ends_with(' ') {
        return None;
    }
    let all = tokens::words(line);
    let typed: Vec<String> = all.iter().map(|token| tokens::unquoted(token.text(line))).collect();
    let first = typed.first()?.to_ascii_lowercase();
    if scene.is_command(&first) {
        return scene.commands.usage(&typed);
    }
    let verb = words::find(&first)?;
    let rest = match (verb.name, typed.len()) {
        (_, 1) => verb.usage.to_owned(),
        ("set", 2) => "= VALUE".to_owned(),
        ("set", 3) if typed[2] == "=" => {
            let object = scene.object.as_ref()?;
            attribute_of(object.object_type.as_bytes(), typed[1].as_bytes())?.about.to_owned()
        }
        ("key", 2) => "[SECRET]".to_owned(),
        _ => return None,
    };
    (!rest.is_empty()).then_some(rest)
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let scene = self.scene.borrow();
        match scene.mode {
            Mode::Line if scene.has_color && line.len() <= MAX_COLORED && !line.contains('\n') => {
                Cow::Owned(colored(line, &scene))
            }
            _ => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        let scene = self.scene.borrow();
        match scene.has_color && scene.mode == Mode::Line {
            true => Cow::Owned(format!("{BOLD}{prompt}{OFF}")),
            false => Cow::Borrowed(prompt),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{GREY}{hint}{OFF}"))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        let scene = self.scene.borrow();
        scene.mode == Mode::Line && scene.has_color && kind != CmdKind::MoveCursor
    }
}

/// The line in colours: verbs, text in quotes, and what cannot be right.
fn colored(line: &str, scene: &Scene) -> String {
    if line.trim_start().starts_with('!') {
        return line.to_owned();
    }
    let is_complete = line.trim_start().contains(char::is_whitespace);
    let first = line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let is_command = scene.is_command(&first) || scene.aliases.contains_key(&first);
    let all = if is_command { tokens::words(line) } else { tokens::tokens(line) };
    let begins = |name: &str| name.starts_with(&first);
    let is_known = is_command || first == "?" || words::find(&first).is_some();
    let may_become = || {
        OMSHELL.iter().chain(&OWN).any(|verb| begins(verb.name))
            || scene.names.iter().any(|(name, _)| begins(name))
            || scene.aliases.keys().any(|name| begins(name))
    };
    let mut out = String::with_capacity(line.len() + 32);
    let mut end = 0;
    let mut is_for_system = false;
    for (at, token) in all.iter().enumerate() {
        out.push_str(&line[end..token.span.start]);
        end = token.span.end;
        let text = token.text(line);
        is_for_system |= token.kind == Kind::Redirection;
        let color = match token.kind {
            _ if is_for_system => "",
            Kind::Word if at == 0 && is_known => CYAN,
            Kind::Word if at == 0 && (is_complete || !may_become()) => RED,
            Kind::Word if !is_command && at > 0 && is_bad(text, at, &all, line) => RED,
            Kind::Word | Kind::Equals | Kind::Redirection => "",
            Kind::Quoted => GREEN,
            Kind::OpenQuote => RED,
            Kind::Comment => GREY,
        };
        match color {
            "" => out.push_str(text),
            color => out.extend([color, text, OFF]),
        }
    }
    out.push_str(&line[end..]);
    out
}

/// Whether a word cannot be a value: behind `=` only numbers, addresses and octets need no quotes.
fn is_bad(text: &str, at: usize, all: &[tokens::Token], line: &str) -> bool {
    let is_value = all[..at].last().is_some_and(|before| before.kind == Kind::Equals);
    let is_bare = text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'-'));
    is_value && all[0].text(line).eq_ignore_ascii_case("set") && !is_bare
}
