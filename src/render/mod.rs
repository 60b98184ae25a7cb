//! What output looks like: the only room that knows. Commands hand over rows of [`Value`]s under
//! [`Column`]s, and [`Rows`] writes them as a table for people or in a form for programs.
//!
//! - [`value`]: what a cell can hold, and its order;
//! - [`rows`]: the formats, a row at a time;
//! - [`table`]: columns that fit a terminal;
//! - [`text`]: bytes that clients chose, made harmless;
//! - [`time`]: times and durations for people and programs;
//! - [`grid`] and [`svg`]: a subnet as a picture;
//! - [`prometheus`]: gauges for a textfile collector;
//! - [`rehearsal`]: what a rehearsed script would change.

pub mod grid;
pub mod prometheus;
pub mod rehearsal;
pub mod rows;
pub mod svg;
pub mod table;
pub mod text;
pub mod time;
pub mod value;

pub use rows::{Format, Look, Rows};
pub use value::{Align, Column, Shown, Value};
