//! One trial of `omsh apply`: a dhcpd with what is there before, a run that makes what is wanted, and what has to be true
//! afterwards.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Applied, Applying, Blocks, CONF, Desk, KEY, Scope, Trial};
use super::{blocks, blocks_once, difference, lease_file, wait_for_growth};
use crate::random::Random;
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;

/// A trial with a dhcpd of its own.
pub struct Site<'a> {
    pub dhcpd: Dhcpd,
    pub desk: Desk,
    pub trial: Trial,
    /// The server's address, from where it is used.
    server: &'static str,
    /// Makes a command that runs there.
    command: &'a dyn Fn(&str) -> Command,
}

impl<'a> Site<'a> {
    /// Starts a dhcpd in a network, which the command can reach.
    pub fn new(net: &Net, random: &mut Random, server: &'static str, command: &'a dyn Fn(&str) -> Command) -> Site<'a> {
        let scope = random.of(&[Scope::All, Scope::All, Scope::Told]);
        let (hosts, new) = (40 + random.below(160), 10 + random.below(120));
        let trial = Trial::new(random, scope, hosts, new);
        let has_key = random.one_in(3);
        let conf = if has_key { format!("{KEY}omapi-key apply;\n{CONF}") } else { CONF.to_owned() };
        let dhcpd = Dhcpd::start(net, &conf, lease_file(&trial.before).as_bytes());
        let lease_file = dhcpd.lease_file();
        let mut desk = Desk::new((scope == Scope::All).then_some(lease_file.as_path()));
        if has_key {
            desk.use_key();
        }
        desk.put("wanted.jsonl", &trial.wanted);
        Site { dhcpd, desk, trial, server, command }
    }

    /// What dhcpd's lease file has.
    pub fn found(&self) -> Blocks {
        blocks(&self.dhcpd.leases())
    }

    /// Starts what is to make all that is wanted.
    pub fn start(&self, timeout: Duration) -> Applying {
        self.start_with(timeout, "")
    }

    /// The same with more options.
    pub fn start_with(&self, timeout: Duration, more: &str) -> Applying {
        let words = format!("wanted.jsonl --undo undo.jsonl --timeout {} {more}", timeout.as_secs_f64());
        self.desk.start(self.command, self.server, &words)
    }

    /// Makes a run that has to do all that it is to do.
    pub fn apply(&self, words: &str) -> Result<Applied, String> {
        self.desk.apply(self.command, self.server, words)
    }

    /// Waits for a moment in the midst of a run, most of which come when some of it is done.
    pub fn wait_for_moment(&self, run: &mut Applying, random: &mut Random) {
        if random.one_in(10) {
            sleep(Duration::from_micros(random.below(15_000) as u64));
            return;
        }
        let size = self.dhcpd.leases_at_start().len() + random.below(self.trial.growth());
        wait_for_growth(&self.dhcpd.lease_file(), size, &mut || run.has_ended());
        sleep(Duration::from_micros(random.below(400) as u64));
    }

    /// Waits until somebody connects to a dhcpd that has just been started, for as long as omsh takes for another attempt.
    pub fn wait_for_connection(&self) {
        let files = format!("/proc/{}/fd", self.dhcpd.id());
        let count = || fs::read_dir(&files).map_or(0, Iterator::count);
        let (before, limit) = (count(), Instant::now() + Duration::from_millis(300));
        while count() <= before && Instant::now() < limit {
            sleep(Duration::from_micros(50));
        }
    }

    /// Whether all that was changed so far can be taken back by the undo file.
    pub fn check_undo_file(&self) -> Result<(), String> {
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
    pub fn finish(&mut self) -> Result<(), String> {
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
