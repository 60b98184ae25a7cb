//! What many requests under way gain on one connection to a live dhcpd: `cargo bench --bench pipeline`.
//!
//! The same creates and the same look-ups, one after another and in a pipeline, in turn; a create waits for dhcpd's
//! disk. The median of the rounds is reported.
//!
//! Two processes take part: the one that cargo starts makes a network namespace with a dhcpd in it, and starts itself
//! again inside.
//!
//! Options, after `--`: `--check` to fail when a target is missed. Exit status: 0, 1 for a missed target, 2 when
//! there is nothing to report, with the reason.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use omsh::omapi::client::{Options, Pace, Pipeline};
use omsh::omapi::{Client, NamedValue, Request};
use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;

/// Requests of each kind in a round.
const REQUESTS: u32 = 2_000;

const ROUNDS: u32 = 5;

/// The most time that a pipeline may take, in times of one request after another.
const TARGET: f64 = 0.75;

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    let outcome = if has("--inside") { inside(has("--check")) } else { outside(&words) };
    outcome.unwrap_or_else(|reason| {
        eprintln!("pipeline: {reason}");
        ExitCode::from(2)
    })
}

fn outside(words: &[String]) -> Result<ExitCode> {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("base"), b"");
    net.again_inside(words).map(ExitCode::from)
}

fn inside(is_check: bool) -> Result<ExitCode> {
    let mut number = 0;
    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for (at, (pipelined, creates)) in
            [(false, true), (true, true), (false, false), (true, false)].iter().enumerate()
        {
            let first = if *creates { number } else { number - REQUESTS };
            let names: Vec<String> = (first..first + REQUESTS).map(|number| format!("h{number}")).collect();
            let hardware: Vec<[u8; 6]> = (first..first + REQUESTS)
                .map(|number| {
                    let [a, b, c, d] = number.to_be_bytes();
                    [2, 0, a, b, c, d]
                })
                .collect();
            let requests: Vec<Request<'_>> = names
                .iter()
                .zip(&hardware)
                .map(|(name, hardware)| if *creates { create(name, hardware) } else { look_up(name) })
                .collect();
            times[at].push(if *pipelined { in_a_pipeline(&requests)? } else { one_by_one(&requests)? });
            if *creates {
                number += REQUESTS;
            }
        }
    }
    let [creates, pipelined_creates, look_ups, pipelined_look_ups] = times.map(median);
    let mut is_met = true;
    for (what, single, pipelined) in
        [("creates", creates, pipelined_creates), ("look-ups", look_ups, pipelined_look_ups)]
    {
        let ratio = pipelined.as_secs_f64() / single.as_secs_f64();
        let rate = |time: Duration| f64::from(REQUESTS) / time.as_secs_f64();
        println!(
            "{what}: {:.0} a second one by one, {:.0} in a pipeline, {ratio:.2} of the time",
            rate(single),
            rate(pipelined)
        );
        is_met &= ratio <= TARGET;
    }
    println!("target: {TARGET} of the time, {}", if is_met { "met" } else { "missed" });
    Ok(ExitCode::from(u8::from(is_check && !is_met)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn create<'a>(name: &'a str, hardware: &'a [u8; 6]) -> Request<'a> {
    let attributes = vec![
        NamedValue::new(b"name", name.as_bytes()),
        NamedValue::new(b"hardware-address", hardware),
        NamedValue::new(b"hardware-type", &[0, 0, 0, 1]),
    ];
    Request::create(b"host", attributes)
}

fn look_up(name: &str) -> Request<'_> {
    Request::open(b"host", vec![NamedValue::new(b"name", name.as_bytes())])
}

fn connect() -> Result<Client> {
    let pace = Pace { full_speed: true, ..Pace::default() };
    Client::connect("127.0.0.1", 7911, None, Options { pace, ..Options::default() }).map_err(|error| error.to_string())
}

fn one_by_one(requests: &[Request<'_>]) -> Result<Duration> {
    let mut client = connect()?;
    let start = Instant::now();
    for request in requests {
        let answer = client.request(request).map_err(|error| error.to_string())?;
        answer.outcome().map_err(|code| code.to_string())?;
    }
    Ok(start.elapsed())
}

fn in_a_pipeline(requests: &[Request<'_>]) -> Result<Duration> {
    let mut pipeline = Pipeline::new(connect()?);
    let start = Instant::now();
    let mut requests = requests.iter().peekable();
    loop {
        while pipeline.has_room()
            && let Some(request) = requests.next()
        {
            pipeline.push(request).map_err(|error| error.to_string())?;
        }
        match pipeline.next_answer().map_err(|error| error.to_string())? {
            Some((_, answer)) => answer.outcome().map_err(|code| code.to_string())?,
            None if requests.peek().is_none() => return Ok(start.elapsed()),
            None => {}
        }
    }
}
