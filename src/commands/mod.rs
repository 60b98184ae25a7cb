//! What omshell never had, a file a command.

pub mod browse;
pub mod bulk;
pub mod candidates;
pub mod connection;
pub mod live;
pub mod profile;
pub mod rehearse;
pub mod setup;
