//! Output that cannot be written, and readers that go away.

use std::fs;
use std::process::Command;

use crate::support::OURS;
use crate::support::scratch::Scratch;

const CONF: &str = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n\
                    host a { hardware ethernet 2:0:0:0:0:1; }\n";
const LEASES: &str = "lease 10.0.0.1 {\n  binding state active;\n  ends never;\n}\n";

/// Commands, and their status when what they write is lost.
const COMMANDS: &[(&str, i32)] = &[
    ("pools --conf c --leases l", 2),
    ("pools --output json --conf c --leases l", 2),
    ("pools --warning 95 --conf c --leases l", 3),
    ("subnets --conf c --leases l", 2),
    ("leases --conf c --leases l", 2),
    ("hosts --conf c --leases l", 2),
    ("find 10.0.0.1 --conf c --leases l", 2),
    ("free 10.0.0.0/24 --conf c --leases l", 2),
    ("map 10.0.0.0/24 --conf c --leases l", 2),
    ("conf check --conf c", 2),
    ("conf show --conf c", 2),
    ("export --conf c --leases l", 2),
    ("keygen --force k", 2),
    ("failover show x --nagios --server 127.0.0.1 --port 1", 3),
    ("-f s", 2),
];

fn status(folder: &Scratch, line: &str) -> (Option<i32>, String) {
    let mut bash = Command::new("bash");
    bash.args(["-o", "pipefail", "-c", line]).env("OMSH", OURS).current_dir(folder.join("."));
    let outcome = bash.output().expect("bash runs");
    (outcome.status.code(), String::from_utf8_lossy(&outcome.stderr).into_owned())
}

#[test]
fn lost_output_is_a_failure_and_a_reader_that_has_enough_is_none() {
    let folder = Scratch::new();
    for (name, text) in [("c", CONF), ("l", LEASES), ("s", "help\n")] {
        fs::write(folder.join(name), text).expect("a file of our own");
    }
    let mut wrong = String::new();
    for (command, lost) in COMMANDS {
        for redirection in [">&-", ">/dev/full"] {
            let (got, said) = status(&folder, &format!("exec $OMSH {command} {redirection}"));
            if got != Some(*lost) || said.is_empty() {
                wrong += &format!("{command} {redirection}: expected {lost}, got {got:?}: {said}\n");
            }
        }
        if *lost == 2 {
            for redirection in ["| true", ">/dev/null", ">/dev/null <>/dev/null", "<>/dev/null 1<>/dev/null"] {
                let (got, said) = status(&folder, &format!("$OMSH {command} {redirection}"));
                if got != Some(0) {
                    wrong += &format!("{command} {redirection}: expected 0, got {got:?}: {said}\n");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_lost_is_said_and_what_is_done_all_the_same() {
    let folder = Scratch::new();
    fs::write(folder.join("c"), CONF).expect("a file of our own");
    fs::write(folder.join("l"), LEASES).expect("a file of our own");
    let path = folder.path().canonicalize().expect("it is there");
    for (command, what) in [
        ("hosts --conf c --leases l", "omsh: the answer".to_owned()),
        ("check --conf c --leases l --server 127.0.0.1 --port 1", "omsh: the answer".to_owned()),
        ("keygen --force k", format!("omsh: the key k is made, and in {}/k.key, but the answer", path.display())),
    ] {
        let (got, said) = status(&folder, &format!("exec $OMSH {command} >/dev/full"));
        let expected = format!("{what} cannot be written: No space left on device (os error 28)\n");
        assert!(got == Some(2) && said.ends_with(&expected), "{command}: expected {expected:?}, got {got:?}: {said}");
    }
    assert!(folder.join("k.key").exists());
}

#[test]
fn the_drop_in_minds_no_closed_stdout() {
    let folder = Scratch::new();
    for redirection in [">&-", ">/dev/full"] {
        let got = status(&folder, &format!("echo help | $OMSH {redirection}"));
        assert_eq!(got, (Some(0), String::new()), "{redirection}");
    }
}
