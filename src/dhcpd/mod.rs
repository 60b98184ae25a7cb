//! The server's files: `dhcpd.conf` and `dhcpd.leases`.
//!
//! So far only [`syntax`], the token language that both files share with omshell's lines and with
//! the `statements` attribute of OMAPI hosts and groups.

pub mod syntax;
