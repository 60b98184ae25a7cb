//! Rough treatment: names that no site has, output that cannot be written, files without an end.

mod endless;
mod names;
mod output;
mod places;
mod times;
