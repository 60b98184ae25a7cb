//! Changes leave dhcpd time for its clients: how many are under way at once, at which rate, and how long a real client
//! waits meanwhile.

mod busy_server;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use busy_server::{BusyServer, Seen};
use omsh::omapi::client::LARGEST_BURST;

use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;
use crate::support::slow_disk::SlowDisk;

/// So long takes a change on a slow server.
const SLOW: Duration = Duration::from_millis(15);

/// And on one that has a fast disk.
const FAST: Duration = Duration::from_micros(200);

/// What makes changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    DropIn,
    Script,
    Lines,
    Apply,
}

const WAYS: [Way; 4] = [Way::DropIn, Way::Script, Way::Lines, Way::Apply];

/// Look-ups, and then so many creates.
fn script(port: u16, creates: usize) -> String {
    let look_ups: String = (0..60).map(|number| format!("new host\nset name = \"n{number}\"\nopen\nclose\n")).collect();
    let creates: String = (0..creates)
        .map(|number| {
            format!("new host\nset name = \"h{number}\"\nset hardware-address = {}\ncreate\nclose\n", mac(number))
        })
        .collect();
    format!("port {port}\nconnect\n{look_ups}{creates}")
}

fn mac(number: usize) -> String {
    format!("02:00:00:00:{:02x}:{:02x}", number / 256, number % 256)
}

/// So many hosts, as `apply` takes them.
fn csv(hosts: usize) -> String {
    let row = |number| format!("h{number},{},10.9.{}.{}\n", mac(number), number / 250, 1 + number % 250);
    "name,mac,addresses\n".to_owned() + &(0..hosts).map(row).collect::<String>()
}

fn omsh(arguments: &[&str], folder: &Path) -> Run {
    Run::ours().named("omsh").arguments(arguments).environment("HOME", folder).limit(Duration::from_secs(60))
}

/// Has so many hosts made on this server.
fn make(way: Way, hosts: usize, server: &BusyServer, options: &[&str]) -> Outcome {
    let folder = Scratch::new();
    let (script, port) = (script(server.port, hosts), server.port.to_string());
    let file = folder.join("hosts");
    let name = file.to_string_lossy();
    fs::write(&file, if way == Way::Apply { csv(hosts) } else { script.clone() }).expect("a file of our own");
    let run = match way {
        Way::DropIn => omsh(options, folder.path()).stdin(script),
        Way::Script => omsh(&[options, &["-f", &name]].concat(), folder.path()),
        Way::Lines => omsh(&[options, &["-c", &script]].concat(), folder.path()),
        Way::Apply => {
            let words = ["apply", &name, "--from", "csv", "--yes", "--server", "127.0.0.1", "--port", &port];
            omsh(&[&words, options].concat(), folder.path())
        }
    };
    run.alone()
}

/// The same, and what the server saw; all hosts were made.
fn made(way: Way, hosts: usize, takes: Duration, options: &[&str]) -> Seen {
    let server = BusyServer::start(takes);
    let outcome = make(way, hosts, &server, options);
    let seen = server.seen();
    let told = String::from_utf8_lossy(&outcome.stderr);
    let expected = if way == Way::DropIn || way == Way::Apply { End::Exit(0) } else { End::Exit(1) };
    // -c and -f tell that look-ups found nothing.
    assert_eq!(outcome.end, expected, "{way:?} {options:?}: {told}");
    assert_eq!(seen.changes.len(), hosts, "{way:?} {options:?}: {told}");
    seen
}

#[test]
fn one_change_at_a_time_is_under_way_on_a_slow_server() {
    for way in WAYS {
        let seen = made(way, 30, SLOW, &[]);
        assert_eq!(seen.most_changes, 1, "{way:?}");
        assert!(seen.most_look_ups > 10, "{way:?}: only {} look-ups at once", seen.most_look_ups);
    }
}

#[test]
fn a_few_are_under_way_on_a_fast_server() {
    for way in WAYS {
        let seen = made(way, 300, FAST, &[]);
        let (least, most) = (2, LARGEST_BURST);
        assert!((least..=most).contains(&seen.most_changes), "{way:?}: {} at once, not 2 to {most}", seen.most_changes);
        assert!(seen.most_look_ups > 10, "{way:?}: only {} look-ups at once", seen.most_look_ups);
    }
}

#[test]
fn a_server_that_becomes_slow_gets_one_at_a_time_at_once() {
    for way in WAYS {
        let server = BusyServer::start_that_tires(FAST, 200, Duration::from_millis(40));
        make(way, 230, &server, &[]);
        let seen = server.seen();
        assert_eq!(seen.changes.len(), 230, "{way:?}");
        // The burst under way when it becomes slow, and one at a time from then on.
        let late = &seen.changes[200 + LARGEST_BURST..];
        let most = late.iter().map(|change| change.under_way).max();
        assert_eq!(most, Some(1), "{way:?}");
    }
}

/// Has so many hosts made at full speed, gives all of them other addresses with these options, and says what was seen.
fn changed(hosts: usize, takes: Duration, options: &[&str]) -> Seen {
    let server = BusyServer::start(takes);
    let folder = Scratch::new();
    let (file, port) = (folder.join("hosts"), server.port.to_string());
    let name = file.to_string_lossy();
    let words = ["apply", &name, "--from", "csv", "--yes", "--server", "127.0.0.1", "--port", &port];
    for (text, options) in [(csv(hosts), &["--full-speed"][..]), (csv(hosts).replace(",10.9.", ",10.8."), options)] {
        fs::write(&file, text).expect("a file of our own");
        let outcome = omsh(&[&words, options].concat(), folder.path()).alone();
        assert_eq!(outcome.end, End::Exit(0), "{options:?}: {}", String::from_utf8_lossy(&outcome.stderr));
    }
    assert_eq!(server.seen().changes.len(), 2 * hosts);
    server.seen()
}

/// What somebody else changes between a look-up and the change is overwritten.
#[test]
fn a_host_is_looked_up_a_moment_before_its_change() {
    for (takes, options, most) in
        [(Duration::from_millis(12), &[][..], 2), (FAST, &[], 2 * LARGEST_BURST), (FAST, &["--rate", "100"], 2)]
    {
        let seen = changed(100, takes, options);
        assert!(seen.most_ahead <= most, "{takes:?} {options:?}: looked up {} changes before", seen.most_ahead);
    }
    assert!(changed(100, FAST, &["--full-speed"]).most_ahead > 2 * LARGEST_BURST);
}

#[test]
fn full_speed_is_bounded_by_bytes_alone() {
    let seen = made(Way::Apply, 200, Duration::from_millis(2), &["--full-speed"]);
    assert!(seen.most_changes > 3 * LARGEST_BURST, "only {} at once", seen.most_changes);
    assert!(seen.most_bytes <= omsh::omapi::client::WINDOW, "{} bytes at once", seen.most_bytes);
}

#[test]
fn each_of_two_servers_is_paced_by_its_own_answers() {
    let (slow, fast) = (BusyServer::start(SLOW), BusyServer::start(FAST));
    let folder = Scratch::new();
    fs::create_dir_all(folder.join(".config/omsh")).expect("a directory of our own");
    let profile = format!(
        "[profiles.default]\nserver = \"127.0.0.1\"\nport = {}\n[profiles.default.peer]\nserver = \"127.0.0.1\"\nport = {}\n",
        slow.port, fast.port
    );
    fs::write(folder.join(".config/omsh/config.toml"), profile).expect("a file of our own");
    let hosts = folder.join("hosts.csv");
    fs::write(&hosts, csv(200)).expect("a file of our own");
    let outcome = omsh(&["apply", &hosts.to_string_lossy(), "--yes"], folder.path()).alone();
    assert_eq!(outcome.end, End::Exit(0), "{}", String::from_utf8_lossy(&outcome.stderr));
    let [slow, fast] = [slow, fast].map(|server| server.seen());
    assert_eq!((slow.changes.len(), fast.changes.len()), (200, 200));
    assert_eq!(slow.most_changes, 1, "on the slow one");
    assert!((2..=LARGEST_BURST).contains(&fast.most_changes), "{} at once on the fast one", fast.most_changes);
}

#[test]
fn a_rate_is_kept() {
    for way in [Way::Script, Way::Lines, Way::Apply] {
        let seen = made(way, 30, FAST, &["--rate", "20"]);
        let times: Vec<Instant> = seen.changes.iter().map(|change| change.at).collect();
        let took = times[29].duration_since(times[0]);
        // 29 gaps of 50 ms; the first may be seen late.
        assert!(took >= Duration::from_millis(1_350), "{way:?}: 30 changes within {took:?}");
        assert!(took < Duration::from_millis(2_500), "{way:?}: 30 changes took {took:?}");
        assert_eq!(seen.most_changes, 1, "{way:?}");
        let most = times
            .iter()
            .map(|start| times.iter().filter(|at| (*start..*start + Duration::from_millis(950)).contains(at)).count());
        assert!(most.max() <= Some(20), "{way:?}: more than 20 changes in a second");
    }
}

#[test]
fn commands_and_connections_of_a_script_share_its_rate() {
    let folder = Scratch::new();
    let file = folder.join("hosts.csv");
    fs::write(&file, csv(4)).expect("a file of our own");
    let host = |number: usize, rest: &str| {
        let mac = mac(100 + number);
        match number % 2 {
            0 => format!("host add n{number} --mac {mac}{rest}\n"),
            _ => format!(
                "connect\nnew host\nset name = \"n{number}\"\nset hardware-address = {mac}\ncreate\nclose\ndisconnect\n"
            ),
        }
    };
    let hosts: String = (0..6).map(|number| host(number, "")).collect();
    let server = BusyServer::start(FAST);
    let lines = format!("port {}\n{hosts}apply {} --yes\n", server.port, file.to_string_lossy());
    let outcome = omsh(&["--rate", "20", "-c", &lines], folder.path()).alone();
    assert_eq!(outcome.end, End::Exit(0), "{}", String::from_utf8_lossy(&outcome.stderr));
    let times: Vec<Instant> = server.seen().changes.iter().map(|change| change.at).collect();
    assert_eq!(times.len(), 10);
    for (number, pair) in times.windows(2).enumerate() {
        let gap = pair[1].duration_since(pair[0]);
        assert!(gap > Duration::from_millis(40), "change {} came {gap:?} after the one before", number + 2);
    }
}

#[test]
fn a_rate_does_not_use_up_the_timeout() {
    let seen = made(Way::Script, 4, FAST, &["--rate", "2", "--timeout", "0.3"]);
    assert_eq!(seen.changes.len(), 4);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let folder = Scratch::new();
    fs::write(folder.join("hosts.csv"), csv(1)).expect("a file of our own");
    let file = folder.join("hosts.csv");
    let file = file.to_string_lossy();
    let number = "give a whole number of changes a second, from 1 to 4294967295, such as 20";
    for (arguments, expected) in [
        (vec!["apply", &file, "--rate", "0"], number),
        (vec!["apply", &file, "--rate", "many"], number),
        (vec!["-c", "help", "--rate", "0"], number),
        (vec!["-f", &file, "--rate", "1.5"], number),
        (vec!["apply", &file, "--rate", "5", "--full-speed"], "cannot be used with '--full-speed'"),
        (vec!["--rate", "5"], "required arguments were not provided"),
        (vec!["-f", &file, "--full-speed"], "unexpected argument '--full-speed'"),
    ] {
        let outcome = omsh(&arguments, folder.path()).alone();
        let told = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert_eq!(outcome.end, End::Exit(2), "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: expected {expected:?} in\n{told}");
    }
}

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nping-check false;\n\
    subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.2.1 10.1.2.200; }\n\
    subnet 10.9.0.0 netmask 255.255.0.0 {}\n";

/// A client with this hardware address asks for a lease: how long it waits.
fn client(net: &Net, number: usize) -> Duration {
    let mac = format!("02:00:00:01:00:{number:02x}");
    let line = format!(
        "PATH=$PATH:/usr/sbin:/sbin; ip link set v1 down; ip link set v1 address {mac}; ip link set v1 up; \
         exec udhcpc -i v1 -f -n -q -t 5 -T 3 -s /bin/true"
    );
    let start = Instant::now();
    let output = net.command("sh").args(["-c", &line]).output().expect("sh runs");
    let took = start.elapsed();
    assert!(output.status.success(), "no lease: {}", String::from_utf8_lossy(&output.stderr));
    took
}

#[test]
fn a_real_client_is_served_soon_while_many_hosts_are_applied() {
    let net = Net::new();
    let disk = SlowDisk::new(Duration::from_millis(30));
    let dhcpd = Dhcpd::start_on(&disk, &net, CONF, b"");
    let folder = Scratch::new();
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    fs::write(path("dhcpd.conf"), CONF).expect("a file of our own");
    fs::write(path("dhcpd.leases"), "").expect("a file of our own");
    fs::write(path("hosts.csv"), csv(300)).expect("a file of our own");
    let words = ["apply", &path("hosts.csv"), "--yes", "--server", "127.0.0.1"];
    let files = ["--conf", &path("dhcpd.conf"), "--leases", &path("dhcpd.leases")];
    let run = omsh(&[&words[..], &files[..]].concat(), folder.path());
    let (outcome, mut waits) = std::thread::scope(|scope| {
        let apply = scope.spawn(|| run.within(&net));
        std::thread::sleep(Duration::from_millis(500));
        let mut waits = Vec::new();
        while !apply.is_finished() && waits.len() < 9 {
            waits.push(client(&net, waits.len()));
        }
        (apply.join().expect("no panic there"), waits)
    });
    assert_eq!(outcome.end, End::Exit(0), "{}", String::from_utf8_lossy(&outcome.stderr));
    assert_eq!(String::from_utf8_lossy(&dhcpd.leases_written()).matches("host h").count(), 300);
    // Two answers, each behind one change at most, and a lease to write.
    waits.sort();
    let median = waits[waits.len() / 2];
    assert!(waits.len() > 4, "only {} clients came while hosts were applied", waits.len());
    assert!(median < Duration::from_millis(600), "{waits:?}");
}
