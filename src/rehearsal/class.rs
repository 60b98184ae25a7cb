//! Classes and subclasses.

use std::collections::HashMap;

use crate::omapi::ResultCode;
use crate::omapi::server::ValueList;

use super::group::Groups;
use super::index::Index;
use super::journal::{Journal, ObjectKind};
use super::object::Object;
use super::slab::Slab;
use super::text;
use super::text::c_string;

/// A subclass that was entered more often than that is not written more often.
const MAX_WRITTEN: u32 = 100;

/// A class, or a subclass of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Class {
    /// Whether it is a subclass, known by its class and its hash string.
    pub is_subclass: bool,
    /// Its name; a subclass has none.
    pub name: Option<Vec<u8>>,
    /// The class that a subclass belongs to, by number.
    pub superclass: Option<u32>,
    /// What a subclass stands for.
    pub hash_string: Option<Vec<u8>>,
    /// Leases that its members may have together; 0 for any number.
    pub lease_limit: u32,
    /// Leases that its members have.
    pub leases_used: u32,
    /// Whether a client has told it to match the hardware address.
    pub matches_hardware: bool,
    /// Made by a client, and so kept in the lease file.
    pub dynamic: bool,
    /// It has been removed.
    pub deleted: bool,
    /// How often a subclass was entered: dhcpd enters it again with each update.
    pub(super) entered: u32,
}

impl Class {
    /// Bytes that its values take in memory, about.
    pub(super) fn footprint(&self) -> usize {
        [&self.name, &self.hash_string].into_iter().flatten().map(|value| 2 * value.len()).sum()
    }
}

/// All classes and subclasses.
#[derive(Debug, Default)]
pub struct Classes {
    all: Slab<Class>,
    names: HashMap<Vec<u8>, u32>,
    /// By class and hash string.
    subclasses: HashMap<u32, Index>,
}

impl Classes {
    pub(super) fn get(&self, number: u32) -> &Class {
        &self.all[number]
    }

    /// Adds one that nobody can find yet.
    pub(super) fn add(&mut self, class: Class) -> u32 {
        self.all.add(class)
    }

    /// Forgets one that nobody can find; another one gets its number.
    pub(super) fn discard(&mut self, number: u32) {
        self.all.discard(number);
    }

    /// Whether it can be found, or is somebody's class.
    pub(super) fn is_kept(&self, number: u32) -> bool {
        let class = self.get(number);
        match (class.superclass, &class.hash_string, &class.name) {
            (Some(superclass), Some(hash_string), _) => {
                self.subclasses.get(&superclass).is_some_and(|index| index.contains(hash_string, number))
            }
            (_, _, Some(name)) if !class.is_subclass => {
                self.names.get(name) == Some(&number) || self.subclasses.contains_key(&number)
            }
            _ => false,
        }
    }

    pub(super) fn named(&self, name: &[u8]) -> Option<u32> {
        self.names.get(name).copied()
    }

    pub(super) fn subclass(&self, class: u32, hash_string: &[u8]) -> Option<u32> {
        self.subclasses.get(&class)?.get(hash_string)
    }

    /// Makes a class or subclass known.
    pub(super) fn enter(&mut self, number: u32) -> Result<(), ResultCode> {
        let class = self.get(number);
        if let (Some(superclass), Some(hash_string)) = (class.superclass, &class.hash_string) {
            let hash_string = hash_string.clone();
            self.all[number].entered += 1;
            self.subclasses.entry(superclass).or_default().push(&hash_string, number);
        } else if let Some(name) = &class.name {
            let name = name.clone();
            match self.names.get(&name) {
                Some(_) => return Err(ResultCode::ALREADY_EXISTS),
                None => self.names.insert(name, number),
            };
        }
        Ok(())
    }

    /// Takes a class or subclass out of where it is found, and marks it as deleted.
    pub(super) fn forget(&mut self, number: u32) {
        self.all[number].deleted = true;
        let class = self.get(number).clone();
        if let (Some(superclass), Some(hash_string)) = (class.superclass, &class.hash_string) {
            self.subclasses.entry(superclass).or_default().pop(hash_string);
        } else if let Some(name) = &class.name
            && self.names.get(name) == Some(&number)
        {
            self.names.remove(name);
        }
    }

    /// What an update comes to in the end. One that was there already exists, also when it is the
    /// same.
    pub(super) fn updated(&mut self, number: u32, journal: &mut Journal) -> Result<(), ResultCode> {
        let class = self.get(number);
        let complete = match class.is_subclass {
            true => class.superclass.is_some() && class.hash_string.is_some(),
            false => class.name.as_ref().is_some_and(|name| !name.is_empty()),
        };
        if !complete {
            return Err(ResultCode::INVALID_ARGUMENT);
        }
        self.enter(number)?;
        self.write(number, journal);
        Ok(())
    }

    pub(super) fn remove(&mut self, number: u32, journal: &mut Journal) {
        self.all[number].deleted = true;
        self.write(number, journal);
        self.forget(number);
    }

    /// Only what clients made is ever written; along with a class, made by them or not, its
    /// subclasses are written.
    fn write(&self, number: u32, journal: &mut Journal) {
        let class = self.get(number);
        if class.dynamic {
            let kind = if class.is_subclass { ObjectKind::Subclass } else { ObjectKind::Class };
            journal.write(kind, &self.full_name(number), self.block(number), class.deleted);
        }
        let mut subclasses = self.subclasses.get(&number).map(Index::numbers).unwrap_or_default();
        subclasses.sort_unstable();
        for subclass in subclasses {
            for _ in 0..self.get(subclass).entered.min(MAX_WRITTEN) {
                self.write(subclass, journal);
            }
        }
    }

    /// What the journal calls it: a class's name; for a subclass its class and its hash string.
    pub(super) fn full_name(&self, number: u32) -> Vec<u8> {
        let class = self.get(number);
        let (Some(superclass), Some(hash_string)) = (class.superclass, &class.hash_string) else {
            return class.name.clone().unwrap_or_default();
        };
        let mut name = [b"\"", self.get(superclass).name.as_deref().unwrap_or_default(), b"\" "].concat();
        text::identifier(hash_string, text::is_ascii_text, &mut name);
        name
    }

    /// The block of the lease file.
    pub(super) fn block(&self, number: u32) -> Vec<u8> {
        let class = self.get(number);
        let mut out = match class.superclass {
            Some(_) => [b"subclass ", &self.full_name(number)[..], b" {\n"].concat(),
            None => [b"class \"", class.name.as_deref().unwrap_or_default(), b"\" {\n"].concat(),
        };
        out.extend_from_slice(if class.deleted { b"  deleted;\n" } else { b"  dynamic;\n" });
        if class.lease_limit > 0 {
            out.extend_from_slice(format!("  lease limit {};\n", class.lease_limit as i32).as_bytes());
        }
        if class.matches_hardware {
            out.extend_from_slice(b"  match hardware;\n");
        }
        out.extend_from_slice(b"}\n\n");
        out
    }

    pub(super) fn set(
        &mut self,
        number: u32,
        name: &[u8],
        value: Option<&[u8]>,
        groups: &Groups,
    ) -> Result<(), ResultCode> {
        // Nothing here may be null.
        let value = value.ok_or(ResultCode::INVALID_ARGUMENT);
        let is_subclass = self.get(number).is_subclass;
        match name {
            b"name" if self.get(number).name.is_some() => return Err(ResultCode::ALREADY_EXISTS),
            b"name" if is_subclass => {
                let superclass = self.named(&c_string(value?)).ok_or(ResultCode::NOT_FOUND)?;
                let lease_limit = self.get(superclass).lease_limit;
                let class = &mut self.all[number];
                (class.superclass, class.lease_limit) = (Some(superclass), lease_limit);
            }
            b"name" => self.all[number].name = Some(c_string(value?)),
            b"hashstring" if is_subclass => match self.get(number).hash_string {
                Some(_) => return Err(ResultCode::ALREADY_EXISTS),
                None => self.all[number].hash_string = Some(value?.to_vec()),
            },
            b"group" => {
                groups.live(value?).ok_or(ResultCode::NOT_FOUND)?;
            }
            b"match" => {
                let value = value?;
                if !b"hardware".starts_with(&value[..value.len().min(8)]) {
                    return Err(ResultCode::INVALID_ARGUMENT);
                }
                self.all[number].matches_hardware = true;
            }
            b"option" => return Err(ResultCode::INVALID_ARGUMENT),
            _ => return Err(ResultCode::UNKNOWN_ATTRIBUTE),
        }
        Ok(())
    }

    pub(super) fn values(&self, number: u32, list: &mut ValueList<'_, Object>) {
        let class = self.get(number);
        list.integer(b"lease-limit", class.lease_limit);
        list.integer(b"leases-used", class.leases_used);
    }
}
