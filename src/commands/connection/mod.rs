//! Which server a command talks to, with which key: one rule for all of them.
//!
//! Each setting is said by an option, else by the shell that the command is a line of, else by a
//! variable, else by the profile, else by the dhcpd.conf of a server on this machine, else by omshell's
//! defaults. Only the drop-in shell itself knows none of this.

mod key_file;
mod settings;

pub use key_file::{KeyFile, KeyFileError, Syntax, decoded_secret};
pub(in crate::commands) use settings::is_local;
pub use settings::{
    ConnectionOptions, Origin, Peer, Said, ServerSettings, Settings, Sources, chosen_profile, default_timeout,
};
