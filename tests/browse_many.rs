//! Files of many subnets and of many hosts: time in proportion, and answers that people can read.

#[path = "browse_commands/site.rs"]
mod site;
mod support;

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use site::{Site, check};
use support::run::End;

/// A scan of all subnets for each of them takes a build without optimization minutes.
const PATIENCE: Duration = Duration::from_secs(20);

fn with_conf(conf: &str) -> Site {
    let site = Site::new();
    fs::write(site.folder.join("conf"), conf).expect("a file of our own");
    fs::write(site.folder.join("leases"), "").expect("a file of our own");
    site
}

#[test]
fn twenty_thousand_subnets_take_time_in_proportion() {
    let mut conf = "option domain-name-servers 10.0.0.1;\n".to_owned();
    for subnet in 0..20_000 {
        let net = format!("10.{}.{}", subnet / 256, subnet % 256);
        let _ = writeln!(
            conf,
            "subnet {net}.0 netmask 255.255.255.0 {{ option routers {net}.2; range {net}.10 {net}.19; }}"
        );
    }
    let site = with_conf(&conf);
    for (words, lines, last) in [
        ("pools --output plain --columns kind,name,defined", 20_001, "all\tall networks\t200000"),
        ("subnets --output plain --columns subnet,routers,defined", 20_000, "10.78.31.0/24\t10.78.31.2\t10"),
        ("free 10.0.0.0/24 -n 1 --output plain --columns address", 1, "10.0.0.3"),
        ("free 10.78.0.0/16 -n 1 --pool in --output plain --columns address", 1, "10.78.31.19"),
    ] {
        let start = Instant::now();
        let outcome = site.outcome(words);
        let time = start.elapsed();
        let out = site.text(&outcome.stdout);
        assert_eq!(outcome.end, End::Exit(0), "{words}: {}", site.text(&outcome.stderr));
        assert_eq!((out.lines().count(), out.lines().last()), (lines, Some(last)), "{words}");
        assert!(time < PATIENCE, "{words}: {time:?}");
    }
    check(&site, &[("free 11.0.0.0/24 -n 1", 2, &[], "10.0.9.0/24 and 19990 more\n")]);
    let start = Instant::now();
    let outcome = site.outcome("map 10.0.0.0/9");
    assert_eq!(outcome.end, End::Exit(0));
    assert!(site.text(&outcome.stdout).contains("200 000"), "{}", site.text(&outcome.stdout));
    assert!(start.elapsed() < PATIENCE, "map: {:?}", start.elapsed());
}

#[test]
fn hosts_of_one_address_are_told_once_and_not_all_of_them() {
    let mut conf = "subnet 10.1.1.0 netmask 255.255.255.0 { }\n".to_owned();
    for host in 0..5_000 {
        let _ = writeln!(
            conf,
            "host h{host} {{ hardware ethernet 2:0:0:0:{:x}:{:x}; fixed-address 10.1.1.5; }}",
            host / 256,
            host % 256
        );
    }
    conf += "host a { hardware ethernet 2:0:0:1:0:0; fixed-address 10.1.1.6; }\n\
        host b { hardware ethernet 2:0:0:1:0:1; fixed-address 10.1.1.6, 10.1.1.7, 10.1.1.7; }\n";
    let site = with_conf(&conf);
    let outcome = site.outcome("conf check");
    let out = site.text(&outcome.stdout);
    let doubts: Vec<&str> = out.lines().skip(1).collect();
    assert_eq!(
        doubts,
        [
            "conf:2: h0, h1, h2, h3, h4, h5, h6, h7, h8, h9 and 4990 more all have 10.1.1.5",
            "conf:5002: a and b both have 10.1.1.6",
        ]
    );
}

#[test]
fn a_range_of_a_whole_prefix_is_not_walked_to_its_end() {
    let site = with_conf("subnet6 2001:db8:2::/64 { range6 2001:db8:2::/64; }");
    let bound = "say how many free ones are wanted with -n N";
    check(
        &site,
        &[
            ("free -6 2001:db8:2::/64 --pool out -n 1", 1, &[], "has 0 free addresses, 1 are wanted"),
            ("free -6 2001:db8:2::/64 --pool in -n 1", 0, &["2001:db8:2::1"], "at any moment"),
            ("free -6 2001:db8:2::/64 --limit 1", 0, &["2001:db8:2::1"], "at any moment"),
            ("free -6 2001:db8:2::/64 --limit 1 --sort -address", 2, &[], bound),
            ("free -6 2001:db8:2::/64", 2, &[], bound),
        ],
    );
}

#[test]
fn an_address_in_no_subnet_is_not_free() {
    let site = with_conf(
        "subnet 10.1.1.0 netmask 255.255.255.0 { option domain-name-servers 10.1.2.1; }\n\
         subnet 10.1.2.0 netmask 255.255.255.0 { }",
    );
    check(
        &site,
        &[
            ("free 10.1.0.0/16 -n 2 --output plain --columns address", 0, &["10.1.1.1\n10.1.1.2\n"], ""),
            ("free 10.1.2.0/24 -n 1 --output plain --columns address", 0, &["10.1.2.2\n"], ""),
        ],
    );
}
