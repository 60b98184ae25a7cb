//! `watch`, live: a real dhcpd gives leases to a real DHCP client across a pair of veth interfaces, and each shows
//! within a second; also across dhcpd's rewriting of the file and its restarts.

mod support;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::OURS;
use support::dhcpd::Dhcpd;
use support::net::Net;

const CONF: &str = "
authoritative;
default-lease-time 600;
subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.1.10 10.1.1.99; }
";

const UDHCPC: &str = "/usr/sbin/udhcpc";

/// The promise.
const SOON: Duration = Duration::from_secs(1);

/// A running `omsh watch`.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    /// Starts it, and waits until it watches: what it is told then is what was written afterwards.
    fn start(lease_file: &Path, words: &[&str]) -> Watch {
        let mut command = Command::new(OURS);
        command.args(["watch", "--output", "jsonl", "--columns", "all", "--leases"]).arg(lease_file).args(words);
        command
            .env_remove("OMSH_CONF")
            .env_remove("OMSH_PROFILE")
            .env("XDG_CONFIG_HOME", lease_file.parent().expect("a folder of the test's own"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("omsh starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        // The kernel lists the signals that a process catches: SIGINT is the second. It catches them when it has read
        // the file.
        let status = format!("/proc/{}/status", child.id());
        let catches = || {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:\t"));
            caught.and_then(|mask| u64::from_str_radix(mask, 16).ok()).is_some_and(|mask| mask & 2 != 0)
        };
        let limit = Instant::now() + Duration::from_secs(10);
        while !catches() {
            assert!(Instant::now() < limit, "omsh does not get to watch");
            std::thread::sleep(Duration::from_millis(5));
        }
        Watch { child, lines }
    }

    /// The next line, which has to come soon.
    fn next(&self, what: &str) -> Value {
        let line =
            self.lines.recv_timeout(SOON).unwrap_or_else(|error| panic!("{what}: nothing within {SOON:?}: {error}"));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Waits until a line has this in these fields; others may come before, but not after a second without any.
    fn until(&self, what: &str, fields: &[(&str, &str)]) -> Value {
        loop {
            let row = self.next(what);
            if fields.iter().all(|(name, value)| row[*name] == *value) {
                return row;
            }
        }
    }

    /// Whether nothing more is said for a second.
    fn is_silent(&self) -> bool {
        self.lines.recv_timeout(SOON).is_err()
    }

    /// What it has told people, once it has ended.
    fn stderr(&mut self) -> String {
        let mut told = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut told).expect("text");
        told
    }

    /// Ends it with a signal, and returns its exit status.
    fn end_with(&mut self, signal: &str) -> Option<i32> {
        let status = Command::new("sh").args(["-c", &format!("kill -{signal} {}", self.child.id())]).status();
        assert!(status.expect("sh runs").success());
        self.exit_status()
    }

    fn exit_status(&mut self) -> Option<i32> {
        let limit = Instant::now() + Duration::from_secs(5);
        while Instant::now() < limit {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("omsh goes on for 5 seconds after its end");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client with that hardware address asks for a lease and gets it.
fn client(net: &Net, mac: &str, name: &str) {
    assert!(Path::new(UDHCPC).exists(), "on Debian or Ubuntu: apt-get install -y udhcpc");
    let line = format!(
        "PATH=$PATH:/usr/sbin:/sbin; ip link set v1 down; ip link set v1 address {mac}; ip link set v1 up; \
         exec {UDHCPC} -i v1 -f -n -q -t 20 -T 1 -s /bin/true -x hostname:{name}"
    );
    let output = net.command("sh").args(["-c", &line]).output().expect("sh runs");
    assert!(output.status.success(), "no lease for {name}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn each_lease_of_a_real_client_shows_within_a_second() {
    let net = Net::new();
    let mut dhcpd = Dhcpd::start(&net, CONF, b"");
    let mut watch = Watch::start(&dhcpd.lease_file(), &[]);
    for (mac, name) in [("02:00:00:00:00:01", "lap1"), ("02:00:00:00:00:02", "lap2"), ("02:00:00:00:00:03", "lap3")] {
        client(&net, mac, name);
        let row = watch.until(name, &[("mac", mac), ("state", "active")]);
        assert_eq!((&row["name"], &row["kind"]), (&Value::from(name), &Value::from("lease")), "{row}");
        assert_eq!(
            row["address"].as_str().and_then(|text| text.strip_prefix("10.1.1.")).map(|_| ()),
            Some(()),
            "{row}"
        );
    }
    while !watch.is_silent() {}

    // It writes the file anew under another name, and renames it.
    dhcpd.restart();
    assert!(watch.is_silent(), "what the file says again is no news");
    client(&net, "02:00:00:00:00:04", "lap4");
    watch.until("after a restart", &[("name", "lap4"), ("state", "active")]);

    dhcpd.stop();
    dhcpd.restart();
    client(&net, "02:00:00:00:00:05", "lap5");
    watch.until("after a stop and a start", &[("name", "lap5"), ("state", "active")]);
    assert_eq!(watch.end_with("INT"), Some(0));
}

#[test]
fn only_what_is_asked_for_is_told() {
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, CONF, b"");
    let mut watch = Watch::start(&dhcpd.lease_file(), &["hostname=two"]);
    client(&net, "02:00:00:00:00:01", "one");
    client(&net, "02:00:00:00:00:02", "two");
    let row = watch.next("the second client");
    assert_eq!(row["name"], "two", "{row}");
    assert_eq!(watch.end_with("TERM"), Some(0));
}

#[test]
fn it_ends_when_the_reader_has_gone() {
    let folder = support::scratch::Scratch::new();
    let file = folder.join("leases");
    std::fs::write(&file, "").expect("a file of our own");
    // Not a word is written, and it ends all the same.
    let mut child = Command::new(OURS);
    child
        .args(["watch", "--leases"])
        .arg(&file)
        .env_remove("OMSH_CONF")
        .env_remove("OMSH_PROFILE")
        .env("XDG_CONFIG_HOME", file.parent().expect("a folder of the test's own"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = child.spawn().expect("omsh starts");
    drop(child.stdout.take());
    let limit = Instant::now() + Duration::from_secs(5);
    let status = loop {
        match child.try_wait().expect("our own child") {
            Some(status) => break status,
            None if Instant::now() > limit => {
                let _ = child.kill();
                panic!("omsh goes on without a reader");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn it_ends_after_as_many_lines_as_are_wanted() {
    let folder = support::scratch::Scratch::new();
    let file = folder.join("leases");
    std::fs::write(&file, "").expect("a file of our own");
    let mut watch = Watch::start(&file, &["--limit", "2"]);
    let block = |last: u8| {
        format!(
            "lease 10.1.1.{last} {{\n  ends never;\n  binding state active;\n  hardware ethernet 2:0:0:0:0:{last:x};\n}}\n"
        )
    };
    // Half a block is none yet.
    let (first, rest) = (block(1), block(1).split_off(30));
    std::fs::write(&file, &first[..30]).expect("a file of our own");
    assert!(watch.is_silent());
    append(&file, &rest);
    assert_eq!(watch.next("the whole block")["address"], "10.1.1.1");
    append(&file, &(block(2) + &block(3)));
    assert_eq!(watch.next("the second")["address"], "10.1.1.2");
    assert_eq!(watch.exit_status(), Some(0));
    assert!(watch.is_silent(), "two are enough");
}

/// A watch of a file of our own that has this text.
fn watch_of(text: &str, words: &[&str]) -> (support::scratch::Scratch, PathBuf, Watch) {
    let folder = support::scratch::Scratch::new();
    let file = folder.join("leases");
    std::fs::write(&file, text).expect("a file of our own");
    let watch = Watch::start(&file, words);
    (folder, file, watch)
}

/// Puts another file in its place, as dhcpd does.
fn rename_over(file: &Path, text: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, text).expect("a file of our own");
    std::fs::rename(&new, file).expect("a file of our own");
}

fn lease(last: u8, state: &str, hour: u8) -> String {
    format!(
        "lease 10.1.1.{last} {{\n  starts 4 2030/11/26 {hour:02}:00:00;\n  ends 4 2035/11/26 {hour:02}:30:00;\n  \
         binding state {state};\n  hardware ethernet 02:00:00:00:00:{last:02x};\n}}\n"
    )
}

fn association(kind: &str, duid: &str, addresses: &[(&str, &str)]) -> String {
    let word = if kind == "ia-pd" { "iaprefix" } else { "iaaddr" };
    let addresses = addresses.iter().map(|(address, state)| {
        format!("  {word} {address} {{\n    binding state {state};\n    ends 4 2035/11/26 22:00:00;\n  }}\n")
    });
    let addresses: String = addresses.collect();
    format!("{kind} \"\\001\\000\\000\\000{duid}\" {{\n  cltt 4 2030/11/26 10:00:00;\n{addresses}}}\n\n")
}

/// Address, state before and state now of a line.
fn step(row: &Value) -> [String; 3] {
    ["address", "before", "state"].map(|name| row[name].as_str().unwrap_or("-").to_owned())
}

#[test]
fn what_a_new_file_says_of_associations_again_is_no_news() {
    let text = [
        association("ia-na", "ab", &[("2001:db8::1", "active"), ("2001:db8::2", "active")]),
        association("ia-pd", "ab", &[("2001:db8:300::/56", "active")]),
        association("ia-pd", "cd", &[("2001:db8:300::/48", "released"), ("2001:db8:400::/56", "active")]),
        // An address whose time is over for one has been given to another one.
        association("ia-na", "ef", &[("2001:db8::2", "expired")]),
    ]
    .concat();
    let (_folder, file, watch) = watch_of(&text, &[]);
    rename_over(&file, &text);
    assert!(watch.is_silent(), "a new file");
    rename_over(&file, &text);
    assert!(watch.is_silent(), "another one");
    append(&file, &association("ia-pd", "ab", &[("2001:db8:300::/56", "released")]));
    assert_eq!(step(&watch.next("a change")), ["2001:db8:300::/56", "active", "released"]);
}

#[test]
fn what_dhcpd_writes_again_of_associations_is_no_news() {
    const CONF_6: &str = "subnet6 fe80::/64 { }\nsubnet6 2001:db8::/32 {\n  range6 2001:db8::1 2001:db8::ff;\n  \
                          prefix6 2001:db8:300:: 2001:db8:3ff:: /56;\n}\n";
    let seed = [
        association("ia-na", "abcd", &[("2001:db8::1", "active"), ("2001:db8::2", "active")]),
        association("ia-pd", "abcd", &[("2001:db8:300::/56", "active"), ("2001:db8:301::/56", "active")]),
    ];
    let net = Net::new();
    let mut dhcpd = Dhcpd::start6_with(&net, CONF_6, seed.concat().as_bytes());
    let file = dhcpd.lease_file();
    let watch = Watch::start(&file, &[]);
    let number = |file: &Path| std::fs::metadata(file).expect("dhcpd's file").ino();
    let before = number(&file);
    dhcpd.restart();
    assert_ne!(number(&file), before, "dhcpd has written another file");
    let text = String::from_utf8_lossy(&dhcpd.leases()).into_owned();
    assert_eq!((text.matches("iaaddr").count(), text.matches("iaprefix").count()), (2, 2), "{text}");
    assert!(watch.is_silent(), "what the file says again is no news");
}

#[test]
fn an_address_that_its_association_loses_is_gone() {
    let of = |addresses: &[(&str, &str)]| association("ia-na", "ab", addresses);
    let (_folder, file, watch) = watch_of(&of(&[("2001:db8::1", "active"), ("2001:db8::2", "active")]), &[]);
    append(&file, &of(&[("2001:db8::1", "active")]));
    assert_eq!(step(&watch.next("one is left")), ["2001:db8::2", "active", "gone"]);
    append(&file, &of(&[("2001:db8::3", "active")]));
    assert_eq!(step(&watch.next("another one")), ["2001:db8::3", "-", "active"]);
    assert_eq!(step(&watch.next("instead")), ["2001:db8::1", "active", "gone"]);
    rename_over(&file, &of(&[]));
    assert_eq!(step(&watch.next("none")), ["2001:db8::3", "active", "gone"]);
    append(&file, &association("ia-na", "cd", &[("2001:db8::3", "active")]));
    assert_eq!(step(&watch.next("somebody else")), ["2001:db8::3", "-", "active"]);
    assert!(watch.is_silent());
}

#[test]
fn a_file_that_is_emptied_and_filled_again_bit_by_bit_says_nothing_new() {
    let (_folder, file, watch) = watch_of(&(lease(1, "active", 1) + &lease(2, "active", 1)), &[]);
    std::fs::write(&file, "").expect("a file of our own");
    std::thread::sleep(Duration::from_millis(400));
    append(&file, &lease(1, "active", 1));
    std::thread::sleep(Duration::from_millis(400));
    append(&file, &(lease(2, "released", 1) + &lease(3, "active", 1)));
    // What is new for sure comes first.
    assert_eq!(step(&watch.next("the new one")), ["10.1.1.3", "-", "active"]);
    assert_eq!(step(&watch.next("the released one")), ["10.1.1.2", "active", "released"]);
    // Once the new file has spoken of an address, each record counts as ever.
    append(&file, &lease(1, "active", 1));
    assert_eq!(step(&watch.next("the same once more")), ["10.1.1.1", "active", "active"]);
    assert!(watch.is_silent());
}

#[test]
fn the_history_of_a_file_that_is_copied_now_and_then_is_told_once() {
    let (first, second) = (lease(1, "active", 1) + &lease(1, "expired", 1), lease(1, "free", 1));
    let history = first + &second;
    let (_folder, file, watch) = watch_of(&history, &[]);
    let longer = history + &lease(1, "active", 2) + &lease(1, "released", 2);
    rename_over(&file, &longer);
    // The last one: in between, the file has said what was known.
    assert_eq!(step(&watch.next("the new record")), ["10.1.1.1", "free", "active"]);
    assert_eq!(step(&watch.next("the newer one")), ["10.1.1.1", "active", "released"]);
    rename_over(&file, &longer);
    assert!(watch.is_silent(), "all of it is known");
    rename_over(&file, &(lease(1, "active", 3) + &lease(1, "active", 4)));
    assert_eq!(step(&watch.next("another file")), ["10.1.1.1", "released", "active"]);
    assert!(watch.is_silent(), "what it says at last counts");
}

#[test]
fn damage_is_told_of_and_shows_in_the_exit_status() {
    let odd = "lease 10.1.1.9 {\n  binding state odd;\n}\n";
    for (at_first, later) in [(odd, ""), ("", odd)] {
        let (_folder, file, mut watch) = watch_of(at_first, &[]);
        append(&file, &(later.to_owned() + &lease(1, "active", 1)));
        watch.next("the sound one");
        assert_eq!(watch.end_with("INT"), Some(1), "{at_first:?} {later:?}");
        let told = watch.stderr();
        assert!(told.contains(":2:17: expected one of free, active,"), "{told}");
        assert_eq!(told.matches("odd").count(), 2, "{told}");
    }
    // A block that is being written is no damage.
    let whole = lease(1, "active", 1);
    let (_folder, file, mut watch) = watch_of(&whole[..30], &[]);
    append(&file, &whole[30..]);
    watch.next("the rest of it");
    assert_eq!((watch.end_with("INT"), watch.stderr().as_str()), (Some(0), ""));
}

#[test]
fn a_compressed_file_is_refused() {
    let folder = support::scratch::Scratch::new();
    let file = folder.join("leases");
    std::fs::write(&file, lease(1, "active", 1)).expect("a file of our own");
    assert!(Command::new("gzip").arg(&file).status().expect("gzip runs").success());
    let output = Command::new("timeout").args(["5", OURS, "watch", "--leases"]).arg(folder.join("leases.gz")).output();
    let output = output.expect("timeout runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("is compressed or no file"), "{told}");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
}

#[test]
fn no_line_is_waited_for_where_none_is_wanted() {
    let folder = support::scratch::Scratch::new();
    let file = folder.join("leases");
    std::fs::write(&file, "").expect("a file of our own");
    let mut command = Command::new("timeout");
    command.args(["5", OURS, "watch", "--limit", "0", "--output", "plain", "--leases"]).arg(&file);
    let output = command.output().expect("timeout runs");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
}

fn append(file: &Path, text: &str) {
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new().append(true).open(file).expect("a file of our own");
    file.write_all(text.as_bytes()).expect("a file of our own");
}
