//! `omsh apply` when dhcpd is killed at any moment, and when omsh itself is: what is told is what is so, and the same
//! command once more ends at what is wanted, with nothing lost and nothing done twice.
//!
//! `OMSH_KILLS=N` makes it so many moments of each kind; `OMSH_DIFF_SEED=N` repeats the moments of that seed, as far as
//! a machine repeats them. `tests/run_apply_killed` is a long run of these.

mod applied;
#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;

use std::thread::sleep;
use std::time::{Duration, Instant};

use applied::site::Site;
use applied::{CONF, Desk, KEY, Told, difference, seed};
use random::Random;
use rustix::process::{Pid, Signal, kill_process};
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::workers::share;

/// How long a run waits for a server that is away.
const TIMEOUT: Duration = Duration::from_millis(300);

/// How often a test kills, unless it is said.
fn kills(usual: u64) -> u64 {
    std::env::var("OMSH_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Makes so many trials, and returns what each has told.
fn trials(
    kills: u64,
    kind: u64,
    trial: impl Fn(&mut Site<'_>, &mut Random) -> Result<Told, String> + Sync,
) -> Vec<Told> {
    let seed = seed();
    let numbers: Vec<u64> = (0..kills).collect();
    let results = share(&numbers, |number, [net]: &[Net; 1]| {
        let mut random = Random::new(seed ^ kind, *number);
        let command = |program: &str| net.command(program);
        let mut site = Site::new(net, &mut random, "127.0.0.1", &command);
        trial(&mut site, &mut random).map_err(|why| format!("trial {number}: {why}"))
    });
    let problems: Vec<&String> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    let shown: Vec<String> = problems.iter().take(3).map(|why| (*why).clone()).collect();
    assert!(problems.is_empty(), "{} of {kills}:\n{}", problems.len(), shown.join("\n"));
    results.into_iter().flatten().collect()
}

/// Tells how the moments lay, most of which have to be in the midst of a run.
fn check_moments(told: &[Told]) {
    let sum = |of: fn(&Told) -> usize| told.iter().map(of).sum::<usize>();
    println!(
        "{} moments: {} changes done, {} in doubt, {} half done, {} not done",
        told.len(),
        sum(|told| told.done),
        sum(|told| told.in_doubt),
        sum(|told| told.half_done),
        sum(|told| told.not_done)
    );
    let amid = told.iter().filter(|told| told.done > 0 && told.not_done > 0).count();
    assert!(amid * 2 > told.len(), "only {amid} of {} were killed in the midst of it", told.len());
    assert!(sum(|told| told.in_doubt) > 0, "nothing was ever in doubt");
}

#[test]
fn a_killed_dhcpd_that_comes_back_is_waited_for_and_everything_is_done() {
    trials(kills(20), 1, |site, random| {
        let mut run = site.start(Duration::from_secs(5));
        site.wait_for_moment(&mut run, random);
        site.dhcpd.kill();
        // It may die again before it was found out what became of what was under way.
        for _ in 0..random.below(3) {
            sleep(Duration::from_millis(random.below(100) as u64));
            site.dhcpd.restart();
            if random.one_in(2) {
                site.wait_for_connection();
            }
            sleep(Duration::from_micros(random.below(3_000) as u64));
            site.dhcpd.kill();
        }
        sleep(Duration::from_millis(random.below(100) as u64));
        site.dhcpd.restart();
        let applied = run.end();
        if !applied.status.success() {
            // It may have come too early, before it was known what the server has.
            return match applied.told.is_empty() {
                true => site.finish().map(|()| Told::default()),
                false => Err(applied.to_string()),
            };
        }
        let told = site.trial.judge(&applied.told, &site.found()).map_err(|why| format!("{why}\n{applied}"))?;
        if let Some(why) = difference(&site.trial.after, &site.found()) {
            return Err(format!("not all was done: {why}\n{applied}"));
        }
        site.check_undo_file()?;
        site.finish().map(|()| told)
    });
}

#[test]
fn a_killed_dhcpd_that_stays_away_ends_it_with_a_report_that_is_true() {
    let told = trials(kills(20), 2, |site, random| {
        let mut run = site.start(TIMEOUT);
        site.wait_for_moment(&mut run, random);
        site.dhcpd.kill();
        let killed = Instant::now();
        let applied = run.end();
        if applied.status.success() {
            return Err(format!("killed too late, or not noticed: {applied}"))
                .or_else(|why| difference(&site.trial.after, &site.found()).map_or(Ok(Told::default()), |_| Err(why)));
        }
        if killed.elapsed() > TIMEOUT * 3 + Duration::from_secs(1) {
            return Err(format!("it took {:?}", killed.elapsed()));
        }
        if applied.status.code() != Some(3) {
            return Err(applied.to_string());
        }
        let told = match applied.told.is_empty() {
            true => difference(&site.trial.before, &site.found()).map_or(Ok(Told::default()), Err),
            false => site.trial.judge(&applied.told, &site.found()),
        };
        let told = told.map_err(|why| format!("{why}\n{applied}"))?;
        site.check_undo_file()?;
        site.dhcpd.restart();
        site.finish().map(|()| told)
    });
    check_moments(&told);
}

#[test]
fn a_killed_omsh_leaves_an_undo_file_that_is_sound_and_work_that_can_be_gone_on_with() {
    trials(kills(20), 3, |site, random| {
        let mut run = site.start(Duration::from_secs(5));
        site.wait_for_moment(&mut run, random);
        let process = Pid::from_child(&run.child);
        // It may have come to its end by itself.
        let _ = kill_process(process, random.of(&[Signal::KILL, Signal::INT]));
        run.end();
        // What it has sent is carried out yet.
        let mut size = 0;
        while size < site.dhcpd.leases().len() {
            size = site.dhcpd.leases().len();
            sleep(Duration::from_millis(30));
        }
        site.check_undo_file()?;
        site.finish().map(|()| Told::default())
    });
}

#[test]
fn many_signed_requests_are_answered_one_by_one() {
    const HOSTS: u32 = 600;
    let net = Net::new();
    let mut dhcpd = Dhcpd::start(&net, &format!("{KEY}omapi-key apply;\n{CONF}"), b"");
    let mut desk = Desk::new(Some(&dhcpd.lease_file()));
    desk.use_key();
    let lines = |fields: &dyn Fn(u32, u32) -> String| -> String {
        (0..HOSTS)
            .map(|number| format!("{{\"name\":\"h{number}\",{}}}\n", fields(number / 250, number % 250)))
            .collect()
    };
    let there =
        |net: u32| lines(&|a, b| format!("\"mac\":\"02:00:00:00:{a:02x}:{b:02x}\",\"ip\":\"10.1.{}.{b}\"", net + a));
    desk.put("one.jsonl", &there(10));
    desk.put("other.jsonl", &there(20));
    desk.put("none.jsonl", &lines(&|_, _| "\"absent\":true".to_owned()));
    for round in 0..4 {
        for wanted in ["one.jsonl", "other.jsonl", "none.jsonl"] {
            let applied = desk.apply(|program| net.command(program), "127.0.0.1", wanted);
            assert!(dhcpd.survives(), "round {round}, {wanted}: {}", dhcpd.log());
            applied.unwrap_or_else(|why| panic!("round {round}: {why}"));
        }
    }
}
