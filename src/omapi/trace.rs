//! Messages as lines to read, for `--trace`.
//!
//! Signatures are left out but for their size. Secrets cannot appear: none is ever in a message.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::codec::{HEADER_SIZE, Limits, Scanner};
use super::message::{Message, NamedValue};
use super::session::VERSION;
use crate::shown::ShowPath as _;

/// Bytes of a value that are shown.
const SHOWN: usize = 256;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From us.
    Sent,
    /// To us.
    Received,
}

/// Where messages are written as they pass; cheap to clone, and all clones write to one place.
#[derive(Clone)]
pub struct Trace(Arc<Mutex<dyn Write + Send>>);

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}

impl Trace {
    /// A trace that goes to stderr.
    pub fn to_stderr() -> Self {
        Self::to_writer(io::stderr())
    }

    /// A trace that is appended to a file, which only its owner can read when it is new. That lines cannot be written
    /// to it is said on stderr, once.
    pub fn to_file(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        let file = File::options().append(true).create(true).mode(0o600).open(path)?;
        Ok(Self::to_writer(Told { out: file, errors: io::stderr(), name: path.shown().to_string(), is_told: false }))
    }

    /// A trace that goes to stderr for `-`, else to that file.
    pub fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" { Ok(Self::to_stderr()) } else { Self::to_file(path) }
    }

    /// A trace that goes anywhere else.
    pub fn to_writer(writer: impl Write + Send + 'static) -> Self {
        Trace(Arc::new(Mutex::new(writer)))
    }

    /// Writes down a greeting.
    pub fn greeting(&self, direction: Direction, peer: SocketAddr) {
        self.write(direction, peer, &format!("greeting, version {VERSION}\n"));
    }

    /// Writes down a message.
    pub fn message(&self, direction: Direction, peer: SocketAddr, message: &Message<'_>) {
        self.write(direction, peer, &describe(message));
    }

    /// Writes down the message that begins where these bytes, our own, begin.
    pub(super) fn bytes(&self, direction: Direction, peer: SocketAddr, bytes: &[u8]) {
        let mut scanner = Scanner::new(HEADER_SIZE, Limits::unlimited());
        if let Ok(Some(frame)) = scanner.scan(bytes) {
            self.message(direction, peer, &frame.message(bytes));
        }
    }

    /// One write a message, so that lines of several connections do not mix. A trace that cannot
    /// be written is no reason to stop.
    fn write(&self, direction: Direction, peer: SocketAddr, text: &str) {
        let arrow = match direction {
            Direction::Sent => '>',
            Direction::Received => '<',
        };
        let line = format!("{} {peer} {arrow} {text}", time_of_day(SystemTime::now()));
        self.lines(line.as_bytes());
    }

    /// Writes lines that another trace has made.
    pub(super) fn lines(&self, lines: &[u8]) {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(lines);
    }
}

/// A writer that says where it is that lines could not be written, the first time.
struct Told<W, E> {
    out: W,
    errors: E,
    name: String,
    is_told: bool,
}

impl<W: Write, E: Write> Write for Told<W, E> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.out.write(bytes);
        if let Err(error) = &outcome
            && error.kind() != io::ErrorKind::Interrupted
            && !std::mem::replace(&mut self.is_told, true)
        {
            // Whoever closed stderr wants to know nothing.
            let _ = writeln!(self.errors, "omsh: {} does not have all messages: {error}", self.name);
        }
        outcome
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A trace whose lines wait until it is a good time to write them: nobody else is to wait for a log.
#[derive(Debug)]
pub(super) struct HeldTrace {
    pub(super) trace: Trace,
    lines: Lines,
    to: Trace,
}

#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl HeldTrace {
    pub(super) fn new(to: Trace) -> Self {
        let lines = Lines::default();
        HeldTrace { trace: Trace::to_writer(lines.clone()), lines, to }
    }

    /// Writes the lines so far.
    pub(super) fn release(&self) {
        let lines = std::mem::take(&mut *self.lines.0.lock().unwrap_or_else(PoisonError::into_inner));
        if !lines.is_empty() {
            self.to.lines(&lines);
        }
    }
}

fn describe(message: &Message<'_>) -> String {
    let mut text = format!("{} id {:#x}", message.operation.name(), message.id);
    if message.rid != 0 {
        text += &format!(" answers {:#x}", message.rid);
    }
    if message.handle != 0 {
        text += &format!(" handle {}", message.handle);
    }
    match message.signature.len() {
        0 => text += " unsigned",
        size => text += &format!(" signed under {} ({size} bytes)", message.authid),
    }
    text.push('\n');
    for pair in message.message_values {
        text += &format!("    message {}\n", describe_pair(pair));
    }
    for pair in message.object_values {
        text += &format!("    object {}\n", describe_pair(pair));
    }
    text
}

fn describe_pair(pair: NamedValue<'_>) -> String {
    let name = pair.name.escape_ascii();
    let Some(value) = pair.value else { return format!("{name} = <null>") };
    let shown = &value[..value.len().min(SHOWN)];
    let mut text = if pair.name == b"result" && value.len() == 4 {
        let code = super::ResultCode(u32::from_be_bytes(value.try_into().expect("4 bytes")));
        format!("{name} = {:#x} ({code})", code.0)
    } else if shown.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        format!("{name} = \"{}\"", shown.escape_ascii())
    } else {
        let hex: Vec<String> = shown.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{name} = {}", hex.join(":"))
    };
    if value.len() > SHOWN {
        text += &format!(" … ({} bytes)", value.len());
    }
    text
}

/// `23:59:59.123456Z`.
fn time_of_day(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs() % 86_400;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:06}Z", since.subsec_micros())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::omapi::message::{Operation, Values};
    use std::time::Duration;

    #[test]
    fn times_are_of_the_day() {
        let time = UNIX_EPOCH + Duration::from_micros((86_400 + 3_661) * 1_000_000 + 7);
        assert_eq!(time_of_day(time), "01:01:01.000007Z");
    }

    #[test]
    fn a_message_is_described_without_its_signature() {
        let message = Message {
            authid: 1,
            operation: Operation::Status,
            handle: 0,
            id: 16,
            rid: 17,
            message_values: Values { bytes: b"\0\x06result\0\0\0\x04\0\0\0\x17" },
            object_values: Values { bytes: b"\0\x02ip\0\0\0\x04\x0a\0\0\x01\0\x01n\0\0\0\0" },
            signature: b"hush hush hush..",
        };
        assert_eq!(
            describe(&message),
            "status id 0x10 answers 0x11 signed under 1 (16 bytes)\n    message result = 0x17 (not found)\n    \
             object ip = 0a:00:00:01\n    object n = <null>\n"
        );
    }
}
