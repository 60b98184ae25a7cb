//! Leases are looked at again before a change and read back after it.

use super::{CONF, Lab, Said, lease, words};
use crate::fake_server::message::{Answer, OPEN, UPDATE, value};
use crate::fake_server::serve;
use crate::old_dhcpd::{ACTIVE, OldDhcpd, Version};
use crate::support::run::Run;
use std::io::Write;
use std::sync::{Arc, Mutex};

fn ask(port: u16, line: &str) -> Said {
    let line = format!("{line} --server 127.0.0.1 --port {port}");
    let run = Run::ours().named("omsh").arguments(words(&line)).environment("OMSH_CONF", "nonexistent");
    Said::of(&line, run.environment("OMSH_LEASES", "nonexistent").alone())
}

/// What a server that keeps no flags says is no success; a change of flags brings the state along on every version.
#[test]
fn a_reservation_that_is_not_kept_is_a_failure() {
    for version in Version::OLD.into_iter().chain([Version::V443]) {
        let server = OldDhcpd::start(version);
        server.add_lease([10, 1, 1, 20], &[2, 0, 0, 0, 0, 1], ACTIVE);
        let keeps = !matches!(version, Version::V411 | Version::V425);
        let said = ask(server.port, "lease reserve 10.1.1.20");
        match keeps {
            true => said.exits(0).has(["changed lease 10.1.1.20: reserved no -> yes"]),
            false => said.exits(1).says("").explains([
                "says that it has changed the lease 10.1.1.20, but it is not reserved",
                "dhcpd up to 4.3.3 keeps no reservation",
                "`omsh host add NAME --mac MAC --ip 10.1.1.20`",
            ]),
        };
        ask(server.port, "lease abandon 10.1.1.20").exits(0).has(["state active -> abandoned"]);
        let updates: Vec<_> = server.asked().into_iter().filter(|asked| asked.op == UPDATE).collect();
        assert_eq!(updates.len(), 2, "{}", version.name());
        for update in updates {
            assert!(value(&update.values, "state").is_some(), "{}: {update:?}", version.name());
        }
    }
}

/// A server whose lease is another one at every look, and what it was asked to change.
fn restless(states: Vec<u32>) -> (u16, Arc<Mutex<usize>>) {
    let updates = Arc::new(Mutex::new(0));
    let port = serve({
        let updates = updates.clone();
        move |peer| {
            let mut states = states.clone().into_iter();
            let mut now = states.next().unwrap_or(ACTIVE);
            let mut asked = peer.first_request()?;
            loop {
                let mut answer = Answer::to(&asked);
                if asked.op == OPEN {
                    let values: [(&str, &[u8]); 5] = [
                        ("state", &now.to_be_bytes()),
                        ("ip-address", &[10, 1, 1, 20]),
                        ("hardware-address", &[2, 0, 0, 0, 0, 1]),
                        ("hardware-type", &[0, 0, 0, 1]),
                        ("flags", &[0]),
                    ];
                    answer.handle = 9;
                    answer.object = values.map(|(name, value)| (name.as_bytes().to_vec(), value.to_vec())).to_vec();
                    now = states.next().unwrap_or(now);
                } else {
                    *updates.lock().expect("no panic there") += 1;
                    answer.becomes_status(Some(&[0; 4]));
                }
                peer.stream.write_all(&answer.bytes())?;
                asked = peer.request()?;
            }
        }
    });
    (port, updates)
}

#[test]
fn nothing_is_sent_when_the_lease_has_changed_since_it_was_looked_at() {
    for (line, states) in
        [("lease release 10.1.1.20", [2, 1]), ("lease reserve 10.1.1.20", [2, 5]), ("lease free ip=10.1.1.20", [5, 2])]
    {
        let (port, updates) = restless(states.to_vec());
        let name = |state: u32| ["", "free", "active", "", "", "abandoned"][state as usize];
        let [was, is] = states.map(name);
        ask(port, line).exits(1).says("").explains([
            "the lease 10.1.1.20 on 127.0.0.1 port",
            &*format!("has changed since it was looked at (state {was} -> {is}): nothing was sent"),
        ]);
        assert_eq!(*updates.lock().expect("no panic there"), 0, "{line}");
        // Nothing is looked at twice where nothing is changed.
        let (port, updates) = restless(states.to_vec());
        ask(port, &format!("{line} --dry-run")).exits(0);
        assert_eq!(*updates.lock().expect("no panic there"), 0, "{line}");
    }
}

#[test]
fn a_state_that_is_not_kept_is_a_failure() {
    // It is looked at, looked at again, changed, and read back.
    let (port, updates) = restless(vec![2, 2, 2]);
    ask(port, "lease abandon 10.1.1.20").exits(1).says("").explains(["but it is active"]);
    assert_eq!(*updates.lock().expect("no panic there"), 1);
}

/// Every change of every state on a real dhcpd: it is kept, or it is a failure, and what is told is what the lease file has.
#[test]
fn what_is_told_of_a_change_is_what_dhcpd_has_written() {
    let states = ["active", "free", "abandoned", "released", "expired"];
    let of = |flags: &str| -> Vec<String> {
        let all = states.iter().zip(30..);
        all.map(|(state, last)| lease(last, state, &format!("ethernet 02:00:00:00:01:{last}"), flags)).collect()
    };
    for flags in ["", "reserved;"] {
        for verb in ["release", "free", "abandon", "reserve", "reserve --off"] {
            let lab = Lab::start(CONF, &of(flags).concat());
            for last in 30..30 + states.len() {
                let line = format!("lease {verb} 10.1.1.{last} --output json");
                let said = lab.omsh(&line).exits(0);
                let lines =
                    lab.omsh(&format!("lease show 10.1.1.{last} --columns state,reserved --output plain")).exits(0);
                let mut now = lines.stdout.trim_end().split('\t');
                let (state, reserved) = (now.next().expect("a state"), now.next().expect("yes or no"));
                let after = said.stdout.split("\"after\":").nth(1).expect("what it is");
                assert!(after.contains(&format!("\"state\":\"{state}\"")), "{flags} {line}: {state}\n{}", said.stdout);
                let kept = if reserved == "yes" { "\"reserved\":true" } else { "\"reserved\":false" };
                assert!(after.contains(kept), "{flags} {line}: {kept}\n{}", said.stdout);
                let wanted = match verb {
                    "reserve" => Some("yes"),
                    "reserve --off" => Some("no"),
                    _ => None,
                };
                assert!(wanted.is_none_or(|wanted| wanted == reserved), "{flags} {line}: reserved {reserved}");
                let written = format!("10.1.1.{last}\t{state}\t{reserved}\n");
                lab.omsh(&format!("leases 10.1.1.{last} --columns address,recorded_state,reserved --output plain"))
                    .exits(0)
                    .says(&written);
            }
        }
    }
}

#[test]
fn a_lease_that_nobody_has_had_is_reserved_for_nobody() {
    let lab = Lab::start(CONF, &lease(20, "active", "ethernet 02:00:00:00:01:20", ""));
    let before = lab.dhcpd.leases();
    for line in ["lease reserve 10.1.1.32", "lease reserve ip=10.1.1.33 --dry-run"] {
        lab.omsh(line)
            .exits(1)
            .says("")
            .explains(["has no client that it could be reserved for", "omsh host add NAME --mac MAC --ip"]);
    }
    assert_eq!(lab.dhcpd.leases(), before, "something was written");
    lab.omsh("lease reserve 10.1.1.32 --off").exits(0).says("unchanged lease 10.1.1.32\n");
    lab.omsh("lease reserve 10.1.1.20").exits(0).has(["reserved no -> yes"]);
    lab.omsh("lease show 10.1.1.20 --columns state,reserved --output plain").exits(0).says("active\tyes\n");
}

/// The drop-in, `-c` and `-f` send what is written and nothing else.
#[test]
fn scripts_send_what_is_written() {
    let script = |port: u16| {
        format!("port {port}\nconnect\nnew lease\nset ip-address = 10.1.1.20\nopen\nset flags = 4\nupdate\n")
    };
    for face in ["drop-in", "-c", "-f"] {
        let server = OldDhcpd::start(Version::V425);
        server.add_lease([10, 1, 1, 20], &[2, 0, 0, 0, 0, 1], ACTIVE);
        let run = Run::ours();
        let outcome = match face {
            "drop-in" => run.stdin(script(server.port)).alone(),
            "-c" => run.named("omsh").arguments(["-c", &script(server.port)]).alone(),
            _ => run.named("omsh").arguments(["-f", "-"]).stdin(script(server.port)).alone(),
        };
        Said::of(face, outcome).exits(0);
        let asked = server.asked();
        let ops: Vec<u32> = asked.iter().map(|asked| asked.op).collect();
        assert_eq!(ops, [OPEN, UPDATE], "{face}: {asked:?}");
        let names: Vec<_> =
            asked[1].values.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
        assert_eq!(names, ["flags"], "{face}");
    }
}
