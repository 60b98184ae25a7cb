//! What is wanted: hosts and groups, each with the line that wants it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::wish::Wish;
use crate::commands::live::known_options::{remark_on, unknown_in};
use crate::dhcpd::options::Definitions;
use crate::render::text::visible;

/// All that a file wants.
#[derive(Debug, Default)]
pub(in crate::commands) struct Wanted {
    /// The file's name, for messages.
    pub(in crate::commands) source: String,
    /// The names of files that it includes: their lines are numbered with [`line_of_included`].
    pub(in crate::commands) included: Vec<String>,
    /// The options that its statements may name.
    pub(in crate::commands) definitions: Definitions,
    pub(in crate::commands) hosts: Vec<WantedHost>,
    pub(in crate::commands) groups: Vec<WantedGroup>,
    /// What is wrong with it, by line.
    pub(in crate::commands) faults: Vec<Fault>,
    /// What people should know of it although nothing is wrong.
    pub(in crate::commands) remarks: Vec<Fault>,
    /// Options that it names and that are not known.
    pub(in crate::commands) unknown_options: BTreeSet<String>,
}

/// A host that is to be there, or not.
#[derive(Clone, Debug)]
pub(in crate::commands) struct WantedHost {
    /// Where the file says so.
    pub(in crate::commands) line: u64,
    pub(in crate::commands) name: Vec<u8>,
    /// What it is to be; `None` where it is not to be there.
    pub(in crate::commands) wish: Option<Wish>,
}

impl WantedHost {
    /// What it is when all that is known of it is what is wanted.
    pub(in crate::commands) fn alone(&self) -> Option<State> {
        let wish = self.wish.as_ref()?;
        let untold = wish.wants_untold().then(Untold::default);
        Some(wish.applied_to(&State { name: self.name.clone(), untold, ..State::default() }))
    }
}

/// A group that is to be there, or not.
#[derive(Clone, Debug)]
pub(in crate::commands) struct WantedGroup {
    /// Where the file says so.
    pub(in crate::commands) line: u64,
    pub(in crate::commands) name: Vec<u8>,
    /// Its statements as dhcpd.conf can have them; `None` where it is not to be there.
    pub(in crate::commands) statements: Option<String>,
}

/// Something that is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::commands) struct Fault {
    pub(in crate::commands) line: u64,
    pub(in crate::commands) text: String,
}

/// How many lines of a file have numbers of their own.
const LINES: u64 = 1 << 32;

/// The number of a line of the included file of that number, from 0. It is behind those of all files before it.
pub(in crate::commands) fn line_of_included(file: usize, line: u32) -> u64 {
    (file as u64 + 1) * LINES + u64::from(line)
}

/// The number that a line has in its own file.
pub(in crate::commands) fn line_in_its_file(line: u64) -> u64 {
    line % LINES
}

/// A sentence without the middle of what it quotes where that is endless, as a line of a file that is no list of hosts.
fn shortened(text: &str) -> Cow<'_, str> {
    const KEPT: usize = 1000;
    let mut signs = text.char_indices();
    match (signs.nth(KEPT), signs.nth_back(KEPT)) {
        (Some((begin, _)), Some((end, _))) => format!("{} … {}", &text[..begin], &text[end..]).into(),
        _ => text.into(),
    }
}

impl Wanted {
    /// A text about a line, as `FILE:LINE: TEXT`, or about no line.
    pub(in crate::commands) fn at_line(&self, line: u64, text: &str) -> String {
        let text = shortened(text);
        match line {
            0 => text.into_owned(),
            _ => format!("{}:{}: {text}", self.file_of(line).unwrap_or(&self.source), line_in_its_file(line)),
        }
    }

    /// A line as it is called within a sentence.
    pub(in crate::commands) fn called(&self, line: u64) -> String {
        match self.file_of(line) {
            Some(file) => format!("line {} of {file}", line_in_its_file(line)),
            None => format!("line {line}"),
        }
    }

    /// The included file that a line is in.
    fn file_of(&self, line: u64) -> Option<&String> {
        self.included.get((line / LINES).checked_sub(1)? as usize)
    }

    /// Nothing yet, of a file of that name, for a server with these options.
    pub(in crate::commands) fn of(source: &str, definitions: Definitions) -> Self {
        Wanted { source: source.to_owned(), definitions, ..Wanted::default() }
    }

    /// Notes that something is wrong with a line.
    pub(in crate::commands) fn fault(&mut self, line: u64, text: impl Into<String>) {
        self.faults.push(Fault { line, text: text.into() });
    }

    /// What is wrong with hosts and groups that are there twice.
    pub(in crate::commands) fn twice(&self) -> Vec<Fault> {
        let groups = self.groups.iter().map(|group| ("group", group.name.as_slice(), group.line));
        let hosts = self.hosts.iter().map(|host| ("host", host.name.as_slice(), host.line));
        let mut lines = HashMap::new();
        let mut faults = Vec::new();
        for (kind, name, line) in groups.chain(hosts) {
            match lines.entry((kind, name)) {
                Entry::Occupied(first) => {
                    let text = format!("the {kind} {} is in {} already", visible(name), self.called(*first.get()));
                    faults.push(Fault { line, text });
                }
                Entry::Vacant(place) => {
                    place.insert(line);
                }
            }
        }
        faults
    }

    /// Notes which options of a line's statements are not known: of each of them, where it comes first.
    pub(in crate::commands) fn remark_unknown_options(&mut self, line: u64, statements: Option<&str>) {
        for name in unknown_in(statements.unwrap_or_default(), &self.definitions) {
            if self.unknown_options.insert(name.clone()) {
                self.remark(line, remark_on(&name));
            }
        }
    }

    /// Notes something about a line that people should know.
    pub(in crate::commands) fn remark(&mut self, line: u64, text: impl Into<String>) {
        self.remarks.push(Fault { line, text: text.into() });
    }
}
