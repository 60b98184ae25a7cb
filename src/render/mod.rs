//! What output looks like: text to read, and JSON.

pub mod rehearsal;
