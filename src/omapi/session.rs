//! One end of an OMAPI connection, without I/O: bytes that came go in, bytes to send and events
//! come out.
//!
//! Both ends work alike and are the same type. Each greets at once. A client that has a key opens
//! its authenticator with [`Session::authenticate`], and from the answer on signs every request and
//! demands every answer signed.
//! A server tells the session with [`Session::accept_key`] which key an authenticator's handle
//! stands for; requests under it are then checked before anyone sees them.
//!
//! Any number of requests may be under way; answers are matched by number. What a peer gets wrong
//! ends the session: [`Session::poll`] returns the error, then and ever after.

use std::fmt;

use super::codec::{Frame, HEADER_SIZE, Header, Limits, List, Scanner, TooLarge, write_message};
use super::key::{Key, Unusable};
use super::message::{Message, NamedValue, Operation, Request, Values};
use super::status::ResultCode;

/// The only protocol version there is.
pub const VERSION: u32 = 100;

/// Bytes of a greeting: the version and the header size.
pub(super) const GREETING_SIZE: usize = 8;

/// Room for bytes that came, which is kept when they are done with; what a large message took is
/// given back.
const KEPT_CAPACITY: usize = 1 << 18;

/// Where a new session may begin to count its messages: anywhere but at 0, which means "none", and
/// not where another one did, or an answer recorded then would fit a request of now.
fn unpredictable_id() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    (RandomState::new().build_hasher().finish() as u32).max(1)
}

/// What happened, as told by [`Session::poll`]. Where a message came with it, that is
/// [`Session::message`] until the next poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer's greeting was read.
    Greeted,
    /// The server knows our key; requests are signed from now on.
    Authenticated,
    /// The server refused our key, with a status message.
    AuthenticatorRefused,
    /// An answer to the request of that number.
    Answer(u32),
    /// A request from the peer, unsigned or signed with a key that was accepted.
    Request,
}

/// Why a session ended. The sentences continue "connection to X: ".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The peer's greeting names another protocol version.
    Version(u32),
    /// The peer's greeting names a header size that cannot be.
    HeaderSize(u32),
    /// A message exceeds the limits.
    TooLarge(TooLarge),
    /// An answer that is neither a status nor, where the object may still be there, an update.
    UnexpectedOperation(Operation),
    /// An answer to a request that is not under way.
    UnexpectedAnswer(u32),
    /// The answer to the authenticator's request names no authenticator.
    NoAuthenticator,
    /// The server says, unsigned, that our signature is wrong, which is how dhcpd answers a wrong
    /// secret.
    KeyRejected,
    /// A message without a signature where one is due.
    Unsigned,
    /// A message whose signature is wrong.
    BadSignature,
    /// A message under an authenticator that is not open on this session.
    OtherAuthenticator {
        /// The authenticator's handle that it names.
        named: u32,
    },
}

impl SessionError {
    /// Whether it is about who the peer is, rather than about what it says.
    pub fn is_authentication(self) -> bool {
        matches!(
            self,
            SessionError::NoAuthenticator
                | SessionError::KeyRejected
                | SessionError::Unsigned
                | SessionError::BadSignature
                | SessionError::OtherAuthenticator { .. }
        )
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            SessionError::Version(version) => {
                write!(f, "the peer speaks protocol version {version}, not {VERSION}; is this port an OMAPI port?")
            }
            SessionError::HeaderSize(size) => write!(f, "the peer announces headers of {size} bytes, which cannot be"),
            SessionError::TooLarge(what) => what.fmt(f),
            SessionError::UnexpectedOperation(operation) => {
                write!(f, "an unexpected answer: operation {} ({})", operation.code(), operation.name())
            }
            SessionError::UnexpectedAnswer(rid) => {
                write!(f, "an unexpected answer: to request {rid}, which was not made or has been answered")
            }
            SessionError::NoAuthenticator => {
                f.write_str("the server answered the request for an authenticator without giving one")
            }
            SessionError::KeyRejected => {
                f.write_str("the server does not accept our signature; compare the secret with the key in dhcpd.conf")
            }
            SessionError::Unsigned => {
                f.write_str("an unsigned answer where a signature is due; it may not come from your server")
            }
            SessionError::BadSignature => {
                f.write_str("an answer with a wrong signature; the server has another secret, or it is not your server")
            }
            SessionError::OtherAuthenticator { named } => write!(
                f,
                "an answer under authenticator {named}, which is not ours, where a signature is due; \
                 it may not come from your server"
            ),
        }
    }
}

impl std::error::Error for SessionError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Client,
    Server,
}

/// One end of a connection.
#[derive(Debug)]
pub struct Session {
    role: Role,
    limits: Limits,
    input: Vec<u8>,
    /// Bytes at the front of `input` that are done with.
    consumed: usize,
    output: Vec<u8>,
    /// There once the peer has greeted.
    scanner: Option<Scanner>,
    /// The message of the last event; its bytes are at the front of `input`.
    frame: Option<Frame>,
    next_id: u32,
    /// Requests that have not been answered, in order of sending, and what they ask for.
    waiting: Vec<(u32, Operation)>,
    /// A client's request for an authenticator that is under way, and the key.
    opening: Option<(u32, Key)>,
    /// Keys by the handles of their authenticators; a client has one at most.
    keys: Vec<(u32, Key)>,
    failed: Option<SessionError>,
}

impl Session {
    /// A client's end; its greeting is ready to be sent.
    pub fn client(limits: Limits) -> Self {
        Self::new(Role::Client, limits)
    }

    /// A server's end; its greeting is ready to be sent.
    pub fn server(limits: Limits) -> Self {
        Self::new(Role::Server, limits)
    }

    fn new(role: Role, limits: Limits) -> Self {
        let mut output = Vec::with_capacity(256);
        output.extend_from_slice(&VERSION.to_be_bytes());
        output.extend_from_slice(&(HEADER_SIZE as u32).to_be_bytes());
        Session {
            role,
            limits,
            input: Vec::new(),
            consumed: 0,
            output,
            scanner: None,
            frame: None,
            next_id: unpredictable_id(),
            waiting: Vec::new(),
            opening: None,
            keys: Vec::new(),
            failed: None,
        }
    }

    /// Takes bytes that came from the peer. After an error they are of no interest.
    pub fn receive(&mut self, bytes: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        self.discard_message();
        if self.consumed == self.input.len() {
            self.input.clear();
            self.consumed = 0;
        } else if self.consumed > 1 << 16 {
            self.input.drain(..self.consumed);
            self.consumed = 0;
        }
        self.input.extend_from_slice(bytes);
    }

    /// The bytes that wait to be sent. What has been sent is to be taken off with
    /// [`Session::sent`].
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Forgets the first `count` bytes of the output.
    pub fn sent(&mut self, count: usize) {
        self.output.drain(..count);
    }

    /// Gives back the room that large messages have taken, as far as they are done with; lets go of the
    /// message that came last. For one who is going to wait.
    pub fn rest(&mut self) {
        self.discard_message();
        if self.consumed == self.input.len() && self.input.capacity() > KEPT_CAPACITY {
            self.input = Vec::new();
            self.consumed = 0;
        }
        if self.output.is_empty() && self.output.capacity() > KEPT_CAPACITY {
            self.output = Vec::new();
        }
    }

    /// Bytes that both buffers have room for.
    pub fn capacity(&self) -> usize {
        self.input.capacity() + self.output.capacity()
    }

    /// Takes the next event out of what was received; `None` when more bytes are needed.
    pub fn poll(&mut self) -> Result<Option<Event>, SessionError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.discard_message();
        let event = self.next_event();
        self.failed = event.err();
        event
    }

    /// The message that came with the last event: an answer, a request, or the status that refuses
    /// an authenticator.
    ///
    /// # Panics
    /// When the last event had no message.
    pub fn message(&self) -> Message<'_> {
        self.last_message().expect("an event with a message came last")
    }

    /// The message that was looked at last, if any: also one that was found wrong.
    pub fn last_message(&self) -> Option<Message<'_>> {
        Some(self.frame.as_ref()?.message(&self.input[self.consumed..]))
    }

    /// Asks for an authenticator for the key, unsigned. Further requests are to wait for
    /// [`Event::Authenticated`].
    pub fn authenticate(&mut self, key: Key) {
        let attributes =
            vec![NamedValue::new(b"name", key.name()), NamedValue::new(b"algorithm", key.algorithm_name())];
        let id = self.send_unsigned(&Request::open(b"authenticator", attributes));
        self.opening = Some((id, key));
    }

    /// Makes a request, signed when an authenticator is open, and returns its number.
    pub fn request(&mut self, request: &Request<'_>) -> Result<u32, Unusable> {
        let id = self.next_id;
        let (message_values, object_values) = (&request.message_values, &request.object_values);
        let authid = match self.role {
            Role::Client => self.keys.first().map(|key| key.0),
            Role::Server => None,
        };
        let (message_values, object_values) = (List::Pairs(message_values), List::Pairs(object_values));
        self.send(authid, request.operation, request.handle, 0, message_values, object_values)?;
        self.waiting.push((id, request.operation));
        Ok(id)
    }

    /// Numbers of the requests that have not been answered, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = u32> + '_ {
        self.waiting.iter().map(|(id, _)| *id)
    }

    /// Whether the peer has greeted, and no message has begun to come that is not whole. True only
    /// when [`Session::poll`] has nothing more.
    pub fn is_idle(&self) -> bool {
        self.scanner.is_some() && self.pending() == 0
    }

    /// Bytes that were received and belong to no message that has been let go of.
    pub fn pending(&self) -> usize {
        let message = self.frame.as_ref().map_or(0, Frame::size);
        self.input.len() - self.consumed - message
    }

    /// From now on takes and checks requests under this authenticator.
    pub fn accept_key(&mut self, authid: u32, key: Key) {
        if self.keys.iter().all(|(known, _)| *known != authid) {
            self.keys.push((authid, key));
        }
    }

    /// Answers the request of that number, signed when `authid` names an accepted key.
    pub fn answer(
        &mut self,
        rid: u32,
        authid: Option<u32>,
        operation: Operation,
        handle: u32,
        message_values: &[NamedValue<'_>],
        object_values: &[NamedValue<'_>],
    ) -> Result<(), Unusable> {
        self.send(authid, operation, handle, rid, List::Pairs(message_values), List::Pairs(object_values))
    }

    /// Answers the request of that number with an object whose values stand ready.
    pub(super) fn answer_with_object(
        &mut self,
        rid: u32,
        authid: Option<u32>,
        handle: u32,
        values: Values<'_>,
    ) -> Result<(), Unusable> {
        self.send(authid, Operation::Update, handle, rid, List::Pairs(&[]), List::Written(values))
    }

    fn send_unsigned(&mut self, request: &Request<'_>) -> u32 {
        let id = self.next_id;
        let (message_values, object_values) = (&request.message_values, &request.object_values);
        let (message_values, object_values) = (List::Pairs(message_values), List::Pairs(object_values));
        self.send(None, request.operation, request.handle, 0, message_values, object_values)
            .expect("without a key nothing can fail");
        self.waiting.push((id, request.operation));
        id
    }

    fn send(
        &mut self,
        authid: Option<u32>,
        operation: Operation,
        handle: u32,
        rid: u32,
        message_values: List<'_>,
        object_values: List<'_>,
    ) -> Result<(), Unusable> {
        let key = authid.and_then(|authid| self.keys.iter().find(|(handle, _)| *handle == authid));
        let signature_size = match key {
            Some((_, key)) => key.signature_size()?,
            None => 0,
        };
        let header = Header {
            authid: key.map_or(0, |(authid, _)| *authid),
            signature_size,
            operation: operation.code(),
            handle,
            id: self.next_id,
            rid,
        };
        let start = self.output.len();
        write_message(&mut self.output, header, message_values, object_values);
        if let Some((_, key)) = key {
            let mut signature = Vec::with_capacity(signature_size);
            key.sign(&self.output[start + 4..], &mut signature)?;
            self.output.extend_from_slice(&signature);
        }
        self.next_id = self.next_id.wrapping_add(1).max(1);
        Ok(())
    }

    /// Lets go of the message that the last event came with.
    fn discard_message(&mut self) {
        if let Some(frame) = self.frame.take() {
            self.consumed += frame.size();
        }
    }

    fn next_event(&mut self) -> Result<Option<Event>, SessionError> {
        let Some(scanner) = &mut self.scanner else { return self.greeting() };
        let bytes = &self.input[self.consumed..];
        let Some(frame) = scanner.scan(bytes).map_err(SessionError::TooLarge)? else { return Ok(None) };
        let frame = self.frame.insert(frame);
        let message = frame.message(bytes);
        verify(self.role, &self.keys, &message, frame.signed(bytes))?;
        if message.rid == 0 && self.role == Role::Server {
            return Ok(Some(Event::Request));
        }
        let Message { rid, operation, handle, .. } = message;
        let refused = operation == Operation::Status && message.result() != ResultCode::SUCCESS;
        let Some(place) = self.waiting.iter().position(|(id, _)| *id == rid) else {
            return Err(SessionError::UnexpectedAnswer(rid));
        };
        let (_, asked) = self.waiting.remove(place);
        match operation {
            Operation::Status => {}
            // There is nothing to say about an object that is gone.
            Operation::Update if asked != Operation::Delete => {}
            _ => return Err(SessionError::UnexpectedOperation(operation)),
        }
        match self.opening.take_if(|(id, _)| *id == rid) {
            None => Ok(Some(Event::Answer(rid))),
            Some(_) if refused => Ok(Some(Event::AuthenticatorRefused)),
            Some((_, key)) if operation == Operation::Update && handle != 0 => {
                self.keys.push((handle, key));
                Ok(Some(Event::Authenticated))
            }
            Some(_) => Err(SessionError::NoAuthenticator),
        }
    }

    fn greeting(&mut self) -> Result<Option<Event>, SessionError> {
        let Some(greeting) = self.input[self.consumed..].first_chunk::<GREETING_SIZE>() else { return Ok(None) };
        let (version, header_size) = greeting.split_at(4);
        let version = u32::from_be_bytes(version.try_into().expect("4 bytes"));
        let header_size = u32::from_be_bytes(header_size.try_into().expect("4 bytes"));
        if version != VERSION {
            return Err(SessionError::Version(version));
        }
        if !(HEADER_SIZE..=self.limits.header_size).contains(&(header_size as usize)) {
            return Err(SessionError::HeaderSize(header_size));
        }
        self.consumed += GREETING_SIZE;
        self.scanner = Some(Scanner::new(header_size as usize, self.limits));
        Ok(Some(Event::Greeted))
    }
}

/// Checks that a message is signed as it has to be.
fn verify(role: Role, keys: &[(u32, Key)], message: &Message<'_>, signed: &[u8]) -> Result<(), SessionError> {
    let named = message.authid;
    // Whether a server wants a signature is for the server to say, in words.
    if named == 0 && (role == Role::Server || keys.is_empty()) {
        return Ok(());
    }
    let is_known = keys.iter().any(|(authid, _)| *authid == named);
    if message.signature.is_empty() && !keys.is_empty() && (is_known || role == Role::Client) {
        let rejected =
            message.operation == Operation::Status && message.result().of_today() == ResultCode::INVALID_TSIG_KEY;
        return Err(if rejected { SessionError::KeyRejected } else { SessionError::Unsigned });
    }
    let Some((_, key)) = keys.iter().find(|(authid, _)| *authid == named) else {
        return Err(SessionError::OtherAuthenticator { named });
    };
    if !key.verify(signed, message.signature) {
        return Err(SessionError::BadSignature);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
