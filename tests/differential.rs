//! Random scripts through the real omshell and through ours, each beside a dhcpd of its own: what
//! they print, how they end and what dhcpd writes down has to be the same.
//!
//! - `OMSH_DIFF_SCRIPTS=N`: how many (600).
//! - `OMSH_DIFF_SEED=N`: the scripts of that seed again; each run prints its seed.
//! - `OMSH_BINARY=/usr/bin/omshell`: instead of ours, which shows whether all that differs from run
//!   to run is masked.
//!
//! A script that shows a difference is made smaller and printed as a case file, as omshell's
//! recording; the file in the target directory can be moved to `tests/cases`.

mod random_scripts;
mod support;
mod twins;

use std::path::PathBuf;
use support::{OURS, observe};
use twins::Other;

#[test]
fn random_scripts_come_out_as_from_omshell() {
    let program = std::env::var_os("OMSH_BINARY").map_or_else(|| PathBuf::from(OURS), PathBuf::from);
    twins::compare(&Other { program, observe: observe::behaviour, name: "differential" }, 600);
}
