//! The server's end: answers requests out of a [`Store`] as dhcpd 4.4.3 does, over the same
//! [`super::Session`] as the client.
//!
//! - [`store`]: what a store of objects has to do, and how it says what an object's values are;
//! - [`keys`]: which keys clients may sign with, and whether they must;
//! - [`dispatch`]: a request to an answer, without I/O;
//! - [`connection`]: one client, without I/O;
//! - [`listener`]: clients on TCP, a thread each;
//! - [`in_process`]: clients in the same process.
//!
//! After a message under a valid authenticator that is unsigned or signed wrongly it says `invalid TSIG key` and closes the
//! connection.

pub mod connection;
pub mod dispatch;
pub mod in_process;
pub mod keys;
pub mod listener;
pub mod store;

mod handles;

pub use connection::{Connection, HangUp};
pub use dispatch::Server;
pub use in_process::Local;
pub use keys::Keys;
pub use listener::{Listener, ListenerOptions, Stopper};
pub use store::{LookUp, ObjectType, Store, ValueList};
