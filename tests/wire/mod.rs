//! Random OMAPI messages: all that a client can put on the wire and omshell does not. Other flags,
//! handles of anything, values of the wrong length, names twice, messages that are signed wrongly.

#[rustfmt::skip]
mod vocabulary;

use super::random_scripts::Random;
use super::support::confs;
use omsh::dhcpd::conf::Conf;
use omsh::omapi::{Key, Secret};
use std::fmt::Write;
use vocabulary::*;
use zeroize::Zeroizing;

const OPEN: u32 = 1;
const UPDATE: u32 = 3;
/// Of the authenticator, which is the first object that a client is told of.
const AUTHENTICATOR: u32 = 1;

/// One message: on which connection, and its bytes.
pub type Sent = (usize, Vec<u8>);

/// Messages, and the files of the server that gets them.
#[derive(Clone)]
pub struct Exchange {
    pub conf: &'static str,
    pub seed: Option<&'static str>,
    pub messages: Vec<Sent>,
}

impl Exchange {
    pub fn random(random: &mut Random) -> Exchange {
        let conf = if random.one_in(2) { "base" } else { random.of(&confs::NAMES) };
        let seed = random.one_in(2).then_some("in-use");
        let key = key_of(conf);
        let mut messages = Vec::new();
        let connections = if random.one_in(4) { 2 } else { 1 };
        for connection in 0..connections {
            if let Some(key) = &key
                && !random.one_in(12)
            {
                messages.push((connection, opens_authenticator(key)));
            }
        }
        // What comes after a wrong signature is left out: not comparable.
        let mut over = [false; 2];
        for _ in 0..1 + random.below(12) {
            let connection = random.below(connections);
            let (message, is_sound) = message(random, key.as_ref());
            if !over[connection] {
                messages.push((connection, message));
            }
            over[connection] |= !is_sound;
        }
        Exchange { conf, seed, messages }
    }

    /// As `exchange.py` reads it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (connection, bytes) in &self.messages {
            write!(text, "{connection} ").expect("a string takes all");
            bytes.iter().for_each(|byte| write!(text, "{byte:02x}").expect("a string takes all"));
            text.push('\n');
        }
        text
    }

    /// As people read it.
    pub fn described(&self) -> String {
        let mut text = format!("conf: {}, seed: {}\n", self.conf, self.seed.unwrap_or("none"));
        for (connection, bytes) in &self.messages {
            let _ = writeln!(text, "{connection}: {}", bytes.escape_ascii());
        }
        text + &self.to_text()
    }
}

/// The key that a server with this configuration wants.
fn key_of(conf: &str) -> Option<Key> {
    let conf = Conf::parse(conf, confs::conf(conf).as_bytes()).expect("a sound configuration");
    let key = conf.keys.first()?;
    Some(Key::new(&key.name, &key.algorithm, &Secret::new(Zeroizing::new(key.secret.to_vec()))))
}

fn opens_authenticator(key: &Key) -> Vec<u8> {
    let values = [pair("name", key.name()), pair("algorithm", key.algorithm_name())].concat();
    unsigned(0, 0, OPEN, 0, 1, 0, &[&pair("type", b"authenticator")[..], &values].map(<[u8]>::to_vec))
}

/// A request that makes sense: an object is made, or one is looked up that is there.
fn sensible(random: &mut Random) -> [Vec<u8>; 2] {
    let one = 1_u32.to_be_bytes();
    let object_type = random.of(&["host", "host", "host", "group", "subclass", "lease", "class"]);
    let mut about = Vec::new();
    if object_type != "lease" && !random.one_in(3) {
        about.extend(pair("create", &one));
        about.extend(if random.one_in(2) { pair("exclusive", &one) } else { Vec::new() });
    } else if random.one_in(4) {
        about.extend(pair("update", &one));
    }
    about.extend(pair("type", object_type.as_bytes()));
    let mut values = match object_type {
        "lease" => pair("ip-address", random.of(&ADDRESSES[..7])),
        _ => pair("name", random.of(&NAMES).as_bytes()),
    };
    let mut add = |name: &str, value: &[u8]| values.extend(pair(name, value));
    match object_type {
        "host" => {
            add("hardware-address", random.of(&HARDWARE[..5]));
            add("hardware-type", &one);
            if random.one_in(3) {
                add("group", random.of(&NAMES).as_bytes());
            }
        }
        "subclass" => {
            add("class", b"by-mac");
            add("hashstring", random.of(&HARDWARE[..5]));
        }
        "lease" if random.one_in(3) => add("state", &(random.below(8) as u32).to_be_bytes()),
        _ => {}
    }
    if random.one_in(3) || object_type == "group" {
        add("statements", random.of(&STATEMENTS).as_bytes());
    }
    [about, values]
}

/// A message, and whether it is signed as it says.
fn message(random: &mut Random, key: Option<&Key>) -> (Vec<u8>, bool) {
    let operation = match random.below(80) {
        0..48 => OPEN,
        48..54 => 2,
        54..68 => UPDATE,
        68..76 => 6,
        76 | 77 => 4,
        78 => 5,
        _ => random.of(&[0, 7, 99]),
    };
    let object_type = random.of(&TYPES);
    let handle = match operation {
        OPEN if !random.one_in(8) => 0,
        _ => random.below(6) as u32,
    };
    let rid = if random.one_in(60) { 1 + random.below(5) as u32 } else { 0 };
    let id = random.below(5) as u32;
    let lists = match operation {
        OPEN if random.one_in(2) => sensible(random),
        _ => [about(random, operation, object_type), values(random, object_type)],
    };
    let Some(key) = key.filter(|_| !random.one_in(20)) else {
        // Under an authenticator that is open, unsigned messages are left out: not comparable.
        let authid = if random.one_in(20) { random.of(&[2, 3]) } else { 0 };
        return (unsigned(authid, 0, operation, handle, id, rid, &lists), true);
    };
    let authid = if random.one_in(30) { random.below(4) as u32 } else { AUTHENTICATOR };
    let size = key.signature_size().expect("a key that signs") as u32;
    let mut bytes = unsigned(authid, size, operation, handle, id, rid, &lists);
    let mut signature = Vec::new();
    key.sign(&bytes[4..], &mut signature).expect("a key that signs");
    let is_sound = !random.one_in(40);
    if !is_sound {
        signature[0] ^= 1;
    }
    bytes.extend(signature);
    (bytes, is_sound)
}

fn about(random: &mut Random, operation: u32, object_type: &str) -> Vec<u8> {
    let mut list = Vec::new();
    if operation == OPEN && !random.one_in(30) {
        // An interface can be made as well, and dhcpd then goes looking for it.
        if !random.one_in(3) && object_type != "interface" {
            for _ in 0..random.below(3) {
                let one = 1_u32.to_be_bytes();
                let value = random.of(&[&one[..], &one, &one, &[0; 4], &[1], &[], &[0xff; 4]]);
                list.extend(pair(random.of(&FLAGS[..3]), value));
            }
        }
        list.extend(pair("type", object_type.as_bytes()));
    }
    if random.one_in(40) && object_type != "interface" {
        list.extend(pair(random.of(&FLAGS), &value(random, "x-9")));
    }
    list
}

fn values(random: &mut Random, object_type: &str) -> Vec<u8> {
    let fitting: &[&str] = match object_type {
        "lease" => &["ip-address", "ip-address", "ip-address", "hardware-address", "state", "flags", "ends"],
        "authenticator" => &["name", "algorithm"],
        "interface" => return pair("name", random.of(&["v0", "v0", "no-such-interface"]).as_bytes()),
        _ => &["name", "name", "hardware-address", "hardware-type", "ip-address", "statements", "group"],
    };
    let mut list = Vec::new();
    // Groups and classes have a name and statements, and no empty values: others are left out as not comparable.
    let is_whole = matches!(object_type, "group" | "class" | "subclass");
    if is_whole {
        list.extend(pair("name", random.of(&NAMES).as_bytes()));
        list.extend(pair("statements", random.of(&STATEMENTS).as_bytes()));
    }
    for _ in 0..random.below(5) {
        let name = if random.one_in(4) { random.of(&ATTRIBUTES) } else { random.of(fitting) };
        let value = value(random, name);
        if !(is_whole && value.iter().all(|byte| *byte == 0)) {
            list.extend(pair(name, &value));
        }
    }
    list
}

fn value(random: &mut Random, name: &str) -> Vec<u8> {
    let integer = |number: u32| number.to_be_bytes().to_vec();
    if random.one_in(8) {
        return match random.below(5) {
            0 => Vec::new(),
            1 => vec![random.byte()],
            2 => integer(random.of(&[0, 1, 2, 3, 5, 6, 255, 256, 1 << 31, u32::MAX])),
            3 => vec![0; 1 + random.below(40)],
            _ => (0..random.below(10)).map(|_| random.byte()).collect(),
        };
    }
    match name {
        "ip-address" => random.of(&ADDRESSES).to_vec(),
        "hardware-address" | "hardware" => random.of(&HARDWARE).to_vec(),
        "hardware-type" => integer(random.of(&[1, 1, 1, 1, 6, 0, 255])),
        "statements" => random.of(&STATEMENTS).into(),
        "dhcp-client-identifier" => random.of(&["byuid-1", "\u{1}RT\0\0\0 ", "new-1"]).into(),
        "handle" | "host" | "lease" | "pool" | "subnet" => integer(random.below(6) as u32),
        "known" | "state" | "flags" | "ends" | "starts" | "tstp" | "tsfp" | "cltt" => {
            integer(random.of(&[0, 1, 2, 3, 4, 5, 6, 8, 9, 2_000_000_000]))
        }
        "algorithm" => random.of(&["hmac-md5.SIG-ALG.REG.INT.", "HMAC-SHA256.SIG-ALG.REG.INT.", "hmac-md5"]).into(),
        "x-9" => integer(1),
        "name" if random.one_in(6) => random.of(&["omapi_key", "sha256-key", "nul\0nul"]).into(),
        _ => random.of(&NAMES).into(),
    }
}

fn pair(name: &str, value: &[u8]) -> Vec<u8> {
    let (name_size, value_size) = (name.len() as u16, value.len() as u32);
    [&name_size.to_be_bytes()[..], name.as_bytes(), &value_size.to_be_bytes(), value].concat()
}

fn unsigned(authid: u32, size: u32, operation: u32, handle: u32, id: u32, rid: u32, lists: &[Vec<u8>; 2]) -> Vec<u8> {
    let header = [authid, size, operation, handle, id, rid].map(u32::to_be_bytes).concat();
    [&header[..], &lists[0], &[0, 0], &lists[1], &[0, 0]].concat()
}
