//! Random scripts through the real omshell, beside a dhcpd and beside a rehearsal: what it prints, how
//! it ends and what is written to the lease file has to be the same.
//!
//! `OMSH_DIFF_SCRIPTS=N`: how many (500). `OMSH_DIFF_SEED=N`: the scripts of that seed again; each run
//! prints its seed.

mod random_scripts;
mod support;
mod twins;

use std::path::PathBuf;
use support::{OMSHELL, observe};
use twins::Other;

#[test]
fn random_scripts_find_in_a_rehearsal_what_they_find_in_dhcpd() {
    let program = PathBuf::from(OMSHELL);
    let observe = observe::behaviour_in_rehearsal;
    twins::compare(&Other { program, observe, name: "rehearsal", dies_with_dhcpd: false }, 500);
}
