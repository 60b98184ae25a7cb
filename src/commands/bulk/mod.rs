//! Many hosts and groups at once: what is wanted, what is there, and how the one becomes the other.
//!
//! - `wanted`: what a file wants; `read`: files of all kinds that say it;
//! - `present`: what a server has;
//! - `plan`: what has to change, and what is in the way of it; `order`: in which steps;
//! - `away`: what hosts were that are removed to be made anew;
//! - `undo`: the file that takes it back;
//! - [`export`]: all that a server's files have, written for another program, a file a format.
//!
//! Nothing here talks to a server: [`crate::commands::live`] does.

pub(in crate::commands) mod away;
pub mod export;
pub(in crate::commands) mod order;
pub(in crate::commands) mod plan;
pub(in crate::commands) mod present;
pub(in crate::commands) mod read;
pub(in crate::commands) mod scope;
pub(in crate::commands) mod undo;
pub(in crate::commands) mod wanted;

#[cfg(test)]
mod tests;

pub use read::Format;
