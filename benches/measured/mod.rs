//! Whole processes: how long they take, and how much memory.

use std::process::{Command, Stdio};
use std::time::Instant;

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    pub seconds: f64,
    /// Peak memory.
    pub kib: f64,
}

/// Runs a program to its end, with its output to a file that nobody keeps.
pub fn measure(command: &Command) -> Figure {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-q", "-f", "%M"]).arg(command.get_program()).args(command.get_args());
    let start = Instant::now();
    let output = timed.stdout(Stdio::null()).output().expect("a program that is there");
    let seconds = start.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    let kib = said.lines().last().and_then(|line| line.parse().ok());
    Figure { seconds, kib: kib.unwrap_or_else(|| panic!("{command:?}: {said}")) }
}

/// The median of each of the two.
pub fn median(figures: &[Figure]) -> Figure {
    let middle = |of: fn(&Figure) -> f64| {
        let mut values: Vec<f64> = figures.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figure { seconds: middle(|figure| figure.seconds), kib: middle(|figure| figure.kib) }
}
