//! Rows in a format in which each is written without a look at the others: several threads can make
//! them, and [`super::Rows::append`] puts them together.

use super::look::Format;
use super::time::Zone;
use super::value::Value;
use super::{csv, json, plain};

/// Makes rows.
#[derive(Clone, Debug)]
pub struct RowMaker {
    pub(super) format: Format,
    pub(super) zone: Zone,
    /// What JSON has before each value.
    pub(super) keys: Vec<json::Key>,
    pub(super) chosen: Vec<usize>,
}

/// Rows that have been made.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: u64,
}

impl Batch {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

impl RowMaker {
    /// Adds a row: a value for each of the columns, chosen or not. Those that are not there say nothing.
    pub fn add(&self, batch: &mut Batch, values: &[Value<'_>]) {
        self.write(&mut batch.bytes, values);
        batch.rows += 1;
    }

    /// Writes a row; in a JSON array with a comma before it.
    pub(super) fn write(&self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        let missing = Value::None;
        let chosen = self.chosen.iter().map(|&index| values.get(index).unwrap_or(&missing));
        match self.format {
            // A table is no such format.
            Format::Table => {}
            Format::Plain => plain::write(out, chosen, &self.zone),
            Format::Csv => csv::write(out, chosen, &self.zone),
            Format::Json => {
                out.extend_from_slice(b",\n");
                json::write(out, self.keys.iter().zip(chosen), &self.zone);
            }
            Format::JsonLines => {
                json::write(out, self.keys.iter().zip(chosen), &self.zone);
                out.push(b'\n');
            }
        }
    }
}
