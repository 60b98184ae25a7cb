//! dhcpd's objects in memory, changed by OMAPI as dhcpd 4.4.3-P1 changes them, down to the blocks
//! that it would write to its lease file.
//!
//! - [`host`], [`group`], [`class`], [`lease`] with its [`record`], [`failover`]: the objects, their
//!   attributes and what becomes of them;
//! - [`store`]: all of them together, as [`crate::omapi::server`] wants them;
//! - [`mod@load`]: filled from dhcpd.conf and dhcpd.leases;
//! - [`journal`]: what was changed, in the lease file's own words.
//!
//! The rules are those that a client can observe. Odd ones are deliberate: they are dhcpd's.

pub mod class;
pub mod failover;
pub mod group;
pub mod host;
pub mod journal;
pub mod lease;
pub mod load;
pub mod record;
pub mod store;

mod index;
mod object;
mod slab;
mod text;

pub use journal::{Change, ChangeKind, Journal, ObjectKind};
pub use load::{LeaseFile, LoadError, load};
pub use object::Object;
pub use store::Rehearsal;
