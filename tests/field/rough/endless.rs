//! Files without an end, pipes, and devices.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::OURS;
use crate::support::scratch::Scratch;

const CONF: &str = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n";

/// Runs a line of bash with 1.5 GB of memory and 30 seconds; its status, and all that was said.
fn bounded(folder: &Scratch, line: &str) -> (Option<i32>, String) {
    let mut bash = Command::new("timeout");
    bash.args(["30", "bash", "-c", &format!("ulimit -v 1500000; {line} 2>&1 </dev/null")]);
    let outcome = bash.env("OMSH", OURS).env("TMPDIR", folder.join(".")).current_dir(folder.join(".")).output();
    let outcome = outcome.expect("bash runs");
    (outcome.status.code(), String::from_utf8_lossy(&outcome.stdout).into_owned())
}

fn folder() -> Scratch {
    let folder = Scratch::new();
    fs::write(folder.join("c"), CONF).expect("a file of our own");
    fs::write(folder.join("l"), "").expect("a file of our own");
    folder
}

#[test]
fn a_file_without_an_end_is_refused_with_a_sentence() {
    let folder = folder();
    fs::create_dir_all(folder.join("config/omsh")).expect("a folder of our own");
    symlink("/dev/zero", folder.join("config/omsh/config.toml")).expect("a link of our own");
    for (line, sentence) in [
        ("$OMSH subnets --conf /dev/zero --leases l", "more than 256 MiB"),
        ("$OMSH -f /dev/zero", "more than 256 MiB"),
        ("$OMSH apply /dev/zero --dry-run", "more than 256 MiB"),
        ("$OMSH leases --leases /dev/zero", "more than 1024 MiB"),
        ("$OMSH host show x --key-file /dev/zero --server 127.0.0.1", "more than 64 KiB"),
        ("XDG_CONFIG_HOME=$PWD/config $OMSH host show x", "more than 1 MiB"),
    ] {
        let (status, said) = bounded(&folder, line);
        let end = &said[said.len().saturating_sub(400)..];
        assert!(
            status == Some(2) && said.contains(sentence),
            "{line}: expected 2 and `{sentence}`, got {status:?}: {end}"
        );
    }
}

#[test]
fn a_pipe_is_read_as_the_file_is() {
    let folder = folder();
    let (status, of_file) = bounded(&folder, "$OMSH subnets --conf c --leases l --output plain");
    assert!(status == Some(0) && of_file.contains("10.0.0.0/24"), "{status:?}: {of_file}");
    let (status, of_pipe) = bounded(&folder, "$OMSH subnets --conf <(cat c) --leases <(cat l) --output plain");
    assert_eq!((status, of_pipe), (Some(0), of_file));
    // What looks at it more than once.
    fs::write(folder.join("k"), format!("omapi-port 7912;\n{CONF}")).expect("a file of our own");
    let (_, checked) = bounded(&folder, "$OMSH check --conf <(cat k) --leases l --server 127.0.0.1 --timeout 1");
    assert!(checked.contains("omapi-port\n        7912\n"), "{checked}");
}

#[test]
fn a_pipe_that_nobody_writes_to_is_waited_for_as_long_as_anything_else() {
    let folder = folder();
    let (status, said) = bounded(&folder, "mkfifo pipe; time -p $OMSH --timeout 1 -f pipe");
    assert!(status == Some(2) && said.contains("nobody has written to this pipe within 1 s"), "{status:?}: {said}");
    for line in ["$OMSH subnets --conf pipe --leases l", "$OMSH leases --conf c --leases pipe"] {
        let (status, said) = bounded(&folder, line);
        assert!(status == Some(2) && said.contains("within 10 s"), "{line}: {status:?}: {said}");
    }
    fs::create_dir_all(folder.join("p/omsh")).expect("a folder of our own");
    fs::write(folder.join("p/omsh/config.toml"), "[profiles.default]\nserver = '127.0.0.1'\ntimeout = 0.5\n")
        .expect("ours");
    for (line, limit) in [
        ("OMSH_TIMEOUT=0.7 $OMSH host show a -v --conf pipe --leases l", 0.7),
        ("XDG_CONFIG_HOME=$PWD/p $OMSH host show a -v --conf pipe --leases l", 0.5),
        ("OMSH_TIMEOUT=0.7 $OMSH check --conf pipe --leases l", 0.7),
        ("XDG_CONFIG_HOME=$PWD/p $OMSH check --conf pipe --leases l", 0.5),
        ("XDG_CONFIG_HOME=$PWD/p $OMSH check --timeout 0.3 --conf pipe --leases l", 0.3),
    ] {
        let (status, said) = bounded(&folder, line);
        let expected = format!("nobody has written to this pipe within {limit} s");
        assert!(status != Some(0) && said.contains(&expected), "{line}: {status:?}: {said}");
    }
    let (status, said) = bounded(&folder, "(sleep 1; cat c) >pipe & $OMSH subnets --conf pipe --leases l");
    assert!(status == Some(0) && said.contains("10.0.0.0/24"), "{status:?}: {said}");
}

#[test]
fn what_has_to_follow_a_file_refuses_pipes() {
    let folder = folder();
    let (status, said) = bounded(&folder, "mkfifo pipe; $OMSH watch --conf c --leases pipe");
    assert!(status == Some(2) && said.contains("watch follows a file that dhcpd writes"), "{status:?}: {said}");
}

#[test]
fn a_time_zone_that_cannot_be_read_is_said_once() {
    let folder = folder();
    fs::write(folder.join("l"), "lease 10.0.0.5 { ends 4 2036/11/27 10:00:00; binding state active; }\n")
        .expect("ours");
    for zone in ["Nowhere/City", "<+99"] {
        let line = format!("TZ='{zone}' $OMSH leases --local --conf c --leases l --output plain");
        let (status, said) = bounded(&folder, &line);
        assert_eq!(said.matches("the time zone cannot be read, and times are in UTC").count(), 1, "{said}");
        assert!(status == Some(0) && said.contains("10:00:00"), "{status:?}: {said}");
    }
    let (_, said) = bounded(&folder, "TZ=UTC $OMSH leases --local --conf c --leases l --output plain");
    assert!(!said.contains("time zone"), "{said}");
}
