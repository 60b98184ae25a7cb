//! Whole leases, read again from the source: those in effect, or all that there ever were.

use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::fast::{self, Plain};
use super::flaw::Flaw;
use super::frame::{Frame, frame};
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;
use super::lease::Lease;
use super::mistake::{Damage, Place};
use super::source::{ReadError, Source};
use super::summary::Summary;
use super::table::{Placed, Table};
use super::walk::{Visitor, Walk};
use super::window::Window;

/// How much is read for one lease at first, in bytes.
const SMALL_PIECE: usize = 1 << 10;

/// How many leases a thread reads before it hands them over.
const CHUNK: usize = 512;

/// How many chunks a thread may be ahead.
const AHEAD: usize = 4;

/// In which order leases come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they stand in the file: by the time when they last changed. This is the fastest.
    File,
    /// By address.
    Address,
}

impl Table {
    /// The whole lease of a summary.
    pub fn lease(&self, source: &Source, summary: &Summary) -> Result<Lease, ReadError> {
        lease_at(&mut Window::with_piece(source, SMALL_PIECE), summary.offset, summary.address)
    }

    /// The line of something that begins at `offset`.
    pub fn line_of(&self, source: &Source, offset: u64) -> Result<u64, ReadError> {
        Lines::new(self, source).line_of(offset)
    }

    /// Hands out the leases in effect whose summary is `wanted`, each with its place, until `each` breaks.
    /// In the file's order they are read ahead by as many threads as that.
    pub fn for_each(
        &self,
        source: &Source,
        order: Order,
        threads: usize,
        wanted: impl Fn(&Summary) -> bool,
        each: &mut dyn FnMut(Placed<Lease>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let mut places = self.places(wanted);
        if order == Order::File {
            let add = |batch: &mut Vec<_>, lease| batch.push(lease);
            return self
                .read_ahead(source, &places, threads, &add, &mut |batch| batch.into_iter().try_for_each(&mut *each));
        }
        let mut lines = Lines::new(self, source);
        for (place, _) in &mut places {
            place.line = lines.line_of(place.offset)?;
        }
        places.sort_unstable_by_key(|(_, address)| *address);
        let mut window = Window::with_piece(source, SMALL_PIECE);
        for (place, address) in places {
            let what = lease_at(&mut window, place.offset, address)?;
            if each(Placed { place, what }).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The same in the file's order and in batches: the threads that read `add` each lease to one, and only
    /// the batches are handed out.
    pub fn in_batches<B: Default + Send>(
        &self,
        source: &Source,
        threads: usize,
        wanted: impl Fn(&Summary) -> bool,
        add: &(dyn Fn(&mut B, Placed<Lease>) + Sync),
        each: &mut dyn FnMut(B) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        self.read_ahead(source, &self.places(wanted), threads, add, each)
    }

    /// Where the leases are that are wanted, in order.
    fn places(&self, wanted: impl Fn(&Summary) -> bool) -> Vec<(Place, Ipv4Addr)> {
        let mut places: Vec<(Place, Ipv4Addr)> = self
            .iter()
            .filter(wanted)
            .map(|summary| (Place { offset: summary.offset, line: 0 }, summary.address))
            .collect();
        places.sort_unstable();
        places
    }

    fn read_ahead<B: Default + Send>(
        &self,
        source: &Source,
        places: &[(Place, Ipv4Addr)],
        threads: usize,
        add: &(dyn Fn(&mut B, Placed<Lease>) + Sync),
        each: &mut dyn FnMut(B) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let chunks: Vec<_> = places.chunks(CHUNK).collect();
        let threads = threads.clamp(1, chunks.len().max(1));
        thread::scope(|scope| {
            let readers: Vec<_> = (0..threads)
                .map(|first| {
                    let (sender, receiver) = sync_channel(AHEAD);
                    let mine = chunks.iter().skip(first).step_by(threads);
                    scope.spawn(move || {
                        let mut lines = Lines::new(self, source);
                        for chunk in mine {
                            let outcome = lines.batch(chunk, add);
                            let is_last = outcome.is_err();
                            // Nobody may be waiting for more.
                            if sender.send(outcome).is_err() || is_last {
                                break;
                            }
                        }
                    });
                    receiver
                })
                .collect();
            for reader in readers.iter().cycle().take(chunks.len()) {
                if each(reader.recv().expect("a thread ends with its last chunk or with an error")?).is_break() {
                    return Ok(());
                }
            }
            Ok(())
        })
    }
}

/// Hands out all blocks of a source in its order, those that no longer count included, until `each` breaks.
/// Returns what is wrong with the source up to there.
pub fn history(
    source: &Source,
    context: &Context,
    each: &mut dyn FnMut(Placed<Block>) -> ControlFlow<()>,
) -> Result<Damage, ReadError> {
    let mut historian = Historian { context: context.clone(), order: ByteOrder::default(), each, is_done: false };
    let (mut walked, _) = Walk::new(Window::new(source), 0).go(u64::MAX, &mut historian, &mut |_| {})?;
    walked.damage.tell_losses(source)?;
    Ok(walked.damage)
}

struct Historian<'e> {
    context: Context,
    order: ByteOrder,
    each: &'e mut dyn FnMut(Placed<Block>) -> ControlFlow<()>,
    is_done: bool,
}

impl Visitor for Historian<'_> {
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        let (lease, plain) = fast::lease(rest)?;
        self.is_done = (self.each)(Placed { place, what: Block::Lease(Box::new(lease)) }).is_break();
        Some(plain)
    }

    fn block(&mut self, _: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        let (what, flaw) = block(bytes, &mut self.context, self.order)?;
        if let Block::ByteOrder(order) = what {
            self.order = order;
        }
        self.is_done = (self.each)(Placed { place, what }).is_break();
        Ok(flaw)
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

/// Reads the lease of an address at a place where one was found before.
fn lease_at(window: &mut Window<'_>, offset: u64, address: Ipv4Addr) -> Result<Lease, ReadError> {
    window.seek(offset);
    loop {
        let rest = window.rest();
        let found = match fast::lease(rest) {
            Some((lease, _)) => Some(lease),
            None => match frame(rest) {
                Frame::Open if !window.is_complete() => {
                    window.fill()?;
                    continue;
                }
                Frame::Whole(length) => match block(&rest[..length], &mut Context::default(), ByteOrder::default()) {
                    Ok((Block::Lease(lease), _)) => Some(*lease),
                    _ => None,
                },
                _ => None,
            },
        };
        return match found.filter(|lease| lease.address == address) {
            Some(lease) => Ok(lease),
            None => Err(window.source().changed(offset)),
        };
    }
}

/// Counts lines from place to place.
struct Lines<'s> {
    marks: &'s [Place],
    window: Window<'s>,
    line: u64,
}

impl<'s> Lines<'s> {
    /// A batch of the leases at these places, which are in order and not before the last one.
    fn batch<B: Default>(
        &mut self,
        places: &[(Place, Ipv4Addr)],
        add: &(dyn Fn(&mut B, Placed<Lease>) + Sync),
    ) -> Result<B, ReadError> {
        let mut batch = B::default();
        for (place, address) in places {
            let line = self.line_of(place.offset)?;
            let what = lease_at(&mut self.window, place.offset, *address)?;
            add(&mut batch, Placed { place: Place { line, ..*place }, what });
        }
        Ok(batch)
    }

    fn new(table: &'s Table, source: &'s Source) -> Self {
        Lines { marks: &table.marks, window: Window::new(source), line: 1 }
    }

    /// The line of a place that is not before the last one.
    fn line_of(&mut self, offset: u64) -> Result<u64, ReadError> {
        let passed = self.marks.partition_point(|mark| mark.offset <= offset);
        if passed > 0 {
            let mark = self.marks[passed - 1];
            if mark.offset > self.window.offset() {
                self.window.seek(mark.offset);
                self.line = mark.line;
            }
            self.marks = &self.marks[passed - 1..];
        }
        loop {
            let missing = offset.saturating_sub(self.window.offset());
            if missing == 0 {
                return Ok(self.line);
            }
            let rest = self.window.rest();
            if rest.is_empty() {
                self.window.fill()?;
                if self.window.rest().is_empty() {
                    return Err(self.window.source().changed(offset));
                }
                continue;
            }
            let count = missing.min(rest.len() as u64) as usize;
            self.line += memchr::memchr_iter(b'\n', &rest[..count]).count() as u64;
            self.window.advance(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_that_are_read_ahead_come_in_the_files_order() {
        let block = |number: usize| {
            let [a, b] = (number as u16 % 5_000).to_be_bytes();
            format!("lease 10.0.{a}.{b} {{\n  binding state free;\n  set n = %{number};\n}}\n")
        };
        let text: String = (0..6_000).map(block).collect();
        let source = Source::from_bytes("leases", text.into_bytes()).in_pieces_of(3_000);
        let table = Table::read(&source, &Context::default(), 2, &|_| {}).unwrap();
        for threads in [1, 2, 3, 50] {
            let mut lines = Vec::new();
            let mut each = |placed: Placed<Lease>| {
                lines.push(placed.place.line);
                if lines.len() < 4_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            table.for_each(&source, Order::File, threads, |_| true, &mut each).unwrap();
            // The first thousand addresses have a later block.
            let expected: Vec<u64> = (1_000..5_000).map(|number| number * 4 + 1).collect();
            assert_eq!(lines, expected, "{threads}");
        }
    }
}
