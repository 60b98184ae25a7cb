//! What a line can ask for, and what is wrong with a line that asks for nothing.

use crate::omapi::Secret;

use super::object::Value;

/// One line's request.
#[derive(Clone, Debug)]
pub enum Command {
    /// `help`, `?`.
    Help,
    /// `port`: the TCP port for the next `connect`.
    Port(u16),
    /// `server`: name or address for the next `connect`.
    Server(Vec<u8>),
    /// `key-algorithm`: as written; the server is asked about it.
    KeyAlgorithm(Vec<u8>),
    /// `key`: for the next `connect`.
    Key {
        /// The name that the server knows it by.
        name: Vec<u8>,
        /// Empty when what was written could not be decoded: omshell then forgets the old one too.
        secret: Secret,
    },
    /// `connect`.
    Connect,
    /// `disconnect`.
    Disconnect,
    /// `new`: an object of that type, unknown to the server so far.
    New(Vec<u8>),
    /// `close`: forgets the object.
    Close,
    /// `set`.
    Set {
        /// The attribute.
        name: Vec<u8>,
        /// Its value, to be sent with the next request.
        value: Value,
    },
    /// `unset`: the attribute becomes null.
    Unset(Vec<u8>),
    /// `open`: looks the object up.
    Open,
    /// `create`: makes the object.
    Create,
    /// `update`: changes what was set since the object was opened.
    Update,
    /// `refresh`: asks for the object's values.
    Refresh,
    /// `remove`: removes the object from the server.
    Remove,
    /// `quit`, `exit`: ours.
    Quit,
    /// One of [`super::Verbs`], with the words behind it.
    Verb(Vec<Vec<u8>>),
}

/// Why a line, or the rest of a line whose command was carried out, means nothing. omshell prints
/// these on stdout; [`super::print::complaint`] has its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Too few or wrong words.
    Usage(&'static str),
    /// `open`, `create` and `update` show the first word too many as their usage.
    TooManyWords(Vec<u8>),
    /// `set`: no value that can be read, and whether more follows where it should be.
    InvalidValue {
        /// Whether omshell adds the usage.
        usage: bool,
    },
    /// `set`, `unset`: OMAPI has no room for a name that long.
    NameTooLong(usize),
    /// `port`: no TCP service of that name.
    UnknownService(Vec<u8>),
    /// `port`: a number that is no port.
    NoPort(Vec<u8>),
    /// `key-algorithm`: no name.
    NoAlgorithm,
    /// `key-algorithm`: words after the name, which is taken.
    WordsAfterAlgorithm(Vec<u8>),
    /// There is no connection.
    NotConnected,
    /// `new`: there is an object already.
    ObjectOpen,
    /// `set`, `unset`: there is no object.
    NoOpenObject,
    /// `close`: there is no object.
    NotOpen,
    /// `open`, `create`: there is no object.
    NoNewObject,
    /// `update`: there is no object.
    NothingOpened,
    /// `refresh`, `remove`: there is no object.
    NoObject,
    /// A line of one of [`super::Verbs`]: a quote that no other one ends, and where it stands, in bytes.
    OpenQuote(usize),
    /// A line over 16 MiB, which was left out.
    LineTooLong,
}
