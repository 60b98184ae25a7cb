//! Values as people write them: hardware addresses, identifiers, durations.

/// The bytes of a hardware address in any usual spelling, or of its beginning: `02:00:5e:00:00:01`,
/// `2-0-5e-0-0-1`, `0200.5e00.0001`, `02005e000001`. Without separators only 12 digits are one.
pub fn hardware_address(text: &str) -> Option<Vec<u8>> {
    let pairs = |separator| -> Option<Vec<u8>> {
        let octet = |digits: &str| match digits.len() {
            1 | 2 => u8::from_str_radix(digits, 16).ok(),
            _ => None,
        };
        text.split(separator).map(octet).collect()
    };
    let digits = |text: &str| -> Option<Vec<u8>> {
        let whole = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pair = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
        if whole { (0..text.len()).step_by(2).map(pair).collect() } else { None }
    };
    if text.contains(':') {
        pairs(':')
    } else if text.contains('-') {
        pairs('-')
    } else if text.contains('.') {
        match text.split('.').all(|group| group.len() == 4) {
            true => digits(&text.replace('.', "")),
            // Four groups are an IP address, or none.
            false => pairs('.').filter(|octets| octets.len() == 6),
        }
    } else if text.len() == 12 {
        digits(text)
    } else {
        None
    }
}

/// The first bytes of a hardware address, as [`hardware_address`] reads it; without separators any number
/// of whole bytes, also `5254.00`.
pub fn hardware_prefix(text: &str) -> Option<Vec<u8>> {
    hardware_address(text).or_else(|| {
        let plain = text.replace('.', "");
        let whole =
            !plain.is_empty() && plain.len().is_multiple_of(2) && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pair = |at: usize| u8::from_str_radix(&plain[at..at + 2], 16).ok();
        if whole {
            (0..plain.len()).step_by(2).map(pair).collect()
        } else {
            u8::from_str_radix(text, 16).ok().map(|byte| vec![byte])
        }
    })
}

/// Why a duration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDuration {
    /// What is wrong with it.
    pub why: String,
}

/// Seconds of a duration such as `90s`, `30m`, `1h30m`, `2d` or `1w`; a bare number is seconds.
pub fn duration(text: &str) -> Result<i64, NoDuration> {
    let refuse = |why: String| Err(NoDuration { why });
    let mut total: i64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return refuse("a duration such as `90s`, `1h30m` or `2d` is missing".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at(digits);
        let Ok(number) = number.parse::<i64>() else {
            return refuse(format!("`{rest}` is no duration; give one such as `90s`, `1h30m` or `2d`"));
        };
        let mut letters = behind.chars();
        let unit = match letters.next() {
            None if digits == text.len() => 1,
            None => return refuse(format!("`{rest}` has no unit; use s, m, h, d or w")),
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 7 * 86_400,
            Some(other) => return refuse(format!("`{other}` is no unit of time; use s, m, h, d or w")),
        };
        let Some(sum) = number.checked_mul(unit).and_then(|seconds| total.checked_add(seconds)) else {
            return refuse(format!("`{text}` is longer than time itself"));
        };
        total = sum;
        rest = letters.as_str();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_addresses_in_every_usual_spelling() {
        let address = vec![2, 0, 0x5e, 0, 0xaa, 1];
        for text in [
            "02:00:5e:00:aa:01",
            "02.00.5e.00.aa.01",
            "2:0:5E:0:AA:1",
            "02-00-5e-00-aa-01",
            "0200.5e00.aa01",
            "02005E00AA01",
            "2-0-5e-0-aa-1",
        ] {
            assert_eq!(hardware_address(text), Some(address.clone()), "{text}");
        }
        assert_eq!(hardware_address("02:00:5e"), Some(vec![2, 0, 0x5e]));
        for text in ["02:00:", "02:00:5g", "002:0", "web-1", "0200.5e00.aa1", "02005e", "10.1.1.5", "é2005e00aa01"] {
            assert_eq!(hardware_address(text), None, "{text}");
        }
    }

    #[test]
    fn beginnings_of_hardware_addresses() {
        for (text, bytes) in
            [("525400", &[0x52, 0x54, 0][..]), ("5254.00", &[0x52, 0x54, 0]), ("2", &[2]), ("52:5", &[0x52, 5])]
        {
            assert_eq!(hardware_prefix(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(hardware_prefix("52540"), None);
    }

    #[test]
    fn durations_with_and_without_units() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("1h30m", 5400), ("2d", 172_800), ("1w1d", 691_200)] {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for (text, part) in [("1x", "`x`"), ("", "missing"), ("h", "`h`"), ("1h5", "no unit"), ("-1h", "`-1h`")] {
            let why = duration(text).unwrap_err().why;
            assert!(why.contains(part), "{text}: {why}");
        }
        assert!(duration("99999999999999999w").unwrap_err().why.contains("longer"));
    }
}
