//! dhcpd.leases as dhcpd itself judges it, and mistakes in dhcpd.conf as they are shown. What dhcpd takes for
//! a sound dhcpd.conf is the subject of `dhcpd_confs.rs`.

mod support;

use omsh::dhcpd::conf::Conf;
use omsh::dhcpd::leases::{Entry, Flaw, Reader};
use support::judge::{judge, texts};
use support::{confs, workers};

/// Lease files for the configuration `base`, between lines of `====`.
const LEASES: &str = include_str!("judged/leases.txt");
/// Complaints of dhcpd about lease files after which we keep what there is to keep.
const FORGIVEN: &[&str] = &[
    "unknown group",
    "unknown failover peer",
    // dhcpd's own blocks of groups bring this about.
    "expecting a parameter or declaration",
];

#[test]
fn lease_files_lose_the_blocks_that_dhcpd_loses() {
    let reports = workers::share(&texts(LEASES), |leases, [_net]| {
        let judgement = judge("-4", &confs::conf("base"), Some(leases));
        let conf = Conf::parse("base", confs::conf("base").as_bytes()).expect("a sound configuration");
        let mistakes: Vec<String> = Reader::new(leases.as_bytes(), conf.context.clone())
            .filter_map(|entry| match entry {
                Entry::Block(..) => None,
                Entry::HalfWritten(_) => Some("half written".to_owned()),
                Entry::Mistake(error) | Entry::Flaw(Flaw { error, .. }) => Some(error.text),
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
             hmac-sha256, hmac-sha384, hmac-sha512",
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
