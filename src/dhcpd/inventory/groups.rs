//! Groups that hosts can name.

use std::collections::HashMap;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::leases::{Block, Placed};
use crate::dhcpd::statements::Statement;

use super::reservations::Origin;

/// A group with a name, as it is in effect.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedGroup {
    /// Its name.
    pub name: Vec<u8>,
    /// What its hosts have of it, those of the groups around it included.
    pub statements: Vec<Statement>,
    /// Its scope, where it is as dhcpd.conf declares it.
    pub scope: Option<usize>,
    /// Where it is declared.
    pub origin: Origin,
    /// dhcpd.conf declares a group of that name.
    pub is_declared: bool,
}

/// The groups with names of both files: the last block of a name counts, and before it dhcpd.conf.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// `None` for one that a later one has taken the place of, or that is deleted.
    all: Vec<Option<NamedGroup>>,
    by_name: HashMap<Vec<u8>, usize>,
}

impl Groups {
    /// Those of a configuration, and of the blocks of a lease file.
    pub fn of(conf: Option<&Conf>, blocks: &[Placed<Block>]) -> Groups {
        let mut groups = Groups::default();
        let declared = conf.into_iter().flat_map(|conf| conf.groups.iter().map(move |group| (conf, group)));
        for (conf, group) in declared {
            let scope = group.scope.unwrap_or_default();
            groups.put(NamedGroup {
                name: group.name.clone(),
                statements: conf.statements_of_group(scope),
                scope: Some(scope),
                origin: Origin::Conf(conf.scopes[scope].place),
                is_declared: true,
            });
        }
        for block in blocks {
            match &block.what {
                Block::Group(group) if group.deleted => drop(groups.remove(&group.name)),
                Block::Group(group) => groups.put(NamedGroup {
                    name: group.name.clone(),
                    statements: group.statements.clone(),
                    scope: None,
                    origin: Origin::Leases(block.place.line),
                    is_declared: groups.get(&group.name).is_some_and(|before| before.is_declared),
                }),
                _ => {}
            }
        }
        groups
    }

    fn put(&mut self, group: NamedGroup) {
        self.remove(&group.name);
        self.by_name.insert(group.name.clone(), self.all.len());
        self.all.push(Some(group));
    }

    fn remove(&mut self, name: &[u8]) -> Option<NamedGroup> {
        self.by_name.remove(name).and_then(|number| self.all[number].take())
    }

    /// The group of that name.
    pub fn get(&self, name: &[u8]) -> Option<&NamedGroup> {
        self.by_name.get(name).and_then(|number| self.all[*number].as_ref())
    }

    /// All of them, in the order of their declarations.
    pub fn iter(&self) -> impl Iterator<Item = &NamedGroup> {
        self.all.iter().flatten()
    }
}
