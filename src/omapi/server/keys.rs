//! The keys that a server knows.

use crate::omapi::key::Key;
use crate::omapi::message::Values;
use crate::omapi::status::ResultCode;

/// Keys that clients may sign with, and the one that they must sign with, if any.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    known: Vec<Key>,
    required: Option<usize>,
}

impl Keys {
    /// No keys: anyone may do anything, which is how dhcpd starts.
    pub fn none() -> Self {
        Keys::default()
    }

    /// Adds a key, in place of an earlier one of that name.
    pub fn add(&mut self, key: Key) {
        match self.named(key.name()) {
            Some(index) => self.known[index] = key,
            None => self.known.push(key),
        }
    }

    /// From now on no request is taken that is not signed with the key of that name, which is what
    /// `omapi-key` does. Returns whether there is such a key.
    #[must_use]
    pub fn require(&mut self, name: &[u8]) -> bool {
        self.required = self.named(name);
        self.required.is_some()
    }

    /// Whether requests have to be signed.
    pub fn are_required(&self) -> bool {
        self.required.is_some()
    }

    pub(super) fn get(&self, index: usize) -> &Key {
        &self.known[index]
    }

    /// Whether a client may sign with a key: with the required one only, where one is required.
    pub(super) fn may_sign(&self, index: usize) -> bool {
        self.required.is_none_or(|required| required == index)
    }

    /// The key that an authenticator's `name` and `algorithm` ask for.
    pub(super) fn look_up(&self, values: Values<'_>) -> Result<usize, ResultCode> {
        let (Some(name), Some(algorithm)) = (values.get(b"name"), values.get(b"algorithm")) else {
            // Without any key, and without values at all, there are other codes for this in dhcpd.
            return Err(match self.known.is_empty() || values.into_iter().next().is_some() {
                true => ResultCode::NOT_FOUND,
                false => ResultCode::NO_KEY_SPECIFIED,
            });
        };
        self.named(name)
            .filter(|&index| self.known[index].algorithm_name().eq_ignore_ascii_case(algorithm))
            .ok_or(ResultCode::NOT_FOUND)
    }

    fn named(&self, name: &[u8]) -> Option<usize> {
        self.known.iter().position(|key| key.name().eq_ignore_ascii_case(name))
    }
}
