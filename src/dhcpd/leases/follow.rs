//! A lease file that is being written: what is new in it since the last look.
//!
//! dhcpd appends blocks, and now and then writes a new file that takes the old one's place. Either is
//! noticed, and so is a file that has become shorter, or has something else where we have been. For a
//! moment there may be no file at all.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;
use crate::shown::ShowPath as _;

use super::fast::{self, Plain};
use super::flaw::Flaw;
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;
use super::mistake::{Mistake, Place};
use super::source::{Identity, ReadError, Source};
use super::table::{Placed, Table};
use super::walk::{Standing, Visitor, Walk};
use super::window::Window;

/// What has happened to a lease file.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A new block.
    Block(Placed<Block>),
    /// A mistake in a new block, which is left out.
    Mistake(Mistake),
    /// Another file has taken its place, or it has been written over. All blocks of the new one follow:
    /// those that were known before as well.
    Rewritten,
}

/// How much of what has been read is compared with what is there now, in bytes: about a lease.
const TAIL: u64 = 256;

/// Follows a lease file.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    context: Context,
    order: ByteOrder,
    /// The file as long as it is the same one: one that is open keeps its number, whatever becomes of its
    /// name.
    source: Option<(Source, Identity)>,
    is_there: bool,
    standing: Standing,
    /// What is in the file before where we stand; `None` if that cannot be known.
    tail: Option<Vec<u8>>,
}

impl Follower {
    /// Follows a file from its beginning, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>, context: Context) -> Follower {
        Follower {
            path: path.into(),
            context,
            order: ByteOrder::default(),
            source: None,
            is_there: false,
            standing: Standing::default(),
            tail: Some(Vec::new()),
        }
    }

    /// Follows a file that has been read, from there on. Of a source that is no file of its own, a pipe or
    /// a compressed file, all blocks come again.
    pub fn after(path: impl Into<PathBuf>, context: Context, source: Source, table: &Table) -> Follower {
        let mut follower = Self::new(path, context);
        for placed in table.blocks() {
            follower.remember(&placed.what);
        }
        follower.order = table.byte_order();
        if let Some(identity) = source.identity() {
            follower.standing = table.standing();
            follower.tail = follower.tail_of(&source);
            follower.source = Some((source, identity));
        }
        follower
    }

    /// Whether there was a file at the last look.
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// Looks for news. A block that is only half written is told when all of it is there.
    pub fn poll(&mut self, tell: &mut dyn FnMut(News)) -> Result<(), ReadError> {
        let opened = match self.open(tell) {
            Ok(source) => source,
            Err(ReadError::Open { error, .. }) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        self.is_there = opened.is_some();
        let Some((mut source, identity)) = opened else { return Ok(()) };
        let outcome = source.grow().and_then(|()| self.read(&source, tell));
        self.source = Some((source, identity));
        outcome
    }

    /// The file as it is now. One that is not there any more stays known until another one is.
    fn open(&mut self, tell: &mut dyn FnMut(News)) -> Result<Option<(Source, Identity)>, ReadError> {
        let name = self.path.shown().to_string();
        let failed = |error| ReadError::Open { name: name.clone(), error };
        let metadata = std::fs::metadata(&self.path).map_err(failed)?;
        let identity = Identity::of(&metadata);
        let is_same = |(source, known): &(Source, Identity)| {
            *known == identity
                && source.len() <= metadata.len()
                && self.tail.is_some()
                && self.tail == self.tail_of(source)
        };
        if self.source.as_ref().is_some_and(is_same) {
            return Ok(self.source.take());
        }
        // What was appended to the old file before the new one took its place is news all the same.
        if let Some((mut old, known)) = self.source.take() {
            let is_replaced = known != identity && self.tail.is_some() && self.tail == self.tail_of(&old);
            let outcome = match is_replaced {
                true => old.grow().and_then(|()| self.read(&old, tell)),
                false => Ok(()),
            };
            self.source = Some((old, known));
            outcome?;
        }
        let file = File::open(&self.path).map_err(failed)?;
        let source = Source::of_file(self.path.shown().to_string(), file)?;
        if self.source.take().is_some() {
            tell(News::Rewritten);
        }
        self.standing = Standing::default();
        self.tail = Some(Vec::new());
        self.order = ByteOrder::default();
        // Between the two looks it may have been replaced again.
        let identity = source.identity().unwrap_or(identity);
        Ok(Some((source, identity)))
    }

    fn read(&mut self, source: &Source, tell: &mut dyn FnMut(News)) -> Result<(), ReadError> {
        if self.standing.place.offset >= source.len() {
            return Ok(());
        }
        let walk = Walk::from(Window::new(source), self.standing);
        let mut walked = match walk.go(u64::MAX, &mut Newsreader { follower: self, tell }, &mut |_| {}) {
            Ok((walked, _)) => walked,
            // It is being written over. The next look begins anew.
            Err(ReadError::Shrunk { .. }) => {
                self.tail = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        walked.damage.tell_losses(source)?;
        self.standing = walked.standing;
        self.tail = self.tail_of(source);
        walked.damage.mistakes.into_iter().for_each(|mistake| tell(News::Mistake(mistake)));
        Ok(())
    }

    /// What is in a source before where we stand.
    fn tail_of(&self, source: &Source) -> Option<Vec<u8>> {
        let end = self.standing.place.offset;
        let start = end.saturating_sub(TAIL);
        let mut tail = vec![0; (end - start) as usize];
        let read = source.read_at(&mut tail, start);
        read.is_ok_and(|count| count == tail.len()).then_some(tail)
    }

    fn remember(&mut self, block: &Block) {
        match block {
            Block::Class(class) => drop(self.context.classes.insert(class.name.clone())),
            Block::ByteOrder(order) => self.order = *order,
            _ => {}
        }
    }
}

struct Newsreader<'f> {
    follower: &'f mut Follower,
    tell: &'f mut dyn FnMut(News),
}

impl Visitor for Newsreader<'_> {
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        let (lease, plain) = fast::lease(rest)?;
        (self.tell)(News::Block(Placed { place, what: Block::Lease(Box::new(lease)) }));
        Some(plain)
    }

    fn block(&mut self, _: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        let (what, flaw) = block(bytes, &mut self.follower.context, self.follower.order)?;
        self.follower.remember(&what);
        (self.tell)(News::Block(Placed { place, what }));
        Ok(flaw)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{OpenOptions, remove_file, rename, write};
    use std::io::Write;
    use std::path::Path;

    use super::*;

    fn poll(follower: &mut Follower) -> Vec<String> {
        let mut news = Vec::new();
        follower.poll(&mut |one| news.push(one)).unwrap();
        news.into_iter()
            .map(|one| match one {
                News::Block(Placed { place, what: Block::Lease(lease) }) => {
                    format!("{}: {}", place.line, lease.address)
                }
                News::Block(placed) => format!("{}: {:?}", placed.place.line, placed.what),
                News::Mistake(mistake) => mistake.explain("leases").lines().next().unwrap().to_owned(),
                News::Rewritten => "rewritten".to_owned(),
            })
            .collect()
    }

    fn append(path: &Path, text: &str) {
        OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn what_is_appended_is_told_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases");
        let mut follower = Follower::new(&path, Context::default());
        assert_eq!(poll(&mut follower), [""; 0]);
        assert!(!follower.is_there());
        append(&path, "# com");
        assert_eq!(poll(&mut follower), [""; 0]);
        append(&path, "ment\nlease 10.0.0.1 {\n  binding sta");
        assert_eq!(poll(&mut follower), [""; 0]);
        assert!(follower.is_there());
        append(&path, "te active;\n}\nlease 10.0.0.2 {\n  binding state odd;\n}\nlease 10.0.0.3 {\n}");
        assert_eq!(
            poll(&mut follower),
            [
                "2: 10.0.0.1",
                "8: 10.0.0.3",
                "leases:6:17: expected one of free, active, expired, released, abandoned, \
              reset, backup, found `odd`"
            ]
        );
        append(&path, "\n");
        assert_eq!(poll(&mut follower), [""; 0]);
        append(&path, "lease 10.0.0.4 {\n}\n");
        assert_eq!(poll(&mut follower), ["10: 10.0.0.4"]);
    }

    #[test]
    fn a_new_file_in_the_old_ones_place_is_told_and_read_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let (path, new) = (folder.path().join("leases"), folder.path().join("leases.new"));
        write(&path, "lease 10.0.0.1 {\n}\n").unwrap();
        let source = Source::open(&path).unwrap();
        let table = Table::read(&source, &Context::default(), 1, &|_| {}).unwrap();
        let mut follower = Follower::after(&path, Context::default(), source, &table);
        assert_eq!(poll(&mut follower), [""; 0]);
        append(&path, "lease 10.0.0.2 {\n}\n");
        assert_eq!(poll(&mut follower), ["3: 10.0.0.2"]);
        append(&path, "lease 10.0.0.9 {\n}\nlease 10.0.0.8 {\n");
        write(&new, "lease 10.0.0.1 {\n}\nlease 10.0.0.3 {\n}\nlease 10.0.0.4 {\n}\n").unwrap();
        rename(&new, &path).unwrap();
        let expected = ["5: 10.0.0.9", "rewritten", "1: 10.0.0.1", "3: 10.0.0.3", "5: 10.0.0.4"];
        assert_eq!(poll(&mut follower), expected, "the end of the old file comes before the new one");
        remove_file(&path).unwrap();
        assert_eq!(poll(&mut follower), [""; 0]);
        assert!(!follower.is_there());
        write(&path, "lease 10.0.0.5 {\n}\n").unwrap();
        assert_eq!(poll(&mut follower), ["rewritten", "1: 10.0.0.5"]);
        write(&path, "lease 10.0.0.6 {").unwrap();
        assert_eq!(poll(&mut follower), ["rewritten"]);
        append(&path, "}");
        assert_eq!(poll(&mut follower), ["1: 10.0.0.6"]);
    }

    #[test]
    fn a_file_that_is_written_over_by_a_longer_one_is_read_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases");
        write(&path, "lease 10.0.0.1 {\n}\nlease 10.0.0.2 {\n").unwrap();
        let source = Source::open(&path).unwrap();
        let table = Table::read(&source, &Context::default(), 1, &|_| {}).unwrap();
        let mut follower = Follower::after(&path, Context::default(), source, &table);
        assert_eq!(poll(&mut follower), [""; 0]);
        // The half block is none yet, and may become another one.
        write(&path, "lease 10.0.0.1 {\n}\nlease 10.0.0.3 {\n}\n").unwrap();
        assert_eq!(poll(&mut follower), ["3: 10.0.0.3"]);
        write(&path, "lease 10.0.0.4 {\n}\nlease 10.0.0.3 {\n}\nlease 10.0.0.5 {\n}\n").unwrap();
        assert_eq!(poll(&mut follower), ["rewritten", "1: 10.0.0.4", "3: 10.0.0.3", "5: 10.0.0.5"]);
        write(&path, "lease 10.0.0.4 {\n}\nlease 10.0.0.3 {\n}\nlease 10.0.0.6 {\n}\n").unwrap();
        assert_eq!(poll(&mut follower), ["rewritten", "1: 10.0.0.4", "3: 10.0.0.3", "5: 10.0.0.6"]);
        assert_eq!(poll(&mut follower), [""; 0]);
    }

    #[test]
    fn a_file_that_becomes_shorter_while_it_is_read_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases");
        write(&path, "lease 10.0.0.1 {\n}\n").unwrap();
        let mut follower = Follower::new(&path, Context::default());
        assert_eq!(poll(&mut follower), ["1: 10.0.0.1"]);
        append(&path, "lease 10.0.0.2 {\n}\n");
        let two = "lease 10.0.0.1 {\n}\nlease 10.0.0.2 {\n}\n";
        let (source, _) = follower.source.as_mut().unwrap();
        source.grow().unwrap();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(9).unwrap();
        let source = follower.source.take().unwrap();
        follower.read(&source.0, &mut |_| {}).unwrap();
        follower.source = Some(source);
        // It has what it had again, and who knows what was in between.
        write(&path, two).unwrap();
        assert_eq!(poll(&mut follower), ["rewritten", "1: 10.0.0.1", "3: 10.0.0.2"]);
    }
}
