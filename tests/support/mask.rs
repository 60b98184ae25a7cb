//! Hides what no two runs have in common: the clock in dhcpd's lease file, and the names that dhcpd
//! makes up for hosts and groups created without one (`nh` or `ng`, then the time and an address in
//! memory: 20 hex digits).

/// `bytes` with each time of the lease file (`4 2026/11/19 20:00:00`) as `<time>`.
pub fn times(bytes: &[u8]) -> Vec<u8> {
    replaced(bytes, b"# ####/##/## ##:##:##", b"<time>", |form, byte| match form {
        b'#' => byte.is_ascii_digit(),
        other => byte == other,
    })
}

/// `bytes` with each generated name as `<generated>`.
pub fn generated_names(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    replaced(bytes, b"n?####################", b"<generated>", |form, byte| match form {
        b'#' => digit(byte),
        b'?' => byte == b'g' || byte == b'h',
        other => byte == other,
    })
}

/// Puts `replacement` wherever `form` fits and no word goes on after it.
fn replaced(bytes: &[u8], form: &[u8], replacement: &[u8], fits: impl Fn(u8, u8) -> bool) -> Vec<u8> {
    let mut masked = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after_first)) = rest.split_first() {
        let in_word = masked.last().is_some_and(u8::is_ascii_alphanumeric);
        let ends = rest.get(form.len()).is_none_or(|after| !after.is_ascii_alphanumeric());
        let fitting = rest.len() >= form.len() && form.iter().zip(rest).all(|(&form, &byte)| fits(form, byte));
        if fitting && ends && !in_word {
            masked.extend_from_slice(replacement);
            rest = &rest[form.len()..];
        } else {
            masked.push(first);
            rest = after_first;
        }
    }
    masked
}
