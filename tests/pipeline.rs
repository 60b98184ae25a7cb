//! Many requests under way on one connection, with a server that resets a connection on which too much waits, as dhcpd
//! does.

mod fake_server;
mod support;

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use fake_server::message::Answer;
use omsh::omapi::client::{ClientError, Options, Pace, Pipeline};
use omsh::omapi::{Client, Key, NamedValue, Request, Secret, SessionError};
use support::confs::conf;
use support::rehearsal::RehearsalServer;

fn connect(server: &RehearsalServer) -> Client {
    let address = server.address();
    let pace = Pace { full_speed: true, ..Pace::default() };
    let options = Options { timeout: Duration::from_secs(20), pace, ..Options::default() };
    Client::connect(&address.ip().to_string(), address.port(), None, options).expect("a server")
}

fn create<'a>(name: &'a str, hardware: &'a [u8], statements: &'a str) -> Request<'a> {
    let mut attributes = vec![
        NamedValue::new(b"name", name.as_bytes()),
        NamedValue::new(b"hardware-address", hardware),
        NamedValue::new(b"hardware-type", &[0, 0, 0, 1]),
    ];
    if !statements.is_empty() {
        attributes.push(NamedValue::new(b"statements", statements.as_bytes()));
    }
    Request::create(b"host", attributes)
}

#[test]
fn every_answer_is_that_of_its_request_and_no_connection_is_reset() {
    let server = RehearsalServer::start_here(&conf("base"), b"", &["--like-dhcpd-limits"]);
    let mut pipeline = Pipeline::new(connect(&server));
    // Some are larger than what may wait at once.
    let large = format!("option host-name \"{}\";", "x".repeat(5_000));
    let mut wanted: HashMap<u32, String> = HashMap::new();
    let mut number = 0_u32;
    let mut answered = 0;
    while number < 3_000 || !pipeline.is_empty() {
        while number < 3_000 && pipeline.has_room() {
            let name = format!("h{number}");
            let [a, b, c, d] = number.to_be_bytes();
            let statements = if number % 500 == 7 { large.as_str() } else { "" };
            let id = pipeline.push(&create(&name, &[2, 0, a, b, c, d], statements)).expect("no key is needed");
            wanted.insert(id, name);
            number += 1;
        }
        if let Some((id, message)) = pipeline.next_answer().expect("the connection stays") {
            let name = wanted.remove(&id).expect("a request of ours, once");
            assert_eq!(message.outcome(), Ok(()), "{name}");
            assert_eq!(message.object_values.get(b"name"), Some(name.as_bytes()));
            answered += 1;
        }
    }
    assert_eq!(answered, 3_000);
    let written = String::from_utf8_lossy(&server.leases_written()).into_owned();
    assert_eq!(written.matches("\nhost h").count() + usize::from(written.starts_with("host h")), 3_000);
    // The connection is one like others.
    let mut client = pipeline.into_client().expect("nothing is under way");
    let look_up = Request::open(b"host", vec![NamedValue::new(b"name", b"h2999")]);
    assert_eq!(client.request(&look_up).expect("an answer").outcome(), Ok(()));
}

#[test]
fn after_a_connection_that_is_lost_it_is_known_what_is_in_doubt() {
    let mut server = RehearsalServer::start_here(&conf("base"), b"", &["--like-dhcpd-limits"]);
    let mut pipeline = Pipeline::new(connect(&server));
    let names: Vec<String> = (0..500).map(|number| format!("h{number}")).collect();
    let mut ids = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let hardware = [2, 0, 0, 0, (number >> 8) as u8, number as u8];
        ids.push(pipeline.push(&create(name, &hardware, "")).expect("no key is needed"));
    }
    let mut answered = Vec::new();
    for _ in 0..100 {
        answered.push(pipeline.next_answer().expect("an answer").expect("more to come").0);
    }
    assert!(server.survives(true));
    let _ = server.stop();
    let error = loop {
        match pipeline.next_answer() {
            Ok(Some((id, _))) => answered.push(id),
            Ok(None) => panic!("all were answered"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_authentication(), "{error}");
    // Each request is in one of three places, and in order.
    let all: Vec<u32> = answered.iter().copied().chain(pipeline.in_doubt()).chain(pipeline.not_sent()).collect();
    assert_eq!(all, ids);
    assert!(pipeline.in_doubt().count() > 0 && pipeline.not_sent().count() > 0);
    assert!(pipeline.into_client().is_none());
}

#[test]
fn an_answer_to_a_request_that_has_not_been_sent_ends_the_connection() {
    let port = fake_server::serve(|peer| {
        let first = peer.first_request()?;
        // The numbers of the others are easily guessed.
        let answer = Answer { rid: first.id.wrapping_add(200), ..Answer::to(&first) };
        peer.stream.write_all(&answer.bytes())?;
        peer.listen_on()
    });
    let options = Options { timeout: Duration::from_secs(20), ..Options::default() };
    let mut pipeline = Pipeline::new(Client::connect("127.0.0.1", port, None, options).expect("a server"));
    let names: Vec<String> = (0..300).map(|number| format!("h{number}")).collect();
    let ids: Vec<u32> =
        names.iter().map(|name| pipeline.push(&create(name, &[2; 6], "")).expect("no key is needed")).collect();
    match pipeline.next_answer() {
        Err(ClientError::Session(SessionError::UnexpectedAnswer(id))) => assert_eq!(id, ids[200]),
        Err(other) => panic!("{other}"),
        Ok(answered) => panic!("an answer to {:?}", answered.map(|(id, _)| id)),
    }
    let all: Vec<u32> = pipeline.in_doubt().chain(pipeline.not_sent()).collect();
    assert_eq!(all, ids, "none is taken for one that is answered");
}

#[test]
fn no_more_than_one_request_is_in_doubt_until_an_answer_shows_that_the_key_is_taken() {
    let port = fake_server::serve(|peer| {
        peer.first_request()?;
        std::thread::sleep(Duration::from_millis(200));
        peer.close()
    });
    let key = Key::new(b"k", b"hmac-md5.SIG-ALG.REG.INT.", &Secret::new(vec![0; 16].into()));
    let options = Options { timeout: Duration::from_secs(20), ..Options::default() };
    let mut pipeline = Pipeline::new(Client::connect("127.0.0.1", port, Some(key), options).expect("a server"));
    for _ in 0..20 {
        pipeline.push(&create("a", &[2, 0, 0, 0, 0, 1], "")).expect("a key that can sign");
    }
    let error = pipeline.next_answer().map(|answered| answered.map(|(id, _)| id)).expect_err("none comes");
    assert!(matches!(error, ClientError::KeyRejected), "{error}");
    assert_eq!((pipeline.in_doubt().count(), pipeline.not_sent().count()), (1, 19));
}
