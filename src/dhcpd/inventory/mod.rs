//! The two files joined: networks with how full they are, and reservations wherever they were made.
//!
//! - [`Networks`]: what dhcpd.conf says of subnets, pools and ranges, by address, for both families alike;
//! - [`Usage`]: what the leases of a range come to;
//! - [`Reservations`]: the hosts of both files, without those that the lease file says are deleted.

mod networks;
mod reservations;
mod spans;
mod usage;

pub use networks::{Networks, Pool, Range, RangeKind, SharedNetwork, Subnet};
pub use reservations::{Origin, Reservation, Reservations};
pub use usage::{Usage, Usages};

#[cfg(test)]
mod tests;
