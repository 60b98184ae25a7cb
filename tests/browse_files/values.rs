//! Values of lease files, in all the ways that they are written.

use std::time::{SystemTime, UNIX_EPOCH};

use super::layout::Token;
use super::random::Random;

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes right").as_secs() as i64
}

/// A time of the present day. Nothing happens within an hour of now, or tests would depend on how long they take.
pub fn ago(random: &mut Random) -> i64 {
    now() - 3600 - random.below(20 * 86_400) as i64
}

/// The same in the future.
pub fn ahead(random: &mut Random) -> i64 {
    now() + 3600 + random.below(20 * 86_400) as i64
}

/// `4 2026/11/26 10:00:00`, as dhcpd writes it.
pub fn plain_time(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).expect("a time of our own");
    let weekday = (seconds.div_euclid(86_400) + 4).rem_euclid(7);
    format!("{weekday} {}", time.strftime("%Y/%m/%d %H:%M:%S"))
}

/// A time in any form.
pub fn time(seconds: i64, random: &mut Random) -> Vec<Token> {
    let form = random.below(8);
    let offset = if form == 2 { random.of(&[-28_800, 3600, 0, 45_000]) } else { 0 };
    let time = jiff::Timestamp::from_second(seconds - offset).expect("a time of our own");
    let time = jiff::tz::TimeZone::UTC.to_datetime(time);
    match form {
        // With `db-time-format local` a comment follows the semicolon, which dhcpd skips.
        0 => vec!["epoch".into(), seconds.to_string().into()],
        1 => {
            let (date, clock) = (time.date(), time.time());
            vec![
                random.below(7).to_string().into(),
                format!("{}/{}/{}", date.year(), date.month(), date.day()).into(),
                format!("{}:{}:{}", clock.hour(), clock.minute(), clock.second()).into(),
            ]
        }
        2 => vec![
            "4".to_owned().into(),
            time.strftime("%Y/%m/%d %H:%M:%S").to_string().into(),
            offset.to_string().into(),
        ],
        3 => vec!["1".to_owned().into(), time.strftime("%Y / %m / %d %H : %M : %S").to_string().into()],
        _ => vec![plain_time(seconds).into()],
    }
}

/// Bytes in quotes with octal escapes, or in hexadecimal with colons.
pub fn bytes(bytes: &[u8], random: &mut Random) -> Token {
    let as_hex = !bytes.is_empty() && random.one_in(3);
    if as_hex {
        let wide = random.one_in(2);
        let pairs = bytes.iter().map(|byte| if wide { format!("{byte:02x}") } else { format!("{byte:X}") });
        return pairs.collect::<Vec<_>>().join(":").into();
    }
    quoted(bytes, random)
}

/// Bytes in quotes, as dhcpd writes them.
pub fn plainly_quoted(bytes: &[u8]) -> Token {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text += &format!("\\{byte:03o}"),
        }
    }
    (text + "\"").into()
}

/// Bytes in quotes. Those that need no escape may have none, or one.
pub fn quoted(bytes: &[u8], random: &mut Random) -> Token {
    let mut text = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', *byte]),
            b' '..=b'~' if !random.one_in(20) => text.push(*byte),
            // Bytes of UTF-8 and Latin-1 stand in files as they are, too; but 255 is to dhcpd the end of the file.
            0x80..=0xfe if random.one_in(3) => text.push(*byte),
            _ => text.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    text.push(b'"');
    text.into()
}

/// A hardware address, of which few have other than six bytes.
pub fn hardware(random: &mut Random) -> Vec<u8> {
    let length = if random.one_in(20) { 1 + random.below(16) } else { 6 };
    (0..length).map(|i| if i == 0 { 2 } else { random.byte() }).collect()
}

/// `02:00:5e:00:00:01`, or with single digits and capitals.
pub fn colons(bytes: &[u8], random: &mut Random) -> Token {
    let form = random.below(4);
    let pairs = bytes.iter().map(|byte| match form {
        0 => format!("{byte:x}"),
        1 => format!("{byte:02X}"),
        _ => format!("{byte:02x}"),
    });
    pairs.collect::<Vec<_>>().join(":").into()
}

/// What clients call themselves, and what some call themselves to do harm.
pub fn host_name(random: &mut Random) -> Vec<u8> {
    const NAMES: [&[u8]; 14] = [
        b"laptop-1",
        b"PC_0042.example.org",
        b"printer",
        b"with space",
        b"quo\"te",
        b"back\\slash",
        b"}; lease 10.1.1.1 {",
        b"# none",
        b"=cmd|' /C calc'!A0",
        b"\x1b[2J\x1b]0;owned\x07",
        b"caf\xc3\xa9",
        b"latin\xe9",
        b"\xe2\x80\xaegnp.exe",
        b"tab\tand\nnewline",
    ];
    match random.one_in(3) {
        true => format!("client-{}", random.below(1000)).into_bytes(),
        false => random.of(&NAMES).to_vec(),
    }
}

/// A client identifier: of a hardware address, of a DUID, text, or anything.
pub fn identifier(random: &mut Random) -> Vec<u8> {
    match random.below(4) {
        0 => [&[1][..], &hardware(random)].concat(),
        1 => [&[255, 0, 0, 0, 1, 0, 1, 0, 1][..], &hardware(random)].concat(),
        2 => format!("id-{}", random.below(1000)).into_bytes(),
        // dhcpd does not write a zero at the end.
        _ => {
            let last = 1 + random.below(255) as u8;
            (0..random.below(20)).map(|_| random.byte()).chain([last]).collect()
        }
    }
}
