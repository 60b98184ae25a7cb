//! OMAPI, the protocol by which ISC dhcpd is asked and changed while it runs.
//!
//! There is no standard. What is written here was observed on dhcpd and omshell 4.4.3-P1; the real
//! dhcpd is the authority. All integers on the wire are unsigned and big-endian.
//!
//! - [`message`]: what a message is, as a view of the bytes that came, and what is sent as one;
//! - [`Attributes`]: what an object has, by name;
//! - [`codec`]: where a message ends in a stream of bytes, within limits;
//! - [`key`]: names, algorithms and secrets, signing and checking;
//! - [`status`]: the result codes;
//! - [`session`]: one end of a connection, without I/O;
//! - [`client`]: a session on a blocking TCP connection;
//! - [`server`]: the other end, out of a store of objects, on TCP or without I/O;
//! - [`trace`]: messages as lines to read.

mod attributes;
pub mod client;
pub mod codec;
pub mod key;
pub mod message;
pub mod server;
pub mod session;
pub mod status;
pub mod trace;

pub use attributes::Attributes;
pub use client::{Client, ClientError};
pub use codec::Limits;
pub use key::{Algorithm, Key, Secret};
pub use message::{Message, NamedValue, Operation, Request};
pub use session::{Event, Session, SessionError};
pub use status::ResultCode;
