//! Messages: a header, a list of values about the message, a list of values about an object, and a
//! signature.

use super::ResultCode;

/// What a message asks for or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Look up an object, or create it.
    Open,
    /// Ask for an object's values again.
    Refresh,
    /// Change an object; as an answer, an object's values.
    Update,
    /// Defined, and never used by dhcpd or omshell.
    Notify,
    /// An answer that carries a result code.
    Status,
    /// Remove an object.
    Delete,
    /// A number that means nothing.
    Unknown(u32),
}

impl Operation {
    /// The number on the wire.
    pub fn code(self) -> u32 {
        match self {
            Operation::Open => 1,
            Operation::Refresh => 2,
            Operation::Update => 3,
            Operation::Notify => 4,
            Operation::Status => 5,
            Operation::Delete => 6,
            Operation::Unknown(code) => code,
        }
    }

    /// The name in ISC's own protocol logs, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Open => "open",
            Operation::Refresh => "refresh",
            Operation::Update => "update",
            Operation::Notify => "notify",
            Operation::Status => "status",
            Operation::Delete => "delete",
            Operation::Unknown(_) => "unknown",
        }
    }
}

impl From<u32> for Operation {
    fn from(code: u32) -> Self {
        match code {
            1 => Operation::Open,
            2 => Operation::Refresh,
            3 => Operation::Update,
            4 => Operation::Notify,
            5 => Operation::Status,
            6 => Operation::Delete,
            _ => Operation::Unknown(code),
        }
    }
}

/// A name with its value. Values carry no type on the wire: integers are 4 bytes, IPv4 addresses
/// are 4 bytes, strings are their bytes without a terminator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedValue<'a> {
    /// 1 to 65,535 bytes.
    pub name: &'a [u8],
    /// `None` is a value of length 0, which deletes or empties.
    pub value: Option<&'a [u8]>,
}

impl<'a> NamedValue<'a> {
    /// A pair with a value; an empty value is the same as none on the wire.
    pub fn new(name: &'a [u8], value: &'a [u8]) -> Self {
        NamedValue { name, value: Some(value) }
    }
}

/// A list of named values as it stands in a message, without its terminator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Values<'a> {
    /// Checked by the codec: whole entries only.
    pub(super) bytes: &'a [u8],
}

impl<'a> Values<'a> {
    /// A list that we wrote ourselves, whole entries only.
    pub(super) fn of_bytes(bytes: &'a [u8]) -> Self {
        Values { bytes }
    }

    /// The value of the last pair with that name, when it is there and not null. ISC's programs, too,
    /// let a later pair replace an earlier one.
    pub fn get(self, name: &[u8]) -> Option<&'a [u8]> {
        self.into_iter().filter(|pair| pair.name == name).last()?.value
    }
}

impl<'a> IntoIterator for Values<'a> {
    type Item = NamedValue<'a>;
    type IntoIter = ValuesIter<'a>;

    fn into_iter(self) -> ValuesIter<'a> {
        ValuesIter { rest: self.bytes }
    }
}

/// The pairs of a list, in the order of the message.
#[derive(Clone, Debug)]
pub struct ValuesIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for ValuesIter<'a> {
    type Item = NamedValue<'a>;

    fn next(&mut self) -> Option<NamedValue<'a>> {
        let (name_length, rest) = self.rest.split_first_chunk::<2>()?;
        let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*name_length).into())?;
        let (value_length, rest) = rest.split_first_chunk::<4>()?;
        let (value, rest) = rest.split_at_checked(u32::from_be_bytes(*value_length) as usize)?;
        self.rest = rest;
        Some(NamedValue { name, value: (!value.is_empty()).then_some(value) })
    }
}

/// A received message, or one that was sent, as a view of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The handle of the authenticator that the message is signed under; 0 for none.
    pub authid: u32,
    /// What it asks for or answers.
    pub operation: Operation,
    /// The object's handle on the server; 0 for none.
    pub handle: u32,
    /// The sender's number for this message.
    pub id: u32,
    /// The number of the message that this one answers; 0 in a request.
    pub rid: u32,
    /// What the sender says about the message.
    pub message_values: Values<'a>,
    /// What the sender says about the object.
    pub object_values: Values<'a>,
    /// The HMAC of all that stands between the authid and the signature itself.
    pub signature: &'a [u8],
}

impl Message<'_> {
    /// The result that a status message carries; one without a result of 4 bytes is an
    /// `unexpected error`, as it is to omshell.
    pub fn result(&self) -> ResultCode {
        self.message_values.get(b"result").and_then(integer).map_or(ResultCode::UNEXPECTED_ERROR, ResultCode)
    }
}

/// A number as it is sent: 4 bytes.
pub fn integer(value: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(value.try_into().ok()?))
}

/// What is to be sent to a server.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Open, refresh, update or delete.
    pub operation: Operation,
    /// The object's handle on the server; 0 when it is not known yet.
    pub handle: u32,
    /// Values about the message, in the order in which they are sent.
    pub message_values: Vec<NamedValue<'a>>,
    /// Values about the object, in the order in which they are sent.
    pub object_values: Vec<NamedValue<'a>>,
}

const TRUE: &[u8] = &1_u32.to_be_bytes();

impl<'a> Request<'a> {
    /// Looks up the object of that type which has these attributes.
    pub fn open(object_type: &'a [u8], attributes: Vec<NamedValue<'a>>) -> Self {
        Request {
            operation: Operation::Open,
            handle: 0,
            message_values: vec![NamedValue::new(b"type", object_type)],
            object_values: attributes,
        }
    }

    /// Makes an object of that type with these attributes; refused when it is there already.
    pub fn create(object_type: &'a [u8], attributes: Vec<NamedValue<'a>>) -> Self {
        let message_values = vec![
            NamedValue::new(b"create", TRUE),
            NamedValue::new(b"exclusive", TRUE),
            NamedValue::new(b"type", object_type),
        ];
        Request { operation: Operation::Open, handle: 0, message_values, object_values: attributes }
    }

    /// Changes these attributes of an open object.
    pub fn update(handle: u32, attributes: Vec<NamedValue<'a>>) -> Self {
        Request { object_values: attributes, ..Self::bare(Operation::Update, handle) }
    }

    /// Asks for all values of an open object.
    pub fn refresh(handle: u32) -> Self {
        Self::bare(Operation::Refresh, handle)
    }

    /// Removes an open object.
    pub fn delete(handle: u32) -> Self {
        Self::bare(Operation::Delete, handle)
    }

    /// Whether it makes the server write: a lookup does not.
    pub fn is_change(&self) -> bool {
        match self.operation {
            Operation::Open => self.message_values.iter().any(|pair| pair.name == b"create"),
            Operation::Update | Operation::Delete => true,
            _ => false,
        }
    }

    fn bare(operation: Operation, handle: u32) -> Self {
        Request { operation, handle, message_values: Vec::new(), object_values: Vec::new() }
    }
}
