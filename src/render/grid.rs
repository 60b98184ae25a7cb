//! A map of a subnet in the terminal: a letter a cell, so that it can be read without colours, the
//! address of the first cell before each row, and below it what the letters mean and how many addresses
//! they are.

use unicode_width::UnicodeWidthStr;

use super::look::Look;
use super::map::{self, Map};
use super::state::State;
use super::style::Style;
use super::text::{fitted, grouped, visible_line};

/// Cells between two blanks.
const GROUP: usize = 8;

/// The map as lines of text.
pub fn grid(map: &Map<'_>, look: &Look) -> String {
    let room = look.width.unwrap_or(usize::MAX).max(1);
    let mut text = String::new();
    push_line(&mut text, &visible_line(map.title.as_bytes()), Style::Bold, room, look);
    let heads = Heads::of(map, room);
    let per_row = heads.per_row;
    if !map.cells.is_empty() {
        push_ruler(&mut text, &heads, look);
    }
    for (row, cells) in map.cells.chunks(per_row).enumerate() {
        let head = heads.shown(&heads.texts[row], look);
        text.push_str(&head);
        text.extend(std::iter::repeat_n(' ', heads.width - head.width()));
        let mut line = Line { look, style: Style::Plain, text: &mut text };
        for (index, cell) in cells.iter().enumerate() {
            if index % GROUP == 0 {
                line.push(' ', Style::Plain);
            }
            let state = State::of(cell.state);
            line.push(letter(&state, look), state.style);
        }
        line.end();
    }
    text.push('\n');
    push_legend(&mut text, map, room, look);
    if let Some(scale) = map.scale() {
        push_words(&mut text, &scale, room, look);
    }
    text
}

/// A sentence, on as many lines as it takes.
fn push_words(text: &mut String, sentence: &str, room: usize, look: &Look) {
    let mut line = String::new();
    for word in sentence.split(' ') {
        if !line.is_empty() && line.len() + 1 + word.len() > room {
            push_line(text, &line, Style::Plain, room, look);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    push_line(text, &line, Style::Plain, room, look);
}

/// The letter of a cell; a dot in the middle for what is in no pool, so that it is seen to be there.
fn letter(state: &State, look: &Look) -> char {
    if state.letter == ' ' && look.utf8 { '·' } else { state.letter }
}

/// What stands before the rows, and how long these are.
struct Heads {
    texts: Vec<String>,
    /// Columns of the widest head.
    width: usize,
    per_row: usize,
}

impl Heads {
    fn of(map: &Map<'_>, room: usize) -> Self {
        let mut per_row = map.per_row.clamp(1, 256);
        loop {
            let texts: Vec<String> = map
                .cells
                .chunks(per_row)
                .filter_map(|row| row.first())
                .map(|cell| map::address(cell.address))
                .collect();
            let widest = texts.iter().map(String::len).max().unwrap_or(0);
            let left = room.saturating_sub(row_width(per_row));
            if widest <= left || per_row <= GROUP {
                // The end of an address is what tells the rows apart; it may be all there is room for.
                return Heads { texts, width: widest.min(left.max(4)), per_row };
            }
            per_row = (per_row / 2).max(GROUP);
        }
    }

    fn shown(&self, head: &str, look: &Look) -> String {
        if head.len() <= self.width {
            return head.to_owned();
        }
        // Addresses are ASCII.
        format!("{}{}", look.ellipsis(), &head[head.len() - (self.width - 1)..])
    }
}

/// Columns of a row of so many cells, with the blanks before each group.
fn row_width(cells: usize) -> usize {
    cells + cells.div_ceil(GROUP)
}

/// How far the groups are from the head of their row: `+0       +8`.
fn push_ruler(text: &mut String, heads: &Heads, look: &Look) {
    let mut line = " ".repeat(heads.width);
    for group in 0..heads.per_row.div_ceil(GROUP) {
        line += &format!(" {:GROUP$}", format!("+{}", group * GROUP));
    }
    push_line(text, line.trim_end(), Style::Dim, usize::MAX, look);
}

/// As many entries on a line as there is room for, in columns of one width.
fn push_legend(text: &mut String, map: &Map<'_>, room: usize, look: &Look) {
    let legend = map.legend();
    let names = legend.iter().map(|(state, _)| state.label().width()).max().unwrap_or(0);
    let counts = legend.iter().map(|(_, count)| grouped(*count).len()).max().unwrap_or(0);
    // A letter, a name, a count.
    let width = 2 + names + 1 + counts;
    let in_line = (room.min(80).saturating_add(3) / (width + 3)).max(1);
    for entries in legend.chunks(in_line) {
        let mut line = Line { look, style: Style::Plain, text };
        for (index, (state, count)) in entries.iter().enumerate() {
            if index > 0 {
                line.push_str("   ");
            }
            line.push(letter(state, look), state.style);
            line.push_str(&format!(" {:names$} {:>counts$}", state.label(), grouped(*count)));
        }
        line.end();
    }
}

fn push_line(text: &mut String, line: &str, style: Style, room: usize, look: &Look) {
    let shorter = fitted(line, room, look.ellipsis());
    let style = if look.color { style } else { Style::Plain };
    text.push_str(style.on());
    text.push_str(shorter.as_deref().unwrap_or(line));
    text.push_str(style.off());
    text.push('\n');
}

/// A line whose styles change no more often than they have to.
struct Line<'a> {
    look: &'a Look,
    style: Style,
    text: &'a mut String,
}

impl Line<'_> {
    fn turn_to(&mut self, style: Style) {
        if self.look.color && style != self.style {
            self.text.push_str(self.style.off());
            self.text.push_str(style.on());
            self.style = style;
        }
    }

    fn push(&mut self, character: char, style: Style) {
        if character != ' ' {
            self.turn_to(style);
        }
        self.text.push(character);
    }

    fn push_str(&mut self, text: &str) {
        self.turn_to(Style::Plain);
        self.text.push_str(text);
    }

    fn end(mut self) {
        self.turn_to(Style::Plain);
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }
}
