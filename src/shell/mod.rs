//! omshell's language: lines in, answers out, byte for byte as ISC's omshell 4.4.3-P1 gives them.
//!
//! - [`command`]: what a line can ask for, and the complaints about lines that ask for nothing;
//! - [`parser`]: a line to a command;
//! - [`object`]: the object that commands work on, as far as the client knows it;
//! - [`interpreter`]: carries commands out on a connection;
//! - [`ahead`]: the lines of a script that are there already, looked at before their turn;
//! - [`mod@print`]: omshell's words for it all;
//! - [`dropin`] and [`script`]: the two ways to feed the interpreter, with prompts and without;
//! - [`verbs`]: verbs that omshell does not know, which somebody else brings along;
//! - [`lines`] and [`output`]: reading and writing in the order that programs depend on.

pub mod ahead;
pub mod command;
pub mod dropin;
pub mod exit;
pub mod interpreter;
pub mod lines;
pub mod object;
pub mod output;
pub mod parser;
pub mod print;
pub mod script;
pub mod secrets;
mod services;
pub mod verbs;

pub use command::{Command, Complaint};
pub use exit::ExitStatus;
pub use interpreter::{ConnectionState, Interpreter, Options};
pub use parser::value as attribute_value;
pub use verbs::{ShellConnection, Verbs};
