//! Random omshell scripts for the differential test: made from a seed, kept to what omshell and ours
//! have to do alike, and made smaller when they do not.

#![allow(dead_code, unused_imports, reason = "every test file uses its own part of this")]

mod alike;
mod random;
mod script;
mod shrink;
#[rustfmt::skip]
mod vocabulary;

pub use random::Random;
pub use script::Script;
pub use shrink::{smallest, without_needless};
