//! Numbers, addresses and octets as text, straight into the buffer that is being written: a listing has
//! millions of them.

use std::io::Write;
use std::net::IpAddr;

/// Writes a number.
pub(super) fn decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number of any size.
pub(super) fn whole(out: &mut Vec<u8>, number: u128) {
    match u64::try_from(number) {
        Ok(number) => decimal(out, number),
        Err(_) => write!(out, "{number}").expect("memory takes everything"),
    }
}

/// Writes a number that may be below zero.
pub(super) fn signed(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    decimal(out, number.unsigned_abs());
}

/// Writes two digits of a number below 100.
pub(super) fn two_digits(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&[b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]);
}

/// Writes a share with no more than three digits behind the point, and no zeros at its end. Gives
/// `false` and writes nothing when it is no number.
pub(super) fn share(out: &mut Vec<u8>, share: f64) -> bool {
    if !share.is_finite() || share.abs() > 1e15 {
        return false;
    }
    let thousandths = (share * 1000.0).round() as i64;
    if thousandths < 0 {
        out.push(b'-');
    }
    let (whole, rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    decimal(out, whole);
    if rest > 0 {
        out.extend_from_slice(&[b'.', b'0' + (rest / 100) as u8]);
        match (rest / 10 % 10, rest % 10) {
            (0, 0) => {}
            (tens, 0) => out.push(b'0' + tens as u8),
            (tens, ones) => out.extend_from_slice(&[b'0' + tens as u8, b'0' + ones as u8]),
        }
    }
    true
}

/// Writes an IP address.
pub(super) fn address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => {
            for (index, octet) in address.octets().into_iter().enumerate() {
                if index > 0 {
                    out.push(b'.');
                }
                decimal(out, octet.into());
            }
        }
        IpAddr::V6(address) => write!(out, "{address}").expect("memory takes everything"),
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes octets as `02:00:5e`.
pub(super) fn octets(out: &mut Vec<u8>, octets: &[u8]) {
    out.reserve(octets.len() * 3);
    for (index, octet) in octets.iter().enumerate() {
        if index > 0 {
            out.push(b':');
        }
        hex_digits(out, *octet);
    }
}

/// Writes the two hexadecimal digits of an octet.
pub(super) fn hex_digits(out: &mut Vec<u8>, octet: u8) {
    out.extend_from_slice(&[DIGITS[usize::from(octet >> 4)], DIGITS[usize::from(octet & 15)]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for number in [0, 1, 9, 10, 99, 100, 12_345, u64::MAX] {
            assert_eq!(written(|out| decimal(out, number)), number.to_string());
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(written(|out| signed(out, number)), number.to_string());
        }
        for text in ["0.0.0.0", "10.1.20.255", "::", "2001:db8::1"] {
            assert_eq!(written(|out| address(out, text.parse().unwrap())), text);
        }
        assert_eq!(written(|out| octets(out, &[2, 0, 0x5e, 0xff])), "02:00:5e:ff");
    }

    #[test]
    fn shares_have_no_more_digits_than_needed() {
        for (number, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (12.5, "12.5"),
            (12.25, "12.25"),
            (12.3456, "12.346"),
            (99.9999, "100"),
            (0.05, "0.05"),
            (0.005, "0.005"),
            (-1.5, "-1.5"),
        ] {
            assert_eq!(written(|out| assert!(share(out, number))), text);
        }
        assert_eq!(written(|out| assert!(!share(out, f64::NAN) && !share(out, f64::INFINITY))), "");
    }
}
