//! A subnet as a picture in the terminal: a cell an address, or a block of them, by its state.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::rows::Look;
use super::table::{color_of, paint};

/// What a cell stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Standing {
    Active,
    Expiring,
    Reserved,
    Abandoned,
    Backup,
    Free,
    Outside,
}

impl Standing {
    /// All of them; where a cell stands for several addresses, the first that one of them has is shown.
    pub const ALL: [Standing; 7] = [
        Standing::Abandoned,
        Standing::Expiring,
        Standing::Active,
        Standing::Reserved,
        Standing::Backup,
        Standing::Free,
        Standing::Outside,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Expiring => "expiring",
            Standing::Reserved => "reserved",
            Standing::Abandoned => "abandoned",
            Standing::Backup => "backup",
            Standing::Free => "free",
            Standing::Outside => "outside of pools",
        }
    }

    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Standing::Active => 'A',
            Standing::Expiring => 'E',
            Standing::Reserved => 'R',
            Standing::Abandoned => 'X',
            Standing::Backup => 'B',
            Standing::Free => 'f',
            Standing::Outside => '.',
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The first of its addresses.
    pub address: IpAddr,
    /// How many of its addresses are in each standing, in the order of [`Standing::ALL`].
    pub counts: [u64; 7],
}

impl Cell {
    /// What it is shown as.
    pub fn standing(&self) -> Standing {
        let first = Standing::ALL.iter().zip(self.counts).find(|(_, count)| *count > 0);
        first.map_or(Standing::Outside, |(standing, _)| *standing)
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Map {
    /// What it is of.
    pub title: String,
    /// How many addresses a cell stands for.
    pub per_cell: u128,
    /// The cells, in order.
    pub cells: Vec<Cell>,
}

impl Map {
    /// How many addresses are in each standing, with those that none is in left out.
    pub fn legend(&self) -> Vec<(Standing, u64)> {
        let sum = |i: usize| self.cells.iter().map(|cell| cell.counts[i]).sum::<u64>();
        Standing::ALL.iter().enumerate().map(|(i, standing)| (*standing, sum(i))).filter(|(_, sum)| *sum > 0).collect()
    }

    /// The picture as lines of text.
    pub fn text(&self, look: &Look) -> String {
        let head = self.cells.iter().map(|cell| cell.address.to_string().len()).max().unwrap_or_default();
        let room = look.width.unwrap_or(80).saturating_sub(head + 2);
        // A blank after every eighth cell helps to count.
        let columns = [64, 32, 16, 8].into_iter().find(|columns| columns + columns / 8 - 1 <= room).unwrap_or(8);
        let mut text = format!("{}\n\n", super::text::visible(self.title.as_bytes()));
        for row in self.cells.chunks(columns) {
            let _ = write!(text, "{:>head$}  ", row[0].address.to_string());
            for (i, cell) in row.iter().enumerate() {
                if i > 0 && i % 8 == 0 {
                    text.push(' ');
                }
                let standing = cell.standing();
                let letter = standing.letter().to_string();
                let color = if look.color { color_of(standing.name()) } else { None };
                text += &paint(&letter, color);
            }
            text.push('\n');
        }
        text.push('\n');
        for (standing, count) in self.legend() {
            let color = if look.color { color_of(standing.name()) } else { None };
            let _ = writeln!(text, "{} {} {count}", paint(&standing.letter().to_string(), color), standing.name());
        }
        if self.per_cell > 1 {
            let _ = writeln!(text, "A cell stands for {} addresses.", self.per_cell);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(in crate::render) fn map() -> Map {
        let cell = |last: u8, standing: Standing| {
            let mut counts = [0; 7];
            counts[Standing::ALL.iter().position(|other| *other == standing).unwrap()] = 1;
            Cell { address: IpAddr::from([10, 1, 1, last]), counts }
        };
        let standing = |last: u8| match last {
            3 => Standing::Reserved,
            10 => Standing::Active,
            11 => Standing::Expiring,
            12 => Standing::Abandoned,
            10..=20 => Standing::Free,
            _ => Standing::Outside,
        };
        Map {
            title: "10.1.1.0/27 <office>".to_owned(),
            per_cell: 1,
            cells: (0..32).map(|last| cell(last, standing(last))).collect(),
        }
    }

    #[test]
    fn a_cell_is_a_letter() {
        let look = Look { width: Some(40), ..Look::default() };
        assert_eq!(
            map().text(&look),
            "10.1.1.0/27 <office>\n\n 10.1.1.0  ...R.... ..AEXfff\n10.1.1.16  fffff... ........\n\n\
             X abandoned 1\nE expiring 1\nA active 1\nR reserved 1\nf free 8\n. outside of pools 20\n"
        );
        let wide = Look { width: Some(120), color: true, ..Look::default() };
        let text = map().text(&wide);
        assert!(text.contains("\n 10.1.1.0  ...\x1b[36mR\x1b[0m.... ..\x1b[32mA\x1b[0m"), "{text}");
    }

    #[test]
    fn of_several_addresses_the_one_that_matters_most_is_shown() {
        let cell = Cell { address: IpAddr::from([10, 0, 0, 0]), counts: [0, 0, 3, 0, 0, 200, 53] };
        assert_eq!(cell.standing(), Standing::Active);
    }
}
