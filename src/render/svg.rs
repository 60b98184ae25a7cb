//! A subnet as a picture for reports: SVG that stands alone, with a title for each cell, in colours that
//! people with any kind of sight can tell apart, and letters besides.

use std::fmt::Write as _;

use super::grid::{Map, Standing};

/// The edge of a cell, with the gap behind it.
const CELL: usize = 22;
const MARGIN: usize = 16;
const HEAD: usize = 120;
const LINE: usize = 20;

/// Okabe and Ito's palette.
fn fill(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "#009e73",
        Standing::Expiring => "#e69f00",
        Standing::Reserved => "#56b4e9",
        Standing::Abandoned => "#d55e00",
        Standing::Backup => "#0072b2",
        Standing::Free => "#f0e442",
        Standing::Outside => "#e6e6e6",
    }
}

fn escaped(text: &str) -> String {
    let text = super::text::visible(text.as_bytes());
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The picture as an SVG document.
pub fn document(map: &Map) -> String {
    let columns = if map.cells.len() > 512 { 32 } else { 16 };
    let rows = map.cells.len().div_ceil(columns);
    let legend = map.legend();
    let top = MARGIN + 2 * LINE;
    let width = HEAD + columns * CELL + 2 * MARGIN;
    let height = top + rows * CELL + LINE * (legend.len() + 2) + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{MARGIN}\" y=\"{}\" font-size=\"16\" font-weight=\"bold\">{}</text>\n",
        escaped(&map.title),
        escaped(&description(&legend)),
        MARGIN + 12,
        escaped(&map.title),
    );
    for (row, cells) in map.cells.chunks(columns).enumerate() {
        let y = top + row * CELL;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#555555\">{}</text>",
            MARGIN + HEAD - 8,
            y + 14,
            cells[0].address
        );
        for (column, cell) in cells.iter().enumerate() {
            let (x, standing) = (MARGIN + HEAD + column * CELL, cell.standing());
            let name = match map.per_cell {
                1 => format!("{}: {}", cell.address, standing.name()),
                count => format!("{count} addresses from {}: {}", cell.address, standing.name()),
            };
            let _ = write!(svg, "<g><title>{name}</title>{}</g>", square(x, y, standing));
        }
        svg.push('\n');
    }
    let mut y = top + rows * CELL + LINE;
    for (standing, count) in legend {
        let square = square(MARGIN, y - 14, standing);
        let _ =
            writeln!(svg, "{square}<text x=\"{}\" y=\"{y}\">{}: {count}</text>", MARGIN + CELL + 6, standing.name());
        y += LINE + 2;
    }
    if map.per_cell > 1 {
        let _ = writeln!(svg, "<text x=\"{MARGIN}\" y=\"{y}\">A cell stands for {} addresses.</text>", map.per_cell);
    }
    svg += "</svg>\n";
    svg
}

fn square(x: usize, y: usize, standing: Standing) -> String {
    let edge = CELL - 2;
    let letter = match standing {
        Standing::Outside => String::new(),
        standing => {
            let ink = if matches!(standing, Standing::Backup | Standing::Active) { "#ffffff" } else { "#000000" };
            let (x, y) = (x + edge / 2, y + 14);
            format!(
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"11\" fill=\"{ink}\">{}</text>",
                standing.letter()
            )
        }
    };
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{edge}\" height=\"{edge}\" rx=\"3\" fill=\"{}\"/>{letter}",
        fill(standing)
    )
}

fn description(legend: &[(Standing, u64)]) -> String {
    let parts: Vec<String> = legend.iter().map(|(standing, count)| format!("{count} {}", standing.name())).collect();
    format!("Addresses: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::grid::Cell;

    #[test]
    fn a_map_is_a_document_by_itself() {
        let mut counts = [0; 7];
        counts[2] = 1;
        let cells = vec![Cell { address: "10.1.1.0".parse().unwrap(), counts }];
        let svg = document(&Map { title: "<b> & \"x\"".to_owned(), per_cell: 1, cells });
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("<title>&lt;b&gt; &amp; &quot;x&quot;</title>"));
        assert!(svg.contains("<title>10.1.1.0: active</title>"));
        assert!(svg.contains("<desc>Addresses: 1 active</desc>"));
        assert_eq!(svg.matches("<g>").count(), 1);
    }
}
