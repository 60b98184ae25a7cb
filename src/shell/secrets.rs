//! Lines that have, or may have, a secret in them. They are kept nowhere, and not shown.

/// The words that a secret stands behind: those of scripts, and those of dhcpd.conf, of which lines stray into scripts.
const NAMES: [&str; 5] = ["key", "omapi-key", "algorithm", "secret", "ldap-password"];

/// Bytes of the shortest word that could be a secret by its looks: base64 of 12 bytes.
const SHORTEST: usize = 16;

/// The words of a line; one ends at any sign that stands in no name, as with `key"NAME" SECRET` and `{secret SECRET;}`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| !sign.is_ascii_alphanumeric() && !"-_.".contains(sign)).filter(|word| !word.is_empty())
}

/// Whether a line sets a key.
pub fn is_key(line: &str) -> bool {
    words(line).next().is_some_and(|first| first.eq_ignore_ascii_case("key"))
}

/// Whether a line has, or may have, a secret in it: one of [`NAMES`] is in it with another word behind it, or it begins with
/// a slip of the finger for `key`.
pub fn has_secret(line: &str) -> bool {
    let is_slip = |line: &str| {
        let (mut words, second) = (words(line), words(line).nth(1));
        let first = words.next().unwrap_or_default().to_ascii_lowercase();
        let is_other = matches!(first.as_str(), "keygen" | "key-algorithm" | "new");
        second.is_some() && !is_other && (first.starts_with("key") || strsim::osa_distance(&first, "key") <= 1)
    };
    let is_name = |word: &str| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
    let is_named = words(line).zip(words(line).skip(1)).any(|(word, _)| is_name(word));
    let mut first_two = line.trim_start().splitn(2, char::is_whitespace);
    let is_alias = first_two.next().is_some_and(|first| first.eq_ignore_ascii_case("alias"));
    let meaning = line.split_once('=').filter(|_| is_alias).map(|(_, meaning)| meaning);
    is_key(line) || is_named || is_slip(line) || meaning.is_some_and(is_slip)
}

/// Whether a word of the line could be a secret: base64 of some length.
pub fn looks_secret(line: &str) -> bool {
    let is_base64 = |sign: char| sign.is_ascii_alphanumeric() || "+/=".contains(sign);
    line.split(|sign: char| !is_base64(sign) && !"-_.:".contains(sign))
        .any(|word| word.len() >= SHORTEST && word.chars().all(is_base64))
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
            "{ algorithm hmac-md5; secret c2VjcmV0; };",
            "}; secret c2VjcmV0",
            "{secret \"c2VjcmV0\";}",
            "set secret = c2VjcmV0",
            "alias k = \"kye omapi_key c2VjcmV0\"",
        ] {
            assert!(has_secret(line), "{line}");
        }
        for line in [
            "keygen omapi_key --algorithm hmac-md5",
            "key-algorithm hmac-sha256",
            "new host",
            "help key",
            "hey",
            "set name = \"key\"",
            "host show a --key-file k",
        ] {
            assert!(!has_secret(line), "{line}");
        }
        for line in ["c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "\"c2VjcmV0LXNlY3JldC1zZWNyZXQ=\";}", "port c2VjcmV0c2VjcmV0"] {
            assert!(looks_secret(line), "{line}");
        }
        for line in
            ["opne 02:00:00:00:00:01 web1.example.org", "port web1-and-many-others", "unset agent.circuit_id.text"]
        {
            assert!(!looks_secret(line), "{line}");
        }
    }
}
