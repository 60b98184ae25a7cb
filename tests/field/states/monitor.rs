//! The state of a failover pair on a live server: to Nagios, to `check`, and before it is changed.

use std::fs;
use std::time::Duration;

use crate::support::confs;
use crate::support::rehearsal::RehearsalServer;
use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;

/// A server whose lease file has it in that state.
fn server(state: &str) -> RehearsalServer {
    let block = format!(
        "failover peer \"f\" state {{\n  my state {state} at epoch 1796000000;\n  partner state normal at epoch \
         1796000000;\n}}\n"
    );
    RehearsalServer::start_here(&confs::conf("failover"), block.as_bytes(), &[])
}

fn omsh(server: Option<&RehearsalServer>, line: &str) -> Outcome {
    let address = server.map(|server| server.address().to_string());
    let at: Vec<String> = match &address {
        Some(address) => {
            let (host, port) = address.rsplit_once(':').expect("an address with its port");
            ["--server", host, "--port", port].map(str::to_owned).to_vec()
        }
        None => Vec::new(),
    };
    let words = line.split(' ').map(str::to_owned).chain(at);
    Run::ours().named("omsh").arguments(words).limit(Duration::from_secs(60)).alone()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_line(outcome: &Outcome, word: &str, status: i32) {
    let (out, err) = (text(&outcome.stdout), text(&outcome.stderr));
    assert_eq!(outcome.end, End::Exit(status), "{out}{err}");
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(out.starts_with(&format!("FAILOVER {word} - ")), "{out}");
}

#[test]
fn each_state_has_its_level() {
    for (state, word, status) in [
        ("normal", "OK", 0),
        ("startup", "WARNING", 1),
        ("recover", "WARNING", 1),
        ("recover-wait", "WARNING", 1),
        ("recover-done", "WARNING", 1),
        ("conflict-done", "WARNING", 1),
        ("communications-interrupted", "WARNING", 1),
        ("partner-down", "CRITICAL", 2),
        ("potential-conflict", "CRITICAL", 2),
        ("resolution-interrupted", "CRITICAL", 2),
        ("paused", "CRITICAL", 2),
        ("shutdown", "CRITICAL", 2),
        ("unknown-state", "UNKNOWN", 3),
    ] {
        let server = server(state);
        let outcome = omsh(Some(&server), "failover show f --nagios");
        assert_line(&outcome, word, status);
        if word != "UNKNOWN" {
            assert!(text(&outcome.stdout).contains(&format!(": {state}, partner normal")), "{}", text(&outcome.stdout));
        }
    }
}

#[test]
fn every_error_is_a_line_and_unknown() {
    let live = server("normal");
    assert_line(&omsh(Some(&live), "failover show nonsense --nagios"), "UNKNOWN", 3);
    let port = live.address().port();
    drop(live);
    let gone = Run::ours()
        .named("omsh")
        .arguments(["failover", "show", "f", "--nagios", "--server", "127.0.0.1", "--port"])
        .arguments([port.to_string()])
        .alone();
    assert_line(&gone, "UNKNOWN", 3);

    let folder = Scratch::new();
    fs::create_dir(folder.join("omsh")).expect("a folder of our own");
    fs::write(folder.join("omsh/config.toml"), "[profiles.default\n").expect("a file of our own");
    let broken = Run::ours()
        .named("omsh")
        .arguments(["failover", "show", "f", "--nagios"])
        .environment("XDG_CONFIG_HOME", folder.path())
        .alone();
    assert_line(&broken, "UNKNOWN", 3);

    // A command line that makes no sense is no critical state of the server.
    assert_line(&omsh(None, "failover show f --nagios --nonsense"), "UNKNOWN", 3);
    let pools = omsh(None, "pools --warning 80 --nonsense");
    assert_eq!(pools.end, End::Exit(3), "{}", text(&pools.stderr));
    assert!(text(&pools.stdout).starts_with("DHCP UNKNOWN - "), "{}", text(&pools.stdout));
}

#[test]
fn check_warns_of_a_state_that_is_not_normal() {
    let folder = Scratch::new();
    fs::write(folder.join("conf"), confs::conf("failover")).expect("a file of our own");
    fs::write(folder.join("leases"), "").expect("a file of our own");
    let files = format!("--conf {} --leases {}", folder.join("conf").display(), folder.join("leases").display());
    for (state, result) in [("normal", "ok"), ("partner-down", "warning"), ("recover", "warning")] {
        let server = server(state);
        let outcome = omsh(Some(&server), &format!("check --output jsonl {files}"));
        let out = text(&outcome.stdout);
        let steps: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
        let step = steps.iter().find(|step| step["step"] == "failover").unwrap_or_else(|| panic!("no step: {out}"));
        assert_eq!(step["result"], result, "{step}");
        assert!(step["details"].as_str().expect("text").contains(state), "{step}");
        assert_eq!(step["advice"].is_null(), result == "ok", "{step}");
    }
}

#[test]
fn set_state_warns_of_what_cannot_end_well() {
    for (now, wanted, warning) in [
        ("normal", "partner-down", Some("which is not down")),
        ("communications-interrupted", "partner-down", Some("make sure that it is stopped")),
        ("normal", "recover", Some("answers no clients until")),
        ("communications-interrupted", "recover", Some("until the partner is back")),
        ("communications-interrupted", "normal", Some("leaves a part of the clients")),
        ("normal", "shutdown", Some("its partner goes to partner-down")),
        ("partner-down", "shutdown", Some("nobody left")),
        ("partner-down", "partner-down", None),
        ("shutdown", "partner-down", None),
    ] {
        let server = server(now);
        for dry_run in [" --dry-run", ""] {
            let outcome = omsh(Some(&server), &format!("failover set-state f {wanted}{dry_run}"));
            let err = text(&outcome.stderr);
            assert_eq!(outcome.end, End::Exit(0), "{err}");
            match warning {
                Some(warning) => assert!(err.contains("warning: ") && err.contains(warning), "{now} {wanted}: {err}"),
                None => assert_eq!(err, "", "{now} {wanted}"),
            }
        }
    }
}
