//! What the codec makes of any bytes: the same messages whether they come at once or in pieces, none
//! beyond the limits, and each one written again as it was read.
//!
//! An input is what a peer sends after its greeting.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use omsh::omapi::codec::{Frame, HEADER_SIZE, Header, Limits, List, Scanner, TooLarge, write_message};
use omsh::omapi::trace::{Direction, Trace};
use omsh::omapi::{Message, NamedValue, ResultCode};

use super::prng::Prng;

/// Limits that a short input can reach.
const TIGHT: Limits = Limits { message_size: 200, values: 4, header_size: 64, signature_size: 32 };

/// Reads `data` as messages and panics when something is wrong with them.
pub fn run(data: &[u8]) {
    let mut prng = Prng::from_bytes(data);
    let longer_header = HEADER_SIZE + 1 + prng.below(40);
    for (header_size, limits) in [(HEADER_SIZE, Limits::default()), (HEADER_SIZE, TIGHT), (longer_header, TIGHT)] {
        let whole = Reading::new(header_size, limits, &[data]);
        let pieces = Reading::new(header_size, limits, &prng.cut(data));
        assert_eq!(whole.frames, pieces.frames, "in one piece and in several");
        match (whole.error, pieces.error) {
            // Known to be too large as soon as a part of it is, so with less of it at hand.
            (Some(TooLarge::Message { size, limit }), Some(TooLarge::Message { size: at_least, .. })) => {
                assert!(size >= at_least && at_least > limit as u64, "{size} {at_least} {limit}");
            }
            (whole, pieces) => assert_eq!(whole, pieces, "in one piece and in several"),
        }
    }
}

/// All that is read from one stream.
#[derive(Default)]
struct Reading {
    frames: Vec<Frame>,
    error: Option<TooLarge>,
}

impl Reading {
    fn new(header_size: usize, limits: Limits, pieces: &[&[u8]]) -> Self {
        let mut reading = Reading::default();
        let mut scanner = Scanner::new(header_size, limits);
        let mut received = Vec::new();
        let mut start = 0;
        for piece in pieces {
            received.extend_from_slice(piece);
            loop {
                let bytes = &received[start..];
                match scanner.scan(bytes) {
                    Ok(Some(frame)) => {
                        check(&frame, bytes, header_size, limits);
                        start += frame.size();
                        reading.frames.push(frame);
                    }
                    Ok(None) => {
                        // That a list's end is one byte too many is known with its second byte.
                        assert!(bytes.len() <= largest(header_size, limits) + 1, "{} bytes wait", bytes.len());
                        break;
                    }
                    Err(error) => {
                        assert!(!error.to_string().is_empty());
                        reading.error = Some(error);
                        return reading;
                    }
                }
            }
        }
        reading
    }
}

/// Bytes of the largest message that may pass.
fn largest(header_size: usize, limits: Limits) -> usize {
    limits.message_size.max(header_size)
}

fn check(frame: &Frame, bytes: &[u8], header_size: usize, limits: Limits) {
    let size = frame.size();
    assert!(size <= largest(header_size, limits), "a message of {size} bytes has passed");
    let message = frame.message(bytes);
    assert!(message.signature.len() <= limits.signature_size);
    let lists_end = size - message.signature.len();
    assert_eq!(frame.signed(bytes), &bytes[4..lists_end]);

    let message_values: Vec<NamedValue<'_>> = message.message_values.into_iter().collect();
    let object_values: Vec<NamedValue<'_>> = message.object_values.into_iter().collect();
    assert!(message_values.len() + object_values.len() <= limits.values);
    for pair in &object_values {
        assert!(!pair.name.is_empty() && pair.value != Some(b""), "{pair:?}");
        let last = object_values.iter().rfind(|other| other.name == pair.name).expect("it is one of them");
        assert_eq!(message.object_values.get(pair.name), last.value);
    }

    let header = Header {
        authid: message.authid,
        signature_size: message.signature.len(),
        operation: message.operation.code(),
        handle: message.handle,
        id: message.id,
        rid: message.rid,
    };
    let mut written = Vec::new();
    write_message(&mut written, header, List::Pairs(&message_values), List::Pairs(&object_values));
    let read = [&bytes[..HEADER_SIZE], &bytes[header_size..lists_end]].concat();
    assert_eq!(written.escape_ascii().to_string(), read.escape_ascii().to_string());

    let outcome = message.outcome();
    assert!(outcome != Err(ResultCode::SUCCESS), "{outcome:?}");
    assert!(!message.result().text().is_empty());
    check_trace(&message);
}

/// A trace goes to terminals: nothing but lines of printable text may be in it.
fn check_trace(message: &Message<'_>) {
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("nobody panics with it").write(text)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let written = Shared::default();
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 7911));
    Trace::to_writer(written.clone()).message(Direction::Received, peer, message);
    let text = String::from_utf8(written.0.lock().expect("nobody panics with it").clone()).expect("UTF-8");
    assert!(text.ends_with('\n') && !text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}
