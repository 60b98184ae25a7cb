//! Expected and got side by side, in the manner of `diff -u`.

use super::case::{Behaviour, escaped};

/// How many equal lines to show around what differs.
const CONTEXT: usize = 3;
/// Of a longer line that much is shown; recordings have lines of thousands of characters.
const WIDTH: usize = 160;

/// Everything in which `got` is not as `expected`; empty when they agree.
pub fn between(expected: &Behaviour, got: &Behaviour) -> String {
    let mut report = String::new();
    for ((name, expected), (_, got)) in expected.texts().into_iter().zip(got.texts()) {
        if expected != got {
            report += &format!("--- expected {name}\n+++ got {name}\n");
            report += &lines(&escaped(expected.unwrap_or_default()), &escaped(got.unwrap_or_default()));
        }
    }
    if expected.end != got.end {
        report += &format!("- expected exit: {}\n+ got exit: {}\n", expected.end, got.end);
    }
    if expected.dhcpd_died != got.dhcpd_died {
        let fate = |died| if died { "died" } else { "lived on" };
        report += &format!("- expected that dhcpd {}\n+ dhcpd {}\n", fate(expected.dhcpd_died), fate(got.dhcpd_died));
    }
    report
}

/// The middle part that differs, between the lines that agree at the beginning and at the end.
fn lines(expected: &str, got: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let same_start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[same_start..], &new[same_start..]);
    let same_end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, end) = old_rest.split_at(old_rest.len() - same_end);
    let new_middle = &new_rest[..new_rest.len() - same_end];

    let mut report = format!("@@ line {} @@\n", same_start + 1);
    let mut put = |mark: char, lines: &[&str]| {
        for line in lines {
            let shown = line.get(..WIDTH).unwrap_or(line);
            let length = if shown.len() < line.len() { format!("... ({} in all)", line.len()) } else { String::new() };
            report += &format!("{mark} {shown}{length}\n");
        }
    };
    put(' ', &old[same_start.saturating_sub(CONTEXT)..same_start]);
    put('-', old_middle);
    put('+', new_middle);
    put(' ', &end[..end.len().min(CONTEXT)]);
    report
}
