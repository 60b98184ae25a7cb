//! An object's attributes, as they are sent and as they come.

use super::message::{NamedValue, Values, integer};

/// Attributes in their order. One without a value is null: it is deleted, or emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(Vec<u8>, Option<Vec<u8>>)>);

impl Attributes {
    /// None yet.
    pub fn new() -> Self {
        Attributes::default()
    }

    /// Those of a message.
    pub fn of(values: Values<'_>) -> Self {
        let mut attributes = Attributes::new();
        for pair in values {
            attributes.put(pair.name, pair.value.map(<[u8]>::to_vec));
        }
        attributes
    }

    /// The same with one more, or another value of one that is there.
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.put(name.as_bytes(), Some(value.into()));
        self
    }

    /// The same with a number.
    pub fn with_integer(self, name: &str, number: u32) -> Self {
        self.with(name, number.to_be_bytes())
    }

    /// Sets one.
    pub fn put(&mut self, name: &[u8], value: Option<Vec<u8>>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_vec(), value)),
        }
    }

    /// The bytes of one.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name.as_bytes())?.1.as_deref()
    }

    /// The number that one is, of 4 bytes or of one.
    pub fn integer(&self, name: &str) -> Option<u32> {
        let value = self.get(name)?;
        integer(value).or_else(|| if let [byte] = value { Some((*byte).into()) } else { None })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.0.iter().map(|(name, value)| (name.as_slice(), value.as_deref()))
    }

    /// As they are sent.
    pub fn as_values(&self) -> Vec<NamedValue<'_>> {
        self.iter().map(|(name, value)| NamedValue { name, value }).collect()
    }
}
