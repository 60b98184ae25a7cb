//! The two files joined: networks with how full they are, and reservations wherever they were made.
//!
//! - [`Networks`]: what dhcpd.conf says of subnets, pools and ranges, by address, for both families alike;
//! - [`View`]: what dhcpd would do with a lease now, by the table of [`Rules`] and the state of [`Failover`];
//! - [`Usage`]: what the leases of a range come to;
//! - [`Groups`]: the groups of both files that hosts can name;
//! - [`Reservations`]: the hosts of both files, without those that the lease file says are deleted.

mod failover;
mod groups;
mod networks;
mod reservations;
mod spans;
mod standing;
mod usage;

pub use failover::{Failover, Relation, View};
pub use groups::{Groups, NamedGroup};
pub use networks::{Networks, Pool, Range, RangeKind, SharedNetwork, Subnet};
pub use reservations::{Origin, Reservation, Reservations, as_ipv6};
pub use standing::{Access, Rules, Service, Standing};
pub use usage::{Usage, Usages};

#[cfg(test)]
mod tests;
