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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcpd::declarations::Context;
    use crate::dhcpd::leases::{Source, Table};

    #[test]
    fn the_last_block_of_a_name_counts_and_before_it_dhcpd_conf() {
        let conf = b"group a { filename \"conf\"; } group b { } group c { }\n\
                     subnet 10.0.0.0 netmask 255.0.0.0 { }\n";
        let conf = Conf::parse("conf", conf).expect("a sound configuration");
        let file = "group a { dynamic; filename \"made\"; }\ngroup b { dynamic; deleted; }\n\
                    group d { dynamic; filename \"made\"; }\n";
        let source = Source::from_bytes("leases", file.into());
        let table = Table::read(&source, &Context::default(), 1, &|_| {}).expect("it is in memory");
        let groups = Groups::of(Some(&conf), table.blocks());
        let told = |group: &NamedGroup| (group.name.clone(), group.origin, group.is_declared, group.scope.is_some());
        let all: Vec<_> = groups.iter().map(told).collect();
        let declared = groups.get(b"c").expect("dhcpd.conf has it").origin;
        assert!(matches!(declared, Origin::Conf(_)));
        assert_eq!(
            all,
            [
                (b"c".to_vec(), declared, true, true),
                (b"a".to_vec(), Origin::Leases(1), true, false),
                (b"d".to_vec(), Origin::Leases(3), false, false),
            ]
        );
        assert_eq!(groups.get(b"a").expect("it was made").statements.len(), 1);
        assert_eq!(groups.get(b"b"), None);
    }
}
