//! Scripts whose requests are under way before their turn, beside the real omshell, each on a dhcpd of its own: what is
//! printed and what dhcpd writes down is the same. The trace shows that requests do overlap, in the recorded cases too.
//!
//! `OMSH_DIFF_SEED=N` gives the scripts of that seed again; each run prints its seed.

mod random_scripts;
mod support;

use random_scripts::Random;
use std::time::{SystemTime, UNIX_EPOCH};
use support::case::Case;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::Run;
use support::scratch::Scratch;
use support::{confs, mask, workers};

const KEY: &str =
    "key omapi_key 2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==\n";

/// stdout, stderr and what dhcpd has written.
type Effects = [String; 3];

fn effects(run: Run, conf: &str, seed: &[u8], script: &[u8], net: &Net) -> Effects {
    let dhcpd = Dhcpd::start(net, &confs::conf(conf), seed);
    let outcome = run.stdin(script).within(net);
    let written = mask::generated_names(&mask::times(&dhcpd.leases_written()));
    [mask::generated_names(&outcome.stdout), outcome.stderr, written]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The same for ours, and the most requests that had no answer at one time, as the trace tells it.
fn ours(conf: &str, seed: &[u8], script: &[u8], net: &Net) -> (Effects, usize) {
    let scratch = Scratch::new();
    let trace = scratch.join("trace");
    let effects = effects(Run::ours().environment("OMSH_TRACE", &trace), conf, seed, script, net);
    let trace = std::fs::read_to_string(&trace).unwrap_or_default();
    let (mut waiting, mut most) = (0_usize, 0);
    for line in trace.lines().filter(|line| line.contains(" id 0x")) {
        waiting = if line.contains(" > ") { waiting + 1 } else { waiting.saturating_sub(1) };
        most = most.max(waiting);
    }
    (effects, most)
}

/// Objects one after another, a few of which get into one another's way.
fn script(random: &mut Random) -> Vec<u8> {
    let mut script = format!("{KEY}connect\n");
    for _ in 0..20 + random.below(40) {
        let name = format!("h{}", random.below(12));
        let hardware = format!("set hardware-address = 2:0:0:0:0:{:x}\nset hardware-type = 1\n", random.below(12));
        let create = format!("new host\nset name = \"{name}\"\n{hardware}");
        let look_up = format!("new host\nset name = \"{name}\"\nopen\n");
        script += &match random.below(9) {
            0..3 => format!("{create}create\nclose\n"),
            3 => format!("{look_up}close\n{create}create\nclose\n"),
            4 => format!("{look_up}remove\nclose\n"),
            5 => format!("{look_up}set statements = \"filename \\\"{name}\\\";\"\nupdate\nclose\n"),
            6 => format!("new host\n{hardware}open\nclose\n"),
            7 => format!(
                "new group\nset name = \"g{}\"\nset statements = \"filename \\\"x\\\";\"\ncreate\nclose\n",
                random.below(4)
            ),
            _ => format!("new lease\nset ip-address = 10.1.1.{}\nopen\nrefresh\nclose\n", 100 + random.below(4)),
        };
        script += random.of(&["", "", "\n", "# a comment\n", "close\n", "bogus\n", "help\n"]);
    }
    script.into_bytes()
}

#[test]
fn random_scripts_of_many_objects_come_out_as_from_omshell() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis() as u64;
    let seed = std::env::var("OMSH_DIFF_SEED").map_or(now, |text| text.parse().expect("OMSH_DIFF_SEED is a number"));
    println!("OMSH_DIFF_SEED={seed}");
    let indices: Vec<u64> = (0..60).collect();
    let most = workers::share(&indices, |&index, [one, other]: &[Net; 2]| {
        let script = script(&mut Random::new(seed, index));
        let expected = effects(Run::omshell(), "key-md5", b"", &script, one);
        let (got, most) = ours("key-md5", b"", &script, other);
        for (expected, got) in expected.iter().zip(&got) {
            assert!(expected == got, "seed {seed}, script {index}: expected\n{expected}\ngot\n{got}");
        }
        most
    });
    // Not many: creates go as fast as dhcpd makes them.
    let overlapping = most.iter().filter(|most| **most > 1).count();
    assert!(overlapping > 50, "in {overlapping} of {} scripts only several requests were under way", most.len());
}

#[test]
fn the_recorded_cases_are_read_ahead_as_well() {
    let several = |case: &Case| {
        let script = String::from_utf8_lossy(&case.script).to_lowercase();
        case.arguments.is_empty() && script.matches("new ").count() > 1
    };
    let cases: Vec<Case> = Case::all().into_iter().filter(several).collect();
    let most = workers::share(&cases, |case, [net]: &[Net; 1]| {
        let seed = case.seed.as_deref().map(confs::leases).unwrap_or_default();
        ours(&case.conf, &seed, &case.script, net).1
    });
    let overlapping = most.iter().filter(|most| **most > 1).count();
    assert!(overlapping >= 2, "in {overlapping} of {} cases only several requests were under way", cases.len());
}
