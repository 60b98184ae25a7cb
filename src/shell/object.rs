//! The object that commands work on: its attributes as they were set here or came from the server.

use crate::omapi::{Message, NamedValue};

/// The attribute by which ISC's client keeps an object's handle: setting it moves the object.
const REMOTE_HANDLE: &[u8] = b"remote-handle";

/// How a value was given, which is how it is shown; on the wire there is no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A number, 4 bytes in network order.
    Integer,
    /// Quoted text.
    Text,
    /// Dotted or colon-separated bytes, and whatever came from the server.
    Data,
}

/// An attribute's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// How it was given.
    pub form: Form,
    /// Its bytes as they are sent.
    pub bytes: Vec<u8>,
}

impl Value {
    /// A number.
    pub fn integer(number: i32) -> Self {
        Value { form: Form::Integer, bytes: number.to_be_bytes().to_vec() }
    }

    /// Quoted text.
    pub fn text(bytes: &[u8]) -> Self {
        Value { form: Form::Text, bytes: bytes.to_vec() }
    }

    /// Bytes.
    pub fn data(bytes: Vec<u8>) -> Self {
        Value { form: Form::Data, bytes }
    }

    fn as_handle(&self) -> Option<u32> {
        Some(u32::from_be_bytes(self.bytes.as_slice().try_into().ok()?))
    }
}

/// An attribute of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// As it was set or came.
    pub name: Vec<u8>,
    /// `None` after `unset`, until the server answers.
    pub value: Option<Value>,
    /// Set or unset since the last update message from the server, and so sent with each request
    /// until there is one.
    pub changed: bool,
}

/// The object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    object_type: Vec<u8>,
    handle: u32,
    /// The handle was set here, and may be that of anything.
    is_moved: bool,
    attributes: Vec<Attribute>,
}

impl Object {
    /// An object that the server has not been asked about.
    pub fn new(object_type: Vec<u8>) -> Self {
        Object { object_type, handle: 0, is_moved: false, attributes: Vec::new() }
    }

    /// The type as it was written.
    pub fn object_type(&self) -> &[u8] {
        &self.object_type
    }

    /// The handle on the server; 0 as long as there is none.
    pub fn handle(&self) -> u32 {
        self.handle
    }

    /// Whether `set remote-handle` has made it another object, and the server has not said since which one it is.
    pub fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// The attributes, in the order in which they were first set or received.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Sets an attribute where it stands, or behind the others; `None` makes it null.
    pub fn set(&mut self, name: &[u8], value: Option<Value>) {
        if name == REMOTE_HANDLE {
            if let Some(handle) = value.and_then(|value| value.as_handle()) {
                self.handle = handle;
                self.is_moved = true;
            }
            return;
        }
        match self.attributes.iter_mut().find(|attribute| attribute.name == name) {
            Some(attribute) => {
                attribute.value = value;
                attribute.changed = true;
            }
            None => self.attributes.push(Attribute { name: name.to_vec(), value, changed: true }),
        }
    }

    /// Takes over what an update message says. From then on nothing counts as changed, and null
    /// attributes are gone.
    pub fn receive(&mut self, message: &Message<'_>) {
        for pair in message.object_values {
            self.set(pair.name, pair.value.map(|bytes| Value::data(bytes.to_vec())));
        }
        if message.handle != 0 {
            self.handle = message.handle;
            self.is_moved = false;
        }
        self.attributes.retain(|attribute| attribute.value.is_some());
        for attribute in &mut self.attributes {
            attribute.changed = false;
        }
    }

    /// Takes over what another opening of the object says. What was set here stays set where `is_kept` says so.
    pub fn merge(&mut self, handle: u32, told: &[(Vec<u8>, Option<Vec<u8>>)], is_kept: impl Fn(&[u8]) -> bool) {
        for attribute in &mut self.attributes {
            attribute.changed &= is_kept(&attribute.name);
        }
        for (name, value) in told.iter().filter(|(name, _)| !is_kept(name)) {
            self.set(name, value.clone().map(Value::data));
            if let Some(attribute) = self.attributes.iter_mut().find(|attribute| attribute.name == *name) {
                attribute.changed = false;
            }
        }
        if handle != 0 {
            self.handle = handle;
        }
    }

    /// These have reached the server, and no longer count as changed.
    pub fn sent(&mut self, pairs: &[(Vec<u8>, Option<Vec<u8>>)]) {
        for Attribute { name, value, changed } in &mut self.attributes {
            let bytes = value.as_ref().map(|value| &value.bytes);
            *changed &= !pairs.iter().any(|(sent, value)| sent == name && value.as_ref() == bytes);
        }
    }

    /// The server has it no longer: all of it counts as changed, so that it can be made anew.
    pub fn outlive(&mut self) {
        self.handle = 0;
        self.attributes.retain(|attribute| attribute.value.is_some());
        for attribute in &mut self.attributes {
            attribute.changed = true;
        }
    }

    /// Forgets all other attributes.
    pub fn retain(&mut self, is_kept: impl Fn(&[u8]) -> bool) {
        self.attributes.retain(|attribute| is_kept(&attribute.name));
    }

    /// The changed attributes, as they are sent.
    pub fn changes(&self) -> Vec<NamedValue<'_>> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.changed)
            .map(|Attribute { name, value, .. }| NamedValue {
                name,
                value: value.as_ref().map(|value| value.bytes.as_slice()),
            })
            .collect()
    }
}
