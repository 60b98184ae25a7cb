//! What stands between omsh and a server: it lets everything through, and counts it, until harm is wanted.

use super::wire::Message;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What becomes of the next request that would change something, or of the next of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// It does not reach the server, and the connection is closed.
    CutBefore,
    /// The server does it, and the connection is closed instead of an answer.
    CutAfter,
    /// The server does it, and nothing is ever said of it.
    Silence,
}

#[derive(Default)]
struct State {
    to_write: Option<Harm>,
    to_any: Option<Harm>,
    /// New connections are closed at once.
    shut: bool,
    /// Every answer comes so much later.
    delay: Duration,
    open: Vec<TcpStream>,
    requests: usize,
    writes: usize,
    connections: usize,
}

/// A gate on a free port of the loopback interface.
#[derive(Clone)]
pub struct Gate {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
}

impl Gate {
    /// Opens one before a server; it lives as long as the test's process.
    pub fn before(server: SocketAddr) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let gate = Gate { state: Arc::default(), address: listener.local_addr().expect("a listener has an address") };
        let state = gate.state.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, state) = (client.expect("a connection"), state.clone());
                // An error only says that somebody has gone.
                thread::spawn(move || carry(client, server, &state).is_ok());
            }
        });
        gate
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next request that changes something comes to harm.
    pub fn next_write(&self, harm: Harm) {
        self.state().to_write = Some(harm);
    }

    /// The next request comes to harm.
    pub fn next(&self, harm: Harm) {
        self.state().to_any = Some(harm);
    }

    /// Every answer comes so much later from now on.
    pub fn delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// Closes all connections, as a server does that is stopped.
    pub fn cut(&self) {
        for stream in self.state().open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// The same, and takes no more until [`Gate::reopen`].
    pub fn shut(&self) {
        self.state().shut = true;
        self.cut();
    }

    /// Takes connections again.
    pub fn reopen(&self) {
        self.state().shut = false;
    }

    /// How many requests have reached the server.
    pub fn requests(&self) -> usize {
        self.state().requests
    }

    /// How many of them would change something.
    pub fn writes(&self) -> usize {
        self.state().writes
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Waits until so many requests have reached the server.
    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let limit = Instant::now() + super::LIMIT;
        while self.requests() < count {
            assert!(Instant::now() < limit, "{} of {count} requests", self.requests());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn carry(mut client: TcpStream, server: SocketAddr, state: &Mutex<State>) -> io::Result<()> {
    let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
    client.set_nodelay(true)?;
    if lock().shut {
        return Ok(());
    }
    let mut server = TcpStream::connect(server)?;
    server.set_nodelay(true)?;
    {
        let mut state = lock();
        state.connections += 1;
        state.open.push(client.try_clone()?);
    }
    let outcome = talk(&mut client, &mut server, &lock);
    // The clone above keeps it open otherwise.
    let _ = client.shutdown(Shutdown::Both);
    outcome
}

fn talk<'a>(
    client: &mut TcpStream,
    server: &mut TcpStream,
    lock: &impl Fn() -> std::sync::MutexGuard<'a, State>,
) -> io::Result<()> {
    let mut greeting = [0; 8];
    server.read_exact(&mut greeting)?;
    client.write_all(&greeting)?;
    client.read_exact(&mut greeting)?;
    server.write_all(&greeting)?;
    loop {
        let asked = Message::read(client)?;
        let (harm, delay) = {
            let mut state = lock();
            let harm = if asked.is_write() { state.to_write.take() } else { None };
            (harm.or_else(|| state.to_any.take()), state.delay)
        };
        if harm == Some(Harm::CutBefore) {
            return Ok(());
        }
        {
            let mut state = lock();
            state.requests += 1;
            state.writes += usize::from(asked.is_write());
        }
        server.write_all(&asked.bytes)?;
        let answer = Message::read(server)?;
        thread::sleep(delay);
        match harm {
            None => client.write_all(&answer.bytes)?,
            Some(Harm::Silence) => return io::copy(client, &mut io::sink()).map(|_| ()),
            Some(_) => return Ok(()),
        }
    }
}
