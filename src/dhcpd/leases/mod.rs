//! `dhcpd.leases`: a log of blocks, of which the last one about an object counts.
//!
//! [`Reader`] returns them one after the other, each with its place or with what is wrong with it. A
//! last block that is only half written has not happened yet: it is reported as such.

mod lease;
mod reader;
mod time;

pub use lease::{Binding, Lease, State};
pub use reader::{Block, Entry, Reader};
pub use time::Time;

#[cfg(test)]
mod tests;
