//! A field of a row.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

/// What a field says. How it is written is up to the format.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    None,
    /// Our own text. Control characters in it are escaped all the same.
    Text(Cow<'a, str>),
    /// Text from clients and files: any bytes, of any encoding.
    Bytes(Cow<'a, [u8]>),
    /// Bytes that are no text: hardware addresses, identifiers. Shown as `02:00:5e`.
    Hex(Cow<'a, [u8]>),
    /// An IP address.
    Address(IpAddr),
    /// A network: an address and the length of its prefix.
    Network(IpAddr, u8),
    /// A number.
    Number(u128),
    /// A part of 100.
    Percent(f64),
    /// Seconds since 1970-01-01 00:00:00 UTC.
    Time(i64),
    /// A time after all others.
    Never,
    /// Seconds that have gone by; below zero for those to come.
    Age(i64),
    /// Seconds that are left; below zero for those since it was over.
    Left(i64),
    /// A state by its name, in the colour of [`super::State`].
    State(&'static str),
    /// Yes or no.
    Flag(bool),
    /// Several values.
    List(Vec<Value<'a>>),
    /// Several values, each under its stable name: an object in JSON.
    Record(Vec<(&'static str, Value<'a>)>),
    /// The same where the names are those of others: any bytes.
    Object(Vec<(Cow<'a, [u8]>, Value<'a>)>),
    /// A share from 0 to 1 as a bar, for columns with [`super::Align::Bar`].
    Bar(f64),
}

impl<'a> Value<'a> {
    /// Text of ours.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(text.into())
    }

    /// Text of others.
    pub fn bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Value::Bytes(bytes.into())
    }

    /// Bytes that are no text.
    pub fn hex(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Value::Hex(bytes.into())
    }

    /// Bytes: as text where all of them print, and in hexadecimal otherwise.
    pub fn identifier(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        let bytes = bytes.into();
        let prints = !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if prints { Value::Bytes(bytes) } else { Value::Hex(bytes) }
    }

    /// What becomes of a value that may be missing.
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
            Value::Record(fields) => {
                Value::Record(fields.into_iter().map(|(name, value)| (name, value.into_owned())).collect())
            }
            Value::Object(members) => {
                let owned = |(name, value): (Cow<'a, [u8]>, Value<'a>)| (name.into_owned().into(), value.into_owned());
                Value::Object(members.into_iter().map(owned).collect())
            }
            Value::None => Value::None,
            Value::Address(address) => Value::Address(address),
            Value::Network(address, length) => Value::Network(address, length),
            Value::Number(number) => Value::Number(number),
            Value::Percent(share) => Value::Percent(share),
            Value::Time(seconds) => Value::Time(seconds),
            Value::Never => Value::Never,
            Value::Age(seconds) => Value::Age(seconds),
            Value::Left(seconds) => Value::Left(seconds),
            Value::State(name) => Value::State(name),
            Value::Flag(flag) => Value::Flag(flag),
            Value::Bar(share) => Value::Bar(share),
        }
    }

    /// A total order: addresses by their number and IPv4 before IPv6, networks among the addresses
    /// and wide ones first, text by its bytes, what is missing last. Values of different kinds have an
    /// order too, though none that says anything.
    pub fn compare(&self, other: &Value<'_>) -> Ordering {
        match (self, other) {
            (Value::List(a), Value::List(b)) => {
                let unequal = a.iter().zip(b).map(|(a, b)| a.compare(b)).find(|order| order.is_ne());
                unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Value::Record(a), Value::Record(b)) => {
                let unequal = a.iter().zip(b).map(|(a, b)| a.1.compare(&b.1)).find(|order| order.is_ne());
                unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Value::Object(a), Value::Object(b)) => {
                let pair = |a: &(Cow<'_, [u8]>, Value<'_>), b: &(Cow<'_, [u8]>, Value<'_>)| {
                    a.0.cmp(&b.0).then_with(|| a.1.compare(&b.1))
                };
                let unequal = a.iter().zip(b).map(|(a, b)| pair(a, b)).find(|order| order.is_ne());
                unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => self.rank().cmp(&other.rank()).then_with(|| self.key().compare(&other.key())),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Address(_) | Value::Network(..) => 0,
            Value::Number(_) => 1,
            Value::Percent(_) => 2,
            Value::Bar(_) => 3,
            // Never comes after all times, and after any length of time that is left until then.
            Value::Time(_) | Value::Age(_) | Value::Left(_) | Value::Never => 4,
            Value::Flag(_) => 6,
            Value::Text(_) | Value::Bytes(_) | Value::State(_) => 7,
            Value::Hex(_) => 8,
            Value::List(_) => 9,
            Value::Record(_) | Value::Object(_) => 10,
            Value::None => 11,
        }
    }

    fn key(&self) -> Key<'_> {
        match self {
            Value::None | Value::List(_) | Value::Record(_) | Value::Object(_) => Key::Whole(0),
            Value::Text(text) => Key::Bytes(text.as_bytes()),
            Value::State(name) => Key::Bytes(name.as_bytes()),
            Value::Bytes(bytes) | Value::Hex(bytes) => Key::Bytes(bytes),
            Value::Address(address) => Key::Address(*address, u8::MAX),
            Value::Network(address, length) => Key::Address(*address, *length),
            Value::Number(number) => Key::Whole(i128::try_from(*number).unwrap_or(i128::MAX)),
            Value::Time(seconds) | Value::Age(seconds) | Value::Left(seconds) => Key::Whole((*seconds).into()),
            Value::Never => Key::Whole(i128::MAX),
            Value::Flag(flag) => Key::Whole((*flag).into()),
            Value::Percent(share) | Value::Bar(share) => Key::Share(*share),
        }
    }
}

/// What values of one rank are compared by.
enum Key<'a> {
    Address(IpAddr, u8),
    Whole(i128),
    Share(f64),
    Bytes(&'a [u8]),
}

impl Key<'_> {
    fn compare(&self, other: &Key<'_>) -> Ordering {
        match (self, other) {
            (Key::Address(a, a_length), Key::Address(b, b_length)) => a.cmp(b).then(a_length.cmp(b_length)),
            (Key::Whole(a), Key::Whole(b)) => a.cmp(b),
            (Key::Share(a), Key::Share(b)) => a.total_cmp(b),
            (Key::Bytes(a), Key::Bytes(b)) => a.cmp(b),
            // One rank has one kind of key.
            _ => Ordering::Equal,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_total_order() {
        let address = |text: &str| Value::Address(text.parse().unwrap());
        let ordered = [
            address("9.0.0.1"),
            Value::Network("10.0.0.0".parse().unwrap(), 8),
            Value::Network("10.0.0.0".parse().unwrap(), 24),
            address("10.0.0.0"),
            address("10.0.0.9"),
            address("10.0.0.10"),
            address("::1"),
            Value::Number(2),
            Value::Number(10),
            Value::Percent(1.0),
            Value::Percent(f64::NAN),
            Value::Time(i64::MIN),
            Value::Age(-1),
            Value::Left(0),
            Value::Time(i64::MAX),
            Value::Never,
            Value::Flag(false),
            Value::Flag(true),
            Value::text("a"),
            Value::State("active"),
            Value::bytes(&b"b\xff"[..]),
            Value::hex(&b"\0"[..]),
            Value::List(vec![]),
            Value::List(vec![Value::Number(2)]),
            Value::List(vec![Value::Number(2), Value::Number(1)]),
            Value::List(vec![Value::Number(10)]),
            Value::None,
        ];
        for (a, left) in ordered.iter().enumerate() {
            for (b, right) in ordered.iter().enumerate() {
                assert_eq!(left.compare(right), a.cmp(&b), "{left:?} {right:?}");
            }
        }
    }
}
