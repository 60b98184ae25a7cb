//! `ia-na "IAID+DUID" { … }` and the like.

use std::net::Ipv6Addr;

use super::Plain;
use super::cursor::Cursor;
use crate::dhcpd::leases::ia::{Ia, IaAddress, IaKind, split_name};

/// Reads an association that `bytes` begin with, whose IAID is written with its lowest byte first.
pub(in crate::dhcpd::leases) fn ia(bytes: &[u8]) -> Option<(Ia, Plain)> {
    let mut cursor = Cursor { bytes, at: 0 };
    cursor.eat(b"ia-")?;
    let kind = match cursor.bytes.get(cursor.at..cursor.at + 2)? {
        b"na" => IaKind::Na,
        b"ta" => IaKind::Ta,
        b"pd" => IaKind::Pd,
        _ => return None,
    };
    cursor.at += 2;
    cursor.eat(b" ")?;
    let id = cursor.written()?.bytes();
    let (iaid, duid) = split_name(&id)?;
    cursor.eat(b" {\n")?;
    let mut ia = Ia {
        kind,
        iaid: u32::from_le_bytes(*iaid),
        duid: duid.to_vec(),
        cltt: None,
        addresses: Vec::new(),
        flaw: None,
    };
    let mut newlines = 1;
    loop {
        if cursor.peek()? == b'}' {
            return Some((ia, Plain { length: cursor.at + 1, newlines }));
        }
        cursor.eat(b"  ")?;
        match cursor.peek()? {
            b'c' => {
                cursor.eat(b"cltt ")?;
                ia.cltt = Some(cursor.stamp()?.time());
                newlines += 1;
            }
            _ => ia.addresses.push(address(&mut cursor, kind == IaKind::Pd, &mut newlines)?),
        }
    }
}

/// `iaaddr ADDRESS { … }` or `iaprefix ADDRESS/LENGTH { … }`
fn address(cursor: &mut Cursor<'_>, is_prefix: bool, newlines: &mut u64) -> Option<IaAddress> {
    cursor.eat(b"ia")?;
    match is_prefix {
        true => cursor.eat(b"prefix ")?,
        false => cursor.eat(b"addr ")?,
    }
    let address = ip6_address(cursor)?;
    let mut length = 128;
    if is_prefix {
        cursor.eat(b"/")?;
        length = u8::try_from(cursor.number()?).ok().filter(|length| *length <= 128)?;
    }
    cursor.eat(b" {\n")?;
    *newlines += 1;
    let (mut state, mut ends) = (None, None);
    let (mut preferred_life, mut max_life) = (None, None);
    let mut bindings = Vec::new();
    loop {
        cursor.eat(b"  ")?;
        *newlines += 1;
        if cursor.peek()? == b'}' {
            cursor.eat(b"}\n")?;
            return Some(IaAddress { address, length, state: state?, ends: ends?, preferred_life, max_life, bindings });
        }
        cursor.eat(b"  ")?;
        match cursor.peek()? {
            b'b' => {
                cursor.eat(b"binding state ")?;
                state = Some(cursor.state()?);
            }
            b'p' => {
                cursor.eat(b"preferred-life ")?;
                preferred_life = Some(seconds(cursor)?);
            }
            b'm' => {
                cursor.eat(b"max-life ")?;
                max_life = Some(seconds(cursor)?);
            }
            b'e' => {
                cursor.eat(b"ends ")?;
                ends = Some(cursor.stamp()?.time());
            }
            _ => {
                let (name, value) = cursor.variable()?;
                bindings.push((name.to_vec(), value.binding()));
            }
        }
    }
}

fn seconds(cursor: &mut Cursor<'_>) -> Option<u32> {
    let seconds = cursor.number()?;
    cursor.eat(b";\n")?;
    Some(seconds)
}

fn ip6_address(cursor: &mut Cursor<'_>) -> Option<Ipv6Addr> {
    const LONGEST: usize = 39;
    let rest = &cursor.bytes[cursor.at..];
    let length = rest.iter().take(LONGEST + 1).position(|byte| !byte.is_ascii_hexdigit() && *byte != b':')?;
    cursor.at += length;
    std::str::from_utf8(&rest[..length]).ok()?.parse().ok()
}
