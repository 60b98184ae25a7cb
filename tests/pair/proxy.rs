//! A proxy between omsh and each of two dhcpd's, which lets everything through until a fault is due.

use super::wire::{IO_ERROR, Message, STATUS, written};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens to a request. To a connection that is being made: it is closed, or nothing is ever said on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It does not reach dhcpd, and the connection is closed.
    Cut,
    /// dhcpd does it, and the connection is closed instead of an answer.
    CutAfter,
    /// dhcpd does it, and nothing is ever said on that connection again.
    Swallow,
    /// It does not reach dhcpd, and is refused.
    Refuse,
}

/// When it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At the connection or request of that number, from 1, counted since the fault before this one.
    Event(u32),
    /// At the request of that number that would change something, counted likewise.
    Write(u32),
}

/// Something that goes wrong between omsh and a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// 0 or 1.
    pub server: usize,
    pub when: When,
    pub what: Mishap,
    /// The server takes no connections from then on.
    pub then_dead: bool,
}

#[derive(Default)]
struct State {
    /// Those to come.
    faults: Vec<Fault>,
    events: [u32; 2],
    writes: [u32; 2],
    dead: [bool; 2],
}

/// The two proxies.
#[derive(Clone)]
pub struct Proxies {
    state: Arc<Mutex<State>>,
    pub ports: [u16; 2],
}

impl Proxies {
    /// Starts them on free ports of 127.0.0.1; they live as long as the test's process.
    pub fn start(relays: [PathBuf; 2]) -> Proxies {
        let state = Arc::new(Mutex::new(State::default()));
        let mut ports = [0; 2];
        for (server, relay) in relays.into_iter().enumerate() {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            ports[server] = listener.local_addr().expect("its address").port();
            let state = state.clone();
            thread::spawn(move || {
                for client in listener.incoming() {
                    let (state, relay) = (state.clone(), relay.clone());
                    let client = client.expect("a connection");
                    // An error only says that somebody has gone.
                    thread::spawn(move || carry(client, &relay, server, &state).is_ok());
                }
            });
        }
        Proxies { state, ports }
    }

    /// From now on these faults happen, one after another; none means that all goes well.
    pub fn expect(&self, faults: &[Fault]) {
        let faults = faults.to_vec();
        *self.state.lock().expect("no proxy panics") = State { faults, ..State::default() };
    }

    /// Whether all of them have happened.
    pub fn all_happened(&self) -> bool {
        self.state.lock().expect("no proxy panics").faults.is_empty()
    }

    /// How many requests would have changed something since the last fault.
    pub fn writes(&self, server: usize) -> u32 {
        self.state.lock().expect("no proxy panics").writes[server]
    }
}

/// What is to happen now.
fn next(state: &Mutex<State>, server: usize, is_write: bool) -> Option<Fault> {
    let state = &mut *state.lock().expect("no proxy panics");
    state.events[server] += 1;
    state.writes[server] += u32::from(is_write);
    let fault = *state.faults.first()?;
    let is_due = match fault.when {
        When::Event(number) => state.events[server] == number,
        When::Write(number) => is_write && state.writes[server] == number,
    };
    if fault.server != server || !is_due {
        return None;
    }
    state.faults.remove(0);
    (state.events, state.writes) = ([0; 2], [0; 2]);
    state.dead[server] |= fault.then_dead;
    Some(fault)
}

fn carry(mut client: TcpStream, relay: &Path, server: usize, state: &Mutex<State>) -> io::Result<()> {
    client.set_nodelay(true)?;
    if state.lock().expect("no proxy panics").dead[server] {
        return Ok(());
    }
    match next(state, server, false) {
        None => {}
        Some(Fault { what: Mishap::Swallow, .. }) => return ignore(client),
        Some(_) => return Ok(()),
    }
    let mut dhcpd = UnixStream::connect(relay)?;
    let mut greeting = [0; 8];
    dhcpd.read_exact(&mut greeting)?;
    client.write_all(&greeting)?;
    client.read_exact(&mut greeting)?;
    dhcpd.write_all(&greeting)?;
    loop {
        let asked = Message::read(&mut client)?;
        let fault = next(state, server, asked.is_write());
        match fault.map(|fault| fault.what) {
            Some(Mishap::Cut) => return Ok(()),
            Some(Mishap::Refuse) => {
                client.write_all(&written(STATUS, 0, asked.id, &[("result", &IO_ERROR.to_be_bytes())], &[]))?;
                if fault.is_some_and(|fault| fault.then_dead) {
                    return Ok(());
                }
                continue;
            }
            _ => {}
        }
        dhcpd.write_all(&asked.bytes)?;
        let answer = Message::read(&mut dhcpd)?;
        match fault.map(|fault| fault.what) {
            None => client.write_all(&answer.bytes)?,
            Some(Mishap::Swallow) => return ignore(client),
            Some(_) => return Ok(()),
        }
    }
}

/// Says nothing until the client goes.
fn ignore(mut client: TcpStream) -> io::Result<()> {
    io::copy(&mut client, &mut io::sink()).map(|_| ())
}
