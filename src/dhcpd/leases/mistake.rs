//! What is wrong with a lease file, and where.

use std::net::IpAddr;

use crate::dhcpd::syntax::{SyntaxError, explain};

use super::extent::{LOOK_AHEAD, Lost, Surrender, lost};
use super::source::{ReadError, Source};

/// How many mistakes are kept with their places; all are counted.
const KEPT: usize = 1000;

/// How much of a line may be shown at most, in bytes.
const LONGEST_LINE: usize = 4096;

/// A place of a lease file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// In bytes, from 0.
    pub offset: u64,
    /// Its line, from 1.
    pub line: u64,
}

/// What dhcpd loses for a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Nothing, or it is not known.
    Unknown,
    /// The statement, or a part of it; it keeps the block.
    Statement,
    /// The block; it reads on at that line.
    Until(u64),
    /// The block, and others behind it.
    More,
    /// The block, and everything behind it.
    Rest,
}

/// A mistake in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where the token to blame begins.
    pub place: Place,
    /// Its column in bytes, from 1.
    pub column: u64,
    /// What is wrong, in the form "expected a semicolon, found `}`".
    pub text: String,
    /// What dhcpd loses for it.
    pub loss: Loss,
    /// Whether the block has been read all the same, and counts.
    pub is_kept: bool,
    /// The line and a caret under the place.
    shown: String,
    /// Where its block begins.
    pub block: Place,
    /// Where dhcpd gives up on that.
    surrender: Surrender,
}

impl Mistake {
    /// A mistake in bytes that begin at a place, whose line begins at `line_start`.
    pub(super) fn new(bytes: &[u8], place: Place, line_start: u64, error: &SyntaxError) -> Mistake {
        let at = error.offset.min(bytes.len());
        let newlines = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
        let (shown_from, line_start) = match memchr::memrchr(b'\n', &bytes[..at]) {
            Some(newline) => (newline + 1, place.offset + newline as u64 + 1),
            None => (0, line_start),
        };
        let offset = place.offset + at as u64;
        // The line up to the place may be as long as a block, and what follows is cut.
        let shown_to = bytes.len().min(at + LONGEST_LINE);
        let shown_from = shown_from.max(at.saturating_sub(LONGEST_LINE));
        let line = SyntaxError::new(at - shown_from, "");
        let explained = explain("", &bytes[shown_from..shown_to], &line);
        let shown = explained.split_once('\n').map_or("", |(_, shown)| shown).to_owned();
        Mistake {
            place: Place { offset, line: place.line + newlines },
            column: offset - line_start + 1,
            text: error.text.clone(),
            loss: Loss::Unknown,
            is_kept: false,
            shown,
            block: place,
            surrender: Surrender::Unknown,
        }
    }

    /// The same with what becomes of the block.
    pub(super) fn of_block(self, is_kept: bool, surrender: Surrender) -> Mistake {
        Mistake { is_kept, surrender, ..self }
    }

    /// `SOURCE:LINE:COLUMN: TEXT`, the line itself and a caret under the column, as
    /// [`crate::dhcpd::syntax::explain`] has it; and what dhcpd loses, on a line of its own.
    pub fn explain(&self, source: &str) -> String {
        let loss = match self.loss {
            Loss::Unknown => String::new(),
            Loss::Statement => "\n    dhcpd goes on behind this statement, and keeps the block".to_owned(),
            Loss::Until(line) => format!("\n    dhcpd loses this block and reads on at line {line}"),
            Loss::More => "\n    dhcpd loses this block and others behind it".to_owned(),
            Loss::Rest => "\n    dhcpd loses this block and everything behind it".to_owned(),
        };
        format!("{source}:{}:{}: {}\n{}{loss}", self.place.line, self.column, self.text, self.shown)
    }
}

/// An address or a prefix that a damaged block is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The address, or the prefix's.
    pub address: IpAddr,
    /// The length of a prefix in bits; of an address 32 or 128.
    pub length: u8,
    /// Where the block begins.
    pub place: Place,
}

/// All that is wrong with a lease file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// The first mistakes, in order.
    pub mistakes: Vec<Mistake>,
    /// How many mistakes there are.
    pub count: u64,
    /// Where a last block begins that has no end yet: it has not happened.
    pub half_written: Option<Place>,
    /// What damaged blocks are about, in order; of each address the last such block.
    doubts: Vec<Doubt>,
    /// How many of them there were when the last of each address was found last.
    settled: usize,
}

impl Damage {
    /// Whether another mistake would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.mistakes.len() < KEPT
    }

    /// Adds a mistake, which is made only if it is kept.
    pub(super) fn add(&mut self, mistake: impl FnOnce() -> Mistake) {
        self.count += 1;
        if self.has_room() {
            self.mistakes.push(mistake());
        }
    }

    /// Adds all that a damaged block names.
    pub(super) fn doubt(&mut self, block: &[u8], place: Place) {
        named(block, &mut |address, length| self.doubts.push(Doubt { address, length, place }));
        // A million damaged blocks of one address are to take no more room than one of them.
        if self.doubts.len() > 2 * self.settled + 1024 {
            self.settle();
        }
    }

    /// Leaves of each address the last block only.
    pub(super) fn settle(&mut self) {
        self.doubts.sort_unstable_by_key(|doubt| (doubt.address, doubt.length, std::cmp::Reverse(doubt.place)));
        self.doubts.dedup_by_key(|doubt| (doubt.address, doubt.length));
        self.settled = self.doubts.len();
    }

    /// Says of each mistake what dhcpd loses for it. It does not come upon one in what it has lost already.
    pub(super) fn tell_losses(&mut self, source: &Source) -> Result<(), ReadError> {
        let mut bytes = Vec::new();
        let mut before = (Loss::Unknown, 0);
        for mistake in &mut self.mistakes {
            if mistake.block.offset < before.1 {
                mistake.loss = before.0;
                continue;
            }
            let lost = match mistake.surrender {
                Surrender::Statement(at) | Surrender::At(at) => {
                    bytes.resize(at + LOOK_AHEAD, 0);
                    let count = source.read_at(&mut bytes, mistake.block.offset)?;
                    lost(&bytes[..count], mistake.surrender)
                }
                surrender => lost(&[], surrender),
            };
            let behind = |at: usize| mistake.block.offset + at as u64;
            (mistake.loss, before) = match lost {
                Lost::Unknown => (Loss::Unknown, before),
                Lost::Statement => (Loss::Statement, before),
                Lost::More => (Loss::More, before),
                Lost::Until(at) => {
                    let lines = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
                    let loss = Loss::Until(mistake.block.line + lines);
                    (loss, (loss, behind(at)))
                }
                Lost::Rest => (Loss::Rest, (Loss::Rest, behind(bytes.len()))),
            };
        }
        Ok(())
    }

    /// Where the last damaged block of an address begins.
    pub fn doubt_of(&self, address: IpAddr) -> Option<Place> {
        let length = if address.is_ipv4() { 32 } else { 128 };
        let found = self.doubts.binary_search_by_key(&(address, length), |doubt| (doubt.address, doubt.length));
        found.ok().map(|at| self.doubts[at].place)
    }

    /// What damaged blocks are about.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Takes over what was found in a part of the file that begins after so many lines.
    pub(super) fn append(&mut self, part: Damage, lines: u64) {
        self.count += part.count;
        let room = KEPT.saturating_sub(self.mistakes.len());
        self.mistakes.extend(part.mistakes.into_iter().take(room).map(|mut mistake| {
            mistake.place.line += lines;
            mistake.block.line += lines;
            mistake
        }));
        self.half_written = part.half_written.map(|place| Place { line: place.line + lines, ..place });
        let moved = |place: Place| Place { line: place.line + lines, ..place };
        self.doubts.extend(part.doubts.into_iter().map(|doubt| Doubt { place: moved(doubt.place), ..doubt }));
    }
}

/// Hands out the addresses and prefixes behind the words `lease`, `iaaddr` and `iaprefix` of a damaged block, with
/// their lengths.
fn named(block: &[u8], each: &mut dyn FnMut(IpAddr, u8)) {
    const WORDS: [&[u8]; 3] = [b"lease", b"iaaddr", b"iaprefix"];
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let begins = memchr::memchr3_iter(b'l', b'i', b'L', block).chain(memchr::memchr_iter(b'I', block));
    for at in begins.filter(|&at| at == 0 || !is_word(&block[at - 1])) {
        let length = block[at..].iter().take(9).take_while(|byte| is_word(byte)).count();
        let word = &block[at..at + length];
        if !WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            continue;
        }
        let rest = block[at + length..].trim_ascii_start();
        let Some(end) = rest.iter().take(46).position(|byte| !byte.is_ascii_hexdigit() && !b".:".contains(byte)) else {
            continue;
        };
        let Ok(text) = std::str::from_utf8(&rest[..end]) else { continue };
        match (word.len(), decimal_address(text), text.parse::<std::net::Ipv6Addr>()) {
            (5, Some(address), _) => each(address.into(), 32),
            (6, _, Ok(address)) => each(address.into(), 128),
            (8, _, Ok(address)) => {
                let length = rest[end..].trim_ascii_start().strip_prefix(b"/").unwrap_or_default().trim_ascii_start();
                let digits = length.iter().take(3).take_while(|byte| byte.is_ascii_digit());
                let length = digits.fold(0_u32, |length, byte| length * 10 + u32::from(byte - b'0'));
                each(address.into(), length.min(128) as u8);
            }
            _ => {}
        }
    }
}

/// Four octets in decimal, with zeros in front or not.
fn decimal_address(text: &str) -> Option<std::net::Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts
            .next()
            .filter(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_block_is_about_all_the_addresses_that_it_names() {
        let mut found = Vec::new();
        let block = b"lease 010.30.0.11 {\n uid \"x\nLEASE\t10.30.0.12 {}; release 1.2.3.4; lease 10.30.0.300 { lease 10.30.0.1";
        named(block, &mut |address, length| found.push(format!("{address}/{length}")));
        assert_eq!(found, ["10.30.0.11/32", "10.30.0.12/32"]);
        found.clear();
        let block = b"ia-na \"x\" { iaaddr 2001:db8::1 { binding } iaprefix 2001:db8:1:: / 48 { IAADDR x";
        named(block, &mut |address, length| found.push(format!("{address}/{length}")));
        assert_eq!(found, ["2001:db8::1/128", "2001:db8:1::/48"]);
    }

    #[test]
    fn many_damaged_blocks_of_few_addresses_take_little_room() {
        let mut damage = Damage::default();
        for number in 0..100_000_u64 {
            let block = format!("lease 10.0.0.{} {{", number % 10);
            damage.doubt(block.as_bytes(), Place { offset: number, line: number });
            assert!(damage.doubts.len() < 2_000);
        }
        damage.settle();
        let last = |address: &str| damage.doubt_of(address.parse().unwrap()).map(|place| place.offset);
        assert_eq!((damage.doubts().len(), last("10.0.0.3"), last("10.0.0.10")), (10, Some(99_993), None));
    }
}
