//! One client's connection, without I/O.

use std::net::SocketAddr;

use crate::omapi::Limits;
use crate::omapi::message::{NamedValue, Operation, Values};
use crate::omapi::session::{Event, Session, SessionError};
use crate::omapi::status::ResultCode;
use crate::omapi::trace::{Direction, HeldTrace, Trace};

use super::dispatch::{Answer, Server, names_fields};
use super::store::Store;

/// Bytes of answers that are collected before they have to be sent: requests go on waiting until a
/// client takes the answers that it asked for.
const ENOUGH_OUTPUT: usize = 64 << 10;

const CAN_SIGN: &str = "a request under a key that cannot sign has no right signature, and is not answered under it";

/// Why a connection ends. What is in the output is to be sent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    /// The client said something that it may not say.
    Session(SessionError),
    /// The client asked for something that may not be asked for.
    Request,
    /// The server shuts down.
    ShutDown,
}

/// A server's end of a connection.
#[derive(Debug)]
pub struct Connection {
    session: Session,
    trace: Option<(HeldTrace, SocketAddr)>,
    answered: u64,
}

impl Connection {
    /// A connection that has just begun; the greeting is ready to be sent.
    pub fn new(limits: Limits) -> Self {
        Connection { session: Session::server(limits), trace: None, answered: 0 }
    }

    /// Has all that is said from now on written down, by [`Connection::write_trace`].
    pub fn trace(&mut self, trace: Trace, peer: SocketAddr) {
        let held = HeldTrace::new(trace);
        held.trace.greeting(Direction::Sent, peer);
        self.trace = Some((held, peer));
    }

    /// Takes bytes that came from the client.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.session.receive(bytes);
    }

    /// The bytes that wait to be sent. What has been sent is to be taken off with
    /// [`Connection::sent`].
    pub fn output(&self) -> &[u8] {
        self.session.output()
    }

    /// Forgets the first `count` bytes of the output.
    pub fn sent(&mut self, count: usize) {
        self.session.sent(count);
    }

    /// Writes down what has been said since the last time. It may take as long as the log takes; nobody
    /// else has to wait for it when the server is not locked.
    pub fn write_trace(&self) {
        if let Some((held, _)) = &self.trace {
            held.release();
        }
    }

    /// Gives back what large messages have taken; for one who is going to wait for the client.
    pub fn rest(&mut self) {
        self.session.rest();
    }

    /// Bytes that are taken by what the client has sent and has not yet got.
    pub fn capacity(&self) -> usize {
        self.session.capacity()
    }

    /// Whether the client has greeted and owes nothing: no message has begun that is not whole.
    pub fn is_idle(&self) -> bool {
        self.session.is_idle()
    }

    /// Bytes of messages that are not answered yet.
    pub fn pending(&self) -> usize {
        self.session.pending()
    }

    /// How many requests have been answered so far.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// Answers the requests that are whole. Returns whether there may be more: then the output is
    /// to be sent first.
    pub fn serve<S: Store>(&mut self, server: &mut Server<S>) -> Result<bool, HangUp> {
        while self.session.output().len() < ENOUGH_OUTPUT {
            let polled = self.session.poll();
            if let Some((HeldTrace { trace, .. }, peer)) = &self.trace {
                match (&polled, self.session.last_message()) {
                    (Ok(Some(Event::Greeted)), _) => trace.greeting(Direction::Received, *peer),
                    (_, Some(message)) => trace.message(Direction::Received, *peer, &message),
                    _ => {}
                }
            }
            match polled {
                Ok(None) => return Ok(false),
                Ok(Some(Event::Request)) => self.answer(server)?,
                Ok(Some(_)) => {}
                Err(error) => {
                    self.refuse(error);
                    return Err(HangUp::Session(error));
                }
            }
        }
        Ok(true)
    }

    fn answer<S: Store>(&mut self, server: &mut Server<S>) -> Result<(), HangUp> {
        let request = self.session.message();
        let (id, authid) = (request.id, Some(request.authid).filter(|&authid| authid != 0));
        match server.answer(&request) {
            Answer::Status(code, text) => self.status(id, authid, code, text),
            Answer::Object { handle, values } => self.update(id, authid, handle, &values),
            Answer::Authenticator { handle, key } => {
                let key = server.keys().get(key);
                self.session.accept_key(handle, key.clone());
                let values =
                    [NamedValue::new(b"name", key.name()), NamedValue::new(b"algorithm", key.algorithm_name())];
                self.send(id, authid, Operation::Update, handle, &[], &values);
            }
            Answer::HangUp => return Err(HangUp::Request),
            Answer::ShutDown => return Err(HangUp::ShutDown),
        }
        Ok(())
    }

    /// Says that a signature is wrong or missing; everything else that ends a session goes without
    /// saying, as with dhcpd.
    fn refuse(&mut self, error: SessionError) {
        let (SessionError::Unsigned | SessionError::BadSignature) = error else { return };
        if let Some(id) = self.session.last_message().filter(|message| !names_fields(message)).map(|message| message.id)
        {
            self.status(id, None, ResultCode::INVALID_TSIG_KEY, None);
        }
    }

    fn status(&mut self, rid: u32, authid: Option<u32>, code: ResultCode, text: Option<&str>) {
        let result = code.0.to_be_bytes();
        let values =
            [NamedValue::new(b"result", &result), NamedValue::new(b"message", text.unwrap_or_default().as_bytes())];
        self.send(rid, authid, Operation::Status, 0, &values[..1 + usize::from(text.is_some())], &[]);
    }

    fn update(&mut self, rid: u32, authid: Option<u32>, handle: u32, values: &[u8]) {
        let start = self.session.output().len();
        self.session.answer_with_object(rid, authid, handle, Values::of_bytes(values)).expect(CAN_SIGN);
        self.sent_from(start);
    }

    fn send(
        &mut self,
        rid: u32,
        authid: Option<u32>,
        operation: Operation,
        handle: u32,
        message_values: &[NamedValue<'_>],
        object_values: &[NamedValue<'_>],
    ) {
        let start = self.session.output().len();
        self.session.answer(rid, authid, operation, handle, message_values, object_values).expect(CAN_SIGN);
        self.sent_from(start);
    }

    /// Counts and traces the answer that begins there in the output.
    fn sent_from(&mut self, start: usize) {
        self.answered += 1;
        if let Some((HeldTrace { trace, .. }, peer)) = &self.trace {
            trace.bytes(Direction::Sent, *peer, &self.session.output()[start..]);
        }
    }
}
