//! Tables for people: columns side by side, without lines between them. Where a terminal is too narrow,
//! the widest columns of text are cut; where that is not enough, each row is written as a paragraph.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::rows::{Look, for_people};
use super::value::{Align, Column, Value};

/// Between two columns.
const GAP: usize = 2;

/// No column of text is cut shorter than this.
const NARROWEST: usize = 8;

/// Columns that a bar takes.
pub const BAR: usize = 10;

#[derive(Clone, Debug)]
struct Cell {
    text: String,
    color: Option<Color>,
}

/// A colour, as a terminal knows it by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Color {
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Magenta = 35,
    Cyan = 36,
    Gray = 90,
}

/// The colour of a state.
pub fn color_of(state: &str) -> Option<Color> {
    Some(match state {
        "active" => Color::Green,
        "expiring" | "warning" => Color::Yellow,
        "expired" | "released" | "reset" => Color::Gray,
        "abandoned" | "critical" => Color::Red,
        "backup" => Color::Blue,
        "reserved" => Color::Cyan,
        _ => return None,
    })
}

/// Rows that are to become a table.
#[derive(Debug)]
pub struct Table {
    columns: Vec<&'static Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(columns: Vec<&'static Column>) -> Self {
        Table { columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, values: &[Value<'_>], look: &Look) {
        let cell = |value: &Value<'_>| {
            let color = match value {
                Value::State(state) => color_of(state),
                Value::Bar(part) if *part >= 0.95 => Some(Color::Red),
                Value::Bar(part) if *part >= 0.8 => Some(Color::Yellow),
                Value::Bar(_) => Some(Color::Green),
                _ => None,
            };
            Cell { text: for_people(value, look), color }
        };
        self.rows.push(values.iter().map(cell).collect());
    }

    /// The table as text; nothing where it has no rows.
    pub fn render(mut self, look: &Look) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.title.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width());
            }
        }
        if let Some(limit) = look.width
            && !fit(&mut widths, &self.columns, limit)
        {
            return self.paragraphs(look, limit);
        }
        for row in &mut self.rows {
            for (cell, width) in row.iter_mut().zip(&widths) {
                cut(&mut cell.text, *width, look.utf8);
            }
        }
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if look.color {
            table.enforce_styling()
        } else {
            table.force_no_tty()
        };
        table.set_header(self.columns.iter().map(|column| {
            let cell = comfy_table::Cell::new(column.title);
            if look.color { cell.add_attribute(comfy_table::Attribute::Bold) } else { cell }
        }));
        for row in self.rows {
            table.add_row(row.into_iter().map(|cell| {
                let styled = comfy_table::Cell::new(cell.text);
                match cell.color.filter(|_| look.color) {
                    Some(color) => styled.fg(color.into()),
                    None => styled,
                }
            }));
        }
        let last = self.columns.len() - 1;
        for (i, column) in self.columns.iter().enumerate() {
            let formatted = table.column_mut(i).expect("each column has a head");
            formatted.set_padding((0, if i == last { 0 } else { GAP as u16 }));
            formatted.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(u16::MAX)));
            if column.align == Align::Right {
                formatted.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut text = table.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
        text.shrink_to_fit();
        text
    }

    /// A paragraph a row, a line a value.
    fn paragraphs(&self, look: &Look, limit: usize) -> String {
        let head = self.columns.iter().map(|column| column.title.width()).max().unwrap_or_default();
        let mut text = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            for (column, cell) in self.columns.iter().zip(row) {
                if cell.text.is_empty() {
                    continue;
                }
                let mut value = cell.text.clone();
                cut(&mut value, limit.saturating_sub(head + GAP).max(NARROWEST), look.utf8);
                let value = paint(&value, cell.color.filter(|_| look.color));
                text += &format!("{:head$}{:GAP$}{value}\n", column.title, "");
            }
        }
        text
    }
}

impl From<Color> for comfy_table::Color {
    fn from(color: Color) -> Self {
        match color {
            Color::Red => comfy_table::Color::DarkRed,
            Color::Green => comfy_table::Color::DarkGreen,
            Color::Yellow => comfy_table::Color::DarkYellow,
            Color::Blue => comfy_table::Color::DarkBlue,
            Color::Magenta => comfy_table::Color::DarkMagenta,
            Color::Cyan => comfy_table::Color::DarkCyan,
            Color::Gray => comfy_table::Color::DarkGrey,
        }
    }
}

/// A text in a colour, or as it is.
pub fn paint(text: &str, color: Option<Color>) -> String {
    match color {
        Some(color) => format!("\x1b[{}m{text}\x1b[0m", color as u8),
        None => text.to_owned(),
    }
}

/// Makes the widest columns of text narrower until all fit. Returns whether they do.
fn fit(widths: &mut [usize], columns: &[&Column], limit: usize) -> bool {
    loop {
        let total = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
        let Some(excess) = total.checked_sub(limit).filter(|excess| *excess > 0) else { return true };
        let is_text = |i: usize| columns[i].align == Align::Left;
        let least = |i: usize| columns[i].title.width().max(NARROWEST);
        let widest = (0..widths.len()).filter(|i| is_text(*i) && widths[*i] > least(*i)).max_by_key(|i| widths[*i]);
        let Some(widest) = widest else { return false };
        let next = (0..widths.len()).filter(|i| *i != widest && is_text(*i)).map(|i| widths[i]).max().unwrap_or(0);
        // Down to the next widest first, so that no column pays for all.
        let step = widths[widest].saturating_sub(next).max(1).min(excess).min(widths[widest] - least(widest));
        widths[widest] -= step;
    }
}

/// Cuts a text to a width, with a sign that says so.
fn cut(text: &mut String, width: usize, utf8: bool) {
    if text.width() <= width {
        return;
    }
    let sign = if utf8 { "…" } else { "~" };
    let mut taken = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > width.saturating_sub(1) {
            break;
        }
        end = at + character.len_utf8();
    }
    text.truncate(end);
    text.push_str(sign);
}

/// A part of a whole as a bar.
pub fn bar(part: f64, utf8: bool) -> String {
    let part = part.clamp(0.0, 1.0);
    if !utf8 {
        let full = (part * BAR as f64).round() as usize;
        return "#".repeat(full) + &"-".repeat(BAR - full);
    }
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (part * BAR as f64 * 8.0).round() as usize;
    let mut text = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    let filled = text.width();
    text += &"·".repeat(BAR - filled);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    static COLUMNS: [Column; 4] = [
        Column::text("address", "ADDRESS", ""),
        Column::text("hostname", "HOSTNAME", ""),
        Column::text("class", "CLASS", ""),
        Column::number("used", "USED", ""),
    ];

    fn table(width: Option<usize>, color: bool) -> String {
        let look = Look { width, color, utf8: true, ..Look::default() };
        let mut table = Table::new(COLUMNS.iter().collect());
        for (host, used) in [("a-rather-long-host-name.example.org", 5), ("漢字漢字漢字漢字漢字", 12_345)] {
            let address = Value::Address("10.1.1.20".parse().unwrap());
            table.row(&[address, host.into(), Value::State("active"), Value::Number(used)], &look);
        }
        table.render(&look)
    }

    #[test]
    fn wide_columns_are_cut_where_a_terminal_is_narrow() {
        assert_eq!(
            table(Some(50), false),
            "ADDRESS    HOSTNAME                  CLASS    USED\n\
             10.1.1.20  a-rather-long-host-name…  active      5\n\
             10.1.1.20  漢字漢字漢字漢字漢字      active  12345\n"
        );
        assert!(table(None, false).contains("example.org"));
        let lines = table(Some(50), false);
        assert!(lines.lines().all(|line| line.width() <= 50));
    }

    #[test]
    fn rows_become_paragraphs_where_cutting_does_not_help() {
        assert_eq!(
            table(Some(24), false).split("\n\n").next().unwrap(),
            "ADDRESS   10.1.1.20\nHOSTNAME  a-rather-long…\nCLASS     active\nUSED      5"
        );
    }

    #[test]
    fn colours_are_where_they_are_wanted_and_take_no_room() {
        let colored = table(Some(50), true);
        assert!(colored.contains("\x1b[38;5;2mactive") || colored.contains("\x1b[32mactive"), "{colored:?}");
        assert!(!table(Some(50), false).contains('\x1b'));
    }

    #[test]
    fn bars_are_as_long_as_what_they_show() {
        for (part, utf8, expected) in [
            (0.0, true, "··········"),
            (0.5, true, "█████·····"),
            (0.26, true, "██▋·······"),
            (1.0, true, "██████████"),
            (7.0, false, "##########"),
            (0.42, false, "####------"),
        ] {
            assert_eq!(bar(part, utf8), expected);
        }
    }
}
