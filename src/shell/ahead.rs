//! Lines of a script that are there already, looked at before their turn.
//!
//! While an answer is waited for, the requests of later lines can be on their way, in the order of the script. A request
//! goes before its turn only when every byte of it is certain, whatever the server answers until then: that is the first
//! `open` or `create` of an object whose attributes all stand in the script. A line that depends on an answer, or that
//! does anything but this, waits for its turn, and so do all lines behind it until then.
//!
//! Lines are still carried out one by one, in their turn. All that is different then is that the request of a line may
//! have been sent already. What is printed is made by the same code in the same order.

use std::collections::VecDeque;
use std::mem;

use memchr::memchr;

use crate::omapi::client::{ClientError, Pipeline};
use crate::omapi::{NamedValue, Request};

use super::command::Command;
use super::object::{Object, Value};
use super::parser::{Context, Parsed, parse};

/// The most bytes of lines that are looked at before their turn.
const MOST_BYTES: usize = 64 << 10;

/// The most lines.
const MOST_LINES: usize = 2_048;

/// The types of objects that do nothing to a connection or to dhcpd as a whole.
const TYPES: [&[u8]; 6] = [b"host", b"lease", b"group", b"class", b"subclass", b"failover-state"];

/// The verbs of lines that can be looked at before their turn. Lines with keys are not among them, nor those that change
/// the connection or leave, nor verbs beyond omshell's.
const VERBS: [&[u8]; 6] = [b"new", b"set", b"unset", b"open", b"create", b"close"];

/// What has been looked at.
#[derive(Debug)]
pub struct Ahead {
    reach: Reach,
    /// Lines whose turn has not come.
    lines: VecDeque<Foreseen>,
    /// Their bytes.
    bytes: usize,
    /// The object behind these lines.
    then: Then,
    /// The line behind these waits for its turn.
    waits: bool,
    /// Requests of these lines that the pipeline has.
    requests: VecDeque<Sent>,
    in_doubt: usize,
}

/// Which requests may go before their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    None,
    /// Those that change nothing: a script that stops at the first failure must not have had effects beyond it.
    LookUps,
    All,
}

#[derive(Debug)]
struct Foreseen {
    length: usize,
    /// What it says when there is an object, or when there is none.
    has_object: bool,
    parsed: Parsed,
}

/// The object as it is going to be.
#[derive(Debug)]
enum Then {
    Nothing,
    /// All of it stands in the script.
    Fresh(Object),
    /// The server has a say in what it is like, and in whether there is one.
    Asked,
}

#[derive(Debug)]
struct Sent {
    id: u32,
    is_create: bool,
    object: Object,
}

impl Ahead {
    /// For a script that stops at the first failure, or for one that does not.
    pub(super) fn new(strict: bool) -> Self {
        Ahead { reach: if strict { Reach::LookUps } else { Reach::All }, ..Ahead::off() }
    }

    /// Looks at nothing.
    pub(super) fn off() -> Self {
        Ahead {
            reach: Reach::None,
            lines: VecDeque::new(),
            bytes: 0,
            then: Then::Nothing,
            waits: false,
            requests: VecDeque::new(),
            in_doubt: 0,
        }
    }

    /// The turn of a line has come: what it says, if that is known.
    pub(super) fn take(&mut self, line: &[u8], context: Context) -> Option<Parsed> {
        let Some(foreseen) = self.lines.pop_front() else {
            self.waits = false;
            return None;
        };
        debug_assert_eq!(foreseen.length, line.len(), "lines come in the order in which they were looked at");
        self.bytes -= foreseen.length;
        (foreseen.has_object == context.object).then_some(foreseen.parsed)
    }

    /// Gives the pipeline the request of a line whose turn it is, unless it has it already, and then those of the lines in
    /// `rest` that are certain. Returns the number of the former.
    ///
    /// # Errors
    ///
    /// The key cannot sign.
    pub(super) fn send(
        &mut self,
        command: &Command,
        object: &Object,
        rest: &[u8],
        context: Context,
        pipeline: &mut Pipeline,
    ) -> Result<u32, ClientError> {
        let id = match self.requests.pop_front() {
            Some(sent) => {
                let is_same = matches!(command, Command::Create) == sent.is_create && *object == sent.object;
                assert!(is_same, "a request is made as it was foreseen");
                sent.id
            }
            None => {
                self.waits = !is_harmless(object);
                self.then = Then::Asked;
                pipeline.push(&request(command, object))?
            }
        };
        while self.reach != Reach::None && !self.waits && pipeline.has_room() {
            let Some(line) = self.next_line(rest) else { break };
            self.waits = !self.foresee(line, context, pipeline);
        }
        Ok(id)
    }

    /// The next whole line that has not been looked at.
    fn next_line<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        if self.lines.len() >= MOST_LINES {
            return None;
        }
        let unseen = rest.get(self.bytes..rest.len().min(MOST_BYTES))?;
        Some(&unseen[..=memchr(b'\n', unseen)?])
    }

    /// Looks at a line, and returns whether there is nothing about it that has to wait for its turn.
    fn foresee(&mut self, line: &[u8], context: Context, pipeline: &mut Pipeline) -> bool {
        if !can_be_foreseen(line) {
            return false;
        }
        let has_object = !matches!(self.then, Then::Nothing);
        let parsed = parse(line, Context { object: has_object, ..context });
        let is_clean = parsed.complaint.is_none() && parsed.warnings.is_empty();
        if self.reach == Reach::LookUps && !is_clean {
            return false;
        }
        // Where an object may have been removed, lines are read as if it were there. What they turn out to mean makes no
        // difference: none of them has a request before its turn, until `close` leaves no object either way.
        match &parsed.command {
            None => {}
            Some(Command::New(object_type)) => self.then = Then::Fresh(Object::new(object_type.clone())),
            Some(Command::Close) => self.then = Then::Nothing,
            Some(Command::Set { name, value }) => self.set(name, Some(value)),
            Some(Command::Unset(name)) => self.set(name, None),
            Some(command) if self.ask_early(command, pipeline) => {}
            Some(_) => return false,
        }
        self.bytes += line.len();
        self.lines.push_back(Foreseen { length: line.len(), has_object, parsed });
        true
    }

    fn set(&mut self, name: &[u8], value: Option<&Value>) {
        if let Then::Fresh(object) = &mut self.then {
            object.set(name, value.cloned());
        }
    }

    /// Gives the pipeline a command's request before its turn, if it has one that may go.
    fn ask_early(&mut self, command: &Command, pipeline: &mut Pipeline) -> bool {
        let is_create = match command {
            Command::Open => false,
            Command::Create => true,
            _ => return false,
        };
        let Then::Fresh(object) = &self.then else { return false };
        if !is_harmless(object) || is_create && self.reach != Reach::All {
            return false;
        }
        let Ok(id) = pipeline.push(&request(command, object)) else { return false };
        if let Then::Fresh(object) = mem::replace(&mut self.then, Then::Asked) {
            self.requests.push_back(Sent { id, is_create, object });
        }
        true
    }

    /// The connection is lost: nothing that was looked at counts any longer.
    pub(super) fn lose(&mut self, pipeline: &Pipeline) {
        let creates: Vec<u32> = self.requests.iter().filter(|sent| sent.is_create).map(|sent| sent.id).collect();
        let in_doubt = pipeline.in_doubt().filter(|id| creates.contains(id)).count();
        *self = Ahead { reach: self.reach, in_doubt, ..Ahead::off() };
    }

    /// How many `create`s were on their way before their turn when the connection was lost. Told once.
    pub(super) fn in_doubt(&mut self) -> usize {
        mem::take(&mut self.in_doubt)
    }
}

/// The request that a command makes about an object.
fn request<'a>(command: &Command, object: &'a Object) -> Request<'a> {
    match command {
        Command::Open => Request::open(object.object_type(), object.changes()),
        Command::Create => Request::create(object.object_type(), object.changes()),
        Command::Update => Request::update(object.handle(), object.changes()),
        Command::Refresh => Request::refresh(object.handle()),
        Command::Remove => Request::delete(object.handle()),
        other => unreachable!("{other:?} makes no request"),
    }
}

/// Whether a request about it may be sent before its turn: an object of a type that dhcpd has, looked up or made by values
/// that are not empty.
fn is_harmless(object: &Object) -> bool {
    let is_empty = |value: &NamedValue<'_>| value.value.is_none_or(<[u8]>::is_empty);
    TYPES.contains(&object.object_type()) && !object.is_moved() && !object.changes().iter().any(is_empty)
}

/// Whether it is an empty line, a comment, or one with one of [`VERBS`].
fn can_be_foreseen(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    if matches!(line, [] | [b'#', ..]) {
        return true;
    }
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let word = &line[..line.iter().position(|byte| !is_of_word(byte)).unwrap_or(line.len())];
    VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word))
}
