//! Tables: calm ones, without lines, as `docker ps` has them. What a cell says is settled here, and how
//! wide its column may be; comfy-table sets it in columns, some rows at a time, so that a table of a
//! million rows takes little more than its text.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Width};
use unicode_width::UnicodeWidthStr;

use super::bar;
use super::cell;
use super::column::{Align, Column};
use super::fit::{self, GAP, Need};
use super::look::Look;
use super::style::Style;
use super::text::fitted;
use super::time::Zone;
use super::value::Value;

/// Rows that are set at once.
const BATCH: usize = 256;

/// The widest cell, in columns: what is longer is cut, also where nothing is fitted to a terminal.
const WIDEST: usize = 256;

/// A cell that waits, in bytes and columns of its text.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    length: u16,
    width: u16,
    style: Style,
}

/// A table that is being written.
#[derive(Debug)]
pub(super) struct Table {
    look: Look,
    columns: Vec<&'static Column>,
    needs: Vec<Need>,
    /// The texts of the cells that wait, one after the other.
    text: Vec<u8>,
    cells: Vec<Waiting>,
    /// How much of both has been written.
    text_written: usize,
    cells_written: usize,
    widths: Option<Vec<Option<usize>>>,
}

impl Table {
    pub(super) fn new(look: Look, columns: Vec<&'static Column>) -> Self {
        let need = |column: &&'static Column| {
            let title = column.title.width();
            let is_bar = column.align == Align::Bar;
            let width = if is_bar { title.max(bar::WIDTH) } else { title };
            Need { width, title, is_text: false, is_bar }
        };
        let needs = columns.iter().map(need).collect();
        Table {
            look,
            columns,
            needs,
            text: Vec::new(),
            cells: Vec::new(),
            text_written: 0,
            cells_written: 0,
            widths: None,
        }
    }

    /// Takes a row.
    pub(super) fn row<'v, 'a: 'v>(&mut self, values: impl Iterator<Item = &'v Value<'a>>, zone: &Zone) {
        for (value, need) in values.zip(&mut self.needs) {
            let start = self.text.len();
            let style = cell::write(&mut self.text, value, &self.look, zone);
            let mut width = width_of(&self.text[start..]);
            if width > WIDEST {
                let shown = fitted(characters(&self.text[start..]), WIDEST, self.look.ellipsis()).unwrap_or_default();
                width = shown.width();
                self.text.truncate(start);
                self.text.extend_from_slice(shown.as_bytes());
            }
            need.width = need.width.max(width);
            need.is_text |= cell::may_be_cut(value);
            // A column of text is 16 bytes at most: a letter and three accents of four bytes each.
            let length = (self.text.len() - start) as u16;
            self.cells.push(Waiting { length, width: width as u16, style });
        }
    }

    /// Writes the head and the rows that wait, for a table that goes on: widths only grow.
    pub(super) fn write_at_once(&mut self, out: &mut Vec<u8>) {
        let is_first = self.widths.is_none();
        self.widths = Some(self.settled());
        self.set(out, is_first);
        self.text.clear();
        self.cells.clear();
        (self.text_written, self.cells_written) = (0, 0);
    }

    /// Writes some more of the table, the head first. Gives `false` when that was all.
    pub(super) fn write_some(&mut self, out: &mut Vec<u8>) -> bool {
        let is_first = self.widths.is_none();
        if is_first {
            self.widths = Some(self.settled());
        }
        let is_over = self.cells_written == self.cells.len();
        if is_first || !is_over {
            self.set(out, is_first);
            return true;
        }
        self.write_left_out(out);
        false
    }

    fn settled(&self) -> Vec<Option<usize>> {
        match self.look.width {
            Some(room) => fit::widths(&self.needs, room),
            None => self.needs.iter().map(|need| Some(need.width)).collect(),
        }
    }

    fn set(&mut self, out: &mut Vec<u8>, with_head: bool) {
        let widths = self.widths.clone().unwrap_or_default();
        if widths.is_empty() {
            return;
        }
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if with_head {
            let titles = self.columns.iter().zip(&widths).filter_map(|(column, width)| {
                let title = fitted(column.title, (*width)?, self.look.ellipsis());
                Some(Cell::new_owned(self.styled(title.as_deref().unwrap_or(column.title), Style::Bold)))
            });
            table.add_row(titles);
        }
        let end = self.cells.len().min(self.cells_written + BATCH * widths.len());
        for row in self.cells[self.cells_written..end].chunks(widths.len()) {
            let mut cells = Vec::with_capacity(row.len());
            for (cell, width) in row.iter().zip(&widths) {
                let text = characters(&self.text[self.text_written..][..usize::from(cell.length)]);
                self.text_written += usize::from(cell.length);
                let Some(width) = *width else { continue };
                let shorter =
                    if usize::from(cell.width) > width { fitted(text, width, self.look.ellipsis()) } else { None };
                cells.push(Cell::new_owned(self.styled(shorter.as_deref().unwrap_or(text), cell.style)));
            }
            table.add_row(cells);
        }
        self.cells_written = end;
        let shown = self.columns.iter().zip(&widths).filter_map(|(column, width)| Some((column, (*width)?)));
        let last = widths.iter().flatten().count() - 1;
        for (index, (column, width)) in shown.enumerate() {
            let Some(set) = table.column_mut(index) else { continue };
            let gap = if index == last { 0 } else { GAP };
            set.set_padding((0, gap as u16));
            set.set_constraint(ColumnConstraint::Absolute(Width::Fixed((width + gap) as u16)));
            if column.align == Align::Right {
                set.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            write_line(out, line.trim_end());
        }
    }

    /// Says which columns there was no room for.
    fn write_left_out(&self, out: &mut Vec<u8>) {
        let widths = self.widths.as_deref().unwrap_or_default();
        let left_out =
            self.columns.iter().zip(widths).filter(|(column, width)| width.is_none() && column.align != Align::Bar);
        let names: Vec<&str> = left_out.map(|(column, _)| column.name).collect();
        let Some(room) = self.look.width.filter(|_| !names.is_empty()) else { return };
        let line = format!("(no room for {})", names.join(", "));
        let shorter = fitted(&line, room.max(1), self.look.ellipsis());
        write_line(out, &self.styled(shorter.as_deref().unwrap_or(&line), Style::Dim));
    }

    /// The text between marks for its style, where colours are wanted.
    fn styled(&self, text: &str, style: Style) -> String {
        if self.look.color && style != Style::Plain && !text.is_empty() {
            [mark(style).encode_utf8(&mut [0; 4]), text, END.encode_utf8(&mut [0; 4])].concat()
        } else {
            text.to_owned()
        }
    }
}

/// A cell's text: only whole characters are written into it.
fn characters(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// Its columns. No cell has control characters, so that ASCII has as many as bytes.
fn width_of(text: &[u8]) -> usize {
    if text.is_ascii() { text.len() } else { characters(text).width() }
}

/// Marks of styles: characters without a width, so that comfy-table sets the text as if they were not
/// there, and that no value can have in it, because they are escaped there. They become the terminal's
/// sequences when a line is written.
const MARKS: u32 = 0xe0061;
const END: char = '\u{e007f}';

fn mark(style: Style) -> char {
    char::from_u32(MARKS + style as u32).unwrap_or(END)
}

fn write_line(out: &mut Vec<u8>, line: &str) {
    let mut style = Style::Plain;
    let mut rest = line;
    let is_mark = |character: char| (char::from_u32(MARKS).unwrap_or(END)..=END).contains(&character);
    while let Some(at) = rest.find(is_mark) {
        let (before, marked) = rest.split_at(at);
        out.extend_from_slice(before.as_bytes());
        let mut behind = marked.chars();
        let number = behind.next().map_or(0, |character| u32::from(character) - MARKS);
        match Style::ALL.get(number as usize) {
            Some(begun) => style = *begun,
            None => {
                out.extend_from_slice(style.off().as_bytes());
                style = Style::Plain;
            }
        }
        out.extend_from_slice(style.on().as_bytes());
        rest = behind.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'\n');
}
