//! What is in effect for a client, by our reading of dhcpd.conf and by what the real dhcpd offers to a client.

mod support;

use std::net::IpAddr;
use std::process::Command;

use omsh::dhcpd::Family;
use omsh::dhcpd::conf::{Conf, ConfOptions};
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

/// What a client with that address is offered: its address, and the options' values.
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

fn compare(net: &Net, family: Family, text: &str, clients: &[(&str, Option<&str>)], options: &[(&str, u8)]) {
    let conf = Conf::parse_with("conf", text.as_bytes(), ConfOptions { family: Some(family), ..Default::default() });
    let conf = conf.unwrap_or_else(|error| panic!("{error}"));
    let space = if family == Family::V4 { "dhcp" } else { "dhcp6" };
    for (name, code) in options {
        let known = Definitions::standard();
        let definition = known.get(space.as_bytes(), name.as_bytes()).expect("a standard option");
        assert_eq!(definition.code, u32::from(*code), "{name}");
    }
    for (mac, host) in clients {
        let (address, offered) = offer(net, family, mac, options);
        let host = host.map(|name| conf.hosts.iter().position(|host| host.name == name.as_bytes()).expect(name));
        let effective = conf.effective_for(Some(address), host);
        let expected: Vec<_> = options.iter().map(|(name, _)| joined(&effective, space, name)).collect();
        let shown = |values: &[Option<Vec<u8>>]| -> Vec<String> {
            let shown = |value: &Option<Vec<u8>>| {
                value.as_ref().map_or("nothing".to_owned(), |value| value.escape_ascii().to_string())
            };
            options.iter().zip(values).map(|((name, _), value)| format!("{name} {}", shown(value))).collect()
        };
        let paths: Vec<String> = effective.scopes.iter().map(|scope| conf.path_of(*scope)).collect();
        assert_eq!(shown(&expected), shown(&offered), "{mac} with {address}, through {paths:?}");
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
