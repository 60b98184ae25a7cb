//! dhcpd.conf and dhcpd.leases as dhcpd itself judges them: `dhcpd -t` says what is sound, and where a
//! mistake is.

mod support;

use std::process::Command;

use omsh::dhcpd::conf::Conf;
use omsh::dhcpd::leases::{Entry, Reader};
use support::scratch::Scratch;
use support::{DHCPD, confs, workers};

/// Configurations, sound and not, in the file between lines of `====`.
const CONFS: &str = include_str!("judged/confs.txt");
/// Lease files, the same way, for the configuration `base`.
const LEASES: &str = include_str!("judged/leases.txt");
/// Statements, a line each; each is tried as a configuration.
const STATEMENTS: &str = include_str!("statements.txt");

/// Statements that dhcpd takes and we do not, or the other way round, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("include \"x\";", "a file that is not there is for us no mistake of the file"),
    ("key k { algorithm hmac-md5; secret abcd; }", "dhcpd warns of a secret that is too short for it"),
    ("omapi-key k;", "dhcpd looks for the key only when it starts for good"),
    ("zone example.org. { primary 127.0.0.1; key none; }", "what a zone's key is is for dhcpd to find out"),
    ("omapi-key none;", "dhcpd looks for the key only when it starts for good"),
];

/// Complaints of dhcpd about lease files after which we keep what there is to keep.
const FORGIVEN: &[&str] = &[
    "Unexpected configuration directive",
    "possibly corrupt lease file",
    "unknown group",
    "unknown failover peer",
    // dhcpd's own blocks of groups bring this about.
    "expecting a parameter or declaration",
];

struct Judgement {
    sound: bool,
    /// What dhcpd says.
    log: String,
}

fn judge(conf: &str, leases: Option<&str>) -> Judgement {
    let folder = Scratch::new();
    std::fs::write(folder.join("conf"), conf).expect("a file of our own");
    std::fs::write(folder.join("leases"), leases.unwrap_or_default()).expect("a file of our own");
    let mut command = Command::new(DHCPD);
    command.args(["-4", "-t"]).args(leases.map(|_| "-T")).arg("-cf").arg(folder.join("conf"));
    let output = command.arg("-lf").arg(folder.join("leases")).output().expect("dhcpd runs");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    Judgement { sound: output.status.success(), log }
}

fn texts(file: &'static str) -> Vec<&'static str> {
    file.split("====\n").filter(|text| !text.trim().is_empty()).collect()
}

#[test]
fn what_dhcpd_starts_with_is_read_and_nothing_else() {
    let mut all: Vec<String> = texts(CONFS).into_iter().map(str::to_owned).collect();
    all.extend(STATEMENTS.lines().map(|line| format!("{line}\n")));
    all.extend(confs::NAMES.map(confs::conf));
    let reports = workers::share(&all, |conf, [_net]| {
        if EXCEPTIONS.iter().any(|(text, _)| conf.trim() == *text) {
            return None;
        }
        let judgement = judge(conf, None);
        match (Conf::parse("conf", conf.as_bytes()), judgement.sound) {
            (Ok(_), true) => None,
            (Ok(_), false) => Some(format!("{conf}\n  we read it, and dhcpd says\n{}", judgement.log)),
            (Err(error), true) => Some(format!("{conf}\n  dhcpd reads it, and we say\n{error}")),
            (Err(error), false) => differing_place(conf, &error.to_string(), &judgement.log),
        }
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), all.len(), failures.join("\n"));
}

/// dhcpd names lines in the form `conf line N:`; ours has to be one of them.
fn differing_place(conf: &str, error: &str, log: &str) -> Option<String> {
    let line = error.strip_prefix("conf:")?.split(':').next()?.to_owned();
    let named: Vec<&str> = log.split("/conf line ").skip(1).filter_map(|rest| rest.split(':').next()).collect();
    let agrees = named.is_empty() || named.contains(&line.as_str()) || named.contains(&"0");
    (!agrees).then(|| format!("{conf}\n  we say\n{error}\n  and dhcpd\n{log}"))
}

#[test]
fn lease_files_lose_the_blocks_that_dhcpd_loses() {
    let reports = workers::share(&texts(LEASES), |leases, [_net]| {
        let judgement = judge(&confs::conf("base"), Some(leases));
        let conf = Conf::parse("base", confs::conf("base").as_bytes()).expect("a sound configuration");
        let mistakes: Vec<String> = Reader::new(leases.as_bytes(), conf.context.clone())
            .filter_map(|entry| match entry {
                Entry::Block(..) => None,
                Entry::HalfWritten(_) => Some("half written".to_owned()),
                Entry::Mistake(error) => Some(error.text),
            })
            .collect();
        let mut complaints = judgement.log.split("/leases line ").skip(1).peekable();
        let unplaced = complaints.peek().is_none() && judgement.log.contains("Corrupt lease file");
        let complains = unplaced
            || complaints.any(|complaint| {
                let first = complaint.lines().next().unwrap_or_default();
                !FORGIVEN.iter().any(|text| first.contains(text))
            });
        (complains == mistakes.is_empty())
            .then(|| format!("{leases}\n  we say {mistakes:?}, and dhcpd\n{}", judgement.log))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn mistakes_are_shown_where_they_are() {
    for (conf, expected) in [
        (
            "default-lease-time 5",
            "conf:1:21: expected a semicolon, found the end\n    default-lease-time 5\n                        ^",
        ),
        (
            "a;\nsubnet 10.0.0.0 {\n}",
            "conf:2:17: expected `netmask`, found `{`\n    subnet 10.0.0.0 {\n                    ^",
        ),
        (
            "host x {\n\thardware ethernet 1:2;\n\tnonsense-here\n}",
            "conf:4:1: expected a semicolon, found `}`\n    }\n    ^",
        ),
        (
            "key k { algorithm hmac-whirlpool; secret abcd; }",
            "conf:1:19: the algorithm `hmac-whirlpool` is unknown; known are hmac-md5, hmac-sha1, hmac-sha224, \
             hmac-sha256, hmac-sha384, hmac-sha512\n    key k { algorithm hmac-whirlpool; secret abcd; }\n                      ^",
        ),
        (
            "option routers 10.0.0.1;\noption routerz 10.0.0.1;",
            "conf:2:8: there is no option `routerz` in the option space `dhcp`\n    option routerz 10.0.0.1;\n           ^",
        ),
    ] {
        let error = Conf::parse("conf", conf.as_bytes()).expect_err(conf);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn nesting_without_end_is_a_mistake_and_no_crash() {
    for conf in [
        "group {".repeat(100_000),
        "if known {".repeat(100_000),
        format!("if {}", "(".repeat(100_000)),
        format!("set x = {}", "fun(".repeat(100_000)),
    ] {
        let error = Conf::parse("conf", conf.as_bytes()).expect_err("too deep");
        assert!(error.to_string().contains("levels deep"), "{:.300}", error.to_string());
    }
}
