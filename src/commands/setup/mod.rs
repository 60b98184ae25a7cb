//! Setting things up: keys, profiles, and whether all of it fits together.

mod account;
mod check;
mod config;
mod import;
mod keygen;
mod profiles;
mod program;
mod proxy;
mod steps;
mod user;
mod version;
pub(in crate::commands) mod write;

pub use check::Check;
pub use keygen::{ALGORITHM_NAMES, Keygen};
pub use profiles::{ProfileRequest, ProfileTask};
pub use steps::COLUMNS as CHECK_COLUMNS;

pub use profiles::COLUMNS as PROFILE_COLUMNS;
