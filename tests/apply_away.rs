//! `omsh apply` killed while hosts are away that have to be made anew, by a file that says but a part of them.

mod bulk;
mod support;

use bulk::faults::{Fault, KILLED, Mishap, Side};
use bulk::site::Site;
use bulk::{State, colons, mac};
use support::net::Net;
use support::run::End;

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n";

const HOSTS: u32 = 12;

/// A table of hosts, each with the hardware address of the one that is so many further on.
fn table(with_all: bool, shift: u32) -> String {
    let mut table = if with_all { "name,mac,addresses,statements\n" } else { "name,mac\n" }.to_owned();
    for number in 0..HOSTS {
        let mac = colons(&mac((number + shift) % HOSTS));
        table += &format!("h{number},{mac}");
        if with_all {
            table += &format!(",10.1.0.{},\"filename \"\"f{number}\"\";\"", number + 1);
        }
        table.push('\n');
    }
    table
}

#[test]
fn what_the_file_does_not_say_of_a_host_that_was_away_comes_back() {
    let mut killed = 0;
    for bytes in [900, 1_300, 2_000, 2_800] {
        let mut site = Site::start(&Net::new(), CONF, b"");
        site.put("all.csv", table(true, 0));
        site.put("ring.csv", table(false, 1));
        site.applied("all.csv", &[]);
        let words = [site.path("ring.csv").display().to_string()];
        let mishap = Mishap { fault: Fault::Killed, side: Side::Requests, bytes };
        let outcome = site.apply_with(mishap, &words);
        killed += u32::from(outcome.end == End::Exit(KILLED));
        let missing = (HOSTS as usize) - State::of_leases(&site.dhcpd.leases()).hosts.len();
        let outcome = site.apply_with(Mishap { bytes: usize::MAX, ..mishap }, &words);
        let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert_eq!(outcome.end, End::Exit(0), "{bytes}: {said}");
        if missing > 0 {
            assert!(said.contains("was taken away by a run that was interrupted"), "{bytes}: {said}");
        }
        let left = site.path("omsh/away").read_dir().map(|folder| folder.count()).unwrap_or_default();
        assert_eq!(left, 0, "{bytes}: nobody is away any longer");
        let State { hosts, .. } = site.rewritten();
        for number in 0..HOSTS {
            let host = &hosts[&format!("h{number}")];
            assert_eq!(host.mac, Some(mac((number + 1) % HOSTS)), "{bytes}: h{number}");
            assert_eq!(host.addresses, [std::net::Ipv4Addr::new(10, 1, 0, number as u8 + 1)], "{bytes}: h{number}");
            assert!(host.statements.contains(&format!("\"f{number}\"")), "{bytes}: h{number}: {}", host.statements);
        }
    }
    assert!(killed >= 3, "only {killed} were killed on the way");
}

#[test]
fn a_run_about_other_hosts_does_not_forget_who_is_away() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    site.put("all.csv", table(true, 0));
    site.put("ring.csv", table(false, 1));
    site.applied("all.csv", &[]);
    let apply = |site: &Site, file: &str, bytes: usize| {
        let mishap = Mishap { fault: Fault::Killed, side: Side::Requests, bytes };
        site.apply_with(mishap, &[site.path(file).display().to_string()])
    };
    assert_eq!(apply(&site, "ring.csv", 1_300).end, End::Exit(KILLED));
    let there = State::of_leases(&site.dhcpd.leases()).hosts;
    let missing: Vec<String> =
        (0..HOSTS).map(|number| format!("h{number}")).filter(|name| !there.contains_key(name)).collect();
    assert!(!missing.is_empty(), "a host is away");
    site.put("other.csv", "name,mac\nother,02:00:00:00:99:99\n");
    let outcome = apply(&site, "other.csv", usize::MAX);
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.end, End::Exit(0), "{said}");
    for name in &missing {
        assert!(said.contains(&format!("the host {name} was taken away")), "{name}: {said}");
    }
    assert_eq!(apply(&site, "ring.csv", usize::MAX).end, End::Exit(0));
    let State { hosts, .. } = site.rewritten();
    for number in 0..HOSTS {
        let host = &hosts[&format!("h{number}")];
        assert_eq!(host.mac, Some(mac((number + 1) % HOSTS)), "h{number}");
        assert!(host.statements.contains(&format!("\"f{number}\"")), "h{number}: {}", host.statements);
    }
    let left = site.path("omsh/away").read_dir().map(|folder| folder.count()).unwrap_or_default();
    assert_eq!(left, 0, "nobody is away any longer");
}

#[test]
fn ctrl_c_leaves_no_host_away() {
    const MANY: u32 = 300;
    let table = |shift: u32| {
        let line = |number: u32| format!("h{number},{},10.1.0.{}\n", colons(&mac(number + shift)), number % 250 + 1);
        "name,mac,addresses\n".to_owned() + &(0..MANY).map(line).collect::<String>()
    };
    for bytes in [7_000, 9_100, 11_300, 13_700, 15_900, 18_300] {
        let mut site = Site::start(&Net::new(), CONF, b"");
        site.put("before.csv", table(0));
        site.put("after.csv", table(MANY));
        site.applied("before.csv", &["--share-addresses"]);
        let words = [site.path("after.csv").display().to_string(), "--share-addresses".to_owned()];
        let mishap = Mishap { fault: Fault::Interrupted, side: Side::Requests, bytes };
        let outcome = site.apply_with(mishap, &words);
        let said = [&outcome.stdout, &outcome.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
        assert_eq!(outcome.end, End::Exit(1), "{bytes}: {said}");
        assert!(said.contains("interrupted: the rest was not begun"), "{bytes}: {said}");
        assert!(!said.contains("half done") && !said.contains("refused"), "{bytes}: {said}");
        let State { hosts, .. } = site.rewritten();
        let changed = hosts.values().filter(|host| host.mac >= Some(mac(MANY))).count();
        assert_eq!(hosts.len(), MANY as usize, "{bytes}: {said}");
        assert!((1..MANY as usize).contains(&changed), "{bytes}: {changed} are changed: {said}");
    }
}
