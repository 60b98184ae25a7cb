//! Clients on TCP: a thread each, with time-outs and a limit on how many there are and on what they
//! may leave unfinished.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::omapi::Limits;
use crate::omapi::trace::Trace;

use super::connection::{Connection, HangUp};
use super::dispatch::Server;
use super::in_process::Local;
use super::store::Store;

/// How much is read from a socket at once, in bytes.
const READ_SIZE: usize = 16 << 10;

/// What is deepest on a connection's stack is the reading of statements, which may be nested 100 levels.
const STACK_SIZE: usize = 1 << 20;

/// Bytes that all connections together may take for messages, over what a quiet one takes.
const MESSAGES: usize = 64 << 20;

/// Bytes that a connection with small messages takes; they are not counted.
const SMALL: usize = 64 << 10;

/// Bytes of requests that a client may have waiting to stay within what dhcpd stands.
const DHCPD_READ_SIZE: usize = 4048;

/// Clients that may wait to be accepted; the system may allow fewer.
const BACKLOG: i32 = 4096;

/// How long connections may take to end when they are told to.
const ENDING: Duration = Duration::from_secs(2);

/// What a listener allows.
#[derive(Clone, Debug)]
pub struct ListenerOptions {
    /// How long a client may take for its greeting, for the rest of a message, and to take its
    /// answers. Between messages it may be silent for ever.
    pub timeout: Duration,
    /// Clients at once. One more is sent away.
    pub clients: usize,
    /// Reset the connection of a client that does not stay within what dhcpd stands: 4,048 bytes of requests waiting.
    pub like_dhcpd: bool,
    /// Where to write what is said, if anywhere.
    pub trace: Option<Trace>,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        ListenerOptions { timeout: Duration::from_secs(10), clients: 4096, like_dhcpd: false, trace: None }
    }
}

/// A server with its socket.
#[derive(Debug)]
pub struct Listener<S: Store> {
    socket: TcpListener,
    shared: Arc<Shared<S>>,
}

/// Ends a listener from another thread.
#[derive(Clone, Debug)]
pub struct Stopper {
    state: Arc<State>,
    address: SocketAddr,
}

#[derive(Debug)]
struct Shared<S: Store> {
    server: Local<S>,
    options: ListenerOptions,
    state: Arc<State>,
}

/// What connections share beside the server.
#[derive(Debug, Default)]
struct State {
    stopped: AtomicBool,
    /// Bytes that connections take for messages.
    messages: AtomicUsize,
    /// Sockets of the connections that there are, by number, to be shut when the listener stops.
    sockets: Mutex<Vec<(usize, Arc<TcpStream>)>>,
}

impl Stopper {
    /// Closes all connections and lets [`Listener::run`] return.
    pub fn stop(&self) {
        if !self.state.stopped.swap(true, Ordering::SeqCst) {
            // Only a connection wakes up a thread that waits for one.
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
        for (_, socket) in &*lock(&self.state.sockets) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

impl<S: Store<Object: Send> + Send + 'static> Listener<S> {
    /// Takes the address; port 0 is any free one. Clients can connect from now on.
    pub fn bind(address: SocketAddr, server: Server<S>, options: ListenerOptions) -> io::Result<Self> {
        Ok(Self::on(TcpListener::bind(address)?, server, options))
    }

    /// Takes a socket that clients can connect to already.
    pub fn on(socket: TcpListener, server: Server<S>, options: ListenerOptions) -> Self {
        // The standard library lets 128 clients wait to be accepted, and then a burst of them is slow.
        let _ = SockRef::from(&socket).listen(BACKLOG);
        let shared = Shared { server: Local::new(server), options, state: Arc::default() };
        Listener { socket, shared: Arc::new(shared) }
    }

    /// The address, with the port that was found.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// What ends this listener.
    pub fn stopper(&self) -> io::Result<Stopper> {
        let mut address = self.address()?;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok(Stopper { state: self.shared.state.clone(), address })
    }

    /// Serves clients until it is stopped, or until one of them shuts the server down; then gives
    /// the server back. A connection that does not end then, because a log that it writes to is
    /// blocked, is left behind.
    pub fn run(self) -> io::Result<Local<S>> {
        let stopper = self.stopper()?;
        let mut threads = Vec::new();
        for number in 0.. {
            let accepted = self.socket.accept();
            if stopper.state.stopped.load(Ordering::SeqCst) {
                break;
            }
            threads.retain(|thread: &thread::JoinHandle<()>| !thread.is_finished());
            match accepted {
                Ok((stream, peer)) if threads.len() < self.shared.options.clients => {
                    let (shared, stopper) = (self.shared.clone(), stopper.clone());
                    let serve = move || serve(&shared, &stopper, number, stream, peer);
                    // A client that there is no thread for is sent away, as one too many is.
                    threads.extend(thread::Builder::new().stack_size(STACK_SIZE).spawn(serve));
                }
                Ok(_) => {}
                // Out of descriptors, most likely: others may come free.
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
        stopper.stop();
        let end = Instant::now() + ENDING;
        while threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < end {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(self.shared.server.clone())
    }
}

/// Serves one client, from its greeting to its end.
fn serve<S: Store>(shared: &Shared<S>, stopper: &Stopper, number: usize, stream: TcpStream, peer: SocketAddr) {
    let stream = Arc::new(stream);
    lock(&shared.state.sockets).push((number, stream.clone()));
    if !shared.state.stopped.load(Ordering::SeqCst) {
        let mut client = Client { shared, stream, counted: 0, read_limit: None, write_limited: false };
        let outcome = client.serve(peer);
        shared.state.messages.fetch_sub(client.counted, Ordering::SeqCst);
        if let Ok(Some(HangUp::ShutDown)) = outcome {
            stopper.stop();
        }
    }
    lock(&shared.state.sockets).retain(|(other, _)| *other != number);
}

struct Client<'a, S: Store> {
    shared: &'a Shared<S>,
    stream: Arc<TcpStream>,
    /// Bytes that count as taken for messages.
    counted: usize,
    /// The socket's time-out for reading, as it is set.
    read_limit: Option<Duration>,
    /// Whether the one for writing is less than the whole.
    write_limited: bool,
}

impl<S: Store> Client<'_, S> {
    /// Returns why we hung up; nothing, when the client did.
    fn serve(&mut self, peer: SocketAddr) -> io::Result<Option<HangUp>> {
        // Answers are one write each and want to leave at once. Where this cannot be set it is slower.
        let _ = self.stream.set_nodelay(true);
        self.stream.set_write_timeout(Some(self.shared.options.timeout))?;
        let mut connection = Connection::new(Limits::default());
        if let Some(trace) = &self.shared.options.trace {
            connection.trace(trace.clone(), peer);
        }
        let mut piece = vec![0; if self.shared.options.like_dhcpd { DHCPD_READ_SIZE } else { READ_SIZE }];
        let mut since = Instant::now();
        let mut count = 0;
        loop {
            let before = connection.answered();
            let (served, room) = {
                let mut server = self.shared.server.server();
                let served = connection.serve(&mut server);
                // Still locked: nobody else makes answers while these are not counted.
                (served, self.count(connection.capacity()))
            };
            connection.write_trace();
            room?;
            self.send(&mut connection)?;
            // One message may be as large as it likes, for dhcpd as well.
            let several = connection.answered() - before > 1;
            if several && count == DHCPD_READ_SIZE && self.shared.options.like_dhcpd && self.has_more()? {
                // Closing with bytes unread is what makes it a reset.
                return Err(ErrorKind::ConnectionReset.into());
            }
            match served {
                Ok(true) => continue,
                Ok(false) => {}
                Err(why) => return Ok(Some(why)),
            }
            // What is unfinished now has begun after the last message that was answered.
            if connection.is_idle() || connection.answered() > before {
                since = Instant::now();
            }
            connection.rest();
            self.count(connection.capacity())?;
            count = self.read(&mut piece, (!connection.is_idle()).then_some(since))?;
            if count == 0 {
                return Ok(None);
            }
            connection.receive(&piece[..count]);
        }
    }

    /// One read, which may take for ever unless the client has left something unfinished `since`
    /// then.
    fn read(&mut self, piece: &mut [u8], since: Option<Instant>) -> io::Result<usize> {
        let limit = since.map(|since| self.left(since)).transpose()?;
        if limit != self.read_limit {
            self.stream.set_read_timeout(limit)?;
            self.read_limit = limit;
        }
        loop {
            match (&*self.stream).read(piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    /// Sends the answers, all of them within the time-out.
    fn send(&mut self, connection: &mut Connection) -> io::Result<()> {
        let since = Instant::now();
        while !connection.output().is_empty() {
            match (&*self.stream).write(connection.output()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) if count == connection.output().len() => connection.sent(count),
                Ok(count) => {
                    connection.sent(count);
                    self.stream.set_write_timeout(Some(self.left(since)?))?;
                    self.write_limited = true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if std::mem::take(&mut self.write_limited) {
            self.stream.set_write_timeout(Some(self.shared.options.timeout))?;
        }
        Ok(())
    }

    /// What is left of the time-out that began then.
    fn left(&self, since: Instant) -> io::Result<Duration> {
        match self.shared.options.timeout.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }

    /// Whether there are bytes that have not been read.
    fn has_more(&self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let more = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        Ok(more.is_ok_and(|count| count > 0))
    }

    /// Counts what the client's messages take.
    fn count(&mut self, bytes: usize) -> io::Result<()> {
        let bytes = bytes.saturating_sub(SMALL);
        if bytes == self.counted {
            return Ok(());
        }
        let all = &self.shared.state.messages;
        all.fetch_sub(self.counted, Ordering::SeqCst);
        self.counted = bytes;
        match all.fetch_add(bytes, Ordering::SeqCst) + bytes > MESSAGES {
            true => Err(ErrorKind::OutOfMemory.into()),
            false => Ok(()),
        }
    }
}

/// What a thread that panicked has left is still in order: a store that cannot promise that would
/// have to say so.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
