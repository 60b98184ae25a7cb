//! The server's files: `dhcpd.conf` and `dhcpd.leases`.
//!
//! - [`syntax`]: the token language that both files share with omshell's lines;
//! - [`options`]: the options that statements are about;
//! - [`statements`]: executable statements, in the files and in OMAPI's attribute `statements`.
//! - [`declarations`]: hosts, groups and classes, which both files have;
//! - [`hardware`]: the types of hardware addresses;
//! - [`failover`]: the states of failover partners;
//! - [`Span`]: addresses from one to another;
//! - [`conf`]: what `dhcpd.conf` says;
//! - [`inventory`]: the two joined;
//! - [`leases`]: what `dhcpd.leases` says.

pub mod conf;
pub mod declarations;
pub mod failover;
pub mod hardware;
pub mod inventory;
pub mod leases;
pub mod options;
mod span;
pub mod statements;
pub mod syntax;

pub use span::{Family, Span, number};
