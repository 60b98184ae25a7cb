//! Named groups, whose statements hosts can share.

use crate::dhcpd::statements::{self, Statement};
use crate::omapi::ResultCode;
use crate::omapi::server::ValueList;

use super::index::Index;
use super::journal::{Journal, ObjectKind};
use super::object::{Object, ParseStatements};
use super::slab::Slab;
use super::text;
use super::text::{c_string, text_of_statements};

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Without one until the first update is done.
    pub name: Option<Vec<u8>>,
    /// There once statements were set, even none.
    pub statements: Option<Vec<Statement>>,
    /// Made by a client, and so kept in the lease file.
    pub dynamic: bool,
    /// In place of one that was declared in dhcpd.conf.
    pub fixed: bool,
    /// It has been removed.
    pub deleted: bool,
}

impl Group {
    /// Bytes that its values take in memory, about.
    pub(super) fn footprint(&self) -> usize {
        let statements = self.statements.as_deref().map_or(0, statements::footprint);
        statements + 2 * self.name.as_ref().map_or(0, Vec::len)
    }
}

/// All named groups.
#[derive(Debug, Default)]
pub struct Groups {
    all: Slab<Group>,
    names: Index,
}

impl Groups {
    pub(super) fn get(&self, number: u32) -> &Group {
        &self.all[number]
    }

    /// Adds one that nobody can find yet.
    pub(super) fn add(&mut self, group: Group) -> u32 {
        self.all.add(group)
    }

    /// Forgets one that nobody can find; another one gets its number.
    pub(super) fn discard(&mut self, number: u32) {
        self.all.discard(number);
    }

    /// Whether it can be found.
    pub(super) fn is_kept(&self, number: u32) -> bool {
        self.names.contains(self.name(number), number)
    }

    pub(super) fn named(&self, name: &[u8]) -> Option<u32> {
        self.names.get(name)
    }

    /// The group of that name, unless it was removed.
    pub(super) fn live(&self, name: &[u8]) -> Option<u32> {
        self.named(name).filter(|&number| !self.get(number).deleted)
    }

    pub(super) fn name(&self, number: u32) -> &[u8] {
        self.get(number).name.as_deref().unwrap_or_default()
    }

    pub(super) fn statements(&self, number: u32) -> Option<&[Statement]> {
        self.get(number).statements.as_deref()
    }

    /// Makes a group known, in place of another of its name.
    pub(super) fn enter(&mut self, number: u32) {
        let name = self.name(number).to_vec();
        match self.names.get(&name) {
            Some(other) if other != number => {
                if !self.get(other).dynamic {
                    self.all[number].fixed = true;
                }
                match self.get(other).deleted {
                    true => {
                        self.names.pop(&name);
                    }
                    false => {
                        self.forget(other);
                        // dhcpd does not find the new one then, where the old one was from dhcpd.conf.
                        if self.names.get(&name).is_some() {
                            return;
                        }
                    }
                }
                self.names.push(&name, number);
            }
            Some(_) => {}
            None => {
                self.names.push(&name, number);
            }
        }
    }

    /// Removes a group that another one replaces, or that the lease file says is deleted.
    pub(super) fn forget(&mut self, number: u32) {
        let name = self.name(number).to_vec();
        let group = &mut self.all[number];
        if group.dynamic && !group.fixed {
            self.names.remove(&name, number);
        } else {
            group.deleted = true;
            group.statements = None;
        }
    }

    /// Removes a group because a client says so.
    pub(super) fn remove(&mut self, number: u32, journal: &mut Journal) -> Result<(), ResultCode> {
        self.all[number].deleted = true;
        let name = self.name(number).to_vec();
        self.write(number, journal)?;
        self.names.remove(&name, number);
        let group = &mut self.all[number];
        (group.name, group.statements) = (None, None);
        Ok(())
    }

    pub(super) fn write(&self, number: u32, journal: &mut Journal) -> Result<(), ResultCode> {
        let name = self.name(number);
        if !text::is_printable(name) {
            return Err(ResultCode::IO_ERROR);
        }
        journal.write(ObjectKind::Group, name, self.block(number), self.get(number).deleted);
        Ok(())
    }

    /// A group's block of the lease file.
    pub(super) fn block(&self, number: u32) -> Vec<u8> {
        let group = self.get(number);
        let mut out = [b"group ", self.name(number), b" {"].concat();
        if group.dynamic {
            out.extend_from_slice(b"\n  dynamic;");
        }
        if group.fixed {
            out.extend_from_slice(b"\n  static;");
        }
        if group.deleted {
            out.extend_from_slice(b"\n  deleted;");
        } else if let Some(own) = &group.statements {
            statements::write(own, 8, &mut out);
        }
        out.extend_from_slice(b"\n}\n");
        out
    }

    pub(super) fn set(
        &mut self,
        number: u32,
        name: &[u8],
        value: Option<&[u8]>,
        parse: ParseStatements<'_>,
    ) -> Result<(), ResultCode> {
        let group = &mut self.all[number];
        match name {
            b"name" if group.name.is_some() => Err(ResultCode::ALREADY_EXISTS),
            b"name" => {
                group.name = Some(c_string(value.ok_or(ResultCode::INVALID_ARGUMENT)?));
                Ok(())
            }
            b"statements" if group.statements.as_ref().is_some_and(|own| !own.is_empty()) => {
                Err(ResultCode::ALREADY_EXISTS)
            }
            b"statements" => {
                group.statements = Some(Vec::new());
                let (own, sound) = parse(text_of_statements(value)?);
                group.statements = Some(own);
                if sound { Ok(()) } else { Err(ResultCode::BAD_PARSE) }
            }
            _ => Err(ResultCode::NOT_FOUND),
        }
    }

    /// Names a group that a client did not name.
    pub(super) fn set_generated_name(&mut self, number: u32, name: Vec<u8>) {
        self.all[number].name = Some(name);
    }

    pub(super) fn values(&self, number: u32, list: &mut ValueList<'_, Object>) {
        if let Some(name) = &self.get(number).name {
            list.bytes(b"name", name);
        }
    }
}
