//! What Nagios and Prometheus are told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use super::site::Site;
use crate::support::run::End;

const CONF: &str = "class \"port1\" { match if option agent.circuit-id = \"p1\"; }\n\
                    subnet 10.60.0.0 netmask 255.255.255.0 {\n\
                    pool { range 10.60.0.10 10.60.0.209; }\n\
                    pool { allow members of \"port1\"; range 10.60.0.5; }\n}\n\
                    shared-network floor { subnet 10.61.0.0 netmask 255.255.255.0 { pool { range 10.61.0.10 10.61.0.11; } }\n\
                    subnet 10.62.0.0 netmask 255.255.255.0 { pool { range 10.62.0.10 10.62.0.17; } } }\n";

fn lease(address: &str) -> String {
    format!("lease {address} {{\n  starts 1 2026/11/30 20:00:00;\n  ends never;\n  binding state active;\n}}\n")
}

/// The pool of one address is full, and so are two addresses of ten of a shared network.
fn site() -> Site {
    Site::new(CONF, ["10.60.0.5", "10.61.0.10", "10.61.0.11"].map(lease).concat())
}

#[test]
fn alarms_are_for_pools_of_some_size_and_for_few_addresses() {
    let site = site();
    for (words, status, said) in [
        ("--warning 80 --critical 95", 2, "DHCP CRITICAL - pool 10.60.0.5 is at 100.0%, pool 10.61.0.10-10.61.0.11"),
        ("--warning 80 --critical 95 --min-size 2", 2, "DHCP CRITICAL - pool 10.61.0.10-10.61.0.11 is at 100.0% |"),
        ("--warning 80 --critical 95 --min-size 3", 0, "DHCP OK - "),
        ("--warning 80 --critical 95 --min-size 2 --shared-networks-only", 0, "DHCP OK - "),
        (
            "--warning 15 --critical 95 --min-size 2 --shared-networks-only",
            1,
            "DHCP WARNING - shared-network floor is at 20.0% |",
        ),
        ("--warning 101 --critical 101", 0, "DHCP OK - "),
        ("--warning 101 --critical 95 --min-size 2", 2, "DHCP CRITICAL - pool 10.61"),
        ("--warning 80 --critical 101", 1, "DHCP WARNING - pool 10.60.0.5"),
        ("--warning 15 --warning-count 7 --shared-networks-only --min-size 2", 0, "DHCP OK - "),
        (
            "--warning 15 --warning-count 8 --shared-networks-only --min-size 2",
            1,
            "DHCP WARNING - shared-network floor",
        ),
        (
            "--critical 15 --critical-count 8 --shared-networks-only --min-size 2",
            2,
            "DHCP CRITICAL - shared-network floor",
        ),
        ("--critical 25 --critical-count 8 --shared-networks-only --min-size 2", 0, "DHCP OK - "),
        ("--warning-count 0 --min-size 2", 1, "DHCP WARNING - pool 10.61.0.10-10.61.0.11"),
    ] {
        site.check(&format!("pools {words}"), status, &[said], &[]);
    }
    let statuses =
        site.answer("pools --warning 80 --min-size 2 --shared-networks-only --output plain --columns kind,status");
    assert_eq!(statuses.out, "pool\tok\npool\tok\npool\tok\npool\tok\nshared-network\tok\nall\tok\n");
}

#[test]
fn a_lease_file_that_nobody_writes_is_critical() {
    let site = site();
    let file = fs::File::options().append(true).open(site.folder.join("leases")).expect("it is there");
    site.check("pools --max-age 1h", 0, &["DHCP OK - "], &[]);
    file.set_modified(SystemTime::now() - Duration::from_secs(7300)).expect("our own file");
    site.check("pools --max-age 1h", 2, &["DHCP CRITICAL - the lease file was last written 2h 1m ago |"], &[]);
    site.check("pools --max-age 3h", 0, &["DHCP OK - "], &[]);
    site.check("pools --warning 101", 0, &["DHCP OK - "], &[]);
}

#[test]
fn whatever_goes_wrong_is_unknown_and_on_stdout() {
    let site = site();
    let unknown = |words: &str, change: &dyn Fn(crate::support::run::Run) -> crate::support::run::Run| {
        let words: Vec<&str> = words.split(' ').collect();
        let answer = site.answer_of(change(site.run(&words)));
        let line = answer.out.lines().next().unwrap_or_default();
        assert!(
            answer.end == End::Exit(3) && line.starts_with("DHCP UNKNOWN - "),
            "{words:?}: expected exit 3 and a line, got {}\n{}{}",
            answer.end,
            answer.out,
            answer.err
        );
    };
    let home = site.folder.join("home");
    fs::create_dir_all(home.join(".config/omsh")).expect("a folder of our own");
    fs::write(home.join(".config/omsh/config.toml"), "no toml [").expect("a file of our own");
    unknown("pools --warning 80 --profile x", &|run| run.environment("HOME", &home));
    // A folder is no file: nobody can read it, root neither.
    fs::remove_file(home.join(".config/omsh/config.toml")).expect("our own file");
    fs::create_dir(home.join(".config/omsh/config.toml")).expect("a folder of our own");
    unknown("pools --warning 80 --profile x", &|run| run.environment("HOME", &home));
    unknown("pools --max-age soon", &|run| run);
    unknown("pools --warning 80 --columns nothing", &|run| run);
    unknown("pools --critical 90 --leases nowhere", &|run| run);
    unknown("pools --critical-count many", &|run| run);
    unknown("pools --max-age 1h --leases -", &|run| run.stdin("lease 10.60.0.5 { }"));
}

#[test]
fn figures_for_prometheus_take_the_place_of_the_old_ones_at_once() {
    let site = site();
    let file = site.folder.join("dhcpd.prom");
    fs::write(&file, "old\n").expect("a file of our own");
    let words = |leases: &str| format!("pools --output prometheus --to {} --leases {leases}", file.display());
    site.check(&words("nowhere"), 2, &[], &["nowhere"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "old\n", "what cannot be answered leaves it as it is");
    let reader = fs::File::open(&file).expect("it is there");
    site.check(&words(&site.folder.join("leases").display().to_string()), 0, &[], &[]);
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.starts_with("# HELP dhcpd_addresses_defined"), "{text}");
    assert_eq!(std::io::read_to_string(reader).expect("it is open"), "old\n", "who reads the old one reads all of it");
    let mode = fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o444, 0o444, "the collector may read it: {mode:o}");
    site.check(&format!("pools --to {}", file.display()), 2, &[], &["--to goes with --output prometheus"]);
    let left: Vec<_> =
        fs::read_dir(site.folder.path()).expect("a folder").map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}
