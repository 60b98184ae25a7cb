//! What a cell can hold.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

/// On which side of its column a value stands in tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Align {
    Left,
    Right,
}

/// When a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Unless other columns are asked for.
    Always,
    /// In JSON and CSV; in tables and plain text when it is asked for.
    OnRequest,
    /// In tables alone.
    InTables,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs, which stays: a member of JSON, a head of CSV, a word of `--columns`.
    pub name: &'static str,
    /// Its head in tables.
    pub title: &'static str,
    /// What is in it, for the man page.
    pub about: &'static str,
    /// On which side its values stand in tables.
    pub align: Align,
    /// When it is shown.
    pub shown: Shown,
}

impl Column {
    /// A column of text that is always shown.
    pub const fn text(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Column { name, title, about, align: Align::Left, shown: Shown::Always }
    }

    /// A column of numbers that is always shown.
    pub const fn number(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Column { align: Align::Right, ..Self::text(name, title, about) }
    }

    /// The same column, shown at another time.
    pub const fn shown(self, shown: Shown) -> Self {
        Column { shown, ..self }
    }

    /// The same column, shown in tables only when it is asked for.
    pub const fn on_request(self) -> Self {
        self.shown(Shown::OnRequest)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// There is none.
    None,
    /// A text of ours, or of the configuration.
    Text(Cow<'a, str>),
    /// Bytes that a client chose, or that a file has: text, more often than not.
    Bytes(Cow<'a, [u8]>),
    /// Bytes to be shown in hexadecimal: hardware addresses, identifiers.
    Hex(Cow<'a, [u8]>),
    /// An address.
    Address(IpAddr),
    /// An address and the length of its prefix.
    Network(IpAddr, u8),
    /// A number.
    Number(u128),
    /// Of a hundred.
    Percent(f64),
    /// Seconds since 1970.
    Time(i64),
    /// A time after everything.
    Never,
    /// Seconds from now on; negative ones have gone by.
    Age(i64),
    /// A state, by its name.
    State(&'static str),
    /// Yes or no.
    Flag(bool),
    /// Several values.
    List(Vec<Value<'a>>),
    /// A part of a whole, from 0 to 1, as a bar; in tables only.
    Bar(f64),
}

impl<'a> Value<'a> {
    /// A text, or none where it is missing.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(text.into())
    }

    /// Bytes: as text where all of them print, and in hexadecimal otherwise.
    pub fn identifier(bytes: &'a [u8]) -> Self {
        let prints = !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if prints { Value::Bytes(bytes.into()) } else { Value::Hex(bytes.into()) }
    }

    /// A value, or none.
    pub fn of<T>(value: Option<T>, of: impl FnOnce(T) -> Value<'a>) -> Self {
        value.map_or(Value::None, of)
    }

    /// The same value, which borrows nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Text(text) => Value::Text(text.into_owned().into()),
            Value::Bytes(bytes) => Value::Bytes(bytes.into_owned().into()),
            Value::Hex(bytes) => Value::Hex(bytes.into_owned().into()),
            Value::List(list) => Value::List(list.into_iter().map(Value::into_owned).collect()),
            Value::None => Value::None,
            Value::Address(address) => Value::Address(address),
            Value::Network(address, length) => Value::Network(address, length),
            Value::Number(number) => Value::Number(number),
            Value::Percent(percent) => Value::Percent(percent),
            Value::Time(time) => Value::Time(time),
            Value::Never => Value::Never,
            Value::Age(age) => Value::Age(age),
            Value::State(state) => Value::State(state),
            Value::Flag(flag) => Value::Flag(flag),
            Value::Bar(part) => Value::Bar(part),
        }
    }

    /// The order of two values of a column: addresses by number, text by its bytes in lower case, no
    /// value last.
    pub fn compare(&self, other: &Value<'_>) -> Ordering {
        use Value::{Address, Age, Bar, Bytes, Flag, Hex, List, Network, Never, Number, Percent, State, Text, Time};
        let folded = |bytes: &[u8]| bytes.to_ascii_lowercase();
        match (self, other) {
            (Address(a), Address(b)) => a.cmp(b),
            (Network(a, length_a), Network(b, length_b)) => a.cmp(b).then(length_a.cmp(length_b)),
            (Number(a), Number(b)) => a.cmp(b),
            (Percent(a), Percent(b)) | (Bar(a), Bar(b)) => a.total_cmp(b),
            (Time(a), Time(b)) | (Age(a), Age(b)) => a.cmp(b),
            (Flag(a), Flag(b)) => a.cmp(b),
            (State(a), State(b)) => a.cmp(b),
            (List(a), List(b)) => {
                let first = a.iter().zip(b).map(|(a, b)| a.compare(b)).find(|order| order.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Text(a), Text(b)) => folded(a.as_bytes()).cmp(&folded(b.as_bytes())),
            (Bytes(a), Bytes(b)) => folded(a).cmp(&folded(b)),
            (Hex(a), Hex(b)) => a.cmp(b),
            (Time(_) | Age(_), Never) => Ordering::Less,
            (Never, Time(_) | Age(_)) => Ordering::Greater,
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Address(_) => 0,
            Value::Network(..) => 1,
            Value::Number(_) | Value::Percent(_) | Value::Bar(_) => 2,
            Value::Time(_) | Value::Age(_) => 3,
            Value::Never => 4,
            Value::Text(_) | Value::State(_) => 5,
            Value::Bytes(_) => 6,
            Value::Hex(_) => 7,
            Value::Flag(_) => 8,
            Value::List(_) => 9,
            Value::None => 10,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<IpAddr> for Value<'_> {
    fn from(address: IpAddr) -> Self {
        Value::Address(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_in_the_order_that_people_expect() {
        let address = |text: &str| Value::Address(text.parse().unwrap());
        for (smaller, larger) in [
            (address("10.0.0.9"), address("10.0.0.10")),
            (Value::text("Alpha"), Value::text("beta")),
            (Value::Time(5), Value::Never),
            (Value::Never, Value::None),
            (Value::List(vec![Value::Number(2)]), Value::List(vec![Value::Number(2), Value::Number(1)])),
            (Value::Percent(9.5), Value::Percent(10.0)),
        ] {
            assert_eq!(smaller.compare(&larger), Ordering::Less, "{smaller:?} {larger:?}");
            assert_eq!(larger.compare(&smaller), Ordering::Greater, "{smaller:?} {larger:?}");
        }
    }
}
