//! What a listing can show: columns with names that stay, and which of them are wanted in what order.

use std::cmp::Ordering;
use std::fmt;

use super::value::Value;

/// Where a column's values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left: text.
    Left,
    /// At the right: numbers.
    Right,
    /// At the left, and only in tables: [`Value::Bar`], which says in a picture what another column
    /// says in figures. The other formats leave such a column out.
    Bar,
}

/// A column of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its stable name: a JSON member, a field of a CSV head, a word for `--columns` and `--sort`.
    pub name: &'static str,
    /// Its head in a table.
    pub title: &'static str,
    /// What it says, for the man page.
    pub about: &'static str,
    /// Where its values stand.
    pub align: Align,
    /// Whether tables and plain text have it unless told otherwise.
    pub shown: bool,
}

/// A word that names no column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumn {
    /// The word.
    pub word: String,
    /// The names that there are.
    pub names: Vec<&'static str>,
}

impl fmt::Display for UnknownColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no column; there are {}", self.word.escape_debug(), self.names.join(", "))
    }
}

impl std::error::Error for UnknownColumn {}

impl Column {
    /// A column of text that is shown.
    pub const fn text(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Column { name, title, about, align: Align::Left, shown: true }
    }

    /// A column of numbers that is shown.
    pub const fn number(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Column { align: Align::Right, ..Self::text(name, title, about) }
    }

    /// A column of bars.
    pub const fn bar(name: &'static str, about: &'static str) -> Self {
        Column { align: Align::Bar, ..Self::text(name, "", about) }
    }

    /// The same column, for tables and plain text only when it is asked for.
    pub const fn on_request(self) -> Self {
        Column { shown: false, ..self }
    }

    /// The columns that a listing has of its own accord: the shown ones, or all of them for programs.
    pub fn usual(columns: &[Column], all: bool) -> Vec<usize> {
        (0..columns.len()).filter(|&index| all || columns[index].shown).collect()
    }

    /// The columns that `words` ask for, in that order: `name,name`, `all`, or `+name,name` for some
    /// beside the `usual` ones. One that is named twice is there once.
    pub fn choose(columns: &[Column], usual: &[usize], words: &str) -> Result<Vec<usize>, UnknownColumn> {
        let (mut chosen, words) = match words.strip_prefix('+') {
            Some(words) => (usual.to_vec(), words),
            None => (Vec::new(), words),
        };
        let mut is_chosen = vec![false; columns.len()];
        chosen.iter().for_each(|&index| is_chosen[index] = true);
        for word in words.split(',').map(str::trim) {
            let named = if word.eq_ignore_ascii_case("all") { 0..columns.len() } else { one(columns, word)? };
            for index in named {
                if !std::mem::replace(&mut is_chosen[index], true) {
                    chosen.push(index);
                }
            }
        }
        Ok(chosen)
    }
}

fn one(columns: &[Column], word: &str) -> Result<std::ops::Range<usize>, UnknownColumn> {
    match columns.iter().position(|column| column.name.eq_ignore_ascii_case(word)) {
        Some(index) => Ok(index..index + 1),
        None => Err(UnknownColumn { word: word.to_owned(), names: columns.iter().map(|column| column.name).collect() }),
    }
}

/// An order of rows: by these columns, each upwards or downwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    keys: Vec<(usize, bool)>,
}

impl Order {
    /// Reads `name,-name`: upwards, or downwards where `-` is before the name.
    pub fn read(columns: &[Column], words: &str) -> Result<Self, UnknownColumn> {
        let key = |word: &str| {
            let (name, downwards) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
            one(columns, name).map(|index| (index.start, downwards))
        };
        Ok(Order { keys: words.split(',').map(str::trim).map(key).collect::<Result<_, _>>()? })
    }

    /// The columns that it looks at, the most important first.
    pub fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.keys.iter().map(|&(index, _)| index)
    }

    /// Which of two rows comes first. Values that are missing come last, downwards too.
    pub fn compare(&self, a: &[Value<'_>], b: &[Value<'_>]) -> Ordering {
        let by_key = |&(index, downwards): &(usize, bool)| {
            let (a, b) = (a.get(index).unwrap_or(&Value::None), b.get(index).unwrap_or(&Value::None));
            let missing = matches!(a, Value::None) || matches!(b, Value::None);
            if downwards && !missing { b.compare(a) } else { a.compare(b) }
        };
        self.keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { name: "address", title: "ADDRESS", about: "", align: Align::Left, shown: true },
        Column { name: "used", title: "USED", about: "", align: Align::Right, shown: true },
        Column { name: "uid", title: "UID", about: "", align: Align::Left, shown: false },
    ];

    #[test]
    fn columns_are_chosen_by_name() {
        let usual = Column::usual(&COLUMNS, false);
        assert_eq!(usual, [0, 1]);
        assert_eq!(Column::usual(&COLUMNS, true), [0, 1, 2]);
        for (words, chosen) in [
            ("uid,address", vec![2, 0]),
            ("+uid", vec![0, 1, 2]),
            ("all", vec![0, 1, 2]),
            ("used,all", vec![1, 0, 2]),
            ("USED, used", vec![1]),
        ] {
            assert_eq!(Column::choose(&COLUMNS, &usual, words), Ok(chosen), "{words}");
        }
        let error = Column::choose(&COLUMNS, &usual, "address,mac\x1b").unwrap_err();
        assert_eq!(error.to_string(), "`mac\\u{1b}` is no column; there are address, used, uid");
        assert!(Column::choose(&COLUMNS, &usual, "").is_err());
    }

    #[test]
    fn rows_are_ordered_by_columns_and_what_is_missing_comes_last() {
        let row = |address: &str, used: Option<u64>| {
            [Value::Address(address.parse().unwrap()), used.map_or(Value::None, |used: u64| Value::Number(used.into()))]
        };
        let mut rows =
            [row("10.0.0.10", Some(1)), row("10.0.0.9", Some(1)), row("10.0.0.1", None), row("::1", Some(5))];
        let order = Order::read(&COLUMNS, "-used,address").unwrap();
        rows.sort_by(|a, b| order.compare(a, b));
        let expected = ["::1", "10.0.0.9", "10.0.0.10", "10.0.0.1"];
        for (row, address) in rows.iter().zip(expected) {
            assert_eq!(row[0], Value::Address(address.parse().unwrap()));
        }
        assert_eq!(order.columns().collect::<Vec<_>>(), [1, 0]);
        assert!(Order::read(&COLUMNS, "-size").is_err());
    }
}
