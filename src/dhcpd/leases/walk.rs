//! From block to block, by whoever wants to look at them; on several threads where there are many.
//!
//! A large source is cut into regions. Where a region begins is guessed, by what a lease looks like that
//! dhcpd wrote, and the guess is verified: the walk through the region before it has to arrive exactly
//! there. When it does not, everything is walked through again, in one go.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::dhcpd::syntax::{SHOWN, SyntaxError};

use super::extent::{Extent, Fault, Surrender, extent, faulty};
use super::fast::Plain;
use super::flaw::Flaw;
use super::frame::{MAX_BLOCK, next_line_of_a_block, skip_blank};
use super::grammar::Kind;
use super::mistake::{Damage, Mistake, Place};
use super::reader::{Recovery, too_long};
use super::source::{ReadError, Source};
use super::window::Window;

/// Pieces in a region.
const REGION: u64 = 16;

/// Looks at blocks.
pub(super) trait Visitor {
    /// Takes the block that `rest` begins with, if it has a shape that needs no closer look.
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain>;

    /// Takes a block that is all of `bytes`. What it returns is wrong with a block that it has taken all the same.
    fn block(&mut self, kind: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError>;

    /// Is told now and then where we are.
    fn pass(&mut self, _: Place) {}

    /// Is told where the walk ends.
    fn finish(&mut self, _: Standing) {}

    /// Whether what it found is to be doubted without what is found before its region.
    fn depends_on_what_is_before(&self) -> bool {
        false
    }

    /// Whether it has seen enough.
    fn is_done(&self) -> bool {
        false
    }
}

/// Where a walk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) place: Place,
    /// Where the place's line begins.
    pub(super) line_start: u64,
    /// Within a comment that goes on.
    pub(super) in_comment: bool,
    pub(super) recovery: Recovery,
}

impl Default for Standing {
    fn default() -> Self {
        Standing {
            place: Place { offset: 0, line: 1 },
            line_start: 0,
            in_comment: false,
            recovery: Recovery::default(),
        }
    }
}

/// A walk from block to block.
pub(super) struct Walk<'s> {
    window: Window<'s>,
    line: u64,
    line_start: u64,
    in_comment: bool,
    recovery: Recovery,
    damage: Damage,
}

/// How a walk went.
#[derive(Debug)]
pub(super) struct Walked {
    /// Where it ended.
    pub(super) standing: Standing,
    /// What was wrong on the way.
    pub(super) damage: Damage,
}

impl<'s> Walk<'s> {
    /// A walk from a place on where a line begins, and a block or white space. Its line is the first one.
    pub(super) fn new(window: Window<'s>, offset: u64) -> Self {
        Self::from(window, Standing { place: Place { offset, line: 1 }, line_start: offset, ..Standing::default() })
    }

    /// A walk that goes on where another one ended.
    pub(super) fn from(mut window: Window<'s>, standing: Standing) -> Self {
        window.seek(standing.place.offset);
        Walk {
            window,
            line: standing.place.line,
            line_start: standing.line_start,
            in_comment: standing.in_comment,
            recovery: standing.recovery,
            damage: Damage::default(),
        }
    }

    /// Goes on until a block begins at `until` or behind it, the source ends, or the visitor is done.
    pub(super) fn go(
        mut self,
        until: u64,
        visitor: &mut impl Visitor,
        read: &mut dyn FnMut(u64),
    ) -> Result<(Walked, Window<'s>), ReadError> {
        while !visitor.is_done() {
            if !self.skip_blank() {
                if self.window.is_complete() {
                    break;
                }
                self.fill(visitor, read)?;
                continue;
            }
            let place = self.place();
            if place.offset >= until {
                break;
            }
            if let Some(plain) = visitor.plain(self.window.rest(), place) {
                self.recovery.after(false);
                self.window.advance(plain.length);
                self.line += plain.newlines;
                self.line_start = place.offset + plain.length as u64 - 1;
                continue;
            }
            if !self.block(visitor, read)? {
                self.damage.half_written = Some(place);
                self.damage.doubt(self.window.rest(), place);
                break;
            }
        }
        self.damage.settle();
        let (place, line_start, in_comment, recovery) = (self.place(), self.line_start, self.in_comment, self.recovery);
        let standing = Standing { place, line_start, in_comment, recovery };
        visitor.finish(standing);
        Ok((Walked { standing, damage: self.damage }, self.window))
    }

    fn place(&self) -> Place {
        Place { offset: self.window.offset(), line: self.line }
    }

    fn fill(&mut self, visitor: &mut impl Visitor, read: &mut dyn FnMut(u64)) -> Result<(), ReadError> {
        visitor.pass(self.place());
        let before = self.window.offset() + self.window.rest().len() as u64;
        self.window.fill()?;
        read(self.window.offset() + self.window.rest().len() as u64 - before);
        Ok(())
    }

    /// Whether something that is not blank has been read.
    #[inline]
    fn skip_blank(&mut self) -> bool {
        let rest = self.window.rest();
        if let ([b'\n', b'l', ..], false) = (rest, self.in_comment) {
            self.window.advance(1);
            self.line += 1;
            self.line_start = self.window.offset();
            return true;
        }
        let found = skip_blank(rest, &mut self.in_comment);
        self.advance(found.unwrap_or(rest.len()));
        found.is_some()
    }

    /// Goes on, with the lines counted.
    fn advance(&mut self, count: usize) {
        let passed = &self.window.rest()[..count];
        if let Some(newline) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.line_start = self.window.offset() + newline as u64 + 1;
        }
        self.window.advance(count);
    }

    /// Takes a block by its extent, and returns false if the source ends in it.
    fn block(&mut self, visitor: &mut impl Visitor, read: &mut dyn FnMut(u64)) -> Result<bool, ReadError> {
        let place = self.place();
        let rest = self.window.rest();
        let kind = Kind::of(rest);
        match extent(rest, self.window.is_complete()) {
            Extent::Whole(length) => match visitor.block(kind, &rest[..length], place) {
                Ok(None) => {
                    self.recovery.after(false);
                    self.advance(length);
                }
                Ok(Some(flaw)) => {
                    self.blame(flaw.into(), true, visitor, read)?;
                    self.recovery.after(false);
                    self.advance(length);
                }
                Err(error) => {
                    let (length, fault) = faulty(kind, &rest[..length], error);
                    self.broken(kind, length, fault, visitor, read)?;
                }
            },
            Extent::Broken(length, fault) => self.broken(kind, length, fault, visitor, read)?,
            Extent::TooLong => {
                let fault = Fault { error: too_long(0), surrender: Surrender::Unknown };
                if !self.recovery.swallows(kind) {
                    self.damage.doubt(&rest[..MAX_BLOCK], place);
                    self.blame(fault, false, visitor, read)?;
                }
                self.recovery.after(true);
                self.resume(visitor, read)?;
            }
            Extent::Half => return Ok(false),
            Extent::More => self.fill(visitor, read)?,
        }
        Ok(true)
    }

    /// Goes over bytes that are no sound block.
    fn broken(
        &mut self,
        kind: Kind,
        length: usize,
        fault: Fault,
        visitor: &mut impl Visitor,
        read: &mut dyn FnMut(u64),
    ) -> Result<(), ReadError> {
        if !self.recovery.swallows(kind) {
            let place = self.place();
            self.damage.doubt(&self.window.rest()[..length], place);
            self.blame(fault, false, visitor, read)?;
            self.recovery.after(true);
        }
        self.advance(length);
        Ok(())
    }

    /// Adds a mistake of the block that begins here.
    fn blame(
        &mut self,
        Fault { error, surrender }: Fault,
        is_kept: bool,
        visitor: &mut impl Visitor,
        read: &mut dyn FnMut(u64),
    ) -> Result<(), ReadError> {
        let place = self.place();
        self.read_behind(error.offset, visitor, read)?;
        let rest = self.window.rest();
        self.damage.add(|| Mistake::new(rest, place, self.line_start, &error).of_block(is_kept, surrender));
        Ok(())
    }

    /// Reads on until the line of a mistake is there, as far as it is going to be shown.
    fn read_behind(
        &mut self,
        offset: usize,
        visitor: &mut impl Visitor,
        read: &mut dyn FnMut(u64),
    ) -> Result<(), ReadError> {
        while !self.window.is_complete() && self.damage.has_room() {
            let rest = self.window.rest();
            let line = rest.get(offset..).unwrap_or_default();
            if line.len() >= SHOWN || line.contains(&b'\n') {
                break;
            }
            self.fill(visitor, read)?;
        }
        Ok(())
    }

    /// Goes on behind a block that is too long, at the next line that begins as a block does.
    fn resume(&mut self, visitor: &mut impl Visitor, read: &mut dyn FnMut(u64)) -> Result<(), ReadError> {
        /// No word that begins a block is longer, with its newline.
        const LONGEST: usize = 32;
        self.advance(MAX_BLOCK);
        loop {
            let rest = self.window.rest();
            if let Some(length) = next_line_of_a_block(rest) {
                self.advance(length);
                return Ok(());
            }
            if self.window.is_complete() {
                self.advance(rest.len());
                return Ok(());
            }
            // A line that begins here may go on with such a word.
            let tail = rest.len().saturating_sub(LONGEST);
            let newline = memchr::memchr(b'\n', &rest[tail..]);
            self.advance(newline.map_or(rest.len(), |newline| tail + newline));
            self.fill(visitor, read)?;
        }
    }
}

/// What was found in one region.
pub(super) struct Region<V> {
    /// Where the region begins.
    pub(super) start: u64,
    /// Lines before it.
    pub(super) lines: u64,
    /// Who looked at it.
    pub(super) visitor: V,
}

/// What was found in all regions, and what is wrong in them.
pub(super) type Regions<V> = (Vec<Region<V>>, Damage);

/// Walks through a whole source on as many threads as that, with a visitor for each region, and returns
/// the regions in order. `None` when they were guessed wrongly, or one cannot be judged by itself: then it
/// has to be done again on one.
pub(super) fn walk_regions<V: Visitor + Send>(
    source: &Source,
    threads: usize,
    visitor: &(dyn Fn(usize) -> V + Sync),
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Option<Regions<V>>, ReadError> {
    let starts = region_starts(source, threads)?;
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done = AtomicU64::new(0);
    let walks = Mutex::new(Vec::new());
    let work = || {
        let mut window = Window::new(source);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (Some(&start), false) = (starts.get(number), failed.load(Ordering::Relaxed)) else { return };
            let until = starts.get(number + 1).copied().unwrap_or(u64::MAX);
            let mut visitor = visitor(number);
            let mut read = |count| progress(done.fetch_add(count, Ordering::Relaxed) + count);
            let outcome = match Walk::new(window, start).go(until, &mut visitor, &mut read) {
                Ok((walked, used)) => {
                    window = used;
                    let is_missed = until != u64::MAX && walked.standing.place.offset != until;
                    if is_missed || visitor.depends_on_what_is_before() {
                        failed.store(true, Ordering::Relaxed);
                    }
                    Ok((visitor, walked))
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    window = Window::new(source);
                    Err(error)
                }
            };
            walks.lock().unwrap_or_else(PoisonError::into_inner).push((number, outcome));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(starts.len()) {
            // Where there are no more threads, those that there are do all the work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut walks = walks.into_inner().unwrap_or_else(PoisonError::into_inner);
    walks.sort_unstable_by_key(|(number, _)| *number);
    let mut is_whole = walks.len() == starts.len();
    let mut regions = Vec::with_capacity(walks.len());
    let mut damage = Damage::default();
    let mut lines = 0;
    for (number, outcome) in walks {
        let (visitor, walked) = outcome?;
        is_whole &= starts.get(number + 1).is_none_or(|next| walked.standing.place.offset == *next);
        is_whole &= !visitor.depends_on_what_is_before();
        damage.append(walked.damage, lines);
        regions.push(Region { start: starts[number], lines, visitor });
        lines += walked.standing.place.line - 1;
    }
    damage.settle();
    damage.tell_losses(source)?;
    Ok(is_whole.then_some((regions, damage)))
}

/// Where the regions begin; the first one at the source's beginning.
fn region_starts(source: &Source, threads: usize) -> Result<Vec<u64>, ReadError> {
    let mut starts = vec![0];
    if threads > 1 {
        let size = (source.piece() as u64).saturating_mul(REGION);
        let mut from = size;
        while from < source.len() {
            starts.extend(guess(source, from, from + size)?);
            from += size;
        }
    }
    Ok(starts)
}

/// Where a lease or an identity association begins, by the looks of it, between two places.
fn guess(source: &Source, mut from: u64, until: u64) -> Result<Option<u64>, ReadError> {
    const END: &[u8] = b"\n}\n";
    /// What has to be seen behind the end of a block.
    const BEGINNING: usize = 8;
    let mut piece = [0; 4096];
    let finder = memchr::memmem::Finder::new(END);
    while from < until {
        let count = source.read_at(&mut piece, from)?;
        let piece = &piece[..count];
        let beginning = finder.find_iter(piece).find_map(|at| {
            let start = at + END.len();
            // There is an empty line between associations.
            let start = start + usize::from(piece.get(start) == Some(&b'\n'));
            begins_block(&piece[start..]).then_some(from + start as u64)
        });
        if beginning.is_some() {
            return Ok(beginning.filter(|start| *start < until));
        }
        if count <= END.len() + BEGINNING {
            return Ok(None);
        }
        from += (count - END.len() - BEGINNING) as u64;
    }
    Ok(None)
}

fn begins_block(line: &[u8]) -> bool {
    line.starts_with(b"lease ") && line.get(6).is_some_and(u8::is_ascii_digit)
        || [&b"ia-na "[..], b"ia-ta ", b"ia-pd "].iter().any(|word| line.starts_with(word))
}
