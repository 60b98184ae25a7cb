//! A server's files to browse, and runs of `omsh` on them.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::time::{SystemTime, UNIX_EPOCH};

use super::support::run::{End, Outcome, Run};
use super::support::scratch::Scratch;

const CONF: &str = include_str!("site.conf");
const LEASES: &str = include_str!("site.leases");

/// `conf` and `leases` in a directory of their own.
pub struct Site {
    pub folder: Scratch,
}

impl Site {
    pub fn new() -> Site {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), CONF).expect("a file of our own");
        std::fs::write(folder.join("leases"), leases()).expect("a file of our own");
        Site { folder }
    }

    /// The same, with more at the end of the lease file.
    pub fn with(more: &str) -> Site {
        let site = Site::new();
        std::fs::write(site.folder.join("leases"), leases() + &at_times(more)).expect("a file of our own");
        site
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// `omsh` with these words behind it, which are split and quoted as in a shell, and with the files.
    pub fn run(&self, words: &str) -> Run {
        let files = [("OMSH_CONF", "conf"), ("OMSH_LEASES", "leases")];
        let run = Run::ours().named("omsh").arguments(split(words));
        files.into_iter().fold(run, |run, (variable, name)| run.environment(variable, self.path(name)))
    }

    pub fn outcome(&self, words: &str) -> Outcome {
        self.run(words).alone()
    }

    /// What a run printed, without the directory.
    pub fn text(&self, bytes: &[u8]) -> String {
        let folder = format!("{}/", self.folder.path().display());
        String::from_utf8(bytes.to_vec()).expect("UTF-8").replace(&folder, "")
    }
}

/// A command line, its exit status, what stdout has in it, and what stderr has.
pub type Case = (&'static str, i32, &'static [&'static str], &'static str);

/// Runs each, and shows all that come out otherwise. Nothing is to be on stderr where nothing is expected there.
pub fn check(site: &Site, cases: &[Case]) {
    let mut report = String::new();
    for (words, status, wanted, said) in cases {
        let outcome = site.outcome(words);
        let (out, err) = (site.text(&outcome.stdout), site.text(&outcome.stderr));
        let lacking: Vec<_> = wanted.iter().filter(|part| !out.contains(**part)).collect();
        let is_said = if said.is_empty() { err.is_empty() } else { err.contains(said) };
        if outcome.end != End::Exit(*status) || !lacking.is_empty() || !is_said {
            report += &format!(
                "omsh {words}: exit {} for {status}; lacking on stdout {lacking:?}, on stderr {said:?}\n{out}{err}\n",
                outcome.end
            );
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// The lease file.
pub fn leases() -> String {
    at_times(LEASES)
}

/// Replaces `{-2h}` with the time two hours ago, in seconds since 1970.
fn at_times(text: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes right").as_secs() as i64;
    let mut parts = text.split("{+").flat_map(|part| part.split("{-"));
    let mut times = text.match_indices(['+', '-']).filter(|(at, _)| text[..*at].ends_with('{')).map(|(_, sign)| sign);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for (part, sign) in parts.zip(&mut times) {
        let (time, rest) = part.split_once('}').expect("a time in braces");
        let (number, unit) = time.split_at(time.len() - 1);
        let unit = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)].into_iter().find(|(name, _)| *name == unit);
        let seconds = number.parse::<i64>().expect("a number") * unit.expect("a unit").1;
        written += &format!("{}{rest}", if sign == "-" { now - seconds } else { now + seconds });
    }
    written
}

/// Words between blanks; single quotes keep blanks.
fn split(words: &str) -> Vec<String> {
    let mut split = vec![String::new()];
    for (i, part) in words.split('\'').enumerate() {
        let mut pieces: Vec<&str> = if i % 2 == 1 { vec![part] } else { part.split(' ').collect() };
        split.last_mut().expect("one at least").push_str(pieces.remove(0));
        split.extend(pieces.into_iter().map(str::to_owned));
    }
    split.retain(|word| !word.is_empty());
    split
}
