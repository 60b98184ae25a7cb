//! A map of a subnet as a picture for a report: SVG without anything from elsewhere, with a title and a
//! description for those who do not see it, and for each cell what a pointer shows.

use std::fmt::Write as _;

use super::map::{self, Map};
use super::state::State;
use super::text::{fitted, grouped, visible_line};

/// The side of a cell and what is between two, in pixels.
const CELL: usize = 18;
const GAP: usize = 2;
/// Around everything.
const MARGIN: usize = 20;
/// Above the cells: the title and the offsets.
const HEAD: usize = 62;
/// Of a legend's line.
const ENTRY_HEIGHT: usize = 24;
/// A column of text of the size of the addresses, rounded up.
const LETTER: usize = 8;
/// Of the title's.
const TITLE_LETTER: usize = 11;

/// The map as an SVG document.
pub fn svg(map: &Map<'_>) -> String {
    let per_row = map.per_row.clamp(1, 256);
    let heads: Vec<String> =
        map.cells.chunks(per_row).filter_map(|row| row.first()).map(|cell| map::address(cell.address)).collect();
    let left = MARGIN + heads.iter().map(String::len).max().unwrap_or(0) * LETTER + 10;
    let columns = map.cells.len().min(per_row);
    let legend = map.legend();
    let entries: Vec<String> =
        legend.iter().map(|(state, count)| format!("{} {}", state.label(), grouped(*count))).collect();
    let entry_width = CELL + 24 + entries.iter().map(|entry| entry.len()).max().unwrap_or(0) * LETTER;
    let width = (left + columns * (CELL + GAP) + MARGIN).max(2 * MARGIN + 2 * entry_width);
    let entries_in_line = ((width - 2 * MARGIN) / entry_width).max(1);
    let legend_top = HEAD + heads.len() * (CELL + GAP) + 18;
    let legend_bottom = legend_top + legend.len().div_ceil(entries_in_line) * ENTRY_HEIGHT;
    let height = legend_bottom + if map.scale().is_some() { ENTRY_HEIGHT } else { 0 } + MARGIN - 6;

    let title = visible_line(map.title.as_bytes());
    let mut out = String::with_capacity(1024 + map.cells.len() * 160);
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>",
        xml(&title),
        xml(&description(map, &entries)),
    );
    out.push_str(STYLE);
    out.push_str("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    let shown_title = fitted(&title, (width - 2 * MARGIN) / TITLE_LETTER, '…');
    let shown_title = shown_title.as_deref().unwrap_or(&title);
    let _ = writeln!(out, "<text class=\"head\" x=\"{MARGIN}\" y=\"34\">{}</text>", xml(shown_title));
    write_offsets(&mut out, left, columns);
    for (row, cells) in map.cells.chunks(per_row).enumerate() {
        let top = HEAD + row * (CELL + GAP);
        let _ =
            writeln!(out, "<text class=\"address\" x=\"{}\" y=\"{}\">{}</text>", left - 8, top + 13, xml(&heads[row]),);
        for (column, cell) in cells.iter().enumerate() {
            let state = State::of(cell.state);
            write_cell(&mut out, left + column * (CELL + GAP), top, &state, Some(&cell.about()));
        }
    }
    for (index, ((state, _), entry)) in legend.iter().zip(&entries).enumerate() {
        let x = MARGIN + index % entries_in_line * entry_width;
        let y = legend_top + index / entries_in_line * ENTRY_HEIGHT;
        write_cell(&mut out, x, y, state, None);
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\">{}</text>", x + CELL + 8, y + 13, xml(entry));
    }
    if let Some(scale) = map.scale() {
        let _ =
            writeln!(out, "<text class=\"scale\" x=\"{MARGIN}\" y=\"{}\">{}</text>", legend_bottom + 13, xml(&scale));
    }
    out.push_str("</svg>\n");
    out
}

const STYLE: &str = "<style>\n\
    text{font:13px system-ui,\"DejaVu Sans\",sans-serif;fill:#1b1b1b}\n\
    .page{fill:#fff}\n\
    .head{font-size:18px;font-weight:bold}\n\
    .address{font:12px ui-monospace,\"DejaVu Sans Mono\",monospace;text-anchor:end}\n\
    .offset{font-size:11px;fill:#595959;text-anchor:middle}\n\
    .scale{fill:#595959}\n\
    .cell rect{stroke:#00000030;stroke-width:1}\n\
    .cell text{font:bold 11px ui-monospace,\"DejaVu Sans Mono\",monospace;text-anchor:middle}\n\
    </style>\n";

/// How far every fourth column is from the head of its row.
fn write_offsets(out: &mut String, left: usize, columns: usize) {
    for column in (0..columns).step_by(4) {
        let x = left + column * (CELL + GAP) + CELL / 2;
        let _ = writeln!(out, "<text class=\"offset\" x=\"{x}\" y=\"{}\">+{column}</text>", HEAD - 6);
    }
}

fn write_cell(out: &mut String, x: usize, y: usize, state: &State, about: Option<&str>) {
    out.push_str("<g class=\"cell\">");
    if let Some(about) = about {
        let _ = write!(out, "<title>{}</title>", xml(about));
    }
    let fill = state.fill;
    let _ = write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" rx=\"3\" fill=\"{fill}\"/>");
    // What is free is left blank: that is what one looks for.
    if state.letter != '.' {
        let letter = if state.letter == ' ' { '·' } else { state.letter };
        let (x, y) = (x + CELL / 2, y + 13);
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" style=\"fill:{}\">{letter}</text>", state.ink);
    }
    out.push_str("</g>\n");
}

/// The picture in a sentence.
fn description(map: &Map<'_>, legend: &[String]) -> String {
    let scale = map.scale().map(|scale| format!("; {scale}")).unwrap_or_default();
    format!("Addresses by state: {}{scale}.", legend.join(", "))
}

/// Text for XML. What XML has no way to say is visible by now.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            character => out.push(character),
        }
    }
    out
}
