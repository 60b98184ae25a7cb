//! omsh
pub mod dhcpd;
