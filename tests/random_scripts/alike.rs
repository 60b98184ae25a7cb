//! Keeps the scripts out of what ours does otherwise on purpose, and out of what makes the real
//! omshell hang or crash. The numbers are those of DIFFERENCES in the man page.

use super::vocabulary::{PORT_ARGUMENTS, SERVER_ARGUMENTS};

/// The longest line that both run as one command (difference 1).
pub const LONGEST_LINE: usize = 1000;

/// Whether omshell and ours have to agree about this script.
pub fn must_agree(lines: &[Vec<u8>], ends_with_newline: bool) -> bool {
    lines.iter().enumerate().all(|(index, line)| {
        let newline = ends_with_newline || index + 1 < lines.len();
        line.len() <= LONGEST_LINE && line_must_agree(line, newline)
    })
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
        // Difference 4: omshell never ends after a `key` that the end of the input cuts off.
        b"key" if !newline => false,
        // Difference 3.
        b"key" => !argument.split(u8::is_ascii_whitespace).next().is_some_and(|name| name.contains(&b'"')),
        // omshell follows a null pointer.
        b"unset" => !argument.windows(13).any(|part| part.eq_ignore_ascii_case(b"remote-handle")),
        _ => true,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
