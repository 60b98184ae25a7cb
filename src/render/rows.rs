//! Rows on their way out: one call a row, whatever the format.

use std::io::{self, Write};

use super::batch::{Batch, RowMaker};
use super::column::{Align, Column};
use super::look::{Format, Look};
use super::table::Table;
use super::time::Zone;
use super::value::Value;
use super::{csv, json};

/// Bytes that are collected before they are written.
const BUFFERED: usize = 64 << 10;

/// Writes rows in one of the formats. All but tables are written as they come; a table has to know its
/// widths first and comes with [`Rows::finish`], unless it was begun by [`Rows::following`].
#[derive(Debug)]
pub struct Rows<W: Write> {
    out: W,
    buffer: Vec<u8>,
    maker: RowMaker,
    table: Option<Table>,
    following: bool,
    rows: u64,
}

impl<W: Write> Rows<W> {
    /// Begins a listing of those of the columns that `chosen` has the indexes of, in that order. Bars are
    /// left out of everything but tables, and so are indexes of no column.
    pub fn new(out: W, look: Look, columns: &'static [Column], chosen: &[usize]) -> Self {
        let in_format = |index: &usize| {
            columns.get(*index).is_some_and(|column| look.format == Format::Table || column.align != Align::Bar)
        };
        let chosen: Vec<usize> = chosen.iter().copied().filter(in_format).collect();
        let table = (look.format == Format::Table).then(|| {
            let columns: Vec<&'static Column> = chosen.iter().map(|&index| &columns[index]).collect();
            Table::new(look, columns)
        });
        let zone = if look.local_time { Zone::of_machine() } else { Zone::Utc };
        let mut buffer = Vec::with_capacity(BUFFERED + 4096);
        match look.format {
            Format::Csv => csv::write_head(&mut buffer, chosen.iter().map(|&index| &columns[index])),
            Format::Json => buffer.push(b'['),
            _ => {}
        }
        let keys = json::keys(chosen.iter().map(|&index| &columns[index]));
        let maker = RowMaker { format: look.format, zone, keys, chosen };
        Rows { out, buffer, maker, table, following: false, rows: 0 }
    }

    /// Begins a listing whose rows come now and then and are wanted at once: each is written out before
    /// [`Rows::row`] returns. In a table the widths are guessed from the first row, and grow.
    pub fn following(out: W, look: Look, columns: &'static [Column], chosen: &[usize]) -> Self {
        Rows { following: true, ..Self::new(out, look, columns, chosen) }
    }

    /// Writes a row: a value for each of the columns, chosen or not. Those that are not there say nothing.
    pub fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        match &mut self.table {
            Some(table) => {
                let missing = Value::None;
                let chosen = self.maker.chosen.iter().map(|&index| values.get(index).unwrap_or(&missing));
                table.row(chosen, &self.maker.zone);
                if self.following {
                    table.write_at_once(&mut self.buffer);
                }
            }
            None => {
                let start = self.buffer.len();
                self.maker.write(&mut self.buffer, values);
                self.without_first_comma(start);
            }
        }
        self.rows += 1;
        if self.following {
            self.flush()
        } else if self.buffer.len() >= BUFFERED {
            self.write_buffered()
        } else {
            Ok(())
        }
    }

    /// What makes rows of this listing on other threads; none for a table, which has to see all of them.
    pub fn maker(&self) -> Option<RowMaker> {
        self.table.is_none().then(|| self.maker.clone())
    }

    /// Writes rows that [`Rows::maker`] has made.
    pub fn append(&mut self, batch: &Batch) -> io::Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&batch.bytes);
        self.without_first_comma(start);
        self.rows += batch.rows;
        if self.buffer.len() >= BUFFERED { self.write_buffered() } else { Ok(()) }
    }

    /// In a JSON array every row has a comma before it, the first one too until it is written.
    fn without_first_comma(&mut self, start: usize) {
        if self.maker.format == Format::Json && self.rows == 0 {
            self.buffer.remove(start);
        }
    }

    /// Rows so far.
    pub fn count(&self) -> u64 {
        self.rows
    }

    /// Writes what is left, and flushes. A table without rows is nothing at all. Gives the writer back.
    pub fn finish(mut self) -> io::Result<W> {
        if self.maker.format == Format::Json {
            self.buffer.extend_from_slice(if self.rows == 0 { b"]\n" } else { b"\n]\n" });
        }
        // A head alone says nothing.
        if let (Some(mut table), 1..) = (self.table.take(), self.rows) {
            while table.write_some(&mut self.buffer) {
                self.write_buffered()?;
            }
        }
        self.flush()?;
        Ok(self.out)
    }

    fn write_buffered(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_buffered()?;
        self.out.flush()
    }
}
