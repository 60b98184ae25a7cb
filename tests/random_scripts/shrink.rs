//! Makes a script that shows a difference as small as it will go.

use super::script::Script;
use std::time::{Duration, Instant};

/// A script is small enough after that.
const LIMIT: Duration = Duration::from_secs(40);

/// The smallest script found for which `differs` still holds.
pub fn smallest(script: &Script, differs: impl Fn(&Script) -> bool) -> Script {
    let limit = Instant::now() + LIMIT;
    let still = |candidate: &Script| Instant::now() < limit && candidate.must_agree() && differs(candidate);
    let mut small = script.clone();
    small.lines = without_needless(&small.lines, |lines| still(&Script { lines: lines.to_vec(), ..script.clone() }));
    for index in 0..small.lines.len() {
        small.lines[index] = without_needless(&small.lines[index], |line| {
            let mut candidate = small.clone();
            candidate.lines[index] = line.to_vec();
            still(&candidate)
        });
    }
    let unseeded = Script { seed: None, ..small.clone() };
    if still(&unseeded) { unseeded } else { small }
}

/// `items` without the runs of them, long ones first, that `holds` can do without.
pub fn without_needless<T: Clone>(items: &[T], holds: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut kept = items.to_vec();
    let mut length = kept.len();
    while length > 0 {
        let mut start = 0;
        while start < kept.len() {
            let mut candidate = kept.clone();
            candidate.drain(start..(start + length).min(kept.len()));
            if holds(&candidate) {
                kept = candidate;
            } else {
                start += length;
            }
        }
        length /= 2;
    }
    kept
}
