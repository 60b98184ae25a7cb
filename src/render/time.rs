//! Times and durations, for people and for programs.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How times are written.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// This machine's time zone, where its time is wanted and not UTC.
    zone: Option<TimeZone>,
}

/// Seconds that can be written as a date.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_207_200;

impl Clock {
    /// Times in UTC, or in this machine's time zone.
    pub fn new(local: bool) -> Self {
        Clock { zone: local.then(TimeZone::system) }
    }

    /// `2026-11-26T10:00:00Z`, or the same with an offset such as `+01:00`.
    pub fn rfc3339(&self, seconds: i64, out: &mut Vec<u8>) {
        let offset = self.offset(seconds);
        civil(seconds.saturating_add(offset), b'T', out);
        match &self.zone {
            None => out.push(b'Z'),
            Some(_) => {
                let (sign, minutes) = if offset < 0 { ('-', -offset / 60) } else { ('+', offset / 60) };
                out.extend_from_slice(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).as_bytes());
            }
        }
    }

    /// `2026-11-26 10:00:00`.
    pub fn for_people(&self, seconds: i64, out: &mut Vec<u8>) {
        civil(seconds.saturating_add(self.offset(seconds)), b' ', out);
    }

    /// Seconds east of UTC at that time.
    fn offset(&self, seconds: i64) -> i64 {
        let Some(zone) = &self.zone else { return 0 };
        Timestamp::from_second(seconds).map_or(0, |time| zone.to_offset(time).seconds().into())
    }
}

/// A date and a time of day of the Gregorian calendar, from seconds since 1970.
fn civil(seconds: i64, between: u8, out: &mut Vec<u8>) {
    let seconds = seconds.clamp(*RANGE.start(), *RANGE.end());
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01: years that begin in March have the leap day at their end.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    digits(year, 4, out);
    for (separator, number) in
        [(b'-', month), (b'-', day), (between, rest / 3600), (b':', rest / 60 % 60), (b':', rest % 60)]
    {
        out.push(separator);
        digits(number, 2, out);
    }
}

fn digits(number: i64, count: u32, out: &mut Vec<u8>) {
    for power in (0..count).rev() {
        out.push(b'0' + (number / 10_i64.pow(power) % 10) as u8);
    }
}

/// A duration in its two largest units: `3h 5m`, `12d`, `45s`.
pub fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 5] = [(365 * 86_400, "y"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let largest = UNITS.iter().position(|(size, _)| seconds >= *size).unwrap_or(4);
    let (size, unit) = UNITS[largest];
    let mut text = format!("{}{unit}", seconds / size);
    if let Some((smaller, unit)) = UNITS.get(largest + 1) {
        let rest = seconds % size / smaller;
        if rest > 0 {
            let _ = write!(text, " {rest}{unit}");
        }
    }
    text
}

/// A time to come or gone by: `in 3h 5m`, `2d ago`, `now`.
pub fn relative(seconds: i64) -> String {
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", duration(seconds.unsigned_abs())),
        _ => format!("{} ago", duration(seconds.unsigned_abs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_of_the_gregorian_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_795_687_200, "2026-11-26T10:00:00Z"),
            (2_214_086_399, "2040-02-28T23:59:59Z"),
            (2_214_086_400, "2040-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (i64::MAX, "9999-12-30T22:00:00Z"),
            (i64::MIN, "0001-01-01T00:00:00Z"),
        ] {
            let mut out = Vec::new();
            Clock::default().rfc3339(seconds, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn local_times_have_their_offset() {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(1)));
        let clock = Clock { zone: Some(zone) };
        let mut out = Vec::new();
        clock.rfc3339(1_795_687_200, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "2026-11-26T11:00:00+01:00");
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (seconds, text) in
            [(0, "now"), (45, "in 45s"), (11_130, "in 3h 5m"), (-172_800, "2d ago"), (40_000_000, "in 1y 97d")]
        {
            assert_eq!(relative(seconds), text);
        }
    }
}
