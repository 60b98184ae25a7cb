//! What output looks like: rows as a table, plain text, JSON or CSV; maps of subnets; text and figures
//! for people and for monitoring. The only room that knows.
//!
//! A command has [`Column`]s with names that stay, and hands rows of [`Value`]s to [`Rows`], which writes
//! them in the [`Format`] that the [`Look`] asks for. What a value says is the command's; how it is
//! written is settled here, and so is that nothing from a client reaches a terminal, a spreadsheet or a
//! script other than as text: [`text`] has the rules.

mod bar;
mod batch;
mod cell;
pub mod changes;
mod column;
mod csv;
pub mod findings;
mod fit;
pub mod grid;
mod json;
mod look;
mod map;
pub mod nagios;
mod number;
pub mod object;
mod plain;
pub mod prometheus;
pub mod rehearsal;
mod rows;
mod scalar;
mod state;
pub mod steps;
mod style;
pub mod svg;
mod table;
pub mod text;
pub mod time;
mod value;

pub use bar::progress_bar;
pub use batch::{Batch, RowMaker};
pub use column::{Align, Column, Order, UnknownColumn};
pub use csv::csv_text;
pub use look::{Format, Look, UnknownFormat};
pub use map::{Map, MapCell};
pub use rows::Rows;
pub use state::{STATES, State};
pub use style::Style;
pub use value::Value;
