//! Times in all forms that lease files have them in.

use crate::dhcpd::declarations::not_here;
use crate::dhcpd::statements::{Fault, expect, semicolon};
use crate::dhcpd::syntax::{Lexer, TokenKind, decimal};

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    At(i64),
    /// After everything.
    Never,
}

impl Time {
    /// Reads a time with its semicolon. `None` for one that means nothing: dhcpd loses the date then,
    /// not the lease.
    pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Option<Time>, Fault> {
        if lexer.peek().text.eq_ignore_ascii_case(b"never") {
            lexer.next();
            semicolon(lexer)?;
            return Ok(Some(Time::Never));
        }
        if lexer.peek().text.eq_ignore_ascii_case(b"epoch") {
            lexer.next();
            let seconds = number(lexer)?;
            semicolon(lexer)?;
            return Ok(Some(Time::within_bounds(seconds)));
        }
        if lexer.peek().kind != TokenKind::Number {
            while lexer.peek().kind != TokenKind::Byte(b';') {
                if matches!(lexer.peek().kind, TokenKind::End | TokenKind::Byte(b'}')) {
                    return Err(not_here(lexer, "a semicolon"));
                }
                lexer.next();
            }
            lexer.next();
            return Ok(None);
        }
        // The day of the week counts for nothing.
        number(lexer)?;
        let mut parts = [0; 6];
        let separators = [None, Some(b'/'), Some(b'/'), None, Some(b':'), Some(b':')];
        for (part, separator) in parts.iter_mut().zip(separators) {
            if let Some(separator) = separator {
                expect(lexer, separator, "a date such as 2026/11/26 10:00:00")?;
            }
            // No sum of these can overflow.
            *part = number(lexer)?.clamp(-1 << 24, 1 << 24);
        }
        let offset = if lexer.peek().kind == TokenKind::Number { number(lexer)? } else { 0 };
        semicolon(lexer)?;
        let [year, month, day, hours, minutes, seconds] = parts;
        // Years without bounds would leave the numbers' range.
        let days = days_since_1970(year.clamp(-MAX_YEAR, MAX_YEAR), month, day);
        Ok(Some(Time::within_bounds(days * 86_400 + hours * 3600 + minutes * 60 + seconds + offset)))
    }

    /// A time that has room in 48 bits: nothing happens two million years from now.
    pub(super) fn within_bounds(seconds: i64) -> Time {
        Time::At(seconds.clamp(-MAX_SECONDS, MAX_SECONDS))
    }
}

/// The last year, and the first one before the common era, that are told from the others.
const MAX_YEAR: i64 = 2_000_000;
/// The same in seconds from 1970.
pub(super) const MAX_SECONDS: i64 = 1 << 46;

fn number(lexer: &mut Lexer<'_>) -> Result<i64, Fault> {
    match lexer.peek().kind {
        TokenKind::Number => Ok(decimal_64(&lexer.next().text)),
        _ => Err(not_here(lexer, "a number of a time")),
    }
}

fn decimal_64(text: &[u8]) -> i64 {
    match std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok()) {
        Some(number) if number.unsigned_abs() < 1 << 40 => number,
        _ => decimal(text).into(),
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
pub(super) fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have the leap day at their end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 1;
    era * 146_097 + day_of_era - 719_468
}
