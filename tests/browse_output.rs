//! What browsing looks like to those who read it: Nagios, Prometheus, terminals, `head`, and the shell's other faces.

#[path = "browse_commands/site.rs"]
mod site;
mod support;

use std::process::{Command, Stdio};

use serde_json::Value;
use site::{Site, check};
use support::run::{End, Run};

#[test]
fn nagios_is_told_what_it_wants_to_hear() {
    check(
        &Site::new(),
        &[
            (
                "pools --warning 80 --critical 90",
                0,
                &["DHCP OK - 6 of 19 addresses in use | ", " 'all networks'=31.6%;80;90;0;100\n"],
                "",
            ),
            ("pools --warning 70 --critical 90", 1, &["DHCP WARNING - pool 10.9.0.2-10.9.0.5 is at 75.0% | "], ""),
            ("pools --warning 20 --critical 75", 2, &["DHCP CRITICAL - pool 10.9.0.2-10.9.0.5 is at 75.0% | "], ""),
            ("pools --critical 50% subnet=10.1.1.0/24", 0, &["DHCP OK - "], ""),
            (
                "pools --warning 80 --leases nowhere",
                3,
                &["DHCP UNKNOWN - nowhere cannot be opened"],
                "nowhere cannot be opened",
            ),
            ("pools --warning 80 state=busy", 3, &["DHCP UNKNOWN - the filter `state=busy`"], "`busy` is no state"),
        ],
    );
    let first = Site::new().outcome("pools --warning 70").stdout;
    assert!(first.starts_with(b"DHCP WARNING - "), "the first line is Nagios's");
}

#[test]
fn prometheus_can_read_the_gauges() {
    let site = Site::new();
    let outcome = site.outcome("pools --output prometheus");
    assert_eq!((outcome.end, outcome.stderr.len()), (End::Exit(0), 0));
    let text = site.text(&outcome.stdout);
    let mut samples = 0;
    let mut kind = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            kind = rest.strip_suffix(" gauge");
            assert!(kind.is_some(), "{line}");
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
            let (name, labels) =
                name.split_once('{').map_or((name, ""), |(name, labels)| (name, labels.trim_end_matches('}')));
            assert_eq!(Some(name), kind, "a sample of what its TYPE names");
            assert!(labels.is_empty() || labels.split("\",").all(|label| label.contains("=\"")), "{line}");
            value.parse::<f64>().unwrap_or_else(|error| panic!("{error}: {line}"));
            samples += 1;
        }
    }
    assert_eq!(samples, 7 * 5 + 1, "{text}");
    let used = "dhcpd_addresses_used{kind=\"pool\",name=\"10.9.0.2-10.9.0.5\",shared_network=\"10.9.0.0/29\"} 3\n";
    assert!(text.contains(used), "{text}");
}

#[test]
fn hostile_names_are_raw_in_no_format() {
    let site = Site::new();
    for command in
        ["leases", "leases --history", "leases --color always", "find 10.1.1.11", "find owned", "watch --help"]
    {
        for format in ["table", "plain", "json", "jsonl", "csv"] {
            let outcome = site.outcome(&format!("{command} --output {format}"));
            let text = site.text(&outcome.stdout);
            assert!(!text.contains("\u{1b}]") && !text.contains('\u{7}'), "{command} {format}: {text:?}");
            assert!(!text.contains('\u{202e}'), "{command} {format}: {text:?}");
            let is_formula = |field: &str| field.trim_matches('"').starts_with('=');
            assert!(format != "csv" || !text.split(['\n', ',']).any(is_formula), "{command} {format}: {text}");
        }
    }
    let rows: Vec<Value> = serde_json::from_slice(&site.outcome("leases --output json").stdout).expect("JSON");
    let names: Vec<_> = rows.iter().map(|row| row["hostname"].as_str().unwrap_or_default()).collect();
    assert_eq!(names[1], "\u{1b}]0;owned\u{7}", "in JSON an escape is one of JSON");
    assert_eq!(rows[5]["hostname"], "latin\\xe9");
    assert_eq!(rows[5]["hostname_hex"], "6c6174696ee9");
}

#[test]
fn colours_are_for_terminals_and_for_who_insists() {
    let site = Site::new();
    let has_colour = |run: Run| run.alone().stdout.contains(&0x1b);
    assert!(!has_colour(site.run("leases")), "a pipe is no terminal");
    assert!(has_colour(site.run("leases --color always")));
    assert!(has_colour(site.run("leases --color always").environment("NO_COLOR", "1")), "asked for in so many words");
    assert!(has_colour(site.run("map 10.9.0.0/29 --color always")));
    let on_terminal = |more: &str, variables: &[(&str, &str)]| {
        let line = format!("{} leases{more}", support::OURS);
        let mut run = Run::program("/usr/bin/script").named("script").arguments(["-qec", &line, "/dev/null"]);
        for (name, file) in [("OMSH_CONF", "conf"), ("OMSH_LEASES", "leases")] {
            run = run.environment(name, site.path(file));
        }
        has_colour(variables.iter().fold(run, |run, (name, value)| run.environment(name, *value)))
    };
    assert!(on_terminal("", &[("TERM", "xterm")]));
    assert!(!on_terminal("", &[("TERM", "xterm"), ("NO_COLOR", "1")]));
    assert!(!on_terminal("", &[("TERM", "dumb")]));
    assert!(!on_terminal(" --color never", &[("TERM", "xterm")]));
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let site = Site::new();
    let block = "lease 10.1.A.B { starts 1 2026/11/19 20:00:00; ends never; binding state active; }\n";
    let many: String = (0..50_000_u32)
        .map(|i| block.replace("10.1.A.B", &std::net::Ipv4Addr::from(0x0a01_0000 + i).to_string()))
        .collect();
    std::fs::write(site.folder.join("leases"), many).expect("a file of our own");
    for format in ["table", "plain", "json", "jsonl", "csv"] {
        let line = format!("{} leases --output {format} | head -1; echo ${{PIPESTATUS[0]}}", support::OURS);
        let mut bash = Command::new("bash");
        bash.args(["-c", &line]).env("OMSH_CONF", site.path("conf")).env("OMSH_LEASES", site.path("leases"));
        let output = bash.stdin(Stdio::null()).output().expect("bash runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            (text.lines().count(), text.lines().last(), output.stderr.len()),
            (2, Some("0"), 0),
            "{format}: {output:?}"
        );
    }
}

#[test]
fn the_same_words_are_verbs_of_the_shell() {
    let site = Site::new();
    let line = "leases hostname=laptop --output plain --columns address,state";
    let answer = "10.1.1.10\tactive\n";
    let outcome = site.run("").stdin(format!("{line}\nnonsense\nleases state=busy\n")).alone();
    assert_eq!(outcome.end, End::Exit(0), "omshell's status");
    let (out, err) = (site.text(&outcome.stdout), site.text(&outcome.stderr));
    assert!(out.starts_with(&format!("> {answer}> ")), "the drop-in face: {out}");
    assert!(err.contains("`busy` is no state"), "{err}");
    let outcome = Run::ours().stdin(format!("{line}\n")).environment("OMSH_LEASES", site.path("leases")).alone();
    assert!(site.text(&outcome.stdout).contains(answer), "under omshell's name: {}", site.text(&outcome.stdout));
    let outcome = site.run(&format!("-c '{line}'")).alone();
    assert_eq!((outcome.end, site.text(&outcome.stdout)), (End::Exit(0), answer.to_owned()));
    std::fs::write(site.folder.join("script"), format!("{line}\nleases zzz\npools --critical 50\n"))
        .expect("a file of our own");
    let outcome = site.run(&format!("-f {}", site.path("script"))).alone();
    assert_eq!(outcome.end, End::Exit(1), "the status of the first line that fails");
    let out = site.text(&outcome.stdout);
    assert!(out.starts_with(answer) && out.contains("DHCP CRITICAL - "), "{out}");
    let outcome = site.run(&format!("-f {} --strict", site.path("script"))).alone();
    assert!(!site.text(&outcome.stdout).contains("DHCP CRITICAL - "), "stops at the first failure");
}
