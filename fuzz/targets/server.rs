//! What any client may say to a server: it never panics, never answers more than was asked, and
//! never takes more memory than it was sent.

use omsh::dhcpd::conf::Conf;
use omsh::omapi::server::{Connection, Keys, Server};
use omsh::omapi::{Key, Limits, Secret};
use omsh::rehearsal::{Rehearsal, load};
use zeroize::Zeroizing;

use crate::prng::Prng;

const CONF: &[u8] = b"class \"c\" { match hardware; lease limit 2; } subclass \"c\" 1:2; group g { filename \"x\"; }
    failover peer \"f\" { primary; address 10.1.1.1; port 647; peer address 10.1.1.2; peer port 647; mclt 60; split 128; }
    subnet 10.1.1.0 netmask 255.255.255.0 {
        range 10.1.1.10 10.1.1.12;
        pool { failover peer \"f\"; range 10.1.1.20; }
    }
    host static1 { hardware ethernet 00:11:22:33:44:55; fixed-address 10.1.1.5; group \"g\"; }";

/// The first two bytes choose how the rest is cut into pieces and whether there is a key.
pub fn run(data: &[u8]) {
    let Some((choices, bytes)) = data.split_at_checked(2) else { return };
    let mut keys = Keys::none();
    if choices[0] & 1 == 1 {
        keys.add(Key::new(b"k", b"hmac-md5", &Secret::new(Zeroizing::new(b"secret".to_vec()))));
        assert!(keys.require(b"k"));
    }
    let conf = Conf::parse("conf", CONF).expect("a sound configuration");
    let (mut rehearsal, _) = load(&conf, None).expect("a sound configuration");
    rehearsal.start(None);
    let mut server: Server<Rehearsal> = Server::new(rehearsal, keys);
    let limits = Limits { message_size: 4096, ..Limits::default() };
    let mut connection = Connection::new(limits);
    let mut prng = Prng::from_bytes(choices);
    // Most inputs begin behind the greeting.
    if choices[0] & 2 == 0 {
        connection.receive(b"\0\0\0\x64\0\0\0\x18");
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(1 + prng.below(rest.len()));
        rest = behind;
        connection.receive(piece);
        assert!(connection.pending() <= bytes.len() + 8);
        loop {
            let served = connection.serve(&mut server);
            assert!(connection.output().len() < 1 << 20, "answers that nobody asked for");
            let size = connection.output().len();
            connection.sent(size);
            match served {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => return,
            }
        }
    }
    assert!(connection.answered() as usize <= bytes.len() / 28, "more answers than requests");
}
