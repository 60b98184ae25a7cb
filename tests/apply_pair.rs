//! A file that is applied to two servers of a profile: what stands on both afterwards, what is told of each, and what is
//! taken back where one of them does not take it, is away, or dies on the way.

mod bulk;
mod pair;
mod support;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use bulk::{Host, State, mac};
use pair::Pair;
use pair::confs::{partner, single};
use pair::proxy::{Fault, Mishap, When};
use serde_json::Value;
use support::net::Net;
use support::run::{End, Outcome};
use support::workers;

const SERVERS: [&str; 2] = ["127.0.0.1 port 7911", "127.0.0.1 port 7912"];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn host(number: u32) -> Host {
    Host::new(mac(number), Ipv4Addr::new(10, 1, 1, 100 + number as u8))
}

/// What both have at first: hosts with a group, and some without.
fn before() -> State {
    let mut state = State::default();
    state.groups.insert("green".to_owned(), "supersede server.filename = \"green\";".to_owned());
    for number in 1..=12 {
        let mut host = host(number);
        if number % 3 == 0 {
            host.group = Some("green".to_owned());
        }
        state.hosts.insert(format!("h{number:02}"), host);
    }
    state
}

/// What both are to have: others, and some that have exchanged what they have; a group with other statements.
fn after() -> State {
    let mut state = before();
    let was = before();
    let mut set = |name: &str, change: &dyn Fn(&mut Host)| change(state.hosts.get_mut(name).expect("it is there"));
    set("h01", &|host| host.mac = was.hosts["h02"].mac);
    set("h02", &|host| host.mac = was.hosts["h01"].mac);
    set("h04", &|host| host.addresses.clone_from(&was.hosts["h05"].addresses));
    set("h05", &|host| host.addresses.clone_from(&was.hosts["h04"].addresses));
    set("h07", &|host| host.statements = "supersede host-name = \"seven\";".to_owned());
    set("h08", &|host| host.addresses.clear());
    set("h11", &|host| host.mac = Some(mac(111)));
    state.hosts.remove("h10");
    for number in 13..=18 {
        state.hosts.insert(format!("h{number:02}"), host(number));
    }
    state.groups.insert("green".to_owned(), "supersede server.filename = \"greener\";".to_owned());
    state
}

/// The lease file of a state, as a test needs it at the beginning.
fn leases(state: &State) -> String {
    let groups = state.groups.iter().map(|(name, own)| format!("group {name} {{\n  dynamic;\n  {own}\n}}\n"));
    let hosts = state.hosts.iter().map(|(name, host)| {
        let mac = host.mac.map(|mac| format!("  hardware ethernet {};\n", bulk::colons(&mac))).unwrap_or_default();
        let addresses: Vec<String> = host.addresses.iter().map(Ipv4Addr::to_string).collect();
        let group = host.group.as_ref().map(|group| format!("  group \"{group}\";\n")).unwrap_or_default();
        format!("host {name} {{\n  dynamic;\n{mac}  fixed-address {};\n{group}}}\n", addresses.join(", "))
    });
    groups.chain(hosts).collect()
}

/// A pair that has [`before`], with the file that wants [`after`].
fn start(net: &Net, confs: [String; 2]) -> Pair {
    let pair = Pair::start(net, &confs, leases(&before()).as_bytes(), None);
    std::fs::write(pair.path("wanted.jsonl"), after().json_lines(&before())).expect("a file of our own");
    pair
}

fn line(pair: &Pair) -> String {
    format!("apply {} --yes --output jsonl", pair.path("wanted.jsonl").display())
}

/// What both have, in their lease files as they are and, after a restart, as they write them.
fn states(pair: &mut Pair, restart: bool) -> [State; 2] {
    for dhcpd in &mut pair.dhcpds {
        assert!(dhcpd.survives() || restart, "{}", dhcpd.log());
        if restart {
            dhcpd.restart();
        }
    }
    [0, 1].map(|server| State::of_leases(&pair.dhcpds[server].leases()))
}

/// What was told of an object of a server: its result, and why.
type Told = BTreeMap<(usize, String, String), (String, String)>;

/// The rows of a run, each object of a server once.
fn told(pair: &Pair, outcome: &Outcome) -> Told {
    let ports = [pair::PORTS, pair.proxies.ports];
    let mut told = Told::new();
    for row in text(&outcome.stdout).lines() {
        let row: Value = serde_json::from_str(row).unwrap_or_else(|error| panic!("{error}: {row}"));
        let value = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let port: u16 = value("server").rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        let server = ports.iter().find_map(|both| both.iter().position(|own| *own == port)).expect("one of both");
        let before = told.insert((server, value("kind"), value("name")), (value("result"), value("reason")));
        assert!(before.is_none(), "{row} is there twice");
    }
    told
}

fn is_as_in(state: &State, other: &State, kind: &str, name: &str) -> bool {
    match kind {
        "group" => state.groups.get(name) == other.groups.get(name),
        _ => state.hosts.get(name) == other.hosts.get(name),
    }
}

/// Everything in which what was told is not so.
fn lies(told: &Told, states: &[State; 2]) -> Vec<String> {
    let mut lies = Vec::new();
    for ((server, kind, name), (result, why)) in told {
        let is_done = is_as_in(&states[*server], &after(), kind, name);
        let is_as_before = is_as_in(&states[*server], &before(), kind, name);
        let is_so = match result.as_str() {
            "added" | "changed" | "removed" => is_done,
            "not-done" => is_as_before,
            "refused" => {
                is_as_before
                    || ["it stands on", "could not be made again", "half done"].iter().any(|words| why.contains(words))
            }
            "in-doubt" | "half-done" => true,
            _ => false,
        };
        if !is_so {
            lies.push(format!("{kind} {name} of {}: {result} {why}", SERVERS[*server]));
        }
    }
    lies
}

/// What is not as it was, and not in an undo file.
fn not_taken_back(state: &State, undo: &str) -> Vec<String> {
    let rows = undo.lines().map(|line| serde_json::from_str::<Value>(line).expect("a whole line"));
    let known: Vec<String> = rows.filter_map(|row| row["name"].as_str().map(str::to_owned)).collect();
    let was = before();
    let hosts = state.hosts.keys().chain(was.hosts.keys()).map(|name| ("host", name));
    let groups = state.groups.keys().chain(was.groups.keys()).map(|name| ("group", name));
    let changed = hosts.chain(groups).filter(|(kind, name)| !is_as_in(state, &was, kind, name));
    let missing = changed.filter(|(_, name)| !known.contains(name) && !name.ends_with("_omsh_stand_in"));
    missing.map(|(kind, name)| format!("the {kind} {name} is changed, and not in the undo file")).collect()
}

/// Hosts that have the address of another one: none has at first, and none is to have.
fn shared_addresses(state: &State) -> Vec<String> {
    let mut owners: BTreeMap<Ipv4Addr, Vec<&String>> = BTreeMap::new();
    for (name, host) in &state.hosts {
        host.addresses.iter().for_each(|address| owners.entry(*address).or_default().push(name));
    }
    let shared = owners.iter().filter(|(_, names)| names.len() > 1);
    shared.map(|(address, names)| format!("{address} has several hosts: {names:?}")).collect()
}

#[test]
fn both_have_what_is_wanted_and_all_of_it_is_told_once_for_each() {
    for confs in [[single(0), single(1)], [partner(0), partner(1)]] {
        let mut pair = start(&Net::new(), confs);
        let undo = format!("{} --undo {}", line(&pair), pair.path("undo.jsonl").display());
        let outcome = pair.omsh(&undo);
        assert_eq!(outcome.end, End::Exit(0), "{}", text(&outcome.stderr));
        let told = told(&pair, &outcome);
        let names = |wanted: &str| -> Vec<(usize, String)> {
            let of = told.iter().filter(|(_, (result, _))| result == wanted);
            of.map(|((server, _, name), _)| (*server, name.clone())).collect()
        };
        let on_both = |names: &[&str]| -> Vec<(usize, String)> {
            [0, 1].into_iter().flat_map(|server| names.iter().map(move |name| (server, (*name).to_owned()))).collect()
        };
        assert_eq!(names("added"), on_both(&["h13", "h14", "h15", "h16", "h17", "h18"]));
        assert_eq!(names("changed"), on_both(&["green", "h01", "h02", "h04", "h05", "h07", "h08", "h11"]));
        assert_eq!(names("removed"), on_both(&["h10"]));
        assert_eq!(told.len(), 30);
        assert_eq!(states(&mut pair, true), [after(), after()]);
        let outcome = pair.omsh(&line(&pair));
        assert_eq!((outcome.end, outcome.stdout.len()), (End::Exit(0), 0), "{}", text(&outcome.stdout));
        let outcome = pair.omsh(&format!("apply {} --yes", pair.path("undo.jsonl").display()));
        assert_eq!(outcome.end, End::Exit(0), "{}", text(&outcome.stderr));
        assert_eq!(states(&mut pair, true), [before(), before()]);
    }
}

#[test]
fn what_one_of_both_cannot_have_is_told_with_its_name_before_anything_is_changed() {
    let mut pair = start(&Net::new(), [single(0), single(1)]);
    let taken = pair.omsh("host add taken --mac 02:00:00:00:00:0d --server 127.0.0.1 --port 7912");
    assert_eq!(taken.end, End::Exit(0), "{}", text(&taken.stderr));
    let before = states(&mut pair, false);
    let outcome = pair.omsh(&line(&pair));
    let said = text(&outcome.stderr);
    assert_eq!((outcome.end, said.lines().count()), (End::Exit(2), 2), "{said}");
    assert!(said.contains("the hardware address 02:00:00:00:00:0d belongs to the host taken already"), "{said}");
    assert!(said.contains(SERVERS[1]) && !said.contains(SERVERS[0]), "whose host it is has to be told: {said}");
    // What is wrong on both is told once.
    let text_of_all = "name,mac,addresses\nx,02:00:00:00:00:01,10.9.0.1\n";
    std::fs::write(pair.path("wrong.csv"), text_of_all).expect("a file of our own");
    let outcome = pair.omsh(&format!("apply {} --yes", pair.path("wrong.csv").display()));
    let said = text(&outcome.stderr);
    assert_eq!((outcome.end, said.lines().count()), (End::Exit(2), 3), "{said}");
    assert_eq!(states(&mut pair, true), before);
}

#[test]
fn where_both_are_compared_it_is_told_which_one_differs() {
    let pair = start(&Net::new(), [single(0), single(1)]);
    let wanted = pair.path("wanted.csv").display().to_string();
    std::fs::write(pair.path("wanted.csv"), "name,mac\nweb,02:00:00:00:0a:01\n").expect("a file of our own");
    let added = pair.omsh(&format!("apply {wanted} --yes --peer first"));
    assert_eq!(added.end, End::Exit(0), "{}", text(&added.stderr));
    for sides in [format!("{wanted} server"), format!("server {wanted}"), format!("{wanted} files")] {
        let outcome = pair.omsh(&format!("diff {sides} --output jsonl"));
        let of_web = text(&outcome.stdout).lines().filter(|line| line.contains("\"web\"")).collect::<String>();
        assert_eq!(outcome.end, End::Exit(1), "{sides}: {}", text(&outcome.stderr));
        assert!(of_web.contains(SERVERS[1]) && !of_web.contains(SERVERS[0]), "{sides}: {of_web}");
    }
    for (peer, status) in [("first", 0), ("second", 1), ("both", 1)] {
        let outcome = pair.omsh(&format!("diff {wanted} server --peer {peer}"));
        assert_eq!(outcome.end, End::Exit(status), "{peer}: {}", text(&outcome.stdout));
        let said = text(&outcome.stdout);
        let is_named = said.contains("removed host web on 127.0.0.1 port 7912: mac 02:00:00:00:0a:01");
        assert_eq!(is_named, peer == "both", "{peer}: {said}");
    }
}

#[test]
fn nothing_is_changed_where_one_of_both_is_away() {
    for away in [0, 1] {
        let mut pair = start(&Net::new(), [single(0), single(1)]);
        pair.dhcpds[away].kill();
        let outcome = pair.omsh(&line(&pair));
        let said = text(&outcome.stderr);
        assert_eq!(outcome.end, End::Exit(3), "{said}");
        assert!(said.contains(SERVERS[away]), "{said}");
        assert_eq!(states(&mut pair, true), [before(), before()]);
    }
}

/// Applies through the proxies while that happens, and finds everything that is wrong with it.
fn try_with(net: &Net, fault: Fault) -> Vec<String> {
    let mut pair = start(net, [single(0), single(1)]);
    pair.proxies.expect(&[fault]);
    let words = format!("{} --undo {}", line(&pair), pair.path("undo.jsonl").display());
    let run = pair.run(&words).environment("OMSH_PROFILE", "proxies").environment("OMSH_TIMEOUT", "1");
    let outcome = run.limit(Duration::from_secs(60)).alone();
    let said = text(&outcome.stderr);
    let told = told(&pair, &outcome);
    if !pair.proxies.all_happened() {
        return match outcome.end {
            End::Exit(0) => Vec::new(),
            _ => vec![format!("nothing happened to it, and it failed: {said}")],
        };
    }
    // Whatever was on its way when a connection was cut has arrived by the time that dhcpd starts again.
    let found = states(&mut pair, true);
    let mut wrong = lies(&told, &found);
    wrong.extend(found.iter().flat_map(shared_addresses));
    let undo = std::fs::read_to_string(pair.path("undo.jsonl")).expect("a file of our own");
    wrong.extend(found.iter().flat_map(|state| not_taken_back(state, &undo)));
    let is_whole = |result: &str| matches!(result, "added" | "changed" | "removed");
    let all_done = told.values().all(|(result, _)| is_whole(result));
    match outcome.end {
        End::Exit(0) if all_done && found == [after(), after()] => {}
        End::Exit(1) if !all_done => {}
        End::Exit(3) if fault.what != Mishap::Refuse => {}
        end => wrong.push(format!("exit status {end}, and all done: {all_done}")),
    }
    if told.len() != 30 {
        wrong.push(format!("{} rows", told.len()));
    }
    if fault.what == Mishap::Refuse {
        let refused = told.values().filter(|(result, _)| result == "refused").count();
        if refused < 2 || !refused.is_multiple_of(2) {
            wrong.push(format!("{refused} are told as refused"));
        }
        let alone = told.get(&(fault.server, "host".to_owned(), "h11".to_owned()));
        if let Some((_, why)) = alone.filter(|(result, why)| result == "refused" && why.contains("make anew"))
            && (!why.contains("it is as it was") || !is_as_in(&found[fault.server], &before(), "host", "h11"))
        {
            wrong.push(format!("h11 is not put back: {why}"));
        }
        let difference = found[0].difference(&found[1]);
        let is_told = |words: &[&str]| told.values().any(|(_, why)| words.iter().any(|word| why.contains(word)));
        if !difference.is_empty() && !is_told(&["it stands on", "half done"]) {
            wrong.push(format!("the two are not alike: {difference}"));
        }
    }
    // Once more without harm it is what is wanted.
    let again = pair.omsh(&line(&pair));
    if again.end != End::Exit(0) {
        wrong.push(format!("again: {}", text(&again.stderr)));
    }
    let finally = states(&mut pair, true);
    for (server, state) in finally.iter().enumerate() {
        let difference = after().difference(state);
        if !difference.is_empty() {
            wrong.push(format!("again on {server}: {difference}"));
        }
    }
    if wrong.is_empty() { wrong } else { vec![format!("{fault:?}:\n{}\nit said:\n{said}", wrong.join("\n"))] }
}

#[track_caller]
fn try_all(what: Mishap, then_dead: bool, writes: impl Iterator<Item = u32>) {
    let faults: Vec<Fault> = writes
        .flat_map(|number| [0, 1].map(|server| Fault { server, when: When::Write(number), what, then_dead }))
        .collect();
    let wrong: Vec<String> =
        workers::share(&faults, |fault, [net]| try_with(net, *fault)).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n\n{}", wrong.len(), faults.len(), wrong.join("\n\n"));
}

#[test]
fn what_one_of_both_refuses_is_taken_back_on_the_other() {
    try_all(Mishap::Refuse, false, 1..=36);
}

#[test]
fn a_connection_that_is_cut_once_is_made_again() {
    try_all(Mishap::Cut, false, (1..=36).step_by(3));
    try_all(Mishap::CutAfter, false, (2..=36).step_by(3));
}

#[test]
fn what_is_told_is_so_where_one_of_both_dies_on_the_way() {
    try_all(Mishap::Cut, true, (1..=36).step_by(4));
    try_all(Mishap::CutAfter, true, (3..=36).step_by(4));
}
