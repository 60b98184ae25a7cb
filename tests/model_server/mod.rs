//! A server of hosts that writes down all that it is asked, and how much of it waited at once. It is as strict as dhcpd
//! about names and hardware addresses that there are already, and answers in order.

use crate::fake_server::Peer;
use crate::fake_server::message::{Answer, DELETE, OPEN, REFRESH, Request, STATUS, UPDATE, Values, value};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How the server treats its clients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// It answers only when nothing more has come for so long.
    pub quiet: Duration,
    /// After so many answers, on all connections together, it does this.
    pub ends: Option<(usize, End)>,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In the orderly way; what comes is still read.
    Close,
    /// With a reset, if anything is unread.
    Reset,
    /// Never: the server falls silent.
    Silence,
}

/// What came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The requests of all connections, without what differs from run to run: their numbers and signatures.
    pub requests: Vec<Asked>,
    /// The most bytes and requests that had no answer, where there was more than one.
    pub most_waiting: (usize, usize),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub bytes: Vec<u8>,
    pub is_open: bool,
    pub is_create: bool,
}

/// A running server; [`Model::stop`] tells what it saw.
pub struct Model {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Model {
    pub fn start(manner: Manner) -> Model {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let (seen, is_over) = (Arc::<Mutex<Seen>>::default(), Arc::<AtomicBool>::default());
        let thread = thread::spawn({
            let (seen, is_over) = (seen.clone(), is_over.clone());
            move || {
                let mut hosts = Hosts::default();
                let mut answers_left = manner.ends.map(|(count, _)| count);
                for stream in listener.incoming() {
                    if is_over.load(Ordering::SeqCst) {
                        break;
                    }
                    let peer = Peer { stream: stream.expect("a connection"), key: None };
                    let mut talk = Talk { peer, unread: Vec::new(), manner, seen: &seen, is_over: &is_over };
                    // An error only says that the client has gone, which is its right.
                    let _ = talk.serve(&mut hosts, &mut answers_left);
                }
            }
        });
        Model { port, seen, is_over, thread }
    }

    /// How many requests have come so far.
    pub fn count(&self) -> usize {
        self.seen.lock().expect("no panic there").requests.len()
    }

    pub fn stop(self) -> Seen {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        self.thread.join().expect("the server has not panicked");
        self.seen.lock().expect("no panic there").clone()
    }
}

struct Talk<'a> {
    peer: Peer,
    unread: Vec<u8>,
    manner: Manner,
    seen: &'a Mutex<Seen>,
    is_over: &'a AtomicBool,
}

impl Talk<'_> {
    fn serve(&mut self, hosts: &mut Hosts, answers_left: &mut Option<usize>) -> io::Result<()> {
        self.peer.greet()?;
        loop {
            if *answers_left == Some(0) {
                return self.end();
            }
            let asked = self.requests(*answers_left)?;
            let mut answers = Vec::new();
            for request in asked {
                if *answers_left == Some(0) {
                    break;
                }
                let is_authenticator = request.opens_authenticator();
                let answer = if is_authenticator { self.peer.authenticator(&request) } else { hosts.answer(&request) };
                answers.extend(answer.bytes());
                if let (false, Some(left)) = (is_authenticator, answers_left.as_mut()) {
                    *left -= 1;
                }
            }
            self.peer.stream.write_all(&answers)?;
        }
    }

    /// All requests that are there when it has been quiet for a while; at least one. No more than `wanted` by far, so that
    /// a reset has something unread.
    fn requests(&mut self, wanted: Option<usize>) -> io::Result<Vec<Request>> {
        let is_enough = |all: &[Request]| wanted.is_some_and(|wanted| all.len() >= wanted);
        let size_of_reads = if self.manner.ends.is_some_and(|(_, end)| end == End::Reset) { 200 } else { 16 << 10 };
        let mut all = Vec::new();
        let mut size = 0;
        loop {
            let before = self.unread.len();
            all.extend(self.parse());
            size += before - self.unread.len();
            self.note(size + self.unread.len(), all.len());
            let quiet = Some(self.manner.quiet).filter(|quiet| !all.is_empty() && !quiet.is_zero());
            if !all.is_empty() && (quiet.is_none() || is_enough(&all)) {
                return Ok(all);
            }
            self.peer.stream.set_read_timeout(quiet)?;
            let mut piece = [0; 16 << 10];
            match self.peer.stream.read(&mut piece[..size_of_reads]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.unread.extend(&piece[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Ok(all),
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the whole requests out of what came.
    fn parse(&mut self) -> Vec<Request> {
        let mut all = Vec::new();
        loop {
            let mut rest = self.unread.as_slice();
            let Ok(request) = Request::read(&mut rest, self.peer.key.clone()) else { return all };
            let mut bytes = self.unread[..self.unread.len() - rest.len()].to_vec();
            self.unread = rest.to_vec();
            let signature = u32::from_be_bytes(bytes[4..8].try_into().expect("4 bytes")) as usize;
            bytes.truncate(bytes.len() - signature);
            bytes[16..20].fill(0);
            if !request.opens_authenticator() {
                let is_open = request.op == OPEN;
                let is_create = is_open && value(&request.message, "create").is_some();
                self.seen.lock().expect("no panic there").requests.push(Asked { bytes, is_open, is_create });
            }
            all.push(request);
        }
    }

    fn note(&self, bytes: usize, requests: usize) {
        let mut seen = self.seen.lock().expect("no panic there");
        if requests > 1 {
            seen.most_waiting = (seen.most_waiting.0.max(bytes), seen.most_waiting.1.max(requests));
        }
    }

    fn end(&mut self) -> io::Result<()> {
        match self.manner.ends.expect("it ends").1 {
            End::Reset => return Ok(()),
            End::Close => self.peer.stream.shutdown(Shutdown::Write)?,
            End::Silence => {}
        }
        self.peer.stream.set_read_timeout(Some(Duration::from_millis(20)))?;
        let mut piece = [0; 16 << 10];
        loop {
            match self.peer.stream.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    self.unread.extend(&piece[..count]);
                    self.parse();
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if self.is_over.load(Ordering::SeqCst) {
                        return Ok(());
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

#[derive(Default)]
struct Hosts(Vec<Option<Values>>);

impl Hosts {
    fn answer(&mut self, asked: &Request) -> Answer {
        match self.outcome(asked) {
            Ok(Some((handle, object))) => Answer { op: UPDATE, handle, object, ..Answer::to(asked) },
            Ok(None) => status(asked, 0),
            Err(code) => status(asked, code),
        }
    }

    fn outcome(&mut self, asked: &Request) -> Result<Option<(u32, Values)>, u32> {
        const NOT_FOUND: u32 = 23;
        let at = (asked.handle as usize).wrapping_sub(100);
        let known = self.0.get(at).cloned().flatten();
        match asked.op {
            OPEN if value(&asked.message, "create").is_some() => {
                if let Some(name) = value(&asked.object, "name")
                    && self.find("name", name).is_some()
                {
                    return Err(18);
                }
                self.refuse_known_hardware(&asked.object, usize::MAX)?;
                self.0.push(Some(asked.object.clone()));
                Ok(Some((self.0.len() as u32 + 99, asked.object.clone())))
            }
            OPEN => {
                let mut found = None;
                for key in ["name", "hardware-address"] {
                    if let Some(wanted) = value(&asked.object, key) {
                        let at = self.find(key, wanted).ok_or(NOT_FOUND)?;
                        if found.is_some_and(|found| found != at) {
                            return Err(0x60007);
                        }
                        found = Some(at);
                    }
                }
                let at = found.ok_or(NOT_FOUND)?;
                Ok(self.0[at].clone().map(|host| (at as u32 + 100, host)))
            }
            REFRESH => Ok(Some((asked.handle, known.ok_or(NOT_FOUND)?))),
            UPDATE => {
                let mut host = known.ok_or(NOT_FOUND)?;
                self.refuse_known_hardware(&asked.object, at)?;
                for (name, value) in &asked.object {
                    host.retain(|(known, _)| known != name);
                    host.push((name.clone(), value.clone()));
                }
                self.0[at] = Some(host);
                Ok(None)
            }
            DELETE => {
                known.ok_or(NOT_FOUND)?;
                self.0[at] = None;
                Ok(None)
            }
            _ => Err(25),
        }
    }

    fn find(&self, key: &str, wanted: &[u8]) -> Option<usize> {
        self.0.iter().position(|host| host.as_ref().is_some_and(|host| value(host, key) == Some(wanted)))
    }

    fn refuse_known_hardware(&self, object: &Values, but: usize) -> Result<(), u32> {
        let hardware = value(object, "hardware-address");
        let known = hardware.and_then(|hardware| self.find("hardware-address", hardware));
        if known.is_some_and(|at| at != but) { Err(0x60007) } else { Ok(()) }
    }
}

fn status(asked: &Request, code: u32) -> Answer {
    let message = vec![(b"result".to_vec(), code.to_be_bytes().to_vec())];
    Answer { op: STATUS, handle: 0, message, object: Vec::new(), ..Answer::to(asked) }
}
