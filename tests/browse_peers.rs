//! Other programs as oracles for browsing, on random servers' files: dhcpd-pools for how full pools are,
//! python3-isc-dhcp-leases and dhcp-lease-list for leases. Where they are not right, the exception is named.
//!
//! - `OMSH_BROWSE_FILES=N`: how many random files (100).
//! - `OMSH_DIFF_SEED=N`: the files of that seed again; each run prints its seed.

mod browse_files;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};
use support::run::{End, Run};
use support::scratch::Scratch;
use support::{PYTHON, workers};

/// Fields by their names.
type Row = Map<String, Value>;

const READER: &str = include_str!("browse_peers/isc_dhcp_leases.py");

/// Fails, with the remedy, where a peer is missing.
fn require_peers() {
    let peers = [
        ("dhcpd-pools", "/usr/bin/dhcpd-pools"),
        ("isc-dhcp-server", "/usr/sbin/dhcp-lease-list"),
        ("python3-isc-dhcp-leases", "/usr/lib/python3/dist-packages/isc_dhcp_leases"),
    ];
    let missing: Vec<&str> =
        peers.iter().filter(|(_, path)| !Path::new(path).exists()).map(|(name, _)| *name).collect();
    assert!(missing.is_empty(), "on Debian or Ubuntu: apt-get install -y {}", missing.join(" "));
}

/// A server's files in a directory.
struct Site {
    folder: Scratch,
    /// What is in them, for the day that a test fails.
    text: String,
}

impl Site {
    fn new(files: &browse_files::Files) -> Site {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), &files.conf).expect("a file of our own");
        std::fs::write(folder.join("leases"), &files.leases).expect("a file of our own");
        Site { folder, text: format!("{}\n{}", files.conf, String::from_utf8_lossy(&files.leases)) }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Rows of ours.
    fn ours(&self, arguments: &[&str]) -> Vec<Row> {
        let run = Run::ours().named("omsh").arguments(arguments).arguments(["--columns", "all", "--output", "jsonl"]);
        let outcome = run.arguments(["--conf", &self.path("conf"), "--leases", &self.path("leases")]).alone();
        let said = String::from_utf8_lossy(&outcome.stderr);
        let nothing = (outcome.end, &*said) == (End::Exit(1), "omsh: no lease is like that\n");
        assert!(nothing || (outcome.end, &*said) == (End::Exit(0), ""), "{said}\n{}", self.text);
        String::from_utf8(outcome.stdout).expect("JSON is UTF-8").lines().map(row).collect()
    }
}

fn row(line: &str) -> Row {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Puts `compare` to random files, and shows the first of those in which something differs.
fn on_random_files(compare: impl Fn(&Site) -> Vec<String> + Sync) {
    require_peers();
    let seed = browse_files::seed();
    let indices: Vec<u64> = (0..browse_files::count("OMSH_BROWSE_FILES", 100)).collect();
    let reports = workers::share(&indices, |index, []| {
        let site = Site::new(&browse_files::plain(seed, *index));
        let differences = compare(&site);
        (!differences.is_empty()).then(|| format!("file {index}:\n{}\n{}", differences.join("\n"), site.text))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {} differ; the first:\n{}", failures.len(), indices.len(), failures[0]);
}

/// What dhcpd-pools and we count.
#[derive(Clone, Debug, Default, PartialEq)]
struct Figures {
    defined: u64,
    used: u64,
    touched: u64,
    free: u64,
}

impl Figures {
    fn of(row: &Row) -> Figures {
        let number = |name: &str| row[name].as_u64().unwrap_or_else(|| panic!("{name} in {row:?}"));
        Figures { defined: number("defined"), used: number("used"), touched: number("touched"), free: number("free") }
    }

    fn add(&mut self, other: &Figures) {
        self.defined += other.defined;
        self.used += other.used;
        self.touched += other.touched;
        self.free += other.free;
    }
}

/// Exception: dhcpd-pools looks at the state that the file has and not at the time: an active lease that has ended is
/// in use there, and with us touched.
fn with_ended_leases_in_use(mut figures: Figures, leases: &[&Row]) -> Figures {
    // By the text of the time, not by what we make of it. `never` comes after all of them.
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let has_ended = |row: &&&Row| row["ends"].as_str().is_some_and(|ends| ends < now.as_str());
    let ended = leases.iter().filter(|row| row["recorded_state"] == "active").filter(has_ended).count() as u64;
    figures.used += ended;
    figures.free -= ended;
    figures.touched -= ended;
    figures
}

fn is_within(row: &Row, low: &str, high: &str) -> bool {
    let number = |text: &str| u32::from(text.parse::<std::net::Ipv4Addr>().expect("an address"));
    (number(low)..=number(high)).contains(&number(row["address"].as_str().expect("text")))
}

#[test]
fn pools_are_as_full_as_dhcpd_pools_says() {
    on_random_files(|site| {
        let mut command = Command::new("/usr/bin/dhcpd-pools");
        command.args(["-f", "j", "-c", &site.path("conf"), "-l", &site.path("leases")]);
        let theirs: Value = serde_json::from_str(&output(&mut command)).expect("JSON");
        let rows = |name: &str| -> Vec<Row> {
            let rows = theirs[name].as_array().cloned().unwrap_or_default();
            rows.into_iter().map(|row| row.as_object().expect("an object").clone()).collect()
        };
        let leases = site.ours(&["leases"]);
        let ranges: BTreeMap<String, Figures> = rows("subnets")
            .iter()
            .map(|row| (row["range"].as_str().unwrap().replace(' ', ""), Figures::of(row)))
            .collect();
        let shared: BTreeMap<String, Figures> =
            rows("shared-networks").iter().map(|row| (row["location"].to_string(), Figures::of(row))).collect();
        let mut differences = Vec::new();
        let mut compare = |name: &str, ours: Figures, theirs: Option<&Figures>| {
            if theirs != Some(&ours) {
                differences.push(format!("{name}: ours {ours:?}, theirs {theirs:?}"));
            }
        };
        for row in site.ours(&["pools"]) {
            let name = row["name"].as_str().expect("text");
            match row["kind"].as_str().expect("text") {
                "pool" => {
                    // dhcpd-pools lists ranges, and the pool is all of its own. One address is a range there, too.
                    let pairs: Vec<(&str, &str)> =
                        name.split(", ").map(|range| range.split_once('-').unwrap_or((range, range))).collect();
                    let mut sum = Figures::default();
                    for (low, high) in &pairs {
                        let range = ranges.get(&format!("{low}-{high}"));
                        sum.add(range.unwrap_or_else(|| panic!("no range {low}-{high} in {ranges:?}")));
                    }
                    let inside = |row: &&Row| pairs.iter().any(|(low, high)| is_within(row, low, high));
                    let own: Vec<&Row> = leases.iter().filter(inside).collect();
                    compare(name, with_ended_leases_in_use(Figures::of(&row), &own), Some(&sum));
                }
                "shared-network" => {
                    let own: Vec<&Row> = leases
                        .iter()
                        .filter(|lease| lease["shared_network"] == name && lease["in_pool"] == true)
                        .collect();
                    let theirs = shared.get(&Value::from(name).to_string());
                    compare(name, with_ended_leases_in_use(Figures::of(&row), &own), theirs);
                }
                _ => {
                    let own: Vec<&Row> = leases.iter().filter(|lease| lease["in_pool"] == true).collect();
                    let theirs = Figures::of(theirs["summary"].as_object().expect("an object"));
                    compare(name, with_ended_leases_in_use(Figures::of(&row), &own), Some(&theirs));
                }
            }
        }
        differences
    });
}

/// What all three know of a lease.
fn essence(row: &Row) -> String {
    let fields = ["address", "mac", "hostname", "starts", "ends"].map(|name| row[name].to_string());
    fields.join(" ")
}

/// The leases that are on one side only.
fn one_sided(what: &str, mut ours: Vec<String>, mut theirs: Vec<String>) -> Vec<String> {
    ours.sort();
    theirs.sort();
    if ours == theirs {
        return Vec::new();
    }
    let lacking = |from: &[String], other: &[String]| -> Vec<String> {
        from.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    vec![format!("{what}: only ours {:#?}, only theirs {:#?}", lacking(&ours, &theirs), lacking(&theirs, &ours))]
}

/// Whether a block is the last one of its address.
fn is_last(history: &[Row], index: usize) -> bool {
    history[index + 1..].iter().all(|later| later["address"] != history[index]["address"])
}

#[test]
fn leases_are_those_of_python_isc_dhcp_leases() {
    on_random_files(|site| {
        let mut command = Command::new(PYTHON);
        let theirs: Vec<Row> = output(command.args(["-c", READER, &site.path("leases")])).lines().map(row).collect();
        let of = |what: &str| theirs.iter().filter(|row| row["what"] == what).map(essence).collect::<Vec<_>>();
        let history = site.ours(&["leases", "--history"]);
        // Exception: blocks without `hardware` are left out there.
        let with_mac = || history.iter().enumerate().filter(|(_, row)| row["mac"] != Value::Null);
        let mut differences = one_sided("blocks", with_mac().map(|(_, row)| essence(row)).collect(), of("block"));

        // Exceptions: a block counts there until its end although a later one says otherwise, and of those of a
        // hardware address only the last is kept.
        let mut current: BTreeMap<String, (usize, String)> = BTreeMap::new();
        let ours = site.ours(&["leases", "state=active"]);
        let theirs = of("current");
        for (index, row) in with_mac() {
            if theirs.contains(&essence(row)) || ours.iter().any(|ours| essence(ours) == essence(row)) {
                current.insert(row["mac"].to_string(), (index, essence(row)));
            }
        }
        for (index, essence) in current.into_values() {
            let is_ours = ours.iter().any(|row| self::essence(row) == essence);
            if is_ours != theirs.contains(&essence) && is_last(&history, index) {
                differences
                    .push(format!("current: {essence} is {}", if is_ours { "ours only" } else { "theirs only" }));
            }
        }
        differences
    });
}

#[test]
fn leases_are_those_of_dhcp_lease_list() {
    on_random_files(|site| {
        let listed = |all: &[&str]| -> Vec<String> {
            let mut command = Command::new("/usr/sbin/dhcp-lease-list");
            let text = output(command.args(["--parsable", "--lease", &site.path("leases")]).args(all));
            text.lines().map(listed_lease).collect()
        };
        let history = site.ours(&["leases", "--history"]);
        // Exceptions: blocks without `hardware`, those that never end, and those with the letters of `lease` in them,
        // as there are in `released`, are left out there.
        let seen = |row: &Row| {
            let ends = row["ends"] != "never" && row["ends"] != Value::Null;
            row["mac"] != Value::Null && ends && row["recorded_state"] != "released"
        };
        let with_mac: Vec<String> = history.iter().filter(|row| seen(row)).map(essence).collect();
        let mut differences = one_sided("all blocks", with_mac, listed(&["--all"]));

        let theirs = listed(&[]);
        let ours = site.ours(&["leases", "state=active"]);
        for (index, row) in history.iter().enumerate() {
            let lease = essence(row);
            let is_ours = ours.iter().any(|row| essence(row) == lease);
            let is_theirs = theirs.contains(&lease);
            // Exception: a block counts there until its end although a later one says otherwise.
            let is_right = is_last(&history, index);
            // Exception: of those of a hardware address only the one that ends first is kept.
            let is_first = || theirs.iter().any(|other| other.contains(&row["mac"].to_string()));
            if is_ours && seen(row) && !is_theirs && !is_first() || is_theirs && is_right && !is_ours {
                differences.push(format!("current: {lease} is {}", if is_ours { "ours only" } else { "theirs only" }));
            }
        }
        differences
    });
}

/// `MAC … IP … HOSTNAME … BEGIN … … END … … MANUFACTURER …`, in our words.
fn listed_lease(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let ["MAC", mac, "IP", address, "HOSTNAME", hostname, "BEGIN", from_day, from, "END", to_day, to, ..] = words[..]
    else {
        panic!("no lease: {line}")
    };
    let hostname = if hostname == "-NA-" { Value::Null } else { hostname.into() };
    let (starts, ends) = (format!("{from_day}T{from}Z"), format!("{to_day}T{to}Z"));
    let fields = [("address", address.into()), ("mac", mac.into()), ("hostname", hostname)];
    let times = [("starts", starts.into()), ("ends", ends.into())];
    essence(&fields.into_iter().chain(times).map(|(name, value)| (name.to_owned(), value)).collect())
}
