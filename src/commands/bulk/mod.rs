//! Many objects at once: all that a server's files have, written for another program.

pub mod export;
