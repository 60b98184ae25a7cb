//! Lines of any length from a stream that may make us wait.

use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// The longest line that is taken, in bytes.
pub const MAX_LINE: usize = 16 << 20;

/// How much is read at once, in bytes: a pipe's worth.
const READ_SIZE: usize = 64 << 10;

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// With its newline, if it has one.
    Whole(&'a [u8]),
    /// Longer than [`MAX_LINE`]; it has been skipped.
    TooLong,
}

/// Splits a stream into lines.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    /// What one read brings. Zeroed when dropped, as the buffer is: there may be `key` lines.
    piece: Zeroizing<Vec<u8>>,
    buffer: Zeroizing<Vec<u8>>,
    /// Bytes at the front of the buffer that have been given out.
    taken: usize,
    /// Bytes of the buffer that have no newline in them, beyond `taken`.
    searched: usize,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Lines<R> {
    /// Lines of `input`.
    pub fn new(input: R) -> Self {
        Lines {
            input,
            piece: Zeroizing::new(vec![0; READ_SIZE]),
            buffer: Zeroizing::default(),
            taken: 0,
            searched: 0,
            ended: false,
            error: None,
        }
    }

    /// The next line, or `None` at the end. `before_read` is called before each read, which may
    /// block; not when the line is there already.
    pub fn next(&mut self, before_read: impl FnMut()) -> Option<Line<'_>> {
        Some(self.next_with_rest(before_read)?.0)
    }

    /// The same, with all that is there already behind the line. Nothing is read for its sake.
    pub fn next_with_rest(&mut self, mut before_read: impl FnMut()) -> Option<(Line<'_>, &[u8])> {
        let mut skipping = false;
        loop {
            let rest = &self.buffer[self.taken + self.searched..];
            if let Some(place) = rest.iter().position(|&byte| byte == b'\n') {
                let start = self.taken;
                self.taken += self.searched + place + 1;
                self.searched = 0;
                let (line, rest) = self.buffer[start..].split_at(self.taken - start);
                let is_too_long = skipping || line.len() > MAX_LINE;
                return Some((if is_too_long { Line::TooLong } else { Line::Whole(line) }, rest));
            }
            if self.ended {
                let start = std::mem::replace(&mut self.taken, self.buffer.len());
                self.searched = 0;
                return match &self.buffer[start..] {
                    _ if skipping => Some((Line::TooLong, &[])),
                    [] => None,
                    line => Some((Line::Whole(line), &[])),
                };
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            if self.buffer.len() > MAX_LINE {
                skipping = true;
            }
            if skipping {
                self.buffer.clear();
            }
            self.searched = self.buffer.len();
            before_read();
            self.read();
        }
    }

    /// What ended the stream before its end, if anything did.
    pub fn into_error(self) -> Option<io::Error> {
        self.error
    }

    /// Why the lines came to an end before the stream did, if so. omshell does not care.
    pub fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }

    fn read(&mut self) {
        let count = loop {
            match self.input.read(&mut self.piece) {
                Ok(count) => break count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    break 0;
                }
            }
        };
        let needed = self.buffer.len() + count;
        if needed > self.buffer.capacity() {
            // The old room is zeroed; where a vector grows by itself, a copy is left behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.buffer.capacity())));
            larger.extend_from_slice(&self.buffer);
            self.buffer = larger;
        }
        self.buffer.extend_from_slice(&self.piece[..count]);
        self.ended = count == 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one piece at each read.
    struct Pieces(Vec<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    fn lines(pieces: Vec<Vec<u8>>) -> Vec<(Option<Vec<u8>>, usize)> {
        let mut lines = Lines::new(Pieces(pieces));
        let mut all = Vec::new();
        loop {
            let mut reads = 0;
            match lines.next(|| reads += 1) {
                None => return all,
                Some(Line::Whole(line)) => all.push((Some(line.to_vec()), reads)),
                Some(Line::TooLong) => all.push((None, reads)),
            }
        }
    }

    #[test]
    fn a_line_that_is_there_costs_no_read() {
        let pieces = vec![b"a\nb\nc".to_vec(), b"d\n".to_vec(), b"e".to_vec()];
        let whole = |text: &[u8], reads| (Some(text.to_vec()), reads);
        assert_eq!(lines(pieces), [whole(b"a\n", 1), whole(b"b\n", 0), whole(b"cd\n", 1), whole(b"e", 2)]);
    }

    #[test]
    fn a_line_beyond_the_limit_is_skipped_whole() {
        let piece = vec![b'x'; READ_SIZE];
        let mut pieces = vec![piece; MAX_LINE / READ_SIZE + 2];
        pieces.push(b"x\nnext\n".to_vec());
        let all = lines(pieces);
        assert_eq!(all.iter().map(|line| line.0.clone()).collect::<Vec<_>>(), [None, Some(b"next\n".to_vec())]);
    }
}
