//! `watch`.
use std::io::Write;

use anyhow::Result;

use crate::render::Column;
use crate::shell::ExitStatus;

use super::Asked;
use super::report::Screen;

pub(super) static COLUMNS: [Column; 1] = [Column::text("address", "ADDRESS", "the address")];

pub(super) fn run(_: &Asked<'_>, _: &[String], _: &mut Screen<'_>, _: &mut dyn Write) -> Result<ExitStatus> {
    Ok(ExitStatus::Done)
}
