//! What a rehearsal came to.

use std::collections::HashMap;

use serde::Serialize;

use super::text::visible_line;
use crate::rehearsal::{Change, ChangeKind};

/// A line of a script that would fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number, from 1.
    pub line: usize,
    /// Why; several lines where the place in the line is shown.
    pub text: String,
}

/// What would change, and what would be refused.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    /// Objects that would be written.
    pub changes: &'a [&'a Change],
    /// Lines that would fail; `None` when it is no script that was rehearsed.
    pub refusals: Option<&'a [Refusal]>,
    /// Whether the server was told to shut down.
    pub shut_down: bool,
}

/// Bytes of a line that are shown to people.
const WIDTH: usize = 200;

impl Summary<'_> {
    /// The summary as text.
    pub fn text(&self) -> String {
        let rehearsed = self.refusals.is_some();
        let mut text = match (self.changes, rehearsed) {
            ([], true) => "Nothing would change.\n".to_owned(),
            ([], false) => "Nothing has changed.\n".to_owned(),
            ([_], true) => "1 object would change:\n".to_owned(),
            ([_], false) => "1 object has changed:\n".to_owned(),
            (changes, true) => format!("{} objects would change:\n", changes.len()),
            (changes, false) => format!("{} objects have changed:\n", changes.len()),
        };
        for change in self.changes {
            text += &describe(change);
        }
        text += match (self.shut_down, rehearsed) {
            (false, _) => "",
            (true, true) => "The server would shut down.\n",
            (true, false) => "A client has shut the server down.\n",
        };
        match self.refusals {
            Some([]) => text += "Every line would succeed.\n",
            Some([refusal]) => {
                text += "1 line would fail:\n";
                text += &indented(&refusal.text);
            }
            Some(refusals) => {
                text += &format!("{} lines would fail:\n", refusals.len());
                for refusal in refusals {
                    text += &indented(&refusal.text);
                }
            }
            None => {}
        }
        text
    }

    /// The summary as one JSON document, with what the script printed.
    pub fn json(&self, output: &[u8], errors: &[u8]) -> String {
        #[derive(Serialize)]
        struct Document<'a> {
            output: String,
            errors: String,
            #[serde(flatten)]
            rest: Rest<'a>,
        }
        let (output, errors) = (lossy(output), lossy(errors));
        to_json(&Document { output, errors, rest: self.rest() })
    }

    /// The summary alone as one JSON document.
    pub fn json_alone(&self) -> String {
        to_json(&self.rest())
    }

    fn rest(&self) -> Rest<'_> {
        Rest {
            changes: self.changes.iter().map(|change| ChangeDocument::of(change)).collect(),
            shut_down: self.shut_down,
            refusals: self.refusals,
        }
    }
}

#[derive(Serialize)]
struct Rest<'a> {
    changes: Vec<ChangeDocument>,
    shut_down: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusals: Option<&'a [Refusal]>,
}

#[derive(Serialize)]
struct ChangeDocument {
    kind: &'static str,
    name: String,
    change: &'static str,
    before: Option<String>,
    declaration: String,
}

impl ChangeDocument {
    fn of(change: &Change) -> Self {
        ChangeDocument {
            kind: change.kind.name(),
            name: lossy(&change.name),
            change: change.change().name(),
            before: change.before.as_deref().map(lossy),
            declaration: lossy(&change.after),
        }
    }
}

fn to_json(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("text and numbers can always be written");
    text.push('\n');
    text
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn describe(change: &Change) -> String {
    let kind = change.change();
    let mut text = format!("  {} {} {}\n", kind.name(), change.kind.name(), visible(&change.name));
    let after = statements(&change.after);
    match (kind, &change.before) {
        (ChangeKind::Added, _) => {
            for line in after {
                text += &format!("      {}\n", visible(line));
            }
        }
        (ChangeKind::Changed, Some(before)) => {
            let before = statements(before);
            let (gone, new) = (without(&before, &after), without(&after, &before));
            for (sign, lines) in [('-', &gone), ('+', &new)] {
                for line in lines {
                    text += &format!("    {sign} {}\n", visible(line));
                }
            }
            if gone.is_empty() && new.is_empty() {
                text += "    the same statements in another order\n";
            }
        }
        _ => {}
    }
    text
}

/// Those lines that do not stand as often among the others.
fn without<'a>(lines: &[&'a [u8]], others: &[&[u8]]) -> Vec<&'a [u8]> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for line in others {
        *counts.entry(line).or_default() += 1;
    }
    let is_left = |line: &&&[u8]| match counts.get_mut(**line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    lines.iter().filter(is_left).copied().collect()
}

/// The lines of a block, without its first and its last and without what only the lease file needs.
fn statements(block: &[u8]) -> Vec<&[u8]> {
    let lines: Vec<&[u8]> = block.trim_ascii_end().split(|&byte| byte == b'\n').collect();
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    inner.iter().map(|line| line.trim_ascii()).filter(|line| *line != b"dynamic;").collect()
}

/// A line for people: what does not print as escapes, and no more of it than fits.
fn visible(bytes: &[u8]) -> String {
    if bytes.len() <= WIDTH {
        return visible_line(bytes);
    }
    // Not in the middle of a character.
    let is_begun = |end: &usize| bytes[*end] & 0xc0 != 0x80;
    let end = (WIDTH - 3..=WIDTH).rev().find(is_begun).unwrap_or(WIDTH);
    format!("{} … ({} bytes)", visible_line(&bytes[..end]), bytes.len())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_two_characters() {
        let line = format!("{}é{}", "a".repeat(WIDTH - 1), "b".repeat(9));
        assert_eq!(visible(line.as_bytes()), format!("{} … (210 bytes)", "a".repeat(WIDTH - 1)));
        assert_eq!(visible(&[0xbf; WIDTH + 1]).len(), 4 * WIDTH + " … (201 bytes)".len());
        assert_eq!(visible(b"name = \"\\033\x1b\";"), r#"name = "\033\x1b";"#);
    }

    #[test]
    fn changed_lines_are_counted() {
        let lines = |text: &'static str| text.split(' ').map(str::as_bytes).collect::<Vec<_>>();
        assert_eq!(without(&lines("a b a c"), &lines("a c")), lines("b a"));
        assert!(without(&lines("a b"), &lines("b a")).is_empty());
    }
}
