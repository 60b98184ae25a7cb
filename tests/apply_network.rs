//! `omsh apply` over a network that is cut, heals, is slow or loses packets, and with a server that is stopped: it goes on, or
//! ends with a report that is true. Nothing that was sent on a connection that was given up takes effect later unnoticed.
//!
//! `OMSH_CUTS=N` makes it so many cuts of each kind; `OMSH_DIFF_SEED=N` repeats the choices of that seed.

mod applied;
#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;

use std::sync::Mutex;
use std::thread::{self, sleep};
use std::time::Duration;

use applied::line::{Line, SERVER};
use applied::site::Site;
use applied::{difference, seed, wait_for_growth};
use random::Random;
use rustix::process::{Pid, Signal, kill_process};
use support::net::Net;

/// How long a run waits for an answer.
const TIMEOUT: Duration = Duration::from_millis(800);

/// What the kernel would send again and again it has sent by then.
const LATE: Duration = Duration::from_secs(4);

fn cuts(usual: u64) -> u64 {
    std::env::var("OMSH_CUTS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Makes so many trials, most of whose time is spent waiting. Each returns whether its run has done all.
fn trials(
    count: u64,
    kind: u64,
    trial: impl Fn(&mut Site<'_>, &Mutex<Line>, &mut Random) -> Result<bool, String> + Sync,
) {
    const WORKERS: usize = 6;
    let seed = seed();
    let queue = Mutex::new(0..count);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(number) = queue.lock().expect("no worker panics here").next() else { break };
                    let mut random = Random::new(seed ^ kind, number);
                    let net = Net::new();
                    let line = Mutex::new(Line::new(&net));
                    let command = |program: &str| line.lock().expect("no worker panics here").command(program);
                    let mut site = Site::new(&net, &mut random, SERVER, &command);
                    let result = trial(&mut site, &line, &mut random).map_err(|why| format!("trial {number}: {why}"));
                    results.lock().expect("no worker panics here").push(result);
                }
            });
        }
    });
    let results = results.into_inner().expect("no worker has panicked");
    let problems: Vec<&String> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    let shown: Vec<String> = problems.iter().take(3).map(|why| (*why).clone()).collect();
    assert!(problems.is_empty(), "{} of {count}:\n{}", problems.len(), shown.join("\n"));
    println!("{} of {count} went on to the end", results.into_iter().flatten().filter(|is_done| *is_done).count());
}

/// Holds what a run has told against what is there, now and when all that might be late has arrived; then the same
/// command once more does the rest. Returns whether it had done all.
fn judge(site: &mut Site<'_>, run: applied::Applying) -> Result<bool, String> {
    let applied = run.end();
    let is_done = applied.status.success();
    if !is_done && applied.status.code() != Some(3) {
        return Err(applied.to_string());
    }
    for when in ["at its end", "later"] {
        let true_of = |told: &[u8]| match told {
            [] => difference(&site.trial.before, &site.found()).map_or(Ok(()), Err),
            told => site.trial.judge(told, &site.found()).map(|_| ()),
        };
        true_of(&applied.told).map_err(|why| format!("{when}: {why}\n{applied}"))?;
        if is_done && let Some(why) = difference(&site.trial.after, &site.found()) {
            return Err(format!("not all was done, {when}: {why}\n{applied}"));
        }
        if when == "at its end" {
            sleep(LATE);
        }
    }
    site.check_undo_file()?;
    site.finish().map(|()| is_done)
}

#[test]
fn a_network_that_is_cut_for_a_while_leaves_nothing_lost_nothing_doubled_and_a_true_report() {
    trials(cuts(12), 11, |site, line, random| {
        let mut run = site.start(TIMEOUT);
        site.wait_for_moment(&mut run, random);
        let is_link = random.one_in(3);
        let cut = |is_cut: bool| {
            let mut line = line.lock().expect("no worker panics here");
            match (is_link, is_cut) {
                (true, true) => line.set_link("down"),
                (true, false) => line.set_link("up"),
                (false, true) => line.cut(),
                (false, false) => line.heal(),
            }
        };
        cut(true);
        // For less than the time-out, until it is being found out what became of what was under way, or for longer.
        let timeout = TIMEOUT.as_millis() as usize;
        let [least, most] =
            random.of(&[[0, timeout], [timeout, 2 * timeout], [timeout, 2 * timeout], [2 * timeout, 4 * timeout]]);
        sleep(Duration::from_millis((least + random.below(most - least)) as u64));
        cut(false);
        judge(site, run)
    });
}

#[test]
fn what_was_sent_on_a_connection_that_was_given_up_does_not_arrive_later() {
    // TCP tries to connect again after a second, and sends again a little more than 3 s and 6 s after a cut what has not
    // arrived: in between it has been found out what became of it, everything is done, and is taken back again.
    const TIMEOUT: Duration = Duration::from_secs(3);
    trials(cuts(6), 14, |site, line, random| {
        // So there is always something on its way, which is lost and will be sent again.
        let delay = Duration::from_millis(5);
        line.lock().expect("no worker panics here").slow_down(delay, delay, 0);
        let mut run = site.start(TIMEOUT);
        let size = site.dhcpd.leases_at_start().len() + random.below(site.trial.growth() / 2);
        if !wait_for_growth(&site.dhcpd.lease_file(), size, &mut || run.has_ended()) {
            return Err("it came to its end too early".to_owned());
        }
        line.lock().expect("no worker panics here").cut_requests();
        sleep(TIMEOUT + Duration::from_millis(300 + random.below(500) as u64));
        line.lock().expect("no worker panics here").heal();
        let applied = run.end();
        if !applied.status.success() || applied.took < TIMEOUT {
            return Err(format!("it did not go on: {applied}"));
        }
        if let Some(why) = difference(&site.trial.after, &site.found()) {
            return Err(format!("not all was done: {why}\n{applied}"));
        }
        site.apply("undo.jsonl --timeout 5")?;
        sleep(LATE);
        difference(&site.trial.before, &site.found()).map_or(Ok(true), |why| Err(format!("it arrived later: {why}")))
    });
}

#[test]
fn a_server_that_hangs_for_a_while_does_nothing_twice() {
    trials(cuts(12), 12, |site, _, random| {
        let mut run = site.start(TIMEOUT);
        site.wait_for_moment(&mut run, random);
        let signal = |signal| {
            let process = Pid::from_raw(site.dhcpd.id() as i32).expect("a process");
            kill_process(process, signal).expect("our own child");
        };
        signal(Signal::STOP);
        sleep(TIMEOUT.mul_f64(0.5 + random.below(200) as f64 / 100.0));
        signal(Signal::CONT);
        judge(site, run)
    });
}

#[test]
fn a_network_that_is_slow_and_loses_packets_takes_long_and_loses_nothing() {
    trials(cuts(6), 13, |site, line, random| {
        let shortest = Duration::from_millis(50);
        let longest = shortest + Duration::from_millis(random.below(250) as u64);
        line.lock().expect("no worker panics here").slow_down(shortest, longest, 5);
        // One change a round trip would take minutes.
        let run = site.start_with(Duration::from_secs(20), "--full-speed");
        let applied = run.end();
        line.lock().expect("no worker panics here").heal();
        if !applied.status.success() {
            return Err(applied.to_string());
        }
        site.trial.judge(&applied.told, &site.found()).map_err(|why| format!("{why}\n{applied}"))?;
        if let Some(why) = difference(&site.trial.after, &site.found()) {
            return Err(format!("not all was done: {why}\n{applied}"));
        }
        site.finish().map(|()| true)
    });
}
