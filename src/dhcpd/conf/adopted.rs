//! What clients of OMAPI have made, which stands in the lease file: it joins a configuration as dhcpd has it in memory.

use std::path::PathBuf;

use crate::dhcpd::declarations::{Class, Group, Host};
use crate::dhcpd::leases::{Block, Placed};
use crate::dhcpd::statements::{Statement, write_readably};

use super::Conf;
use super::fold::fold;
use super::scope::{Item, Place, Scope, ScopeKind, Stated};

impl Conf {
    /// A file that declarations may come from as well; its number among [`Conf::files`].
    pub fn adopt_file(&mut self, path: PathBuf) -> usize {
        self.files.push(path);
        self.files.len() - 1
    }

    /// Takes in all that clients of OMAPI have made, from the blocks of a lease file that is among [`Conf::files`].
    pub fn adopt_blocks(&mut self, file: usize, blocks: &[Placed<Block>]) {
        for block in blocks {
            let line = u32::try_from(block.place.line).unwrap_or(u32::MAX);
            let place = Place { file, line, column: 1 };
            match &block.what {
                Block::Host(host) => self.adopt_host(host, place),
                Block::Group(group) => self.adopt_group(group, place),
                Block::Class(class) => self.adopt_class(class),
                _ => {}
            }
        }
        self.number_scopes();
    }

    /// Takes in a host of the lease file, or takes out the one that it deletes. Others of its name count no more.
    fn adopt_host(&mut self, host: &Host, place: Place) {
        self.hosts.iter_mut().filter(|other| other.name == host.name).for_each(|other| other.deleted = true);
        if host.deleted {
            return;
        }
        let scope = self.adopt_scope(ScopeKind::Host(self.hosts.len()), &host.statements, place);
        self.hosts.push(Host { scope: Some(scope), ..host.clone() });
    }

    /// The same of a group.
    fn adopt_group(&mut self, group: &Group, place: Place) {
        self.groups.iter_mut().filter(|other| other.name == group.name).for_each(|other| other.deleted = true);
        if group.deleted {
            return;
        }
        let scope = self.adopt_scope(ScopeKind::Group(Some(self.groups.len())), &group.statements, place);
        self.groups.push(Group { scope: Some(scope), ..group.clone() });
    }

    /// The same of a class or a subclass, whose statements are not kept.
    fn adopt_class(&mut self, class: &Class) {
        let is_it = |other: &&mut Class| other.name == class.name && other.hash_string == class.hash_string;
        if class.deleted {
            self.classes.iter_mut().filter(is_it).for_each(|other| other.deleted = true);
        } else if class.hash_string.is_some() || !self.context.classes.contains(&class.name) {
            self.context.classes.insert(class.name.clone());
            self.classes.push(class.clone());
        }
    }

    fn adopt_scope(&mut self, kind: ScopeKind, statements: &[Statement], place: Place) -> usize {
        let mut scope = Scope::new(kind, Some(0), place);
        scope.items.extend(
            statements.iter().map(|statement| {
                Item::Stated(Stated { place, text: written(statement), statement: statement.clone() })
            }),
        );
        self.scopes.push(scope);
        self.scopes.len() - 1
    }
}

/// A statement on one line.
fn written(statement: &Statement) -> Box<[u8]> {
    let mut text = Vec::new();
    write_readably(std::slice::from_ref(statement), 0, &mut text);
    fold(&text)
}
