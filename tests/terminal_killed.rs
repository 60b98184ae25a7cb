//! A shell that is killed at any moment: its history has whole lines only, and nothing was sent twice.
//!
//! `OMSH_KILLS=N` kills so many shells; `OMSH_DIFF_SEED=N` repeats the moments of that seed, as far as a machine repeats
//! them.

#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;
mod terminal;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use random::Random;
use rustix::process::Signal;
use terminal::site::{HISTORY, Site, USUAL};
use terminal::{LIMIT, Terminal, key};

/// How many shells are killed beside one server and one history.
const LIVES: usize = 200;

/// How one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    Killed,
    HungUp,
    /// The program that showed the terminal is gone, and with it the terminal.
    TerminalClosed,
}

/// The lines that the shell of that number is told, no two of them alike in all lives.
fn lines(life: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for host in 0..3 {
        let name = format!("k{life}-{host}");
        lines.extend([
            format!("new host # {name}"),
            format!("set name = \"{name}\""),
            format!("set hardware-address = 02:00:00:{:02x}:{:02x}:{host:02x}", life / 256, life % 256),
            format!("set hardware-type = 1 # {name}"),
            format!("create # {name}"),
            format!("set ip-address = 10.{}.{}.{}", 10 + host, life / 256, life % 256),
            format!("update # {name}"),
            format!("close # {name}"),
        ]);
    }
    lines
}

/// What one life was told, and how far it came.
struct Life {
    /// Lines that were typed to the end.
    typed: Vec<String>,
    /// How many of them were answered by the next prompt.
    answered: usize,
}

/// The only child of a process, once there is one that runs this program.
fn child_of(parent: i32) -> i32 {
    let limit = Instant::now() + LIMIT;
    loop {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next() {
            return child.parse().expect("a number");
        }
        assert!(Instant::now() < limit, "no child of {parent}");
        sleep(Duration::from_millis(1));
    }
}

/// Waits until a process that is not our child is gone, or only its name is left.
fn wait_until_gone(process: i32, what: &str) {
    let limit = Instant::now() + LIMIT;
    loop {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        if matches!(state, None | Some('Z' | 'X')) {
            return;
        }
        assert!(Instant::now() < limit, "{what}: it lives on");
        sleep(Duration::from_millis(1));
    }
}

fn live(site: &Site, number: usize, random: &mut Random) -> Life {
    let death = random.of(&[Death::Killed, Death::HungUp, Death::TerminalClosed]);
    let ours = site.command();
    let mut terminal = match death {
        // `script` holds the terminal that omsh is on.
        Death::TerminalClosed => {
            let mut script = Command::new("script");
            let line = format!("exec {}", ours.get_program().display());
            script.args(["-qfec", &line, "/dev/null"]).env_clear();
            for (name, value) in ours.get_envs() {
                value.map(|value| script.env(name, value));
            }
            script.env("SHELL", "/bin/sh");
            script.current_dir(site.folder.path());
            Terminal::start(&script, USUAL)
        }
        _ => Terminal::start(&ours, USUAL),
    };
    let lines = lines(number);
    let mut life = Life { typed: Vec::new(), answered: 0 };
    // Some die while they start.
    if !random.one_in(12) {
        terminal.ready();
        let whole = random.below(lines.len());
        for line in &lines[..whole] {
            terminal.run(line);
            life.typed.push(line.clone());
        }
        life.answered = whole;
        let next = &lines[whole];
        match random.below(3) {
            // In the midst of a line, ...
            0 => terminal.keys(&next[..random.below(next.len())]),
            // ... of what comes of one, ...
            1 => {
                terminal.line(next);
                life.typed.push(next.clone());
            }
            // ... and of several that were typed ahead.
            _ => {
                let ahead = &lines[whole..(whole + 3).min(lines.len())];
                let keys: Vec<&str> = ahead.iter().map(String::as_str).collect();
                terminal.keys(&(keys.join(key::ENTER) + key::ENTER));
                life.typed.extend(ahead.iter().cloned());
            }
        }
    }
    // Most of what happens, happens within a millisecond or two.
    let moment = [0, 300, 1500, 6000, 20_000][random.below(5)];
    sleep(Duration::from_micros(random.below(moment + 1) as u64));
    match death {
        Death::Killed => terminal.signal(Signal::KILL),
        Death::HungUp => terminal.signal(Signal::HUP),
        Death::TerminalClosed => {
            let omsh = child_of(terminal.id());
            terminal.signal(Signal::KILL);
            terminal.wait_exit();
            wait_until_gone(omsh, &format!("life {number}, {death:?}"));
            return life;
        }
    }
    terminal.wait_exit();
    life
}

/// How often the server was asked to do what: each creation by the host's name, each update by the address.
fn requests(log: &str) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    let mut request = (String::new(), false);
    for line in log.lines() {
        match line.strip_prefix("    ") {
            None => request = (line.to_owned(), false),
            Some("message create = 00:00:00:01") => request.1 = true,
            Some(value) => {
                let (head, is_creation) = &request;
                let asked = |kind: &str| head.contains(&format!(" < {kind} "));
                let what = match (value.strip_prefix("object name = "), value.strip_prefix("object ip-address = ")) {
                    (Some(name), _) if *is_creation && asked("open") => format!("create {}", name.trim_matches('"')),
                    (_, Some(address)) if asked("update") => format!("update {address}"),
                    _ => continue,
                };
                *counted.entry(what).or_default() += 1;
            }
        }
    }
    counted
}

#[test]
fn a_history_that_is_being_shortened_is_whole_whenever_the_shell_dies() {
    const LINES: usize = 20_500;
    let site = Site::without_server();
    fs::create_dir_all(site.path(HISTORY).parent().expect("a folder")).expect("a directory of our own");
    let whole: String = (0..LINES).map(|number| format!("help number-{number}\n")).collect();
    let mut random = Random::new(20_261_125, 0);
    let mut lengths = BTreeSet::new();
    for round in 0..24 {
        site.put(HISTORY, &whole);
        let mut terminal = site.start();
        sleep(Duration::from_micros(random.below(60_000) as u64));
        terminal.signal(Signal::KILL);
        terminal.wait_exit();
        let kept = site.history();
        lengths.insert(kept.len());
        let first = LINES - kept.len();
        for (at, line) in kept.iter().enumerate() {
            assert_eq!(*line, format!("help number-{}", first + at), "round {round}");
        }
        assert!(kept.len() >= 1000, "round {round}: {} lines", kept.len());
        let mode = fs::metadata(site.path(HISTORY)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "round {round}");
    }
    println!("lines that were left: {lengths:?}");
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

#[test]
fn two_hundred_deaths_leave_whole_lines_and_nothing_done_twice() {
    let seed = number("OMSH_DIFF_SEED").unwrap_or(20_261_125);
    let lives = number("OMSH_KILLS").unwrap_or(LIVES as u64);
    println!("OMSH_DIFF_SEED={seed} OMSH_KILLS={lives}");
    for round in 0..lives.div_ceil(LIVES as u64) {
        deaths(seed + round);
        println!("{} lives", (round + 1) * LIVES as u64);
    }
}

/// [`LIVES`] shells, one after the other, beside one that lives on.
fn deaths(seed: u64) {
    let site = Site::new().rc("set hints off\n");
    let mut all_typed = BTreeSet::new();
    // One that lives on beside them shares their history.
    let mut survivor = site.connected();
    let survived = |number: usize| format!("help survivor-{number}");
    for number in 0..LIVES {
        survivor.ready();
        survivor.line(&survived(number));
        all_typed.insert(survived(number));
        let life = live(&site, number, &mut Random::new(seed, number as u64));
        all_typed.extend(life.typed.iter().cloned());
        let mode = fs::metadata(site.path(HISTORY)).expect("seen above").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "life {number}");
        survivor.ready();
        let history = site.text(HISTORY);
        assert!(history.is_empty() || history.ends_with('\n'), "life {number}: {history:?}");
        let kept: Vec<&str> = history.lines().collect();
        for line in life.typed[..life.answered].iter().chain([&survived(number)]) {
            let count = kept.iter().filter(|kept| *kept == line).count();
            assert_eq!(count, 1, "life {number}: {line:?} in the history");
        }
        for line in &kept {
            assert!(all_typed.contains(*line), "life {number}: nobody typed {line:?}");
        }
        // Of what was told, the server was asked once; of what was answered, it was.
        let asked = requests(&site.text("log"));
        for (what, count) in &asked {
            assert_eq!(*count, 1, "life {number}: {what}");
        }
        for line in &life.typed[..life.answered] {
            if let Some(name) = line.strip_prefix("create # ") {
                assert!(asked.contains_key(&format!("create {name}")), "life {number}: {line}");
            }
        }
    }
    survivor.leave();
    let asked = requests(&site.text("log"));
    assert!(asked.len() > LIVES / 2, "hardly anything was sent: {}", asked.len());
    // The next one starts as if nothing had been.
    let mut terminal = site.connected();
    assert!(terminal.run("host show static1").contains("10.1.1.5"));
    terminal.leave();
}
