//! Lines that have, or may have, a secret in them. They are kept nowhere, and not shown.

/// The statements of dhcpd.conf that have a secret: lines of it stray into scripts.
const OF_CONF: [&str; 4] = ["omapi-key", "algorithm", "secret", "ldap-password"];

/// A line's first word; `key` of `key"NAME" SECRET`.
fn first_word(line: &str) -> &str {
    let is_end = |sign: char| !sign.is_ascii_alphanumeric() && !"-_.".contains(sign);
    line.trim_start().split(is_end).next().unwrap_or_default()
}

/// Whether a line sets a key.
pub fn is_key(line: &str) -> bool {
    first_word(line).eq_ignore_ascii_case("key")
}

/// Whether a line has, or may have, a secret in it.
pub fn has_secret(line: &str) -> bool {
    // Lines that were copied with the prompt before them are such as well.
    let is_nearly_key = |line: &str| {
        let first = first_word(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_behind = words.iter().rev().skip(2).any(|word| word.eq_ignore_ascii_case("key"));
        // A slip of the finger has the secret behind it all the same.
        let lower = first.to_ascii_lowercase();
        let is_other = matches!(lower.as_str(), "keygen" | "key-algorithm" | "new");
        let is_near = words.len() > 1 && (lower.starts_with("key") || strsim::osa_distance(&lower, "key") <= 1);
        let is_of_conf = words.len() > 1 && OF_CONF.contains(&lower.as_str());
        is_key(line) || is_near && !is_other || is_behind || is_of_conf
    };
    let meaning = |line: &str| {
        let (_, meaning) = line.split_once('=')?;
        Some(meaning.trim_start_matches(|sign: char| sign.is_whitespace() || "\"'".contains(sign)).to_owned())
    };
    let is_alias = line.split_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case("alias"));
    is_nearly_key(line) || is_alias && meaning(line).is_some_and(|meaning| is_nearly_key(&meaning))
}

/// Whether a word of the line could be a secret: base64 of some length.
pub fn looks_secret(line: &str) -> bool {
    let could_be = |word: &str| {
        word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    line.split_whitespace().any(could_be)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_lines_are_known_in_every_spelling_and_others_are_not_taken_for_them() {
        for line in [
            "key omapi_key c2VjcmV0",
            "  KEY omapi_key c2VjcmV0",
            "key\"omapi_key\" c2VjcmV0",
            "kye omapi_key c2VjcmV0",
            "keyomapi_key c2VjcmV0",
            "omsh 127.0.0.1> key omapi_key c2VjcmV0",
            "alias k = \"key omapi_key c2VjcmV0\"",
            "omapi-key omapi_key c2VjcmV0",
            "Algorithm c2VjcmV0",
            "ldap-password c2VjcmV0",
        ] {
            assert!(has_secret(line), "{line}");
        }
        for line in
            ["keygen omapi_key", "key-algorithm hmac-sha256", "new host", "help key", "hey", "set name = \"key\""]
        {
            assert!(!has_secret(line), "{line}");
        }
        assert!(
            looks_secret("c2VjcmV0LXNlY3JldC1zZWNyZXQ=") && !looks_secret("opne 02:00:00:00:00:01 web1.example.org")
        );
    }
}
