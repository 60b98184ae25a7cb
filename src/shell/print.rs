//! omshell's words, byte for byte.

use crate::dhcpd::syntax::until_nul;
use crate::omapi::{ClientError, ResultCode};

use super::command::Complaint;
use super::interpreter::{Action, Cause, Failure, Interpreter};
use super::lines::MAX_LINE;
use super::object::{Attribute, Form, Object};

/// Text of a value that omshell has room for between quotes, in bytes.
const MAX_TEXT: usize = 1022;
/// Bytes of a value that omshell has room for in hexadecimal; a longer one it shows as nothing.
const MAX_HEX: usize = 341;

/// The answer to `help`.
pub const HELP: &str = "Commands:
  port <server omapi port>
  server <server address>
  key <key name> <key value>
  connect
  disconnect
  new <object-type>
  set <name> = <value>
  create
  open
  update
  unset <name>
  refresh
  remove
";

/// How names of attributes, which a server chooses, are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As omshell does: as they came, up to a NUL.
    AsTheyCome,
    /// All of them, with escapes for what does not print.
    Escaped,
}

/// Appends what stands before a prompt: nothing when not connected, else the object.
pub fn status(shell: &Interpreter, names: Names, out: &mut Vec<u8>) {
    if !shell.is_connected() {
        return;
    }
    out.extend_from_slice(b"obj: ");
    match shell.object() {
        None => out.extend_from_slice(b"<null>\n"),
        Some(object) => {
            out.extend_from_slice(object.object_type());
            out.push(b'\n');
            attributes(object, names, out);
        }
    }
}

/// Appends a line `name = value` for each attribute.
pub fn attributes(object: &Object, names: Names, out: &mut Vec<u8>) {
    for Attribute { name, value, .. } in object.attributes() {
        match names {
            Names::AsTheyCome => out.extend_from_slice(until_nul(name)),
            Names::Escaped => out.extend(name.escape_ascii()),
        }
        out.extend_from_slice(b" = ");
        match value.as_ref().map(|value| (value.form, value.bytes.as_slice())) {
            None => out.extend_from_slice(b"<null>"),
            Some((Form::Text, text)) => quoted(text, out),
            Some((Form::Data, bytes)) => data(bytes, out),
            Some((Form::Integer, bytes)) => {
                let number = i32::from_be_bytes(bytes.try_into().expect("an integer has 4 bytes"));
                out.extend_from_slice(number.to_string().as_bytes());
            }
        }
        out.push(b'\n');
    }
}

fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

/// Text when all of it can be printed, else bytes in hexadecimal.
fn data(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
    let shown = &bytes[..bytes.len().min(MAX_TEXT)];
    if shown.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        quoted(shown, out);
    } else if bytes.len() <= MAX_HEX {
        for (i, byte) in bytes.iter().enumerate() {
            if i > 0 {
                out.push(b':');
            }
            out.push(HEX_DIGITS[usize::from(byte >> 4)]);
            out.push(HEX_DIGITS[usize::from(byte & 15)]);
        }
    }
}

/// A complaint as omshell prints it on stdout, with its newlines. Those about our own limits are
/// in the same manner.
pub fn complaint(complaint: &Complaint) -> Vec<u8> {
    let with = |before: &str, word: &[u8], after: &str| [before.as_bytes(), word, after.as_bytes()].concat();
    match complaint {
        Complaint::Usage(usage) => format!("usage: {usage}\n").into_bytes(),
        Complaint::TooManyWords(word) => with("usage: ", word, "\n"),
        Complaint::InvalidValue { usage: false } => b"invalid value.\n".to_vec(),
        Complaint::InvalidValue { usage: true } => b"invalid value.\nusage: set <name> = <value>\n".to_vec(),
        Complaint::NameTooLong(_) => b"usage: set <name> = <value>\n".to_vec(),
        Complaint::UnknownService(name) => with("unknown service name: ", name, "\n"),
        Complaint::NoPort(_) => b"usage: port <port>\n".to_vec(),
        Complaint::NoAlgorithm => {
            // omshell's own spelling.
            b"missing or invalid algorithm name\nusage: key-algoritm <algorithm name>\n".to_vec()
        }
        Complaint::WordsAfterAlgorithm(name) => {
            with("extra information after ", name, "\nusage: key-algorithm <algorithm name>\n")
        }
        Complaint::NotConnected => b"not connected.\n".to_vec(),
        Complaint::ObjectOpen => b"an object is already open.\n".to_vec(),
        Complaint::NoOpenObject => b"no open object.\n".to_vec(),
        Complaint::NotOpen => b"not open.\n".to_vec(),
        Complaint::NoNewObject => b"you must make a new object first!\n".to_vec(),
        Complaint::NothingOpened => b"you haven't opened an object yet!\n".to_vec(),
        Complaint::NoObject => b"no object.\n".to_vec(),
        Complaint::OpenQuote(_) | Complaint::LineTooLong => Vec::new(),
    }
}

/// A sentence about a complaint that omshell does not have, for stderr.
pub fn remark(complaint: &Complaint) -> Option<String> {
    match complaint {
        Complaint::NoPort(number) => {
            let number = number.escape_ascii();
            Some(format!("port {number} is no port; give a number from 1 to 65535 or the name of a TCP service"))
        }
        Complaint::NameTooLong(length) => {
            Some(format!("an attribute's name of {length} bytes cannot be sent; OMAPI has room for 65535"))
        }
        Complaint::OpenQuote(column) => Some(format!("the quote in column {} has no other one to end it", column + 1)),
        Complaint::LineTooLong => Some(format!("a line is longer than {} MiB and was left out", MAX_LINE >> 20)),
        _ => None,
    }
}

/// Where a message about a failure goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    /// To stdout.
    Out(String),
    /// To stderr.
    Err(String),
}

/// What could not be done.
pub fn attempt(action: Action) -> &'static str {
    match action {
        Action::Connect => "can't connect",
        Action::Disconnect => "can't disconnect",
        Action::Open => "can't open object",
        Action::Update => "can't update object",
        Action::Refresh => "can't refresh object",
        Action::Remove => "can't destroy object",
    }
}

/// A failure in omshell's words, with their newline.
pub fn failure(failure: &Failure) -> Message {
    let code = failure.code();
    match (failure.action, &failure.cause) {
        (Action::Connect, _) => Message::Err(format!("dhcpctl_connect: {code}\n")),
        (Action::Disconnect, Cause::NotConnected) => Message::Err("not connected\n".to_owned()),
        (Action::Disconnect, _) => {
            Message::Err(format!("dhcpctl_disconnect detected invalid arg\ndhcpctl_disconnect: {code}\n"))
        }
        (action, _) => Message::Out(format!("{}: {code}\n", attempt(action))),
    }
}

/// A sentence about a failure whose reason omshell's words leave open.
pub fn reason(failure: &Failure) -> Option<String> {
    match &failure.cause {
        Cause::Client {
            server,
            error: error @ (ClientError::TimedOut(_) | ClientError::Session(_) | ClientError::Io(_)),
        } => Some(format!("{server}: {error}")),
        _ => None,
    }
}

/// Why dhcpd 4.1 and 4.2 answer "invalid argument" to whatever is asked of a class or a subclass.
pub const NO_CLASSES: &str = "this may be dhcpd before 4.3, which has no classes and subclasses over OMAPI";

/// What a server's refusal means, for all modes but omshell's own.
pub fn refusal(code: ResultCode, is_of_class: bool) -> String {
    match code.of_today() {
        code @ ResultCode::INVALID_ARGUMENT if is_of_class => {
            format!("{code}; {NO_CLASSES}")
        }
        code => code.to_string(),
    }
}

/// A sentence about the `create`s of later lines that had been sent when a connection was lost.
pub fn doubt(failure: &Failure, creates: usize) -> Option<String> {
    let Cause::Client { server, .. } = &failure.cause else { return None };
    match creates {
        0 => None,
        1 => Some(format!(
            "{server}: the next create of the script had been sent as well; whether it was carried out is not known"
        )),
        _ => Some(format!(
            "{server}: the next {creates} creates of the script had been sent as well; \
             whether they were carried out is not known"
        )),
    }
}
