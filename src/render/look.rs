//! How output is wanted: its format, and what the terminal can show. The caller finds out.

use std::fmt;
use std::str::FromStr;

/// A format of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// A record a line, with tabs, for shell scripts.
    Plain,
    /// One array of objects.
    Json,
    /// An object a line.
    JsonLines,
    /// RFC 4180.
    Csv,
}

impl Format {
    /// All of them, in the order of the help.
    pub const ALL: [Format; 5] = [Format::Table, Format::Plain, Format::Json, Format::JsonLines, Format::Csv];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Plain => "plain",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Csv => "csv",
        }
    }

    /// Whether it is for programs that pick columns by name, and so has all of them unless told otherwise.
    pub fn has_all_columns(self) -> bool {
        matches!(self, Format::Json | Format::JsonLines | Format::Csv)
    }
}

/// A word that names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are table, plain, json, jsonl and csv")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or(UnknownFormat)
    }
}

/// What output is to look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The format.
    pub format: Format,
    /// Columns of the terminal. `None` where there is none: nothing is fitted to anything then.
    pub width: Option<usize>,
    /// Whether colours are welcome.
    pub color: bool,
    /// Whether characters beyond ASCII are, as ours: ellipses and bars.
    pub utf8: bool,
    /// Whether times are of this machine's zone instead of UTC.
    pub local_time: bool,
}

impl Look {
    /// The sign of something left out, of one column.
    pub(super) fn ellipsis(&self) -> char {
        if self.utf8 { '…' } else { '~' }
    }
}
