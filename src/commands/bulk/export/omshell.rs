//! A script for omshell that makes hosts and groups again.

use std::io::Write;

use anyhow::Result;

use crate::commands::live::omshell_value;

use super::chosen::Chosen;
use super::entry::{self, Entry};
use super::files::Files;
use super::told::Told;

/// The longest line that ISC's omshell takes for one, in bytes.
const LONGEST_LINE: usize = 1022;

/// Writes it, and returns how many objects it makes.
pub(super) fn write(files: &Files, chosen: &Chosen<'_>, out: &mut dyn Write, told: &mut Told<'_>) -> Result<u64> {
    let mut count = 0;
    entry::for_each(files, chosen, told, &mut |entry, told| {
        if count == 0 {
            writeln!(out, "connect")?;
        }
        count += u64::from(object(&entry, files, out, told)?);
        Ok(())
    })?;
    Ok(count)
}

/// Writes one; whether it could be.
fn object(entry: &Entry<'_>, files: &Files, out: &mut dyn Write, told: &mut Told<'_>) -> Result<bool> {
    if let Err(why) = entry.check_name() {
        told.lose(&format!("{} is left out: {why}", entry.called()));
        return Ok(false);
    }
    let (addresses, others) = entry.octets();
    let group = entry.group.as_deref().filter(|name| {
        let group = files.group(name).map(|group| Entry::of_group(group, files));
        group.is_some_and(|group| group.check_name().is_ok() && group.are_kept() && !group.statements.is_empty())
    });
    if let Some(missing) = entry.group.as_deref().filter(|_| group.is_none()) {
        told.lose(&format!(
            "{} is written without its group `{}`, which cannot be made over OMAPI",
            entry.called(),
            missing.escape_ascii()
        ));
    }
    for other in &others {
        told.lose(&format!("{} is written without {other}: OMAPI takes addresses only, and no names", entry.called()));
    }
    for part in entry.v6_parts() {
        told.lose(&format!("{} is written without {part}, which OMAPI does not have", entry.called()));
    }
    let statements = entry.kept_statements(told);
    if entry.host.is_none() && statements.is_none() {
        told.lose(&format!("{} is left out: a group needs at least one statement", entry.called()));
        return Ok(false);
    }
    let number = |number: u32| number.to_be_bytes().to_vec();
    let mut values: Vec<(&str, Vec<u8>)> = vec![("name", entry.name.to_vec())];
    if let Some((kind, address)) = entry.hardware() {
        values.push(("hardware-address", address.clone()));
        values.push(("hardware-type", number((*kind).into())));
    }
    if let Some(client_id) = entry.client_id {
        values.push(("dhcp-client-identifier", client_id.to_vec()));
    }
    if !addresses.is_empty() {
        values.push(("ip-address", addresses));
    }
    if let Some(group) = group {
        values.push(("group", group.to_vec()));
    }
    if let Some(statements) = statements {
        values.push(("statements", statements.as_bytes().to_vec()));
    }
    writeln!(out, "new {}", if entry.host.is_some() { "host" } else { "group" })?;
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        let line = format!("set {name} = {}", omshell_value(name, value));
        if line.len() > LONGEST_LINE {
            told.note(&format!(
                "{}: the line of its {name} is longer than ISC's omshell takes; omsh takes it",
                entry.called()
            ));
        }
        writeln!(out, "{line}")?;
    }
    writeln!(out, "create\nclose")?;
    Ok(true)
}
