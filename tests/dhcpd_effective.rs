//! What is in effect for a client, by our reading of dhcpd.conf and by what the real dhcpd offers to a client.

mod support;

use std::net::IpAddr;
use std::process::Command;

use omsh::dhcpd::Family;
use omsh::dhcpd::conf::{Client, Conf, ConfOptions, Fact};
use omsh::dhcpd::leases::{Source, Table};
use omsh::dhcpd::options::Definitions;
use support::dhcpd::Dhcpd;
use support::net::Net;

/// Addresses that are of use at once.
const SET_UP_6: &str = "
    set -e
    PATH=$PATH:/usr/sbin:/sbin
    ip addr add 2001:db8::1/32 dev v0 nodad
    ip addr add fe80::1:1/64 dev v0 nodad
    ip addr add fe80::1:2/64 dev v1 nodad";

/// Asks for an offer.
const CLIENT: &str = include_str!("offer/client.py");

/// Texts of our own and no others are compared: these options.
const V4: [(&str, u8); 9] = [
    ("domain-name", 15),
    ("host-name", 12),
    ("nis-domain", 40),
    ("root-path", 17),
    ("tftp-server-name", 66),
    ("bootfile-name", 67),
    ("merit-dump", 14),
    ("netbios-scope", 47),
    ("extensions-path", 18),
];
const V6: [(&str, u8); 6] = [
    ("bootfile-url", 59),
    ("new-posix-timezone", 41),
    ("new-tzdb-timezone", 42),
    ("v6-captive-portal", 103),
    ("bootfile-param", 60),
    ("subscriber-id", 38),
];

/// Each option is set down to another level, so that each pair of levels meets.
const CONF: &str = r#"
ping-check false;
class "none" { }
option domain-name "root"; option host-name "root"; option nis-domain "root"; option root-path "root";
option tftp-server-name "root"; option bootfile-name "root"; option merit-dump "root"; option netbios-scope "root";
group elsewhere { option merit-dump "named"; option domain-name "named"; option extensions-path "named"; }
group {
  option host-name "outer";
  shared-network office {
    option nis-domain "shared"; option root-path "shared"; option tftp-server-name "shared";
    option bootfile-name "shared"; option merit-dump "shared"; append netbios-scope "+shared";
    default host-name "default"; default extensions-path "default";
    subnet 10.1.0.0 netmask 255.255.0.0 {
      option root-path "subnet"; option tftp-server-name "subnet"; option bootfile-name "subnet";
      pool {
        range 10.1.1.50 10.1.1.60;
        option tftp-server-name "pool"; option bootfile-name "pool"; prepend netbios-scope "pool+";
        option domain-name "pool";
      }
      pool { range 10.1.1.70 10.1.1.70; deny unknown-clients; allow members of "none"; option root-path "other"; }
      host in-subnet { hardware ethernet 02:00:00:00:00:01; option bootfile-name "host"; }
      group {
        option bootfile-name "group"; option merit-dump "group"; append netbios-scope "+group";
        host in-group { hardware ethernet 02:00:00:00:00:02; fixed-address 10.1.1.200; option tftp-server-name "host"; }
      }
      host fixed { hardware ethernet 02:00:00:00:00:03; fixed-address 10.1.1.201; option root-path "host"; }
    }
  }
  host outside { hardware ethernet 02:00:00:00:00:04; option root-path "host"; append netbios-scope "+host"; }
}
host far { hardware ethernet 02:00:00:00:00:05; option bootfile-name "host"; }
host named { hardware ethernet 02:00:00:00:00:06; group "elsewhere"; fixed-address 10.1.1.202; }
host plain { hardware ethernet 02:00:00:00:00:07; group "elsewhere"; option domain-name "host"; }
"#;

const CONF6: &str = r#"
option dhcp6.bootfile-url "root"; option dhcp6.new-posix-timezone "root"; option dhcp6.new-tzdb-timezone "root";
option dhcp6.subscriber-id "root";
shared-network office {
  option dhcp6.bootfile-url "shared"; option dhcp6.new-posix-timezone "shared"; append dhcp6.subscriber-id "+shared";
  option dhcp6.v6-captive-portal "shared";
  subnet6 2001:db8::/32 {
    option dhcp6.bootfile-url "subnet"; option dhcp6.new-posix-timezone "subnet"; option dhcp6.bootfile-param "subnet";
    pool6 { range6 2001:db8::50 2001:db8::60; option dhcp6.bootfile-url "pool"; append dhcp6.subscriber-id "+pool"; }
    host h1 { hardware ethernet 02:00:00:00:00:01; option dhcp6.bootfile-param "host"; }
    group {
      option dhcp6.new-posix-timezone "group"; option dhcp6.v6-captive-portal "group";
      host h2 { hardware ethernet 02:00:00:00:00:02; fixed-address6 2001:db8::200; option dhcp6.bootfile-url "host"; }
    }
  }
}
"#;

/// Subnets by themselves: of a group, and of a group inside of a shared network, which dhcpd takes out of it.
const ALONE: &str = r#"
ping-check false;
option domain-name "root"; option root-path "root"; option bootfile-name "root";
shared-network none {
  option root-path "shared";
  subnet 10.9.0.0 netmask 255.255.0.0 { }
  group {
    option domain-name "group";
    subnet 10.1.0.0 netmask 255.255.0.0 {
      option bootfile-name "subnet"; range 10.1.1.50 10.1.1.60;
      host in-subnet { hardware ethernet 02:00:00:00:00:01; option tftp-server-name "host"; }
    }
  }
}
"#;

/// What a client is offered: its address, and the options' values. `client` is its hardware address, then what else it
/// sends, as `offer/client.py` takes it.
fn offer(net: &Net, family: Family, mac: &str, options: &[(&str, u8)]) -> (IpAddr, Vec<Option<Vec<u8>>>) {
    let mut client: Command = net.command(support::PYTHON);
    client.args(["-c", CLIENT, if family == Family::V4 { "4" } else { "6" }, "v1", mac]);
    let output = client.args(options.iter().map(|(_, code)| code.to_string())).output().expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{mac}: {}", String::from_utf8_lossy(&output.stderr));
    let mut lines = text.lines();
    let address = lines.next().and_then(|line| line.parse().ok()).unwrap_or_else(|| panic!("{mac}: {text}"));
    let values: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(' ')).collect();
    let value = |code: &u8| values.iter().find(|(found, _)| *found == code.to_string()).map(|(_, value)| bytes(value));
    (address, options.iter().map(|(_, code)| value(code)).collect())
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal");
    (0..hex.len() / 2).map(|i| byte(2 * i)).collect()
}

/// The text that the parts of a value come to.
fn joined(effective: &omsh::dhcpd::conf::Effective, space: &str, name: &str) -> Option<Vec<u8>> {
    let setting = effective.get(space.as_bytes(), name.as_bytes())?;
    let text = |value: &[u8]| value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap().to_vec();
    Some(setting.parts.iter().flat_map(|part| text(&part.value)).collect())
}

/// A client and what is known of it.
struct Asks<'a> {
    mac: &'a str,
    /// A host that is about it.
    host: Option<&'a str>,
    /// Options that it sends: as `omsh conf options --with` takes them, and by code and value.
    sends: &'a [(&'a str, u8, &'a [u8])],
}

impl<'a> From<&(&'a str, Option<&'a str>)> for Asks<'a> {
    fn from((mac, host): &(&'a str, Option<&'a str>)) -> Self {
        Asks { mac, host: *host, sends: &[] }
    }
}

fn compare<'a>(
    net: &Net,
    family: Family,
    text: &str,
    clients: &'a [(&'a str, Option<&'a str>)],
    options: &[(&str, u8)],
) {
    let clients: Vec<Asks<'a>> = clients.iter().map(Asks::from).collect();
    compare_all(net, &read(family, text), &clients, options);
}

fn read(family: Family, text: &str) -> Conf {
    let conf = Conf::parse_with("conf", text.as_bytes(), ConfOptions { family: Some(family), ..Default::default() });
    conf.unwrap_or_else(|error| panic!("{error}"))
}

fn compare_all(net: &Net, conf: &Conf, clients: &[Asks<'_>], options: &[(&str, u8)]) {
    let family = conf.family().expect("it is said");
    let space = if family == Family::V4 { "dhcp" } else { "dhcp6" };
    for (name, code) in options {
        let known = Definitions::standard();
        let definition = known.get(space.as_bytes(), name.as_bytes()).expect("a standard option");
        assert_eq!(definition.code, u32::from(*code), "{name}");
    }
    for Asks { mac, host, sends } in clients {
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        let sent: Vec<String> = sends.iter().map(|(_, code, value)| format!(",{code}={}", hex(value))).collect();
        let (address, offered) = offer(net, family, &format!("{mac}{}", sent.concat()), options);
        let host = host
            .map(|name| conf.hosts.iter().position(|host| host.name == name.as_bytes() && !host.deleted).expect(name));
        let mut client = match host {
            Some(host) => Client::of_host(conf, host, Some(address)),
            None => Client { family: Some(family), address: Some(address), known: Some(false), ..Client::default() },
        };
        client.hardware = Fact::Known([&[1][..], &bytes(&mac.replace(':', ""))].concat());
        client.others = Fact::Absent;
        for (given, ..) in *sends {
            client.give(&conf.context.definitions, given).expect(given);
        }
        let effective = conf.effective(&client);
        let expected: Vec<_> = options.iter().map(|(name, _)| joined(&effective, space, name)).collect();
        let shown = |values: &[Option<Vec<u8>>]| -> Vec<String> {
            let shown = |value: &Option<Vec<u8>>| {
                value.as_ref().map_or("nothing".to_owned(), |value| value.escape_ascii().to_string())
            };
            options.iter().zip(values).map(|((name, _), value)| format!("{name} {}", shown(value))).collect()
        };
        let paths: Vec<String> = effective.scopes.iter().map(|scope| conf.path_of(*scope)).collect();
        assert_eq!(shown(&expected), shown(&offered), "{mac} sending {sent:?} with {address}, through {paths:?}");
    }
}

#[test]
fn a_dhcpv4_client_is_offered_what_is_in_effect() {
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, CONF, b"");
    let clients = [
        ("02:00:00:00:00:99", None),
        ("02:00:00:00:00:01", Some("in-subnet")),
        ("02:00:00:00:00:02", Some("in-group")),
        ("02:00:00:00:00:03", Some("fixed")),
        ("02:00:00:00:00:04", Some("outside")),
        ("02:00:00:00:00:05", Some("far")),
        ("02:00:00:00:00:06", Some("named")),
        ("02:00:00:00:00:07", Some("plain")),
    ];
    compare(&net, Family::V4, CONF, &clients, &V4);
    drop(dhcpd);
    let dhcpd = Dhcpd::start(&net, ALONE, b"");
    let clients = [("02:00:00:00:00:99", None), ("02:00:00:00:00:01", Some("in-subnet"))];
    compare(&net, Family::V4, ALONE, &clients, &V4);
    drop(dhcpd);
}

#[test]
fn a_dhcpv6_client_is_offered_what_is_in_effect() {
    let net = Net::new();
    let mut set = net.command("sh");
    set.args(["-c", SET_UP_6]);
    assert!(set.status().expect("sh runs").success());
    let dhcpd = Dhcpd::start6(&net, CONF6);
    let clients = [("02:00:00:00:00:99", None), ("02:00:00:00:00:01", Some("h1")), ("02:00:00:00:00:02", Some("h2"))];
    compare(&net, Family::V6, CONF6, &clients, &V6);
    drop(dhcpd);
}

/// Classes, subclasses, conditions, and hosts in the range of a pool.
const CLASSES: &str = r#"
ping-check false;
option domain-name "root"; option root-path "root"; option merit-dump "root";
class "first" { match if substring(option vendor-class-identifier, 0, 2) = "ab"; option domain-name "first"; option nis-domain "first"; }
class "second" { match if option vendor-class-identifier = "abc"; option domain-name "second"; option bootfile-name "second"; }
class "lab" { match hardware; option domain-name "lab"; option host-name "lab"; option tftp-server-name "lab"; }
subclass "lab" 1:02:00:00:00:00:02;
subclass "lab" 1:02:00:00:00:00:03 { option host-name "sub"; option extensions-path "sub"; }
subclass "lab" 1:02:00:00:00:00:03 { option extensions-path "again"; }
subclass "lab" 1:02:00:00:00:00:06 { option host-name "sub"; option root-path "sub"; }
class "lab" { option tftp-server-name "more"; }
class "both" { match if exists user-class; match option user-class; }
subclass "both" "u" { option netbios-scope "both"; }
class "knows" { match if known; option merit-dump "knows"; }
class "added" { option merit-dump "added"; option host-name "added"; }
group { option extensions-path "around"; class "grouped" { match if option user-class = "g"; option nis-domain "grouped"; } }
if not (exists user-class and exists vendor-class-identifier) { option bootfile-name "neither"; }
else { option bootfile-name "else"; }
if option user-class = "w" { add "added"; }
elsif known { option netbios-scope "known"; if static { append netbios-scope "+static"; } }
subnet 10.1.0.0 netmask 255.255.0.0 {
  option root-path "subnet";
  pool { range 10.1.1.50 10.1.1.60; option root-path "pool"; option domain-name "pool"; option nis-domain "pool"; }
}
host in-range { hardware ethernet 02:00:00:00:00:04; fixed-address 10.1.1.55; option merit-dump "host"; }
host free { hardware ethernet 02:00:00:00:00:05; option host-name "free"; option nis-domain "host"; }
host six { hardware ethernet 02:00:00:00:00:06; option host-name "six"; fixed-address 10.1.1.200; }
host away { hardware ethernet 02:00:00:00:00:07; option host-name "away"; fixed-address 10.99.1.200; }
"#;

#[test]
fn a_client_is_offered_what_its_classes_and_conditions_say() {
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, CLASSES, b"");
    let mut clients = Vec::new();
    let macs = [
        ("02:00:00:00:00:01", None),
        ("02:00:00:00:00:02", None),
        ("02:00:00:00:00:03", None),
        ("02:00:00:00:00:04", Some("in-range")),
        ("02:00:00:00:00:05", Some("free")),
        ("02:00:00:00:00:06", Some("six")),
        ("02:00:00:00:00:07", Some("away")),
    ];
    let sent: [&[(&str, u8, &[u8])]; 7] = [
        &[],
        &[("vendor-class-identifier=abc", 60, b"abc")],
        &[("vendor-class-identifier=abd", 60, b"abd"), ("user-class=u", 77, b"u")],
        &[("user-class=g", 77, b"g")],
        &[("user-class=w", 77, b"w")],
        &[("user-class=\"x\"", 77, b"x"), ("vendor-class-identifier=61:62", 60, b"ab")],
        &[("vendor-class-identifier=zz", 60, b"zz")],
    ];
    for (mac, host) in macs {
        clients.extend(sent.map(|sends| Asks { mac, host, sends }));
    }
    compare_all(&net, &read(Family::V4, CLASSES), &clients, &V4);
    drop(dhcpd);
}

const CLASSES6: &str = r#"
option dhcp6.bootfile-url "root"; option dhcp6.new-posix-timezone "root"; option dhcp6.subscriber-id "root";
class "mac" { match hardware; option dhcp6.bootfile-param "mac"; }
subclass "mac" 1:02:00:00:00:00:01;
class "id" { match option dhcp6.client-id; option dhcp6.new-tzdb-timezone "id"; option dhcp6.bootfile-url "id"; }
subclass "id" 0:3:0:1:2:0:0:0:0:2 { option dhcp6.new-posix-timezone "sub"; }
class "knows" { match if known; option dhcp6.v6-captive-portal "knows"; }
if known { append dhcp6.subscriber-id "+known"; }
subnet6 2001:db8::/32 {
  option dhcp6.bootfile-url "subnet";
  if known { append dhcp6.subscriber-id "+in"; }
  pool6 { range6 2001:db8::50 2001:db8::60; option dhcp6.new-tzdb-timezone "pool"; }
}
host fixed { host-identifier option dhcp6.client-id 0:3:0:1:2:0:0:0:0:2; fixed-address6 2001:db8::55; }
host free { host-identifier option dhcp6.client-id 0:3:0:1:2:0:0:0:0:3; option dhcp6.bootfile-param "host"; }
"#;

#[test]
fn a_dhcpv6_client_is_offered_what_its_classes_and_hosts_say() {
    let net = Net::new();
    let mut set = net.command("sh");
    set.args(["-c", SET_UP_6]);
    assert!(set.status().expect("sh runs").success());
    let dhcpd = Dhcpd::start6(&net, CLASSES6);
    let own = |given| -> &'static [(&'static str, u8, &'static [u8])] { given };
    let clients = [
        Asks { mac: "02:00:00:00:00:01", host: None, sends: own(&[]) },
        Asks { mac: "02:00:00:00:00:02", host: Some("fixed"), sends: own(&[]) },
        Asks { mac: "02:00:00:00:00:03", host: Some("free"), sends: own(&[]) },
    ];
    compare_all(&net, &read(Family::V6, CLASSES6), &clients, &V6);
    drop(dhcpd);
}

/// A host in two subnets, and what OMAPI has made: hosts with and without a group, one of dhcpd.conf that is gone.
const ROAMING: &str = r#"
ping-check false;
option domain-name "root";
group named { option root-path "named"; option nis-domain "named"; host member { hardware ethernet 02:00:00:00:00:09; } }
subnet 10.1.0.0 netmask 255.255.0.0 { option bootfile-name "first"; range 10.1.1.50 10.1.1.60; option root-path "first"; }
subnet 10.51.0.0 netmask 255.255.255.0 { option tftp-server-name "second"; range 10.51.0.50 10.51.0.60; }
host laptop { hardware ethernet 02:00:00:00:00:01; fixed-address 10.1.0.9, 10.51.0.9; option host-name "laptop"; }
host gone { hardware ethernet 02:00:00:00:00:04; option host-name "gone"; }
"#;
const MADE: &str = r#"
host made { dynamic; hardware ethernet 02:00:00:00:00:02; fixed-address 10.1.0.22; supersede host-name = "made"; }
host grouped { dynamic; hardware ethernet 02:00:00:00:00:03; group "named"; supersede nis-domain = "own"; if option user-class = "u" { supersede merit-dump = "u"; } }
host gone { dynamic; deleted; }
group late { dynamic; supersede extensions-path = "late"; }
host later { dynamic; hardware ethernet 02:00:00:00:00:05; group "late"; }
"#;

#[test]
fn hosts_of_several_subnets_and_of_the_lease_file_are_offered_what_is_in_effect() {
    let net = Net::new();
    let mut conf = read(Family::V4, ROAMING);
    let file = conf.adopt_file("leases".into());
    let source = Source::from_bytes("leases", MADE.as_bytes().to_vec());
    let table = Table::read(&source, &conf.context, 1, &|_| ()).expect("it can be read");
    assert_eq!(table.damage().count, 0);
    conf.adopt_blocks(file, table.blocks());
    let clients: Vec<Asks<'_>> = [
        ("02:00:00:00:00:01", Some("laptop")),
        ("02:00:00:00:00:02", Some("made")),
        ("02:00:00:00:00:03", Some("grouped")),
        ("02:00:00:00:00:04", None),
        ("02:00:00:00:00:05", Some("later")),
        ("02:00:00:00:00:09", Some("member")),
    ]
    .iter()
    .flat_map(|(mac, host)| {
        let sends: [&[(&str, u8, &[u8])]; 2] = [&[], &[("user-class=u", 77, b"u")]];
        sends.map(|sends| Asks { mac, host: *host, sends })
    })
    .collect();
    let dhcpd = Dhcpd::start(&net, ROAMING, MADE.as_bytes());
    compare_all(&net, &conf, &clients, &V4);
    drop(dhcpd);
    let mut set = net.command("sh");
    set.args(["-c", "PATH=$PATH:/usr/sbin:/sbin; ip addr flush dev v0; ip addr add 10.51.0.1/24 dev v0"]);
    assert!(set.status().expect("sh runs").success());
    let dhcpd = Dhcpd::start(&net, ROAMING, MADE.as_bytes());
    compare_all(&net, &conf, &clients, &V4);
    drop(dhcpd);
}

/// Hosts that one client may be by its client identifier, its hardware address and another option.
const IDENTITIES: &str = r#"
subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.100 10.1.1.150; }
group {
  option extensions-path "hardware";
  host by-hardware1 { hardware ethernet 02:00:00:00:00:01; }
  host by-hardware2 { hardware ethernet 02:00:00:00:00:02; }
  host by-hardware3 { hardware ethernet 02:00:00:00:00:03; }
  host by-hardware4 { hardware ethernet 02:00:00:00:00:04; }
}
host by-identifier { option dhcp-client-identifier "one"; option extensions-path "identifier"; }
host by-option { host-identifier option user-class "two"; option extensions-path "option"; }
"#;

#[test]
fn a_client_is_the_host_that_dhcpd_takes_it_for() {
    let net = Net::new();
    let conf = read(Family::V4, IDENTITIES);
    type Sent = (&'static str, u8, &'static [u8]);
    const ONE: Sent = ("dhcp-client-identifier=one", 61, b"one");
    const TWO: Sent = ("user-class=two", 77, b"two");
    const CLIENTS: [(&str, &[Sent], Option<&str>); 7] = [
        ("02:00:00:00:00:01", &[], Some("by-hardware1")),
        ("02:00:00:00:00:02", &[ONE], Some("by-identifier")),
        ("02:00:00:00:00:03", &[TWO], Some("by-hardware3")),
        ("02:00:00:00:00:04", &[ONE, TWO], Some("by-identifier")),
        ("02:00:00:00:00:05", &[TWO], Some("by-option")),
        ("02:00:00:00:00:06", &[ONE, TWO], Some("by-identifier")),
        ("02:00:00:00:00:07", &[], None),
    ];
    let dhcpd = Dhcpd::start(&net, IDENTITIES, b"");
    for (mac, sends, expected) in CLIENTS {
        let hardware = Fact::Known([&[1][..], &bytes(&mac.replace(':', ""))].concat());
        let mut client = Client { family: Some(Family::V4), hardware, others: Fact::Absent, ..Client::default() };
        for (given, ..) in sends {
            client.give(&conf.context.definitions, given).expect(given);
        }
        let found =
            conf.hosts_of(&client).first().map(|host| String::from_utf8_lossy(&conf.hosts[*host].name).into_owned());
        assert_eq!(found.as_deref(), expected, "{mac} {sends:?}");
        compare_all(&net, &conf, &[Asks { mac, host: expected, sends }], &V4);
    }
    drop(dhcpd);
}

/// The same for DHCPv6, whose clients are known by their DUIDs; these have their hardware addresses in them.
const IDENTITIES6: &str = r#"
subnet6 2001:db8::/32 { range6 2001:db8::50 2001:db8::60; }
group {
  option dhcp6.bootfile-url "hardware";
  host by-hardware1 { hardware ethernet 02:00:00:00:00:01; }
  host by-hardware2 { hardware ethernet 02:00:00:00:00:02; }
  host by-hardware3 { hardware ethernet 02:00:00:00:00:03; }
}
host by-option2 { host-identifier option dhcp6.client-id 0:3:0:1:2:0:0:0:0:2; option dhcp6.bootfile-url "option"; }
host by-option3 { host-identifier option dhcp6.client-id 0:3:0:1:2:0:0:0:0:3; option dhcp6.bootfile-url "option"; }
host by-identifier { option dhcp-client-identifier 0:3:0:1:2:0:0:0:0:3; option dhcp6.bootfile-url "identifier"; }
"#;

#[test]
fn a_dhcpv6_client_is_the_host_that_dhcpd_takes_it_for() {
    let net = Net::new();
    let mut set = net.command("sh");
    set.args(["-c", SET_UP_6]);
    assert!(set.status().expect("sh runs").success());
    let conf = read(Family::V6, IDENTITIES6);
    let dhcpd = Dhcpd::start6(&net, IDENTITIES6);
    for (mac, expected) in [
        ("02:00:00:00:00:01", Some("by-hardware1")),
        ("02:00:00:00:00:02", Some("by-option2")),
        ("02:00:00:00:00:03", Some("by-identifier")),
        ("02:00:00:00:00:04", None),
    ] {
        let hardware = Fact::Known([&[1][..], &bytes(&mac.replace(':', ""))].concat());
        let mut client = Client { family: Some(Family::V6), hardware, others: Fact::Absent, ..Client::default() };
        let duid = format!("client-id=00:03:00:01:{mac}");
        client.give(&conf.context.definitions, &duid).expect("a DUID");
        let found = conf.hosts_of(&client);
        let found = found.first().map(|host| String::from_utf8_lossy(&conf.hosts[*host].name).into_owned());
        assert_eq!(found.as_deref(), expected, "{mac}");
        compare_all(&net, &conf, &[Asks { mac, host: expected, sends: &[] }], &V6);
    }
    drop(dhcpd);
}
