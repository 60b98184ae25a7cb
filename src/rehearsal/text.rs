//! The lease file's ways to write values.

use crate::dhcpd::hardware;
use crate::omapi::ResultCode;

/// The time that stands for "never", in seconds since 1970.
pub(super) const NEVER: u32 = i32::MAX as u32;

/// Appends a number of bytes as `01:02:0a`.
pub(super) fn hex(bytes: &[u8], out: &mut Vec<u8>) {
    for (i, byte) in bytes.iter().enumerate() {
        let colon = if i > 0 { ":" } else { "" };
        out.extend_from_slice(format!("{colon}{byte:02x}").as_bytes());
    }
}

/// Whether dhcpd writes this between quotes as it is, and takes it for a name.
pub(super) fn is_printable(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}

/// Whether all of it is ASCII that shows.
pub(super) fn is_ascii_text(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Appends `"text"` with what does not print in octal.
pub(super) fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b' '..=b'~' => out.push(byte),
            _ => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    out.push(b'"');
}

/// Appends the bytes as text when they are, else in hexadecimal: how identifiers are written.
pub(super) fn identifier(bytes: &[u8], is_text: fn(&[u8]) -> bool, out: &mut Vec<u8>) {
    match is_text(bytes) {
        true => {
            out.push(b'"');
            out.extend_from_slice(bytes);
            out.push(b'"');
        }
        false => hex(bytes, out),
    }
}

/// Appends the hardware type's name.
pub(super) fn hardware_type(number: u8, out: &mut Vec<u8>) {
    match hardware::name(number.into()) {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => out.extend_from_slice(format!("unknown-{number}").as_bytes()),
    }
}

/// Appends `\n  hardware TYPE ADDRESS;`.
pub(super) fn hardware(number: u8, address: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\n  hardware ");
    hardware_type(number, out);
    out.push(b' ');
    hex(address, out);
    out.push(b';');
}

/// Appends a time with its semicolon: `4 2026/11/26 10:00:00;`.
pub(super) fn time(seconds: u32, out: &mut Vec<u8>) {
    if seconds == NEVER {
        out.extend_from_slice(b"never;");
        return;
    }
    let days = i64::from(seconds / 86_400);
    let (year, month, day) = civil(days);
    let second = seconds % 86_400;
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    // The first of January 1970 was a Thursday.
    let weekday = (days + 4) % 7;
    let text = format!("{weekday} {year}/{month:02}/{day:02} {hours:02}:{minutes:02}:{seconds:02};");
    out.extend_from_slice(text.as_bytes());
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years that begin in March have the leap day at their end; 719,468 days lie between the first
    // of March of the year 0 and 1970.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The longest text of statements that is taken, in bytes.
const MAX_STATEMENTS: usize = 256 << 10;

/// The value of the attribute `statements`.
pub(super) fn text_of_statements(value: Option<&[u8]>) -> Result<&[u8], ResultCode> {
    let text = value.ok_or(ResultCode::INVALID_ARGUMENT)?;
    if text.len() > MAX_STATEMENTS { Err(ResultCode::NO_RESOURCES) } else { Ok(text) }
}

/// A value as a C program keeps it as text: up to its first NUL.
pub(super) fn c_string(value: &[u8]) -> Vec<u8> {
    crate::dhcpd::syntax::until_nul(value).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, written) in [
            (0, "4 1970/01/01 00:00:00;"),
            (951_782_400, "2 2000/02/29 00:00:00;"),
            (1_795_687_200, "4 2026/11/26 10:00:00;"),
            (u32::MAX, "0 2106/02/07 06:28:15;"),
            (NEVER, "never;"),
        ] {
            let mut out = Vec::new();
            time(seconds, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }
}
