//! Scopes: what stands between braces, and the file's outermost level around them. Each knows its place,
//! the scope around it, and what stands in it, in the order of the source.

use crate::dhcpd::statements::Statement;

/// A place in one of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, by its number in [`super::Conf::files`].
    pub file: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in bytes.
    pub column: u32,
}

/// What a scope is, with its number among its likes in [`super::Conf`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The whole of the configuration.
    Outermost,
    /// `shared-network`, by its number among [`super::Conf::shared_networks`].
    SharedNetwork(usize),
    /// `subnet`.
    Subnet(usize),
    /// `subnet6`.
    Subnet6(usize),
    /// `pool`.
    Pool(usize),
    /// `pool6`.
    Pool6(usize),
    /// `group`; one that has a name is among [`super::Conf::groups`].
    Group(Option<usize>),
    /// `host`.
    Host(usize),
    /// `class`.
    Class(usize),
    /// `subclass`, by its number among [`super::Conf::classes`].
    Subclass(usize),
}

/// A scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The scope around it; the outermost one has none.
    pub parent: Option<usize>,
    /// Where it begins.
    pub place: Place,
    /// What stands in it, in order.
    pub items: Vec<Item>,
    /// `authoritative` or `not authoritative`, the last one.
    pub authoritative: Option<bool>,
    /// Its number, from 1, among those of the same kind and name in the same scope.
    pub(super) ordinal: usize,
    /// There are several of these.
    pub(super) has_twins: bool,
}

/// What stands in a scope.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A statement.
    Stated(Stated),
    /// Another scope.
    Scope(usize),
}

/// A statement with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// Where it begins.
    pub place: Place,
    /// How it was written, on one line, without comments; a secret is left out.
    pub text: Box<[u8]>,
    /// What it is; [`Statement::Nothing`] where it declares something, such as a range.
    pub statement: Statement,
}

impl Scope {
    pub(super) fn new(kind: ScopeKind, parent: Option<usize>, place: Place) -> Self {
        Scope { kind, parent, place, items: Vec::new(), authoritative: None, ordinal: 1, has_twins: false }
    }

    /// The statements that stand in it, without those of the scopes inside.
    pub fn statements(&self) -> impl DoubleEndedIterator<Item = &Stated> {
        self.items.iter().filter_map(|item| match item {
            Item::Stated(stated) => Some(stated),
            Item::Scope(_) => None,
        })
    }

    /// The scopes that stand in it.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.items.iter().filter_map(|item| match item {
            Item::Scope(scope) => Some(*scope),
            Item::Stated(_) => None,
        })
    }
}
