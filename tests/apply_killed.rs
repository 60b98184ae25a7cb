//! `omsh apply` when dhcpd is killed at any moment, and when omsh itself is: what is told is what is so, and the same
//! command once more ends at what is wanted, with nothing lost and nothing done twice.
//!
//! `OMSH_KILLS=N` makes it so many moments of each kind; `OMSH_DIFF_SEED=N` repeats the moments of that seed, as far as
//! a machine repeats them. `tests/apply_killed_long` is a long run of these.

mod applied;
#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;

use std::thread::sleep;
use std::time::{Duration, Instant};

use applied::{
    Applied, Blocks, CONF, Desk, Scope, Told, Trial, blocks, blocks_once, difference, lease_file, wait_for_growth,
};
use random::Random;
use rustix::process::{Pid, Signal, kill_process};
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::workers::share;

const SERVER: &str = "127.0.0.1";

/// How long a run waits for a server that is away.
const TIMEOUT: Duration = Duration::from_millis(300);

/// How often a test kills, unless it is said.
fn kills(usual: u64) -> u64 {
    std::env::var("OMSH_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

fn seed() -> u64 {
    let seed = std::env::var("OMSH_DIFF_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
    println!("OMSH_DIFF_SEED={seed}");
    seed
}

/// One trial with a dhcpd of its own.
struct Site<'a> {
    net: &'a Net,
    dhcpd: Dhcpd,
    desk: Desk,
    trial: Trial,
}

impl<'a> Site<'a> {
    fn new(net: &'a Net, random: &mut Random) -> Site<'a> {
        let scope = random.of(&[Scope::All, Scope::All, Scope::Told]);
        let (hosts, new) = (40 + random.below(160), 10 + random.below(120));
        let trial = Trial::new(random, scope, hosts, new);
        let dhcpd = Dhcpd::start(net, CONF, lease_file(&trial.before).as_bytes());
        let lease_file = dhcpd.lease_file();
        let desk = Desk::new((scope == Scope::All).then_some(lease_file.as_path()));
        desk.put("wanted.jsonl", &trial.wanted);
        Site { net, dhcpd, desk, trial }
    }

    fn found(&self) -> Blocks {
        blocks(&self.dhcpd.leases())
    }

    fn start(&self, timeout: Duration) -> applied::Applying {
        let words = format!("wanted.jsonl --undo undo.jsonl --timeout {}", timeout.as_secs_f64());
        self.desk.start(|omsh| self.net.command(omsh), SERVER, &words)
    }

    fn apply(&self, words: &str) -> Result<Applied, String> {
        self.desk.apply(|omsh| self.net.command(omsh), SERVER, words)
    }

    /// Waits for a moment in the midst of a run, most of which come when some of it is done.
    fn wait_for_moment(&self, run: &mut applied::Applying, random: &mut Random) {
        if random.one_in(10) {
            sleep(Duration::from_micros(random.below(15_000) as u64));
            return;
        }
        let size = self.dhcpd.leases_at_start().len() + random.below(self.trial.growth());
        wait_for_growth(&self.dhcpd.lease_file(), size, &mut || run.has_ended());
        sleep(Duration::from_micros(random.below(400) as u64));
    }

    /// Whether all that was changed so far can be taken back by the undo file.
    fn check_undo_file(&self) -> Result<(), String> {
        let undone = self.desk.undone("undo.jsonl")?;
        let found = self.found();
        let names = self.trial.before.keys().chain(found.keys());
        let mut changed = names.filter(|name| self.trial.before.get(*name) != found.get(*name));
        match changed.find(|name| !undone.contains(*name) && !name.ends_with("_omsh_stand_in")) {
            Some(missing) => Err(format!("{missing} is not what it was, and not in the undo file")),
            None => Ok(()),
        }
    }

    /// The same command once more does all; then nothing is left to do; then all of it is taken back.
    fn finish(&mut self) -> Result<(), String> {
        self.apply("wanted.jsonl --undo undo.jsonl --timeout 5")?;
        self.is_there("after the second run", |trial| &trial.after)?;
        let again = self.apply("wanted.jsonl --timeout 5")?;
        if !again.told.is_empty() {
            return Err(format!("there was something left to do: {again:?}"));
        }
        self.check_undo_file()?;
        self.apply("undo.jsonl --timeout 5")?;
        self.is_there("after it was taken back", |trial| &trial.before)
    }

    /// Whether the server has that, in its lease file and, by a restart, in its memory.
    fn is_there(&mut self, when: &str, expected: impl Fn(&Trial) -> &Blocks) -> Result<(), String> {
        if let Some(why) = difference(expected(&self.trial), &self.found()) {
            return Err(format!("{when}: {why}"));
        }
        self.dhcpd.restart();
        let found = blocks_once(self.dhcpd.leases_at_start())?;
        difference(expected(&self.trial), &found).map_or(Ok(()), |why| Err(format!("{when} and a restart: {why}")))
    }
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
        let mut site = Site::new(net, &mut random);
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
            sleep(Duration::from_micros(random.below(30_000) as u64));
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
