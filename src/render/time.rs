//! Times as people and programs read them: RFC 3339, and the same with a blank for tables. The zone is
//! UTC, or the one that this machine is set to by `TZ` or /etc/localtime.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::number;

/// The time zone that times are shown in.
#[derive(Clone, Debug, Default)]
pub enum Zone {
    /// Everybody's.
    #[default]
    Utc,
    /// A place's.
    Local(TimeZone),
}

impl Zone {
    /// This machine's; UTC when it has none that can be read.
    pub fn of_machine() -> Self {
        Self::read_of_machine().unwrap_or_default()
    }

    /// This machine's, or why it cannot be read.
    pub fn read_of_machine() -> Result<Self, String> {
        TimeZone::try_system().map(Zone::Local).map_err(|error| error.to_string())
    }

    /// Seconds by which the zone is ahead of UTC at a time, in whole minutes, which is all that RFC 3339
    /// can say. Times that are too far off for calendars are in UTC.
    pub fn ahead(&self, seconds: i64) -> i64 {
        match (self, Timestamp::from_second(seconds)) {
            (Zone::Local(zone), Ok(time)) => i64::from(zone.to_offset(time).seconds()) / 60 * 60,
            _ => 0,
        }
    }
}

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year; 0 is the one before the year 1.
    pub year: i64,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// The date so many days after 1970-01-01.
    pub fn of_day(days: i64) -> Self {
        // Years that begin in March have the leap day at their end; 400 of them are an era.
        let days = days.saturating_add(719_468);
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Date { year, month, day }
    }
}

/// Whether RFC 3339 has the time: its years are those from 0000 to 9999.
pub(super) fn is_rfc3339(seconds: i64, zone: &Zone) -> bool {
    let day = seconds.saturating_add(zone.ahead(seconds)).div_euclid(86_400);
    (0..=9999).contains(&Date::of_day(day).year)
}

/// Writes `2026-11-26T10:00:00Z`, or `…+01:00` elsewhere. Years of more than four digits have a sign, as
/// ISO 8601 wants it.
pub(super) fn write_rfc3339(out: &mut Vec<u8>, seconds: i64, zone: &Zone) {
    let ahead = zone.ahead(seconds);
    write(out, seconds, ahead, b'T');
    if matches!(zone, Zone::Utc) {
        out.push(b'Z');
        return;
    }
    out.push(if ahead < 0 { b'-' } else { b'+' });
    let minutes = ahead.unsigned_abs() / 60;
    number::two_digits(out, minutes / 60);
    out.push(b':');
    number::two_digits(out, minutes % 60);
}

/// Writes `2026-11-26 10:00:00`, in the zone.
pub(super) fn write_for_people(out: &mut Vec<u8>, seconds: i64, zone: &Zone) {
    write(out, seconds, zone.ahead(seconds), b' ');
}

/// `2026-11-26 10:00:00`, in the zone.
pub fn for_people(seconds: i64, zone: &Zone) -> String {
    let mut out = Vec::new();
    write_for_people(&mut out, seconds, zone);
    String::from_utf8(out).expect("digits and signs")
}

fn write(out: &mut Vec<u8>, seconds: i64, ahead: i64, between: u8) {
    let seconds = seconds.saturating_add(ahead);
    let Date { year, month, day } = Date::of_day(seconds.div_euclid(86_400));
    let second_of_day = seconds.rem_euclid(86_400) as u64;
    if !(0..=9999).contains(&year) {
        out.push(if year < 0 { b'-' } else { b'+' });
        out.extend_from_slice(format!("{:04}", year.unsigned_abs()).as_bytes());
    }
    // A listing has many of these: one piece each.
    let mut text = *b"0000-00-00 00:00:00";
    text[10] = between;
    let mut put = |at: usize, number: u64| {
        text[at] = b'0' + (number / 10) as u8;
        text[at + 1] = b'0' + (number % 10) as u8;
    };
    put(5, month.into());
    put(8, day.into());
    put(11, second_of_day / 3600);
    put(14, second_of_day / 60 % 60);
    put(17, second_of_day % 60);
    match u64::try_from(year) {
        Ok(year @ ..=9999) => {
            put(0, year / 100);
            put(2, year % 100);
            out.extend_from_slice(&text);
        }
        _ => out.extend_from_slice(&text[4..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc3339(seconds: i64, zone: &Zone) -> String {
        let mut out = Vec::new();
        write_rfc3339(&mut out, seconds, zone);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_written_as_rfc_3339_has_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_687_200, "2026-11-26T10:00:00Z"),
            (2_147_483_648, "2038-01-19T03:14:08Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "+10000-01-01T00:00:00Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (-62_167_219_201, "-0001-12-31T23:59:59Z"),
            (i64::MAX, "+292277026596-12-04T15:30:07Z"),
            (i64::MIN, "-292277022657-01-27T08:29:52Z"),
        ] {
            assert_eq!(rfc3339(seconds, &Zone::Utc), text);
        }
    }

    #[test]
    fn every_day_of_two_eras_follows_the_one_before() {
        let mut last = Date::of_day(-400 * 366);
        for day in -400 * 366 + 1..400 * 366 {
            let date = Date::of_day(day);
            let leap = last.year % 4 == 0 && (last.year % 100 != 0 || last.year % 400 == 0);
            let length = match last.month {
                2 => 28 + u8::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let expected = match (last.day == length, last.month) {
                (false, _) => Date { day: last.day + 1, ..last },
                (true, 12) => Date { year: last.year + 1, month: 1, day: 1 },
                (true, month) => Date { month: month + 1, day: 1, ..last },
            };
            assert_eq!(date, expected);
            last = date;
        }
    }

    #[test]
    fn local_times_follow_the_zone_and_its_summers() {
        let berlin = Zone::Local(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        assert_eq!(rfc3339(1_795_687_200, &berlin), "2026-11-26T11:00:00+01:00");
        assert_eq!(rfc3339(1_782_900_000, &berlin), "2026-07-01T12:00:00+02:00");
        let newfoundland = Zone::Local(TimeZone::posix("NST3:30").unwrap());
        assert_eq!(rfc3339(0, &newfoundland), "1969-12-31T20:30:00-03:30");
        assert_eq!(rfc3339(i64::MAX, &berlin), "+292277026596-12-04T15:30:07+00:00");
        let mut out = Vec::new();
        write_for_people(&mut out, 1_795_687_200, &berlin);
        assert_eq!(out, b"2026-11-26 11:00:00");
    }
}
