//! Two servers of a profile: changes go to both, questions to the one that answers, and `--peer` says which; and
//! many who want different things of one host at once.

mod pair;
mod support;

use pair::confs::partner;
use pair::{PORTS, Pair};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use support::dhcpd::Dhcpd;
use support::judge::judge;
use support::net::Net;
use support::run::{End, Outcome, Run};

const FIRST: &str = "127.0.0.1 port 7911";
const SECOND: &str = "127.0.0.1 port 7912";

fn conf(server: usize) -> String {
    let (omapi, dhcp) = (PORTS[server], [67, 1067][server]);
    format!(
        "omapi-port {omapi};\nlocal-port {dhcp};\nddns-update-style none;\ndefault-lease-time 21600;\n\
         class \"phones\" {{ match hardware; }}\n\
         subnet 10.1.1.0 netmask 255.255.255.0 {{ range 10.1.1.20 10.1.1.99; }}\n"
    )
}

/// The addresses of leases that are active.
const ACTIVE: std::ops::Range<u8> = 20..80;

fn leases() -> String {
    let block = |last: u8| {
        format!(
            "lease 10.1.1.{last} {{\n  starts 4 2026/11/19 20:00:00;\n  ends 4 2036/11/20 02:00:00;\n  \
             cltt 4 2026/11/19 20:00:00;\n  binding state active;\n  next binding state free;\n  \
             hardware ethernet 52:54:aa:aa:aa:{last:02x};\n}}\n"
        )
    };
    ACTIVE.map(block).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The rows of a run that went well.
fn rows(outcome: &Outcome, what: &str) -> Vec<Value> {
    assert_eq!(outcome.end, End::Exit(0), "{what}: {}", text(&outcome.stderr));
    match serde_json::from_slice(&outcome.stdout).expect("JSON") {
        Value::Array(rows) => rows,
        row => vec![row],
    }
}

/// What became of something on which server, in order.
fn results(pair: &Pair, line: &str) -> Vec<(String, String)> {
    let rows = rows(&pair.omsh(&format!("{line} --output json")), line);
    let value = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    rows.iter().map(|row| (value(row, "server"), value(row, "result"))).collect()
}

fn on_both(result: &str) -> Vec<(String, String)> {
    [FIRST, SECOND].map(|server| (server.to_owned(), result.to_owned())).to_vec()
}

/// The last block of each server's lease file with this head, without times and what dhcpd has of its own.
fn blocks(pair: &Pair, head: &str) -> [Option<Vec<String>>; 2] {
    let own = ["starts ", "tstp ", "tsfp ", "atsfp ", "cltt ", "ends ", "next ", "rewind ", "set remote-handle "];
    [0, 1].map(|server| {
        let mut lines = pair.block(server, head)?;
        lines.retain(|line| !own.iter().any(|word| line.starts_with(word)));
        (!lines.iter().any(|line| line == "deleted;")).then_some(lines)
    })
}

#[track_caller]
fn assert_blocks(pair: &Pair, head: &str, expected: [Option<&[&str]>; 2]) {
    let sorted = |lines: Vec<String>| lines.into_iter().collect::<BTreeSet<String>>();
    let found = blocks(pair, head).map(|lines| lines.map(sorted));
    let expected = expected.map(|lines| lines.map(|lines| sorted(lines.iter().map(|&line| line.to_owned()).collect())));
    assert_eq!(found, expected, "{head}");
}

#[track_caller]
fn assert_both(pair: &Pair, head: &str, expected: Option<&[&str]>) {
    assert_blocks(pair, head, [expected, expected]);
}

/// The two dhcpd's take their lease files again.
fn assert_sound(pair: &mut Pair, confs: &[String; 2]) {
    for (dhcpd, conf) in pair.dhcpds.iter_mut().zip(confs) {
        assert!(dhcpd.survives(), "{}", dhcpd.log());
        let judgement = judge("-4", conf, Some(&text(&dhcpd.leases())));
        assert!(judgement.sound, "{}", judgement.log);
    }
}

#[test]
fn changes_go_to_both_servers_and_stand_in_both_lease_files() {
    let confs = [conf(0), conf(1)];
    let mut pair = Pair::start(&Net::new(), &confs, leases().as_bytes(), None);
    let pxe = "supersede server.filename = \"pxelinux.0\";";

    assert_eq!(results(&pair, "host add a --mac 52:54:00:00:00:01 --ip 10.1.1.5"), on_both("added"));
    let added = ["dynamic;", "hardware ethernet 52:54:00:00:00:01;", "fixed-address 10.1.1.5;"];
    assert_both(&pair, "host a", Some(&added));
    assert_eq!(results(&pair, "host set a --ip 10.1.1.6"), on_both("changed"));
    let moved = ["dynamic;", "hardware ethernet 52:54:00:00:00:01;", "fixed-address 10.1.1.6;"];
    assert_both(&pair, "host a", Some(&moved));
    assert_eq!(results(&pair, "group add g --filename pxelinux.0"), on_both("added"));
    assert_both(&pair, "group g", Some(&["dynamic;", pxe]));
    assert_eq!(results(&pair, "host set a --mac 52:54:00:00:00:02 --group g"), on_both("changed"));
    let grouped = ["dynamic;", "group \"g\";", "hardware ethernet 52:54:00:00:00:02;", "fixed-address 10.1.1.6;"];
    assert_both(&pair, "host a", Some(&grouped));
    assert_eq!(results(&pair, "host rename a b"), on_both("renamed"));
    assert_both(&pair, "host a", None);
    assert_both(&pair, "host b", Some(&grouped));
    let ensure = "host ensure b --mac 52:54:00:00:00:02 --ip 10.1.1.6";
    assert_eq!(results(&pair, ensure), on_both("unchanged"));
    assert_eq!(results(&pair, "host remove b"), on_both("removed"));
    assert_both(&pair, "host b", None);
    assert_eq!(results(&pair, ensure), on_both("added"));
    assert_eq!(results(&pair, "host remove b --peer second"), on_both("removed")[1..]);
    let one_missing: Vec<_> = [(FIRST, "unchanged"), (SECOND, "added")]
        .map(|(server, result)| (server.to_owned(), result.to_owned()))
        .to_vec();
    assert_eq!(results(&pair, ensure), one_missing);
    let ensured = ["dynamic;", "hardware ethernet 52:54:00:00:00:02;", "fixed-address 10.1.1.6;"];
    assert_both(&pair, "host b", Some(&ensured));

    assert_eq!(results(&pair, "subclass add phones mac:52:54:00:00:00:09"), on_both("added"));
    for server in 0..2 {
        let leases = text(&pair.dhcpds[server].leases());
        assert!(leases.contains("subclass \"phones\" 01:52:54:00:00:00:09"), "{leases}");
    }
    let raw = "raw create host name=str:r hardware-address=mac:52:54:00:00:00:0a hardware-type=int:1";
    assert_eq!(results(&pair, raw), on_both("added"));
    assert_eq!(results(&pair, "raw update host name=str:r --set ip-address=ip:10.1.1.7"), on_both("changed"));
    let raw = ["dynamic;", "hardware ethernet 52:54:00:00:00:0a;", "fixed-address 10.1.1.7;"];
    assert_both(&pair, "host r", Some(&raw));
    assert_eq!(results(&pair, "raw remove host name=str:r"), on_both("removed"));
    assert_both(&pair, "host r", None);

    let changes = [
        ("release", "binding state released;"),
        ("free", "binding state free;"),
        ("abandon", "binding state abandoned;"),
        ("reserve", "binding state active;"),
    ];
    for (last, (verb, state)) in ACTIVE.zip(changes) {
        assert_eq!(results(&pair, &format!("lease {verb} 10.1.1.{last}")), on_both("changed"), "{verb}");
        let hardware = format!("hardware ethernet 52:54:aa:aa:aa:{last:02x};");
        let mut expected = vec![state, &hardware];
        expected.extend((verb == "reserve").then_some("reserved;"));
        assert_both(&pair, &format!("lease 10.1.1.{last}"), Some(&expected));
        assert_eq!(results(&pair, &format!("lease {verb} 10.1.1.{last}")), on_both("unchanged"), "{verb}");
    }
    // The same by what the client is known by.
    assert_eq!(results(&pair, "lease reserve 52:54:aa:aa:aa:17"), on_both("unchanged"));
    assert_eq!(results(&pair, "lease reserve mac=52:54:aa:aa:aa:17 --off"), on_both("changed"));
    assert_both(&pair, "lease 10.1.1.23", Some(&["binding state active;", "hardware ethernet 52:54:aa:aa:aa:17;"]));
    assert_sound(&mut pair, &confs);
}

#[test]
fn one_server_is_meant_where_that_is_said_and_answers_where_the_other_is_dead() {
    let confs = [conf(0), conf(1)];
    let mut pair = Pair::start(&Net::new(), &confs, leases().as_bytes(), None);
    let host = |name: &str, last: u8| format!("host add {name} --mac 52:54:00:00:00:{last:02x}");
    let lines = |last: u8| vec!["dynamic;".to_owned(), format!("hardware ethernet 52:54:00:00:00:{last:02x};")];
    assert_eq!(results(&pair, &(host("one", 1) + " --peer first")), on_both("added")[..1]);
    assert_eq!(blocks(&pair, "host one"), [Some(lines(1)), None]);
    assert_eq!(results(&pair, &(host("two", 2) + " --peer second")), on_both("added")[1..]);
    assert_eq!(blocks(&pair, "host two"), [None, Some(lines(2))]);
    assert_eq!(results(&pair, &(host("both", 3) + " --peer both")), on_both("added"));
    assert_eq!(blocks(&pair, "host both"), [Some(lines(3)), Some(lines(3))]);
    assert_eq!(results(&pair, "lease reserve 10.1.1.30 --peer second"), on_both("changed")[1..]);
    let [first, second] = blocks(&pair, "lease 10.1.1.30").map(|lines| lines.expect("a lease"));
    assert!(!first.contains(&"reserved;".to_owned()) && second.contains(&"reserved;".to_owned()));
    // What is there on one server only is in the way on that one, and nothing is changed on the other.
    let outcome = pair.omsh(&host("two", 2));
    assert_eq!(outcome.end, End::Exit(6), "{}", text(&outcome.stderr));
    assert!(text(&outcome.stderr).contains(SECOND), "{}", text(&outcome.stderr));
    assert_eq!(blocks(&pair, "host two"), [None, Some(lines(2))]);

    let asked = |pair: &Pair, line: &str| rows(&pair.omsh(&format!("{line} --output json --columns all")), line);
    let servers = |rows: &[Value]| rows.iter().map(|row| row["server"].clone()).collect::<Vec<_>>();
    assert_eq!(servers(&asked(&pair, "host show both")), [FIRST]);
    assert_eq!(servers(&asked(&pair, "host show both --peer both")), [FIRST, SECOND]);
    assert_eq!(servers(&asked(&pair, "lease show 10.1.1.30 --peer both")), [FIRST, SECOND]);

    pair.dhcpds[0].kill();
    for line in ["host show two", "lease show 10.1.1.30", "raw open host name=str:two", "class show phones"] {
        let outcome = pair.omsh(&format!("{line} --output json --columns all"));
        assert!(servers(&rows(&outcome, line)).iter().all(|server| server == SECOND), "{line}");
        let said = text(&outcome.stderr);
        assert!(said.contains(FIRST) && said.contains(SECOND) && said.lines().count() == 1, "{line}: {said}");
    }
    let changes = [host("new", 9), "host remove both".to_owned(), "lease release 10.1.1.31".to_owned()];
    let asked_of_the_dead = ["host show both --peer first".to_owned(), "host show both --peer both".to_owned()];
    for line in changes.iter().chain(&asked_of_the_dead) {
        let outcome = pair.omsh(line);
        assert_eq!(outcome.end, End::Exit(3), "{line}: {}", text(&outcome.stderr));
        assert!(text(&outcome.stderr).contains(FIRST), "{line}: {}", text(&outcome.stderr));
    }
    assert_eq!(blocks(&pair, "host new"), [None, None]);
    assert_eq!(blocks(&pair, "host both"), [Some(lines(3)), Some(lines(3))]);
    let [_, second] = blocks(&pair, "lease 10.1.1.31").map(|lines| lines.expect("a lease"));
    assert!(second.contains(&"binding state active;".to_owned()));
    // The other way round the first answers, and nobody needs to be told of the second.
    pair.dhcpds[0].restart();
    pair.dhcpds[1].kill();
    let outcome = pair.omsh("host show both --output json --columns all");
    assert_eq!((servers(&rows(&outcome, "host show")), text(&outcome.stderr)), (vec![FIRST.into()], String::new()));
    assert_eq!(pair.omsh(&host("new", 9)).end, End::Exit(3));
    assert_eq!(blocks(&pair, "host new"), [None, None]);
}

/// Waits until something is true, which has to be within this many seconds.
#[track_caller]
fn wait_for(seconds: u64, what: &str, mut is_so: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(seconds);
    while !is_so() {
        assert!(Instant::now() < limit, "not within {seconds} s: {what}");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn failover_partners_are_changed_together() {
    let net = Net::new();
    net.add_address("10.1.1.2/16");
    let confs = [partner(0), partner(1)];
    let mut pair = Pair::start(&net, &confs, leases().as_bytes(), None);
    let states = |pair: &Pair| {
        let line = "failover show f --output json --columns all";
        let value = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let rows = rows(&pair.omsh(line), line);
        rows.iter()
            .map(|row| ["server", "role", "local_state", "partner_state"].map(|name| value(row, name)))
            .collect::<Vec<_>>()
    };
    let normal = [[FIRST, "primary", "normal", "normal"], [SECOND, "secondary", "normal", "normal"]];
    wait_for(30, "both are normal", || states(&pair) == normal);
    // Without a name it is that of dhcpd.conf.
    let unnamed = rows(&pair.omsh("failover show --output json"), "failover show");
    assert_eq!(unnamed.len(), 2);

    let state = |last: u8| {
        let line = format!("lease show 10.1.1.{last} --peer both --output json --columns all");
        rows(&pair.omsh(&line), &line)
            .iter()
            .map(|row| (row["state"].as_str().expect("text").to_owned(), row["reserved"] == true))
            .collect::<Vec<_>>()
    };
    let verbs: [(&str, &[&str]); 4] = [
        ("release", &["released", "free", "backup"]),
        ("free", &["free", "backup"]),
        ("abandon", &["abandoned"]),
        ("reserve", &["active"]),
    ];
    let check = |last: u8, verb: &str, wanted: &[&str], when: &str| {
        let now = state(last);
        let is_reserved = verb == "reserve";
        let is_so = |(state, reserved): &(String, bool)| wanted.contains(&state.as_str()) && *reserved == is_reserved;
        assert!(now.iter().all(is_so), "{verb} 10.1.1.{last}, {when}: {now:?}");
    };
    // Each tells the other of what it is told, which is at the same time told to be so by us.
    let of_active = ACTIVE.take(40).zip(verbs.iter().cycle());
    let of_free = (ACTIVE.end..ACTIVE.end + 4).zip(verbs[2..3].iter().cycle());
    let all: Vec<_> = of_active.chain(of_free).collect();
    for (last, (verb, wanted)) in &all {
        let line = format!("lease {verb} 10.1.1.{last} --output json");
        let rows = rows(&pair.omsh(&line), &line);
        let results: Vec<_> = rows.iter().map(|row| row["result"].as_str().expect("text")).collect();
        assert!(matches!(results[..], ["changed", "changed" | "unchanged"]), "{line}: {results:?}");
        check(*last, verb, wanted, "at once");
    }
    sleep(Duration::from_secs(2));
    all.iter().for_each(|(last, (verb, wanted))| check(*last, verb, wanted, "in the end"));
    // What the first has told the second by itself is done already.
    let last = ACTIVE.end - 1;
    assert_eq!(results(&pair, &format!("lease release 10.1.1.{last} --peer first")), on_both("changed")[..1]);
    let is_free = |(state, _): &(String, bool)| verbs[0].1.contains(&state.as_str());
    wait_for(10, "the second has heard of it", || state(last).iter().all(is_free));
    assert_eq!(results(&pair, &format!("lease release 10.1.1.{last}")), on_both("unchanged"));

    for line in ["failover set-state f partner-down", "failover set-state f partner-down --peer both"] {
        let outcome = pair.omsh(line);
        assert_eq!(outcome.end, End::Exit(2), "{}", text(&outcome.stderr));
        assert!(text(&outcome.stderr).contains("--peer first"), "{}", text(&outcome.stderr));
    }
    assert_eq!(states(&pair), normal);
    assert_sound(&mut pair, &confs);
    pair.dhcpds[1].stop();
    let down = results(&pair, "failover set-state f partner-down --peer first");
    assert_eq!(down, on_both("changed")[..1]);
    let shown = rows(&pair.omsh("failover show f --output json --peer first"), "failover show");
    assert_eq!(shown[0]["local_state"], "partner-down");
}

#[test]
fn of_many_who_ensure_a_host_at_once_one_gets_all_that_it_wants() {
    const MANY: u8 = 20;
    let net = Net::new();
    let mut dhcpd = Dhcpd::start(&net, &conf(0), b"");
    for round in 0..3 {
        let name = format!("h{round}");
        // Half of them differ in the address only, the others in the hardware address as well.
        let wish = |number: u8| {
            let mac = if number.is_multiple_of(2) { 0 } else { number };
            (format!("52:54:00:00:{round:02x}:{mac:02x}"), Ipv4Addr::new(10, 1, 1, 100 + number))
        };
        let outcomes: Vec<Outcome> = thread::scope(|scope| {
            let start = |number: u8| {
                let (mac, ip) = wish(number);
                let files = dhcpd.lease_file();
                let conf = files.with_file_name("dhcpd.conf");
                let line = format!(
                    "host ensure {name} --mac {mac} --ip {ip} --conf {} --leases {}",
                    conf.display(),
                    files.display()
                );
                let run = Run::ours().named("omsh").arguments(line.split(' '));
                let net = &net;
                scope.spawn(move || run.within(net))
            };
            let threads: Vec<_> = (0..MANY).map(start).collect();
            threads.into_iter().map(|thread| thread.join().expect("a run")).collect()
        });
        let failed: Vec<String> = outcomes
            .iter()
            .filter(|outcome| outcome.end != End::Exit(0))
            .map(|outcome| format!("{}: {}", outcome.end, text(&outcome.stderr)))
            .collect();
        assert!(failed.is_empty(), "round {round}: {} failed:\n{}", failed.len(), failed.concat());
        let shown = Run::ours().named("omsh").arguments(["host", "show", &name, "--output", "json"]).within(&net);
        let row = &rows(&shown, "host show")[0];
        let is_that = |number: u8| {
            let (mac, ip) = wish(number);
            row["mac"] == mac.as_str() && row["addresses"] == serde_json::json!([ip.to_string()])
        };
        let number = (0..MANY).find(|number| is_that(*number)).unwrap_or_else(|| panic!("nobody wanted {row}"));
        // The lease file says the same.
        let (mac, ip) = wish(number);
        let leases = text(&dhcpd.leases());
        let block = &leases[leases.rfind(&format!("host {name} {{")).expect("a block")..];
        let expected = format!("dynamic;\n  hardware ethernet {mac};\n  fixed-address {ip};\n}}");
        assert!(block.contains(&expected), "expected {expected} at the end of\n{leases}");
    }
    assert!(dhcpd.survives(), "{}", dhcpd.log());
    let judgement = judge("-4", &conf(0), Some(&text(&dhcpd.leases())));
    assert!(judgement.sound, "{}", judgement.log);
}

#[test]
fn what_only_the_files_tell_is_each_servers_own() {
    let confs = [conf(0), conf(1)];
    let mut pair = Pair::start(&Net::new(), &confs, b"", None);
    assert_eq!(results(&pair, "host add z --mac 52:54:00:00:00:01 --filename both"), on_both("added"));
    assert_eq!(results(&pair, "host set z --filename two --peer second"), on_both("changed")[1..]);
    assert_eq!(results(&pair, "host set z --filename two --peer second"), on_both("unchanged")[1..]);
    assert_eq!(results(&pair, "host set z --mac 52:54:00:00:00:02"), on_both("changed"));
    let host = |filename: &str| {
        let filename = format!("supersede server.filename = \"{filename}\";");
        ["dynamic;".to_owned(), "hardware ethernet 52:54:00:00:00:02;".to_owned(), filename]
    };
    for (server, filename) in ["both", "two"].into_iter().enumerate() {
        assert_eq!(blocks(&pair, "host z")[server].as_deref(), Some(&host(filename)[..]), "server {server}");
    }
    let shown = rows(&pair.omsh("host show z --full --peer both --output json"), "host show");
    let statements: Vec<_> = shown.iter().map(|row| row["statements"].as_str().expect("text").to_owned()).collect();
    assert!(statements[0].contains("both") && statements[1].contains("two"), "{statements:?}");
    assert_sound(&mut pair, &confs);
}

#[test]
fn what_is_on_one_of_both_only_is_shown_and_what_is_missing_is_named() {
    let confs = [partner(0), partner(1)];
    let mut pair = Pair::start(&Net::new(), &confs, b"", None);
    assert_eq!(results(&pair, "host add one --mac 52:54:00:00:00:01 --peer first"), on_both("added")[..1]);
    assert_eq!(results(&pair, "group add two --filename x --peer second"), on_both("added")[1..]);
    for (line, missing) in [("host show one", SECOND), ("group show two", FIRST)] {
        let outcome = pair.omsh(&format!("{line} --peer both --output jsonl"));
        let (out, err) = (text(&outcome.stdout), text(&outcome.stderr));
        assert_eq!((outcome.end, out.lines().count()), (End::Exit(5), 1), "{line}: {out}{err}");
        assert!(err.contains(missing), "{line}: {err}");
    }
    pair.dhcpds[1].kill();
    for line in ["failover show f", "host show one --peer both"] {
        let outcome = pair.omsh(&format!("{line} --output jsonl"));
        let (out, err) = (text(&outcome.stdout), text(&outcome.stderr));
        assert_eq!((outcome.end, out.lines().count()), (End::Exit(3), 1), "{line}: {out}{err}");
        assert!(err.contains(SECOND) && out.contains(FIRST), "{line}: {out}{err}");
    }
}

#[test]
fn a_shutdown_of_one_of_both_only_is_told() {
    let pair = Pair::start(&Net::new(), &[conf(0), conf(1)], b"", None);
    let second = pair.dhcpds[1].id();
    // It goes quiet when it has taken the connection, which is before the first has ended.
    let outcome = thread::scope(|scope| {
        scope.spawn(|| {
            sleep(Duration::from_secs(3));
            let stopped = std::process::Command::new("sh").args(["-c", &format!("kill -STOP {second}")]).status();
            assert!(stopped.is_ok_and(|status| status.success()));
        });
        pair.run("control shutdown --yes --output json").limit(Duration::from_secs(60)).within(&pair.net)
    });
    let failure: Value = serde_json::from_slice(&outcome.stderr).expect("JSON");
    assert_eq!(outcome.end, End::Exit(3), "{failure}");
    assert_eq!(failure["error"]["one_sided"], serde_json::json!([format!("{FIRST} is shut down, and stays so")]));
}

#[test]
fn many_who_set_a_host_at_once_wait_for_each_other() {
    let net = Net::new();
    let mut dhcpd = Dhcpd::start(&net, &conf(0), b"");
    let files = dhcpd.lease_file();
    let run = |line: &str| {
        let files = format!("--conf {} --leases {}", files.with_file_name("dhcpd.conf").display(), files.display());
        Run::ours().named("omsh").arguments(format!("{line} {files}").split(' ')).within(&net)
    };
    for line in ["group add g --filename a", "host add h --mac 52:54:00:00:00:ff --filename kept"] {
        assert_eq!(run(line).end, End::Exit(0), "{line}");
    }
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let line = |number: u8| match number % 2 {
            0 => format!("host set h --mac 52:54:00:00:00:{number:02x}"),
            _ => format!("group set g --filename f{number}"),
        };
        let run = &run;
        let threads: Vec<_> = (0..16).map(|number| scope.spawn(move || run(&line(number)))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a run")).collect()
    });
    let failed: Vec<String> =
        outcomes.iter().filter(|outcome| outcome.end != End::Exit(0)).map(|outcome| text(&outcome.stderr)).collect();
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.concat());
    let shown = rows(&run("host show h --full --output json"), "host show");
    assert_eq!(shown[0]["statements"], "supersede server.filename = \"kept\";");
    assert!(dhcpd.survives(), "{}", dhcpd.log());
}

#[test]
fn that_a_change_of_a_declared_host_does_not_last_is_told_and_another_name_does() {
    let net = Net::new();
    let declared = |name: &str, mac: u8| {
        format!("host {name} {{ hardware ethernet 52:54:00:00:00:{mac:02x}; fixed-address 10.1.1.{mac}; }}\n")
    };
    let conf = conf(0) + &declared("one", 1) + &declared("two", 2);
    let mut dhcpd = Dhcpd::start(&net, &conf, b"");
    let files = dhcpd.lease_file();
    let run = |line: &str| {
        let files = format!("--conf {} --leases {}", files.with_file_name("dhcpd.conf").display(), files.display());
        let outcome = Run::ours().named("omsh").arguments(format!("{line} {files}").split(' ')).within(&net);
        (outcome.end, text(&outcome.stdout), text(&outcome.stderr))
    };
    for line in ["host set one --ip 10.1.1.6", "host set one --mac 52:54:00:00:00:09"] {
        let (end, _, err) = run(line);
        assert_eq!(end, End::Exit(0), "{err}");
        assert!(err.contains("dhcpd.conf declares the host one"), "{line}: {err}");
    }
    assert_eq!(run("host rename two renamed").0, End::Exit(0));
    let shown = |name: &str| run(&format!("host show {name} --output plain"));
    assert!(shown("one").1.contains("10.1.1.6") && shown("renamed").1.contains("10.1.1.2"));
    // The first time it writes its lease file anew, the second time it reads that.
    dhcpd.restart();
    dhcpd.restart();
    assert!(shown("one").1.contains("10.1.1.1"), "dhcpd keeps it, and the warning can go: {:?}", shown("one"));
    assert!(shown("renamed").1.contains("10.1.1.2"), "{:?}", shown("renamed"));
    assert_eq!(shown("two").0, End::Exit(5));
}
