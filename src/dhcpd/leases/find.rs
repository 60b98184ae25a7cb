//! The lease of one address, without a look at what the others say.

use std::net::Ipv4Addr;

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::fast::{self, Plain};
use super::flaw::Flaw;
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;
use super::lease::Lease;
use super::mistake::{Damage, Place};
use super::source::{ReadError, Source};
use super::table::Placed;
use super::walk::{Visitor, walk_regions};

/// What is to be found of an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its lease, if it has one.
    pub lease: Option<Placed<Lease>>,
    /// The states of failover peers, in the order of the source.
    pub failover: Vec<Placed<Block>>,
    /// What is wrong with blocks of this address, and with those that do not show whose they are. Blocks of
    /// other addresses are not looked into.
    pub damage: Damage,
}

/// Finds the lease in effect of an address, on as many threads as that.
pub fn find(source: &Source, address: Ipv4Addr, threads: usize) -> Result<Found, ReadError> {
    let visitor = |_| Seeker { wanted: address, last: None, failover: Vec::new() };
    let (regions, damage) = match walk_regions(source, threads, &visitor, &|_| {})? {
        Some(found) => found,
        None => walk_regions(source, 1, &visitor, &|_| {})?.expect("one region begins where the source does"),
    };
    let mut regions = regions;
    let mut failover = Vec::new();
    for region in &mut regions {
        for mut placed in std::mem::take(&mut region.visitor.failover) {
            placed.place.line += region.lines;
            failover.push(placed);
        }
    }
    let lease = regions.into_iter().rev().find_map(|region| {
        let mut last = region.visitor.last?;
        last.place.line += region.lines;
        Some(last)
    });
    Ok(Found { lease, failover, damage })
}

struct Seeker {
    wanted: Ipv4Addr,
    last: Option<Placed<Lease>>,
    failover: Vec<Placed<Block>>,
}

impl Visitor for Seeker {
    #[inline]
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        let (address, first_line) = fast::first_line(rest)?;
        if address == self.wanted {
            let (what, plain) = fast::lease(rest)?;
            self.last = Some(Placed { place, what });
            return Some(plain);
        }
        let body = &rest[first_line..];
        let body = &body[..memchr::memchr(b'}', body)?];
        match newlines_of_tame(body) {
            Some(newlines) => Some(Plain { length: first_line + body.len() + 1, newlines: newlines + 1 }),
            None => fast::summary(rest, place.offset).map(|(_, plain)| plain),
        }
    }

    fn block(&mut self, kind: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        if kind == Kind::Failover
            && let Ok((what, _)) = block(bytes, &mut Context::default(), ByteOrder::default())
        {
            self.failover.push(Placed { place, what });
        }
        if kind != Kind::Lease {
            return Ok(None);
        }
        let (found, flaw) = block(bytes, &mut Context::default(), ByteOrder::default())?;
        match found {
            Block::Lease(what) if what.address == self.wanted => {
                self.last = Some(Placed { place, what: *what });
                Ok(flaw)
            }
            _ => Ok(None),
        }
    }
}

/// How many newlines a lease has between its braces; `None` where the closing one may be no such thing.
///
/// It is one, at the beginning of a line, when nothing before it opens a brace or a comment, every line begins with a
/// blank, so that no text goes on over the beginning of a block, and quotes come in pairs, none of which an escape
/// takes for itself.
#[inline]
fn newlines_of_tame(body: &[u8]) -> Option<u64> {
    let Some((last, others)) = body.split_last() else { return Some(0) };
    if *last != b'\n' {
        return None;
    }
    let (mut newlines, mut is_odd, mut escapes) = (1, false, false);
    // Short enough for counts of a byte, which are counted many at a time.
    for (chunk, following) in others.chunks(192).zip(body[1..].chunks(192)) {
        let (mut lines, mut quotes, mut backslashes, mut wild) = (0_u8, 0_u8, 0_u8, 0_u8);
        for (&byte, &next) in chunk.iter().zip(following) {
            lines += u8::from(byte == b'\n');
            quotes += u8::from(byte == b'"');
            backslashes += u8::from(byte == b'\\');
            wild |= u8::from(byte == b'{') | u8::from(byte == b'#') | u8::from(byte == 0xff);
            wild |= u8::from(byte == b'\n') & u8::from(next != b' ');
        }
        if wild != 0 {
            return None;
        }
        newlines += u64::from(lines);
        is_odd ^= quotes % 2 != 0;
        escapes |= backslashes != 0;
    }
    let is_tame = |at: usize| matches!(body[at + 1..], [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..]);
    (!is_odd && (!escapes || memchr::memchr_iter(b'\\', body).all(is_tame))).then_some(newlines)
}
