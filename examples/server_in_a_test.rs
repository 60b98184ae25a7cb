//! An OMAPI server inside of a test: no root, no dhcpd, no files, and gone when the test ends.
//!
//! The server has the objects of a dhcpd.conf that is given as text, and answers as dhcpd 4.4 does on
//! any free port; what a client has changed is looked at afterwards. `cargo run --example
//! server_in_a_test` runs the same as a program.

use omsh::dhcpd::conf::Conf;
use omsh::omapi::client::Options;
use omsh::omapi::message::NamedValue;
use omsh::omapi::server::{Keys, Listener, ListenerOptions, Server};
use omsh::omapi::{Client, Request};
use omsh::rehearsal::{ChangeKind, load};

const CONF: &str = "subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.250; }
                    host printer { hardware ethernet 52:54:00:00:00:01; fixed-address 10.1.1.5; }";

fn main() {
    a_client_adds_a_host();
    println!("a host was added");
}

/// What would be marked `#[test]` elsewhere.
#[cfg_attr(test, test)]
fn a_client_adds_a_host() {
    // The server: dhcpd's objects in memory, without keys, on a thread of its own.
    let conf = Conf::parse("dhcpd.conf", CONF.as_bytes()).expect("a sound configuration");
    let (mut rehearsal, _) = load(&conf, None).expect("a sound configuration");
    rehearsal.start(None);
    let server = Server::new(rehearsal, Keys::none());
    let any_port = "127.0.0.1:0".parse().expect("an address");
    let listener = Listener::bind(any_port, server, ListenerOptions::default()).expect("a free port");
    let (address, stopper) = (listener.address().expect("bound"), listener.stopper().expect("bound"));
    let thread = std::thread::spawn(|| listener.run().expect("it listens"));

    // The client under test; here it is ours.
    let mut client = Client::connect("127.0.0.1", address.port(), None, Options::default()).expect("a connection");
    let attributes = vec![
        NamedValue::new(b"name", b"web1"),
        NamedValue::new(b"hardware-address", &[0x52, 0x54, 0, 0xaa, 0xbb, 0xcc]),
        NamedValue::new(b"hardware-type", &[0, 0, 0, 1]),
    ];
    client.request(&Request::create(b"host", attributes)).expect("an answer").outcome().expect("created");

    // What has changed.
    stopper.stop();
    let served = thread.join().expect("no panic");
    let server = served.server();
    let rehearsal = server.store();
    let [change] = rehearsal.changes()[..] else { panic!("{:?}", rehearsal.changes()) };
    assert_eq!((change.change(), change.name.as_slice()), (ChangeKind::Added, &b"web1"[..]));
    let block = "host web1 {\n  dynamic;\n  hardware ethernet 52:54:00:aa:bb:cc;\n}\n";
    assert_eq!(String::from_utf8_lossy(&change.after), block);
}
