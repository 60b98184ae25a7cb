//! A client's session on a blocking TCP connection, or with a server in the same process. No wait is
//! longer than the time-out: not for the name server, nor for the connection, nor for an answer as a
//! whole.

mod deadline;
mod error;
mod pacing;
mod patience;
mod pipeline;

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::key::{Algorithm, Key};
use super::message::{Message, Request};
use super::session::{Event, Session, SessionError};
use super::status::ResultCode;
use super::trace::{Direction, Trace};
use super::{Limits, Operation};

pub use error::ClientError;
pub use pacing::{BUDGET, LARGEST_BURST, Pace, Schedule};
pub use patience::{Patience, Wait};
pub use pipeline::{Pipeline, SIGNED_WINDOW, WINDOW};

use deadline::Deadline;
use pacing::Pacing;
use patience::{Waiting, beside, wait_readable};

/// How much is read from the socket at once, in bytes.
const READ_SIZE: usize = 16 << 10;

/// How long a client stays awake for an answer before it sleeps: long enough for a create, which
/// waits for dhcpd's disk. Being woken up costs about as much as a look-up takes. Other processes
/// are let through meanwhile, and a machine with one processor gains as well.
const WAKEFUL: Duration = Duration::from_millis(1);

/// How to reach a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// The longest wait for a connection, and for each answer.
    pub timeout: Duration,
    /// Where to write what is said, if anywhere.
    pub trace: Option<Trace>,
    /// A server in this process, which is connected to whatever host and port are asked for.
    pub in_process: Option<Arc<dyn InProcess>>,
    /// Who waits, if somebody wants to be asked meanwhile.
    pub patience: Option<Arc<dyn Patience>>,
    /// How long a server that refuses connections is asked again, since it may be starting.
    pub wait: Option<Duration>,
    /// How fast things are changed. Only a [`Pipeline`] has several changes under way.
    pub pace: Pace,
    /// When the next change may go, with a rate.
    pub schedule: Schedule,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            timeout: Duration::from_secs(10),
            trace: None,
            in_process: None,
            patience: None,
            wait: None,
            pace: Pace::default(),
            schedule: Schedule::default(),
        }
    }
}

/// A server in this process.
pub trait InProcess: fmt::Debug + Send + Sync {
    /// Connects to it; refused when it has shut down.
    fn connect(&self) -> io::Result<Box<dyn Peer>>;
}

/// The other end of a connection within this process.
pub trait Peer: fmt::Debug + Send {
    /// Takes bytes, and appends what it says to them. Returns whether the connection lives on.
    fn exchange(&mut self, bytes: &[u8], answers: &mut Vec<u8>) -> bool;
}

#[derive(Debug)]
enum Wire {
    Tcp(TcpStream),
    InProcess { peer: Box<dyn Peer>, answers: Vec<u8>, is_open: bool },
}

/// A connection to a server. After an error there is none: drop it.
#[derive(Debug)]
pub struct Client {
    wire: Wire,
    session: Session,
    /// What one read brings.
    piece: Vec<u8>,
    options: Options,
    peer: SocketAddr,
    /// The socket's time-outs for reading and for writing, as they are set.
    read_timeout: Duration,
    write_timeout: Duration,
    /// Requests are signed.
    is_signing: bool,
    /// With this algorithm, if it is one that we have.
    algorithm: Option<Algorithm>,
    /// We have a key, and no answer yet shows that the server has the same.
    key_unproven: bool,
    /// Several requests are under way, or were a moment ago.
    has_several: bool,
    /// The changes that a [`Pipeline`] makes.
    pacing: Pacing,
}

impl Client {
    /// Connects to the first of the server's addresses that answers, IPv4 ones first, since that
    /// is where dhcpd listens; then opens an authenticator, if there is a key.
    ///
    /// `host` is a name or an address of either family.
    pub fn connect(host: &str, port: u16, key: Option<Key>, options: Options) -> Result<Client, ClientError> {
        let (wire, peer, deadline) = match &options.in_process {
            Some(server) => {
                let peer = server.connect().map_err(ClientError::Connect)?;
                let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
                let deadline = Deadline::after(options.timeout);
                (Wire::InProcess { peer, answers: Vec::new(), is_open: true }, address, deadline)
            }
            None => {
                let (stream, peer, deadline) = connect_or_wait(host, port, &options)?;
                // A request is one write and wants to leave at once. Where this cannot be set it is slower.
                let _ = stream.set_nodelay(true);
                (Wire::Tcp(stream), peer, deadline)
            }
        };
        let session = Session::client(Limits::default());
        let mut client = Client {
            pacing: Pacing::new(options.pace, options.schedule.clone(), peer),
            wire,
            session,
            piece: vec![0; READ_SIZE],
            options,
            peer,
            read_timeout: Duration::ZERO,
            write_timeout: Duration::ZERO,
            is_signing: key.is_some(),
            algorithm: key.as_ref().and_then(Key::algorithm),
            key_unproven: false,
            has_several: false,
        };
        client.trace_greeting(Direction::Sent);
        if let Some(key) = key {
            client.session.authenticate(key);
            client.trace_sent(super::session::GREETING_SIZE);
        }
        client.key_unproven = client.open_session(deadline)? == Event::Authenticated;
        Ok(client)
    }

    /// Makes a request and waits for its answer, which is an update or a status message.
    pub fn request(&mut self, request: &Request<'_>) -> Result<Message<'_>, ClientError> {
        self.request_within(self.options.timeout, request, &mut || {})
    }

    /// Makes a request that may take so long, and calls `late` once when it takes longer than it
    /// usually does. A change is sent when its time has come at the rate that there is; that wait comes before, and calls
    /// `late` as well.
    pub fn request_within(
        &mut self,
        limit: Duration,
        request: &Request<'_>,
        late: &mut dyn FnMut(),
    ) -> Result<Message<'_>, ClientError> {
        if request.is_change() {
            if let Some(pause) = self.pacing.pause(Instant::now()) {
                late();
                self.sleep(pause)?;
            }
            self.pacing.count(Instant::now());
        }
        let deadline = Deadline::after(limit);
        let start = self.session.output().len();
        let id = self.session.request(request).map_err(ClientError::UnusableKey)?;
        self.trace_sent(start);
        self.answer_to(id, deadline, late).map_err(|error| self.named(error))?;
        self.key_unproven = false;
        Ok(self.session.message())
    }

    /// The error of a request: a connection that is closed before the first signed answer says something about the key.
    fn named(&self, error: ClientError) -> ClientError {
        match (error, self.algorithm) {
            (ClientError::Closed, Some(algorithm)) if self.key_unproven && algorithm != Algorithm::HmacMd5 => {
                ClientError::OnlyMd5(algorithm)
            }
            (ClientError::Closed, _) if self.key_unproven => ClientError::KeyRejected,
            (error, _) => error,
        }
    }

    /// The address that the connection goes to.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Whether the server has kept its end of the connection open, as far as has been heard of it.
    pub fn is_open(&self) -> bool {
        match &self.wire {
            Wire::InProcess { is_open, .. } => *is_open,
            Wire::Tcp(stream) => {
                if stream.set_nonblocking(true).is_err() {
                    return false;
                }
                let heard = stream.peek(&mut [0]);
                let is_open = match heard {
                    Ok(count) => count > 0,
                    Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
                };
                is_open && stream.set_nonblocking(false).is_ok()
            }
        }
    }

    /// Closes the connection at once. What is on its way does not arrive later, when nobody reckons with it.
    fn abandon(self) {
        if let Wire::Tcp(stream) = &self.wire {
            // Where that cannot be set, the connection is closed all the same.
            let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
        }
    }

    /// Sleeps, as long as whoever waits does not give up.
    fn sleep(&self, pause: Duration) -> Result<(), ClientError> {
        let Some(patience) = &self.options.patience else {
            std::thread::sleep(pause);
            return Ok(());
        };
        patience::sleep(&**patience, self.peer, pause)
    }

    fn answer_to(&mut self, id: u32, deadline: Deadline, late: &mut dyn FnMut()) -> Result<(), ClientError> {
        match self.send_and_wait(id, deadline.soon()) {
            Err(ClientError::TimedOut(_)) if deadline.left().is_ok() => {
                late();
                self.send_and_wait(id, deadline)
            }
            outcome => outcome,
        }
    }

    fn send_and_wait(&mut self, id: u32, deadline: Deadline) -> Result<(), ClientError> {
        self.flush(deadline)?;
        while self.next_event(deadline)? != Event::Answer(id) {}
        Ok(())
    }

    /// Waits until requests can be made, and returns the event that says so.
    fn open_session(&mut self, deadline: Deadline) -> Result<Event, ClientError> {
        self.flush(deadline)?;
        let wanted = match self.session.waiting().next() {
            None => Event::Greeted,
            Some(_) => Event::Authenticated,
        };
        loop {
            match self.next_event(deadline)? {
                Event::AuthenticatorRefused => {
                    return Err(ClientError::AuthenticatorRefused(self.session.message().result()));
                }
                event if event == wanted => return Ok(event),
                _ => {}
            }
        }
    }

    fn flush(&mut self, deadline: Deadline) -> Result<(), ClientError> {
        self.flush_first(self.session.output().len(), deadline)
    }

    /// Sends so many bytes of the output.
    fn flush_first(&mut self, count: usize, deadline: Deadline) -> Result<(), ClientError> {
        let mut left = count;
        while left > 0 {
            let stream = match &mut self.wire {
                Wire::Tcp(stream) => stream,
                Wire::InProcess { is_open: false, .. } => return Err(ClientError::Closed),
                Wire::InProcess { peer, answers, is_open } => {
                    *is_open = peer.exchange(&self.session.output()[..left], answers);
                    self.session.sent(left);
                    break;
                }
            };
            if let Some(timeout) = deadline.to_set(self.write_timeout)? {
                stream.set_write_timeout(Some(timeout)).map_err(ClientError::Io)?;
                self.write_timeout = timeout;
            }
            match check(stream.write(&self.session.output()[..left]), deadline)? {
                None => {}
                Some(0) => return Err(ClientError::Closed),
                Some(count) => {
                    self.session.sent(count);
                    left -= count;
                }
            }
        }
        Ok(())
    }

    fn next_event(&mut self, deadline: Deadline) -> Result<Event, ClientError> {
        loop {
            let polled = self.session.poll();
            self.trace_received(&polled);
            if let Some(event) = polled? {
                return Ok(event);
            }
            if let Wire::InProcess { answers, .. } = &mut self.wire {
                // It has said all that it has to say.
                if answers.is_empty() {
                    return Err(ClientError::Closed);
                }
                self.session.receive(&std::mem::take(answers));
                continue;
            }
            match self.read(deadline)? {
                None => {}
                Some(0) => return Err(ClientError::Closed),
                Some(count) => self.session.receive(&self.piece[..count]),
            }
        }
    }

    /// One read: at first without going to sleep, because being woken up again costs more time
    /// than dhcpd takes for a look-up. `None` when it is to be tried again.
    fn read(&mut self, deadline: Deadline) -> Result<Option<usize>, ClientError> {
        let Wire::Tcp(stream) = &mut self.wire else { return Ok(Some(0)) };
        if self.has_several {
            acknowledge(stream);
        }
        if let Some(patience) = self.options.patience.clone() {
            wait_readable(stream, self.peer, deadline, &*patience)?;
        }
        stream.set_nonblocking(true).map_err(ClientError::Io)?;
        let wakeful = Instant::now() + WAKEFUL;
        let outcome = loop {
            match stream.read(&mut self.piece) {
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < wakeful => {
                    std::thread::yield_now();
                }
                outcome => break outcome,
            }
        };
        stream.set_nonblocking(false).map_err(ClientError::Io)?;
        if !outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            return check(outcome, deadline);
        }
        if let Some(timeout) = deadline.to_set(self.read_timeout)? {
            stream.set_read_timeout(Some(timeout)).map_err(ClientError::Io)?;
            self.read_timeout = timeout;
        }
        check(stream.read(&mut self.piece), deadline)
    }

    fn trace_greeting(&self, direction: Direction) {
        if let Some(trace) = &self.options.trace {
            trace.greeting(direction, self.peer);
        }
    }

    /// Traces the message that begins at `start` of the output.
    fn trace_sent(&self, start: usize) {
        if let Some(trace) = &self.options.trace {
            trace.bytes(Direction::Sent, self.peer, &self.session.output()[start..]);
        }
    }

    fn trace_received(&self, polled: &Result<Option<Event>, SessionError>) {
        let Some(trace) = &self.options.trace else { return };
        if let Ok(Some(Event::Greeted)) = polled {
            trace.greeting(Direction::Received, self.peer);
        } else if let Some(message) = self.session.last_message() {
            trace.message(Direction::Received, self.peer, &message);
        }
    }
}

impl Message<'_> {
    /// What an answer means for the one who asked: `Ok` for an update and for a status of success,
    /// else why the request was refused. An update that says nothing about the object is refused
    /// by ISC's client as an invalid argument; dhcpd answers like that when it was told nothing to
    /// look for.
    pub fn outcome(&self) -> Result<(), ResultCode> {
        match self.operation {
            Operation::Update if self.object_values.into_iter().next().is_none() => Err(ResultCode::INVALID_ARGUMENT),
            Operation::Update => Ok(()),
            _ => match self.result() {
                ResultCode::SUCCESS => Ok(()),
                code => Err(code),
            },
        }
    }
}

/// Acknowledges now what has come. dhcpd's system keeps the end of many answers back until it hears that the others have
/// arrived, and ours would tell it only with the next request, or 40 ms later.
fn acknowledge(stream: &TcpStream) {
    // Where this cannot be done it is slower.
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// The outcome of a system call: `None` when it is to be tried again.
fn check(outcome: io::Result<usize>, deadline: Deadline) -> Result<Option<usize>, ClientError> {
    let error = match outcome {
        Ok(count) => return Ok(Some(count)),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::Interrupted => Ok(None),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Err(deadline.passed()),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => Err(ClientError::Closed),
        _ => Err(ClientError::Io(error)),
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// How often a server that may be starting is asked again.
const ASKED_AGAIN: Duration = Duration::from_millis(100);

/// Connects; a server that refuses that is asked again for as long as the options say. Returns also when the rest of what
/// makes a connection has to be done, since the time-out is that of the attempt that succeeds.
fn connect_or_wait(host: &str, port: u16, options: &Options) -> Result<(TcpStream, SocketAddr, Deadline), ClientError> {
    let waiting = options.patience.as_deref().map(|patience| Waiting::begin(patience, host, port));
    let end = options.wait.map(|wait| Instant::now() + wait);
    loop {
        let deadline = Deadline::after(options.timeout);
        let error = match connect_once(host, port, deadline, waiting.as_ref()) {
            Ok((stream, peer)) => return Ok((stream, peer, deadline)),
            Err(error) => error,
        };
        let is_refused = matches!(&error, ClientError::Connect(error) if error.kind() == ErrorKind::ConnectionRefused);
        let left = end.map(|end| end.saturating_duration_since(Instant::now())).unwrap_or_default();
        if !is_refused || left.is_zero() {
            return Err(error);
        }
        if waiting.as_ref().is_some_and(|waiting| !waiting.goes_on()) {
            return Err(ClientError::GivenUp);
        }
        std::thread::sleep(ASKED_AGAIN.min(left));
    }
}

fn connect_once(
    host: &str,
    port: u16,
    deadline: Deadline,
    waiting: Option<&Waiting<'_>>,
) -> Result<(TcpStream, SocketAddr), ClientError> {
    let mut addresses = resolve(host, port, deadline, waiting)?;
    addresses.sort_by_key(SocketAddr::is_ipv6);
    match waiting {
        None => connect_to_any(addresses, deadline),
        Some(waiting) => {
            let connect = move || connect_to_any(addresses, deadline);
            beside(connect, deadline, Some(waiting)).map_err(|why| why.unwrap_or_else(ClientError::Connect))?
        }
    }
}

/// Connects to the first address that answers.
fn connect_to_any(addresses: Vec<SocketAddr>, deadline: Deadline) -> Result<(TcpStream, SocketAddr), ClientError> {
    let mut outcome = Err(ClientError::HostUnknown { cause: None });
    let count = addresses.len() as u32;
    for (peer, others) in addresses.into_iter().zip((0..count).rev()) {
        // An address that does not answer leaves the others their share of the time.
        let share = deadline.left()? / (others + 1);
        let attempt = match TcpStream::connect_timeout(&peer, share.max(Duration::from_millis(1))) {
            Ok(stream) => Ok((stream, peer)),
            Err(error) if is_timeout(&error) => Err(deadline.passed()),
            Err(error) => Err(ClientError::Connect(error)),
        };
        // What an IPv4 address says counts: it is the one that omshell would have tried.
        if attempt.is_ok() || peer.is_ipv4() || matches!(outcome, Err(ClientError::HostUnknown { .. })) {
            outcome = attempt;
        }
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// The addresses of a host. An address is not looked up; a name is, on a thread of its own, which
/// is left behind when it takes too long.
fn resolve(
    host: &str,
    port: u16,
    deadline: Deadline,
    waiting: Option<&Waiting<'_>>,
) -> Result<Vec<SocketAddr>, ClientError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let name = host.to_owned();
    let look_up = move || (&*name, port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
    let unknown = |cause| ClientError::HostUnknown { cause: Some(cause) };
    beside(look_up, deadline, waiting).map_err(|why| why.unwrap_or_else(unknown))?.map_err(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name with both kinds of addresses on a machine without IPv6 fails as omshell's does.
    #[test]
    fn what_the_ipv4_address_said_counts() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let nowhere = "[2001:db8::1]:7911".parse().unwrap();
        let deadline = Deadline::after(Duration::from_secs(1));
        match connect_to_any(vec![closed, nowhere], deadline) {
            Err(ClientError::Connect(error)) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
            other => panic!("{other:?}"),
        }
    }
}
