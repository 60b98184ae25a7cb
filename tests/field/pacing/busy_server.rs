//! A server of hosts that takes its time for each change, and counts what waits for it meanwhile.

use crate::fake_server::Peer;
use crate::fake_server::message::{Answer, DELETE, OPEN, Request, STATUS, UPDATE, Values, value};
use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A change that came.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// When it had come.
    pub at: Instant,
    /// How many changes had come and were not answered before its answer, with itself.
    pub under_way: usize,
}

/// What the server has seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub changes: Vec<Change>,
    /// The most that had no answer at one time.
    pub most_changes: usize,
    pub most_look_ups: usize,
    pub most_bytes: usize,
    /// The most changes that were answered between a host's last look-up and its own change.
    pub most_ahead: usize,
}

/// A running server, until the test's process ends.
pub struct BusyServer {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl BusyServer {
    /// One that takes so long for each change.
    pub fn start(takes: Duration) -> BusyServer {
        Self::start_that_tires(takes, usize::MAX, takes)
    }

    /// One that takes longer after so many changes.
    pub fn start_that_tires(takes: Duration, after: usize, then: Duration) -> BusyServer {
        let seen = Arc::<Mutex<Seen>>::default();
        let told = seen.clone();
        let hosts = Mutex::default();
        let port = crate::fake_server::serve(move |peer| {
            peer.greet()?;
            let (unread, waiting) = (Vec::new(), VecDeque::new());
            let mut talk = Talk { peer, unread, waiting, hosts: &hosts, looked_up: HashMap::new(), seen: &told };
            loop {
                let is_tired = talk.note().changes.len() >= after;
                talk.answer_next(if is_tired { then } else { takes })?;
            }
        });
        BusyServer { port, seen }
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().expect("no panic there").clone()
    }
}

/// A request that has no answer.
struct Waiting {
    request: Request,
    size: usize,
    is_change: bool,
}

struct Talk<'a> {
    peer: &'a mut Peer,
    unread: Vec<u8>,
    waiting: VecDeque<Waiting>,
    /// Those of all connections, by their handles but 1.
    hosts: &'a Mutex<Vec<Option<Values>>>,
    /// How many changes had been answered when a host was looked up last, by its handle.
    looked_up: HashMap<u32, usize>,
    seen: &'a Mutex<Seen>,
}

impl Talk<'_> {
    /// Answers the request that came first, and looks who else comes meanwhile.
    fn answer_next(&mut self, takes: Duration) -> io::Result<()> {
        while self.waiting.is_empty() {
            self.read(true)?;
        }
        let at = Instant::now();
        let is_change = self.waiting[0].is_change;
        // Whoever sends a little later than the first is noticed as well.
        let look_up_takes = Duration::from_micros(300);
        sleep(if is_change { takes } else { look_up_takes });
        self.read(false)?;
        let under_way = self.waiting.iter().filter(|waiting| waiting.is_change).count();
        self.note();
        let Some(Waiting { request, .. }) = self.waiting.pop_front() else { return Ok(()) };
        if is_change {
            let mut seen = self.seen.lock().expect("no panic there");
            if let Some(before) = self.looked_up.get(&request.handle) {
                seen.most_ahead = seen.most_ahead.max(seen.changes.len() - before);
            }
            seen.changes.push(Change { at, under_way });
        }
        let answer = self.answer(&request);
        if !is_change {
            self.looked_up.insert(answer.handle, self.note().changes.len());
        }
        self.peer.stream.write_all(&answer.bytes())
    }

    /// Notes what waits now.
    fn note(&self) -> Seen {
        let changes = self.waiting.iter().filter(|waiting| waiting.is_change).count();
        let bytes = self.waiting.iter().map(|waiting| waiting.size).sum();
        let mut seen = self.seen.lock().expect("no panic there");
        seen.most_changes = seen.most_changes.max(changes);
        seen.most_look_ups = seen.most_look_ups.max(self.waiting.len() - changes);
        seen.most_bytes = seen.most_bytes.max(bytes);
        seen.clone()
    }

    /// Reads what has come, or waits for something.
    fn read(&mut self, waits: bool) -> io::Result<()> {
        let mut piece = [0; 16 << 10];
        self.peer.stream.set_nonblocking(!waits)?;
        let outcome = self.peer.stream.read(&mut piece);
        self.peer.stream.set_nonblocking(false)?;
        match outcome {
            Ok(0) if self.waiting.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => self.unread.extend(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let mut rest = self.unread.as_slice();
        loop {
            let before = rest;
            let Ok(request) = Request::read(&mut rest, None) else {
                self.unread = before.to_vec();
                return Ok(());
            };
            let is_change = request.op == UPDATE || request.op == DELETE || value(&request.message, "create").is_some();
            self.waiting.push_back(Waiting { request, size: before.len() - rest.len(), is_change });
        }
    }

    fn answer(&mut self, asked: &Request) -> Answer {
        const NOT_FOUND: u32 = 23;
        let told = |handle: usize, object: &Values| Answer {
            handle: handle as u32 + 1,
            object: object.clone(),
            ..Answer::to(asked)
        };
        let status = |code: u32| {
            let message = vec![(b"result".to_vec(), code.to_be_bytes().to_vec())];
            Answer { op: STATUS, handle: 0, message, object: Vec::new(), ..Answer::to(asked) }
        };
        let at = (asked.handle as usize).wrapping_sub(1);
        let mut hosts = self.hosts.lock().expect("no panic there");
        match asked.op {
            OPEN if value(&asked.message, "create").is_some() => {
                hosts.push(Some(asked.object.clone()));
                told(hosts.len() - 1, &asked.object)
            }
            OPEN => {
                let has_all = |host: &Values| asked.object.iter().all(|pair| host.contains(pair));
                let found = hosts.iter().position(|host| host.as_ref().is_some_and(has_all));
                match found.and_then(|at| Some((at, hosts[at].as_ref()?))) {
                    Some((at, host)) => told(at, host),
                    None => status(NOT_FOUND),
                }
            }
            UPDATE if hosts.get(at).is_some_and(Option::is_some) => {
                if let Some(host) = &mut hosts[at] {
                    host.retain(|(name, _)| value(&asked.object, std::str::from_utf8(name).unwrap_or("")).is_none());
                    host.extend(asked.object.clone());
                }
                status(0)
            }
            DELETE if hosts.get(at).is_some_and(Option::is_some) => {
                hosts[at] = None;
                status(0)
            }
            _ => status(NOT_FOUND),
        }
    }
}
