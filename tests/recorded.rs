//! Every recorded case in `tests/cases`, against ours and against the real omshell, each beside a
//! real dhcpd.
//!
//! - `OMSH_CASE=TEXT` runs the cases that have TEXT in their name.
//! - `OMSH_RECORD=1 cargo test --test recorded omshell_itself` writes down what `/usr/bin/omshell`
//!   does now: in the case files, where a review finds every change. For a new case, write a file
//!   with `conf`, `exit` and a script, and record it.

mod support;

use std::path::Path;
use std::time::Duration;
use support::case::{Behaviour, Case};
use support::{OMSHELL, OURS, difference, observe, workers};

const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn ours_does_what_omshell_did_but_for_the_documented_differences() {
    compare(OURS, Case::expected_of_ours);
}

#[test]
fn omshell_itself_still_does_what_is_recorded() {
    if std::env::var_os("OMSH_RECORD").is_some() {
        record();
    }
    compare(OMSHELL, |case| case.omshell.clone());
}

fn compare(program: &str, expected: fn(&Case) -> Behaviour) {
    let cases = chosen();
    let reports = workers::share(&cases, |case, [net]| {
        let got = observe::behaviour(case, Path::new(program), net, LIMIT);
        let report = difference::between(&expected(case), &got);
        (!report.is_empty()).then(|| format!("{}\n{report}", case.name))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    let count = format!("{} of {} cases differ", failures.len(), cases.len());
    assert!(failures.is_empty(), "{count}:\n\n{}\n{count}", failures.join("\n"));
}

fn record() {
    workers::share(&chosen(), |case, [net]| {
        let omshell = observe::behaviour(case, Path::new(OMSHELL), net, LIMIT);
        let case = Case { omshell, ..case.clone() };
        std::fs::write(case.path(), case.to_text()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    });
}

fn chosen() -> Vec<Case> {
    let wanted = std::env::var("OMSH_CASE").unwrap_or_default();
    let cases: Vec<Case> = Case::all().into_iter().filter(|case| case.name.contains(&wanted)).collect();
    assert!(!cases.is_empty(), "no case has `{wanted}` in its name");
    cases
}
