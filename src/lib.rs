//! omsh: a drop-in replacement for ISC DHCP's omshell, and the library that it is made of.
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | the command line: the one source of help, man page and completions |
//! | [`shell`] | omshell's language: parser, interpreter, its words on stdout and stderr |
//! | [`omapi`] | the protocol: messages, keys, result codes, a session without I/O, a TCP client |
//! | [`dhcpd`] | the server's files; so far the token language that all of them are written in |
//!
//! Dependencies point down that list only, and [`omapi`] and [`dhcpd`] know nothing of each other.
//! CONTRIBUTING.md has the whole plan.
//!
//! A line's way: bytes from stdin, [`shell::lines`], [`shell::parser`], [`shell::Interpreter`],
//! [`omapi::Client`] with its [`omapi::Session`], the server; back with the answer,
//! [`shell::object`], [`shell::print`], [`shell::output`].

pub mod cli;
pub mod commands;
pub mod dhcpd;
pub mod omapi;
pub mod rehearsal;
pub mod render;
pub mod shell;
