//! What a session makes of any bytes from its peer, at both ends: the same events whether they come
//! at once or in pieces, nothing believed that is not signed as it has to be, no more kept than the
//! limits allow, and an error for good.
//!
//! An input is a byte of set-up ([`Setup`]) and then what the peer sends, greeting included. Since a
//! session begins to count its messages anywhere, and signatures depend on the numbers, an input
//! does not hold them as they are on the wire ([`on_the_wire`]).

use omsh::omapi::codec::{Frame, HEADER_SIZE, Limits, Scanner, TooLarge};
use omsh::omapi::session::VERSION;
use omsh::omapi::{Algorithm, Event, Key, Message, NamedValue, Operation, Request, Secret, Session, SessionError};
use zeroize::Zeroizing;

use super::prng::Prng;

/// Limits that a short input can reach.
const TIGHT: Limits = Limits { message_size: 300, values: 8, header_size: 64, signature_size: 64 };

/// The handle under which our server opens its authenticator.
const AUTHENTICATOR: u32 = 5;

/// No more requests are made than this.
const MAX_REQUESTS: usize = 12;

/// Feeds `data` to a client and to a server and panics when something is wrong with what they do.
pub fn run(data: &[u8]) {
    let Some((setup, stream)) = data.split_first() else { return };
    let setup = Setup::new(*setup);
    let mut prng = Prng::from_bytes(data);
    for end in [End::Client, End::Server] {
        let whole = Conversation::new(end, &setup).hear(stream, |bytes| vec![bytes]);
        let pieces = Conversation::new(end, &setup).hear(stream, |bytes| prng.cut(bytes));
        if let (Some(whole), Some(pieces)) = (whole, pieces) {
            assert_eq!(whole, pieces, "{end:?}, in one piece and in several");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Client,
    Server,
}

/// What an input's first byte says.
struct Setup {
    /// Bits 0 to 2: 0 for none, 1 to 6 for an algorithm, 7 for one that nobody has.
    key: Option<Key>,
    /// Bits 3 and 4: requests made before anything is heard.
    requests: usize,
    /// Bit 5: whether each answer brings another request.
    goes_on: bool,
    /// Bit 6: whether the limits are tight.
    limits: Limits,
}

impl Setup {
    fn new(bits: u8) -> Self {
        let secret = Secret::new(Zeroizing::new(b"secret".to_vec()));
        let algorithm = match usize::from(bits & 7) {
            0 => None,
            number => Some(Algorithm::ALL.get(number - 1).map_or("hmac-none", |algorithm| algorithm.name())),
        };
        Setup {
            key: algorithm.map(|algorithm| Key::new(b"omapi_key", algorithm.as_bytes(), &secret)),
            requests: usize::from(bits >> 3 & 3),
            goes_on: bits & 1 << 5 != 0,
            limits: if bits & 1 << 6 != 0 { TIGHT } else { Limits::default() },
        }
    }
}

/// What came of a conversation, with numbers of messages counted from 1.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    events: Vec<Event>,
    error: Option<SessionError>,
    waiting: Vec<u32>,
    sent: usize,
}

/// One end, and what we know about it.
struct Conversation<'a> {
    end: End,
    setup: &'a Setup,
    session: Session,
    /// Numbers of the requests made, the one for an authenticator included, and what they ask for.
    requests: Vec<(u32, Operation)>,
    /// The first of them.
    first_id: u32,
    /// The handle of the authenticator that is open.
    authenticator: Option<u32>,
    sent: Vec<u8>,
}

impl<'a> Conversation<'a> {
    fn new(end: End, setup: &'a Setup) -> Self {
        let session = match end {
            End::Client => Session::client(setup.limits),
            End::Server => Session::server(setup.limits),
        };
        let mut conversation = Conversation {
            end,
            setup,
            session,
            requests: Vec::new(),
            first_id: 1,
            authenticator: None,
            sent: Vec::new(),
        };
        if let (End::Client, Some(key)) = (end, &setup.key) {
            conversation.session.authenticate(key.clone());
            conversation.requests.extend(conversation.session.waiting().map(|id| (id, Operation::Open)));
        }
        for _ in 0..setup.requests {
            conversation.request();
        }
        conversation.first_id = conversation.session.waiting().next().unwrap_or(1);
        conversation
    }

    /// Hears all of `stream`, as `cut` brings it. `None` in the rare case that a number is 0, which
    /// means something of its own.
    fn hear(mut self, stream: &[u8], cut: impl FnOnce(&[u8]) -> Vec<&[u8]>) -> Option<Outcome> {
        let (stream, frames) = on_the_wire(stream, self.first_id, self.setup)?;
        let header_size = word(&stream, 4) as usize;
        let mut frames = frames.into_iter();
        let mut events = Vec::new();
        let mut error = None;
        // How much has come, and how much of that the session should be done with.
        let (mut received, mut done) = (0, 0);
        for piece in cut(&stream) {
            self.session.receive(piece);
            received += piece.len();
            while error.is_none() {
                let waiting: Vec<u32> = self.session.waiting().collect();
                match self.session.poll() {
                    Ok(None) => {
                        let largest = self.setup.limits.message_size.max(header_size);
                        // That a list's end is one byte too many is known with its second byte.
                        assert!(received - done <= largest + 1, "{} bytes wait", received - done);
                        break;
                    }
                    Ok(Some(Event::Greeted)) => {
                        assert_eq!(done, 0, "one greeting");
                        done = 8;
                        events.push(Event::Greeted);
                    }
                    Ok(Some(event)) => {
                        let frame = frames.next().expect("a message for each event");
                        self.check(event, &frame, &stream[done..received], &waiting);
                        done += frame.size();
                        events.push(match event {
                            Event::Answer(id) => Event::Answer(self.counted(id)),
                            event => event,
                        });
                        self.react(event);
                    }
                    Err(why) => error = Some(why),
                }
            }
            // A network takes what it can.
            let count = self.session.output().len() - self.session.output().len() / 3;
            self.send(count);
        }
        if let Some(error) = error {
            self.check_finality(error);
        }
        self.send(self.session.output().len());
        self.check_sent();
        let waiting = self.session.waiting().map(|id| self.counted(id)).collect();
        let error = error.map(|error| match error {
            SessionError::UnexpectedAnswer(rid @ 1..) => SessionError::UnexpectedAnswer(self.counted(rid)),
            // In pieces it may be known before all of it is.
            SessionError::TooLarge(TooLarge::Message { limit, .. }) => {
                SessionError::TooLarge(TooLarge::Message { size: 0, limit })
            }
            error => error,
        });
        Some(Outcome { events, error, waiting, sent: self.sent.len() })
    }

    /// A message's number, counted from 1.
    fn counted(&self, id: u32) -> u32 {
        id.wrapping_sub(self.first_id).wrapping_add(1)
    }

    fn request(&mut self) {
        let before = self.session.output().len();
        let attributes = vec![NamedValue::new(b"name", b"h1")];
        let request = match self.requests.len() % 4 {
            0 => Request::open(b"host", attributes),
            1 => Request::refresh(2),
            2 => Request::update(2, attributes),
            _ => Request::delete(2),
        };
        match self.session.request(&request) {
            Ok(id) => {
                self.requests.push((id, request.operation));
                assert_eq!(self.session.waiting().last(), Some(id));
            }
            Err(why) => {
                assert_eq!(self.key().signature_size(), Err(why));
                assert_eq!(self.session.output().len(), before, "nothing is sent of what cannot be signed");
            }
        }
    }

    fn key(&self) -> &'a Key {
        self.setup.key.as_ref().expect("what is signed has a key")
    }

    /// Whether the session had a right to report that.
    fn check(&self, event: Event, frame: &Frame, bytes: &[u8], waiting: &[u32]) {
        let message = frame.message(bytes);
        assert_eq!(self.session.message(), message);
        let asked = |id: u32| waiting.contains(&id) && self.session.waiting().all(|other| other != id);
        match event {
            Event::Greeted => unreachable!("it has no message"),
            Event::Authenticated => {
                assert_eq!((self.end, message.operation), (End::Client, Operation::Update));
                assert!(asked(message.rid) && message.handle != 0 && self.authenticator.is_none());
            }
            Event::AuthenticatorRefused => {
                assert_eq!((self.end, message.operation), (End::Client, Operation::Status));
                assert!(asked(message.rid));
            }
            Event::Answer(id) => {
                assert!(id == message.rid && asked(id), "{message:?}");
                let (_, request) = self.requests.iter().find(|(made, _)| *made == id).expect("it was made");
                match message.operation {
                    Operation::Status => {}
                    operation => assert!(operation == Operation::Update && *request != Operation::Delete),
                }
            }
            Event::Request => assert_eq!((self.end, message.rid), (End::Server, 0)),
        }
        if message.authid != 0 || self.end == End::Client && self.authenticator.is_some() {
            assert_eq!(Some(message.authid), self.authenticator, "{event:?}");
            assert!(self.key().verify(frame.signed(bytes), message.signature), "{event:?} with a wrong signature");
        }
    }

    /// Does what a program would.
    fn react(&mut self, event: Event) {
        match event {
            Event::Authenticated => {
                self.authenticator = Some(self.session.message().handle);
                self.request();
            }
            Event::Answer(_) if self.setup.goes_on && self.requests.len() < MAX_REQUESTS => self.request(),
            Event::Request => self.answer(),
            _ => {}
        }
    }

    fn answer(&mut self) {
        let Message { id, authid, operation, message_values, object_values, .. } = self.session.message();
        let opens = operation == Operation::Open && message_values.get(b"type") == Some(b"authenticator");
        let known = self.setup.key.as_ref().filter(|key| object_values.get(b"name") == Some(key.name()));
        if let (true, Some(key)) = (opens, known) {
            self.session.answer(id, None, Operation::Update, AUTHENTICATOR, &[], &[]).expect("without a key");
            if self.authenticator.is_none() {
                self.session.accept_key(AUTHENTICATOR, key.clone());
                self.authenticator = Some(AUTHENTICATOR);
            }
            return;
        }
        let result = [NamedValue::new(b"result", &[0; 4])];
        let signer = Some(authid).filter(|authid| *authid != 0);
        self.session.answer(id, signer, Operation::Status, 0, &result, &[]).expect("it has verified a signature");
    }

    fn send(&mut self, count: usize) {
        self.sent.extend_from_slice(&self.session.output()[..count]);
        self.session.sent(count);
    }

    /// After an error nothing that comes changes anything.
    fn check_finality(&mut self, error: SessionError) {
        let state = |session: &Session| (session.waiting().collect::<Vec<u32>>(), session.output().to_vec());
        let before = state(&self.session);
        assert_eq!(self.session.poll(), Err(error));
        let _ = self.session.last_message();
        self.session.receive(&greeting());
        assert_eq!(self.session.poll(), Err(error), "an error is for good");
        assert_eq!(state(&self.session), before);
        let text = error.to_string();
        assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
        let _ = error.is_authentication();
    }

    /// What was sent is whole messages, numbered one after the other and signed under the
    /// authenticator that they name.
    fn check_sent(&self) {
        let mut rest = self.sent.strip_prefix(&greeting()[..]).expect("a greeting first");
        let mut previous: Option<u32> = None;
        while !rest.is_empty() {
            let frame = Scanner::new(HEADER_SIZE, Limits::default()).scan(rest).unwrap().expect("a whole message");
            let message = frame.message(rest);
            if let Some(previous) = previous.replace(message.id) {
                assert_eq!(message.id, previous.wrapping_add(1));
            }
            if message.authid == 0 {
                assert!(message.signature.is_empty());
            } else {
                assert_eq!(Some(message.authid), self.authenticator);
                assert!(self.key().verify(frame.signed(rest), message.signature));
            }
            rest = &rest[frame.size()..];
        }
    }
}

fn greeting() -> Vec<u8> {
    [VERSION, HEADER_SIZE as u32].map(u32::to_be_bytes).concat()
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |word| u32::from_be_bytes(word.try_into().expect("4 bytes")))
}

/// What the peer sends, and its messages. In an input, an answer's `rid` is which of our requests it
/// answers, counted from 1, and a signature of 0xff in all of its bytes is the right one.
fn on_the_wire(input: &[u8], first_id: u32, setup: &Setup) -> Option<(Vec<u8>, Vec<Frame>)> {
    let mut stream = input.to_vec();
    let mut frames = Vec::new();
    let header_size = word(&stream, 4) as usize;
    let greets = stream.len() >= 8 && word(&stream, 0) == VERSION;
    if !greets || !(HEADER_SIZE..=setup.limits.header_size).contains(&header_size) {
        return Some((stream, frames));
    }
    let mut scanner = Scanner::new(header_size, setup.limits);
    let mut start = 8;
    while let Ok(Some(frame)) = scanner.scan(&stream[start..]) {
        let message = frame.message(&stream[start..]);
        if message.rid != 0 {
            let rid = first_id.wrapping_add(message.rid - 1);
            if rid == 0 {
                return None;
            }
            stream[start + 20..start + 24].copy_from_slice(&rid.to_be_bytes());
        }
        let end = start + frame.size();
        let size = frame.message(&stream[start..]).signature.len();
        let mut signature = Vec::new();
        if let (true, Some(key)) = (stream[end - size..end].iter().all(|byte| *byte == 0xff), &setup.key) {
            let _ = key.sign(frame.signed(&stream[start..]), &mut signature);
        }
        if signature.len() == size {
            stream[end - size..end].copy_from_slice(&signature);
        }
        frames.push(frame);
        start = end;
    }
    Some((stream, frames))
}
