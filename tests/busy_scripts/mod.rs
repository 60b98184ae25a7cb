//! Random scripts that mean something: hosts, groups, classes and leases are made, found, changed and
//! removed, over and over with few names and addresses, so that they get in each other's way. Scripts
//! that are odd in their language are in `random_scripts`.

use crate::random_scripts::Random;
use crate::support::case::Case;
use std::fmt::Write;

const HOSTS: [&str; 8] = ["web1", "web2", "web3", "static1", "static2", "byuid", "a.b.c", "odd name"];
const GROUPS: [&str; 4] = ["g1", "g2", "g3", "no-such-group"];
const CLASSES: [&str; 5] = ["voip", "by-mac", "c1", "c2", "no-such-class"];
const MACS: [&str; 7] = [
    "02:00:00:00:00:01",
    "02:00:00:00:00:02",
    "02:00:00:00:00:03",
    "00:11:22:33:44:55",
    "00:11:22:33:44:02",
    "52:54:00:00:00:20",
    "02:03",
];
const ADDRESSES: [&str; 6] = ["10.1.1.5", "10.1.1.77", "10.1.1.20", "10.1.1.21", "10.9.9.9", "0a:01:01:05:0a:01:01:06"];
const LEASES: [&str; 6] = ["10.1.1.20", "10.1.1.21", "10.1.1.22", "10.1.1.23", "10.1.1.30", "10.1.2.150"];
const IDENTIFIERS: [&str; 5] = ["\"c1\"", "\"c2\"", "\"byuid-1\"", "1:52:54:0:0:0:20", "\"a b\""];
const NUMBERS: [&str; 6] = ["0", "1", "4", "6", "2000000000", "2147483647"];

/// A script of that seed and number as a case of the configuration `base`, with leases in use. In one
/// that is `steady` nothing is kept in leases that is not the same every time.
pub fn case(seed: u64, index: u64, steady: bool) -> Case {
    let mut random = Random::new(seed ^ 0xb05_b05, index);
    let mut script = "connect\n".to_owned();
    for _ in 0..3 + random.below(12) {
        act(&mut random, &mut script, steady);
    }
    let case = Case::unrecorded(&format!("busy/{seed}-{index}"), "base", script.into_bytes());
    Case { seed: Some("in-use".to_owned()), ..case }
}

fn act(random: &mut Random, script: &mut String, steady: bool) {
    let kind = random.of(&["host", "host", "host", "lease", "lease", "group", "class", "subclass"]);
    let mut say = |line: String| writeln!(script, "{line}").expect("a string takes all");
    say(format!("new {kind}"));
    let makes = kind != "lease" && random.one_in(2);
    for line in attributes(kind, random, makes) {
        say(line);
    }
    say(if makes { "create" } else { "open" }.to_owned());
    for _ in 0..random.below(4) {
        match random.below(6) {
            0 => say("remove".to_owned()),
            1 => say("refresh".to_owned()),
            _ => {
                for line in changes(kind, random, steady) {
                    say(line);
                }
                say("update".to_owned());
            }
        }
    }
    say("close".to_owned());
}

/// What an object is made of, or found by.
fn attributes(kind: &str, random: &mut Random, makes: bool) -> Vec<String> {
    let mut lines = Vec::new();
    match kind {
        "lease" => {
            lines.push(match random.below(5) {
                0 => format!("set hardware-address = {}", random.of(&MACS)),
                1 => format!("set dhcp-client-identifier = {}", random.of(&IDENTIFIERS)),
                _ => format!("set ip-address = {}", random.of(&LEASES)),
            });
        }
        "group" => {
            if makes || !random.one_in(5) {
                lines.push(format!("set name = \"{}\"", random.of(&GROUPS)));
            }
            if makes {
                lines.push(statements_of_group(random));
            }
        }
        "class" | "subclass" => {
            lines.push(format!("set name = \"{}\"", random.of(&CLASSES)));
            if kind == "subclass" {
                lines.push(format!("set hashstring = {}", random.of(&IDENTIFIERS)));
            }
            if makes && random.one_in(3) {
                lines.push("set match = \"hardware\"".to_owned());
            }
        }
        _ => {
            if !random.one_in(4) {
                lines.push(format!("set name = \"{}\"", random.of(&HOSTS)));
            }
            if makes && !random.one_in(4) || random.one_in(3) {
                lines.push(format!("set hardware-address = {}", random.of(&MACS)));
                lines.push(format!("set hardware-type = {}", random.of(&["1", "1", "1", "6", "32"])));
            }
            if random.one_in(if makes { 3 } else { 8 }) {
                lines.push(format!("set dhcp-client-identifier = {}", random.of(&IDENTIFIERS)));
            }
            if makes {
                if random.one_in(2) {
                    lines.push(format!("set ip-address = {}", random.of(&ADDRESSES)));
                }
                if random.one_in(3) {
                    lines.push(format!("set group = \"{}\"", random.of(&GROUPS)));
                }
                if random.one_in(2) {
                    lines.push(statements(random));
                }
            }
        }
    }
    lines
}

fn changes(kind: &str, random: &mut Random, steady: bool) -> Vec<String> {
    let kept = if steady { "hardware-type" } else { "mine" };
    let line = match kind {
        "lease" => match random.below(5) {
            0 => format!("set ends = {}", random.of(&NUMBERS)),
            1 => format!("set flags = {}", random.of(&NUMBERS)),
            2 => format!("set {} = {}", random.of(&["client-hostname", "starts", kept, "pool"]), random.of(&NUMBERS)),
            _ => format!("set state = {}", random.of(&["1", "2", "3", "4", "5", "6", "7", "8"])),
        },
        "group" | "class" | "subclass" => match random.below(4) {
            0 => statements_of_group(random),
            1 => format!("set name = \"{}\"", random.of(&GROUPS)),
            2 => "set match = \"hardware\"".to_owned(),
            _ => "set lease-limit = 5".to_owned(),
        },
        _ => match random.below(8) {
            7 => format!("set hardware-type = {}", random.of(&["1", "6", "255"])),
            0 => statements(random),
            1 => format!("set group = \"{}\"", random.of(&GROUPS)),
            2 => "unset ip-address".to_owned(),
            3 => format!("set hardware-address = {}", random.of(&MACS)),
            4 => format!("set name = \"{}\"", random.of(&HOSTS)),
            5 => "set known = 1".to_owned(),
            _ => format!("set ip-address = {}", random.of(&ADDRESSES)),
        },
    };
    vec![line]
}

fn statements(random: &mut Random) -> String {
    let text = random.of(&[
        "filename \"x\";",
        "filename \"x\"; next-server 10.1.1.3;",
        "option host-name \"h\"; option routers 10.1.1.254;",
        "option dhcp-client-identifier \"from-statements\";",
        "if known { filename \"a\"; } else { filename \"b\"; }",
        "filename \"x\"",
        "option no-such-option 5;",
        "nonsense;",
        "",
    ]);
    set_statements(text)
}

/// Some in any case: others are not comparable.
fn statements_of_group(random: &mut Random) -> String {
    set_statements(random.of(&["filename \"x\";", "option routers 10.1.1.254;", "filename \"x\"", "nonsense;"]))
}

fn set_statements(text: &str) -> String {
    format!("set statements = \"{}\"", text.replace('"', "\\\""))
}
