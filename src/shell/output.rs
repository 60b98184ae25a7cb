//! stdout and stderr in the order in which omshell's clients see them.
//!
//! omshell's stdout is buffered and flushed at each prompt; its stderr is not buffered. So a client
//! that merges the two (`omshell 2>&1`, as Foreman does) sees everything up to the last prompt, then
//! a message on stderr, then what the same command wrote to stdout, before or after. Here stdout is
//! flushed less often, only before a read that may block, but what goes to stderr still comes
//! behind the last prompt.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

/// More than this is not kept back, in bytes.
const KEPT: usize = 64 << 10;

/// The two streams.
#[derive(Debug)]
pub struct Output<O, E> {
    out: O,
    err: E,
    buffer: Vec<u8>,
    /// Bytes of the buffer up to the last prompt.
    released: usize,
    lost: Option<io::Error>,
}

impl<O: Write, E: Write> Output<O, E> {
    /// Streams that nothing has been written to.
    pub fn new(out: O, err: E) -> Self {
        Output { out, err, buffer: Vec::with_capacity(KEPT), released: 0, lost: None }
    }

    /// The buffer of stdout, to write to.
    pub fn out(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes to stderr at once, behind what stdout has up to the last prompt.
    pub fn err(&mut self, text: &[u8]) {
        self.flush_released();
        // There is nobody else to tell.
        let _ = write_out(&mut self.err, text);
    }

    /// The streams themselves, behind everything so far.
    pub fn direct(&mut self) -> (&mut O, &mut E) {
        self.flush();
        (&mut self.out, &mut self.err)
    }

    /// Why some of stdout could not be written, if so. A reader that has gone away is no reason: it
    /// has seen what it wanted.
    pub fn lost(&self) -> Option<&io::Error> {
        self.lost.as_ref().filter(|error| error.kind() != ErrorKind::BrokenPipe)
    }

    /// Ends a command's output with a prompt.
    pub fn prompt(&mut self) {
        self.buffer.extend_from_slice(b"> ");
        self.released = self.buffer.len();
        if self.released > KEPT {
            self.flush_released();
        }
    }

    /// Writes out everything, in one write.
    pub fn flush(&mut self) {
        self.released = self.buffer.len();
        self.flush_released();
    }

    /// Writes out everything up to the last prompt.
    pub fn flush_released(&mut self) {
        if let Err(error) = write_out(&mut self.out, &self.buffer[..self.released]) {
            self.lost.get_or_insert(error);
        }
        self.buffer.drain(..self.released);
        self.released = 0;
    }
}

/// Writes as much as the reader takes. One that has gone away, or never was, is no reason to stop:
/// there are clients that close their end at once and count on their commands being run.
fn write_out(to: &mut impl Write, mut text: &[u8]) -> io::Result<()> {
    while !text.is_empty() {
        match to.write(text) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => text = &text[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The other end has set the pipe that we share to non-blocking.
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(2)),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Log(Rc<RefCell<Vec<String>>>);

    struct Stream(&'static str, Log);

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.1.0.borrow_mut().push(format!("{}: {}", self.0, String::from_utf8_lossy(bytes)));
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn stderr_comes_between_the_last_prompt_and_the_rest() {
        let log = Log::default();
        let mut output = Output::new(Stream("out", log.clone()), Stream("err", log.clone()));
        output.out().extend_from_slice(b"a\n");
        output.prompt();
        output.out().extend_from_slice(b"b\n");
        output.err(b"warning\n");
        output.out().extend_from_slice(b"c\n");
        output.prompt();
        output.flush();
        assert_eq!(*log.0.borrow(), ["out: a\n> ", "err: warning\n", "out: b\nc\n> "]);
    }
}
