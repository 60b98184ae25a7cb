//! Rows in one of the formats, written as they come; only tables are written at the end.

use std::io::{self, Write};

use super::table::Table;
use super::text::{escape_into, hex_into, json_string, visible};
use super::time::{self, Clock};
use super::value::{Column, Shown, Value};

/// How rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// A record a line, with a tab between values and `-` for none.
    Plain,
    /// One array of objects.
    Json,
    /// An object a line.
    JsonLines,
    /// RFC 4180 with a head.
    Csv,
}

impl Format {
    /// Whether a column is shown without being asked for.
    pub fn shows(self, column: &Column) -> bool {
        match column.shown {
            Shown::Always => true,
            Shown::OnRequest => matches!(self, Format::Json | Format::JsonLines | Format::Csv),
            Shown::InTables => self == Format::Table,
        }
    }
}

/// What the reader's screen is like, and what is wanted on it.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The format.
    pub format: Format,
    /// Columns of the terminal; none where it is no terminal, and then nothing is fitted.
    pub width: Option<usize>,
    /// Whether colours are wanted.
    pub color: bool,
    /// Whether more than ASCII can be shown.
    pub utf8: bool,
    /// How times are written.
    pub clock: Clock,
}

/// More than this is not kept back, in bytes.
const KEPT: usize = 64 << 10;

/// Writes rows.
#[derive(Debug)]
pub struct Rows<W: Write> {
    out: W,
    look: Look,
    columns: Vec<&'static Column>,
    buffer: Vec<u8>,
    table: Option<Table>,
    count: u64,
    scratch: String,
}

impl<W: Write> Rows<W> {
    /// Rows with these columns, which each row has in this order.
    pub fn new(out: W, look: Look, columns: Vec<&'static Column>) -> Self {
        let table = (look.format == Format::Table).then(|| Table::new(columns.clone()));
        let mut rows =
            Rows { out, look, columns, buffer: Vec::with_capacity(KEPT), table, count: 0, scratch: String::new() };
        if rows.look.format == Format::Csv {
            rows.csv_head();
        }
        rows
    }

    /// How many rows there have been.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes a row.
    pub fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        debug_assert_eq!(values.len(), self.columns.len());
        self.count += 1;
        match self.look.format {
            Format::Table => {
                let look = &self.look;
                self.table.as_mut().expect("made for this format").row(values, look);
            }
            Format::Plain => self.plain(values),
            Format::Json => {
                self.buffer.extend_from_slice(if self.count == 1 { b"[\n  " } else { b",\n  " });
                self.object(values);
            }
            Format::JsonLines => {
                self.object(values);
                self.buffer.push(b'\n');
            }
            Format::Csv => self.csv(values),
        }
        if self.buffer.len() >= KEPT { self.write_out() } else { Ok(()) }
    }

    /// Writes out what there is so far; a table cannot do that before its end.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_out()?;
        self.out.flush()
    }

    /// Writes what is left.
    pub fn finish(mut self) -> io::Result<()> {
        match self.look.format {
            Format::Json if self.count == 0 => self.buffer.extend_from_slice(b"[]\n"),
            Format::Json => self.buffer.extend_from_slice(b"\n]\n"),
            _ => {}
        }
        if let Some(table) = self.table.take() {
            self.buffer.extend_from_slice(table.render(&self.look).as_bytes());
        }
        self.flush()
    }

    fn write_out(&mut self) -> io::Result<()> {
        let outcome = self.out.write_all(&self.buffer);
        self.buffer.clear();
        outcome
    }

    fn plain(&mut self, values: &[Value<'_>]) {
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.buffer.push(b'\t');
            }
            match value {
                Value::None => self.buffer.push(b'-'),
                value => {
                    self.scratch.clear();
                    for_programs(value, &self.look.clock, &mut self.scratch);
                    // What stands for no value is not to be one.
                    let text = match self.scratch.as_str() {
                        "" => "\"\"",
                        "-" => "\\x2d",
                        text => text,
                    };
                    self.buffer.extend_from_slice(text.as_bytes());
                }
            }
        }
        self.buffer.push(b'\n');
    }

    fn object(&mut self, values: &[Value<'_>]) {
        self.buffer.push(b'{');
        let mut first = true;
        for (column, value) in self.columns.iter().zip(values) {
            if let Value::Bar(_) = value {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.buffer.extend_from_slice(b", ");
            }
            self.buffer.push(b'"');
            self.buffer.extend_from_slice(column.name.as_bytes());
            self.buffer.extend_from_slice(b"\": ");
            json_value(value, &self.look.clock, &mut self.buffer);
            if let Value::Bytes(bytes) = value
                && std::str::from_utf8(bytes).is_err()
            {
                self.buffer.extend_from_slice(b", \"");
                self.buffer.extend_from_slice(column.name.as_bytes());
                self.buffer.extend_from_slice(b"_hex\": \"");
                hex_into(bytes, None, &mut self.buffer);
                self.buffer.push(b'"');
            }
        }
        self.buffer.push(b'}');
    }

    fn csv_head(&mut self) {
        for (i, column) in self.columns.iter().enumerate() {
            if i > 0 {
                self.buffer.push(b',');
            }
            self.buffer.extend_from_slice(column.name.as_bytes());
        }
        self.buffer.extend_from_slice(b"\r\n");
    }

    fn csv(&mut self, values: &[Value<'_>]) {
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.buffer.push(b',');
            }
            self.scratch.clear();
            for_programs(value, &self.look.clock, &mut self.scratch);
            let text = self.scratch.as_str();
            let is_number = matches!(value, Value::Number(_) | Value::Percent(_) | Value::Age(_));
            let formula = !is_number && text.trim_start().starts_with(['=', '+', '-', '@', '|', '%']);
            let quoted = text.contains([',', '"']) || text.starts_with(' ') || text.ends_with(' ');
            if quoted {
                self.buffer.push(b'"');
            }
            if formula {
                self.buffer.push(b'\'');
            }
            for byte in text.bytes() {
                if byte == b'"' {
                    self.buffer.push(b'"');
                }
                self.buffer.push(byte);
            }
            if quoted {
                self.buffer.push(b'"');
            }
        }
        self.buffer.extend_from_slice(b"\r\n");
    }
}

/// A value as text of one line for plain text and CSV.
fn for_programs(value: &Value<'_>, clock: &Clock, out: &mut String) {
    let mut bytes = Vec::new();
    match value {
        Value::None | Value::Bar(_) => {}
        Value::Text(text) => escape_into(text.as_bytes(), out),
        Value::Bytes(text) => escape_into(text, out),
        Value::List(list) => {
            for (i, value) in list.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                for_programs(value, clock, out);
            }
            return;
        }
        Value::State(state) => out.push_str(state),
        Value::Never => out.push_str("never"),
        Value::Hex(hex) => hex_into(hex, Some(b':'), &mut bytes),
        Value::Time(time) => clock.rfc3339(*time, &mut bytes),
        value => write_number(value, &mut bytes),
    }
    out.push_str(std::str::from_utf8(&bytes).expect("digits and signs"));
}

fn json_value(value: &Value<'_>, clock: &Clock, out: &mut Vec<u8>) {
    match value {
        Value::None | Value::Bar(_) => out.extend_from_slice(b"null"),
        Value::Text(text) => json_string(text, out),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => json_string(text, out),
            Err(_) => {
                let mut text = String::new();
                escape_into(bytes, &mut text);
                json_string(&text, out);
            }
        },
        Value::State(state) => json_string(state, out),
        Value::Never => out.extend_from_slice(b"\"never\""),
        Value::List(list) => {
            out.push(b'[');
            for (i, value) in list.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                json_value(value, clock, out);
            }
            out.push(b']');
        }
        Value::Hex(bytes) => {
            out.push(b'"');
            hex_into(bytes, Some(b':'), out);
            out.push(b'"');
        }
        Value::Time(time) => {
            out.push(b'"');
            clock.rfc3339(*time, out);
            out.push(b'"');
        }
        Value::Address(_) | Value::Network(..) => {
            out.push(b'"');
            write_number(value, out);
            out.push(b'"');
        }
        value => write_number(value, out),
    }
}

/// What is made of digits and signs.
fn write_number(value: &Value<'_>, out: &mut Vec<u8>) {
    let written = match value {
        Value::Address(std::net::IpAddr::V4(address)) => {
            for (i, octet) in address.octets().into_iter().enumerate() {
                if i > 0 {
                    out.push(b'.');
                }
                if octet >= 100 {
                    out.push(b'0' + octet / 100);
                }
                if octet >= 10 {
                    out.push(b'0' + octet / 10 % 10);
                }
                out.push(b'0' + octet % 10);
            }
            Ok(())
        }
        Value::Address(address) => write!(out, "{address}"),
        Value::Network(address, length) => write!(out, "{address}/{length}"),
        Value::Number(number) => match u64::try_from(*number) {
            Ok(number) => write!(out, "{number}"),
            Err(_) => write!(out, "{number}"),
        },
        Value::Percent(percent) => write!(out, "{percent:.1}"),
        Value::Age(seconds) => write!(out, "{seconds}"),
        Value::Flag(flag) => write!(out, "{flag}"),
        _ => Ok(()),
    };
    written.expect("a vector takes everything");
}

/// A value as text of one line for people.
pub(super) fn for_people(value: &Value<'_>, look: &Look) -> String {
    match value {
        Value::None => String::new(),
        Value::Text(text) => visible(text.as_bytes()),
        Value::Time(seconds) => {
            let mut bytes = Vec::new();
            look.clock.for_people(*seconds, &mut bytes);
            String::from_utf8(bytes).expect("digits and signs")
        }
        Value::Age(seconds) => time::relative(*seconds),
        Value::Percent(percent) => format!("{percent:.1}%"),
        Value::Flag(flag) => (if *flag { "yes" } else { "no" }).to_owned(),
        Value::List(list) => {
            let parts: Vec<String> = list.iter().map(|value| for_people(value, look)).collect();
            parts.join(", ")
        }
        Value::Bar(part) => super::table::bar(*part, look.utf8),
        value => {
            let mut text = String::new();
            for_programs(value, &look.clock, &mut text);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static COLUMNS: [Column; 8] = [
        Column::text("address", "ADDRESS", ""),
        Column::text("state", "STATE", ""),
        Column::text("ends", "ENDS", ""),
        Column::text("expires_in", "EXPIRES", ""),
        Column::text("mac", "MAC", ""),
        Column::text("hostname", "HOSTNAME", ""),
        Column::number("used", "USED", ""),
        Column::text("names", "NAMES", "").on_request(),
    ];

    fn rows() -> Vec<Vec<Value<'static>>> {
        let address = |text: &str| Value::Address(text.parse().unwrap());
        let mac = |last| Value::Hex(vec![2, 0, 0, 0, 0, last].into());
        vec![
            vec![
                address("10.1.1.20"),
                Value::State("active"),
                Value::Time(1_795_687_200),
                Value::Age(3_600),
                mac(0x20),
                Value::Bytes(b"laptop, \"20\"".as_slice().into()),
                Value::Number(7),
                Value::List(vec!["a".into(), "b".into()]),
            ],
            vec![
                address("10.1.1.121"),
                Value::State("free"),
                Value::Never,
                Value::None,
                Value::None,
                Value::Bytes(b"=1+\x1b[2J\xe9".as_slice().into()),
                Value::Number(1 << 70),
                Value::List(Vec::new()),
            ],
        ]
    }

    fn shown(format: Format, width: Option<usize>) -> String {
        let look = Look { format, width, utf8: true, ..Look::default() };
        let mut out = Vec::new();
        let mut writer = Rows::new(&mut out, look, COLUMNS.iter().collect());
        for row in rows() {
            writer.row(&row).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn plain_text_has_a_record_a_line() {
        assert_eq!(
            shown(Format::Plain, None),
            "10.1.1.20\tactive\t2026-11-26T10:00:00Z\t3600\t02:00:00:00:00:20\tlaptop, \"20\"\t7\ta,b\n\
             10.1.1.121\tfree\tnever\t-\t-\t=1+\\x1b[2J\\xe9\t1180591620717411303424\t\"\"\n"
        );
    }

    #[test]
    fn json_is_one_array_of_objects() {
        assert_eq!(
            shown(Format::Json, None),
            "[\n  {\"address\": \"10.1.1.20\", \"state\": \"active\", \"ends\": \"2026-11-26T10:00:00Z\", \
             \"expires_in\": 3600, \"mac\": \"02:00:00:00:00:20\", \"hostname\": \"laptop, \\\"20\\\"\", \"used\": 7, \
             \"names\": [\"a\", \"b\"]},\n  {\"address\": \"10.1.1.121\", \"state\": \"free\", \"ends\": \"never\", \
             \"expires_in\": null, \"mac\": null, \"hostname\": \"=1+\\\\x1b[2J\\\\xe9\", \"hostname_hex\": \
             \"3d312b1b5b324ae9\", \"used\": 1180591620717411303424, \"names\": []}\n]\n"
        );
        assert!(serde_json::from_str::<serde_json::Value>(&shown(Format::Json, None)).is_ok());
        let lines = shown(Format::JsonLines, None);
        assert!(lines.lines().count() == 2 && lines.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
    }

    #[test]
    fn no_rows_are_an_empty_array_and_a_head() {
        for (format, expected) in [(Format::Json, "[]\n"), (Format::JsonLines, ""), (Format::Csv, "address\r\n")] {
            let mut out = Vec::new();
            let look = Look { format, ..Look::default() };
            Rows::new(&mut out, look, vec![&COLUMNS[0]]).finish().unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn csv_has_no_formulas() {
        assert_eq!(
            shown(Format::Csv, None),
            "address,state,ends,expires_in,mac,hostname,used,names\r\n\
             10.1.1.20,active,2026-11-26T10:00:00Z,3600,02:00:00:00:00:20,\"laptop, \"\"20\"\"\",7,\"a,b\"\r\n\
             10.1.1.121,free,never,,,'=1+\\x1b[2J\\xe9,1180591620717411303424,\r\n"
        );
        let first = |text: &str| {
            let mut out = Vec::new();
            let mut rows = Rows::new(&mut out, Look { format: Format::Csv, ..Look::default() }, vec![&COLUMNS[5]]);
            rows.row(&[Value::Bytes(text.as_bytes().into())]).unwrap();
            rows.finish().unwrap();
            String::from_utf8(out).unwrap().lines().nth(1).unwrap().to_owned()
        };
        for (text, field) in [
            ("@SUM(1)", "'@SUM(1)"),
            (" +1", "\"' +1\""),
            ("-", "'-"),
            ("\t=1", "\\t=1"),
            ("a=1", "a=1"),
            ("\"=1\"", "\"\"\"=1\"\"\""),
        ] {
            assert_eq!(first(text), field);
        }
    }

    #[test]
    fn tables_are_as_wide_as_they_need_where_nothing_limits_them() {
        assert_eq!(
            shown(Format::Table, None),
            "ADDRESS     STATE   ENDS                 EXPIRES  MAC                HOSTNAME         \
             \u{20}                USED  NAMES\n\
             10.1.1.20   active  2026-11-26 10:00:00  in 1h    02:00:00:00:00:20  laptop, \"20\"     \
             \u{20}                   7  a, b\n\
             10.1.1.121  free    never                                            =1+\\x1b[2J\\xe9  \
             1180591620717411303424\n"
        );
    }
}
