//! The state of a lease as dhcpd acts on it.
//!
//! - [`table`]: each row of the table beside a real dhcpd, alone and in each state of a failover pair, by clients;
//! - [`inputs`]: what the commands say of small files;
//! - [`monitor`]: `failover show --nagios`, `check` and `failover set-state`.

mod inputs;
mod monitor;
mod rows;
mod table;
