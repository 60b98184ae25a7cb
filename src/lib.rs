//! omsh: a drop-in replacement for ISC DHCP's omshell, and the library that it is made of.
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | the command line: the one source of help, man pages and completions |
//! | [`repl`] | the interactive shell, for a person at a terminal |
//! | [`commands`] | what omshell never had: one-shot commands, browsing, `rehearse` |
//! | [`shell`] | omshell's language: parser, interpreter, its words on stdout and stderr |
//! | [`schema`] | the types of objects and their attributes: what each is made of, what becomes of it |
//! | [`render`] | what output looks like: text and JSON |
//! | [`rehearsal`] | dhcpd's objects in memory, which change as dhcpd changes them |
//! | [`omapi`] | the protocol: messages, keys, result codes, sessions without I/O, a client, a server |
//! | [`dhcpd`] | the server's files: tokens, statements, dhcpd.conf, dhcpd.leases |
//!
//! Dependencies point down that list only, and [`omapi`] and [`dhcpd`] know nothing of each other.
//! CONTRIBUTING.md has the whole plan.
//!
//! A rehearsed request's way: bytes from a client, [`omapi::server::Connection`],
//! [`omapi::server::Server`], [`rehearsal::Rehearsal`]; back with the answer, and into its
//! [`rehearsal::Journal`] with the block that dhcpd would write.
//!
//! A line's way: bytes from stdin, [`shell::lines`], [`shell::parser`], [`shell::Interpreter`],
//! [`omapi::Client`] with its [`omapi::Session`], the server; back with the answer,
//! [`shell::object`], [`shell::print`], [`shell::output`].

pub mod cli;
pub mod commands;
pub mod dhcpd;
pub mod folders;
pub mod limits;
pub mod omapi;
pub mod rehearsal;
pub mod render;
pub mod repl;
pub mod schema;
pub mod shell;
pub mod shown;
