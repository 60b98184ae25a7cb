//! OMAPI's messages and signatures, written a second time and only as far as a fake server needs
//! them: what the tests hold against `omsh` must not come out of the code that they test.

use hmac::{Hmac, KeyInit, Mac};
use std::io::{self, Read};

pub const OPEN: u32 = 1;
pub const REFRESH: u32 = 2;
pub const UPDATE: u32 = 3;
pub const NOTIFY: u32 = 4;
pub const STATUS: u32 = 5;
pub const DELETE: u32 = 6;

/// Version 100 and a header of 24 bytes, as dhcpd greets.
pub const GREETING: [u8; 8] = [0, 0, 0, 100, 0, 0, 0, 24];

pub type Values = Vec<(Vec<u8>, Vec<u8>)>;

/// What the client asked.
pub struct Request {
    pub authid: u32,
    pub op: u32,
    pub handle: u32,
    pub id: u32,
    pub message: Values,
    pub object: Values,
    /// The key of the connection, once the client has opened one.
    pub key: Option<Key>,
    signature: Vec<u8>,
    /// What the signature covers.
    covered: Vec<u8>,
}

impl Request {
    pub fn read(from: &mut impl Read, key: Option<Key>) -> io::Result<Request> {
        let authid = number(from, &mut Vec::new())?;
        let covered = &mut Vec::new();
        let authlen = number(from, covered)?;
        let op = number(from, covered)?;
        let handle = number(from, covered)?;
        let id = number(from, covered)?;
        let _rid = number(from, covered)?;
        let message = list(from, covered)?;
        let object = list(from, covered)?;
        let signature = bytes(from, authlen as usize, &mut Vec::new())?;
        let covered = std::mem::take(covered);
        Ok(Request { authid, op, handle, id, message, object, key, signature, covered })
    }

    /// Whether this opens the authenticator.
    pub fn opens_authenticator(&self) -> bool {
        self.op == OPEN && value(&self.message, "type") == Some(b"authenticator")
    }

    pub fn is_signed(&self) -> bool {
        self.key.as_ref().is_some_and(|key| self.signature == key.sign(&self.covered))
    }
}

/// The value of that name.
pub fn value<'a>(values: &'a Values, name: &str) -> Option<&'a [u8]> {
    values.iter().find(|(n, _)| n == name.as_bytes()).map(|(_, v)| v.as_slice())
}

fn bytes(from: &mut impl Read, length: usize, seen: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let mut out = vec![0; length];
    from.read_exact(&mut out)?;
    seen.extend(&out);
    Ok(out)
}

fn number(from: &mut impl Read, seen: &mut Vec<u8>) -> io::Result<u32> {
    Ok(u32::from_be_bytes(bytes(from, 4, seen)?.try_into().expect("four bytes")))
}

fn list(from: &mut impl Read, seen: &mut Vec<u8>) -> io::Result<Values> {
    let mut values = Values::new();
    loop {
        let length = bytes(from, 2, seen)?;
        let length = u16::from_be_bytes([length[0], length[1]]);
        if length == 0 {
            return Ok(values);
        }
        let name = bytes(from, length.into(), seen)?;
        let length = number(from, seen)?;
        values.push((name, bytes(from, length as usize, seen)?));
    }
}

/// An answer; every field may be made wrong before it is sent.
#[derive(Clone)]
pub struct Answer {
    pub authid: u32,
    /// Said in place of the true length of the signature.
    pub authlen: Option<u32>,
    pub op: u32,
    pub handle: u32,
    pub rid: u32,
    pub message: Values,
    pub object: Values,
    /// Signs it, when there is one.
    pub key: Option<Key>,
    /// What is done to the signature before it is sent.
    pub bend: fn(&mut Vec<u8>),
}

impl Answer {
    /// An update that answers `asked`: object 5, as a well-behaved dhcpd would send it.
    pub fn to(asked: &Request) -> Answer {
        let (authid, rid, key) = (asked.authid, asked.id, asked.key.clone());
        let object = values(&[("name", b"a"), ("flavour", b"good")]);
        Answer { authid, authlen: None, op: UPDATE, handle: 5, rid, message: vec![], object, key, bend: |_| () }
    }

    /// Makes it a status with this `result`, as bytes; `None` leaves that out.
    pub fn becomes_status(&mut self, result: Option<&[u8]>) {
        self.op = STATUS;
        self.handle = 0;
        self.message = result.map(|result| values(&[("result", result)])).unwrap_or_default();
        self.object.clear();
    }

    /// The six numbers, without the two lists.
    pub fn header(&self, authlen: usize) -> Vec<u8> {
        let authlen = self.authlen.unwrap_or(authlen as u32);
        let numbers = [self.authid, authlen, self.op, self.handle, 1, self.rid];
        numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    /// The message up to the first object value, `name`, of which the length is said to be `length`.
    pub fn up_to_a_value_of(&self, length: u32) -> Vec<u8> {
        [&self.header(0)[..], b"\0\0\0\x04name", &length.to_be_bytes()].concat()
    }

    /// The whole message.
    pub fn bytes(&self) -> Vec<u8> {
        let sign = |covered: &[u8]| {
            let mut signature = self.key.as_ref().map_or(vec![], |key| key.sign(covered));
            (self.bend)(&mut signature);
            signature
        };
        let mut out = self.header(sign(b"").len());
        for list in [&self.message, &self.object] {
            list.iter().for_each(|(name, value)| out.extend(pair(name, value)));
            out.extend([0, 0]);
        }
        let signature = sign(&out[4..]);
        out.extend(signature);
        out
    }
}

pub fn values(of: &[(&str, &[u8])]) -> Values {
    of.iter().map(|(n, v)| (n.as_bytes().to_vec(), v.to_vec())).collect()
}

/// A name and its value as they stand in a list.
pub fn pair(name: &[u8], value: &[u8]) -> Vec<u8> {
    let (name_length, length) = (name.len() as u16, value.len() as u32);
    [&name_length.to_be_bytes(), name, &length.to_be_bytes(), value].concat()
}

/// The key that client and fake server share; the secret is 16 zero bytes.
#[derive(Clone)]
pub struct Key {
    /// As the client named it, in lower case: `hmac-md5` and so on.
    algorithm: String,
}

impl Key {
    /// The key that the client named when it opened the authenticator.
    pub fn named_in(request: &Request) -> Key {
        let full = String::from_utf8_lossy(value(&request.object, "algorithm").unwrap_or_default()).to_lowercase();
        Key { algorithm: full.split('.').next().unwrap_or_default().to_owned() }
    }

    pub fn sign(&self, covered: &[u8]) -> Vec<u8> {
        fn hmac<M: Mac + KeyInit>(covered: &[u8]) -> Vec<u8> {
            let mut mac = <M as KeyInit>::new_from_slice(&[0; 16]).expect("HMAC takes any length of key");
            mac.update(covered);
            mac.finalize().into_bytes().to_vec()
        }
        match self.algorithm.as_str() {
            "hmac-md5" => hmac::<Hmac<md5::Md5>>(covered),
            "hmac-sha1" => hmac::<Hmac<sha1::Sha1>>(covered),
            "hmac-sha224" => hmac::<Hmac<sha2::Sha224>>(covered),
            "hmac-sha256" => hmac::<Hmac<sha2::Sha256>>(covered),
            "hmac-sha384" => hmac::<Hmac<sha2::Sha384>>(covered),
            "hmac-sha512" => hmac::<Hmac<sha2::Sha512>>(covered),
            other => panic!("the client asked for algorithm {other:?}"),
        }
    }
}
