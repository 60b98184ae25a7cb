//! dhcpd's own language: declarations for dhcpd.conf, and the blocks of a lease file.

use std::io::Write;

use anyhow::Result;

use crate::dhcpd::conf::Item;
use crate::dhcpd::declarations::{Address, Host};
use crate::dhcpd::hardware;
use crate::dhcpd::options::DHCP;
use crate::dhcpd::statements::{Statement, client_identifier};
use crate::render::text::colon_hex;

use super::chosen::Chosen;
use super::entry::{self, Entry};
use super::files::Files;
use super::told::Told;

/// Writes declarations, and returns how many there are.
pub(super) fn write(files: &Files, chosen: &Chosen<'_>, out: &mut dyn Write, told: &mut Told<'_>) -> Result<u64> {
    let mut count = 0;
    entry::for_each(files, chosen, told, &mut |entry, told| {
        if let Err(why) = entry.check_name() {
            told.lose(&format!("{} is left out: {why}", entry.called()));
            return Ok(());
        }
        if count == 0 {
            definitions(files, out)?;
        }
        count += 1;
        declaration(&entry, files, chosen, out, told)
    })?;
    Ok(count)
}

/// The options that dhcpd.conf defines: statements may be about them.
fn definitions(files: &Files, out: &mut dyn Write) -> Result<()> {
    let items = files.conf.iter().flat_map(|conf| &conf.scopes).flat_map(|scope| &scope.items);
    for item in items {
        if let Item::Stated(stated) = item
            && stated.statement == Statement::Nothing
            && is_definition(&stated.text)
        {
            out.write_all(&stated.text)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Whether a text that is no statement defines an option or a space of them.
pub(super) fn is_definition(text: &[u8]) -> bool {
    text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"option "))
}

fn declaration(
    entry: &Entry<'_>,
    files: &Files,
    chosen: &Chosen<'_>,
    out: &mut dyn Write,
    told: &mut Told<'_>,
) -> Result<()> {
    out.write_all(if entry.host.is_some() { b"host " } else { b"group " })?;
    match entry.host {
        Some(_) => out.write_all(entry.name)?,
        None => quoted(out, entry.name)?,
    }
    out.write_all(b" {\n")?;
    if let Some(host) = entry.host {
        own_lines(host, entry, out, told)?;
    }
    match entry.group.as_deref() {
        Some(group) if chosen.what.groups && files.group(group).is_some_and(entry::can_be_named) => {
            out.write_all(b"  group ")?;
            quoted(out, group)?;
            out.write_all(b";\n")?;
        }
        Some(group) => told.lose(&format!(
            "{} is written without its group `{}`, which is not among what is exported",
            entry.called(),
            group.escape_ascii()
        )),
        None => {}
    }
    match entry.host.and_then(|host| host.scope).zip(files.conf.as_ref()).filter(|_| entry.are_lost) {
        // As they stand in dhcpd.conf they can be read.
        Some((scope, conf)) => {
            for stated in conf.scopes[scope].statements() {
                if is_own(&stated.statement, entry) {
                    out.write_all(b"  ")?;
                    out.write_all(&stated.text)?;
                    out.write_all(b"\n")?;
                }
            }
        }
        None => {
            if let Some(statements) = entry.read_statements(told) {
                writeln!(out, "  {statements}")?;
            }
        }
    }
    out.write_all(b"}\n")?;
    Ok(())
}

/// Whether a host's statement is written as it stands.
fn is_own(statement: &Statement, entry: &Entry<'_>) -> bool {
    let is_identifier = || client_identifier(std::slice::from_ref(statement)).is_some();
    *statement != Statement::Nothing && !(entry.client_id.is_some() && is_identifier())
}

/// What can stand in a host only.
fn own_lines(host: &Host, entry: &Entry<'_>, out: &mut dyn Write, told: &mut Told<'_>) -> Result<()> {
    if let Some((kind, address)) = &host.hardware {
        match hardware::name((*kind).into()) {
            Some(name) => write!(out, "  hardware {name}")?,
            None => write!(out, "  hardware unknown-{kind}")?,
        }
        if !address.is_empty() {
            write!(out, " {}", colon_hex(address))?;
        }
        out.write_all(b";\n")?;
    }
    if let Some(client_id) = entry.client_id {
        out.write_all(b"  option dhcp-client-identifier ")?;
        text_or_hex(out, client_id)?;
        out.write_all(b";\n")?;
    }
    if !host.addresses.is_empty() {
        let is_v6 = host.addresses.iter().any(|address| matches!(address, Address::Ip(ip) if ip.is_ipv6()));
        out.write_all(if is_v6 { b"  fixed-address6 " } else { b"  fixed-address " })?;
        for (number, address) in host.addresses.iter().enumerate() {
            if number > 0 {
                out.write_all(b", ")?;
            }
            match address {
                Address::Ip(address) => write!(out, "{address}")?,
                Address::Name(name) => out.write_all(name)?,
            }
        }
        out.write_all(b";\n")?;
    }
    for (prefix, length) in &host.prefixes6 {
        writeln!(out, "  fixed-prefix6 {prefix}/{length};")?;
    }
    if let Some(identifier) = &host.identifier {
        if identifier.value.is_empty() {
            told.lose(&format!("{} is written without its `host-identifier`, which has no value", entry.called()));
            return Ok(());
        }
        match identifier.relay {
            Some(relay) => write!(out, "  host-identifier v6relopt {relay} ")?,
            None => out.write_all(b"  host-identifier option ")?,
        }
        if *identifier.option.space != *DHCP {
            out.write_all(&identifier.option.space)?;
            out.write_all(b".")?;
        }
        out.write_all(&identifier.option.name)?;
        writeln!(out, " {};", colon_hex(&identifier.value))?;
    }
    Ok(())
}

/// Text in quotes, where all of it prints and needs no escape; otherwise octets.
fn text_or_hex(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    match !bytes.is_empty() && bytes.iter().all(is_plain) {
        true => quoted(out, bytes),
        false => Ok(write!(out, "{}", colon_hex(bytes))?),
    }
}

fn quoted(out: &mut dyn Write, text: &[u8]) -> Result<()> {
    out.write_all(b"\"")?;
    out.write_all(text)?;
    Ok(out.write_all(b"\"")?)
}

/// Writes the blocks of leases as they stand in the lease file, and returns how many there are.
pub(super) fn write_leases(files: &Files, chosen: &Chosen<'_>, out: &mut dyn Write) -> Result<u64> {
    anyhow::ensure!(
        !files.is_v6(),
        "--format dhcpd: leases of DHCPv6 are not exported to a lease file; jsonl has them"
    );
    let mut block = Vec::new();
    files.for_each_lease(chosen, &|_| true, &mut |current| {
        block.clear();
        harmless(current.bytes.trim_ascii(), &mut block);
        block.push(b'\n');
        Ok(out.write_all(&block)?)
    })
}

/// The same block with octal escapes for what does not print. Outside of strings and comments there is nothing of that.
fn harmless(block: &[u8], out: &mut Vec<u8>) {
    let mut is_escaped = false;
    for &byte in block {
        match byte {
            b' '..=b'~' | b'\n' | b'\t' => out.push(byte),
            b'\r' => {}
            _ if is_escaped => out.extend_from_slice(format!("{byte:03o}").as_bytes()),
            _ => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_an_escape() {
        let mut out = Vec::new();
        harmless(b"uid \"a\xe9\\\x1b\\\\\x07\";\r\n", &mut out);
        assert_eq!(out, b"uid \"a\\351\\033\\\\\\007\";\n");
    }
}
