//! Random writes of all kinds in a shell: all of them taken back by `undo`, by `changes --reverse`, and done again on
//! another server by `changes --script`.
//!
//! `OMSH_DIFF_SEED=N` repeats those of that seed.

#[allow(dead_code, reason = "only some of its choices are made here")]
#[path = "random_scripts/random.rs"]
mod random;
mod support;
mod terminal;

use std::collections::BTreeMap;

use random::Random;
use support::confs;
use support::run::{End, Run};
use terminal::Terminal;
use terminal::lab::Lab;
use terminal::site::new_host;

/// How many shells write something.
const SHELLS: u64 = 12;
/// How much each writes.
const WRITES: usize = 10;

/// The hosts that are written; the first two are in dhcpd.conf.
const NAMES: [&str; 5] = ["static1", "byuid", "ra", "rb", "rc"];

/// What dhcpd has of each host.
fn hosts(lab: &Lab) -> BTreeMap<&'static str, String> {
    let (conf, leases) = (lab.site.path("dhcpd.conf"), lab.dhcpd.lease_file());
    let shown = |name: &&'static str| {
        let by = format!("name={name}");
        let run = Run::ours().named("omsh").arguments(["host", "show", &by, "--output", "json", "--columns", "all"]);
        let outcome = run.environment("OMSH_CONF", &conf).environment("OMSH_LEASES", &leases).within(&lab.net);
        (outcome.end == End::Exit(0)).then(|| (*name, String::from_utf8_lossy(&outcome.stdout).into_owned()))
    };
    NAMES.iter().filter_map(shown).collect()
}

/// Writes something by what a person would type, whether or not the server likes it.
fn write(terminal: &mut Terminal, random: &mut Random) {
    let name = random.of(&NAMES);
    let number = random.below(40) as u8 + 1;
    let mac = format!("02:00:00:00:00:{number:02x}");
    let ip = format!("10.1.1.{}", 100 + number);
    let lines: Vec<String> = match random.below(9) {
        0 => new_host(name, number).into_iter().chain(["create".to_owned()]).collect(),
        1 => [
            "new host".to_owned(),
            format!("set name = \"{name}\""),
            "open".to_owned(),
            format!("set ip-address = {ip}"),
            "update".to_owned(),
            format!("set ip-address = 10.1.1.{}", 150 + number),
            "update".to_owned(),
        ]
        .into(),
        2 => ["new host", &format!("set name = \"{name}\""), "open", "unset ip-address", "update"]
            .map(str::to_owned)
            .into(),
        3 => ["new host", &format!("set name = \"{name}\""), "open", "remove --yes"].map(str::to_owned).into(),
        4 => [format!("host add {name} --mac {mac} --ip {ip}")].into(),
        5 => [format!("host set {name} --ip {ip}")].into(),
        6 => [format!("host set {name} --mac {mac}")].into(),
        7 => [format!("host rename {name} {}", random.of(&NAMES))].into(),
        _ => [format!("host remove {name} --yes")].into(),
    };
    for line in lines {
        terminal.run_and_agree(&line);
    }
    // Whatever became of it, nothing is left of the object.
    terminal.run_and_agree("close");
}

/// A shell that has written, beside a dhcpd of its own.
fn written(seed: u64, index: u64) -> (Lab, Terminal) {
    let lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    let mut random = Random::new(seed, index);
    for _ in 0..WRITES {
        write(&mut terminal, &mut random);
    }
    (lab, terminal)
}

fn seed() -> u64 {
    let seed = std::env::var("OMSH_DIFF_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
    println!("OMSH_DIFF_SEED={seed}");
    seed
}

#[test]
fn all_that_was_written_is_undone_step_by_step() {
    let seed = seed();
    let before = hosts(&Lab::new(&confs::conf("base")));
    for index in 0..SHELLS {
        let (lab, mut terminal) = written(seed, index);
        let mut steps = 0;
        while terminal.run("undo --yes").contains("Undone.") {
            steps += 1;
            assert!(steps <= 3 * WRITES, "shell {index}: undo does not come to an end");
        }
        assert_eq!(hosts(&lab), before, "shell {index}, after {steps} steps; all of it:\n{}", terminal.all());
    }
}

#[test]
fn all_that_was_written_is_taken_back_by_a_script() {
    let seed = seed();
    let before = hosts(&Lab::new(&confs::conf("base")));
    for index in 0..SHELLS {
        let (lab, mut terminal) = written(seed, index);
        terminal.run("changes --reverse > back");
        terminal.run("set confirm off");
        terminal.run("source back");
        assert_eq!(hosts(&lab), before, "shell {index}:\n{}\n{}", lab.site.text("back"), terminal.all());
    }
}

#[test]
fn all_that_was_written_is_done_again_elsewhere_by_a_script() {
    let seed = seed();
    for index in 0..SHELLS {
        let (lab, mut terminal) = written(seed, index);
        // What was undone is not done elsewhere.
        for _ in 0..Random::new(seed, index + 1000).below(4) {
            terminal.run("undo --yes");
        }
        terminal.run("changes --script > script");
        let twin = Lab::new(&confs::conf("base"));
        let mut other = twin.start();
        other.run("set confirm off");
        twin.site.put("script", lab.site.text("script"));
        other.run("source script");
        let (script, all) = (lab.site.text("script"), terminal.all());
        assert_eq!(hosts(&twin), hosts(&lab), "shell {index}:\n{script}\n{}\n{all}", other.all());
    }
}
