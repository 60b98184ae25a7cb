//! What a rehearsal says would change is what dhcpd's lease file says did change, for every recorded
//! case and for random scripts.
//!
//! Lines that choose a server or a port are left out: a rehearsal reaches its own server whatever
//! they say. `OMSH_DIFF_SCRIPTS` and `OMSH_DIFF_SEED` are as in `tests/differential.rs`.

mod busy_scripts;
mod random_scripts;
mod support;

use random_scripts::{Random, Script};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use support::case::Case;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::{End, Run};
use support::scratch::Scratch;
use support::{confs, mask, workers};

/// An object's first line in the lease file, and its last block there.
type Blocks = BTreeMap<String, String>;

#[test]
fn recorded_cases_change_what_was_predicted() {
    let cases: Vec<Case> = Case::all().into_iter().filter(|case| case.arguments.is_empty()).collect();
    compare(&cases);
}

#[test]
fn random_scripts_change_what_was_predicted() {
    let number = |variable: &str| std::env::var(variable).ok().map(|text| text.parse::<u64>().expect("a number"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let seed = number("OMSH_DIFF_SEED").unwrap_or(now.as_millis() as u64);
    let count = number("OMSH_DIFF_SCRIPTS").unwrap_or(500);
    println!("OMSH_DIFF_SEED={seed} OMSH_DIFF_SCRIPTS={count}");
    // Every fifth is odd in its language, and most of those change nothing.
    let case = |index| match index % 5 {
        0 => Script::random(&mut Random::new(seed, index)).to_case(&format!("language/{seed}-{index}")),
        _ => busy_scripts::case(seed, index, false),
    };
    compare(&(0..count).map(case).collect::<Vec<Case>>());
}

fn compare(cases: &[Case]) {
    let (objects, left_out) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let reports = workers::share(cases, |case, [net]| {
        let script = without_servers(&case.script);
        let Some(changed) = changed_by(case, &script, net) else {
            left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        objects.fetch_add(changed.len(), Ordering::Relaxed);
        let predicted = predicted_for(case, &script);
        (changed != predicted).then(|| {
            let keys: BTreeSet<&String> = changed.keys().chain(predicted.keys()).collect();
            let differing = keys.into_iter().filter(|key| changed.get(*key) != predicted.get(*key));
            let shown: Vec<String> = differing
                .map(|key| format!("--- changed\n{:?}\n--- predicted\n{:?}", changed.get(key), predicted.get(key)))
                .collect();
            let script = String::from_utf8_lossy(&script);
            format!("{}: {}\n{script}\n{}", case.name, case.conf, shown.join("\n"))
        })
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), cases.len(), failures.join("\n\n"));
    let (objects, left_out) = (objects.into_inner(), left_out.into_inner());
    println!("{objects} objects changed in {} scripts; {left_out} not comparable", cases.len());
    assert!(left_out <= 2 + cases.len() / 50, "{left_out} of {} are not comparable: too many to tell", cases.len());
    assert!(objects * 8 > cases.len(), "{objects} objects changed in {} scripts: too few to tell", cases.len());
}

fn without_servers(script: &[u8]) -> Vec<u8> {
    let chooses = |line: &[u8]| {
        let word = line.trim_ascii_start();
        let end = word.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte));
        let word = word[..end.unwrap_or(word.len())].to_ascii_lowercase();
        word == b"port" || word == b"server"
    };
    script.split_inclusive(|&byte| byte == b'\n').filter(|line| !chooses(line)).collect::<Vec<_>>().concat()
}

/// What dhcpd has written; nothing where that is not comparable.
fn changed_by(case: &Case, script: &[u8], net: &Net) -> Option<Blocks> {
    let mut dhcpd = Dhcpd::start(net, &confs::conf(&case.conf), &seed(case));
    let outcome = Run::ours().stdin(script).within(net);
    assert!(matches!(outcome.end, End::Exit(_)), "{}: {}", case.name, outcome.end);
    dhcpd.survives().then(|| last_blocks(&String::from_utf8_lossy(&dhcpd.leases_written())))
}

fn predicted_for(case: &Case, script: &[u8]) -> Blocks {
    let folder = Scratch::new();
    std::fs::write(folder.join("dhcpd.conf"), confs::conf(&case.conf)).expect("dhcpd.conf written");
    std::fs::write(folder.join("dhcpd.leases"), seed(case)).expect("dhcpd.leases written");
    let arguments = ["rehearse", "--output", "json", "--conf"].map(std::ffi::OsString::from).into_iter().chain([
        folder.join("dhcpd.conf").into(),
        "--leases".into(),
        folder.join("dhcpd.leases").into(),
        "-".into(),
    ]);
    let outcome = Run::ours().named("omsh").arguments(arguments).stdin(script).alone();
    let document: serde_json::Value = serde_json::from_slice(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {}", case.name, String::from_utf8_lossy(&outcome.stdout)));
    let refused = document["refusals"].as_array().expect("a list").len();
    assert_eq!(outcome.end, End::Exit(i32::from(refused > 0)), "{}", case.name);
    let changes = document["changes"].as_array().expect("a list");
    let blocks = changes.iter().map(|change| change["declaration"].as_str().expect("text"));
    last_blocks(&blocks.collect::<String>())
}

fn seed(case: &Case) -> Vec<u8> {
    case.seed.as_deref().map(confs::leases).unwrap_or_default()
}

/// The last block of each object. Generated names differ, and so the objects that have one are told
/// apart by their order.
fn last_blocks(leases: &str) -> Blocks {
    let mut blocks = Blocks::new();
    let mut generated: Vec<String> = Vec::new();
    for block in leases.split_inclusive("\n}\n") {
        let block = block.trim();
        if block.is_empty() {
            continue;
        }
        let first = block.lines().next().expect("a line").to_owned();
        let masked = |text: &str| String::from_utf8_lossy(&mask::generated_names(text.as_bytes())).into_owned();
        let name = match masked(&first) == first {
            true => first,
            false => {
                let number = generated.iter().position(|other| *other == first).unwrap_or_else(|| {
                    generated.push(first.clone());
                    generated.len() - 1
                });
                format!("{} ({number})", masked(&first))
            }
        };
        let block = masked(&String::from_utf8_lossy(&mask::times(block.as_bytes())));
        blocks.insert(name, block);
    }
    blocks
}
