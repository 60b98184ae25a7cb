//! What there is to offer, in lines that are in order: `hweb1<TAB>02:00:5e:00:00:01 10.1.1.5`, a letter for what it
//! is first.

use super::candidate::Candidate;
use super::offer::{is_offerable, offerable};

/// The longest text that says something of a candidate.
const MAX_ABOUT: usize = 160;

/// The longest line, without its end: the letter, the word, the tabulator and what is said of it.
pub(super) const MAX_LINE: usize = 1 + 255 + 1 + MAX_ABOUT;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Host,
    HostHardware,
    HostAddress,
    Lease,
    Binding,
    LeaseHardware,
    /// The name that a client gives itself.
    ClientName,
    Subnet,
    SharedNetwork,
    Group,
    Class,
    Failover,
}

impl Section {
    pub(super) fn letter(self) -> char {
        match self {
            Section::Host => 'h',
            Section::HostHardware => 'm',
            Section::HostAddress => 'a',
            Section::Lease => 'l',
            Section::Binding => '6',
            Section::LeaseHardware => 'x',
            Section::ClientName => 'c',
            Section::Subnet => 's',
            Section::SharedNetwork => 'n',
            Section::Group => 'g',
            Section::Class => 'k',
            Section::Failover => 'f',
        }
    }
}

/// Lines in order, wherever they are.
pub(super) trait Lines {
    /// Hands out those that begin like this, up to so many.
    fn starting_with(&self, prefix: &str, limit: usize, each: &mut dyn FnMut(&str));
}

/// The candidates of a section that begin like this, up to so many.
pub(super) fn lookup(lines: &dyn Lines, section: Section, typed: &str, limit: usize) -> Vec<Candidate> {
    let mut found = Vec::new();
    lines.starting_with(&format!("{}{typed}", section.letter()), limit, &mut |line| {
        let (word, about) = line[1..].split_once('\t').unwrap_or((&line[1..], ""));
        let is_plain = about.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if is_offerable(word.as_bytes()) && is_plain {
            found.push(Candidate::new(word, about));
        }
    });
    found
}

/// Lines in memory.
#[derive(Debug, Default)]
pub(super) struct Index {
    lines: Vec<String>,
}

impl Index {
    /// Takes a word in, if it may be offered.
    pub(super) fn add(&mut self, section: Section, word: &[u8], about: &str) {
        if let Some(word) = offerable(word) {
            let mut line = format!("{}{word}\t{about}", section.letter());
            line.truncate(2 + word.len() + MAX_ABOUT);
            self.lines.push(line);
        }
    }

    /// Puts them in order, each word once.
    pub(super) fn finish(mut self) -> Self {
        fn word(line: &str) -> &str {
            line.split_once('\t').map_or(line, |(word, _)| word)
        }
        self.lines.sort_unstable();
        self.lines.dedup_by(|next, kept| word(next) == word(kept));
        self
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl Lines for Index {
    fn starting_with(&self, prefix: &str, limit: usize, each: &mut dyn FnMut(&str)) {
        let first = self.lines.partition_point(|line| line.as_str() < prefix);
        self.lines[first..].iter().take_while(|line| line.starts_with(prefix)).take(limit).for_each(|line| each(line));
    }
}
