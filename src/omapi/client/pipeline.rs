//! Many requests under way on one connection.
//!
//! No more than [`WINDOW`] bytes of requests, or [`SIGNED_WINDOW`], are on their way to the server without an answer, a
//! larger request only by itself; the others wait here. Requests that make the server write wait longer, as [`Pace`] says:
//! while they do, so do those behind them. After an error it is known of each request whether it was answered, may have
//! been carried out, or was
//! never sent.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Client, ClientError, Deadline, Event, SessionError};
use crate::omapi::message::{Message, Request};

/// The most bytes of requests that wait for dhcpd at once.
pub const WINDOW: usize = 3_800;

/// The most bytes of signed requests that wait for dhcpd at once.
pub const SIGNED_WINDOW: usize = 1_900;

/// As much is kept ready behind what is under way, in bytes.
const READY: usize = 16 << 10;

/// A connection with many requests under way.
#[derive(Debug)]
pub struct Pipeline {
    client: Client,
    /// Those without an answer, in the order in which they are sent.
    requests: VecDeque<Unanswered>,
    /// How many of them, from the first one on, have been sent whole.
    sent: usize,
    /// Bytes of requests of which at least a part was sent.
    unanswered: usize,
    /// Bytes of requests of which nothing was sent.
    unsent: usize,
    /// How many of them make the server write.
    unsent_changes: usize,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug)]
struct Unanswered {
    id: u32,
    size: usize,
    /// Bytes that have not been sent.
    left: usize,
    /// It makes the server write.
    is_change: bool,
    is_traced: bool,
}

impl Unanswered {
    fn is_begun(&self) -> bool {
        self.left < self.size
    }
}

impl Pipeline {
    /// A pipeline on a connection on which nothing is under way.
    pub fn new(client: Client) -> Pipeline {
        Pipeline { client, requests: VecDeque::new(), sent: 0, unanswered: 0, unsent: 0, unsent_changes: 0 }
    }

    /// Takes a request, and returns its number. It is sent as soon as there is room for it: that is looked at by
    /// [`Pipeline::next_answer`].
    ///
    /// # Errors
    ///
    /// The key cannot sign.
    pub fn push(&mut self, request: &Request<'_>) -> Result<u32, ClientError> {
        let start = self.client.session.output().len();
        let id = self.client.session.request(request).map_err(ClientError::UnusableKey)?;
        let size = self.client.session.output().len() - start;
        let is_change = request.is_change();
        self.requests.push_back(Unanswered { id, size, left: size, is_change, is_traced: false });
        self.unsent += size;
        self.unsent_changes += usize::from(is_change);
        Ok(id)
    }

    /// Whether more requests are of use now: enough are under way or ready to go otherwise.
    pub fn has_room(&self) -> bool {
        self.unsent < READY && self.unsent_changes < self.worth_having()
    }

    /// How many requests that make the server write are worth keeping ready: those of the next two bursts, or of any number
    /// at full speed.
    pub fn worth_having(&self) -> usize {
        self.client.pacing.worth_having()
    }

    /// How many requests have no answer.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether all requests have been answered.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Whether the server has kept its end of the connection open, as far as has been heard of it.
    pub fn is_open(&self) -> bool {
        self.client.is_open()
    }

    /// Makes a request behind all others and waits for its answer.
    ///
    /// # Errors
    ///
    /// As [`Pipeline::next_answer`], and when the key cannot sign.
    pub fn request(&mut self, request: &Request<'_>) -> Result<Message<'_>, ClientError> {
        let id = self.push(request)?;
        self.answer_to(id, self.client.options.timeout, &mut || {})
    }

    /// Sends what there is room for, and waits for an answer, in whatever order they come. `None` when all requests have
    /// been answered.
    ///
    /// # Errors
    ///
    /// The connection is of no use any longer: [`Pipeline::in_doubt`] and [`Pipeline::not_sent`] tell what became of the
    /// requests.
    pub fn next_answer(&mut self) -> Result<Option<(u32, Message<'_>)>, ClientError> {
        if self.requests.is_empty() {
            return Ok(None);
        }
        self.pause(&mut || {})?;
        let id = self.next_id(Deadline::after(self.client.options.timeout))?;
        Ok(Some((id, self.client.session.message())))
    }

    /// Waits so long for the answer to one request, and calls `late` once when that takes longer than it usually does.
    /// The answers that come before it go to nobody. One to a later request is an error: dhcpd answers in order.
    ///
    /// # Errors
    ///
    /// As [`Pipeline::next_answer`].
    pub fn answer_to(&mut self, id: u32, limit: Duration, late: &mut dyn FnMut()) -> Result<Message<'_>, ClientError> {
        self.pause(late)?;
        let mut deadline = Deadline::after(limit);
        let mut until = deadline.soon();
        loop {
            match self.next_id(until) {
                Ok(answered) if answered == id => return Ok(self.client.session.message()),
                Ok(_) if self.requests.iter().any(|waiting| waiting.id == id) => {
                    let pause = self.pause(late)?;
                    (deadline, until) = (deadline.put_off(pause), until.put_off(pause));
                }
                Ok(answered) => return Err(SessionError::UnexpectedAnswer(answered).into()),
                Err(ClientError::TimedOut(_)) if deadline.left().is_ok() => {
                    late();
                    until = deadline;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until the next request may go, when nothing is under way and it is too early for it. Calls `late` before, and
    /// returns how long that was: nobody waits for the server meanwhile.
    fn pause(&mut self, late: &mut dyn FnMut()) -> Result<Duration, ClientError> {
        let start = Instant::now();
        let is_first = |waiting: &Unanswered| waiting.is_change && !waiting.is_begun();
        if self.unanswered > 0 || !self.requests.front().is_some_and(is_first) {
            return Ok(Duration::ZERO);
        }
        let Some(pause) = self.client.pacing.pause(start) else { return Ok(Duration::ZERO) };
        late();
        self.client.sleep(pause)?;
        Ok(start.elapsed())
    }

    /// The number of the request that is answered next.
    fn next_id(&mut self, deadline: Deadline) -> Result<u32, ClientError> {
        self.next_event(deadline).map_err(|error| self.client.named(error))
    }

    fn next_event(&mut self, deadline: Deadline) -> Result<u32, ClientError> {
        // The last one of many is answered like the others.
        self.client.has_several = self.requests.len() > 1 || self.client.has_several && self.sent > 0;
        match self.send_ready(deadline) {
            // What the server said before it left is still to be heard.
            Ok(()) | Err(ClientError::Closed) => {}
            Err(error) => return Err(error),
        }
        loop {
            let Event::Answer(id) = self.client.next_event(deadline)? else { continue };
            let Some(at) = self.requests.iter().position(|waiting| waiting.id == id) else { continue };
            if self.requests[at].left > 0 {
                // A server can guess the number of one that it has not got yet, and knows nothing of it.
                return Err(SessionError::UnexpectedAnswer(id).into());
            }
            if let Some(answered) = self.requests.remove(at) {
                self.unanswered -= answered.size;
                self.sent = self.sent.saturating_sub(1);
                if answered.is_change {
                    self.client.pacing.answered(Instant::now());
                }
            }
            self.client.key_unproven = false;
            return Ok(id);
        }
    }

    /// How many bytes may wait for the server.
    fn window(&self) -> usize {
        if self.client.is_signing { SIGNED_WINDOW } else { WINDOW }
    }

    fn send_ready(&mut self, deadline: Deadline) -> Result<(), ClientError> {
        // Many requests in a write cost less than a write each.
        if self.sent > 0 && self.unanswered > self.window() / 2 {
            return Ok(());
        }
        loop {
            let size = self.ready();
            if size == 0 {
                return Ok(());
            }
            let before = self.client.session.output().len();
            let outcome = self.client.flush_first(size, deadline);
            self.count_sent(before - self.client.session.output().len());
            outcome?;
        }
    }

    /// How many bytes there is room for: those of one request when there is a trace, which tells of it before it goes.
    fn ready(&mut self) -> usize {
        let window = self.window();
        let (mut under_way, mut size) = (self.unanswered, 0);
        let mut changes = self.client.pacing.room(Instant::now());
        for waiting in self.requests.iter_mut().skip(self.sent) {
            let is_begun = waiting.is_begun();
            // Until an answer shows that the server takes the key, there is no more than one request in doubt.
            let waits = under_way > 0 && (self.client.key_unproven || under_way + waiting.size > window);
            if !is_begun {
                if waits || waiting.is_change && changes == 0 {
                    break;
                }
                changes -= usize::from(waiting.is_change);
                under_way += waiting.size;
            }
            size += waiting.left;
            if self.client.options.trace.is_some() {
                if !waiting.is_traced {
                    waiting.is_traced = true;
                    self.client.trace_sent(0);
                }
                break;
            }
        }
        size
    }

    /// So many bytes have been sent.
    fn count_sent(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let waiting = &mut self.requests[self.sent];
            if !waiting.is_begun() {
                self.unanswered += waiting.size;
                self.unsent -= waiting.size;
                if waiting.is_change {
                    self.unsent_changes -= 1;
                    self.client.pacing.sent(Instant::now());
                }
            }
            let taken = waiting.left.min(bytes);
            waiting.left -= taken;
            bytes -= taken;
            if waiting.left == 0 {
                self.sent += 1;
            }
        }
    }

    /// The requests that were sent, even in part, and not answered, oldest first: they may have been carried out, or may
    /// be yet.
    pub fn in_doubt(&self) -> impl Iterator<Item = u32> + '_ {
        self.requests.iter().filter(|waiting| waiting.is_begun()).map(|waiting| waiting.id)
    }

    /// The requests that were not sent, oldest first.
    pub fn not_sent(&self) -> impl Iterator<Item = u32> + '_ {
        self.requests.iter().filter(|waiting| !waiting.is_begun()).map(|waiting| waiting.id)
    }

    /// Closes the connection at once: what has not reached the server yet will not.
    pub fn abandon(self) {
        self.client.abandon();
    }

    /// The connection, when nothing is under way on it.
    pub fn into_client(self) -> Option<Client> {
        self.requests.is_empty().then_some(self.client)
    }
}
