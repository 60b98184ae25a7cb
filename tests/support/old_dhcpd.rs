//! An older dhcpd, played by a server of this process, since none can be installed beside today's: it behaves as
//! dhcpd 4.1 to 4.4.2 were measured to. Hosts, groups and leases live in memory, and a test can look at them, change them
//! between two requests, and see what was asked.
//!
//! The program that uses this has `mod fake_server` as well, whose messages it speaks. Clients sign with the key
//! [`SECRET`], by whatever name.

#![allow(dead_code, reason = "every test uses its own part of this")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::fake_server::message::{Answer, DELETE, OPEN, REFRESH, Request, STATUS, UPDATE, Values, value};
use crate::fake_server::{Peer, serve};

/// The secret that the server shares with its clients: 16 zero bytes, in base64.
pub const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAA==";

/// A key file with that secret.
pub fn key(name: &str, algorithm: &str) -> String {
    format!("key {name} {{ algorithm {algorithm}; secret {SECRET}; }};\n")
}

/// Which dhcpd is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 4.1.1, of EL 6.
    V411,
    /// 4.1-ESV-R16: as 4.1.1, but keeps flags of leases.
    V41Esv,
    /// 4.2.5, of EL 7.
    V425,
    /// 4.3.6, of EL 8.
    V436,
    /// 4.4.1, of Debian 10 and 11, Ubuntu 20.04 and 22.04.
    V441,
    /// 4.4.2, of EL 9.
    V442,
    /// 4.4.3, which is none of the old ones: what it does otherwise is what tests compare with.
    V443,
}

impl Version {
    /// All that are older than 4.4.3.
    pub const OLD: [Version; 6] =
        [Version::V411, Version::V41Esv, Version::V425, Version::V436, Version::V441, Version::V442];

    /// As the header of its lease file has it.
    pub fn name(self) -> &'static str {
        match self {
            Version::V411 => "4.1.1",
            Version::V41Esv => "4.1-ESV-R16",
            Version::V425 => "4.2.5",
            Version::V436 => "4.3.6",
            Version::V441 => "4.4.1",
            Version::V442 => "4.4.2",
            Version::V443 => "4.4.3-P1",
        }
    }

    /// The first lines of its lease file.
    pub fn lease_file_header(self) -> String {
        format!(
            "# The format of this file is documented in the dhcpd.leases(5) manual page.\n\
             # This lease file was written by isc-dhcp-{}\n\n",
            self.name()
        )
    }

    fn is_4_1(self) -> bool {
        self <= Version::V41Esv
    }

    /// Whether its OMAPI signs with that algorithm.
    fn knows(self, algorithm: &str) -> bool {
        self == Version::V443 || algorithm == "hmac-md5"
    }

    fn keeps_flags(self) -> bool {
        !matches!(self, Version::V411 | Version::V425)
    }

    fn has_classes(self) -> bool {
        self >= Version::V436
    }

    /// A result code of today as this version numbers it.
    pub fn code(self, code: u32) -> u32 {
        match code {
            0x6_0003 if self.is_4_1() => 0x27,
            0x6_0004..=0x6_0006 if self.is_4_1() => code - 0x6_0004 + 0x29,
            0x6_0007..=0x6_0020 if self.is_4_1() => code - 0x6_0007 + 0x2c,
            _ => code,
        }
    }
}

/// Result codes of today.
pub const NOT_FOUND: u32 = 23;
pub const EXISTS: u32 = 18;
pub const INVALID_ARGUMENT: u32 = 0x6_0003;
pub const MULTIPLE: u32 = 0x6_0006;
pub const KEY_CONFLICT: u32 = 0x6_0007;
pub const NO_KEY_SPECIFIED: u32 = 0x6_0009;
pub const INVALID_KEY: u32 = 0x6_000b;
pub const UNKNOWN_ATTRIBUTE: u32 = 0x6_0020;

/// A lease's state, as the attribute `state` has it.
pub const FREE: u32 = 1;
pub const ACTIVE: u32 = 2;

/// What a request asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// OPEN, UPDATE and so on.
    pub op: u32,
    /// Of which type the object is.
    pub object_type: String,
    pub creates: bool,
    pub values: Values,
}

#[derive(Default)]
struct State {
    /// Types and values; an object's handle is its place, from 100 on. One that was removed has no type.
    objects: Vec<(String, Values)>,
    asked: Vec<Asked>,
    connections: usize,
    wants_key: bool,
}

/// A running server. It lives as long as the test's process.
#[derive(Clone)]
pub struct OldDhcpd {
    pub port: u16,
    pub version: Version,
    state: Arc<Mutex<State>>,
}

impl OldDhcpd {
    /// One that clients may also ask without a key.
    pub fn start(version: Version) -> OldDhcpd {
        Self::start_with(version, false)
    }

    /// One that wants a key.
    pub fn with_key(version: Version) -> OldDhcpd {
        Self::start_with(version, true)
    }

    fn start_with(version: Version, wants_key: bool) -> OldDhcpd {
        let state = Arc::new(Mutex::new(State { wants_key, ..State::default() }));
        let port = serve({
            let state = state.clone();
            move |peer| attend(peer, version, &state)
        });
        OldDhcpd { port, version, state }
    }

    /// Adds an object, such as a lease, which no client can make.
    pub fn add(&self, object_type: &str, values: Values) {
        self.state.lock().expect("no panic there").objects.push((object_type.to_owned(), values));
    }

    /// An active lease of that address, given to the client with this hardware address.
    pub fn add_lease(&self, address: [u8; 4], hardware: &[u8], state: u32) {
        let number = |number: u32| number.to_be_bytes().to_vec();
        let values = [
            ("state", number(state)),
            ("ip-address", address.to_vec()),
            ("hardware-address", hardware.to_vec()),
            ("hardware-type", number(1)),
            ("ends", number(u32::MAX - 1)),
            ("flags", vec![0]),
        ];
        let values = values.into_iter().map(|(name, value)| (name.as_bytes().to_vec(), value)).collect();
        self.add("lease", values);
    }

    /// The objects of that type, as they are now.
    pub fn objects(&self, object_type: &str) -> Vec<Values> {
        let state = self.state.lock().expect("no panic there");
        let of_type = state.objects.iter().filter(|(known, _)| known == object_type);
        of_type.map(|(_, values)| values.clone()).collect()
    }

    /// Changes a value as somebody else would, in all objects of that type.
    pub fn set(&self, object_type: &str, name: &str, value: &[u8]) {
        let mut state = self.state.lock().expect("no panic there");
        for (_, values) in state.objects.iter_mut().filter(|(known, _)| known == object_type) {
            put(values, name.as_bytes(), value);
        }
    }

    /// What was asked so far, authenticators and requests that were not answered left out.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("no panic there").asked.clone()
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.state.lock().expect("no panic there").connections
    }
}

fn put(values: &mut Values, name: &[u8], new: &[u8]) {
    match values.iter_mut().find(|(known, _)| known == name) {
        Some((_, value)) => *value = new.to_vec(),
        None => values.push((name.to_vec(), new.to_vec())),
    }
}

/// Serves one connection.
fn attend(peer: &mut Peer, version: Version, state: &Mutex<State>) -> io::Result<()> {
    state.lock().expect("no panic there").connections += 1;
    peer.greet()?;
    let mut algorithm = String::new();
    loop {
        let asked = peer.request()?;
        if asked.opens_authenticator() {
            algorithm = algorithm_of(&asked);
            let answer = peer.authenticator(&asked);
            peer.stream.write_all(&answer.bytes())?;
            continue;
        }
        if asked.authid == 7 && !version.knows(&algorithm) {
            // It has accepted the authenticator, and says nothing now.
            return peer.close();
        }
        let mut state = state.lock().expect("no panic there");
        let answer = if asked.authid == 0 && state.wants_key {
            status(&asked, version.code(NO_KEY_SPECIFIED))
        } else if asked.authid == 7 && !asked.is_signed() {
            Answer { authid: 0, key: None, ..status(&asked, version.code(INVALID_KEY)) }
        } else {
            state.answer(&asked, version)
        };
        drop(state);
        peer.stream.write_all(&answer.bytes())?;
    }
}

/// The algorithm that a client names, without what ends its full name.
fn algorithm_of(asked: &Request) -> String {
    let full = value(&asked.object, "algorithm").unwrap_or_default();
    let full = String::from_utf8_lossy(full).to_lowercase();
    full.split('.').next().unwrap_or_default().to_owned()
}

fn status(asked: &Request, code: u32) -> Answer {
    let mut answer = Answer::to(asked);
    answer.becomes_status(Some(&code.to_be_bytes()));
    debug_assert_eq!(answer.op, STATUS);
    answer
}

impl State {
    fn answer(&mut self, asked: &Request, version: Version) -> Answer {
        let at = (asked.handle as usize).wrapping_sub(100);
        let object_type = match asked.op {
            OPEN => String::from_utf8_lossy(value(&asked.message, "type").unwrap_or_default()).into_owned(),
            _ => self.objects.get(at).map(|(known, _)| known.clone()).unwrap_or_default(),
        };
        let creates = value(&asked.message, "create").is_some();
        self.asked.push(Asked {
            op: asked.op,
            object_type: object_type.clone(),
            creates,
            values: asked.object.clone(),
        });
        match self.outcome(asked, &object_type, version) {
            Ok(Some(at)) => Answer { handle: at as u32 + 100, object: self.objects[at].1.clone(), ..Answer::to(asked) },
            Ok(None) => status(asked, 0),
            Err(code) => status(asked, version.code(code)),
        }
    }

    /// The place of the object that is told of; none for success.
    fn outcome(&mut self, asked: &Request, object_type: &str, version: Version) -> Result<Option<usize>, u32> {
        let at = (asked.handle as usize).wrapping_sub(100);
        let is_there = self.objects.get(at).is_some_and(|(known, _)| !known.is_empty());
        match asked.op {
            OPEN => match object_type {
                "class" | "subclass" if !version.has_classes() => Err(INVALID_ARGUMENT),
                "host" | "lease" | "group" | "class" | "subclass" => {
                    self.open(object_type, &asked.object, value(&asked.message, "create").is_some()).map(Some)
                }
                _ => Err(INVALID_ARGUMENT),
            },
            _ if !is_there => Err(NOT_FOUND),
            REFRESH => Ok(Some(at)),
            UPDATE => {
                self.update(at, &asked.object, version);
                Ok(None)
            }
            DELETE => {
                self.objects[at].0.clear();
                Ok(None)
            }
            _ => Err(INVALID_ARGUMENT),
        }
    }

    fn open(&mut self, object_type: &str, wanted: &Values, creates: bool) -> Result<usize, u32> {
        let keys = ["name", "ip-address", "hardware-address", "dhcp-client-identifier"];
        let keys: Vec<&str> = keys.into_iter().filter(|key| value(wanted, key).is_some()).collect();
        // dhcpd knows a host by its name and its client, and not by its address.
        let keys: Vec<&str> = match object_type {
            "lease" => keys,
            _ => keys.into_iter().filter(|key| *key != "ip-address").collect(),
        };
        let is_like = |values: &Values, key: &str| value(values, key) == value(wanted, key);
        let places = |key: &str| -> Vec<usize> {
            let places = self.objects.iter().enumerate();
            places
                .filter(|(_, (known, values))| known == object_type && is_like(values, key))
                .map(|(at, _)| at)
                .collect()
        };
        if creates {
            if keys.iter().any(|key| *key == "name" && !places(key).is_empty()) {
                return Err(EXISTS);
            }
            if keys.iter().any(|key| !places(key).is_empty()) {
                return Err(KEY_CONFLICT);
            }
            self.objects.push((object_type.to_owned(), wanted.clone()));
            return Ok(self.objects.len() - 1);
        }
        let mut found = None;
        for key in &keys {
            match (places(key).as_slice(), found) {
                ([], _) => return Err(NOT_FOUND),
                ([at], None) => found = Some(*at),
                ([at], Some(other)) if *at != other => return Err(KEY_CONFLICT),
                ([_], Some(_)) => {}
                _ => return Err(MULTIPLE),
            }
        }
        found.ok_or(INVALID_ARGUMENT)
    }

    fn update(&mut self, at: usize, new: &Values, version: Version) {
        let (object_type, values) = &mut self.objects[at];
        let is_lease = object_type == "lease";
        for (name, value) in new {
            // It says that it has done it.
            if !(is_lease && name == b"flags" && !version.keeps_flags()) {
                put(values, name, value);
            }
        }
        // A lease that is given an end and no state is free.
        if is_lease && value(new, "ends").is_some() && value(new, "state").is_none() {
            put(values, b"state", &FREE.to_be_bytes());
        }
    }
}
