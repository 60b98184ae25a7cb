//! Keeps the scripts to what can be compared: out of what ours does otherwise on purpose, whose numbers are those of
//! DIFFERENCES in the man page, and of what else is not comparable.

use super::vocabulary::{PORT_ARGUMENTS, SERVER_ARGUMENTS};

/// The longest line that both run as one command (difference 1).
pub const LONGEST_LINE: usize = 1000;

/// Whether omshell and ours have to agree about this script.
pub fn must_agree(lines: &[Vec<u8>], ends_with_newline: bool) -> bool {
    let mut objects = Objects::default();
    lines.iter().enumerate().all(|(index, line)| {
        let newline = ends_with_newline || index + 1 < lines.len();
        line.len() <= LONGEST_LINE && line_must_agree(line, newline) && objects.is_comparable(line)
    })
}

/// Follows which kind of object the lines are about: groups and classes are made whole, all else is left out as not
/// comparable.
#[derive(Default)]
pub struct Objects {
    of_group: bool,
    of_class: bool,
    has_name: bool,
    has_statements: bool,
}

impl Objects {
    /// Whether the next line can be compared. One that cannot does not count.
    pub fn is_comparable(&mut self, line: &[u8]) -> bool {
        let text = String::from_utf8_lossy(line).to_ascii_lowercase();
        let text = text.trim_start();
        let has_value = text.split_once('=').is_some_and(|(_, value)| {
            let value = value.trim();
            value.len() > 2 && !value.starts_with("\"\"") && !value.contains('\0')
        });
        if text.starts_with("new") {
            let (group, class) = (text.contains("group"), text.contains("class"));
            (self.of_group, self.of_class) = (self.of_group || group, self.of_class || class);
            if group || class {
                (self.has_name, self.has_statements) = (false, false);
            }
        }
        if !(self.of_group || self.of_class) {
            return true;
        }
        if let Some(attribute) = text.strip_prefix("set").map(str::trim_start) {
            self.has_name |= has_value && attribute.starts_with("name");
            self.has_statements |= has_value && attribute.starts_with("statements");
            return has_value;
        }
        match text.starts_with("create") {
            true => self.has_name && (self.has_statements || !self.of_group),
            false => !text.starts_with("unset"),
        }
    }
}

fn line_must_agree(line: &[u8], newline: bool) -> bool {
    let start = line.trim_ascii_start();
    let (verb, argument) = start.split_at(start.iter().position(|&byte| !is_name(byte)).unwrap_or(start.len()));
    let argument = argument.trim_ascii();
    let among = |known: &[&str]| known.iter().any(|known| known.as_bytes() == argument);
    match verb.to_ascii_lowercase().as_slice() {
        // Difference 5.
        b"exit" | b"quit" => false,
        // Also difference 5: with one of these words behind it, a word of the vocabulary is a verb of ours.
        b"host" | b"lease" => {
            let second = argument.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            ![&b"set"[..], b"add", b"show", b"remove", b"rename", b"ensure", b"free"].contains(&second)
        }
        b"port" => among(&PORT_ARGUMENTS),
        b"server" => among(&SERVER_ARGUMENTS),
        // Left out: not comparable.
        b"key" if !newline => false,
        b"key" if argument.contains(&0) => false,
        // Difference 3.
        b"key" => !argument.split(u8::is_ascii_whitespace).next().is_some_and(|name| name.contains(&b'"')),
        _ => true,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
