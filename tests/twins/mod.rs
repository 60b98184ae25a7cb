//! Random scripts through the real omshell beside a dhcpd, and through something else beside
//! something else: what they print, how they end and what is written down has to be the same.

use super::random_scripts::{Random, Script, smallest};
use super::support::case::{Behaviour, Case};
use super::support::net::Net;
use super::support::run::End;
use super::support::{OMSHELL, difference, observe, workers};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A script that keeps the real omshell busy for longer is not comparable.
const OMSHELL_LIMIT: Duration = Duration::from_secs(4);
const OUR_LIMIT: Duration = Duration::from_secs(15);
/// To make scripts smaller takes time; after so many differences the rest is left out.
const ENOUGH_DIFFERENCES: usize = 4;

enum Verdict {
    Agree,
    /// There is nothing to compare with.
    Incomparable,
    /// The real omshell beside one dhcpd does not agree with itself beside another.
    Unsteady,
    LeftOut,
    Differ(String),
}

/// What a program does with a case beside a server of its own.
pub type Observe = fn(&Case, &Path, &Net, Duration) -> Behaviour;

/// The other twin: a program, and what it runs beside.
#[derive(Clone)]
pub struct Other {
    pub program: PathBuf,
    pub observe: Observe,
    /// What its case files are called.
    pub name: &'static str,
}

/// Runs `count` scripts, unless `OMSH_DIFF_SCRIPTS` says another number, on both.
pub fn compare(other: &Other, count: u64) {
    let count = number_from("OMSH_DIFF_SCRIPTS").unwrap_or(count);
    let seed = seed();
    println!("OMSH_DIFF_SEED={seed} OMSH_DIFF_SCRIPTS={count}");

    let found = AtomicUsize::new(0);
    let indices: Vec<u64> = (0..count).collect();
    let verdicts = workers::share(&indices, |&index, nets| {
        if found.load(Ordering::Relaxed) >= ENOUGH_DIFFERENCES {
            return Verdict::LeftOut;
        }
        let script = Script::random(&mut Random::new(seed, index));
        let twins = Twins { nets, other, name: format!("{}/{seed}-{index}", other.name) };
        let verdict = twins.verdict(&script);
        found.fetch_add(usize::from(matches!(verdict, Verdict::Differ(_))), Ordering::Relaxed);
        verdict
    });

    let count_of = |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
    let incomparable = count_of(|verdict| matches!(verdict, Verdict::Incomparable));
    let unsteady = count_of(|verdict| matches!(verdict, Verdict::Unsteady));
    let left_out = count_of(|verdict| matches!(verdict, Verdict::LeftOut));
    let reports: Vec<String> = verdicts
        .into_iter()
        .filter_map(|verdict| match verdict {
            Verdict::Differ(report) => Some(report),
            _ => None,
        })
        .collect();
    let summary = format!(
        "seed {seed}: {} of {count} scripts differ; not comparable are {incomparable}, not every time the same {unsteady}; \
         {left_out} left out",
        reports.len()
    );
    println!("{summary}");
    assert!(reports.is_empty(), "{}\n{summary}", reports.join("\n"));
    assert!(
        incomparable + unsteady <= 2 + indices.len() / 50,
        "too many scripts in which nothing can be compared: {summary}"
    );
}

/// `OMSH_DIFF_SEED`, or another one each time.
pub fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    number_from("OMSH_DIFF_SEED").unwrap_or(now.as_millis() as u64)
}

/// The number that a variable of the environment says.
pub fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// The same script for both, each in a network of its own.
struct Twins<'a> {
    nets: &'a [Net; 2],
    other: &'a Other,
    /// Of the case that a difference becomes.
    name: String,
}

impl Twins<'_> {
    fn verdict(&self, script: &Script) -> Verdict {
        let Some(first) = self.run(script) else { return Verdict::Incomparable };
        if first.report().is_empty() {
            return Verdict::Agree;
        }
        if first.ours.dhcpd_died {
            return Verdict::Differ(format!("{}: the server is gone", self.name));
        }
        if !self.is_steady(&first.case) {
            return Verdict::Unsteady;
        }
        let small = smallest(script, |script| {
            self.run(script).is_some_and(|pair| !pair.report().is_empty() && self.is_steady(&pair.case))
        });
        let (pair, note) = match self.run(&small) {
            Some(pair) if !pair.report().is_empty() => (pair, ""),
            _ => (first, " (not every time)"),
        };
        let text = pair.case.to_text();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.name.replace('/', "-")).with_extension("case");
        std::fs::write(&kept, &text).unwrap_or_else(|error| panic!("{}: {error}", kept.display()));
        Verdict::Differ(format!("{}{note}: {}\n{text}\n{}", self.name, kept.display(), pair.report()))
    }

    /// Nothing when there is nothing to compare with.
    fn run(&self, script: &Script) -> Option<Pair> {
        let mut case = script.to_case(&self.name);
        case.omshell = observe::behaviour(&case, Path::new(OMSHELL), &self.nets[0], OMSHELL_LIMIT);
        if case.omshell.dhcpd_died || !matches!(case.omshell.end, End::Exit(_)) {
            return None;
        }
        let ours = (self.other.observe)(&case, &self.other.program, &self.nets[1], OUR_LIMIT);
        Some(Pair { case, ours })
    }

    /// Whether omshell does in ours' place what it has done in its own.
    fn is_steady(&self, case: &Case) -> bool {
        let again = observe::behaviour(case, Path::new(OMSHELL), &self.nets[1], OMSHELL_LIMIT);
        difference::between(&case.omshell, &again).is_empty()
    }
}

struct Pair {
    case: Case,
    ours: Behaviour,
}

impl Pair {
    /// Empty when they agree.
    fn report(&self) -> String {
        difference::between(&self.case.omshell, &self.ours)
    }
}
