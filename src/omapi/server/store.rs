//! What a server answers from.

use std::fmt::Debug;
use std::hash::Hash;

use crate::omapi::message::{NamedValue, Values};
use crate::omapi::status::ResultCode;

use super::handles::Handles;

/// What a store can do with the objects of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// Look them up, at least.
    Searchable,
    /// dhcpd knows the type, for its own purposes, and cannot look such objects up.
    Unsearchable,
    /// There is no such type.
    Unknown,
}

/// By what an object is looked up.
#[derive(Clone, Copy, Debug)]
pub struct LookUp<'a, O> {
    /// The object that the attribute `handle` names, when it was given; or why it names none, which
    /// is for the store to report or to overlook.
    pub handle: Result<Option<O>, ResultCode>,
    /// All attributes that were given.
    pub values: Values<'a>,
}

/// A store of objects. Handles, authenticators and messages are the server's business.
///
/// An operation that fails says why with a [`ResultCode`], which goes to the client as it is.
pub trait Store {
    /// Names an object for as long as the store lives, also when it has been removed.
    type Object: Copy + Eq + Hash + Debug;

    /// What is known of a type, by the name that clients use.
    fn object_type(&self, name: &[u8]) -> ObjectType;

    /// Finds an object of a searchable type. [`ResultCode::NOT_FOUND`] and
    /// [`ResultCode::NO_KEY_SPECIFIED`] leave a client the choice to create it.
    fn look_up(&self, object_type: &[u8], by: LookUp<'_, Self::Object>) -> Result<Self::Object, ResultCode>;

    /// Makes an object without values.
    fn create(&mut self, object_type: &[u8]) -> Result<Self::Object, ResultCode>;

    /// Whether anything in the store refers to an object. The server asks after each request, and
    /// discards one that nothing refers to: its handle ends then, as in dhcpd.
    fn is_kept(&self, object: Self::Object) -> bool;

    /// Another object that a request may have left without anything that refers to it.
    fn also_let_go(&mut self) -> Option<Self::Object> {
        None
    }

    /// Forgets an object that is not kept.
    fn discard(&mut self, object: Self::Object);

    /// Sets attributes, in this order and each name once. What was set before a mistake stays set,
    /// as in dhcpd. `handle` is the one that the request named, 0 for none.
    fn update(&mut self, object: Self::Object, values: &[NamedValue<'_>], handle: u32) -> Result<(), ResultCode>;

    /// Says what an object's values are, in the order in which they are sent.
    fn values(&self, object: Self::Object, list: &mut ValueList<'_, Self::Object>);

    /// Removes an object.
    fn remove(&mut self, object: Self::Object) -> Result<(), ResultCode>;

    /// Whether the last update told the server to shut down. It is not answered then, and the
    /// connections go.
    fn shuts_down(&self) -> bool {
        false
    }
}

/// An object's values as they are about to be sent.
#[derive(Debug)]
pub struct ValueList<'a, O> {
    handles: &'a mut Handles<O>,
    /// In the form of the wire.
    bytes: Vec<u8>,
}

impl<'a, O: Copy + Eq + Hash> ValueList<'a, O> {
    pub(super) fn new(handles: &'a mut Handles<O>) -> Self {
        ValueList { handles, bytes: Vec::with_capacity(256) }
    }

    /// Adds bytes, or text.
    pub fn bytes(&mut self, name: &[u8], value: &[u8]) {
        self.bytes.extend_from_slice(&(name.len() as u16).to_be_bytes());
        self.bytes.extend_from_slice(name);
        self.bytes.extend_from_slice(&(value.len() as u32).to_be_bytes());
        self.bytes.extend_from_slice(value);
    }

    /// Adds a number, which takes 4 bytes.
    pub fn integer(&mut self, name: &[u8], value: u32) {
        self.bytes(name, &value.to_be_bytes());
    }

    /// Adds a reference to another object: its handle, which is 0 for none.
    pub fn reference(&mut self, name: &[u8], object: Option<O>) {
        let handle = object.map_or(0, |object| self.handles.of_object(object));
        self.integer(name, handle);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
