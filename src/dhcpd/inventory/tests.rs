use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::dhcpd::conf::Conf;
use crate::dhcpd::declarations::{Address, Host};
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
        let Some(range) = networks.range_of(address(text)) else { continue };
        let access = match state {
            State::Active => Access::Holder,
            State::Abandoned => Access::Last,
            State::Backup => Access::Partner,
            _ => Access::Any,
        };
        usages.count(range, Standing { state, access }, false);
    }
    let all = usages.of(0..networks.ranges.len());
    assert_eq!(
        all,
        Usage {
            defined: 21,
            used: 1,
            touched: 2,
            backup: 1,
            abandoned: 1,
            last_resort: 1,
            partner: 1,
            ..Usage::default()
        }
    );
    assert_eq!((all.free(), all.available()), (20, 18));
    assert!((all.part_gone() - 2.0 / 21.0).abs() < 1e-9, "{}", all.part_gone());
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

#[test]
fn ranges_are_kept_by_pool_and_subnet_and_subnets_by_network() {
    let networks = Networks::of(&Conf::parse("conf", CONF).unwrap());
    for pool in 0..networks.pools.len() {
        let wanted: Vec<_> = (0..networks.ranges.len()).filter(|range| networks.ranges[*range].pool == pool).collect();
        assert_eq!(networks.ranges_of_pool(pool, false).collect::<Vec<_>>(), wanted, "pool {pool}");
        assert_eq!(networks.ranges_of_pool(pool, true).count(), 0);
    }
    assert_eq!([0, 1, 2].map(|subnet| networks.ranges_of_subnet(subnet).len()), [1, 2, 0]);
    let office = networks.subnets[0].shared_network;
    assert_eq!(networks.subnets_of(office), [0, 1]);
    assert_eq!(networks.shared_network_name(office), "office");
    assert_eq!(networks.shared_network_name(networks.subnets[2].shared_network), "10.2.0.0/16");
    let mut usages = Usages::new(&networks);
    let range = networks.range_of(address("10.1.2.25")).expect("it lies in one");
    usages.count(range, Standing { state: State::Active, access: Access::Holder }, false);
    assert_eq!([0, 1, 2].map(|subnet| usages.subnet(subnet).defined), [10, 11, 0]);
    let pool = networks.ranges[networks.range_of(address("10.1.2.25")).unwrap()].pool;
    assert_eq!((usages.pool(pool, false).used, usages.pool(pool, true)), (1, Usage::default()));
}

#[test]
fn prefixes_of_a_pool_are_not_counted_with_its_addresses() {
    let text =
        b"subnet6 2001:db8::/64 { range6 2001:db8::10 2001:db8::19; prefix6 2001:db8:1:: 2001:db8:1:300:: /56; }";
    let networks = Networks::of(&Conf::parse("conf", text).unwrap());
    let usages = Usages::new(&networks);
    let defined = |prefixes| (0..networks.pools.len()).map(|pool| usages.pool(pool, prefixes).defined).sum::<u128>();
    assert_eq!((defined(false), defined(true), usages.subnet(0).defined), (10, 4, 10));
}

#[test]
fn thousands_of_hosts_of_one_address_are_deleted_one_by_one() {
    let mut reservations = Reservations::default();
    let of = |number: usize, deleted| Host {
        name: number.to_string().into_bytes(),
        deleted,
        addresses: vec![Address::Ip(address("10.1.1.5"))],
        ..Host::default()
    };
    let start = Instant::now();
    for number in 0..50_000 {
        reservations.take(&of(number, false), 1);
    }
    for number in 0..49_998 {
        reservations.take(&of(number, true), 2);
    }
    let left: Vec<_> = reservations.of_address(address("10.1.1.5")).map(|one| one.host.name.as_slice()).collect();
    assert_eq!(left, [b"49998", b"49999"]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn an_address_has_the_hosts_of_the_prefixes_that_it_lies_in() {
    let text = b"host a { fixed-prefix6 2001:db8:1::/48; } host b { fixed-prefix6 2001:db8:1:2::/64; }\n\
        host c { fixed-address6 2001:db8:1:2::3; fixed-prefix6 2001:db8:2::/48; }";
    let mut reservations = Reservations::of(&Conf::parse("conf", text).unwrap());
    let names = |reservations: &Reservations, text| {
        let all = reservations.of_address(address(text)).map(|one| one.host.name[0] as char);
        all.collect::<String>()
    };
    for (text, holders) in [
        ("2001:db8:1:2::3", "cab"),
        ("2001:db8:1:2::4", "ab"),
        ("2001:db8:1:3::3", "a"),
        ("2001:db8:3::", ""),
        ("1.2.3.4", ""),
    ] {
        assert_eq!(names(&reservations, text), holders, "{text}");
    }
    reservations.take(&Host { name: b"a".to_vec(), deleted: true, ..Host::default() }, 1);
    assert_eq!(names(&reservations, "2001:db8:1:2::3"), "cb");
}
