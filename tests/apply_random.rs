//! Random states of a server become other ones, while the program is killed or its connection is cut after any number of
//! bytes; what it has left is gone on with by the same command, and all of it is taken back by the undo file. A real dhcpd
//! says what it has, to the real omshell and in the lease file that it writes when it starts again.
//!
//! - `OMSH_BROWSE_FILES=N`: how many states (60).
//! - `OMSH_DIFF_SEED=N`: those of that seed again; each run prints its seed.

mod bulk;
#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use bulk::faults::{Fault, KILLED, Mishap, Side};
use bulk::site::{CONF, Site};
use bulk::{Host, State, mac};
use random::Random;
use support::net::Net;
use support::run::{End, Outcome};
use support::workers;

/// Names that differ in case only are different ones.
fn name(random: &mut Random) -> String {
    let word = random.of(&["host", "Host", "HOST"]);
    format!("{word}{}", random.below(20))
}

/// As dhcpd writes them.
const STATEMENTS: [&str; 5] = [
    "",
    "",
    "supersede host-name = \"one\";",
    "supersede server.filename = \"two\"; supersede routers = 0a:01:00:fe;",
    "if option dhcp-message-type = 01 { supersede host-name = \"three\"; }",
];

/// The bytes by which both sides say which version they speak.
const GREETING: usize = 8;

const GROUPS: [&str; 4] = ["blue", "green", "red", "host1"];

fn any_state(random: &mut Random) -> State {
    let mut state = State::default();
    for group in GROUPS {
        if !random.one_in(3) {
            let statements = format!("supersede server.filename = \"{group}.{}\";", random.below(3));
            state.groups.insert(group.to_owned(), statements);
        }
    }
    let groups: Vec<String> = state.groups.keys().cloned().collect();
    let (mut macs, mut client_ids, mut addresses) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..random.below(51) {
        let number = random.below(40) as u32;
        let client_id = random.below(30);
        let mut host = Host {
            mac: (!random.one_in(5) && macs.insert(number)).then(|| mac(number)),
            client_id: (random.one_in(2) && client_ids.insert(client_id)).then(|| vec![0, client_id as u8, b'x']),
            statements: random.of(&STATEMENTS).to_owned(),
            ..Host::default()
        };
        for _ in 0..random.of(&[0, 1, 1, 1, 2]) {
            let last = random.below(60) as u8 + 1;
            if addresses.insert(last) {
                host.addresses.push(Ipv4Addr::new(10, 1, 1, last));
            }
        }
        if !groups.is_empty() && random.one_in(3) {
            host.group = Some(groups[random.below(groups.len())].clone());
        }
        if host.mac.is_some() || host.client_id.is_some() {
            state.hosts.entry(name(random)).or_insert(host);
        }
    }
    state
}

/// The next state: other hosts, those of before, and those of before with what others had.
fn next_state(before: &State, random: &mut Random) -> State {
    let mut state = any_state(random);
    if random.one_in(2) {
        return state;
    }
    // What hosts have goes round among them; their groups and statements stay.
    state.groups.clone_from(&before.groups);
    let names: Vec<&String> = before.hosts.keys().collect();
    let step = random.below(3) + 1;
    state.hosts.clear();
    for (place, name) in names.iter().enumerate() {
        let mut host = before.hosts[*name].clone();
        let giver = &before.hosts[names[(place + step) % names.len()]];
        host.mac = giver.mac;
        host.client_id.clone_from(&giver.client_id);
        host.addresses.clone_from(&giver.addresses);
        state.hosts.insert((*name).clone(), host);
    }
    state
}

/// Adds hosts to both that no file mentions, although their groups may be changed.
fn add_bystanders(before: &mut State, after: &mut State, random: &mut Random) {
    let groups: Vec<String> = before.groups.keys().filter(|name| after.groups.contains_key(*name)).cloned().collect();
    for number in 0..3 {
        let host = Host {
            mac: Some(mac(1000 + number)),
            group: (!groups.is_empty()).then(|| groups[random.below(groups.len())].clone()),
            statements: random.of(&STATEMENTS).to_owned(),
            ..Host::default()
        };
        before.hosts.insert(format!("bystander{number}"), host.clone());
        after.hosts.insert(format!("bystander{number}"), host);
    }
}

fn any_mishap(random: &mut Random, size: usize) -> Mishap {
    Mishap {
        fault: random.of(&[Fault::Killed, Fault::Killed, Fault::Cut]),
        side: random.of(&[Side::Requests, Side::Answers]),
        bytes: random.below(size) + 1,
    }
}

/// Applies a file until that is done, at first with a mishap; how often it took.
fn apply_in_spite_of_all(site: &Site, mishap: Mishap, words: &[String], what: &str) -> usize {
    let shown = |outcome: &Outcome| {
        format!("{} {}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr))
    };
    let first = site.apply_with(mishap, words);
    match first.end {
        End::Exit(0) => return 1,
        End::Exit(KILLED) if mishap.fault == Fault::Killed => {}
        // There is no connection to begin with.
        End::Exit(3) if mishap.fault == Fault::Cut && mishap.bytes <= GREETING => {}
        _ => panic!("{what}, {mishap:?}: {:?}, {}", first.end, shown(&first)),
    }
    let own = ["apply".to_owned()].into_iter().chain(words.iter().cloned()).chain(["--yes".to_owned()]);
    let second = site.run(own).within(&site.net);
    assert_eq!(second.end, End::Exit(0), "{what}, {mishap:?}, again: {}", shown(&second));
    2
}

/// From one state to another and back; how many runs were stopped on the way.
fn there_and_back(seed: u64, index: u64, net: &Net) -> usize {
    let mut random = Random::new(seed, index);
    let mut before = any_state(&mut random);
    let mut after = next_state(&before, &mut random);
    let wanted = after.json_lines(&before);
    add_bystanders(&mut before, &mut after, &mut random);
    let mut site = Site::start(net, CONF, b"");
    let what = format!("state {index} of seed {seed}");
    site.put("before.jsonl", before.json_lines(&State::default()));
    site.applied("before.jsonl", &["--quiet"]);
    site.assert_has(&before, &format!("{what}, at first"));

    let wanted = site.put("after.jsonl", wanted).display().to_string();
    let undo = site.path("undo.jsonl").display().to_string();
    let size = 300 + 300 * (before.hosts.len() + after.hosts.len());
    let words = [wanted, "--undo".to_owned(), undo.clone()];
    let mut runs = apply_in_spite_of_all(&site, any_mishap(&mut random, size), &words, &what);
    if random.one_in(2) {
        site.assert_finds(&after, &before, &what);
    }
    site.assert_has(&after, &what);
    site.assert_finds(&after, &before, &format!("{what}, after a restart"));

    if std::path::Path::new(&undo).exists() {
        let what = format!("{what}, taken back");
        runs += apply_in_spite_of_all(&site, any_mishap(&mut random, size), &[undo], &what);
        site.assert_has(&before, &what);
        site.assert_finds(&before, &after, &what);
    }
    runs - 2
}

#[test]
fn any_state_becomes_any_other_one_and_back_whatever_happens_on_the_way() {
    let number = |name: &str, otherwise: u64| {
        let said = std::env::var(name).ok().and_then(|text| text.parse().ok());
        said.unwrap_or(otherwise)
    };
    let seed = number("OMSH_DIFF_SEED", 20_261_125);
    println!("OMSH_DIFF_SEED={seed}");
    let indices: Vec<u64> = (0..number("OMSH_BROWSE_FILES", 60)).collect();
    let stopped: usize = workers::share(&indices, |index, [net]| there_and_back(seed, *index, net)).into_iter().sum();
    println!("{stopped} runs were stopped on the way");
    assert!(stopped * 4 > indices.len(), "hardly any run was stopped on the way: {stopped}");
}
