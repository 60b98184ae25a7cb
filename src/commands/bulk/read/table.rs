//! CSV: a head with the names of the fields, and a line an entry.

use csv::{ByteRecord, Position, ReaderBuilder, Trim};

use crate::commands::bulk::wanted::Wanted;
use crate::render::csv_text;
use crate::render::text::visible;

use super::entry::{Entry, Field, NAMES};

/// What may stand between fields.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Adds what a table says to what is wanted.
pub(super) fn read(text: &[u8], wanted: &mut Wanted) {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let head = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| head.iter().filter(|&&byte| byte == separator).count();
    // Of several, the first one in that order.
    let likely = SEPARATORS.into_iter().rev().max_by_key(|&separator| count(separator)).unwrap_or(b',');
    let said = said_separator(head);
    let separator = said.unwrap_or(likely);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .comment(Some(b'#'))
        .from_reader(text);
    let mut record = ByteRecord::new();
    let mut fields: Option<Vec<Field>> = None;
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return wanted.fault(line, format!("this is no CSV: {error}")),
        }
        let line = record.position().map_or(line, |position| line_of(text, position));
        if line == 1 && said.is_some() {
            continue;
        }
        let Some(fields) = &fields else {
            fields = head_of(&record, line, wanted);
            if fields.is_none() {
                return;
            }
            continue;
        };
        // Spreadsheets write rows without anything in them.
        if !record.iter().all(<[u8]>::is_empty) {
            row(&record, fields, separator, line, wanted);
        }
    }
    if fields.is_none() {
        wanted.fault(1, "there is nothing in it: the first line names the fields, such as name,mac,addresses");
    }
}

/// What stands between fields as a first line says it for Excel: `sep=;`.
fn said_separator(first_line: &[u8]) -> Option<u8> {
    match first_line.strip_prefix(b"sep=")?.trim_ascii_end() {
        [separator] => Some(*separator),
        [] if first_line.contains(&b'\t') => Some(b'\t'),
        _ => None,
    }
}

/// Adds what a record says to what is wanted, by the fields that the head names.
fn row(record: &ByteRecord, fields: &[Field], separator: u8, line: u64, wanted: &mut Wanted) {
    if record.len() != fields.len() {
        let (has, wants) = (record.len(), fields.len());
        let goes_on = record.iter().any(|bytes| bytes.contains(&b'\n') || bytes.contains(&separator));
        let advice = match has < wants {
            true if goes_on => "a quote is perhaps not closed",
            true => "an empty field needs its separator too",
            false => "text with a separator in it needs quotes",
        };
        return wanted.fault(line, format!("it has {has} fields, and the head names {wants}; {advice}"));
    }
    let mut entry = Entry::default();
    let mut is_sound = true;
    for (&field, bytes) in fields.iter().zip(record) {
        if field == Field::Nameless && !bytes.is_empty() {
            wanted.fault(line, format!("`{}` stands in a column that the head has no name for", visible(bytes)));
            is_sound = false;
        }
        match String::from_utf8(csv_text(bytes)) {
            Ok(text) => entry.set(field, text),
            Err(_) => {
                wanted.fault(line, format!("{}: `{}` is not UTF-8", field.name(), visible(bytes)));
                is_sound = false;
            }
        }
    }
    if is_sound {
        entry.read(line, wanted);
    }
}

/// The line of a record that is looked for from a position: lines that are empty, and remarks, come before it.
fn line_of(text: &[u8], position: &Position) -> u64 {
    let mut line = position.line();
    let mut rest = text.get(position.byte() as usize..).unwrap_or_default();
    while let Some(first) = rest.first() {
        let length = match first {
            b'\r' | b'\n' => 1,
            b'#' => memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1),
            _ => break,
        };
        line += u64::from(rest[length - 1] == b'\n');
        rest = &rest[length..];
    }
    line
}

fn head_of(record: &ByteRecord, line: u64, wanted: &mut Wanted) -> Option<Vec<Field>> {
    if record.len() == 1 && record.iter().any(|first| first == b"connect") {
        wanted.fault(
            line,
            "this is a script for omshell, which `omsh -f` runs; `omsh export --format csv` writes what can be applied",
        );
        return None;
    }
    let before = wanted.faults.len();
    let mut fields = Vec::new();
    let is_listing = Field::are_of_listing(record.iter());
    for bytes in record {
        let name = String::from_utf8_lossy(bytes);
        match Field::of(&name, is_listing) {
            _ if bytes.is_empty() => fields.push(Field::Nameless),
            Some(field) if field != Field::Told && fields.contains(&field) => {
                wanted.fault(line, format!("the head names the field {} twice", field.name()));
            }
            Some(field) => fields.push(field),
            None => {
                let shown = visible(bytes);
                wanted.fault(line, format!("no field is called `{shown}`; there are {NAMES}"));
            }
        }
    }
    if !fields.contains(&Field::Name) {
        wanted.fault(
            line,
            "the head names no field `name`: the first line has to name the fields, such as name,mac,addresses",
        );
    } else if fields.iter().all(|field| matches!(field, Field::Name | Field::Kind | Field::Told | Field::Nameless)) {
        wanted.fault(
            line,
            "the head names nothing beside `name`: there is nothing to make hosts of; add mac, or client_id",
        );
    }
    (wanted.faults.len() == before).then_some(fields)
}
