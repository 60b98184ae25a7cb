//! What is known of a lease file, so that what it says can be told from what it says again.
//!
//! dhcpd appends records, and each of them is a change. Now and then it writes the file anew, or somebody
//! puts another one in its place, and all of it comes again. From then on a record is judged by what was
//! known of its name: up to where the new file says the same it is history, what comes after that is news.
//! Where it does not say the same within a look, its last record is. A file may be a while in the writing,
//! so that holds for each name until the new file has spoken of it. How many records wait for the end of a
//! look is bounded: those for which there is no room are news at once.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::dhcpd::leases::{Block, Ia, IaKind, Placed, State, Summary, Table, Time};

/// The most records that wait for the end of a look; one takes about a kilobyte.
const MOST_WAITING: usize = 1 << 17;

/// What a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Lease(Ipv4Addr),
    Ia(IaKind, u32, Box<[u8]>),
    Host(Box<[u8]>),
}

impl Name {
    fn of(block: &Block) -> Option<Name> {
        match block {
            Block::Lease(lease) => Some(Name::Lease(lease.address)),
            Block::Ia(ia) => Some(Name::Ia(ia.kind, ia.iaid, ia.duid.as_slice().into())),
            Block::Host(host) => Some(Name::Host(host.name.as_slice().into())),
            _ => None,
        }
    }
}

/// What a record says, as far as a change of it counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    Lease { state: Option<State>, starts: Option<Time>, ends: Option<Time> },
    Ia { cltt: Option<Time>, held: Box<[Held]> },
    Host { deleted: bool },
}

/// An address or a prefix of an association.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) address: Ipv6Addr,
    pub(super) length: u8,
    pub(super) state: State,
    pub(super) ends: Time,
}

impl Fact {
    fn of(block: &Block) -> Option<Fact> {
        match block {
            Block::Lease(lease) => Some(Fact::of_lease(&Summary::of(lease, 0))),
            Block::Ia(ia) => Some(Fact::of_ia(ia)),
            Block::Host(host) => Some(Fact::Host { deleted: host.deleted }),
            _ => None,
        }
    }

    fn of_lease(lease: &Summary) -> Fact {
        Fact::Lease { state: lease.state, starts: lease.starts, ends: lease.ends }
    }

    /// The addresses are put in order, to be found.
    fn of_ia(ia: &Ia) -> Fact {
        let held = ia.addresses.iter();
        let held = held.map(|one| Held { address: one.address, length: one.length, state: one.state, ends: one.ends });
        let mut held: Box<[Held]> = held.collect();
        held.sort_by_key(|one| (one.address, one.length));
        Fact::Ia { cltt: ia.cltt, held }
    }

    /// What it says of an address or a prefix.
    pub(super) fn held(&self, address: Ipv6Addr, length: u8) -> Option<Held> {
        let Fact::Ia { held, .. } = self else { return None };
        let found = held.binary_search_by_key(&(address, length), |one| (one.address, one.length));
        found.ok().map(|at| held[at])
    }

    /// All that it says an association has.
    pub(super) fn all_held(&self) -> &[Held] {
        match self {
            Fact::Ia { held, .. } => held,
            _ => &[],
        }
    }

    /// Whether a later record says the same of one of its addresses, and something else of another one.
    pub(super) fn differs_elsewhere(&self, later: &Fact, address: Ipv6Addr, length: u8) -> bool {
        match (self, later) {
            (Fact::Ia { cltt, .. }, Fact::Ia { cltt: later_cltt, .. }) => {
                cltt == later_cltt && self.held(address, length) == later.held(address, length) && self != later
            }
            _ => false,
        }
    }
}

/// A record that is news.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) record: Placed<Block>,
    /// What it says.
    pub(super) fact: Fact,
    /// What was known of the same name before.
    pub(super) before: Option<Fact>,
}

/// What was said last of a name.
#[derive(Clone, Debug)]
struct Said {
    fact: Fact,
    /// How many times the file had been written anew by then.
    file: u32,
    /// The look in which this file was found to say what the one before said; 0 for none.
    repeated: u32,
}

/// What is known.
#[derive(Debug)]
pub(super) struct Known {
    /// What the file said before it was followed.
    table: Table,
    /// The table's associations in the order of their names.
    by_name: Vec<u32>,
    /// What has been said since, and hosts.
    said: HashMap<Name, Said>,
    /// Who has which address, by what has been said since.
    holders: HashMap<(Ipv6Addr, u8), Option<State>>,
    /// How many times the file has been written anew.
    file: u32,
    /// Looks at it, from 1.
    look: u32,
    /// The last record of each name that this file says something else of, and has not yet said the same.
    waiting: HashMap<Name, Placed<Block>>,
}

impl Known {
    pub(super) fn of(table: Table) -> Known {
        let ias = table.ias();
        let mut by_name: Vec<u32> = (0..ias.len() as u32).collect();
        by_name.sort_unstable_by_key(|&number| ia_name(&ias[number as usize].what));
        let mut said = HashMap::new();
        for Placed { what, .. } in table.blocks() {
            if let (Block::Host(_), Some(name), Some(fact)) = (what, Name::of(what), Fact::of(what)) {
                said.insert(name, Said { fact, file: 0, repeated: 0 });
            }
        }
        Known { table, by_name, said, holders: HashMap::new(), file: 0, look: 1, waiting: HashMap::new() }
    }

    /// Another file follows, or the same one from its beginning.
    pub(super) fn rewritten(&mut self) {
        self.file += 1;
    }

    /// Takes a record. `None` if it is no change, or may turn out to be none when all of the file has been
    /// looked at.
    pub(super) fn take(&mut self, record: Placed<Block>) -> Option<Change> {
        let (name, fact) = (Name::of(&record.what)?, Fact::of(&record.what)?);
        let Some(said) = self.last(&name) else { return Some(self.change(name, fact, None, record)) };
        match (said.file == self.file, said.fact == fact) {
            (false, true) => {
                self.waiting.remove(&name);
                self.said.insert(name, Said { fact, file: self.file, repeated: self.look });
                None
            }
            (false, false) if self.waiting.len() < MOST_WAITING || self.waiting.contains_key(&name) => {
                self.waiting.insert(name, record);
                None
            }
            (true, true) if said.repeated == self.look => None,
            _ => Some(self.change(name, fact, Some(said.fact), record)),
        }
    }

    /// Ends a look at the file: what was in doubt till then and is a change, in the order of the file.
    pub(super) fn settle(&mut self) -> Vec<Change> {
        self.look += 1;
        let mut waiting: Vec<_> = self.waiting.drain().collect();
        waiting.sort_unstable_by_key(|(_, record)| record.place);
        let changes = waiting.into_iter().filter_map(|(name, record)| {
            let fact = Fact::of(&record.what)?;
            let before = self.last(&name).map(|said| said.fact);
            Some(self.change(name, fact, before, record))
        });
        changes.collect()
    }

    /// What an address or a prefix was, whoever had it; from now on it is something else, or nobody's.
    pub(super) fn replace_state(&mut self, address: Ipv6Addr, length: u8, state: Option<State>) -> Option<State> {
        match self.holders.insert((address, length), state) {
            Some(before) => before,
            None => self.table.binding_of(address, length).map(|(_, binding)| binding.state),
        }
    }

    fn change(&mut self, name: Name, fact: Fact, before: Option<Fact>, record: Placed<Block>) -> Change {
        self.said.insert(name, Said { fact: fact.clone(), file: self.file, repeated: 0 });
        Change { record, fact, before }
    }

    fn last(&self, name: &Name) -> Option<Said> {
        if let Some(said) = self.said.get(name) {
            return Some(said.clone());
        }
        let fact = match name {
            Name::Lease(address) => self.table.get(*address).map(|lease| Fact::of_lease(&lease)),
            Name::Ia(kind, iaid, duid) => {
                let ia = |number: &u32| &self.table.ias()[*number as usize].what;
                let found = self.by_name.binary_search_by_key(&(*kind, *iaid, &**duid), |number| ia_name(ia(number)));
                found.ok().map(|at| Fact::of_ia(ia(&self.by_name[at])))
            }
            Name::Host(_) => None,
        };
        fact.map(|fact| Said { fact, file: 0, repeated: 0 })
    }
}

fn ia_name(ia: &Ia) -> (IaKind, u32, &[u8]) {
    (ia.kind, ia.iaid, &ia.duid)
}

#[cfg(test)]
mod tests {
    use crate::dhcpd::declarations::Context;
    use crate::dhcpd::leases::{Source, history};

    use super::*;

    /// Leases of so many addresses from 10.0.0.0 on.
    fn records(count: u32, state: &str) -> Vec<Placed<Block>> {
        let lease = |number| {
            let address = Ipv4Addr::from_bits(0x0a00_0000 + number);
            format!("lease {address} {{\n  ends never;\n  binding state {state};\n}}\n")
        };
        let text: String = (0..count).map(lease).collect();
        let mut records = Vec::new();
        let source = Source::from_bytes("leases", text.into_bytes());
        history(&source, &Context::default(), &mut |record| {
            records.push(record);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        records
    }

    #[test]
    fn what_waits_is_bounded_and_all_is_told() {
        let mut known = Known::of(Table::default());
        let count = MOST_WAITING + 10;
        let tell = |known: &mut Known, state| {
            records(count as u32, state).into_iter().filter_map(|record| known.take(record)).count()
        };
        assert_eq!(tell(&mut known, "active"), count);
        known.rewritten();
        assert_eq!(tell(&mut known, "released"), 10);
        let changes = known.settle();
        assert_eq!(changes.len(), MOST_WAITING);
        assert!(changes.is_sorted_by_key(|change| change.record.place));
        assert!(known.settle().is_empty());
        known.rewritten();
        assert_eq!((tell(&mut known, "released"), known.settle().len()), (0, 0));
    }

    #[test]
    fn an_association_differs_elsewhere_if_what_it_says_of_an_address_is_the_same() {
        let address = |last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last);
        let fact = |cltt, states: [State; 2]| {
            let held = |(last, state)| Held { address: address(last), length: 128, state, ends: Time::Never };
            Fact::Ia { cltt: Some(Time::At(cltt)), held: (0..).zip(states).map(held).collect() }
        };
        let before = fact(5, [State::Active, State::Active]);
        let one_released = fact(5, [State::Active, State::Released]);
        let renewed = fact(6, [State::Active, State::Active]);
        for (later, last, differs_elsewhere) in
            [(&one_released, 0, true), (&one_released, 1, false), (&renewed, 0, false), (&before, 0, false)]
        {
            assert_eq!(before.differs_elsewhere(later, address(last), 128), differs_elsewhere, "{later:?} {last}");
        }
    }
}
