//! `omsh diff`: files, servers and exports compared with one another.

mod bulk;
mod support;

use bulk::State;
use bulk::site::{CONF, Site};
use serde_json::Value;
use support::net::Net;
use support::run::{End, Outcome};

const LEASES: &str = "group green {\n  dynamic;\n  supersede server.filename = \"green\";\n}\n\
    host one {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n  fixed-address 10.1.0.11;\n  group \"green\";\n}\n\
    host two {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:02;\n  uid \"two\";\n  supersede host-name = \"two\";\n}\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn diff(site: &Site, from: &str, to: &str) -> Outcome {
    let side = |name: &str| match name {
        "server" | "files" => name.into(),
        name => site.path(name).into_os_string(),
    };
    site.run(["diff".into(), side(from), side(to), "--output".into(), "jsonl".into()]).within(&site.net)
}

/// What differs: the result, the kind and the name of each, in order of these.
fn differences(outcome: &Outcome) -> Vec<(String, String, String)> {
    let value = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = text(&outcome.stdout);
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut all: Vec<_> = rows.map(|row| (value(&row, "result"), value(&row, "kind"), value(&row, "name"))).collect();
    all.sort();
    all
}

#[track_caller]
fn expect(site: &Site, from: &str, to: &str, expected: &[(&str, &str, &str)]) {
    let leases = site.dhcpd.leases();
    let outcome = diff(site, from, to);
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(differences(&outcome), expected, "{from} {to}: {}", text(&outcome.stderr));
    assert_eq!(outcome.end, End::Exit(i32::from(!expected.is_empty())), "{from} {to}: {}", text(&outcome.stderr));
    assert_eq!(site.dhcpd.leases(), leases, "{from} {to}");
}

#[test]
fn sides_that_are_alike_do_not_differ() {
    let site = Site::start(&Net::new(), CONF, LEASES.as_bytes());
    let state = State::of_leases(&site.dhcpd.leases());
    site.put("same.csv", state.csv());
    site.put("same.jsonl", state.json_lines(&State::default()));
    site.put("same.leases", site.dhcpd.leases());
    let export = site.run(["hosts", "--output", "jsonl", "--columns", "all"]).within(&site.net);
    site.put("export.jsonl", &export.stdout);
    let all = ["files", "same.csv", "same.jsonl", "same.leases"];
    for from in all {
        for to in all.into_iter().filter(|to| *to != "files" || from != "files") {
            expect(&site, from, to, &[]);
        }
        expect(&site, "server", from, &[]);
        expect(&site, from, "server", &[]);
    }
    // An export of the hosts has no groups.
    expect(&site, "server", "export.jsonl", &[]);
    expect(&site, "files", "export.jsonl", &[("removed", "group", "green")]);
    let said = site.applied("export.jsonl", &[]);
    assert!(said.contains("2 as they should be already") && said.lines().count() == 1, "{said}");
}

#[test]
fn what_differs_is_what_would_make_the_one_of_the_other() {
    let site = Site::start(&Net::new(), CONF, LEASES.as_bytes());
    let mut state = State::of_leases(&site.dhcpd.leases());
    let two = state.hosts.remove("two").expect("it is there");
    state.hosts.insert("three".to_owned(), two);
    state.hosts.get_mut("one").expect("it is there").group = None;
    state.groups.insert("green".to_owned(), "supersede server.filename = \"other\";".to_owned());
    state.groups.insert("blue".to_owned(), "supersede server.filename = \"blue\";".to_owned());
    site.put("other.csv", state.csv());
    let there = [
        ("added", "group", "blue"),
        ("added", "host", "three"),
        ("changed", "group", "green"),
        ("changed", "host", "one"),
        ("removed", "host", "two"),
    ];
    let back = [
        ("added", "host", "two"),
        ("changed", "group", "green"),
        ("changed", "host", "one"),
        ("removed", "group", "blue"),
        ("removed", "host", "three"),
    ];
    expect(&site, "files", "other.csv", &there);
    expect(&site, "other.csv", "files", &back);
    // A server tells no statements and no groups of hosts, and nothing that it is not asked about.
    expect(&site, "server", "other.csv", &[("added", "group", "blue"), ("added", "host", "three")]);
    expect(&site, "other.csv", "server", &[("removed", "group", "blue"), ("removed", "host", "three")]);
    site.put("moved.csv", "name,mac,addresses\none,02:00:00:00:00:01,10.1.0.99\n");
    expect(&site, "server", "moved.csv", &[("changed", "host", "one")]);
    // What a file does not say, it does not compare.
    site.put("partial.csv", "name,mac\none,02:00:00:00:00:01\n");
    expect(&site, "server", "partial.csv", &[]);
    // Applied, they do not differ any longer.
    site.applied("other.csv", &["--prune"]);
    expect(&site, "files", "other.csv", &[]);
}

#[test]
fn what_cannot_be_compared_is_told() {
    let mut site = Site::start(&Net::new(), CONF, LEASES.as_bytes());
    site.put("wrong.csv", "name,mac\nx,zz\ny,02:00:00:00:00:0g\n");
    site.put("twice.csv", "name,mac\nx,02:00:00:00:00:07\nx,02:00:00:00:00:08\n");
    site.put("good.csv", "name,mac\nx,02:00:00:00:00:07\n");
    let good = site.path("good.csv").display().to_string();
    let refuses = |site: &Site, from: &str, to: &str, status: i32, said: &str| {
        let outcome = diff(site, from, to);
        let stderr = text(&outcome.stderr);
        assert_eq!(outcome.end, End::Exit(status), "{from} {to}: {stderr}");
        assert!(stderr.contains(said), "{from} {to}: {stderr}");
        assert!(outcome.stdout.is_empty(), "{from} {to}");
    };
    refuses(&site, "server", "server", 2, "a server is the same as itself");
    refuses(&site, "files", "files", 2, "the server's files are the same as themselves");
    refuses(&site, "files", "missing.csv", 2, "cannot read");
    refuses(&site, "files", "wrong.csv", 2, "wrong.csv:2: mac: ");
    refuses(&site, "wrong.csv", "files", 2, "wrong.csv:3: mac: ");
    refuses(&site, "files", "twice.csv", 2, "twice.csv:3: the host x is in line 2 already");
    site.put("wrong.conf", format!("{CONF}\nfoo bar;\n"));
    let wrong = site.path("wrong.conf").display().to_string();
    let outcome = site.run(["diff", "files", &good, "--conf", &wrong]).within(&site.net);
    let said = text(&outcome.stderr);
    assert_eq!(outcome.end, End::Exit(2), "{said}");
    assert!(said.contains("the server's files cannot be read here: ") && said.contains("wrong.conf:"), "{said}");
    site.dhcpd.kill();
    refuses(&site, "server", "good.csv", 3, "127.0.0.1 port 7911");
    expect(&site, "good.csv", "good.csv", &[]);
}
