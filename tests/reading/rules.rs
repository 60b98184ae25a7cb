//! What dhcpd changes when it rewrites a lease file, each a rule with its reason.

use super::Reading;
use crate::browse_files::Files;

/// All rules that say what becomes of a file.
pub fn apply(reading: Reading, _files: &Files) -> Reading {
    of_both(reading)
}

/// What is compared of neither file.
pub fn of_both(reading: Reading) -> Reading {
    reading
}
