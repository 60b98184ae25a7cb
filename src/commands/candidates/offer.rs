//! Which texts may be offered: names come from clients and from files that others write, and a candidate goes
//! into somebody's command line without a look.

/// The longest text that is offered.
const MAX_LENGTH: usize = 255;

/// Whether a text is printable ASCII that no shell acts on, and that no command takes for an option.
pub fn is_offerable(text: &[u8]) -> bool {
    let is_harmless = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/@+,=%".contains(byte);
    // A shell looks at some only where a word begins with them.
    let begins_well = text.first().is_some_and(|first| !b"-=%@+,".contains(first));
    text.len() <= MAX_LENGTH && begins_well && text.iter().all(is_harmless)
}

/// The text, if it may be offered.
pub(super) fn offerable(text: &[u8]) -> Option<&str> {
    std::str::from_utf8(text).ok().filter(|text| is_offerable(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_act_on_is_never_offered() {
        for text in ["web1", "10.1.1.5", "02:00:5e:00:00:01", "10.1.1.0/24", "a_b-c.example.org", "2001:db8::1"] {
            assert!(is_offerable(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "-rf",
            "=ls",
            "a b",
            "a;b",
            "a|b",
            "a&b",
            "$(id)",
            "`id`",
            "a$HOME",
            "~root",
            "a>b",
            "a*",
            "a?",
            "[a]",
            "{a,b}",
            "a!b",
            "#a",
            "a\\b",
            "a'b",
            "a\"b",
            "a\nb",
            "a\tb",
            "a\x1b[31m",
            "caf\u{e9}",
            "\u{202e}a",
            "(a)",
            "^a",
        ] {
            assert!(!is_offerable(text.as_bytes()), "{text:?}");
        }
        assert!(!is_offerable(&[b'a'; 256]));
        assert!(!is_offerable(b"a\xff"));
    }
}
