//! OMAPI's messages as far as a proxy between omsh and dhcpd has to understand them, and a small client that
//! looks and changes without omsh: what the tests hold against `omsh` must not come out of the code that they
//! test.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

pub const OPEN: u32 = 1;
pub const UPDATE: u32 = 3;
pub const STATUS: u32 = 5;
pub const DELETE: u32 = 6;

/// dhcpd's result codes for what is not there, and for what it could not write.
pub const NOT_FOUND: u32 = 23;
pub const IO_ERROR: u32 = 26;

pub type Values = BTreeMap<String, Vec<u8>>;

/// A message, with all its bytes.
pub struct Message {
    pub bytes: Vec<u8>,
    pub op: u32,
    pub handle: u32,
    pub id: u32,
    pub message: Values,
    pub object: Values,
}

impl Message {
    pub fn read(from: &mut impl Read) -> io::Result<Message> {
        let mut bytes = Vec::new();
        let mut numbers = [0; 6];
        for number in &mut numbers {
            *number = take_number(from, &mut bytes)?;
        }
        let [_authid, signature, op, handle, id, _rid] = numbers;
        let message = take_values(from, &mut bytes)?;
        let object = take_values(from, &mut bytes)?;
        take(from, signature as usize, &mut bytes)?;
        Ok(Message { bytes, op, handle, id, message, object })
    }

    /// Whether it makes, changes or removes an object.
    pub fn is_write(&self) -> bool {
        matches!(self.op, UPDATE | DELETE) || (self.op == OPEN && self.message.contains_key("create"))
    }
}

fn take(from: &mut impl Read, length: usize, bytes: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let mut taken = vec![0; length];
    from.read_exact(&mut taken)?;
    bytes.extend(&taken);
    Ok(taken)
}

fn take_number(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<u32> {
    Ok(u32::from_be_bytes(take(from, 4, bytes)?.try_into().expect("four bytes")))
}

fn take_values(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<Values> {
    let mut values = Values::new();
    loop {
        let length = take(from, 2, bytes)?;
        match u16::from_be_bytes([length[0], length[1]]) {
            0 => return Ok(values),
            length => {
                let name = take(from, length.into(), bytes)?;
                let length = take_number(from, bytes)?;
                let value = take(from, length as usize, bytes)?;
                values.insert(String::from_utf8_lossy(&name).into_owned(), value);
            }
        }
    }
}

/// A whole message without a signature.
pub fn written(op: u32, handle: u32, rid: u32, message: &[(&str, &[u8])], object: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = [0, 0, op, handle, 77, rid].iter().flat_map(|number| number.to_be_bytes()).collect();
    for values in [message, object] {
        for (name, value) in values {
            bytes.extend((name.len() as u16).to_be_bytes());
            bytes.extend(name.as_bytes());
            bytes.extend((value.len() as u32).to_be_bytes());
            bytes.extend(*value);
        }
        bytes.extend([0, 0]);
    }
    bytes
}

/// A client of a dhcpd that wants no key.
pub struct Witness(UnixStream);

impl Witness {
    pub fn connect(relay: &Path) -> io::Result<Witness> {
        let mut stream = UnixStream::connect(relay)?;
        let mut greeting = [0; 8];
        stream.read_exact(&mut greeting)?;
        stream.write_all(&greeting)?;
        Ok(Witness(stream))
    }

    fn ask(&mut self, bytes: &[u8]) -> Result<Message, u32> {
        self.0.write_all(bytes).expect("dhcpd reads");
        let answer = Message::read(&mut self.0).expect("dhcpd answers");
        let result = answer.message.get("result").map(|code| u32::from_be_bytes(code[..].try_into().expect("a code")));
        match (answer.op, result) {
            (STATUS, Some(code)) if code != 0 => Err(code),
            _ => Ok(answer),
        }
    }

    /// Looks an object up.
    pub fn find(&mut self, object_type: &str, by: &[(&str, &[u8])]) -> Option<Message> {
        match self.ask(&written(OPEN, 0, 0, &[("type", object_type.as_bytes())], by)) {
            Ok(found) => Some(found),
            Err(NOT_FOUND) => None,
            Err(code) => panic!("dhcpd says {code:#x}"),
        }
    }

    pub fn create(&mut self, object_type: &str, attributes: &[(&str, &[u8])]) -> Result<(), u32> {
        let one = 1u32.to_be_bytes();
        let message = [("type", object_type.as_bytes()), ("create", &one[..]), ("exclusive", &one[..])];
        self.ask(&written(OPEN, 0, 0, &message, attributes)).map(|_| ())
    }

    pub fn update(&mut self, handle: u32, attributes: &[(&str, &[u8])]) -> Result<(), u32> {
        self.ask(&written(UPDATE, handle, 0, &[], attributes)).map(|_| ())
    }

    pub fn remove(&mut self, handle: u32) -> Result<(), u32> {
        self.ask(&written(DELETE, handle, 0, &[], &[])).map(|_| ())
    }
}
