//! What `omsh apply` takes for many hosts: `cargo bench --bench apply`.
//!
//! - 20,000 new hosts at full speed, beside what dhcpd does with the same creates in a bare pipeline: whole processes of `omsh apply`, and
//!   loops without any planning, each on a dhcpd that has just started, in turn; the ratio reported is the median over the
//!   pairs;
//! - the plan for 100,000 hosts beside a lease file of 100,000, of which a tenth is other, a tenth is new and a tenth is
//!   gone;
//! - the plan for 20,000 hosts of which the server is asked, because its files are not there.
//!
//! Two processes take part: the one that cargo starts makes a network namespace with dhcpds in it, and starts itself again
//! inside.
//!
//! Options, after `--`: `--check` to fail when a target is missed; `--large` to make 200,000 hosts besides. Exit status: 0,
//! 1 for a missed target, 2 when there is nothing to report, with the reason.

mod measured;
#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use measured::{Figure, measure, median};
use omsh::omapi::client::{Options, Pace, Pipeline};
use omsh::omapi::{Client, NamedValue, Request};
use support::OURS;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::scratch::Scratch;

/// Hosts that are made in a round.
const NEW: u32 = 20_000;

const ROUNDS: usize = 5;

/// Of the rate of a bare pipeline.
const RATE_TARGET: f64 = 0.95;

/// Hosts that are there, and wanted, for a plan.
const PLANNED: u32 = 100_000;

const PLAN_SECONDS: f64 = 2.0;

const PLAN_MIB: f64 = 200.0;

/// Hosts that are made with `--large`.
const LARGE: u32 = 200_000;

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nsubnet 10.0.0.0 netmask 255.0.0.0 {}\n";

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    let outcome = if has("--inside") { inside() } else { outside(has("--check"), has("--large")) };
    outcome.unwrap_or_else(|reason| {
        eprintln!("apply: {reason}");
        ExitCode::from(2)
    })
}

/// A host by its number; of two kinds of the same number, both have another address.
struct Host {
    name: String,
    hardware: [u8; 6],
    address: [u8; 4],
}

impl Host {
    fn new(number: u32, kind: u8) -> Host {
        let [_, a, b, c] = number.to_be_bytes();
        Host { name: format!("host{number}"), hardware: [2, 0, 0, a, b, c], address: [10, 128 * kind + a, b, c] }
    }

    fn mac(&self) -> String {
        self.hardware.map(|octet| format!("{octet:02x}")).join(":")
    }

    fn ip(&self) -> String {
        self.address.map(|octet| octet.to_string()).join(".")
    }
}

fn csv(hosts: impl Iterator<Item = Host>) -> String {
    let mut text = "name,mac,addresses\n".to_owned();
    for host in hosts {
        writeln!(text, "{},{},{}", host.name, host.mac(), host.ip()).expect("a string takes all");
    }
    text
}

fn lease_file(hosts: impl Iterator<Item = Host>) -> String {
    let mut text = String::new();
    for host in hosts {
        let (name, mac, ip) = (&host.name, host.mac(), host.ip());
        let block = "host {\n  dynamic;\n  hardware ethernet ;\n  fixed-address ;\n}\n".len();
        text.reserve(block + name.len() + mac.len() + ip.len());
        writeln!(text, "host {name} {{\n  dynamic;\n  hardware ethernet {mac};\n  fixed-address {ip};\n}}")
            .expect("a string takes all");
    }
    text
}

/// Puts a run of `omsh apply` together, beside a server with that lease file.
fn apply(mut command: Command, folder: &Path, wanted: &str, leases: &Path, words: &[&str]) -> Command {
    command.arg("apply").arg(folder.join(wanted)).args([
        "--server",
        "127.0.0.1",
        "--port",
        "7911",
        "--output",
        "jsonl",
    ]);
    command.arg("--conf").arg(folder.join("dhcpd.conf")).arg("--leases").arg(leases).args(words);
    command
}

fn outside(is_check: bool, is_large: bool) -> Result<ExitCode> {
    let net = Net::new();
    let folder = Scratch::new();
    let write = |name: &str, text: String| fs::write(folder.join(name), text).map_err(|error| error.to_string());
    write("dhcpd.conf", CONF.to_owned())?;
    write("new.csv", csv((0..NEW).map(|number| Host::new(number, 0))))?;

    let made = |wanted: &str| {
        let dhcpd = Dhcpd::start(&net, CONF, b"");
        let leases = dhcpd.lease_file();
        measure(&apply(net.command(OURS), folder.path(), wanted, &leases, &["--yes", "--full-speed"]))
    };
    let mut ratios = Vec::new();
    let (mut applied, mut looped) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (figure, seconds) = if round % 2 == 0 {
            let figure = made("new.csv");
            (figure, bare_loop(&net)?)
        } else {
            let seconds = bare_loop(&net)?;
            (made("new.csv"), seconds)
        };
        ratios.push(seconds / figure.seconds);
        applied.push(figure);
        looped.push(Figure { seconds, kib: 0.0 });
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ROUNDS / 2];
    let (applied, looped) = (median(&applied), median(&looped));
    let rate = |figure: Figure| f64::from(NEW) / figure.seconds;
    println!("{NEW} new hosts         {:.0} a second, {:.0} MiB at most", rate(applied), applied.kib / 1024.0);
    println!("bare creates            {:.0} a second", rate(looped));
    println!("ratio                   {ratio:.2} of the rate, at least {RATE_TARGET}");

    let there = (0..PLANNED).map(|number| Host::new(number, 0));
    write("dhcpd.leases", lease_file(there))?;
    // A tenth is not wanted, a tenth is to have another address, and a tenth is new.
    let tenth = PLANNED / 10;
    let wanted = (tenth..PLANNED + tenth).map(|number| Host::new(number, u8::from(number < 2 * tenth)));
    write("planned.csv", csv(wanted))?;
    let plan = |wanted: &str, leases: &Path, words: &[&str]| {
        let command = apply(net.command(OURS), folder.path(), wanted, leases, &[&["--plan"], words].concat());
        let figures: Vec<Figure> = (0..ROUNDS).map(|_| measure(&command)).collect();
        median(&figures)
    };
    let planned = plan("planned.csv", &folder.join("dhcpd.leases"), &["--prune"]);
    println!(
        "plan for {PLANNED} hosts   {:.2} s, at most {PLAN_SECONDS}; {:.0} MiB, at most {PLAN_MIB}",
        planned.seconds,
        planned.kib / 1024.0
    );

    let dhcpd = Dhcpd::start(&net, CONF, lease_file((0..NEW).map(|number| Host::new(number, 0))).as_bytes());
    let asked = plan("new.csv", &folder.join("no.leases"), &[]);
    drop(dhcpd);
    println!("plan by asking          {:.2} s for {NEW} hosts, {:.0} MiB", asked.seconds, asked.kib / 1024.0);
    if is_large {
        write("large.csv", csv((0..LARGE).map(|number| Host::new(number, 0))))?;
        let large = made("large.csv");
        println!("{LARGE} new hosts        {:.0} s, {:.0} MiB", large.seconds, large.kib / 1024.0);
    }
    let is_met = ratio >= RATE_TARGET && planned.seconds <= PLAN_SECONDS && planned.kib / 1024.0 <= PLAN_MIB;
    println!("targets {}", if is_met { "met" } else { "missed" });
    Ok(ExitCode::from(u8::from(is_check && !is_met)))
}

/// Has a loop in the network make the new hosts, and returns how long it took.
fn bare_loop(net: &Net) -> Result<f64> {
    let _dhcpd = Dhcpd::start(net, CONF, b"");
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let output = net.command(this).arg("--inside").output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.trim().parse().map_err(|_| format!("the loop says {said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The loop: creates, as many under way as dhcpd bears.
fn inside() -> Result<ExitCode> {
    let start = Instant::now();
    let pace = Pace { full_speed: true, ..Pace::default() };
    let options = Options { pace, ..Options::default() };
    let client = Client::connect("127.0.0.1", 7911, None, options).map_err(|error| error.to_string())?;
    let mut pipeline = Pipeline::new(client);
    let mut hosts = (0..NEW).map(|number| Host::new(number, 0)).peekable();
    loop {
        while pipeline.has_room()
            && let Some(host) = hosts.next()
        {
            let attributes = vec![
                NamedValue::new(b"name", host.name.as_bytes()),
                NamedValue::new(b"hardware-address", &host.hardware),
                NamedValue::new(b"hardware-type", &[0, 0, 0, 1]),
                NamedValue::new(b"ip-address", &host.address),
            ];
            pipeline.push(&Request::create(b"host", attributes)).map_err(|error| error.to_string())?;
        }
        match pipeline.next_answer().map_err(|error| error.to_string())? {
            Some((_, answer)) => answer.outcome().map_err(|code| code.to_string())?,
            None if hosts.peek().is_none() => break,
            None => {}
        }
    }
    println!("{}", start.elapsed().as_secs_f64());
    Ok(ExitCode::SUCCESS)
}
