//! A rehearsal server beside dhcpd: `cargo bench --bench rehearsal`.
//!
//! Both have 100,000 hosts in their lease file. What is measured: how long the rehearsal takes from
//! its start to its first answer, and how many look-ups a second each answers to one and the same
//! client, which keeps 60 requests under way (dhcpd resets a connection with a few more). Look-ups are
//! by name, of hosts all over the file; every answer has to be an update. Rounds alternate between
//! the two, and the figures are medians.
//!
//! Options, after `--`: `--quick` for few and short rounds; `--check` to fail when a target is missed.
//! Exit status: 0, and 1 for a missed target.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use omsh::omapi::message::{NamedValue, Operation};
use omsh::omapi::{Event, Limits, Request, Session};
use support::confs;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::rehearsal::RehearsalServer;

const HOSTS: usize = 100_000;
/// Requests under way at once.
const WINDOW: usize = 60;
/// Seconds that the rehearsal may take to load.
const LOAD_TARGET: f64 = 1.0;
/// Times as many look-ups as dhcpd.
const RATE_TARGET: f64 = 5.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if let [server, port, seconds] = arguments.as_slice() {
        // We are in the namespace: the client.
        let rate = look_ups_a_second(server, port.parse().expect("a port"), seconds.parse().expect("a number"));
        println!("{rate}");
        return ExitCode::SUCCESS;
    }
    let (rounds, seconds) = if has("--quick") { (3, 1) } else { (9, 3) };
    let leases = lease_file();
    let net = Net::new();
    let other_net = Net::new();
    let dhcpd = Dhcpd::start(&net, &confs::conf("base"), &leases);
    let mut loads = Vec::new();
    let mut server = None;
    for _ in 0..rounds {
        drop(server.take());
        let start = Instant::now();
        let started = RehearsalServer::start(&other_net, &confs::conf("base"), &leases);
        loads.push(start.elapsed().as_secs_f64());
        server = Some(started);
    }
    let server = server.expect("one round at least");
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        theirs.push(client(&net, seconds));
        ours.push(client(&other_net, seconds));
    }
    println!("rehearsal's memory with {HOSTS} hosts: {} MiB", server.memory() >> 10);
    drop((server, dhcpd));
    let (load, theirs, ours) = (median(loads), median(theirs), median(ours));
    let ratio = ours / theirs;
    println!("{HOSTS} hosts in the lease file, medians of {rounds} rounds of {seconds} s");
    println!("| from start to listening, {HOSTS} hosts | {load:.2} s | target {LOAD_TARGET} s |");
    println!("| look-ups a second, {WINDOW} under way | dhcpd {theirs:.0} | omsh {ours:.0} | {ratio:.1} times |");
    let missed = load > LOAD_TARGET || ratio < RATE_TARGET;
    if missed && has("--check") { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn name(number: usize) -> String {
    format!("host-{number:06}")
}

fn lease_file() -> Vec<u8> {
    let mut file = String::new();
    for number in 0..HOSTS {
        let [_, a, b, c] = (number as u32).to_be_bytes();
        let name = name(number);
        writeln!(
            file,
            "host {name} {{\n  dynamic;\n  hardware ethernet 02:00:00:{a:02x}:{b:02x}:{c:02x};\n  \
             fixed-address 10.1.{}.{};\n}}",
            number / 250 % 250,
            number % 250
        )
        .expect("a string takes all");
    }
    file.into_bytes()
}

/// Runs the client in a network, as a process of its own.
fn client(net: &Net, seconds: u64) -> f64 {
    let this = std::env::current_exe().expect("this program");
    let mut command: Command = net.command(this);
    let output = command.args(["127.0.0.1", "7911", &seconds.to_string()]).output().expect("the client runs");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn look_ups_a_second(server: &str, port: u16, seconds: u64) -> f64 {
    let mut stream = TcpStream::connect((server, port)).expect("a server");
    stream.set_nodelay(true).expect("an open socket");
    let mut session = Session::client(Limits::default());
    let mut piece = vec![0; 64 << 10];
    let (mut asked, mut answered) = (0, 0);
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    loop {
        while asked - answered < WINDOW {
            // Far from the one before, so that no cache helps.
            let name = name(asked * 7919 % HOSTS);
            let request = Request::open(b"host", vec![NamedValue::new(b"name", name.as_bytes())]);
            session.request(&request).expect("no key is needed");
            asked += 1;
        }
        stream.write_all(session.output()).expect("an open connection");
        session.sent(session.output().len());
        let count = stream.read(&mut piece).expect("an open connection");
        assert!(count > 0, "the server hung up after {answered} answers");
        session.receive(&piece[..count]);
        while let Some(event) = session.poll().expect("a sound answer") {
            if let Event::Answer(_) = event {
                assert_eq!(session.message().operation, Operation::Update, "a host is not found");
                answered += 1;
            }
        }
        if Instant::now() >= end {
            return answered as f64 / start.elapsed().as_secs_f64();
        }
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
