//! `dhcpd.leases`: a log of blocks, of which the last one about an object counts.
//!
//! - [`Reader`] returns the blocks of a file that is in memory one after the other;
//! - [`Source`] is a file that need not be: a [`Table`] holds what is in effect in it, in a few bytes an
//!   address, [`find()`] looks for one address, and [`history`] returns all blocks that there ever were;
//!   an [`Outline`] hands out what is in effect in memory that does not grow with it;
//! - [`Follower`] waits for what dhcpd writes next.
//!
//! Either way a mistake costs the block that it is in, and is reported with its place. A last block that
//! is only half written has not happened yet: it is reported as such.

mod current;
mod extent;
mod fast;
mod find;
mod flaw;
mod follow;
mod frame;
mod grammar;
mod ia;
mod inside;
mod latest;
mod lease;
mod mistake;
mod reader;
mod records;
mod source;
mod summary;
mod table;
mod time;
mod walk;
mod window;

pub use current::{Current, Outline};
pub use find::{Found, find};
pub use flaw::Flaw;
pub use follow::{Follower, News};
pub use grammar::Block;
pub use ia::{ByteOrder, Ia, IaAddress, IaKind, duid_text};
pub use lease::{Binding, Lease, State};
pub use mistake::{Damage, Doubt, Loss, Mistake, Place};
pub use reader::{Entry, Reader};
pub use records::{Order, history};
pub use source::{ReadError, Source};
pub use summary::Summary;
pub use table::{Placed, Table};
pub use time::Time;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
