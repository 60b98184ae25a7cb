//! How states look: a letter, so that they can be told apart without colours, a colour for terminals,
//! and one for pictures that people see alike whatever their eyes tell apart (Okabe and Ito's palette).

use super::style::Style;

/// How one state looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name, as dhcpd or we have it.
    pub name: &'static str,
    /// Its letter in a map.
    pub letter: char,
    /// Its style in a terminal.
    pub style: Style,
    /// The colour of its cells in a picture.
    pub fill: &'static str,
    /// The colour of text on those.
    pub ink: &'static str,
}

const fn state(name: &'static str, letter: char, style: Style, fill: &'static str, ink: &'static str) -> State {
    State { name, letter, style, fill, ink }
}

const DARK: &str = "#1b1b1b";
const LIGHT: &str = "#ffffff";

/// All that have a look of their own, in the order of legends.
pub const STATES: [State; 13] = [
    state("active", 'A', Style::Green, "#0072b2", LIGHT),
    state("expiring", 'e', Style::Yellow, "#e69f00", DARK),
    state("reserved", 'R', Style::Cyan, "#007a5a", LIGHT),
    state("abandoned", 'x', Style::Red, "#b84a00", LIGHT),
    state("backup", 'b', Style::Blue, "#56b4e9", DARK),
    state("partner", 'p', Style::Blue, "#2b6a99", LIGHT),
    state("waiting", 'w', Style::Magenta, "#8f4f7f", LIGHT),
    state("expired", 'o', Style::Magenta, "#cc79a7", DARK),
    state("released", 'r', Style::Magenta, "#f0e442", DARK),
    state("reset", 't', Style::Magenta, "#a6a6a6", DARK),
    state("deleted", 'd', Style::Dim, "#c8c8c8", DARK),
    state("free", '.', Style::Plain, "#e4ebf0", DARK),
    state("outside", ' ', Style::Dim, "#ffffff", "#8c8c8c"),
];

const OTHER: State = state("other", '?', Style::Plain, "#a6a6a6", DARK);

impl State {
    /// The look of the state of that name; one with a question mark when it has none.
    pub fn of(name: &str) -> State {
        STATES.into_iter().find(|state| state.name == name).unwrap_or(OTHER)
    }

    /// Its name in a legend.
    pub(super) fn label(&self) -> &'static str {
        if self.name == "outside" { "outside pools" } else { self.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_colours_are_all_different() {
        for (index, state) in STATES.iter().enumerate() {
            for other in &STATES[index + 1..] {
                assert!(state.letter != other.letter && state.fill != other.fill, "{} {}", state.name, other.name);
            }
        }
        assert_eq!(State::of("active").letter, 'A');
        assert_eq!(State::of("nonsense").letter, '?');
    }
}
