//! Colours, and whether text may go beyond ASCII: what a terminal can show, as the caller has found out.

/// How a piece of text is set off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Style {
    #[default]
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

impl Style {
    /// All of them, in the order of their numbers.
    pub(super) const ALL: [Style; 9] = [
        Style::Plain,
        Style::Bold,
        Style::Dim,
        Style::Red,
        Style::Green,
        Style::Yellow,
        Style::Blue,
        Style::Magenta,
        Style::Cyan,
    ];

    /// What turns a terminal to it; nothing for plain text.
    pub fn on(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Bold => "\x1b[1m",
            Style::Dim => "\x1b[2m",
            Style::Red => "\x1b[31m",
            Style::Green => "\x1b[32m",
            Style::Yellow => "\x1b[33m",
            Style::Blue => "\x1b[34m",
            Style::Magenta => "\x1b[35m",
            Style::Cyan => "\x1b[36m",
        }
    }

    /// What turns a terminal back.
    pub fn off(self) -> &'static str {
        if self == Style::Plain { "" } else { "\x1b[0m" }
    }

    /// That of a share from 0 to 1 that is better not full.
    pub fn of_share(share: f64) -> Self {
        if share >= 0.95 {
            Style::Red
        } else if share >= 0.8 {
            Style::Yellow
        } else {
            Style::Green
        }
    }
}
