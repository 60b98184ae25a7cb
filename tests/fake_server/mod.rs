//! OMAPI servers that exist only for a test: in this process, on a free port of 127.0.0.1, a thread
//! for each connection. A test says what the server does with a [`Peer`]; [`good`] is the one that
//! does everything right.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod message;

use message::{Answer, GREETING, Key, Request};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Starts a server that does this with each connection, which is closed when `behaviour` returns;
/// gives its port. It lives as long as the test's process.
pub fn serve(behaviour: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let behaviour = Arc::new(behaviour);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut peer = Peer { stream: stream.expect("a connection"), key: None };
            let behaviour = behaviour.clone();
            // An error only says that the client has gone, which is its right.
            thread::spawn(move || behaviour(&mut peer).is_ok());
        }
    });
    port
}

/// Answers everything, signed where the client has a key.
pub fn good(peer: &mut Peer) -> io::Result<()> {
    let mut asked = peer.first_request()?;
    loop {
        let mut answer = Answer::to(&asked);
        if !matches!(asked.op, message::OPEN | message::REFRESH) {
            answer.becomes_status(Some(&[0; 4]));
        }
        peer.stream.write_all(&answer.bytes())?;
        asked = peer.request()?;
    }
}

/// What is made of a right answer before it is sent.
pub type Alter = fn(&mut Answer);

/// Answers the first requests with what these make of the right answers, then says nothing.
pub fn answering<const N: usize>(alterations: [Alter; N]) -> u16 {
    serve(move |peer| {
        let mut asked = peer.first_request()?;
        for alter in alterations {
            let mut answer = Answer::to(&asked);
            alter(&mut answer);
            peer.stream.write_all(&answer.bytes())?;
            asked = peer.request()?;
        }
        peer.listen_on()
    })
}

/// What a server goes on with after a bad start.
pub type Then = fn(&mut Peer) -> io::Result<()>;

/// In place of the answer to the first request sends `start`, and goes on with `then`.
pub fn sending(start: impl Fn(&Answer) -> Vec<u8> + Send + Sync + 'static, then: Then) -> u16 {
    serve(move |peer| {
        let asked = peer.first_request()?;
        peer.stream.write_all(&start(&Answer::to(&asked)))?;
        then(peer)
    })
}

/// The same in place of the answer that opens the authenticator.
pub fn opening(start: impl Fn(&Answer) -> Vec<u8> + Send + Sync + 'static, then: Then) -> u16 {
    serve(move |peer| {
        peer.greet()?;
        let asked = peer.request()?;
        let answer = peer.authenticator(&asked);
        peer.stream.write_all(&start(&answer))?;
        then(peer)
    })
}

/// Greets with these bytes.
pub fn greeting(bytes: &'static [u8], then: Then) -> u16 {
    serve(move |peer| {
        peer.stream.write_all(bytes)?;
        then(peer)
    })
}

/// A port of 127.0.0.1 where connecting never comes to an end: it listens, nothing accepts, and the
/// queue is full, so the kernel drops whatever else knocks.
pub struct Deaf {
    pub port: u16,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Deaf {
    pub fn new() -> Deaf {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mut queue = Vec::new();
        loop {
            match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
                Ok(stream) => queue.push(stream),
                Err(late) if late.kind() == io::ErrorKind::TimedOut => break,
                Err(other) => panic!("filling the queue after {}: {other}", queue.len()),
            }
        }
        Deaf { port: address.port(), _listener: listener, _queue: queue }
    }
}

/// The client at the other end of one connection.
pub struct Peer {
    pub stream: TcpStream,
    pub key: Option<Key>,
}

impl Peer {
    /// Sends the greeting and takes the client's.
    pub fn greet(&mut self) -> io::Result<()> {
        self.greet_with(24)
    }

    /// The same, but says that its header has that many bytes.
    pub fn greet_with(&mut self, header: u8) -> io::Result<()> {
        self.stream.write_all(&[&GREETING[..7], &[header]].concat())?;
        let mut theirs = [0; 8];
        self.stream.read_exact(&mut theirs)?;
        assert_eq!(theirs, GREETING, "the client's greeting");
        Ok(())
    }

    pub fn request(&mut self) -> io::Result<Request> {
        Request::read(&mut self.stream, self.key.clone())
    }

    /// Greets, opens the authenticator (its handle is 7) when the client wants one, and returns the
    /// first request after that.
    pub fn first_request(&mut self) -> io::Result<Request> {
        self.greet()?;
        let asked = self.request()?;
        if !asked.opens_authenticator() {
            return Ok(asked);
        }
        let answer = self.authenticator(&asked);
        self.stream.write_all(&answer.bytes())?;
        let asked = self.request()?;
        // dhcpd, too, only closes the connection on a wrong signature.
        if asked.authid == 7 && asked.is_signed() { Ok(asked) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }

    /// The answer that opens the authenticator; from here on the key is known.
    pub fn authenticator(&mut self, asked: &Request) -> Answer {
        self.key = Some(Key::named_in(asked));
        Answer { handle: 7, object: asked.object.clone(), ..Answer::to(asked) }
    }

    /// Says nothing more until the client goes.
    pub fn listen_on(&mut self) -> io::Result<()> {
        io::copy(&mut self.stream, &mut io::sink()).map(|_| ())
    }

    /// Closes in the orderly way: a FIN and no reset, whatever the client has sent meanwhile.
    pub fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        self.listen_on()
    }

    /// Sends a byte every 300 ms, for ever.
    pub fn drip(&mut self) -> io::Result<()> {
        loop {
            thread::sleep(Duration::from_millis(300));
            self.stream.write_all(b"x")?;
        }
    }

    /// Sends `piece` again and again, as fast as the client takes it.
    pub fn flood(&mut self, piece: &[u8]) -> io::Result<()> {
        let many = piece.repeat(65_536 / piece.len() + 1);
        loop {
            self.stream.write_all(&many)?;
        }
    }
}
