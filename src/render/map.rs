//! What a map of a subnet shows, in a terminal ([`super::grid`]) or as a picture ([`super::svg`]).

use std::borrow::Cow;
use std::net::IpAddr;

use super::number;
use super::state::{STATES, State};
use super::text::{grouped, visible};

/// A cell: an address, or a block of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCell<'a> {
    /// Its first address.
    pub address: IpAddr,
    /// The name of its state, or of that of most of its addresses that are worth mentioning.
    pub state: &'static str,
    /// Whose it is, as the client says; nothing where nobody has it.
    pub holder: Cow<'a, [u8]>,
}

/// A map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map<'a> {
    /// What it is of: `10.1.1.0/24`, with the name of the shared network or whatever else there is to say.
    pub title: Cow<'a, str>,
    /// The cells, from the lowest address on.
    pub cells: Vec<MapCell<'a>>,
    /// Cells in a row where there is room: 16, 32 or 64.
    pub per_row: usize,
    /// Addresses that a cell stands for.
    pub addresses_per_cell: u128,
    /// How many addresses are in each state, by its name.
    pub counts: Vec<(&'static str, u128)>,
}

impl Map<'_> {
    /// States with how many addresses are in them, in the order of legends, without those of none.
    pub(super) fn legend(&self) -> Vec<(State, u128)> {
        let count = |name: &str| -> u128 {
            let counts = self.counts.iter().filter(|(counted, _)| *counted == name);
            counts.fold(0, |sum, (_, count)| sum.saturating_add(*count))
        };
        let known = STATES.into_iter().map(|state| (state, count(state.name)));
        let others = self.counts.iter().filter(|(name, _)| STATES.iter().all(|state| state.name != *name));
        let others = others.map(|(name, count)| (State { name, ..State::of(name) }, *count));
        known.chain(others).filter(|(_, count)| *count > 0).collect()
    }

    /// What a cell is, where it stands for more than one address. Powers of two are easier to read as
    /// such when they are large.
    pub(super) fn scale(&self) -> Option<String> {
        let count = self.addresses_per_cell;
        let shown = match count {
            0 | 1 => return None,
            _ if count.is_power_of_two() && count > 1 << 20 => format!("2^{}", count.ilog2()),
            _ => grouped(count),
        };
        Some(format!("a cell is {shown} addresses, and shows the most notable of them"))
    }
}

impl MapCell<'_> {
    /// `10.1.1.20 active laptop-20`.
    pub(super) fn about(&self) -> String {
        let holder = &self.holder[..self.holder.len().min(256)];
        let mut about =
            format!("{} {}", address(self.address), State { name: self.state, ..State::of(self.state) }.label());
        if !holder.is_empty() {
            about.push(' ');
            about.push_str(&visible(holder));
        }
        about
    }
}

/// An address as text.
pub(super) fn address(address: IpAddr) -> String {
    let mut out = Vec::new();
    number::address(&mut out, address);
    String::from_utf8(out).unwrap_or_default()
}
