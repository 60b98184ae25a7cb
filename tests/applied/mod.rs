//! `omsh apply` beside a dhcpd to which something happens: what is there before, what is wanted, and whether what is
//! told of it is so.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod line;
pub mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::random::Random;
use crate::support::OURS;
use crate::support::scratch::Scratch;

/// Longer than any run may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What choices are made by, unless it is said.
pub fn seed() -> u64 {
    let seed = std::env::var("OMSH_DIFF_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
    println!("OMSH_DIFF_SEED={seed}");
    seed
}

/// dhcpd's: a network with the address of the tests' own interface in it.
pub const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nsubnet 10.1.0.0 netmask 255.255.0.0 {}\n";

/// A key that dhcpd may want, as dhcpd.conf and a key file have it.
pub const KEY: &str =
    "key \"apply\" {\n  algorithm hmac-sha256;\n  secret \"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=\";\n};\n";

/// The group whose statements change while hosts have it, and what stands in for it meanwhile.
const CHANGING: &str = "g1";
const STAND_IN: &str = "g1_omsh_stand_in";

/// The lines of each block of a lease file, by its kind and its name, but those that are deleted again.
pub type Blocks = BTreeMap<String, Vec<String>>;

/// Reads dhcpd's lease file: the last block of a name counts.
pub fn blocks(text: &[u8]) -> Blocks {
    let text = String::from_utf8_lossy(text);
    let mut blocks = Blocks::new();
    for (head, lines) in all_blocks(&text) {
        if lines.iter().any(|line| line == "deleted;") {
            blocks.remove(head);
        } else {
            blocks.insert(head.to_owned(), lines);
        }
    }
    blocks
}

/// The blocks of hosts and groups as they stand there.
fn all_blocks(text: &str) -> impl Iterator<Item = (&str, Vec<String>)> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let of_object = |line: &&str| (line.starts_with("host ") || line.starts_with("group ")) && line.ends_with(" {");
        let head = lines.find(of_object)?.trim_end_matches(" {");
        let inner = lines.by_ref().take_while(|line| *line != "}").map(|line| line.trim().to_owned());
        Some((head, inner.filter(|line| line != "dynamic;").collect()))
    })
}

/// The blocks of a lease file that dhcpd has just written anew: no name may be there twice.
pub fn blocks_once(text: &[u8]) -> Result<Blocks, String> {
    let mut names = BTreeSet::new();
    let whole = String::from_utf8_lossy(text);
    match all_blocks(&whole).map(|(head, _)| head).find(|head| !names.insert(*head)) {
        Some(twice) => Err(format!("{twice} is there twice")),
        None => Ok(blocks(text)),
    }
}

/// The text of a lease file with these blocks.
pub fn lease_file(blocks: &Blocks) -> String {
    blocks.iter().map(|(head, lines)| block(head, lines)).collect()
}

fn block(head: &str, lines: &[String]) -> String {
    let inner: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("{head} {{\n  dynamic;\n{inner}}}\n")
}

/// What differs between two, in words.
pub fn difference(expected: &Blocks, got: &Blocks) -> Option<String> {
    let names: BTreeSet<&String> = expected.keys().chain(got.keys()).collect();
    let different = names.into_iter().filter(|name| expected.get(*name) != got.get(*name));
    let lines: Vec<String> =
        different.map(|name| format!("{name}: expected {:?}, got {:?}", expected.get(name), got.get(name))).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A host of the tests.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Host {
    hardware: u32,
    address: Option<u16>,
    group: Option<&'static str>,
    file: Option<String>,
}

impl Host {
    fn mac(&self) -> String {
        let [a, b, c, d] = self.hardware.to_be_bytes();
        format!("02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
    }

    fn ip(&self) -> Option<String> {
        self.address.map(|number| format!("10.1.{}.{}", number / 250 + 2, number % 250 + 1))
    }

    fn lines(&self) -> Vec<String> {
        let hardware = format!("hardware ethernet {};", self.mac());
        let address = self.ip().map(|ip| format!("fixed-address {ip};"));
        let group = self.group.map(|group| format!("group \"{group}\";"));
        let file = self.file.as_deref().map(file_statement);
        [Some(hardware), address, group, file].into_iter().flatten().collect()
    }

    fn entry(&self, name: &str) -> Value {
        json!({
            "name": name,
            "mac": self.mac(),
            "addresses": self.ip().into_iter().collect::<Vec<_>>(),
            "group": self.group,
            "statements": self.file.as_deref().map(file_statement),
        })
    }
}

fn file_statement(file: &str) -> String {
    format!("supersede server.filename = \"{file}\";")
}

/// What is there, and what is wanted of it: creations, removals, changes, and hosts that exchange what they have.
pub struct Trial {
    pub before: Blocks,
    pub after: Blocks,
    /// The file that wants it, JSON lines in any order.
    pub wanted: String,
}

/// What a trial may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that dhcpd keeps of hosts and groups.
    All,
    /// What dhcpd tells over OMAPI.
    Told,
}

impl Trial {
    /// Makes one up, with so many hosts before and so many that are new.
    pub fn new(random: &mut Random, scope: Scope, hosts: usize, new: usize) -> Trial {
        let is_all = scope == Scope::All;
        let mut hardware = 0;
        let mut fresh_hardware = || {
            hardware += 1;
            hardware
        };
        let mut address = 0;
        let mut fresh_address = || {
            address += 1;
            Some(address)
        };
        let mut there: Vec<(String, Option<Host>, Option<Host>)> = Vec::new();
        for number in 0..hosts {
            let host = Host {
                hardware: fresh_hardware(),
                address: if random.one_in(5) { None } else { fresh_address() },
                group: if is_all { random.of(&[None, None, Some("g0"), Some(CHANGING), Some("g2")]) } else { None },
                file: (is_all && random.one_in(3)).then(|| format!("f{number}")),
            };
            there.push((format!("h{number}"), Some(host.clone()), Some(host)));
        }
        for number in 0..hosts {
            let next = (number + 1) % hosts;
            match random.below(12) {
                0..3 => {
                    let after = there[number].2.as_mut();
                    after.into_iter().for_each(|host| host.address = fresh_address());
                }
                3 => there[number].2 = None,
                4 if is_all => there[number].2.iter_mut().for_each(|host| host.hardware = fresh_hardware()),
                // They exchange what they have.
                kind @ (5 | 6) if is_all || kind == 6 => {
                    let (Some(mut one), Some(mut other)) = (there[number].2.clone(), there[next].2.clone()) else {
                        continue;
                    };
                    match kind {
                        5 => std::mem::swap(&mut one.hardware, &mut other.hardware),
                        _ => std::mem::swap(&mut one.address, &mut other.address),
                    }
                    (there[number].2, there[next].2) = (Some(one), Some(other));
                }
                7 if is_all => there[number].2.iter_mut().for_each(|host| host.file = Some(format!("other{number}"))),
                8 if is_all => there[number].2.iter_mut().for_each(|host| host.group = Some("g3")),
                _ => {}
            }
        }
        for number in 0..new {
            let host = Host {
                hardware: fresh_hardware(),
                address: fresh_address(),
                group: if is_all { random.of(&[None, Some("g0"), Some(CHANGING), Some("g3")]) } else { None },
                file: None,
            };
            there.push((format!("n{number}"), None, Some(host)));
        }
        let mut groups: Vec<(&str, Option<&str>, Option<&str>)> = Vec::new();
        if is_all {
            // Nobody has g2 afterwards.
            for (_, _, after) in &mut there {
                after.iter_mut().filter(|host| host.group == Some("g2")).for_each(|host| host.group = None);
            }
            groups.push(("g0", Some("zero"), Some("zero")));
            groups.push((CHANGING, Some("one"), if random.one_in(2) { Some("one") } else { Some("uno") }));
            groups.push(("g2", Some("two"), None));
            groups.push(("g3", None, Some("three")));
        }
        let mut lines: Vec<String> = Vec::new();
        let (mut before, mut after) = (Blocks::new(), Blocks::new());
        for (name, was, becomes) in groups {
            let head = format!("group {name}");
            was.map(|file| before.insert(head.clone(), vec![file_statement(file)]));
            becomes.map(|file| after.insert(head, vec![file_statement(file)]));
            lines.push(match becomes {
                Some(file) => json!({"kind": "group", "name": name, "statements": file_statement(file)}).to_string(),
                None => json!({"kind": "group", "name": name, "absent": true}).to_string(),
            });
        }
        for (name, was, becomes) in there {
            let head = format!("host {name}");
            was.map(|host| before.insert(head.clone(), host.lines()));
            lines.push(match &becomes {
                Some(host) => host.entry(&name).to_string(),
                None => json!({"name": name, "absent": true}).to_string(),
            });
            becomes.map(|host| after.insert(head, host.lines()));
        }
        for at in (1..lines.len()).rev() {
            lines.swap(at, random.below(at + 1));
        }
        Trial { before, after, wanted: lines.join("\n") + "\n" }
    }

    /// The objects that are to be other ones.
    fn changing(&self) -> BTreeSet<&String> {
        let names = self.before.keys().chain(self.after.keys());
        names.filter(|name| self.before.get(*name) != self.after.get(*name)).collect()
    }

    /// About so many bytes the lease file grows by when all is done.
    pub fn growth(&self) -> usize {
        let size = |name: &String| {
            let deleted = self.before.contains_key(name).then(|| block(name, &["deleted;".to_owned()]).len());
            deleted.unwrap_or_default() + self.after.get(name).map_or(0, |lines| block(name, lines).len())
        };
        self.changing().into_iter().map(size).sum()
    }

    /// Holds what `--output jsonl` has told against what the lease file has, after a run that came to an end.
    pub fn judge(&self, told: &[u8], found: &Blocks) -> Result<Told, String> {
        let mut report = Told::default();
        let mut results: BTreeMap<String, String> = BTreeMap::new();
        let mut reasons = String::new();
        for line in told.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let row: Value = serde_json::from_slice(line).map_err(|error| format!("{error}: {line:?}"))?;
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let name = format!("{} {}", text("kind"), text("name"));
            reasons += &(text("reason") + "\n");
            if results.insert(name.clone(), text("result")).is_some() {
                return Err(format!("{name} is told twice"));
            }
        }
        let changing = self.changing();
        if let Some(missing) = changing.iter().find(|name| !results.contains_key(**name)) {
            return Err(format!("{missing} is not told"));
        }
        let is_on_its_way = |group: &str| {
            let result = results.get(&format!("group {group}"));
            result.is_some_and(|result| matches!(result.as_str(), "half-done" | "in-doubt"))
        };
        let mut in_doubt = 0;
        let names: BTreeSet<&String> = self.before.keys().chain(self.after.keys()).chain(found.keys()).collect();
        for name in names {
            let (before, after) = (self.before.get(name), self.after.get(name));
            let mut now = found.get(name).cloned();
            // While a group changes, its hosts have a stand-in, and so they do when it is left there.
            if is_on_its_way(CHANGING) {
                let stand_in = format!("group \"{STAND_IN}\";");
                let has_it = now.iter_mut().flatten().filter(|line| **line == stand_in);
                has_it.for_each(|line| *line = format!("group \"{CHANGING}\";"));
                if *name == format!("group {STAND_IN}") {
                    continue;
                }
            }
            let now = now.as_ref();
            let is_underway = |now: Option<&Vec<String>>| {
                let without_addresses = |lines: &Vec<String>| -> Vec<String> {
                    lines.iter().filter(|line| !line.starts_with("fixed-address ")).cloned().collect()
                };
                now.is_none_or(|now| {
                    [before, after].into_iter().flatten().any(|lines| without_addresses(lines) == *now)
                })
            };
            let is_true = match results.get(name).map(String::as_str) {
                // While a group changes, a host of it may have to be made anew.
                None if now.is_none() && is_on_its_way(CHANGING) => {
                    before.is_some() && before == after && reasons.contains(name.trim_start_matches("host "))
                }
                None => now == before && before == after,
                Some(done @ ("added" | "changed" | "removed")) => {
                    report.done += 1;
                    let expected = match (before, after) {
                        (None, _) => "added",
                        (_, None) => "removed",
                        _ => "changed",
                    };
                    done == expected && now == after
                }
                Some("not-done") => {
                    report.not_done += 1;
                    now == before
                }
                Some("in-doubt") => {
                    report.in_doubt += 1;
                    in_doubt += least_request(name, before, after);
                    now == before || now == after || is_underway(now)
                }
                Some("half-done") => {
                    report.half_done += 1;
                    (now != after || after.is_none()) && (now == before || is_underway(now))
                }
                Some(_) => false,
            };
            if !is_true {
                return Err(format!(
                    "{name} is told as {:?}: it was {before:?}, is to be {after:?}, and is {now:?}",
                    results.get(name)
                ));
            }
        }
        if in_doubt > WINDOW {
            return Err(format!(
                "{} requests of at least {in_doubt} bytes cannot have been under way",
                report.in_doubt
            ));
        }
        Ok(report)
    }
}

/// So many bytes of requests are under way at most.
const WINDOW: usize = 3_800;

/// The size of the smallest request that a change can take.
fn least_request(name: &str, before: Option<&Vec<String>>, after: Option<&Vec<String>>) -> usize {
    // A head, two lists' ends, `create`, `exclusive` and `type`; `name`, `hardware-address` and `hardware-type`.
    const EMPTY: usize = 24 + 2 + 2;
    const CREATE: usize = EMPTY + (2 + 6 + 4 + 4) + (2 + 9 + 4 + 4) + (2 + 4 + 4 + 4);
    const HARDWARE: usize = (2 + 16 + 4 + 6) + (2 + 13 + 4 + 4);
    match (before, after) {
        (None, Some(_)) => {
            let (kind, name) = name.split_once(' ').expect("a kind and a name");
            CREATE + 2 + 4 + 4 + name.len() + if kind == "host" { HARDWARE } else { 0 }
        }
        _ => EMPTY,
    }
}

/// How many changes were told to have which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub done: usize,
    pub not_done: usize,
    pub in_doubt: usize,
    pub half_done: usize,
}

/// The folder that `omsh apply` is run in, with what it is to apply.
pub struct Desk {
    folder: Scratch,
    /// What all runs are told.
    options: Vec<String>,
}

/// What a run of `omsh apply` came to.
#[derive(Debug)]
pub struct Applied {
    pub status: ExitStatus,
    pub told: Vec<u8>,
    pub complaints: String,
    pub took: Duration,
}

/// A run of `omsh apply` that is going on.
pub struct Applying {
    pub child: Child,
    start: Instant,
    out: PathBuf,
    err: PathBuf,
}

impl Desk {
    /// One with the files of a server, or without.
    pub fn new(lease_file: Option<&Path>) -> Desk {
        let folder = Scratch::new();
        let (conf, leases) = match lease_file {
            Some(leases) => (leases.with_file_name("dhcpd.conf"), leases.to_owned()),
            None => (folder.join("no.conf"), folder.join("no.leases")),
        };
        let options =
            ["--conf".to_owned(), conf.display().to_string(), "--leases".to_owned(), leases.display().to_string()];
        Desk { folder, options: options.to_vec() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Has all runs use [`KEY`].
    pub fn use_key(&mut self) {
        self.put("key", KEY);
        fs::set_permissions(self.path("key"), Permissions::from_mode(0o600)).expect("a file of our own");
        self.options.extend(["--key-file".to_owned(), self.path("key").display().to_string()]);
    }

    pub fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file of our own");
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Starts a run. `command` makes a command that runs where the server can be reached.
    pub fn start(&self, command: impl FnOnce(&str) -> Command, server: &str, words: &str) -> Applying {
        let (out, err) = (self.path("out"), self.path("err"));
        let file = |path: &Path| File::create(path).expect("a file of our own");
        let mut command = command(OURS);
        command.arg("apply").args(words.split_whitespace()).args(["--yes", "--output", "jsonl", "--server", server]);
        command.args(["--port", "7911"]).args(&self.options).current_dir(self.folder.path());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.folder.path());
        command.stdin(Stdio::null()).stdout(file(&out)).stderr(file(&err));
        let start = Instant::now();
        let child = command.spawn().expect("it starts");
        Applying { child, start, out, err }
    }

    /// Makes a run, which has to do all that it is to do.
    pub fn apply(&self, command: impl FnOnce(&str) -> Command, server: &str, words: &str) -> Result<Applied, String> {
        let applied = self.start(command, server, words).end();
        if applied.status.success() { Ok(applied) } else { Err(format!("apply {words}: {applied}")) }
    }

    /// Whether an undo file has whole lines, each about an object of its own; returns these. A last line that is cut off does
    /// not count.
    pub fn undone(&self, name: &str) -> Result<BTreeSet<String>, String> {
        let text = self.text(name);
        let (text, _) = text.rsplit_once('\n').unwrap_or_default();
        let mut objects = BTreeSet::new();
        for line in text.lines() {
            let entry: Value = serde_json::from_str(line).map_err(|error| format!("{name}: {error}: {line}"))?;
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            let object = format!("{} {}", text("kind"), text("name"));
            if !objects.insert(object.clone()) {
                return Err(format!("{name} has {object} twice"));
            }
        }
        Ok(objects)
    }
}

impl Applying {
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_some()
    }

    /// Waits for its end.
    pub fn end(mut self) -> Applied {
        let limit = Instant::now() + LIMIT;
        while !self.has_ended() {
            assert!(Instant::now() < limit, "omsh apply comes to no end: {:?}", fs::read_to_string(&self.err));
            sleep(Duration::from_millis(1));
        }
        let took = self.start.elapsed();
        let status = self.child.wait().expect("our own child");
        let told = fs::read(&self.out).expect("a file of our own");
        let complaints = fs::read_to_string(&self.err).expect("a file of our own");
        Applied { status, told, complaints, took }
    }
}

impl std::fmt::Display for Applied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut told = String::new();
        for line in String::from_utf8_lossy(&self.told).lines().filter(|line| !line.contains("\"reason\":null")).take(5)
        {
            writeln!(told, "{line}")?;
        }
        write!(f, "{} after {:?}\n{}{told}", self.status, self.took, self.complaints)
    }
}

/// Waits until a file has grown to so many bytes, or nothing more is to come; returns whether it has.
pub fn wait_for_growth(file: &Path, size: usize, has_ended: &mut dyn FnMut() -> bool) -> bool {
    loop {
        if fs::metadata(file).is_ok_and(|file| file.len() as usize >= size) {
            return true;
        }
        if has_ended() {
            return false;
        }
        sleep(Duration::from_micros(50));
    }
}
