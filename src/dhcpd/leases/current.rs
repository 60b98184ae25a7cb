//! The leases in effect of a source of any size, in memory that does not grow with their number.
//!
//! Three walks through the source: the first finds everything that is no lease, and places to begin again at; the second
//! goes from the last of these places to the first, and notes which blocks are the last ones of their addresses; the
//! third hands these out in the order of the source. What is kept is a bit for each block, and a bit for each address
//! of those stretches of 4,096 addresses that the source has any of.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::fast::{self, Plain};
use super::flaw::Flaw;
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;
use super::lease::Lease;
use super::mistake::{Damage, Place};
use super::source::{ReadError, Source};
use super::summary::Summary;
use super::table::Placed;
use super::walk::{Standing, Visitor, Walk};
use super::window::Window;

/// Bytes from one place to begin again at to the next, about.
const STEP: u64 = 1 << 20;

/// Addresses in a stretch, and so bits.
const STRETCH: u32 = 4096;

/// What a source has beside leases, and where its leases can be read again.
#[derive(Debug, Default)]
pub struct Outline {
    /// Where to begin again, each with the number of leases before it.
    steps: Vec<(Standing, u64)>,
    leases: u64,
    blocks: Vec<Placed<Block>>,
    has_ias: bool,
    damage: Damage,
}

/// A lease in effect, with the bytes of its block.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// Where the block begins.
    pub place: Place,
    /// What it says.
    pub lease: &'a Lease,
    /// How it says that.
    pub bytes: &'a [u8],
}

impl Outline {
    /// Reads a source once. `progress` is told how many bytes have been read so far.
    ///
    /// Blocks refer to what `context` defines, which is what the configuration says.
    pub fn read(source: &Source, context: &Context, progress: &dyn Fn(u64)) -> Result<Outline, ReadError> {
        let mut outline = Outline::default();
        let mut surveyor = Surveyor { context: context.clone(), ..Surveyor::default() };
        let mut window = Window::new(source);
        let mut standing = Standing::default();
        let mut read = 0;
        loop {
            outline.steps.push((standing, surveyor.leases));
            let until = standing.place.offset.saturating_add(STEP);
            let (walked, used) = Walk::from(window, standing).go(until, &mut surveyor, &mut |count| {
                read += count;
                progress(read);
            })?;
            window = used;
            let half_written = walked.damage.half_written;
            outline.damage.append(walked.damage, 0);
            standing = walked.standing;
            if half_written.is_some() || standing.place.offset < until {
                break;
            }
        }
        outline.damage.settle();
        outline.damage.tell_losses(source)?;
        outline.steps.push((standing, surveyor.leases));
        outline.leases = surveyor.leases;
        outline.blocks = surveyor.blocks;
        outline.has_ias = surveyor.has_ias;
        Ok(outline)
    }

    /// Everything else than leases and identity associations, in the order of the source.
    pub fn blocks(&self) -> &[Placed<Block>] {
        &self.blocks
    }

    /// Whether there are identity associations, of DHCPv6.
    pub fn has_ias(&self) -> bool {
        self.has_ias
    }

    /// What is wrong with the source.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Hands out the leases in effect whose summary is `wanted` in the order of the source, until `each` breaks.
    pub fn for_each(
        &self,
        source: &Source,
        wanted: &dyn Fn(&Summary) -> bool,
        each: &mut dyn FnMut(Current<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let last = self.last_blocks(source)?;
        let mut reader = Rereader { last: &last, number: 0, wanted, each, context: Context::default(), is_done: false };
        let mut window = Window::new(source);
        for pair in self.steps.windows(2) {
            let (from, until) = (pair[0].0, pair[1].0.place.offset);
            (_, window) = Walk::from(window, from).go(until, &mut reader, &mut |_| {})?;
            if reader.is_done {
                break;
            }
        }
        Ok(())
    }

    /// Which leases of the source are the last ones of their addresses, by number.
    fn last_blocks(&self, source: &Source) -> Result<Bits, ReadError> {
        let mut last = Bits::of(self.leases);
        let mut seen = Addresses::default();
        let mut window = Window::new(source);
        let mut counter = Counter::default();
        for pair in self.steps.windows(2).rev() {
            let ((from, before), (until, _)) = (pair[0], pair[1]);
            counter.addresses.clear();
            (_, window) = Walk::from(window, from).go(until.place.offset, &mut counter, &mut |_| {})?;
            for (number, address) in counter.addresses.iter().enumerate().rev() {
                if seen.add(*address) {
                    last.set(before + number as u64);
                }
            }
        }
        Ok(last)
    }
}

/// A bit for each number.
struct Bits(Vec<u64>);

impl Bits {
    fn of(count: u64) -> Bits {
        Bits(vec![0; count.div_ceil(64) as usize])
    }

    /// A number beyond the last one is of a source that has changed.
    fn set(&mut self, number: u64) {
        if let Some(word) = self.0.get_mut((number / 64) as usize) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: u64) -> bool {
        self.0.get((number / 64) as usize).is_some_and(|word| word >> (number % 64) & 1 != 0)
    }
}

/// A set of addresses.
#[derive(Default)]
struct Addresses(HashMap<u32, Box<[u64; STRETCH as usize / 64]>>);

impl Addresses {
    /// Whether it was not there before.
    fn add(&mut self, address: Ipv4Addr) -> bool {
        let number = u32::from(address);
        let stretch = self.0.entry(number / STRETCH).or_insert_with(|| Box::new([0; STRETCH as usize / 64]));
        let (word, bit) = (&mut stretch[(number % STRETCH / 64) as usize], 1 << (number % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// Finds what is no lease, and counts those.
#[derive(Default)]
struct Surveyor {
    context: Context,
    leases: u64,
    blocks: Vec<Placed<Block>>,
    has_ias: bool,
}

impl Visitor for Surveyor {
    #[inline]
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        if rest.first() == Some(&b'i') {
            let (_, plain) = fast::ia(rest)?;
            self.has_ias = true;
            return Some(plain);
        }
        let (_, plain) = fast::summary(rest, place.offset)?;
        self.leases += 1;
        Some(plain)
    }

    fn block(&mut self, _: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        let (found, flaw) = block(bytes, &mut self.context, ByteOrder::default())?;
        match found {
            Block::Lease(_) => self.leases += 1,
            Block::Ia(_) => self.has_ias = true,
            Block::ByteOrder(_) => {}
            what => self.blocks.push(Placed { place, what }),
        }
        Ok(flaw)
    }
}

/// Notes the address of each lease.
#[derive(Default)]
struct Counter {
    addresses: Vec<Ipv4Addr>,
    context: Context,
}

impl Visitor for Counter {
    #[inline]
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        if rest.first() == Some(&b'i') {
            return fast::ia(rest).map(|(_, plain)| plain);
        }
        let (summary, plain) = fast::summary(rest, place.offset)?;
        self.addresses.push(summary.address);
        Some(plain)
    }

    fn block(&mut self, kind: Kind, bytes: &[u8], _: Place) -> Result<Option<Flaw>, SyntaxError> {
        if kind == Kind::Lease
            && let (Block::Lease(lease), _) = block(bytes, &mut self.context, ByteOrder::default())?
        {
            self.addresses.push(lease.address);
        }
        Ok(None)
    }
}

/// Hands out the last leases of their addresses.
struct Rereader<'e> {
    last: &'e Bits,
    number: u64,
    wanted: &'e dyn Fn(&Summary) -> bool,
    each: &'e mut dyn FnMut(Current<'_>) -> ControlFlow<()>,
    context: Context,
    is_done: bool,
}

impl Rereader<'_> {
    fn is_last(&mut self) -> bool {
        self.number += 1;
        self.last.has(self.number - 1)
    }

    fn hand_out(&mut self, lease: &Lease, bytes: &[u8], place: Place) {
        self.is_done = (self.each)(Current { place, lease, bytes }).is_break();
    }
}

impl Visitor for Rereader<'_> {
    #[inline]
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        if rest.first() == Some(&b'i') {
            return fast::ia(rest).map(|(_, plain)| plain);
        }
        let (summary, plain) = fast::summary(rest, place.offset)?;
        if self.is_last() && (self.wanted)(&summary) {
            // What has a summary is a lease of the same shape.
            let (lease, _) = fast::lease(rest)?;
            self.hand_out(&lease, &rest[..plain.length], place);
        }
        Some(plain)
    }

    fn block(&mut self, kind: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        if kind == Kind::Lease
            && let (Block::Lease(lease), _) = block(bytes, &mut self.context, ByteOrder::default())?
            && self.is_last()
            && (self.wanted)(&Summary::of(&lease, place.offset))
        {
            self.hand_out(&lease, bytes, place);
        }
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Order, Table};
    use super::*;

    #[test]
    fn leases_are_those_of_the_table_whatever_the_pieces() {
        let mut text = String::from("host h { dynamic; hardware ethernet 2:0:0:0:0:1; }\n");
        for number in 0..30_000_u32 {
            let [_, a, b, c] = (number.wrapping_mul(2_654_435_761) % 7_000).to_be_bytes();
            let lease = match number % 7 {
                0 => format!("lease 10.{a}.{b}.{c} {{ binding state free; }}"),
                1 => format!("lease 10.{a}.{b}.{c} {{\n  binding state nonsense;\n}}\n"),
                2 => format!("# lease 10.0.0.1 {{ }}\nlease 10.{a}.{b}.{c} {{\n  ends never;\n"),
                _ => format!(
                    "lease 10.{a}.{b}.{c} {{\n  starts 4 2026/11/26 10:00:00;\n  ends 4 2026/11/26 11:00:00;\n  binding state active;\n}}\n"
                ),
            };
            text.push_str(&lease);
        }
        for piece in [700, 1 << 14, 1 << 18] {
            let source = Source::from_bytes("leases", text.clone().into_bytes()).in_pieces_of(piece);
            let table = Table::read(&source, &Context::default(), 2, &|_| {}).unwrap();
            let outline = Outline::read(&source, &Context::default(), &|_| {}).unwrap();
            assert_eq!(outline.damage(), table.damage());
            assert_eq!(outline.blocks(), table.blocks());
            assert!(outline.steps.len() > 2 && !outline.has_ias());
            let wanted = |summary: &Summary| summary.address.octets()[3] != 5;
            let mut expected = Vec::new();
            let mut each = |placed: Placed<Lease>| {
                expected.push((placed.place, placed.what));
                ControlFlow::Continue(())
            };
            table.for_each(&source, Order::File, 1, wanted, &mut each).unwrap();
            let mut found = Vec::new();
            let mut each = |current: Current<'_>| {
                assert!(current.bytes.starts_with(b"lease ") && current.bytes.trim_ascii_end().ends_with(b"}"));
                found.push((current.place, current.lease.clone()));
                ControlFlow::Continue(())
            };
            outline.for_each(&source, &wanted, &mut each).unwrap();
            assert!(expected.len() > 1_000);
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_empty_source_has_nothing_in_it() {
        let source = Source::from_bytes("leases", Vec::new());
        let outline = Outline::read(&source, &Context::default(), &|_| {}).unwrap();
        outline.for_each(&source, &|_| true, &mut |_| panic!("nothing is there")).unwrap();
    }
}
