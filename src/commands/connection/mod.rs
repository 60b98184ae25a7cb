//! Which server a command talks to, with which key: one rule for all of them.
//!
//! Each setting is said by an option, else by the shell that the command is a line of, else by a
//! variable, else by the profile, else by the dhcpd.conf of a server on this machine, else by omshell's
//! defaults. omshell's own `connect` knows none of this, unless the shell is the interactive one, or was started with
//! options that say where to go.

mod key_file;
mod options;
mod settings;

pub use key_file::{KeyFile, KeyFileError, Syntax, decoded_secret};
pub use options::{ConnectionOptions, Peer};
pub(in crate::commands) use settings::is_local;
pub use settings::{Origin, Said, ServerSettings, Settings, Sources, chosen_profile, default_timeout};
