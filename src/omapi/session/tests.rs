//! Both ends of a session, talking to one another.

use super::*;
use crate::omapi::ResultCode;
use crate::omapi::key::Secret;
use zeroize::Zeroizing;

fn key(secret: &[u8]) -> Key {
    Key::new(b"omapi_key", b"hmac-sha256", &Secret::new(Zeroizing::new(secret.to_vec())))
}

/// Carries everything that one end wants to send to the other.
fn carry(from: &mut Session, to: &mut Session) {
    to.receive(from.output());
    let count = from.output().len();
    from.sent(count);
}

/// A client and a server that have greeted and share a key under handle 5.
fn authenticated() -> (Session, Session) {
    let (mut client, mut server) = (Session::client(Limits::default()), Session::server(Limits::default()));
    client.authenticate(key(b"secret"));
    carry(&mut client, &mut server);
    assert_eq!(server.poll(), Ok(Some(Event::Greeted)));
    assert_eq!(server.poll(), Ok(Some(Event::Request)));
    let request = server.message();
    assert_eq!(request.message_values.get(b"type"), Some(&b"authenticator"[..]));
    assert_eq!(request.object_values.get(b"algorithm"), Some(&b"hmac-sha256.SIG-ALG.REG.INT."[..]));
    let rid = request.id;
    server.answer(rid, None, Operation::Update, 5, &[], &[]).unwrap();
    server.accept_key(5, key(b"secret"));
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Ok(Some(Event::Greeted)));
    assert_eq!(client.poll(), Ok(Some(Event::Authenticated)));
    (client, server)
}

/// Makes a request on an authenticated pair and gives its number as the server saw it.
fn look_up(client: &mut Session, server: &mut Session) -> u32 {
    let id = client.request(&Request::open(b"host", vec![NamedValue::new(b"name", b"h1")])).unwrap();
    carry(client, server);
    assert_eq!(server.poll(), Ok(Some(Event::Request)));
    assert_eq!((server.message().id, server.message().authid), (id, 5));
    id
}

#[test]
fn a_signed_conversation() {
    let (mut client, mut server) = authenticated();
    let id = look_up(&mut client, &mut server);
    server.answer(id, Some(5), Operation::Update, 9, &[], &[NamedValue::new(b"name", b"h1")]).unwrap();
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Ok(Some(Event::Answer(id))));
    assert_eq!(client.message().handle, 9);
    assert_eq!(client.message().object_values.get(b"name"), Some(&b"h1"[..]));
    assert_eq!(client.poll(), Ok(None));
}

#[test]
fn several_requests_are_answered_in_any_order() {
    let (mut client, mut server) = authenticated();
    let ids = [look_up(&mut client, &mut server), look_up(&mut client, &mut server)];
    assert!(client.waiting().eq(ids));
    for id in [ids[1], ids[0]] {
        server.answer(id, Some(5), Operation::Status, 0, &[], &[]).unwrap();
    }
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Ok(Some(Event::Answer(ids[1]))));
    assert_eq!(client.message().result(), ResultCode::UNEXPECTED_ERROR);
    assert_eq!(client.poll(), Ok(Some(Event::Answer(ids[0]))));
    assert_eq!(client.waiting().next(), None);
}

#[test]
fn bytes_may_come_one_by_one() {
    let (mut client, mut server) = authenticated();
    let id = look_up(&mut client, &mut server);
    server.answer(id, Some(5), Operation::Update, 9, &[], &[NamedValue::new(b"name", b"h1")]).unwrap();
    let bytes = server.output().to_vec();
    let (last, others) = bytes.split_last().unwrap();
    for byte in others {
        client.receive(&[*byte]);
        assert_eq!(client.poll(), Ok(None));
    }
    client.receive(&[*last]);
    assert_eq!(client.poll(), Ok(Some(Event::Answer(id))));
}

/// What the client says to a first answer that `tamper` has laid hands on.
fn verdict(tamper: impl FnOnce(&mut Vec<u8>, u32), authid: Option<u32>) -> SessionError {
    let (mut client, mut server) = authenticated();
    let id = look_up(&mut client, &mut server);
    server.answer(id, authid, Operation::Update, 9, &[], &[NamedValue::new(b"name", b"h1")]).unwrap();
    let mut bytes = server.output().to_vec();
    tamper(&mut bytes, id);
    client.receive(&bytes);
    let error = client.poll().unwrap_err();
    assert_eq!(client.poll(), Err(error), "an error is final");
    error
}

#[test]
fn an_answer_must_be_signed_with_the_right_key() {
    let untouched = |_: &mut Vec<u8>, _| {};
    assert_eq!(verdict(untouched, None), SessionError::Unsigned);
    assert_eq!(verdict(|bytes, _| bytes[3] = 6, Some(5)), SessionError::OtherAuthenticator { named: 6 });
    assert_eq!(verdict(|bytes, _| *bytes.last_mut().unwrap() ^= 1, Some(5)), SessionError::BadSignature);
    assert_eq!(verdict(|bytes, _| bytes[15] ^= 1, Some(5)), SessionError::BadSignature);
    // dhcpd's own fault: a valid authid with no signature at all.
    assert_eq!(verdict(|bytes, _| bytes[3] = 5, None), SessionError::Unsigned);
}

#[test]
fn an_answer_must_fit_a_request() {
    let (mut client, mut server) = authenticated();
    let id = look_up(&mut client, &mut server);
    for _ in 0..2 {
        server.answer(id, Some(5), Operation::Status, 0, &[], &[]).unwrap();
    }
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Ok(Some(Event::Answer(id))));
    assert_eq!(client.poll(), Err(SessionError::UnexpectedAnswer(id)), "replayed");

    let (mut client, mut server) = authenticated();
    let id = look_up(&mut client, &mut server);
    server.answer(id, Some(5), Operation::Notify, 0, &[], &[]).unwrap();
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Err(SessionError::UnexpectedOperation(Operation::Notify)));
}

#[test]
fn a_removal_is_answered_with_a_status_only() {
    let (mut client, mut server) = authenticated();
    let id = client.request(&Request::delete(9)).unwrap();
    server.answer(id, Some(5), Operation::Update, 9, &[], &[NamedValue::new(b"name", b"h1")]).unwrap();
    carry(&mut server, &mut client);
    assert_eq!(client.poll(), Err(SessionError::UnexpectedOperation(Operation::Update)));
}

#[test]
fn an_authenticator_may_be_refused() {
    for (operation, handle, expected) in [
        (Operation::Status, 0, Ok(Some(Event::AuthenticatorRefused))),
        (Operation::Update, 0, Err(SessionError::NoAuthenticator)),
    ] {
        let (mut client, mut server) = (Session::client(Limits::default()), Session::server(Limits::default()));
        client.authenticate(key(b"secret"));
        carry(&mut client, &mut server);
        while server.poll().unwrap() != Some(Event::Request) {}
        let rid = server.message().id;
        let result = ResultCode::NOT_FOUND.0.to_be_bytes();
        server.answer(rid, None, operation, handle, &[NamedValue::new(b"result", &result)], &[]).unwrap();
        carry(&mut server, &mut client);
        assert_eq!(client.poll(), Ok(Some(Event::Greeted)));
        assert_eq!(client.poll(), expected);
    }
}

#[test]
fn the_server_checks_its_client_too() {
    let (mut client, mut server) = authenticated();
    client.keys[0].1 = key(b"another secret");
    client.request(&Request::refresh(9)).unwrap();
    carry(&mut client, &mut server);
    assert_eq!(server.poll(), Err(SessionError::BadSignature));
}

#[test]
fn greetings_are_checked() {
    for (greeting, error) in [
        ([0, 0, 0, 101, 0, 0, 0, 24], SessionError::Version(101)),
        ([0, 0, 0, 100, 0, 0, 0, 23], SessionError::HeaderSize(23)),
        ([0, 0, 0, 100, 0x80, 0, 0, 0], SessionError::HeaderSize(1 << 31)),
    ] {
        let mut client = Session::client(Limits::default());
        client.receive(&greeting[..7]);
        assert_eq!(client.poll(), Ok(None));
        client.receive(&greeting[7..]);
        assert_eq!(client.poll(), Err(error));
    }
}
