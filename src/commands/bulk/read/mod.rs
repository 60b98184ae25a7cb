//! Files that say what is wanted: tables, JSON, dhcpd.conf, and lease files of other servers.

mod declared;
mod entry;
mod json;
mod table;

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::dhcpd::Family;
use crate::dhcpd::options::Definitions;
use crate::shown::ShowPath as _;

use super::wanted::Wanted;

/// The largest file that is taken, in bytes.
const MAX_SIZE: u64 = 4 << 30;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV, with a head.
    Csv,
    /// JSON: a list, or entries one after the other.
    Json,
    /// dhcpd.conf.
    Conf,
    /// A lease file.
    Leases,
}

impl Format {
    /// Their names, as options have them.
    pub const NAMES: [(&'static str, Format); 5] = [
        ("csv", Format::Csv),
        ("json", Format::Json),
        ("jsonl", Format::Json),
        ("dhcpd", Format::Conf),
        ("leases", Format::Leases),
    ];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// What a file is written in, by its name or else by how it begins.
    fn of(path: &Path, text: &[u8]) -> Format {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv" | "tsv") => return Format::Csv,
            Some("json" | "jsonl" | "ndjson") => return Format::Json,
            Some("conf") => return Format::Conf,
            Some("leases") => return Format::Leases,
            _ => {}
        }
        let starts = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let is_said = |line: &&[u8]| !line.is_empty() && !line.starts_with(b"#");
        let first = starts.clone().find(is_said).unwrap_or_default();
        if first.starts_with(b"{") || first.starts_with(b"[") {
            return Format::Json;
        }
        let of_leases: [&[u8]; 5] =
            [b"lease ", b"authoring-byte-order ", b"server-duid ", b"ia-na ", b"failover peer "];
        if starts.take(64).any(|line| of_leases.iter().any(|word| line.starts_with(word))) {
            return Format::Leases;
        }
        let ends_as_statement = first.ends_with(b";") || first.ends_with(b"{") || first.ends_with(b"}");
        if ends_as_statement && !first.contains(&b',') { Format::Conf } else { Format::Csv }
    }
}

/// Reads a file; `-` is stdin. Its statements may name these options, and a lease file is one of a server of that family.
///
/// # Errors
///
/// It cannot be read. What is wrong in it is among [`Wanted::faults`].
pub(in crate::commands) fn read(
    path: &Path,
    format: Option<Format>,
    definitions: &Definitions,
    family: Option<Family>,
) -> Result<Wanted> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin { "stdin".to_owned() } else { path.shown().to_string() };
    let mut text = Vec::new();
    let input: Box<dyn Read> = match is_stdin {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(crate::limits::open(path).with_context(|| format!("cannot read {name}"))?),
    };
    input.take(MAX_SIZE + 1).read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
    ensure!(text.len() as u64 <= MAX_SIZE, "{name} has more than {MAX_SIZE} bytes, which is no list of hosts");
    // Programs of Windows begin a text with it.
    if text.starts_with(b"\xef\xbb\xbf") {
        text.drain(..3);
    }
    let format = format.unwrap_or_else(|| Format::of(path, &text));
    let mut wanted = Wanted::of(&name, definitions.clone());
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        wanted.fault(1, "this is UTF-16: save it as UTF-8");
        return Ok(wanted);
    }
    match format {
        Format::Csv => table::read(&text, &mut wanted),
        Format::Json => json::read(&text, &mut wanted),
        Format::Conf => declared::read_conf(path, &text, &mut wanted),
        Format::Leases => declared::read_leases(text, family, &mut wanted),
    }
    Ok(wanted)
}
