use std::net::IpAddr;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::declarations::Host;
use crate::dhcpd::leases::State;

use super::*;

const CONF: &[u8] = b"
shared-network office {
  subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.19; }
  subnet 10.1.2.0 netmask 255.255.255.0 { pool { range 10.1.2.10; range 10.1.2.20 10.1.2.29; } }
}
subnet 10.2.0.0 netmask 255.255.0.0 { }
host a { hardware ethernet 2:0:0:0:0:1; fixed-address 10.1.1.5, 10.1.2.5; }
host b { hardware ethernet 2:0:0:0:0:2; fixed-address 10.1.1.6; }
";

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn an_address_lies_in_one_subnet_and_in_one_range() {
    let networks = Networks::of(&Conf::parse("conf", CONF).unwrap());
    for (text, subnet, range) in [
        ("10.1.1.10", Some("10.1.1.0/24"), Some("10.1.1.10-10.1.1.19")),
        ("10.1.1.20", Some("10.1.1.0/24"), None),
        ("10.1.2.10", Some("10.1.2.0/24"), Some("10.1.2.10")),
        ("10.1.2.29", Some("10.1.2.0/24"), Some("10.1.2.20-10.1.2.29")),
        ("10.2.255.255", Some("10.2.0.0/16"), None),
        ("10.3.0.0", None, None),
    ] {
        let found = networks.subnet_of(address(text)).map(|subnet| networks.subnet_name(subnet));
        assert_eq!(found.as_deref(), subnet, "{text}");
        let found = networks.range_of(address(text)).map(|range| networks.ranges[range].span.to_string());
        assert_eq!(found.as_deref(), range, "{text}");
    }
    assert_eq!(networks.named("office").map(|spans| spans.len()), Some(2));
    assert_eq!(networks.named("10.1.2.99").map(|spans| spans[0].to_string()).as_deref(), Some("10.1.2.0-10.1.2.255"));
    assert!(networks.named("10.1.2.0/23").is_none() && networks.named("home").is_none());
}

#[test]
fn leases_count_in_the_range_of_their_address() {
    let networks = Networks::of(&Conf::parse("conf", CONF).unwrap());
    let mut usages = Usages::new(&networks);
    for (text, state) in [
        ("10.1.1.10", State::Active),
        ("10.1.1.11", State::Free),
        ("10.1.1.12", State::Abandoned),
        ("10.1.1.13", State::Backup),
        ("10.1.1.99", State::Active),
    ] {
        usages.count(address(text), state);
    }
    let all = usages.of(0..networks.ranges.len());
    assert_eq!(all, Usage { defined: 21, used: 1, touched: 2, backup: 1, abandoned: 1 });
    assert_eq!((all.free(), all.available()), (20, 18));
}

#[test]
fn deletions_of_the_lease_file_hold_for_hosts_of_the_configuration() {
    let mut reservations = Reservations::of(&Conf::parse("conf", CONF).unwrap());
    let host = |name: &str, deleted| Host { name: name.into(), dynamic: true, deleted, ..Host::default() };
    assert!(!reservations.take(&host("a", true), 1));
    assert!(!reservations.take(&host("c", false), 2));
    assert!(reservations.take(&host("c", false), 3));
    let names: Vec<_> = reservations.iter().map(|one| String::from_utf8_lossy(&one.host.name)).collect();
    assert_eq!(names, ["b", "c"]);
    assert_eq!(reservations.of_address(address("10.1.1.5")).count(), 0);
    assert_eq!(reservations.of_address(address("10.1.1.6")).count(), 1);
    assert_eq!(reservations.named(b"c").unwrap().origin, Origin::Leases(3));
}
