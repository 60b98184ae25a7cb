//! Lease files as dhcpd itself understands them: it is started on one, writes it anew, and what is in
//! effect then is what we say is in effect before.

mod support;

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Lease, Source, State, Table};
use support::dhcpd::Dhcpd;
use support::workers;

const CONF: &str = "authoritative;\nsubnet 10.1.1.0 netmask 255.255.255.0 {\n  range 10.1.1.10 10.1.1.250;\n}\n";

/// Lease files that are tried.
const FILES: u64 = 40;

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
