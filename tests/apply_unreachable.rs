//! `omsh apply` and a server that goes before it has answered anything: nothing is changed, and the key is blamed only
//! where it is to blame.

mod fake_server;
mod support;

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use fake_server::{Peer, serve};
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

/// The key of the tests' own servers: 16 zero bytes.
const KEY: &str = "key \"k\" {\n  algorithm hmac-md5;\n  secret \"AAAAAAAAAAAAAAAAAAAAAA==\";\n};\n";

/// Applies a host to the server at that port, whose files are here, or not.
fn apply(port: u16, with_files: bool) -> Outcome {
    let folder = Scratch::new();
    fs::write(folder.join("key"), KEY).expect("a file of our own");
    fs::set_permissions(folder.join("key"), fs::Permissions::from_mode(0o600)).expect("a file of our own");
    fs::write(folder.join("wanted.csv"), "name,mac\nweb1,02:00:00:00:00:01\n").expect("a file of our own");
    let path = |name: &str| folder.join(name).display().to_string();
    let mut files = Vec::new();
    if with_files {
        fs::write(folder.join("conf"), "").expect("a file of our own");
        fs::write(folder.join("leases"), "").expect("a file of our own");
        files = vec!["--conf".to_owned(), path("conf"), "--leases".to_owned(), path("leases")];
    }
    let port = port.to_string();
    Run::ours()
        .named("omsh")
        .arguments(["apply", &path("wanted.csv"), "--yes", "--server", "127.0.0.1", "--port", &port])
        .arguments(["--key-file", &path("key"), "--timeout", "2"])
        .arguments(&files)
        .alone()
}

fn said(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&[outcome.stdout.as_slice(), &outcome.stderr].concat()).into_owned()
}

#[test]
fn a_server_that_closes_instead_of_answering_does_not_accept_the_key() {
    for with_files in [false, true] {
        let outcome = apply(serve(|peer| peer.first_request().map(|_| ())), with_files);
        assert_eq!(outcome.end, End::Exit(4), "{}", said(&outcome));
        assert!(said(&outcome).contains("does not accept our signature"), "{}", said(&outcome));
        // Nothing has been sent of which it could be unknown whether it was done.
        assert!(!said(&outcome).contains("not known"), "{}", said(&outcome));
    }
}

#[test]
fn a_server_that_is_gone_instead_of_answering_has_nothing_against_the_key() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let server = thread::spawn(move || -> io::Result<()> {
        let (stream, _) = listener.accept()?;
        let mut peer = Peer { stream, key: None };
        peer.first_request()?;
        // Nobody listens any longer when the connection goes.
        drop(listener);
        Ok(())
    });
    let outcome = apply(port, false);
    server.join().expect("no panic").expect("a client with a key");
    assert_eq!(outcome.end, End::Exit(3), "{}", said(&outcome));
    assert!(!said(&outcome).contains("signature"), "{}", said(&outcome));
    assert!(said(&outcome).contains("cannot connect"), "{}", said(&outcome));
}
