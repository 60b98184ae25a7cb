//! Which classes a client is in.
//!
//! As observed on dhcpd 4.4.3-P1 (`tests/dhcpd_effective.rs`): classes are looked at in the order in which they are first
//! declared. A class with a `match if` whose condition does not hold is out; one that holds is in, unless it also matches by
//! data. Of a class that matches by data the client is in the subclass that stands for its data; that one has the
//! statements of its class, and its own after them. No more than five classes count. A class that is declared again goes on
//! with the same statements.

use std::collections::HashMap;

use super::Conf;
use super::client::Fact;
use super::evaluate::{Asking, Verdict};

/// Classes that count for a client.
const MOST: usize = 5;

/// A class that a client is in: the number of its class or subclass among [`Conf::classes`].
pub(super) type Membership = usize;

/// The classes that a client is in, and those that it may be in.
#[derive(Debug, Default)]
pub(super) struct Memberships {
    pub(super) certain: Vec<Membership>,
    /// By the number of the class's first declaration.
    pub(super) undecided: Vec<usize>,
}

/// The declarations of classes.
#[derive(Debug, Default)]
pub(super) struct Classes<'a> {
    /// Numbers of the declarations of each class, by name; the first ones in order.
    declarations: HashMap<&'a [u8], Vec<usize>>,
    order: Vec<usize>,
    /// Numbers of the declarations of a subclass, by its class and what it stands for.
    subclasses: HashMap<(&'a [u8], &'a [u8]), Vec<usize>>,
}

impl<'a> Classes<'a> {
    pub(super) fn of(conf: &'a Conf) -> Self {
        let mut classes = Classes::default();
        for (number, class) in conf.classes.iter().enumerate().filter(|(_, class)| !class.deleted) {
            match &class.hash_string {
                Some(stands_for) => classes.subclasses.entry((&class.name, stands_for)).or_default().push(number),
                None => {
                    let known = classes.declarations.entry(&class.name).or_default();
                    if known.is_empty() {
                        classes.order.push(number);
                    }
                    known.push(number);
                }
            }
        }
        classes
    }

    /// The classes of a client.
    pub(super) fn of_client(&self, asking: &Asking<'_>) -> Memberships {
        let mut found = Memberships::default();
        for first in &self.order {
            let class = &asking.conf.classes[*first];
            match self.membership(asking, &class.name) {
                Ok(Some(membership)) => found.certain.push(membership),
                Ok(None) => {}
                Err(()) => found.undecided.push(*first),
            }
        }
        found.certain.truncate(MOST);
        found
    }

    /// The class or subclass that a client is in, of the class of that name; an error where that cannot be decided.
    fn membership(&self, asking: &Asking<'_>, name: &[u8]) -> Result<Option<Membership>, ()> {
        let numbers = &self.declarations[name];
        let last = |of: &dyn Fn(usize) -> bool| numbers.iter().rev().copied().find(|number| of(*number));
        let classes = &asking.conf.classes;
        let condition =
            last(&|number| classes[number].condition.is_some()).and_then(|it| classes[it].condition.as_ref());
        let data = last(&|number| classes[number].data.is_some()).and_then(|it| classes[it].data.as_ref());
        let verdict = condition.map(|condition| asking.holds(condition));
        match (verdict, data) {
            (Some(Verdict::Fails), _) | (None, None) => Ok(None),
            (Some(Verdict::Undecided), _) => Err(()),
            (Some(Verdict::Holds), None) => Ok(Some(numbers[0])),
            (_, Some(data)) => match asking.fact(data) {
                Fact::Absent => Ok(None),
                Fact::Unknown => Err(()),
                Fact::Known(octets) if octets.is_empty() => Ok(None),
                Fact::Known(octets) => {
                    let declared = self.subclasses.get(&(name, &octets[..])).and_then(|numbers| numbers.first());
                    let spawned = || numbers.iter().any(|number| classes[*number].spawns).then_some(numbers[0]);
                    Ok(declared.copied().or_else(spawned))
                }
            },
        }
    }

    /// A class of that name, if there is one, by its first declaration.
    pub(super) fn named(&self, name: &[u8]) -> Option<Membership> {
        self.declarations.get(name).and_then(|numbers| numbers.first()).copied()
    }

    /// The scopes of a class, or of a subclass and its class, in the order in which their statements are run; those that it
    /// stands in come first.
    pub(super) fn scopes_of(&self, conf: &Conf, membership: Membership) -> Vec<usize> {
        let class = &conf.classes[membership];
        let Some(declared) = self.declarations.get(&class.name[..]) else { return Vec::new() };
        let own = declared.iter().filter_map(|number| conf.classes[*number].scope);
        let around = own.clone().next().and_then(|scope| conf.scopes[scope].parent);
        let mut scopes = around.map(|scope| conf.inherited(scope)).unwrap_or_default();
        scopes.reverse();
        scopes.extend(own);
        if let Some(stands_for) = &class.hash_string
            && let Some(numbers) = self.subclasses.get(&(&class.name[..], &stands_for[..]))
        {
            scopes.extend(numbers.iter().filter_map(|number| conf.classes[*number].scope));
        }
        scopes
    }

    /// The scopes of a class and of all its subclasses, without those that it stands in.
    pub(super) fn all_scopes_of<'s>(&'s self, conf: &'s Conf, first: usize) -> impl Iterator<Item = usize> + 's {
        let name = &conf.classes[first].name;
        let of_class = conf.classes.iter().filter(move |class| class.name == *name && !class.deleted);
        of_class.filter_map(|class| class.scope)
    }
}
