//! A rehearsal server and clients that mean no good, or know no better: it goes on answering the
//! others, in bounded memory.

mod support;

use omsh::omapi::message::{NamedValue, Operation};
use omsh::omapi::{Algorithm, Client, Event, Key, Limits, Request, ResultCode, Secret, Session, SessionError};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use support::confs;
use support::rehearsal::RehearsalServer;
use zeroize::Zeroizing;

const GREETING: &[u8] = b"\0\0\0\x64\0\0\0\x18";
/// Longer than any answer takes; a server that takes longer counts as silent.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the server may take, in KiB, whatever is done to it.
const MEMORY: usize = 150 << 10;

fn server(arguments: &[&str]) -> RehearsalServer {
    RehearsalServer::start_here(&confs::conf("base"), b"", arguments)
}

fn connect(server: &RehearsalServer) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a server that listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

/// What comes until the server hangs up; fails when it does not.
fn until_the_end(mut stream: &TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => bytes,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => bytes,
        Err(error) => panic!("the server does not hang up: {error}; it said {bytes:02x?}"),
    }
}

/// A well-behaved client finds a host at once.
fn answers_others(server: &RehearsalServer) {
    let start = Instant::now();
    let address = server.address();
    let mut client = Client::connect(&address.ip().to_string(), address.port(), None, Default::default())
        .expect("a server that goes on answering");
    let request = Request::open(b"host", vec![NamedValue::new(b"name", b"static1")]);
    client.request(&request).expect("an answer").outcome().expect("the host");
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
}

fn header(operation: u32, signature_size: u32, id: u32, rid: u32) -> Vec<u8> {
    [0, signature_size, operation, 0, id, rid].into_iter().flat_map(u32::to_be_bytes).collect()
}

#[test]
fn nonsense_is_hung_up_on() {
    let server = server(&[]);
    let huge = [&header(1, 0, 1, 0)[..], b"\0\x04type\x80\0\0\0"].concat();
    let signature = header(1, 1 << 31, 1, 0);
    let endless = [&header(1, 0, 1, 0)[..], &b"\0\x01a\0\0\0\x01b".repeat(5000)[..]].concat();
    let answer = [&header(1, 0, 1, 77)[..], b"\0\0\0\0"].concat();
    let unknown = [&header(99, 0, 1, 0)[..], b"\0\0\0\0"].concat();
    let status = [&header(5, 0, 1, 0)[..], b"\0\0\0\0"].concat();
    let field = [&header(1, 0, 1, 0)[..], b"\0\x02op\0\0\0\x04\0\0\0\x01\0\0\0\0"].concat();
    let cases: [(&str, Vec<u8>); 10] = [
        ("another version", b"\0\0\0\x65\0\0\0\x18".to_vec()),
        ("a header of 2^31 bytes", b"\0\0\0\x64\x80\0\0\0".to_vec()),
        ("HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()),
        ("a value of 2^31 bytes", [GREETING, &huge].concat()),
        ("a signature of 2^31 bytes", [GREETING, &signature].concat()),
        ("values without end", [GREETING, &endless].concat()),
        ("an answer to nothing", [GREETING, &answer].concat()),
        ("an unknown operation", [GREETING, &unknown].concat()),
        ("a status", [GREETING, &status].concat()),
        ("a field as a value", [GREETING, &field].concat()),
    ];
    for (what, bytes) in cases {
        let mut stream = connect(&server);
        // It may hang up before all of it is sent.
        let _ = stream.write_all(&bytes);
        let said = until_the_end(&stream);
        assert!(said.starts_with(GREETING) || said.is_empty(), "{what}: {said:02x?}");
        answers_others(&server);
    }
    assert!(server.memory() < MEMORY, "{} KiB", server.memory());
}

#[test]
fn what_stays_half_done_is_dropped_and_silence_is_not() {
    let server = server(&["--timeout", "1"]);
    let silent = connect(&server);
    let mut idle = connect(&server);
    idle.write_all(GREETING).unwrap();
    let mut half = connect(&server);
    half.write_all(&[GREETING, &header(1, 0, 1, 0)[..10]].concat()).unwrap();
    // One byte at a time does not help.
    let mut slow = connect(&server);
    slow.write_all(GREETING).unwrap();
    let start = Instant::now();
    for byte in [header(1, 0, 1, 0), b"\0\x01a\0\0\0\x7f".to_vec(), vec![b'x'; 100]].concat() {
        if slow.write_all(&[byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    until_the_end(&slow);
    assert!(start.elapsed() < PATIENCE);
    until_the_end(&silent);
    until_the_end(&half);
    answers_others(&server);
    // Between messages a client may wait as long as it likes: somebody types.
    idle.write_all(&[&header(2, 0, 1, 0)[..], b"\0\0\0\0"].concat()).unwrap();
    let mut answer = [0; 16];
    idle.read_exact(&mut answer).expect("an answer after a long silence");
}

#[test]
fn answers_that_nobody_reads_do_not_pile_up() {
    let server = server(&["--timeout", "1"]);
    let mut greedy = connect(&server);
    greedy.set_write_timeout(Some(Duration::from_secs(3))).unwrap();
    greedy.write_all(GREETING).unwrap();
    let request = [&header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\0\x07static1\0\0"].concat();
    let many = request.repeat(1000);
    let start = Instant::now();
    while greedy.write_all(&many).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(20), "the server takes requests without end");
        assert!(server.memory() < MEMORY, "{} KiB", server.memory());
    }
    answers_others(&server);
}

#[test]
fn messages_that_are_begun_and_left_take_bounded_memory() {
    let server = server(&["--timeout", "2"]);
    let begun = [GREETING, &header(1, 0, 1, 0)[..], b"\0\x04type\0\xf0\0\0"].concat();
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut stream = connect(&server);
        stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
        let _ = stream.write_all(&begun).and_then(|()| stream.write_all(&vec![b'x'; 12 << 20]));
        clients.push(stream);
    }
    assert!(server.memory() < MEMORY, "{} KiB", server.memory());
    answers_others(&server);
}

#[test]
fn a_thousand_clients_at_once_are_all_answered() {
    let server = server(&[]);
    let request = [GREETING, &header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\0\x07static1\0\0"];
    let request = request.concat();
    let mut clients: Vec<TcpStream> = (0..1000).map(|_| connect(&server)).collect();
    clients.iter_mut().for_each(|client| client.write_all(&request).unwrap());
    for client in &mut clients {
        let mut answer = [0; 8 + 24];
        client.read_exact(&mut answer).expect("an answer for each");
        assert_eq!(answer[8 + 8..8 + 12], 3_u32.to_be_bytes(), "an update");
    }
    assert!(server.memory() < MEMORY, "{} KiB", server.memory());
    answers_others(&server);
    let (said, status) = server.stop();
    assert_eq!((said.as_str(), status), ("Nothing has changed.\n", Some(0)));
}

#[test]
fn objects_that_are_opened_without_anything_to_look_for_take_no_memory() {
    let server = server(&[]);
    let mut stream = connect(&server);
    let request = [&header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\0"].concat();
    stream.write_all(GREETING).unwrap();
    let mut greeting = [0; 8];
    stream.read_exact(&mut greeting).unwrap();
    for _ in 0..200 {
        stream.write_all(&request.repeat(200)).unwrap();
        let mut answers = vec![0; 200 * 28];
        stream.read_exact(&mut answers).expect("an empty update for each");
    }
    assert!(server.memory() < MEMORY, "{} KiB", server.memory());
}

#[test]
fn long_statements_are_refused_and_do_no_harm() {
    let server = server(&[]);
    let address = server.address();
    let mut client = Client::connect("127.0.0.1", address.port(), None, Default::default()).unwrap();
    let mut number = 0_u32;
    let mut create = |statements: String| {
        number += 1;
        let mac = [&[2, 1][..], &number.to_be_bytes()].concat();
        let values =
            vec![NamedValue::new(b"hardware-address", &mac), NamedValue::new(b"statements", statements.as_bytes())];
        client.request(&Request::create(b"host", values)).expect("an answer").outcome().is_ok()
    };
    let long = |first: &str, again: &str, last: &str, count: usize| format!("{first}{}{last}", again.repeat(count));
    for (first, again, last) in [
        ("if known", " and known", " { }"),
        ("if known", " or known", " { }"),
        ("if 1 = 1", " + 1", " { }"),
        ("option host-name = concat(\"\"", ", \"\"", ");"),
        ("option host-name = pick(\"\"", ", concat(\"\", \"\")", ");"),
        ("option domain-name-servers 1.2.3.4", ", 1.2.3.4", ";"),
    ] {
        assert!(create(long(first, again, last, 200)) || first.contains("1 = 1"), "{first}{again}");
        for count in [1_200, 5_000, 20_000] {
            create(long(first, again, last, count));
            answers_others(&server);
        }
    }
    for (open, close) in [("(", ")"), ("not ", ""), ("(known and (known or ", "))")] {
        create(format!("if {}known{} {{ }}", open.repeat(10_000), close.repeat(10_000)));
        answers_others(&server);
    }
}

#[test]
fn a_client_that_finishes_messages_is_not_dropped_for_the_one_that_it_has_begun() {
    let server = server(&["--timeout", "0.5"]);
    let mut stream = connect(&server);
    stream.write_all(GREETING).unwrap();
    let mut greeting = [0; 8];
    stream.read_exact(&mut greeting).unwrap();
    let request = [&header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\0\x07static1\0\0"].concat();
    let (beginning, end) = request.split_at(request.len() / 2);
    stream.write_all(beginning).unwrap();
    let mut answers = Vec::new();
    for _ in 0..12 {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(&[end, beginning].concat()).unwrap();
        let mut answer = [0; 24];
        stream.read_exact(&mut answer).expect("an answer, for longer than the time-out");
        answers.push(answer[11]);
        // The rest of the answer is read with the next one's bytes by nobody: take what is there.
        stream.set_nonblocking(true).unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream.set_nonblocking(false).unwrap();
    }
    assert_eq!(answers, [3; 12], "updates");
}

#[test]
fn a_server_for_many_clients_takes_as_many_descriptors_as_it_may() {
    let server = server(&[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).expect("the limit");
    let numbers: Vec<&str> = files.split_whitespace().skip(3).take(2).collect();
    assert_eq!(numbers[0], numbers[1], "{files}");
}

#[test]
fn what_clients_make_is_bounded() {
    let server = server(&[]);
    let address = server.address();
    let mut client = Client::connect("127.0.0.1", address.port(), None, Default::default()).unwrap();
    let mut results = Vec::new();
    for number in 0..400_u32 {
        let mut name = vec![b'x'; 1 << 20];
        name[..10].copy_from_slice(format!("{number:010}").as_bytes());
        let mac = [&[2, 0][..], &number.to_be_bytes()].concat();
        let values = vec![NamedValue::new(b"name", &name), NamedValue::new(b"hardware-address", &mac)];
        results.push(client.request(&Request::create(b"host", values)).unwrap().outcome().is_ok());
    }
    let made = results.iter().filter(|made| **made).count();
    // A name is kept five times, in 256 MiB.
    assert!((40..=51).contains(&made), "{made} hosts with names of 1 MiB were made");
    assert!(server.memory() < 400 << 10, "{} KiB", server.memory());
    answers_others(&server);
}

fn secret(conf: &str) -> Secret {
    use base64::Engine;
    let text = conf.split('"').nth(3).expect("a name and a secret in quotes");
    Secret::new(Zeroizing::new(base64::engine::general_purpose::STANDARD.decode(text).expect("base64")))
}

/// A session that has an authenticator, and its socket.
fn authenticated(address: SocketAddr, key: Key) -> (TcpStream, Session, u32) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut session = Session::client(Limits::default());
    session.authenticate(key);
    let mut piece = [0; 4096];
    loop {
        stream.write_all(session.output()).unwrap();
        session.sent(session.output().len());
        match session.poll().unwrap() {
            Some(Event::Authenticated) => {
                let handle = session.message().handle;
                return (stream, session, handle);
            }
            Some(_) => {}
            None => {
                let count = stream.read(&mut piece).unwrap();
                session.receive(&piece[..count]);
            }
        }
    }
}

#[test]
fn only_what_is_signed_with_the_key_counts() {
    let conf = confs::conf("key-sha256");
    let server = RehearsalServer::start_here(&conf, b"", &[]);
    let key = |secret: &Secret| Key::new(b"sha256-key", Algorithm::HmacSha256.name().as_bytes(), secret);
    let open = b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\0\x07static1\0\0";

    // Unsigned.
    let (mut stream, _, handle) = authenticated(server.address(), key(&secret(&conf)));
    let unsigned = [&handle.to_be_bytes()[..], &header(1, 0, 7, 0)[4..], open].concat();
    stream.write_all(&unsigned).unwrap();
    assert_eq!(result_in(&until_the_end(&stream)), Some(ResultCode::INVALID_TSIG_KEY));

    // Under an authenticator that is not open.
    let (mut stream, _, handle) = authenticated(server.address(), key(&secret(&conf)));
    let other = [&(handle + 1).to_be_bytes()[..], &header(1, 32, 7, 0)[4..], open, &[0; 32]].concat();
    stream.write_all(&other).unwrap();
    assert_eq!(until_the_end(&stream), b"");

    // Signed with another secret.
    let (mut stream, mut session, _) = authenticated(server.address(), key(&Secret::new(Zeroizing::new(vec![1; 16]))));
    session.request(&Request::open(b"host", vec![NamedValue::new(b"name", b"static1")])).unwrap();
    stream.write_all(session.output()).unwrap();
    assert_eq!(result_in(&until_the_end(&stream)), Some(ResultCode::INVALID_TSIG_KEY));

    // Unsigned, without an authenticator: told why, and not hung up on.
    let mut stream = connect(&server);
    stream.write_all(&[GREETING, &header(1, 0, 7, 0)[..], open].concat()).unwrap();
    let mut answer = [0; 8 + 24 + 12 + 4];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(result_in(&answer[8..]), Some(ResultCode::NO_KEY_SPECIFIED));

    // Signed as it has to be.
    let (mut stream, mut session, _) = authenticated(server.address(), key(&secret(&conf)));
    let id = session.request(&Request::open(b"host", vec![NamedValue::new(b"name", b"static1")])).unwrap();
    stream.write_all(session.output()).unwrap();
    let mut piece = [0; 4096];
    let event: Result<Option<Event>, SessionError> = loop {
        match session.poll() {
            Ok(None) => {
                let count = stream.read(&mut piece).unwrap();
                assert!(count > 0, "hung up on");
                session.receive(&piece[..count]);
            }
            event => break event,
        }
    };
    assert_eq!(event, Ok(Some(Event::Answer(id))));
    assert_eq!(session.message().operation, Operation::Update);
}

/// The result in the first status message of what a server has said.
fn result_in(bytes: &[u8]) -> Option<ResultCode> {
    let start = bytes.windows(6).position(|window| window == b"result")? + 6;
    let code = bytes.get(start + 4..start + 8)?;
    Some(ResultCode(u32::from_be_bytes(code.try_into().expect("4 bytes"))))
}

#[test]
fn too_much_at_once_resets_the_connection_when_dhcpds_limits_are_wanted() {
    let request = [&header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\0\x07static1\0\0"].concat();
    let many = [GREETING, &request.repeat(200)].concat();
    for (arguments, reset) in [(&["--like-dhcpd-limits"][..], true), (&[][..], false)] {
        let server = server(arguments);
        let mut stream = connect(&server);
        stream.write_all(&many).unwrap();
        let mut answers = vec![0; 200 * 60];
        let end = stream.read_exact(&mut answers).map_err(|error| error.kind());
        assert_eq!(end, if reset { Err(ErrorKind::ConnectionReset) } else { Ok(()) }, "{arguments:?}");
        answers_others(&server);
        // One message may be as large as it likes.
        let mut stream = connect(&server);
        let large = [GREETING, &header(1, 0, 1, 0)[..], b"\0\x04type\0\0\0\x04host\0\0\0\x04name\0\0\xea\x60"].concat();
        stream.write_all(&[&large[..], &[b'x'; 60_000], b"\0\0"].concat()).unwrap();
        let mut answer = [0; 8 + 24];
        stream.read_exact(&mut answer).expect("an answer to a large message");
    }
}
