//! Many requests under way on one connection.
//!
//! dhcpd 4.4 resets a connection on which a little more than 4,000 bytes of requests wait for it. So no more than
//! [`WINDOW`] bytes, or [`SIGNED_WINDOW`], are on their way to it without an answer, a larger request only by itself; the others wait here.
//! After an error it is known of each request whether it was answered, may have been carried out, or was never sent.

use std::collections::VecDeque;

use super::{Client, ClientError, Deadline, Event};
use crate::omapi::message::{Message, Request};

/// The most bytes of requests that wait for dhcpd at once.
pub const WINDOW: usize = 3_800;

/// The most bytes of signed requests that wait for dhcpd at once: of more than about 3,000 it ends now and then, with
/// `dst_api.c:353: REQUIRE(dctxp != ((void *)0) && *dctxp == ((void *)0)) failed`.
pub const SIGNED_WINDOW: usize = 1_900;

/// As much is kept ready behind what is under way, in bytes.
const READY: usize = 16 << 10;

/// A connection with many requests under way.
#[derive(Debug)]
pub struct Pipeline {
    client: Client,
    requests: VecDeque<Unanswered>,
    /// Bytes of requests that were sent and are not answered.
    unanswered: usize,
    /// Bytes of requests that were not sent.
    unsent: usize,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug)]
struct Unanswered {
    id: u32,
    size: usize,
    is_sent: bool,
}

impl Pipeline {
    /// A pipeline on a connection on which nothing is under way.
    pub fn new(client: Client) -> Pipeline {
        Pipeline { client, requests: VecDeque::new(), unanswered: 0, unsent: 0 }
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
        self.client.trace_sent(start);
        let size = self.client.session.output().len() - start;
        self.requests.push_back(Unanswered { id, size, is_sent: false });
        self.unsent += size;
        Ok(id)
    }

    /// Whether more requests are of use now: enough are under way or ready to go otherwise.
    pub fn has_room(&self) -> bool {
        self.unsent < READY
    }

    /// How many requests have no answer.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether all requests have been answered.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
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
        let deadline = Deadline::after(self.client.options.timeout);
        self.send_ready(deadline)?;
        loop {
            let event = self.client.next_event(deadline).map_err(|error| match error {
                ClientError::Closed if self.client.key_unproven => ClientError::KeyRejected,
                error => error,
            })?;
            let Event::Answer(id) = event else { continue };
            let Some(at) = self.requests.iter().position(|waiting| waiting.id == id) else { continue };
            if let Some(answered) = self.requests.remove(at) {
                self.unanswered -= answered.size;
            }
            self.client.key_unproven = false;
            return Ok(Some((id, self.client.session.message())));
        }
    }

    fn send_ready(&mut self, deadline: Deadline) -> Result<(), ClientError> {
        let mut size = 0;
        let window = if self.client.is_signing { SIGNED_WINDOW } else { WINDOW };
        for waiting in self.requests.iter_mut().filter(|waiting| !waiting.is_sent) {
            let is_first = self.unanswered == 0;
            // Until an answer shows that the server takes the key, there is no more than one request in doubt.
            let waits_for_proof = self.client.key_unproven && !is_first;
            if waits_for_proof || !is_first && self.unanswered + waiting.size > window {
                break;
            }
            waiting.is_sent = true;
            self.unanswered += waiting.size;
            self.unsent -= waiting.size;
            size += waiting.size;
        }
        self.client.flush_first(size, deadline)
    }

    /// The requests that were sent and not answered, oldest first: they may have been carried out, or may be yet.
    pub fn in_doubt(&self) -> impl Iterator<Item = u32> + '_ {
        self.requests.iter().filter(|waiting| waiting.is_sent).map(|waiting| waiting.id)
    }

    /// The requests that were not sent, oldest first.
    pub fn not_sent(&self) -> impl Iterator<Item = u32> + '_ {
        self.requests.iter().filter(|waiting| !waiting.is_sent).map(|waiting| waiting.id)
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
