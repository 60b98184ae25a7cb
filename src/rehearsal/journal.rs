//! What was changed, in the lease file's own words: every block that dhcpd would have written, and
//! for each object how it was at first and how it is now.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Write};

/// What kind of object a block of the lease file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ObjectKind {
    Host,
    Group,
    Class,
    Subclass,
    Lease,
}

impl ObjectKind {
    /// The word for it, as in dhcpd's files.
    pub fn name(self) -> &'static str {
        match self {
            ObjectKind::Host => "host",
            ObjectKind::Group => "group",
            ObjectKind::Class => "class",
            ObjectKind::Subclass => "subclass",
            ObjectKind::Lease => "lease",
        }
    }
}

/// What became of an object in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not what it was.
    Changed,
    /// It is gone.
    Removed,
    /// It was added and is gone again.
    AddedAndRemoved,
    /// It was written again as it was.
    Rewritten,
}

impl ChangeKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Changed => "changed",
            ChangeKind::Removed => "removed",
            ChangeKind::AddedAndRemoved => "added and removed",
            ChangeKind::Rewritten => "rewritten",
        }
    }
}

/// An object that was written at least once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Its name, a lease's address, or a subclass's class and hash string.
    pub name: Vec<u8>,
    /// Its block as it would have been before the first change.
    pub before: Option<Vec<u8>>,
    /// Its block as it was written last.
    pub after: Vec<u8>,
    /// Whether that block says that it is deleted.
    pub gone: bool,
}

impl Change {
    /// What became of it.
    pub fn change(&self) -> ChangeKind {
        match (&self.before, self.gone) {
            (None, false) => ChangeKind::Added,
            (None, true) => ChangeKind::AddedAndRemoved,
            (Some(_), true) => ChangeKind::Removed,
            (Some(before), false) if *before == self.after => ChangeKind::Rewritten,
            (Some(_), false) => ChangeKind::Changed,
        }
    }
}

impl Change {
    /// Bytes that it takes, with its name once more as what it is found under.
    fn footprint(&self) -> usize {
        size_of::<Self>() + 2 * self.name.len() + self.before.as_ref().map_or(0, Vec::len) + self.after.len()
    }
}

type Id = (ObjectKind, Vec<u8>);

/// Objects of which so many were written, those that were added and are gone again are forgotten.
const REMEMBERED: usize = 10_000;

/// The changes so far. It takes no more memory than the objects that were changed, but for
/// some thousands that are gone.
#[derive(Default)]
pub struct Journal {
    recording: bool,
    file: Option<Box<dyn Write + Send>>,
    /// What went wrong in writing the file, first.
    error: Option<io::Error>,
    before: HashMap<Id, Vec<u8>>,
    numbers: HashMap<Id, u64>,
    /// In the order of their first time.
    changes: BTreeMap<u64, Change>,
    /// What the changes take, in bytes.
    bytes: usize,
    next: u64,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("changes", &self.changes).finish_non_exhaustive()
    }
}

impl Journal {
    /// From now on counts, and writes every block to `file`, if there is one.
    pub fn start(&mut self, file: Option<Box<dyn Write + Send>>) {
        self.recording = true;
        self.file = file;
    }

    /// The objects that were written, in the order of their first time.
    pub fn changes(&self) -> Vec<&Change> {
        self.changes.values().collect()
    }

    /// Bytes that the changes take in memory, about.
    pub(super) fn footprint(&self) -> usize {
        self.bytes
    }

    /// The end of the file: what went wrong in writing it, if anything.
    pub fn finish(&mut self) -> io::Result<()> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.file.take().map_or(Ok(()), |mut file| file.flush())
    }

    /// Notes how an object is that may be about to change.
    pub(super) fn before(&mut self, kind: ObjectKind, name: &[u8], block: impl FnOnce() -> Vec<u8>) {
        if !self.recording {
            return;
        }
        let id = (kind, name.to_vec());
        if !self.numbers.contains_key(&id) && !self.before.contains_key(&id) {
            self.before.insert(id, block());
        }
    }

    /// Takes back what [`Self::before`] noted about an object that was not written after all.
    pub(super) fn unchanged(&mut self, kind: ObjectKind, name: &[u8]) {
        let id = (kind, name.to_vec());
        if !self.numbers.contains_key(&id) {
            self.before.remove(&id);
        }
    }

    /// Takes a block that dhcpd would write now.
    pub(super) fn write(&mut self, kind: ObjectKind, name: &[u8], block: Vec<u8>, gone: bool) {
        if !self.recording {
            return;
        }
        if let (Some(file), None) = (&mut self.file, &self.error) {
            self.error = file.write_all(&block).err();
        }
        let id = (kind, name.to_vec());
        let before = self.before.remove(&id);
        let number = *self.numbers.entry(id).or_insert(self.next);
        self.next = self.next.max(number + 1);
        let mut change = self.changes.remove(&number).unwrap_or_else(|| {
            let change = Change { kind, name: name.to_vec(), before, after: Vec::new(), gone: false };
            self.bytes += change.footprint();
            change
        });
        self.bytes -= change.footprint();
        (change.after, change.gone) = (block, gone);
        if self.changes.len() >= REMEMBERED && change.change() == ChangeKind::AddedAndRemoved {
            self.numbers.remove(&(kind, name.to_vec()));
            return;
        }
        self.bytes += change.footprint();
        self.changes.insert(number, change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_does_not_pile_up() {
        let mut journal = Journal::default();
        journal.start(None);
        journal.write(ObjectKind::Host, b"kept", b"host kept".to_vec(), false);
        for number in 0..3 * REMEMBERED {
            let name = format!("h{number}").into_bytes();
            journal.write(ObjectKind::Host, &name, name.clone(), false);
            journal.write(ObjectKind::Host, &name, name.clone(), true);
        }
        let changes = journal.changes();
        assert_eq!((changes.len(), changes[0].change()), (REMEMBERED, ChangeKind::Added));
        assert_eq!(changes[1].change(), ChangeKind::AddedAndRemoved);
        let footprint: usize = changes.into_iter().map(Change::footprint).sum();
        assert_eq!(journal.footprint(), footprint);
    }
}
