//! Random scripts through the real omshell, beside a dhcpd and beside a rehearsal: what it prints, how
//! it ends and what is written to the lease file has to be the same.
//!
//! `OMSH_DIFF_SCRIPTS=N`: how many (500). `OMSH_DIFF_SEED=N`: the scripts of that seed again; each run
//! prints its seed.

mod busy_scripts;
mod random_scripts;
mod support;
mod twins;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use support::{OMSHELL, difference, observe, workers};
use twins::Other;

#[test]
fn random_scripts_find_in_a_rehearsal_what_they_find_in_dhcpd() {
    let program = PathBuf::from(OMSHELL);
    let observe = observe::behaviour_in_rehearsal;
    twins::compare(&Other { program, observe, name: "rehearsal" }, 500);
}

#[test]
fn busy_scripts_find_in_a_rehearsal_what_they_find_in_dhcpd() {
    let seed = twins::seed();
    let count = twins::number_from("OMSH_DIFF_SCRIPTS").unwrap_or(300);
    println!("OMSH_DIFF_SEED={seed} OMSH_DIFF_SCRIPTS={count}");
    let indices: Vec<u64> = (0..count).collect();
    let limit = Duration::from_secs(10);
    let left_out = AtomicU64::new(0);
    let reports = workers::share(&indices, |&index, [net]| {
        let case = busy_scripts::case(seed, index, true);
        let real = observe::behaviour(&case, Path::new(OMSHELL), net, limit);
        if real.dhcpd_died {
            left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let ours = observe::behaviour_in_rehearsal(&case, Path::new(OMSHELL), net, limit);
        let report = difference::between(&real, &ours);
        (!report.is_empty()).then(|| format!("{}\n{}\n{report}", case.name, String::from_utf8_lossy(&case.script)))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {count} differ:\n{}", failures.len(), failures.join("\n"));
    let left_out = left_out.into_inner();
    assert!(left_out <= 2 + count / 50, "{left_out} of {count} are not comparable: too many to tell");
}
