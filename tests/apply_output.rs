//! What `omsh apply` tells, to people and to programs: each change once, with the line that wants it, what became of it
//! and why; sums that are right; and the exit statuses.

mod bulk;
mod support;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use bulk::site::{CONF, Site};
use serde_json::Value;
use support::net::Net;
use support::run::{End, Outcome};

const LEASES: &str = "group green {\n  dynamic;\n  supersede server.filename = \"green\";\n}\n\
    host kept {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n  fixed-address 10.1.0.11;\n}\n\
    host moved {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:02;\n  fixed-address 10.1.0.12;\n}\n\
    host meddled {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:03;\n  fixed-address 10.1.0.13;\n}\n\
    host gone {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:04;\n}\n\
    host extra {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:05;\n}\n";

/// Its lines are those of the file, of which some go on in the next one.
const WANTED: &str = "kind,name,mac,addresses,statements,absent\n\
    host,kept,02:00:00:00:00:01,10.1.0.11,,\n\
    # a remark\n\
    host,moved,02:00:00:00:00:02,10.1.0.22,,\n\
    group,blue,,,\"filename\n\"\"blue\"\";\",\n\
    host,meddled,02:00:00:00:00:03,10.1.0.23,,\n\
    host,gone,,,,yes\n\
    host,never,,,,yes\n\
    host,new,02:00:00:00:00:06,10.1.0.26,,\n\
    host,clash,02:00:00:00:00:07,,,\n";

/// What is to be told, by kind and name: the line, the result, and a part of the reason.
const EXPECTED: [(&str, &str, Option<u64>, &str, &str); 7] = [
    ("host", "moved", Some(4), "changed", ""),
    ("group", "blue", Some(5), "added", ""),
    ("host", "meddled", Some(7), "refused", "somebody else has changed or removed it"),
    ("host", "gone", Some(8), "removed", ""),
    ("host", "new", Some(10), "added", ""),
    ("host", "clash", Some(11), "refused", "conflict"),
    ("host", "extra", None, "removed", ""),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A site, and the lease file of a moment ago, since when somebody has changed a host and added one.
fn meddled() -> (Site, PathBuf) {
    let site = Site::start(&Net::new(), CONF, LEASES.as_bytes());
    let stale = site.put("stale.leases", site.dhcpd.leases());
    for words in ["host set meddled --ip 10.1.0.99", "host add other --mac 02:00:00:00:00:07"] {
        let outcome = site.run(words.split(' ')).within(&site.net);
        assert_eq!(outcome.end, End::Exit(0), "{}", text(&outcome.stderr));
    }
    site.put("wanted.csv", WANTED);
    (site, stale)
}

fn apply(site: &Site, stale: &Path, options: &[&str]) -> Outcome {
    apply_without_pruning(site, stale, &[&["--prune"], options].concat())
}

fn apply_without_pruning(site: &Site, stale: &Path, options: &[&str]) -> Outcome {
    let words: [OsString; 4] = ["apply".into(), site.path("wanted.csv").into(), "--leases".into(), stale.into()];
    site.run(words.into_iter().chain(options.iter().map(Into::into))).within(&site.net)
}

/// Rows by kind and name, each there once.
fn by_name(rows: Vec<BTreeMap<String, String>>) -> BTreeMap<(String, String), BTreeMap<String, String>> {
    let count = rows.len();
    let by: BTreeMap<_, _> = rows.into_iter().map(|row| ((row["kind"].clone(), row["name"].clone()), row)).collect();
    assert_eq!(by.len(), count, "an object is told twice");
    by
}

fn json_row(row: &Value) -> BTreeMap<String, String> {
    let value = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    row.as_object().expect("an object").iter().map(|(name, field)| (name.clone(), value(field))).collect()
}

fn read(format: &str, stdout: &[u8]) -> Vec<BTreeMap<String, String>> {
    let said = text(stdout);
    match format {
        "json" => {
            let rows: Vec<Value> = serde_json::from_str(&said).expect("JSON");
            rows.iter().map(json_row).collect()
        }
        "jsonl" => said.lines().map(|line| json_row(&serde_json::from_str(line).expect("JSON"))).collect(),
        _ => {
            let mut reader = csv::Reader::from_reader(stdout);
            reader.deserialize().map(|row| row.expect("a row with the fields of the head")).collect()
        }
    }
}

#[test]
fn programs_are_told_every_change_once_with_its_line_and_what_became_of_it() {
    for format in ["json", "jsonl", "csv"] {
        for is_plan in [true, false] {
            let (site, stale) = meddled();
            let leases = site.dhcpd.leases();
            let how = if is_plan { "--plan" } else { "--yes" };
            let outcome = apply(&site, &stale, &[how, "--output", format]);
            let said = format!("{format} {how}: {}{}", text(&outcome.stdout), text(&outcome.stderr));
            assert_eq!(outcome.end, End::Exit(i32::from(!is_plan)), "{said}");
            assert_eq!(site.dhcpd.leases() == leases, is_plan, "{said}");
            let rows = by_name(read(format, &outcome.stdout));
            assert_eq!(rows.len(), EXPECTED.len(), "{said}");
            for (kind, name, line, result, why) in EXPECTED {
                let row = &rows[&(kind.to_owned(), name.to_owned())];
                let told = [&row["line"], &row["result"], &row["dry_run"], &row["server"]];
                // A plan knows nothing of what will be refused.
                let planned = match name {
                    "meddled" => "changed",
                    "clash" => "added",
                    _ => result,
                };
                let result = if is_plan { planned } else { result };
                let line = line.map(|line| line.to_string()).unwrap_or_default();
                let is_dry = match (format, is_plan) {
                    ("csv", true) => "yes",
                    ("csv", false) => "no",
                    (_, true) => "true",
                    (_, false) => "false",
                };
                assert_eq!(told, [&line, result, is_dry, "127.0.0.1 port 7911"], "{name}: {said}");
                assert!(is_plan || row["reason"].contains(why), "{name}: {said}");
                assert_eq!(!is_plan && !why.is_empty(), !row["reason"].is_empty(), "{name}: {said}");
                assert_eq!(row["before"].is_empty(), planned == "added", "{name}: {said}");
                assert_eq!(row["after"].is_empty(), planned == "removed", "{name}: {said}");
            }
        }
    }
}

#[test]
fn people_are_told_the_same_with_sums_that_are_right() {
    let (site, stale) = meddled();
    let outcome = apply(&site, &stale, &["--plan"]);
    let said = text(&outcome.stdout);
    assert_eq!(outcome.end, End::Exit(0), "{said}");
    assert!(said.contains("3 to add, 2 to change, 2 to remove, 2 as they should be"), "{said}");
    assert_eq!(said.lines().count(), 8, "{said}");

    let outcome = apply(&site, &stale, &["--yes"]);
    let (said, wrong) = (text(&outcome.stdout), text(&outcome.stderr));
    assert_eq!(outcome.end, End::Exit(1), "{said}{wrong}");
    for sentence in
        ["changed host moved", "added group blue", "removed host gone", "added host new", "removed host extra"]
    {
        assert_eq!(said.matches(sentence).count(), 1, "{sentence}: {said}");
    }
    assert!(said.contains("2 added, 1 changed, 2 removed, 2 as they should be already, 2 refused"), "{said}");
    let here = site.path("wanted.csv").display().to_string();
    for (line, name) in [(7, "meddled"), (11, "clash")] {
        let start = format!("omsh: {here}:{line}: ");
        let told = wrong.lines().filter(|said| said.starts_with(&start) && said.contains(name)).count();
        assert_eq!(told, 1, "{wrong}");
    }
    // What was refused for what is over by now is done the next time.
    let away = site.run(["host", "remove", "other"]).within(&site.net);
    assert_eq!(away.end, End::Exit(0), "{}", text(&away.stderr));
    let said = site.applied("wanted.csv", &["--prune"]);
    assert!(said.contains("1 added, 1 changed, 6 as they should be already"), "{said}");
    let said = site.applied("wanted.csv", &["--prune"]);
    assert!(said.contains("8 as they should be already") && said.lines().count() == 1, "{said}");
    assert_eq!(site.applied("wanted.csv", &["--prune", "--quiet"]), "");
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let (mut site, stale) = meddled();
    assert_eq!(apply(&site, &stale, &["--yes"]).end, End::Exit(1));
    assert_eq!(apply(&site, &stale, &[]).end, End::Exit(2));
    site.dhcpd.kill();
    let outcome = apply(&site, &stale, &["--yes"]);
    assert_eq!((outcome.end, text(&outcome.stdout)), (End::Exit(3), String::new()), "{}", text(&outcome.stderr));
}

#[test]
fn what_hangs_on_something_that_was_refused_is_not_done_either() {
    let leases = "group green {\n  dynamic;\n  supersede server.filename = \"green\";\n}\n".to_owned()
        + &(1..=40)
            .map(|number| {
                format!(
                    "host h{number:02} {{\n  dynamic;\n  hardware ethernet 02:00:00:00:00:{number:02x};\n  \
                     fixed-address 10.1.0.{number};\n  group \"green\";\n}}\n"
                )
            })
            .collect::<String>();
    let mut site = Site::start(&Net::new(), CONF, leases.as_bytes());
    let stale = site.put("stale.leases", site.dhcpd.leases());
    let meddled = site.run(["host", "set", "h40", "--mac", "02:00:00:00:01:00"]).within(&site.net);
    assert_eq!(meddled.end, End::Exit(0), "{}", text(&meddled.stderr));
    // Each takes the address of the next one, the last one another; and nobody has the group any longer.
    let lines = (1..=40).map(|number| format!("host,h{number:02},10.1.0.{},,\n", number + 1));
    let table = "kind,name,addresses,group,absent\ngroup,green,,,yes\n".to_owned() + &lines.collect::<String>();
    site.put("wanted.csv", table);
    let outcome = apply_without_pruning(&site, &stale, &["--yes"]);
    let (said, wrong) = (text(&outcome.stdout), text(&outcome.stderr));
    assert_eq!(outcome.end, End::Exit(1), "{said}{wrong}");
    assert!(said.contains("41 refused") && !said.contains("half done"), "{said}{wrong}");
    assert!(wrong.contains("cannot change the host h39: the host h40 has not given up its address"), "{wrong}");
    assert!(wrong.contains("cannot remove the group green: the host h"), "{wrong}");
    let state = site.rewritten();
    let mut addresses: Vec<_> = state.hosts.values().flat_map(|host| host.addresses.clone()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!((state.hosts.len(), addresses.len(), state.groups.len()), (40, 40, 1), "{state:?}");
    assert!(state.hosts.values().all(|host| host.group.as_deref() == Some("green")), "{state:?}");
    site.applied("wanted.csv", &[]);
    let state = site.rewritten();
    assert!(state.groups.is_empty() && state.hosts.values().all(|host| host.group.is_none()), "{state:?}");
}
