//! Random statements are sent through omsh and through ISC's omshell to twin dhcpds, and through every text form that omsh
//! has; what clients are offered is the same.
//!
//! `OMSH_STATEMENTS` says how many hosts, `OMSH_DIFF_SEED` which ones.

use super::clients::{CONF, Host, Server, csv, differences, of_host, script, text};
use super::generator;
use super::random::Random;
use crate::support::net::Net;
use crate::support::run::{End, Run};
use crate::support::workers;

/// Hosts of one server.
const BATCH: usize = 100;
/// Hosts without a variable that says otherwise.
const COUNT: usize = 400;
const SEED: u64 = 18;
/// How many of a batch are added and shown one by one.
const ONE_BY_ONE: usize = 8;
/// `apply` says ten remarks one by one.
const REMARKS: usize = 10;
const FORMATS: [&str; 5] = ["omshell", "csv", "json", "jsonl", "dhcpd"];

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// What became of a batch.
#[derive(Default)]
struct Tally {
    report: Vec<String>,
    /// Hosts of which it was said that the lease file changes their meaning, and those that were offered something else
    /// after a restart.
    warned: usize,
    changed: usize,
}

#[test]
fn clients_are_offered_the_same_however_statements_are_sent() {
    let (seed, count) = (variable("OMSH_DIFF_SEED", SEED), variable("OMSH_STATEMENTS", COUNT as u64) as usize);
    println!("OMSH_DIFF_SEED={seed} OMSH_STATEMENTS={count}");
    let batches: Vec<Vec<Host>> = (0..count.div_ceil(BATCH))
        .map(|batch| {
            let size = BATCH.min(count - batch * BATCH);
            let host = |number| {
                let mut random = Random::new(seed, (batch * BATCH + number) as u64);
                Host::new(number, generator::statements(&mut random))
            };
            (0..size).map(host).collect()
        })
        .collect();
    let tallies = workers::share(&batches, |hosts, nets: &[Net; 2]| batch(hosts, nets));
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let (warned, changed, differing) = (sum(|t| t.warned), sum(|t| t.changed), sum(|t| t.report.len()));
    let summary = format!(
        "seed {seed}: {differing} differences in {count} hosts; {warned} of them warned of, of which {changed} were offered \
         something else after a restart"
    );
    println!("{summary}");
    let report: Vec<&str> = tallies.iter().flat_map(|tally| &tally.report).map(String::as_str).collect();
    assert!(report.is_empty(), "{}\n{summary}", report.join("\n"));
    assert!(changed > 0, "no statements whose meaning the lease file changes: {summary}");
}

fn batch(hosts: &[Host], nets: &[Net; 2]) -> Tally {
    let mut tally = Tally::default();
    let (expected, warned) = sent(hosts, nets, &mut tally);
    let mut check = |how: &str, got: &[String]| {
        let found = differences(hosts, &expected, got).into_iter();
        tally.report.extend(found.map(|difference| format!("{how}: {difference}")));
    };
    // The same in dhcpd.conf, and from there through each format.
    let declared = CONF.to_owned() + &hosts.iter().map(Host::declared).collect::<String>();
    let source = Server::start(&nets[0], &declared);
    check("in dhcpd.conf", &source.offers(hosts));
    let exports = FORMATS.map(|format| {
        let exported = source.omsh(&["export", "--format", format], "");
        assert_eq!(exported.end, End::Exit(0), "export --format {format}: {}", text(&exported.stderr));
        (format, text(&exported.stdout))
    });
    for (format, exported) in exports {
        check(&format!("through export --format {format}"), &brought_back(hosts, &nets[1], format, &exported));
    }
    // What is shown, as well.
    let shown = hosts.iter().take(ONE_BY_ONE).map(|host| {
        let shown = source.omsh(&["host", "show", &host.name, "--full", "--output", "jsonl"], "");
        assert_eq!(shown.end, End::Exit(0), "host show: {}", text(&shown.stderr));
        text(&shown.stdout)
    });
    let shown: String = shown.collect();
    let some = &hosts[..ONE_BY_ONE.min(hosts.len())];
    let got = brought_back(some, &nets[1], "jsonl", &shown);
    let found = differences(some, &expected[..got.len()], &got).into_iter();
    tally.report.extend(found.map(|difference| format!("through host show: {difference}")));
    tally.warned += warned.iter().filter(|warned| **warned).count();
    tally
}

/// Sends the statements through omshell, and through omsh: what is offered then, and of which it is said that dhcpd's lease
/// file changes their meaning.
fn sent(hosts: &[Host], nets: &[Net; 2], tally: &mut Tally) -> (Vec<String>, Vec<bool>) {
    let (mut theirs, mut ours) = (Server::start(&nets[0], CONF), Server::start(&nets[1], CONF));
    let outcome = theirs.run(Run::omshell().stdin(script(hosts)));
    let refused = refused(&outcome.stdout);
    assert_eq!(refused, None, "refused to omshell");
    let expected = theirs.offers(hosts);

    let warned: Vec<bool> = hosts.chunks(REMARKS).flat_map(|hosts| warnings(&ours, hosts)).collect();
    let (some, rest) = hosts.split_at(ONE_BY_ONE.min(hosts.len()));
    for host in some {
        let words = ["host", "add", &host.name, "--mac", &host.mac, "--ip", &host.ip, "--statements", &host.statements];
        let outcome = ours.omsh(&words, "");
        assert_eq!(outcome.end, End::Exit(0), "{}\n{}", host.statements, text(&outcome.stderr));
    }
    let outcome = ours.omsh(&["apply", "-", "--yes"], &csv(rest));
    assert_eq!(outcome.end, End::Exit(0), "apply: {}", text(&outcome.stderr));
    let got = ours.offers(hosts);
    let found = differences(hosts, &expected, &got).into_iter();
    tally.report.extend(found.map(|difference| format!("through omsh: {difference}")));

    // What dhcpd has written of both is the same, and means the same where nothing else was said.
    theirs.dhcpd.restart();
    ours.dhcpd.restart();
    let (theirs, ours) = (theirs.offers(hosts), ours.offers(hosts));
    let found = differences(hosts, &theirs, &ours).into_iter();
    tally.report.extend(found.map(|difference| format!("after a restart: {difference}")));
    for (number, host) in hosts.iter().enumerate() {
        let is_other = of_host(&expected, number) != of_host(&theirs, number);
        match warned[number] {
            true => tally.changed += usize::from(is_other),
            false if is_other => tally.report.push(format!("changed by a restart unsaid: {}", host.statements)),
            false => {}
        }
    }
    (expected, warned)
}

/// Of which hosts the plan says that the lease file changes their meaning.
fn warnings(server: &Server<'_>, hosts: &[Host]) -> Vec<bool> {
    let outcome = server.omsh(&["apply", "-", "--plan"], &csv(hosts));
    assert_eq!(outcome.end, End::Exit(0), "apply --plan: {}", text(&outcome.stderr));
    let said = text(&outcome.stderr);
    let is_warned = |host: &Host| {
        let begin = format!("the host {}: dhcpd writes its lease file without parentheses", host.name);
        said.lines().any(|line| line.contains(&begin))
    };
    hosts.iter().map(is_warned).collect()
}

/// What clients are offered by a server that got an export.
fn brought_back(hosts: &[Host], net: &Net, format: &str, exported: &str) -> Vec<String> {
    let server = Server::start(net, CONF);
    let outcome = match format {
        "omshell" => server.run(Run::omshell().stdin(exported)),
        _ => server.omsh(&["apply", "-", "--from", format, "--yes"], exported),
    };
    let (refused, said) = (refused(&outcome.stdout), text(&outcome.stderr));
    assert!(outcome.end == End::Exit(0) && refused.is_none(), "{format}: {refused:?} {said}");
    server.offers(hosts)
}

/// What omshell could not make, if there is anything.
fn refused(said: &[u8]) -> Option<String> {
    text(said).split("obj: host\n").filter(|object| object.contains("can't")).last().map(str::to_owned)
}
