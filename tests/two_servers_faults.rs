//! Changes to two servers reach both or neither, whatever goes wrong between omsh and either of them; and what
//! stands on one side only is told, with the commands that take it back, which do.

mod pair;
mod support;

use pair::proxy::{Fault, Mishap, When};
use pair::wire::Witness;
use pair::{PORTS, Pair};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use support::net::Net;
use support::run::{End, Outcome};

/// One of two servers beside each other, the first with 0.
fn conf(server: usize) -> String {
    let (omapi, dhcp) = (PORTS[server], [67, 1067][server]);
    format!(
        "omapi-port {omapi};\nlocal-port {dhcp};\nddns-update-style none;\ndefault-lease-time 21600;\n\
         subnet 10.1.0.0 netmask 255.255.0.0 {{ range {} {}; }}\n",
        lease(0),
        lease(LEASES - 1)
    )
}

/// So many leases there are, one for a run.
const LEASES: u32 = 3000;

/// The address of a lease by its number.
fn lease(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(0x0a01_1000 + number)
}

/// A lease file in which all of them are active.
fn leases() -> String {
    let block = |number: u32| {
        let [_, _, a, b] = number.to_be_bytes();
        format!(
            "lease {} {{\n  starts 4 2026/11/19 20:00:00;\n  ends 4 2036/11/20 02:00:00;\n  \
             cltt 4 2026/11/19 20:00:00;\n  binding state active;\n  next binding state free;\n  \
             hardware ethernet 52:54:aa:aa:{a:02x}:{b:02x};\n  uid \"uid{number}\";\n  client-hostname \"host{number}\";\n}}\n",
            lease(number)
        )
    };
    (0..LEASES).map(block).collect()
}

const KEY: &str =
    "key \"pair\" {\n  algorithm hmac-sha256;\n  secret \"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=\";\n};\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A host or a lease as a server has it: in its memory, where that can be asked, and in its lease file.
#[derive(Clone, PartialEq, Eq)]
struct Object {
    memory: Option<BTreeMap<String, Vec<u8>>>,
    file: Option<Vec<String>>,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory.iter().flatten();
        let memory: Vec<String> = memory.map(|(name, value)| format!("{name}={}", value.escape_ascii())).collect();
        write!(f, "{} / {}", memory.join(" "), self.file.clone().unwrap_or_default().join(" "))
    }
}

/// To what something is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Host,
    /// One that is called OTHER afterwards.
    RenamedHost,
    /// The lease ADDRESS, which is active before.
    Lease,
}

/// What is tried with faults. `NAME`, `OTHER`, `MAC` and `NEW` stand for what no other run has.
struct Verb {
    line: &'static str,
    /// The attributes of the host that is there before; empty for none.
    seed: &'static str,
    /// What the host's block in the lease file has to have; nothing for no such host.
    wanted: &'static [&'static str],
    what: What,
}

impl Verb {
    fn renames(&self) -> bool {
        self.what == What::RenamedHost
    }

    /// How many requests change something on each server: a host that is made anew is removed first.
    fn writes(&self) -> u32 {
        if self.line.contains("NEW") || self.renames() { 2 } else { 1 }
    }

    fn is_about_a_lease(&self) -> bool {
        self.what == What::Lease
    }
}

const SEED: &str = "name=str:NAME hardware-address=mac:MAC hardware-type=int:1 ip-address=ip:10.1.2.5 statements=str:filename\"seed\";";
const KEPT: &str = "supersede server.filename = \"seed\";";

static VERBS: [Verb; 15] = [
    Verb {
        line: "host add NAME --mac MAC --ip 10.1.2.6",
        seed: "",
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.6;"],
        what: What::Host,
    },
    Verb {
        line: "host set NAME --ip 10.1.2.6",
        seed: SEED,
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.6;", KEPT],
        what: What::Host,
    },
    Verb { line: "host set NAME --ip none", seed: SEED, wanted: &["hardware ethernet MAC;", KEPT], what: What::Host },
    Verb {
        line: "host set NAME --ip 10.1.2.6 --ip 10.1.2.7",
        seed: "name=str:NAME hardware-address=mac:MAC hardware-type=int:1",
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.6,10.1.2.7;"],
        what: What::Host,
    },
    Verb {
        line: "host set NAME --mac NEW",
        seed: SEED,
        wanted: &["hardware ethernet NEW;", "fixed-address 10.1.2.5;", KEPT],
        what: What::Host,
    },
    Verb {
        line: "host rename NAME OTHER",
        seed: SEED,
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.5;", KEPT],
        what: What::RenamedHost,
    },
    Verb { line: "host remove NAME", seed: SEED, wanted: &[], what: What::Host },
    Verb {
        line: "host ensure NAME --mac MAC --ip 10.1.2.6",
        seed: "",
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.6;"],
        what: What::Host,
    },
    Verb {
        line: "host ensure NAME --mac MAC --ip 10.1.2.6",
        seed: SEED,
        wanted: &["hardware ethernet MAC;", "fixed-address 10.1.2.6;", KEPT],
        what: What::Host,
    },
    Verb {
        line: "host ensure NAME --mac NEW --ip 10.1.2.6",
        seed: SEED,
        wanted: &["hardware ethernet NEW;", "fixed-address 10.1.2.6;", KEPT],
        what: What::Host,
    },
    Verb {
        line: "raw create host name=str:NAME hardware-address=mac:MAC hardware-type=int:1",
        seed: "",
        wanted: &["hardware ethernet MAC;"],
        what: What::Host,
    },
    Verb { line: "lease release ADDRESS", seed: "", wanted: &["binding state released;"], what: What::Lease },
    Verb { line: "lease free ADDRESS", seed: "", wanted: &["binding state free;"], what: What::Lease },
    Verb { line: "lease abandon ADDRESS", seed: "", wanted: &["binding state abandoned;"], what: What::Lease },
    Verb {
        line: "lease reserve ADDRESS",
        seed: "",
        wanted: &["binding state active;", "reserved;"],
        what: What::Lease,
    },
];

/// The time-out of runs with faults; a machine that is busy with other tests must not use it up.
const TIMEOUT: Duration = Duration::from_millis(300);
/// As many time-outs as a run may take, besides what it takes without any.
const TIMEOUTS: u32 = 8;

/// The names of one run.
struct Names {
    name: String,
    other: String,
    mac: String,
    new: String,
    address: Ipv4Addr,
}

impl Names {
    fn fresh(verb: &Verb) -> Names {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        static LEASE: AtomicU32 = AtomicU32::new(0);
        let address = if verb.is_about_a_lease() { LEASE.fetch_add(1, Ordering::Relaxed) } else { 0 };
        assert!(address < LEASES, "more leases are needed");
        let address = lease(address);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mac = |last: u8| {
            let [_, a, b, c] = number.to_be_bytes();
            format!("52:54:{a:02x}:{b:02x}:{c:02x}:{last:02x}")
        };
        Names { name: format!("h{number}"), other: format!("r{number}"), mac: mac(1), new: mac(2), address }
    }

    fn fill(&self, text: &str) -> String {
        let text = text.replace("NAME", &self.name).replace("OTHER", &self.other);
        text.replace("MAC", &self.mac).replace("NEW", &self.new).replace("ADDRESS", &self.address.to_string())
    }
}

/// What the two servers have of what a run is about.
fn state(pair: &Pair, verb: &Verb, names: &Names, witnesses: &mut Option<[Witness; 2]>) -> [[Object; 2]; 2] {
    [0, 1].map(|server| {
        [&names.name, &names.other].map(|name| {
            let (object_type, key, value, head) = match verb.is_about_a_lease() {
                true => ("lease", "ip-address", names.address.octets().to_vec(), format!("lease {}", names.address)),
                false => ("host", "name", name.as_bytes().to_vec(), format!("host {name}")),
            };
            let witness = witnesses.as_mut().map(|witnesses| &mut witnesses[server]);
            let found = witness.and_then(|witness| witness.find(object_type, &[(key, &value)]));
            let mut memory = found.map(|found| found.object);
            let mut file = pair.block(server, &head).filter(|lines| !lines.iter().any(|line| line == "deleted;"));
            if verb.is_about_a_lease() {
                // Times go with every change; so does the client's name, which dhcpd forgets and lets nobody set.
                memory.iter_mut().for_each(|memory| memory.retain(|name, _| !LEASES_OWN.contains(&name.as_str())));
                file.iter_mut().for_each(|lines| lines.retain(|line| !is_leases_own(line)));
            }
            Object { memory, file }
        })
    })
}

const LEASES_OWN: [&str; 7] = ["starts", "tstp", "tsfp", "atsfp", "cltt", "client-hostname", "remote-handle"];

fn is_leases_own(line: &str) -> bool {
    let words =
        ["starts ", "tstp ", "tsfp ", "atsfp ", "cltt ", "next ", "rewind ", "client-hostname ", "set remote-handle "];
    words.iter().any(|word| line.starts_with(word))
}

/// Why that is not what was wanted, if it is not.
fn is_as_wanted(hosts: &[Object; 2], verb: &Verb, names: &Names, has_witness: bool) -> Result<(), String> {
    if verb.is_about_a_lease() {
        let file = hosts[0].file.clone().unwrap_or_default();
        let is_there = |line: &&&str| !file.iter().any(|found| found == **line);
        return verb.wanted.iter().find(is_there).map_or(Ok(()), |line| Err(format!("expected {line}")));
    }
    let (here, gone) = if verb.renames() { (&hosts[1], &hosts[0]) } else { (&hosts[0], &hosts[1]) };
    if gone.file.is_some() || gone.memory.is_some() {
        return Err("there is a host of another name".to_owned());
    }
    if has_witness && here.file.is_some() != here.memory.is_some() {
        return Err("memory and lease file differ".to_owned());
    }
    let mut expected: Vec<String> = verb.wanted.iter().map(|line| names.fill(line)).collect();
    expected.sort();
    let mut found = here.file.clone().unwrap_or_default();
    found.retain(|line| line != "dynamic;");
    found.sort();
    if found == expected { Ok(()) } else { Err(format!("expected {expected:?}")) }
}

/// One run with faults, held against all that has to be true of it: what is wrong, if anything is.
fn trial(pair: &Pair, verb: &Verb, faults: &[Fault], has_key: bool, json: bool) -> (bool, Result<(), String>) {
    let names = Names::fresh(verb);
    pair.proxies.expect(&[]);
    let mut witnesses = (!has_key).then(|| [0, 1].map(|server| pair.witness(server)));
    if !verb.seed.is_empty() {
        let seed: Vec<String> = verb.seed.split(' ').map(|pair| names.fill(pair)).collect();
        match &mut witnesses {
            Some(witnesses) => witnesses.iter_mut().for_each(|witness| plant(witness, &seed)),
            None => {
                let run = pair.run("raw create host").arguments(&seed).environment("OMSH_PROFILE", "proxies").alone();
                assert_eq!(run.end, End::Exit(0), "{}", text(&run.stderr));
            }
        }
    }
    let before = state(pair, verb, &names, &mut witnesses);
    pair.proxies.expect(faults);
    let output = if json { "json" } else { "table" };
    let line = format!("{} --timeout {} --output {output}", names.fill(verb.line), TIMEOUT.as_secs_f64());
    let began = Instant::now();
    let outcome = pair.omsh_through_proxies(&line, Duration::from_secs(20));
    let took = began.elapsed();
    let all_happened = pair.proxies.all_happened();
    pair.proxies.expect(&[]);
    let after = state(pair, verb, &names, &mut witnesses);
    let verdict = (|| {
        if took > TIMEOUT * TIMEOUTS + Duration::from_secs(2) {
            return Err(format!("it took {took:?}"));
        }
        if outcome.end == End::Exit(0) {
            return after.iter().try_for_each(|hosts| is_as_wanted(hosts, verb, &names, !has_key));
        }
        if !matches!(outcome.end, End::Exit(1..)) {
            return Err("it did not end by itself".to_owned());
        }
        let (one_sided, repairs) = told(&outcome, json)?;
        if before == after && repairs.is_empty() {
            return Ok(());
        }
        let names_a_server = |sentence: &String| {
            pair.proxies.ports.iter().any(|port| sentence.contains(&format!("127.0.0.1 port {port}")))
        };
        if one_sided.is_empty() || !one_sided.iter().all(names_a_server) {
            return Err("it does not say what is one-sided, and where".to_owned());
        }
        if repairs.is_empty() {
            return Err("it does not say how to take it back".to_owned());
        }
        let mut said = String::new();
        for repair in &repairs {
            if !repair.starts_with("omsh raw ") {
                return Err(format!("no command: {repair}"));
            }
            // One that takes back what was not made after all has nothing to do, and says so.
            said += &text(&pair.in_a_shell(repair).stderr);
        }
        let repaired = state(pair, verb, &names, &mut witnesses);
        if repaired == before {
            return Ok(());
        }
        Err(format!("repaired it is\n{repaired:?}\nthe repairs said\n{said}"))
    })();
    let verdict = verdict.map_err(|why| {
        format!(
            "omsh {line}\nwith {faults:?}\n{why}\nended with {} and said\n{}before\n{before:?}\nafter\n{after:?}\n",
            outcome.end,
            text(&outcome.stderr)
        )
    });
    (all_happened, verdict)
}

/// Makes a host of what would be arguments of `omsh raw create host`.
fn plant(witness: &mut Witness, seed: &[String]) {
    let value = |text: &str| match text.split_once(':').expect("it has a type") {
        ("ip", text) => text.split('.').map(|part| part.parse().expect("a number")).collect(),
        ("mac", text) => text.split(':').map(|octet| u8::from_str_radix(octet, 16).expect("an octet")).collect(),
        ("int", text) => text.parse::<u32>().expect("a number").to_be_bytes().to_vec(),
        (_, text) => text.as_bytes().to_vec(),
    };
    let attributes: Vec<(&str, Vec<u8>)> = seed
        .iter()
        .map(|argument| argument.split_once('=').expect("NAME=VALUE"))
        .map(|(name, text)| (name, value(text)))
        .collect();
    let attributes: Vec<(&str, &[u8])> = attributes.iter().map(|(name, value)| (*name, value.as_slice())).collect();
    assert_eq!(witness.create("host", &attributes), Ok(()));
}

/// What is said to be one-sided, and the commands that would take it back.
fn told(outcome: &Outcome, json: bool) -> Result<(Vec<String>, Vec<String>), String> {
    if json {
        let document: Value = serde_json::from_slice(&outcome.stderr).map_err(|error| error.to_string())?;
        let list = |name: &str| -> Vec<String> {
            let texts = document["error"][name].as_array().expect("a list");
            texts.iter().map(|text| text.as_str().expect("text").to_owned()).collect()
        };
        return Ok((list("one_sided"), list("repairs")));
    }
    let stderr = text(&outcome.stderr);
    let lines = stderr.lines().map(|line| line.strip_prefix("omsh: ").unwrap_or(line));
    let repairs = lines.clone().filter_map(|line| line.strip_prefix("this would take it back: ")).map(str::to_owned);
    let marks = ["it is not known whether ", " stands on ", " is there again, but "];
    let one_sided = lines.filter(|line| marks.iter().any(|mark| line.contains(mark))).map(str::to_owned);
    Ok((one_sided.collect(), repairs.collect()))
}

/// Runs jobs on several pairs at a time, most of the time of which is spent waiting for what does not come.
fn on_several_pairs<J: Sync>(
    jobs: &[J],
    leases: &str,
    key: Option<&str>,
    work: impl Fn(&Pair, &J) -> Vec<String> + Sync,
) {
    const PAIRS: usize = 10;
    let queue = Mutex::new(jobs.iter());
    let problems = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PAIRS.min(jobs.len()) {
            scope.spawn(|| {
                let confs = [0, 1].map(|server| match key {
                    Some(key) => format!("{key}omapi-key pair;\n{}", conf(server)),
                    None => conf(server),
                });
                let mut pair = Pair::start(&Net::new(), &confs, leases.as_bytes(), key);
                loop {
                    let Some(job) = queue.lock().expect("no worker panics here").next() else { break };
                    let found = work(&pair, job);
                    problems.lock().expect("no worker panics here").extend(found);
                }
                for dhcpd in &mut pair.dhcpds {
                    assert!(dhcpd.survives(), "{}", dhcpd.log());
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no worker has panicked");
    let shown = problems.iter().take(3).cloned().collect::<Vec<_>>().join("\n");
    assert!(problems.is_empty(), "{} of them:\n{shown}", problems.len());
}

const MISHAPS: [Mishap; 4] = [Mishap::Cut, Mishap::CutAfter, Mishap::Swallow, Mishap::Refuse];

/// The same fault at one event after another, after faults that come before it, until there are no more events.
fn at_every_event(pair: &Pair, verb: &Verb, first: &[Fault], last: Fault, has_key: bool) -> Vec<String> {
    let mut problems = Vec::new();
    for number in 1..=40 {
        let faults = [first, &[Fault { when: When::Event(number), ..last }]].concat();
        let (all_happened, verdict) = trial(pair, verb, &faults, has_key, number.is_multiple_of(2));
        problems.extend(verdict.err());
        if !all_happened {
            assert!(number > 1 || !first.is_empty(), "nothing has happened: this tested nothing");
            return problems;
        }
    }
    panic!("{} comes to no end", verb.line)
}

/// The faults with each mishap on a server.
fn last_faults(server: usize) -> impl Iterator<Item = Fault> {
    MISHAPS
        .into_iter()
        .flat_map(move |what| [false, true].map(|then_dead| Fault { server, when: When::Event(0), what, then_dead }))
}

/// A verb with all that is to go wrong, the last fault at every event.
struct Job {
    verb: &'static Verb,
    first: Vec<Fault>,
    last: Fault,
}

/// Does the jobs about hosts, and then those about leases, of which the lease file is full.
fn do_all(jobs: Vec<Job>) {
    let (of_leases, of_hosts): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.verb.is_about_a_lease());
    for (jobs, leases) in [(of_hosts, String::new()), (of_leases, leases())] {
        on_several_pairs(&jobs, &leases, None, |pair, Job { verb, first, last }| {
            at_every_event(pair, verb, first, *last, false)
        });
    }
}

#[test]
fn a_fault_at_any_step_leaves_both_servers_alike_or_is_told_with_what_takes_it_back() {
    let faults: Vec<Fault> = (0..2).flat_map(last_faults).collect();
    let jobs = VERBS.iter().flat_map(|verb| faults.iter().map(|last| Job { verb, first: Vec::new(), last: *last }));
    do_all(jobs.collect());
}

#[test]
fn a_fault_at_any_step_of_taking_back_is_told_with_what_takes_it_back() {
    let mut jobs = Vec::new();
    for verb in &VERBS {
        for number in 1..=verb.writes() {
            // What is refused on the first server after nothing was made leaves nothing to take back.
            for server in if number == 1 { 1..2 } else { 0..2 } {
                let refused = Fault { server, when: When::Write(number), what: Mishap::Refuse, then_dead: false };
                let lasts = (0..=server).flat_map(last_faults);
                jobs.extend(lasts.map(|last| Job { verb, first: vec![refused], last }));
            }
        }
    }
    do_all(jobs);
}

#[test]
fn a_second_fault_while_it_is_found_out_what_became_of_the_first_is_told_as_well() {
    let mut jobs = Vec::new();
    for verb in [0, 1, 4, 6, 13].map(|at| &VERBS[at]) {
        for (number, server) in (1..=verb.writes()).flat_map(|number| [(number, 0), (number, 1)]) {
            for what in [Mishap::Cut, Mishap::CutAfter, Mishap::Swallow] {
                let lost = Fault { server, when: When::Write(number), what, then_dead: false };
                // What is swallowed goes the way of what is cut off after it was done, and takes long.
                let lasts = last_faults(server).filter(|fault| fault.what != Mishap::Swallow);
                jobs.extend(lasts.map(|last| Job { verb, first: vec![lost], last }));
            }
        }
    }
    do_all(jobs);
}

#[test]
fn a_lost_answer_of_servers_with_keys_is_no_less_well_told() {
    let mut jobs = Vec::new();
    for verb in [0, 4, 6, 10].map(|at| &VERBS[at]) {
        for server in 0..2 {
            let lasts = last_faults(server).filter(|fault| matches!(fault.what, Mishap::Cut | Mishap::CutAfter));
            jobs.extend(lasts.map(|last| (verb, last)));
        }
    }
    on_several_pairs(&jobs, "", Some(KEY), |pair, (verb, last)| at_every_event(pair, verb, &[], *last, true));
}
