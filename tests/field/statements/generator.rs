//! Random statements, as people write them: conditions nested three deep with and, or, not and parentheses, in every
//! arrangement that dhcpd takes; options of standard and own spaces.
//!
//! Left out is what dhcpd's lease file cannot hold, and omsh refuses to send: quotes and backslashes within a text, and
//! bytes that are such; arithmetic; `not` before a comparison; and comparisons of numbers beside `and` or `or`. Statements
//! that only a lease could keep, such as `set`, are left out too.

use super::random::Random;

/// Conditions that are no comparison.
const FLAGS: [&str; 7] = [
    "exists vendor-class-identifier",
    "exists user-class",
    "exists host-name",
    "exists own-seen",
    "exists ZTP.file",
    "known",
    "static",
];

const COMPARISONS: [&str; 9] = [
    "option vendor-class-identifier = \"PXE\"",
    "option vendor-class-identifier != \"PXE\"",
    "substring (option vendor-class-identifier, 0, 3) = \"PXE\"",
    "option user-class = \"u\"",
    "\"u\" = option user-class",
    "option host-name = 68",
    "option own-seen = 05",
    "lcase (option vendor-class-identifier) = \"pxeclient\"",
    "option vendor-class-identifier ~= \"^PXE\"",
];

/// Characters of texts, some of which mean something outside of them.
const TEXT: &[u8] = b"abcXYZ019 ._-:;,/(){}[]<>=#%&'*+?!|~^@$`";

/// omshell takes values of about 1000 bytes; an export has longer words for the same.
const LONGEST: usize = 600;

/// Statements of a host.
pub fn statements(random: &mut Random) -> String {
    loop {
        let mut out = String::new();
        for _ in 0..1 + random.below(3) {
            statement(random, 2, &mut out);
        }
        if out.len() + out.matches('"').count() <= LONGEST {
            return out;
        }
    }
}

fn statement(random: &mut Random, depth: usize, out: &mut String) {
    match random.below(6) {
        _ if depth == 0 => option(random, out),
        0 | 1 => option(random, out),
        2 => switch(random, depth, out),
        _ => branches(random, depth, out),
    }
}

fn branches(random: &mut Random, depth: usize, out: &mut String) {
    *out += &format!("if {} {{ ", whole_condition(random));
    statement(random, depth - 1, out);
    for _ in 0..random.below(3) {
        *out += &format!("}} {} {} {{ ", random.of(&["elsif", "else if"]), whole_condition(random));
        statement(random, depth - 1, out);
    }
    if !random.one_in(3) {
        *out += "} else { ";
        statement(random, depth - 1, out);
    }
    *out += "} ";
}

fn switch(random: &mut Random, depth: usize, out: &mut String) {
    *out += "switch (option vendor-class-identifier) { case \"PXE\": ";
    statement(random, depth - 1, out);
    *out += "break; case \"PXEClient\": ";
    statement(random, depth - 1, out);
    *out += "break; default: ";
    statement(random, depth - 1, out);
    *out += "} ";
}

/// A condition that can stand behind `if`.
fn whole_condition(random: &mut Random) -> String {
    if random.one_in(12) {
        return format!("extract-int (option own-seen, 8) = {}", random.of(&["5", "7"]));
    }
    let condition = condition(random, 3);
    // A parenthesis that begins it has to be one around all of it.
    match condition.starts_with('(') || random.one_in(4) {
        true => format!("({condition})"),
        false => condition,
    }
}

fn condition(random: &mut Random, depth: usize) -> String {
    if depth == 0 || random.one_in(4) {
        return match random.one_in(2) {
            true => random.of(&FLAGS).to_owned(),
            false => random.of(&COMPARISONS).to_owned(),
        };
    }
    if random.one_in(4) {
        // In the lease file `not` takes but one thing, which has to be a flag.
        let inner = std::iter::repeat_with(|| condition(random, depth - 1)).find(|inner| begins_with_flag(inner));
        let inner = inner.expect("some are like that");
        return match !inner.starts_with('(') && random.one_in(2) {
            true => format!("not {inner}"),
            false => format!("not ({inner})"),
        };
    }
    let operands: Vec<String> = (0..2 + random.below(2))
        .map(|_| {
            let inner = condition(random, depth - 1);
            if random.one_in(2) { format!("({inner})") } else { inner }
        })
        .collect();
    let mut out = operands[0].clone();
    for operand in &operands[1..] {
        out += &format!(" {} {operand}", random.of(&["and", "or"]));
    }
    out
}

/// Whether a condition would begin with a flag if it had no parentheses.
fn begins_with_flag(condition: &str) -> bool {
    let mut rest = condition;
    while let Some(inner) = rest.strip_prefix('(').or_else(|| rest.strip_prefix("not ")) {
        rest = inner;
    }
    FLAGS.iter().any(|flag| rest.starts_with(flag))
}

fn text(random: &mut Random) -> String {
    let text: String = (0..1 + random.below(8)).map(|_| char::from(random.of(TEXT))).collect();
    format!("\"{text}\"")
}

fn option(random: &mut Random, out: &mut String) {
    let number = random.below(200);
    *out += &match random.below(20) {
        0 => format!("option domain-name {};", text(random)),
        1 => format!("option root-path {};", text(random)),
        2 => format!("filename {};", text(random)),
        3 => format!("next-server 10.1.9.{number};"),
        4 => format!("option own-text {};", text(random)),
        5 => format!("option own-raw {:02x}:{:x}:ff;", random.byte(), random.byte()),
        6 => format!("option own-raw {};", text(random)),
        7 => format!("option own-flag {};", random.of(&["true", "false", "on", "off"])),
        8 => format!("option own-list {}, 0x0f, 7;", 128 + number % 100),
        9 => format!("option own-record {} 10.1.1.{number} {};", number, text(random)),
        10 => format!("option own-addresses 10.1.1.{number}, 10.1.2.{number};"),
        11 => format!("option own-domains \"d{number}.example.org\", \"example.org\";"),
        12 => format!("option ZTP.file {};", text(random)),
        13 => format!("option ZTP.number {number};"),
        14 => format!("option own-number -{number};"),
        15 => format!("option own-text = concat (\"<\", option vendor-class-identifier, {}, \">\");", text(random)),
        16 => format!("option own-raw = pick-first-value (option user-class, substring ({}, 1, 3));", text(random)),
        17 => format!("append own-raw {};", text(random)),
        18 => format!("default own-text {};", text(random)),
        _ => "option own-text = binary-to-ascii (16, 8, \":\", substring (hardware, 1, 6));".to_owned(),
    };
    out.push(' ');
}
