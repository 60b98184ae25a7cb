//! Lease files as dhcpd itself understands them: it is started on one, writes it anew, and what is in
//! effect then is what we say is in effect before.

mod support;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Block, Entry, Flaw, Follower, Lease, News, Reader, Source, State, Table};
use support::dhcpd::Dhcpd;
use support::scratch::Scratch;
use support::{DHCPD, workers};

const CONF: &str = "authoritative;\nsubnet 10.1.1.0 netmask 255.255.255.0 {\n  range 10.1.1.10 10.1.1.250;\n}\n";

/// Lease files that are tried.
const FILES: u64 = 40;

// Fuzzing needs more of it.
#[allow(dead_code)]
#[path = "../fuzz/targets/prng.rs"]
mod prng;

use prng::Prng;

fn pick<'a>(prng: &mut Prng, choices: &[&'a str]) -> &'a str {
    choices[prng.below(choices.len())]
}

/// A file of leases of one pool, each of them declared up to three times.
fn lease_file(seed: u64, now: i64) -> String {
    let mut prng = Prng::from_bytes(&seed.to_be_bytes());
    let mut text = String::new();
    let near = |prng: &mut Prng| match prng.below(3) {
        0 => now - 1000 - prng.below(100_000) as i64,
        _ => now + 1000 + prng.below(100_000) as i64,
    };
    for number in 0..300 {
        let address = 10 + prng.below(240);
        write!(text, "lease 10.1.1.{address} {{\n  starts epoch {};\n", now - 200_000).expect("a string takes all");
        let ends = match prng.below(8) {
            0 => "never".to_owned(),
            1 => String::new(),
            _ => format!("epoch {}", near(&mut prng)),
        };
        if !ends.is_empty() {
            writeln!(text, "  ends {ends};").expect("a string takes all");
        }
        let state =
            pick(&mut prng, &["active", "active", "active", "free", "expired", "released", "abandoned", "reset", ""]);
        if !state.is_empty() {
            writeln!(text, "  binding state {state};").expect("a string takes all");
            if prng.below(4) != 0 {
                text.push_str("  next binding state free;\n");
            }
        }
        writeln!(text, "  hardware ethernet 02:00:00:00:{:02x}:{:02x};", number >> 8, number & 255)
            .expect("a string takes all");
        match prng.below(3) {
            0 => writeln!(text, "  uid 1:2:{:x}:{:x};", number & 255, prng.below(256)).expect("a string takes all"),
            1 => writeln!(text, "  uid \"\\001}}\\\"\\{:03o}{number}\";", prng.below(256)).expect("a string takes all"),
            _ => {}
        }
        text.push_str(pick(
            &mut prng,
            &[
                "",
                "  client-hostname \"a\\\"}b\";\n",
                "  client-hostname \"lap}top\";\n",
                "  client-hostname \"x\\033[31m\";\n",
                "  set x = \"y\\001;\";\n",
                "  set x = %5;\n",
            ],
        ));
        text.push_str("}\n");
    }
    text
}

fn read(text: Vec<u8>) -> (Source, Table) {
    let source = Source::from_bytes("leases", text);
    let table = Table::read(&source, &Context::default(), 2, &|_| {}).expect("it is in memory");
    (source, table)
}

#[test]
fn what_dhcpd_writes_anew_is_what_was_in_effect_before() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() as i64;
    let seeds: Vec<u64> = (0..FILES).collect();
    let reports = workers::share(&seeds, |seed, [net]| {
        let text = lease_file(*seed, now);
        let dhcpd = Dhcpd::start(net, CONF, text.as_bytes());
        let (source, before) = read(text.into_bytes());
        let (source_after, after) = read(dhcpd.leases());
        assert_eq!((before.damage().count, after.damage().count), (0, 0));
        let mut differences = Vec::new();
        for summary in before.iter() {
            let ours = before.lease(&source, &summary).expect("it is in memory");
            let Some(theirs) = after.get(summary.address) else {
                differences.push(format!("{seed}: {} is gone: {ours:?}", summary.address));
                continue;
            };
            let state = (summary.state_at(now), theirs.state_at(now));
            let theirs = after.lease(&source_after, &theirs).expect("it is in memory");
            if state.0 != state.1 || (state.0 == State::Active && rest(&ours) != rest(&theirs)) {
                differences.push(format!("{seed}: {state:?}\n  {ours:?}\n  {theirs:?}"));
            }
        }
        differences
    });
    let differences: Vec<String> = reports.into_iter().flatten().collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
}

/// What is to stay the same of an active lease. dhcpd does not write a hostname that has a quote in it, or
/// anything that does not print.
fn rest(lease: &Lease) -> impl PartialEq + use<'_> {
    let prints = |name: &&[u8]| name.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'"');
    let hostname = lease.client_hostname.as_deref().filter(prints);
    (&lease.hardware, lease.client_identifier.as_deref(), hostname, &lease.bindings)
}

/// Where a running dhcpd has its leases.
fn lease_path(dhcpd: &Dhcpd) -> PathBuf {
    let arguments = std::fs::read(format!("/proc/{}/cmdline", dhcpd.id())).expect("it runs");
    let mut arguments = arguments.split(|byte| *byte == 0).skip_while(|argument| *argument != b"-lf");
    let path = arguments.nth(1).expect("it was told");
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

#[test]
fn a_follower_notices_that_dhcpd_writes_its_file_anew() {
    let reports = workers::share(&[()], |(), [net]| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() as i64;
        let mut dhcpd = Dhcpd::start(net, CONF, lease_file(1, now).as_bytes());
        let path = lease_path(&dhcpd);
        let source = Source::open(&path).expect("dhcpd's file");
        let table = Table::read(&source, &Context::default(), 2, &|_| {}).expect("dhcpd's file");
        let addresses = table.len();
        let mut follower = Follower::after(&path, Context::default(), source, &table);
        let mut poll = || {
            let mut news = Vec::new();
            follower.poll(&mut |one| news.push(one)).expect("dhcpd's file");
            news
        };
        assert_eq!(poll(), []);
        dhcpd.restart();
        let news = poll();
        assert_eq!(news.first(), Some(&News::Rewritten));
        let is_lease = |one: &&News| matches!(one, News::Block(placed) if matches!(placed.what, Block::Lease(_)));
        assert_eq!(news.iter().filter(is_lease).count(), addresses);
        assert_eq!(poll(), []);
    });
    assert_eq!(reports.len(), 1);
}

const CONF_6: &str =
    "subnet6 2001:db8::/32 {\n  range6 2001:db8::1 2001:db8::ff;\n  prefix6 2001:db8:300:: 2001:db8:3ff:: /56;\n}\n";

/// Lease files of DHCPv6, sound and not.
const LEASES_6: &[&str] = &[
    r#"ia-na "\001\000\000\000abcd" { cltt 1 2026/1/1 1:1:1; iaaddr 2001:db8::1 { binding state active; ends never; } }"#,
    r#"IA-NA "\001\000\000\000abcd" { CLTT 1 2026/1/1 1:1:1; IAADDR 2001:DB8::1 { BINDING STATE ACTIVE; ENDS NEVER; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8::1 { ends never; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8::1 { binding state active; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8::1 { binding state odd; ends never; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8::1 { binding state released; ends epoch 5; set a = "b"; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8:::1 { binding state active; ends never; } }"#,
    r#"ia-na "\001\000\000\000abcd" { iaaddr 2001:db8::1 { binding state active ends never; } }"#,
    r#"ia-na "\001\000\000\000abcd" { }"#,
    r#"ia-na "abc" { }"#,
    r#"ia-na "abcd" { }"#,
    r#"ia-na "abcde" { }"#,
    r#"ia-na "abcdef" { }"#,
    r#"ia-na "abcdefg" { }"#,
    r#"ia-na { }"#,
    r#"ia-na 1:0:0:0:a:b:c { }"#,
    r#"ia-na 01:00:00:00:0a:0b:0c { iaaddr 2001:db8::2 { binding state active; preferred-life 5; max-life 6; ends never; } }"#,
    r#"ia-ta "\001\000\000\000abcd" { iaaddr 2001:db8::3 { binding state expired; ends never; } }"#,
    r#"ia-pd "\001\000\000\000abcd" { iaprefix 2001:db8:300::/56 { binding state active; ends never; } }"#,
    r#"ia-pd "\001\000\000\000abcd" { iaprefix 2001:db8:300:: / 56 { binding state active; ends never; } }"#,
    r#"ia-pd "\001\000\000\000abcd" { iaprefix 2001:db8:300:: { binding state active; ends never; } }"#,
    r#"authoring-byte-order little-endian; server-duid "\000\001\000\001,\260a\012RT\000\000\000\001";"#,
    r#"authoring-byte-order middle-endian;"#,
    r#"server-duid ll 1 2;"#,
];

/// What dhcpd complains of that is no mistake of a file: it has no such pool.
const FORGIVEN_6: &[&str] = &["No pool found", "byte order"];

#[test]
fn lease_files_of_dhcpv6_have_the_mistakes_that_dhcpd_finds() {
    let reports = workers::share(LEASES_6, |text, [_net]| {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), CONF_6).expect("a file of our own");
        std::fs::write(folder.join("leases"), text).expect("a file of our own");
        let mut command = Command::new(DHCPD);
        command.args(["-6", "-t", "-T", "-cf"]).arg(folder.join("conf")).arg("-lf").arg(folder.join("leases"));
        let output = command.output().expect("dhcpd runs");
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let complains = log.split("/leases line ").skip(1).any(|complaint| {
            !FORGIVEN_6.iter().any(|text| complaint.lines().next().unwrap_or_default().contains(text))
        });
        let mistakes: Vec<String> = Reader::new(text.as_bytes(), Context::default())
            .filter_map(|entry| match entry {
                Entry::Block(..) => None,
                Entry::HalfWritten(_) => Some("half written".to_owned()),
                Entry::Mistake(error) | Entry::Flaw(Flaw { error, .. }) => Some(error.text),
            })
            .collect();
        (complains == mistakes.is_empty()).then(|| format!("{text}\n  we say {mistakes:?}, and dhcpd\n{log}"))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}
