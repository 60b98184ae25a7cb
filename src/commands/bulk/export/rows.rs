//! CSV and JSON: a row for each host, group and lease. Those of hosts and groups are what `apply` reads.
//!
//! JSON has text as it is. In CSV, text is as [`crate::render`] writes it: quotes where RFC 4180 wants them; an
//! apostrophe before what a spreadsheet would take for a formula; `\x3b` for a semicolon, `\\` for a backslash, `\t`,
//! `\n` and `\xNN` for control characters, `\u{N}` for characters that deceive, and `\x2c` for a comma in one of several
//! addresses.

use std::io::{self, Write};
use std::sync::LazyLock;

use anyhow::Result;

use crate::commands::browse::{facts, leases};
use crate::commands::live::values::identifier_text;
use crate::dhcpd::declarations::Address;
use crate::render::{Batch, Column, Format, Look, RowMaker, Rows, Value};

use super::chosen::{Chosen, ExportFormat};
use super::entry::{self, Entry};
use super::files::Files;
use super::told::Told;

/// The columns of hosts and groups.
pub static COLUMNS: [Column; 8] = [
    Column::text("kind", "KIND", "host or group"),
    Column::text("name", "NAME", "its name"),
    Column::text("mac", "MAC", "a host's hardware address"),
    Column::number("hardware_type", "TYPE", "the number of its hardware type; 1 is Ethernet"),
    Column::text(
        "client_id",
        "CLIENT ID",
        "its client identifier: text, or octets with colons between them; behind text: or hex: where it could be taken for the other",
    ),
    Column::text("addresses", "ADDRESSES", "its fixed addresses"),
    Column::text(
        "group",
        "GROUP",
        "the group whose statements it has: the one that it names, or the one that it stands in",
    ),
    Column::text("statements", "STATEMENTS", "its own statements on one line, as dhcpd.conf can have them"),
];

static KIND: Column = Column::text("kind", "KIND", "lease");

static LEASES: LazyLock<Vec<Column>> = LazyLock::new(|| [KIND].into_iter().chain(leases::COLUMNS).collect());

/// Those of DHCPv6, where the kind of the association has another name.
static LEASES_6: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let renamed = leases::COLUMNS_6.into_iter().map(|column| match column.name {
        "kind" => Column::text("association", "ASSOCIATION", column.about),
        _ => column,
    });
    [KIND].into_iter().chain(renamed).collect()
});

/// All columns that there are, by what has them.
pub(super) fn all_columns() -> Vec<(&'static str, &'static [Column])> {
    vec![
        ("export of hosts and groups", &COLUMNS),
        ("export of leases", &LEASES),
        ("export of leases, DHCPv6", &LEASES_6),
    ]
}

/// Rows of several kinds, one after the other.
struct Listing<'o> {
    rows: Rows<&'o mut dyn Write>,
    leases: RowMaker,
    format: Format,
}

impl<'o> Listing<'o> {
    fn new(out: &'o mut dyn Write, format: Format, first: &'static [Column], leases: &'static [Column]) -> Self {
        let look = Look { format, width: None, color: false, utf8: true, local_time: false };
        let all = |columns: &[Column]| (0..columns.len()).collect::<Vec<_>>();
        let maker = Rows::new(io::sink(), look, leases, &all(leases)).maker().expect("this is no table");
        Listing { rows: Rows::new(out, look, first, &all(first)), leases: maker, format }
    }

    fn lease(&mut self, values: &[Value<'_>]) -> Result<()> {
        let mut batch = Batch::default();
        self.leases.add(&mut batch, values);
        Ok(self.rows.append(&batch)?)
    }
}

/// Writes them, and returns how many there are.
pub(super) fn write(
    files: &Files,
    chosen: &Chosen<'_>,
    format: ExportFormat,
    out: &mut dyn Write,
    told: &mut Told<'_>,
) -> Result<u64> {
    let format = match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Json => Format::Json,
        _ => Format::JsonLines,
    };
    let has_entries = chosen.what.hosts || chosen.what.groups;
    let leases: &'static [Column] = if files.is_v6() { &LEASES_6 } else { &LEASES };
    let mut listing = Listing::new(out, format, if has_entries { &COLUMNS } else { leases }, leases);
    entry::for_each(files, chosen, told, &mut |entry, told| {
        if let Some(values) = values(&entry, told) {
            listing.rows.row(&values)?;
        }
        Ok(())
    })?;
    if chosen.what.leases && files.is_v6() {
        write_bindings(files, chosen, &mut listing)?;
    } else if chosen.what.leases {
        let names = leases::Names::of(files.view());
        files.for_each_lease(chosen, &|_| true, &mut |current| {
            let row = leases::row(current.lease, current.place.line, &names);
            listing.lease(&with_kind(row))
        })?;
    }
    debug_assert!(listing.format != Format::Table);
    let count = listing.rows.count();
    listing.rows.finish()?;
    Ok(count)
}

fn with_kind<'a, const N: usize>(row: [Value<'a>; N]) -> Vec<Value<'a>> {
    std::iter::once(Value::from("lease")).chain(row).collect()
}

/// The leases of DHCPv6.
fn write_bindings(files: &Files, chosen: &Chosen<'_>, listing: &mut Listing<'_>) -> Result<()> {
    let table = files.table()?;
    for placed in table.ias() {
        for binding in &placed.what.addresses {
            // Of associations that have the same address, only the last has it in effect.
            let holder = table.binding_of(binding.address, binding.length);
            let is_over = holder.is_some_and(|(holder, _)| holder.place != placed.place);
            let matches = !is_over
                && facts::with_binding(&placed.what, binding, files.now, |subject| {
                    chosen.filter.matches(subject, files.now)
                });
            if matches {
                let row = leases::row_6(&placed.what, binding, placed.place.line, &files.networks, files.now);
                listing.lease(&with_kind(row))?;
            }
        }
    }
    Ok(())
}

/// A host's or a group's values, in the order of [`COLUMNS`]; none where the name is no text.
fn values<'f>(entry: &Entry<'f>, told: &mut Told<'_>) -> Option<[Value<'f>; 8]> {
    let texts = [Some(entry.name), entry.group.as_deref()];
    if texts.into_iter().flatten().any(|text| std::str::from_utf8(text).is_err()) {
        told.lose(&format!("{} is left out: its name, or that of its group, is no text", entry.called()));
        return None;
    }
    for part in entry.v6_parts() {
        told.lose(&format!("{} is written without {part}, for which there is no column", entry.called()));
    }
    let is_host = entry.host.is_some();
    let hardware = entry.hardware().filter(|(_, address)| !address.is_empty());
    let addresses = entry.addresses().iter().map(|address| match address {
        Address::Ip(address) => Value::Address(*address),
        Address::Name(name) => Value::Bytes(name.as_slice().into()),
    });
    let bytes = |text: &'f [u8]| Value::Bytes(text.into());
    Some([
        if is_host { "host" } else { "group" }.into(),
        bytes(entry.name),
        Value::of(hardware, |(_, address)| Value::Hex(address.as_slice().into())),
        Value::of(hardware, |(kind, _)| Value::Number((*kind).into())),
        // As bytes, so that a backslash is told from an escape.
        Value::of(entry.client_id, |bytes| Value::bytes(identifier_text(bytes).into_bytes())),
        Value::List(addresses.collect()),
        Value::of(entry.group.clone(), Value::bytes),
        Value::of(entry.read_statements(told), |text| Value::bytes(text.as_bytes().to_vec())),
    ])
}
