//! Random OMAPI messages to a dhcpd and to a rehearsal: the answers, where the connection ends and what
//! is written to the lease file have to be the same.
//!
//! - `OMSH_WIRE_EXCHANGES=N`: how many (300).
//! - `OMSH_DIFF_SEED=N`: those of that seed again; each run prints its seed.
//! - `OMSH_WIRE_DHCPD=1`: a second dhcpd in the rehearsal's place, which shows whether all that differs
//!   from run to run is masked.

mod random_scripts;
mod support;
mod wire;

use random_scripts::{Random, without_needless};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::rehearsal::RehearsalServer;
use support::run::{End, Run};
use support::{PYTHON, confs, mask, workers};
use wire::Exchange;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/exchange.py");
/// To make exchanges smaller takes time; after so many differences the rest is left out.
const ENOUGH_DIFFERENCES: usize = 12;

enum Verdict {
    /// How many answers have an object in them, and how many objects were written down.
    Agree(usize, usize),
    /// There is nothing to compare with.
    Incomparable,
    /// dhcpd does not agree with another dhcpd, or not twice with what is compared.
    Unsteady,
    LeftOut,
    Differ(String),
}

#[test]
fn random_messages_are_answered_as_by_dhcpd() {
    let number = |variable: &str| std::env::var(variable).ok().map(|text| text.parse::<u64>().expect("a number"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let seed = number("OMSH_DIFF_SEED").unwrap_or(now.as_millis() as u64);
    let count = number("OMSH_WIRE_EXCHANGES").unwrap_or(300);
    println!("OMSH_DIFF_SEED={seed} OMSH_WIRE_EXCHANGES={count}");
    let other = if std::env::var_os("OMSH_WIRE_DHCPD").is_some() { beside_dhcpd } else { beside_rehearsal };

    let found = AtomicUsize::new(0);
    let indices: Vec<u64> = (0..count).collect();
    let verdicts = workers::share(&indices, |&index, nets| {
        if found.load(Ordering::Relaxed) >= ENOUGH_DIFFERENCES {
            return Verdict::LeftOut;
        }
        let exchange = Exchange::random(&mut Random::new(seed, index));
        let verdict = verdict(&exchange, nets, other, &format!("{seed}-{index}"));
        found.fetch_add(usize::from(matches!(verdict, Verdict::Differ(_))), Ordering::Relaxed);
        verdict
    });
    let count_of = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
    let incomparable = count_of(|verdict| matches!(verdict, Verdict::Incomparable));
    let unsteady = count_of(|verdict| matches!(verdict, Verdict::Unsteady));
    let left_out = count_of(|verdict| matches!(verdict, Verdict::LeftOut));
    let (mut objects, mut written) = (0, 0);
    for verdict in &verdicts {
        if let Verdict::Agree(more_objects, more_written) = verdict {
            (objects, written) = (objects + more_objects, written + more_written);
        }
    }
    let reports: Vec<&str> = verdicts
        .iter()
        .filter_map(|verdict| match verdict {
            Verdict::Differ(report) => Some(report.as_str()),
            _ => None,
        })
        .collect();
    let summary = format!(
        "seed {seed}: {} of {count} exchanges differ; not comparable are {incomparable}, not every time the same {unsteady}; \
         {left_out} left out; {objects} answers with objects and {written} objects written down agree",
        reports.len()
    );
    println!("{summary}");
    assert!(reports.is_empty(), "{}\n{summary}", reports.join("\n\n"));
    assert!(objects >= indices.len() && written >= indices.len() / 4, "the messages come to little: {summary}");
    assert!(incomparable + unsteady <= 2 + indices.len() / 20, "too many in which nothing can be compared: {summary}");
}

/// Answers, and what was written to the lease file; nothing when the server is gone.
type Seen = Option<(Vec<String>, String)>;

fn verdict(exchange: &Exchange, nets: &[Net; 2], other: fn(&Exchange, &Net) -> Seen, name: &str) -> Verdict {
    let Some(real) = beside_dhcpd(exchange, &nets[0]) else { return Verdict::Incomparable };
    let (answers, leases) = &real;
    let objects = answers.iter().filter(|answer| answer.contains("operation 3")).count();
    let written = leases.matches("\n}").count();
    let got = other(exchange, &nets[1]);
    if got.as_ref() == Some(&real) {
        return Verdict::Agree(objects, written);
    }
    let differs = |exchange: &Exchange| {
        let real = beside_dhcpd(exchange, &nets[0]);
        real.is_some() && real == beside_dhcpd(exchange, &nets[1]) && real != other(exchange, &nets[1])
    };
    if !differs(exchange) {
        println!("not every time in {name}");
        return Verdict::Unsteady;
    }
    let kept = without_needless(&exchange.messages, |messages| {
        !messages.is_empty() && differs(&Exchange { messages: messages.to_vec(), ..exchange.clone() })
    });
    let small = Exchange { messages: kept, ..exchange.clone() };
    let (real, ours) = (beside_dhcpd(&small, &nets[0]), other(&small, &nets[1]));
    Verdict::Differ(format!("{name}: {}--- dhcpd\n{}--- got\n{}", small.described(), shown(&real), shown(&ours)))
}

fn shown(seen: &Seen) -> String {
    match seen {
        None => "it is gone\n".to_owned(),
        Some((answers, leases)) => format!("{}\n{leases}", answers.join("\n")),
    }
}

fn beside_dhcpd(exchange: &Exchange, net: &Net) -> Seen {
    let mut dhcpd = Dhcpd::start(net, &confs::conf(exchange.conf), &seed(exchange));
    let answers = answers(exchange, net);
    dhcpd.survives().then(|| (answers, masked(&dhcpd.leases_written())))
}

fn beside_rehearsal(exchange: &Exchange, net: &Net) -> Seen {
    let mut server = RehearsalServer::start(net, &confs::conf(exchange.conf), &seed(exchange));
    let answers = answers(exchange, net);
    server.survives(false).then(|| (answers, masked(&server.leases_written())))
}

fn seed(exchange: &Exchange) -> Vec<u8> {
    exchange.seed.map(confs::leases).unwrap_or_default()
}

fn answers(exchange: &Exchange, net: &Net) -> Vec<String> {
    let run = Run::program(PYTHON).named("python3").arguments([SCRIPT, "127.0.0.1", "7911"]);
    let outcome = run.stdin(exchange.to_text()).within(net);
    let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert!(outcome.end == End::Exit(0), "{}: {errors}", outcome.end);
    masked(&outcome.stdout).lines().map(str::to_owned).collect()
}

fn masked(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&mask::generated_names(&mask::times(bytes))).into_owned()
}
