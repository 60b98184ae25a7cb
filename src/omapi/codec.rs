//! Messages in a stream of bytes: finding their end, taking them apart, writing them.
//!
//! A message does not say how long it is; its end is found by walking its lists. [`Scanner`] does
//! that as bytes arrive and never looks at a byte twice. Nothing is allocated here for what a peer
//! claims: a length is checked against [`Limits`] as soon as it is read, before its bytes are
//! waited for.

use std::fmt;
use std::ops::Range;

use super::message::{Message, NamedValue, Values};

/// Bytes of a message's header when the greeting says 24, as dhcpd's does.
pub const HEADER_SIZE: usize = 24;

/// What a peer may send. Anything beyond ends the session.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one message, signature included.
    pub message_size: usize,
    /// Pairs in the two lists of one message.
    pub values: usize,
    /// Bytes of a header, as announced in a greeting.
    pub header_size: usize,
    /// Bytes of a signature.
    pub signature_size: usize,
}

impl Default for Limits {
    /// Far beyond anything that dhcpd or omshell sends: 16 MiB and 4,096 values a message. A lease,
    /// the largest object, has some twenty values.
    fn default() -> Self {
        Limits { message_size: 16 << 20, values: 1 << 12, header_size: 4096, signature_size: 1024 }
    }
}

impl Limits {
    /// For bytes that we wrote ourselves.
    pub(super) fn unlimited() -> Self {
        Limits { message_size: usize::MAX, values: usize::MAX, header_size: usize::MAX, signature_size: usize::MAX }
    }
}

/// A message that is larger than the limits allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// The message as a whole, or a length in it.
    Message {
        /// Bytes that the message has at least.
        size: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// The number of its values.
    Values {
        /// Pairs allowed.
        limit: usize,
    },
    /// Its signature.
    Signature {
        /// Bytes announced.
        size: u32,
        /// Bytes allowed.
        limit: usize,
    },
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TooLarge::Message { size, limit } => {
                write!(f, "a message of {size} bytes or more is too large, the limit is {limit}")
            }
            TooLarge::Values { limit } => write!(f, "a message with more than {limit} values is too large"),
            TooLarge::Signature { size, limit } => {
                write!(f, "a signature of {size} bytes is too large, the limit is {limit}")
            }
        }
    }
}

/// Where the parts of a whole message stand, relative to its first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    message_values: Range<usize>,
    object_values: Range<usize>,
    signature: Range<usize>,
}

impl Frame {
    /// Bytes of the whole message.
    pub fn size(&self) -> usize {
        self.signature.end
    }

    /// The message, given the bytes in which the frame was found.
    pub fn message<'a>(&self, bytes: &'a [u8]) -> Message<'a> {
        Message {
            authid: word(bytes, 0),
            operation: word(bytes, 8).into(),
            handle: word(bytes, 12),
            id: word(bytes, 16),
            rid: word(bytes, 20),
            message_values: Values { bytes: &bytes[self.message_values.clone()] },
            object_values: Values { bytes: &bytes[self.object_values.clone()] },
            signature: &bytes[self.signature.clone()],
        }
    }

    /// The bytes that the signature covers: all but the authid and the signature itself.
    pub fn signed<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[4..self.signature.start]
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

/// Finds the end of a message that may not be whole yet.
#[derive(Clone, Debug)]
pub struct Scanner {
    header_size: usize,
    limits: Limits,
    part: Part,
    /// How far the message has been walked.
    position: usize,
    values: usize,
    message_values: Range<usize>,
    object_values: Range<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Part {
    Header,
    MessageValues,
    ObjectValues,
    Signature,
}

impl Scanner {
    /// A scanner for messages whose header has `header_size` bytes, of which all past 24 are
    /// skipped.
    pub fn new(header_size: usize, limits: Limits) -> Self {
        debug_assert!(header_size >= HEADER_SIZE);
        Scanner {
            header_size,
            limits,
            part: Part::Header,
            position: 0,
            values: 0,
            message_values: 0..0,
            object_values: 0..0,
        }
    }

    /// Looks for the end of the message that begins at `bytes[0]`. `None` as long as there is
    /// none: call again with the same bytes and more behind them. After a frame the scanner is
    /// ready for the next message.
    pub fn scan(&mut self, bytes: &[u8]) -> Result<Option<Frame>, TooLarge> {
        loop {
            let rest = &bytes[self.position..];
            match self.part {
                Part::Header => {
                    if rest.len() < self.header_size {
                        return Ok(None);
                    }
                    let size = word(bytes, 4);
                    if size as usize > self.limits.signature_size {
                        return Err(TooLarge::Signature { size, limit: self.limits.signature_size });
                    }
                    self.position = self.header_size;
                    self.message_values = self.position..self.position;
                    self.part = Part::MessageValues;
                }
                Part::MessageValues | Part::ObjectValues => {
                    let Some(length) = self.entry(rest)? else { return Ok(None) };
                    if length > 0 {
                        self.position += length;
                        continue;
                    }
                    self.within_size(2)?;
                    if let Part::MessageValues = self.part {
                        self.message_values.end = self.position;
                        self.position += 2;
                        self.object_values = self.position..self.position;
                        self.part = Part::ObjectValues;
                    } else {
                        self.object_values.end = self.position;
                        self.position += 2;
                        self.part = Part::Signature;
                    }
                }
                Part::Signature => {
                    let size = self.within_size(u64::from(word(bytes, 4)))?;
                    if rest.len() < size {
                        return Ok(None);
                    }
                    let frame = Frame {
                        message_values: self.message_values.clone(),
                        object_values: self.object_values.clone(),
                        signature: self.position..self.position + size,
                    };
                    *self = Scanner::new(self.header_size, self.limits);
                    return Ok(Some(frame));
                }
            }
        }
    }

    /// Bytes of the entry at the start of `rest`, 0 for a list's end, `None` when it is not whole.
    fn entry(&mut self, rest: &[u8]) -> Result<Option<usize>, TooLarge> {
        let Some(&name_length) = rest.first_chunk() else { return Ok(None) };
        let name_length = usize::from(u16::from_be_bytes(name_length));
        if name_length == 0 {
            return Ok(Some(0));
        }
        let Some(&value_length) = rest.get(2 + name_length..).and_then(<[u8]>::first_chunk) else {
            return self.within_size(2 + name_length as u64 + 4).map(|_| None);
        };
        let size = 2 + name_length as u64 + 4 + u64::from(u32::from_be_bytes(value_length));
        let size = self.within_size(size)?;
        if rest.len() < size {
            return Ok(None);
        }
        self.values += 1;
        if self.values > self.limits.values {
            return Err(TooLarge::Values { limit: self.limits.values });
        }
        Ok(Some(size))
    }

    fn within_size(&self, more: u64) -> Result<usize, TooLarge> {
        let limit = self.limits.message_size;
        let size = self.position as u64 + more;
        if size > limit as u64 { Err(TooLarge::Message { size, limit }) } else { Ok(more as usize) }
    }
}

/// The fields of a header that a sender chooses.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// The authenticator's handle, 0 for none.
    pub authid: u32,
    /// Bytes of the signature that will follow.
    pub signature_size: usize,
    /// [`super::Operation::code`].
    pub operation: u32,
    /// The object's handle, 0 for none.
    pub handle: u32,
    /// The sender's number for this message.
    pub id: u32,
    /// The number of the message that is answered, 0 for none.
    pub rid: u32,
}

/// A list of values that is to be written.
#[derive(Clone, Copy, Debug)]
pub enum List<'a> {
    /// Pair by pair. Those whose name is empty or has more than 65,535 bytes cannot be written and
    /// are left out, as omshell leaves out the first.
    Pairs(&'a [NamedValue<'a>]),
    /// As it stands in a message already.
    Written(Values<'a>),
}

/// Appends a message up to its signature.
pub fn write_message(out: &mut Vec<u8>, header: Header, message_values: List<'_>, object_values: List<'_>) {
    let Header { authid, signature_size, operation, handle, id, rid } = header;
    for field in [authid, signature_size as u32, operation, handle, id, rid] {
        out.extend_from_slice(&field.to_be_bytes());
    }
    for list in [message_values, object_values] {
        match list {
            List::Written(values) => out.extend_from_slice(values.bytes),
            List::Pairs(pairs) => pairs.iter().for_each(|pair| write_pair(out, *pair)),
        }
        out.extend_from_slice(&[0, 0]);
    }
}

fn write_pair(out: &mut Vec<u8>, pair: NamedValue<'_>) {
    let Ok(name_length @ 1..) = u16::try_from(pair.name.len()) else { return };
    let value = pair.value.unwrap_or_default();
    out.extend_from_slice(&name_length.to_be_bytes());
    out.extend_from_slice(pair.name);
    out.extend_from_slice(&(value.len() as u32).to_be_bytes());
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type OwnedPair = (Vec<u8>, Option<Vec<u8>>);

    fn pairs() -> impl Strategy<Value = Vec<OwnedPair>> {
        let name = prop::collection::vec(any::<u8>(), 1..20);
        // An empty value reads back as none, so none is generated.
        let value = prop::option::of(prop::collection::vec(any::<u8>(), 1..50));
        prop::collection::vec((name, value), 0..6)
    }

    fn borrowed(pairs: &[OwnedPair]) -> Vec<NamedValue<'_>> {
        pairs.iter().map(|(name, value)| NamedValue { name, value: value.as_deref() }).collect()
    }

    proptest! {
        #[test]
        fn a_message_reads_back_as_it_was_written(
            fields in any::<[u32; 5]>(), first in pairs(), second in pairs(),
            signature in prop::collection::vec(any::<u8>(), 0..64), extra in 0_usize..40, cut in any::<prop::sample::Index>(),
        ) {
            let [authid, operation, handle, id, rid] = fields;
            let header = Header { authid, signature_size: signature.len(), operation, handle, id, rid };
            let mut bytes = Vec::new();
            let (first_list, second_list) = (borrowed(&first), borrowed(&second));
            write_message(&mut bytes, header, List::Pairs(&first_list), List::Pairs(&second_list));
            bytes.splice(HEADER_SIZE..HEADER_SIZE, std::iter::repeat_n(0xee, extra));
            bytes.extend_from_slice(&signature);
            let size = bytes.len();
            bytes.extend_from_slice(b"next");

            let mut scanner = Scanner::new(HEADER_SIZE + extra, Limits::default());
            prop_assert_eq!(scanner.scan(&bytes[..cut.index(size)]), Ok(None));
            let frame = scanner.scan(&bytes).unwrap().unwrap();
            prop_assert_eq!(frame.size(), size);
            let message = frame.message(&bytes);
            prop_assert_eq!(
                [message.authid, message.operation.code(), message.handle, message.id, message.rid], fields
            );
            prop_assert_eq!(message.message_values.into_iter().collect::<Vec<_>>(), borrowed(&first));
            prop_assert_eq!(message.object_values.into_iter().collect::<Vec<_>>(), borrowed(&second));
            prop_assert_eq!(message.signature, &signature[..]);
        }

        #[test]
        fn any_bytes_are_scanned_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut scanner = Scanner::new(HEADER_SIZE, Limits { message_size: 300, ..Limits::default() });
            if let Ok(Some(frame)) = scanner.scan(&bytes) {
                let message = frame.message(&bytes);
                prop_assert_eq!(message.object_values.into_iter().map(|p| p.name.len()).min().unwrap_or(1).min(1), 1);
            }
        }
    }

    #[test]
    fn lengths_are_refused_before_their_bytes_are_there() {
        let header = [[0; 4], [0; 4], 3_u32.to_be_bytes(), [0; 4], [0; 4], [0; 4]].concat();
        let value = [&header[..], b"\0\x01a\x80\0\0\0"].concat();
        let refused = Scanner::new(HEADER_SIZE, Limits::default()).scan(&value);
        assert_eq!(refused, Err(TooLarge::Message { size: 24 + 7 + (1 << 31), limit: 16 << 20 }));

        let mut signature = header.clone();
        signature[4] = 0x80;
        let refused = Scanner::new(HEADER_SIZE, Limits::default()).scan(&signature);
        assert_eq!(refused, Err(TooLarge::Signature { size: 1 << 31, limit: 1024 }));
    }

    #[test]
    fn values_are_counted() {
        let header = Header { authid: 0, signature_size: 0, operation: 3, handle: 0, id: 0, rid: 0 };
        let mut bytes = Vec::new();
        write_message(&mut bytes, header, List::Pairs(&[]), List::Pairs(&[NamedValue::new(b"a", b"1"); 5]));
        let limits = Limits { values: 4, ..Limits::default() };
        assert_eq!(Scanner::new(HEADER_SIZE, limits).scan(&bytes), Err(TooLarge::Values { limit: 4 }));
    }
}
