//! `omsh export --format kea`, judged by the real kea-dhcp4: configurations that it takes, leases that it loads, and
//! clients that get from it what they got from a real dhcpd.

mod kea;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use omsh::dhcpd::options::{DHCP, Definitions};

use kea::{Kea, complaints, require_kea};
use support::confs;
use support::dhcpd::Dhcpd;
use support::judge::{judge, texts};
use support::net::Net;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

const CLIENT: &str = include_str!("offer/client.py");

fn export(words: &[&str], conf: &str, leases: &[u8]) -> Outcome {
    let folder = Scratch::new();
    fs::write(folder.join("dhcpd.conf"), conf).expect("a file of our own");
    fs::write(folder.join("dhcpd.leases"), leases).expect("a file of our own");
    let files = ["--conf".into(), folder.join("dhcpd.conf"), "--leases".into(), folder.join("dhcpd.leases")];
    Run::ours().named("omsh").arguments(["export", "--format", "kea"]).arguments(words).arguments(files).alone()
}

/// An export that comes to something, and what is said of what is left out.
fn whole(words: &[&str], conf: &str, leases: &[u8]) -> (Vec<u8>, String) {
    ending_with(0, words, conf, leases)
}

/// The same of one that leaves out what would be open to others in Kea.
fn closed(words: &[&str], conf: &str, leases: &[u8]) -> (Vec<u8>, String) {
    ending_with(1, words, conf, leases)
}

fn ending_with(status: i32, words: &[&str], conf: &str, leases: &[u8]) -> (Vec<u8>, String) {
    let outcome = export(words, conf, leases);
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.end, End::Exit(status), "{said}");
    (outcome.stdout, said)
}

#[test]
fn kea_takes_the_export_of_every_configuration_of_these_tests() {
    require_kea();
    let mut all: Vec<String> = confs::NAMES.iter().map(|name| confs::conf(name)).collect();
    all.push(confs::conf("failover"));
    all.push(include_str!("browse_commands/site.conf").to_owned());
    all.push(include_str!("help_examples/dhcpd.conf").to_owned());
    all.extend(texts(include_str!("judged/confs.txt")).into_iter().map(str::to_owned));
    let (mut taken, mut report) = (0, String::new());
    for conf in &all {
        let outcome = export(&[], conf, b"");
        if !matches!(outcome.end, End::Exit(0 | 1)) || outcome.stdout.is_empty() {
            // It is no configuration of DHCPv4 that dhcpd takes.
            continue;
        }
        taken += 1;
        let complaint = complaints(&outcome.stdout);
        if !complaint.is_empty() {
            let config = String::from_utf8_lossy(&outcome.stdout);
            writeln!(report, "{conf}\n{config}\n{complaint}").expect("a string");
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(taken > 100, "only {taken} of {}", all.len());
}

#[test]
fn kea_takes_a_thousand_hosts_of_all_kinds() {
    let mut conf = String::from(
        "option domain-name \"example.org\";\noption domain-search \"eng.example\", \"ops.eng.example\";\n\
         option own code 224 = unsigned integer 32;\nauthoritative;\ndefault-lease-time 900; max-lease-time 600;\n\
         shared-network office {\n option ntp-servers 10.1.0.1;\n subnet 10.1.0.0 netmask 255.255.0.0 { option routers 10.1.0.1; \
         option broadcast-address 10.1.255.255; option time-offset -3600; pool { range 10.1.200.1 10.1.200.99; deny unknown-clients; } }\n \
         subnet 10.2.0.0 netmask 255.255.0.0 { next-server 10.2.0.5; filename \"pxelinux.0\"; range 10.2.0.10 10.2.0.20; }\n}\n\
         subnet 10.3.0.0 netmask 255.255.255.0 { min-lease-time 60; }\n\
         group racks { option log-servers 10.1.0.9, 10.1.0.10; filename \"rack.0\"; }\n",
    );
    for number in 0..1_000 {
        let (high, low) = (number / 250, number % 250 + 1);
        let mac = format!("hardware ethernet 02:00:00:00:{high:02x}:{low:02x};");
        let body = match number % 10 {
            0 => mac,
            1 => format!("{mac} fixed-address 10.1.{high}.{low}, 10.2.{high}.{low}; option host-name \"h{number}\";"),
            2 => format!("option dhcp-client-identifier \"id-{number}\"; fixed-address 10.1.{high}.{low};"),
            3 => format!("{mac} fixed-address 10.1.{high}.{low}; group \"racks\"; option own {number};"),
            4 => format!("{mac} fixed-address 10.9.{high}.{low};"),
            5 => format!("{mac} fixed-address 10.2.{high}.{low}; option root-path \"a,b\\\\c\"; next-server 10.2.0.6;"),
            6 => format!("{mac} fixed-address 10.1.0.7; default-lease-time 60;"),
            7 => {
                format!("{mac} fixed-address 10.1.{high}.{low}; option vendor-encapsulated-options 01:04:de:ad:be:ef;")
            }
            8 => format!(
                "{mac} fixed-address 10.1.{high}.{low}; option host-name \"no name, {number}\"; option interface-mtu 1400;"
            ),
            _ => format!(
                "{mac} fixed-address 10.1.{high}.{low}; option domain-name-servers 10.1.0.1; option dhcp-client-identifier 1:2;"
            ),
        };
        writeln!(conf, "host host{number} {{ {body} }}").expect("a string");
    }
    let (config, said) = closed(&["--kea-leases", "/tmp/a \"b\".csv"], &conf, b"");
    assert_eq!(complaints(&config), "");
    let config: serde_json::Value = serde_json::from_slice(&config).expect("JSON");
    let config = &config["Dhcp4"];
    assert_eq!(config["lease-database"]["name"], "/tmp/a \"b\".csv");
    let count = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len);
    let office = &config["shared-networks"][0]["subnet4"];
    assert_eq!(count(&config["reservations"]), 100, "those without an address");
    assert_eq!((count(&office[0]["reservations"]), count(&office[1]["reservations"])), (700, 200));
    assert_eq!((&config["reservations-global"], &config["ip-reservations-unique"]), (&true.into(), &false.into()));
    // What dhcpd would give, which is no more than the longest.
    assert_eq!((&config["valid-lifetime"], &config["max-valid-lifetime"]), (&600.into(), &600.into()));
    assert_eq!(office[0]["pools"], serde_json::Value::Null, "a pool that is not open to all is left out");
    for part in [
        "the host `host4` has the address 10.9.0.5, which lies in no subnet",
        "`default-lease-time 60;`: in Kea, lifetimes belong to networks",
        "the host `host9` is known by its hardware address alone",
        "the pool 10.1.200.1 - 10.1.200.99 is left out: `deny unknown-clients` is not translated",
        "301 things have no counterpart in Kea and were left out",
    ] {
        assert!(said.contains(part), "{part}\n{}", &said[..said.len().min(4_000)]);
    }
}

/// A value of an option, by its format.
fn value(format: &[u8]) -> String {
    let mut words = Vec::new();
    let mut letters = format.iter();
    while let Some(letter) = letters.next() {
        words.push(match letter {
            b'I' => "10.0.0.1",
            b'6' => "2001:db8::1",
            b'L' | b'l' | b'S' | b's' | b'B' | b'b' | b'T' => "1",
            b'f' => "true",
            b't' => "\"x\"",
            b'd' => "a.example",
            b'D' => "\"a.example\"",
            b'X' => "01:02",
            b'E' => {
                letters.by_ref().find(|letter| **letter == b'.');
                "01:01:01"
            }
            _ => continue,
        });
    }
    words.join(" ")
}

#[test]
fn kea_takes_every_option_that_dhcpd_knows() {
    let mut conf = String::from("subnet 10.1.0.0 netmask 255.255.0.0 {\n");
    let definitions = Definitions::standard();
    let mut count = 0;
    for definition in (1..255).filter_map(|code| definitions.with_code(DHCP, code)) {
        let name = String::from_utf8_lossy(&definition.name);
        // dhcpd has names for these, but takes them in no configuration.
        if name.starts_with("pxe-undefined-") || name == "pxelinux-magic" {
            continue;
        }
        writeln!(conf, "option {name} {};", value(&definition.format)).expect("a string");
        count += 1;
    }
    conf += "}\n";
    assert!(count > 100, "{count} options");
    let judgement = judge("-4", &conf, None);
    assert!(judgement.sound, "{}", judgement.log);
    let (config, said) = whole(&[], &conf, b"");
    assert_eq!(complaints(&config), "", "{}", String::from_utf8_lossy(&config));
    assert!(said.lines().count() < 16, "{said}");
}

#[test]
fn kea_takes_what_is_left_of_options_that_are_defined_anew() {
    for value in [
        "01",
        "00",
        "01:01",
        "01:01:01",
        "01:02:03:61",
        "01:02:03:61:62",
        "ff:ff:ff:ff:ff",
        "00:00:00:09:02:61:62",
        "00:00:00:09:04:01:02:61:62",
        "00:00:00:09:03:02:61:62",
        "01:61:00",
        "c0:00",
        "01:0a:00:00:01:0a:00:00:02:01:61:00",
        "05:61:62",
    ] {
        let mut conf = String::new();
        for code in 1..255 {
            writeln!(conf, "option own-{code} code {code} = string;\noption own-{code} {value};").expect("a string");
        }
        let (config, said) = whole(&[], &conf, b"");
        assert_eq!(complaints(&config), "", "{value}");
        let left = serde_json::from_slice::<serde_json::Value>(&config).expect("JSON")["Dhcp4"]["option-data"].clone();
        assert!(left.as_array().expect("a list").len() > 100, "{value}: {said}");
    }
}

#[test]
fn what_kea_has_no_counterpart_for_is_listed_with_its_place() {
    let conf = r#"ddns-update-style interim;
class "voip" { match if substring (option vendor-class-identifier, 0, 4) = "VOIP"; }
subnet 10.1.0.0 netmask 255.255.0.0 {
  if known { option routers 10.1.0.2; }
  append domain-name-servers 10.1.0.3;
  pool { range 10.1.1.1 10.1.1.9; allow members of "voip"; }
  option routers router.invalid;
}
subnet 10.0.7.0 netmask 255.0.255.0 { }
host nobody { fixed-address 10.1.0.5; }
host ring { hardware token-ring 2:0:0:0:0:1; }
host short { option dhcp-client-identifier "x"; }
host twice { hardware ethernet 2:0:0:0:0:2; fixed-address 10.1.0.6; on commit { set a = "b"; } }
host again { hardware ethernet 2:0:0:0:0:2; fixed-address 10.1.0.7; }
"#;
    let leases = b"host omapi { dynamic; hardware ethernet 2:0:0:0:0:3; group \"gone\"; supersede dhcp-lease-time = 00:00:00:09; }\n";
    let (config, said) = closed(&[], conf, leases);
    assert_eq!(complaints(&config), "");
    for part in [
        "dhcpd.conf:1: `ddns-update-style interim;`: Kea has nothing like it",
        "dhcpd.conf:2: the class `voip` is not translated",
        "dhcpd.conf:4: `if known { option routers 10.1.0.2; }`: it depends on the client",
        "dhcpd.conf:5: `append domain-name-servers 10.1.0.3;`: Kea cannot add to an option's value",
        "dhcpd.conf:6: the pool 10.1.1.1 - 10.1.1.9 is left out: `allow members of \"voip\"` is not translated",
        "dhcpd.conf:7: `option routers router.invalid;`: its value is known only when a client asks",
        "dhcpd.conf:9: the subnet 10.0.7.0 has a mask with holes",
        "dhcpd.conf:10: the host `nobody` has neither a hardware address nor a client identifier",
        "dhcpd.conf:11: the host `ring` has a hardware address that is none of Ethernet",
        "dhcpd.conf:12: the host `short` has a client identifier of 1 bytes",
        "dhcpd.conf:13: `on commit { set a = \"b\"; }`: Kea has nothing like it",
        "dhcpd.conf:14: the host `again` is known by the same as another host of its subnet",
        "dhcpd.leases:1: the host `omapi` names the group `gone`, which there is not",
        "dhcpd.leases:1: the host `omapi`: `supersede dhcp-lease-time = 00:00:00:09;`: Kea sets this option by itself",
        "14 things have no counterpart in Kea and were left out",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let outcome = export(&[], "subnet6 2001:db8::/32 { }\n", b"");
    assert_eq!(outcome.end, End::Exit(2));
    assert!(String::from_utf8_lossy(&outcome.stderr).contains("there is no export to kea-dhcp6"));
}

/// Pools that are not open to all, and hosts that are not answered: file and line of each, and what Kea must not have.
#[test]
fn what_would_be_open_to_others_in_kea_is_left_out() {
    let authenticated = "default-lease-time 1800;\nsubnet 10.1.0.0 netmask 255.255.0.0 {\n  pool { range 10.1.1.5 10.1.1.99; \
        allow authenticated clients; }\n}\n";
    let of_classes = "class \"modem\" { match if substring(option vendor-class-identifier, 0, 5) = \"modem\"; }\n\
        subnet 10.95.0.0 netmask 255.255.255.0 {\n  pool { allow members of \"modem\"; range 10.95.0.10 10.95.0.20; }\n  \
        pool { deny dynamic bootp clients; range 10.95.0.30 10.95.0.40; }\n}\n\
        host off { hardware ethernet 02:00:00:00:95:77; deny booting; }\n\
        host away { hardware ethernet 02:00:00:00:95:78; ignore booting; }\n\
        group { deny booting; host in-group { hardware ethernet 02:00:00:00:95:79; } \
        host on { hardware ethernet 02:00:00:00:95:80; allow booting; fixed-address 10.95.0.50; } }\n";
    let leases = b"host made { dynamic; hardware ethernet 02:00:00:00:95:81; supersede server.allow-booting = 00; }\n";
    for (conf, leases, parts, left_out, kept) in [
        (
            authenticated,
            &b""[..],
            &["dhcpd.conf:3: the pool 10.1.1.5 - 10.1.1.99 is left out"][..],
            &["10.1.1.5"][..],
            &[][..],
        ),
        (
            of_classes,
            &leases[..],
            &[
                "dhcpd.conf:3: the pool 10.95.0.10 - 10.95.0.20 is left out: `allow members of \"modem\"`",
                "dhcpd.conf:6: the host `off` is left out: dhcpd gives it no answer (`deny booting`)",
                "dhcpd.conf:7: the host `away` is left out: dhcpd gives it no answer (`ignore booting`)",
                "dhcpd.conf:8: the host `in-group` is left out",
                "dhcpd.leases:1: the host `made` is left out",
            ],
            &["10.95.0.10", "95:77", "95:78", "95:79", "95:81"],
            &["10.95.0.30", "95:80"],
        ),
    ] {
        let (config, said) = closed(&[], conf, leases);
        let config = String::from_utf8_lossy(&config);
        for part in parts {
            assert!(said.contains(part), "expected {part}, got\n{said}");
        }
        for text in left_out {
            assert!(!config.contains(text), "{text} is not to be in\n{config}");
        }
        for text in kept {
            assert!(config.contains(text), "{text} is to be in\n{config}");
        }
    }
}

/// What a client is offered: an address, and options with their values in hexadecimal.
fn offer(net: &Net, mac: &str, codes: &[u8]) -> Vec<String> {
    let mut client: Command = net.command(support::PYTHON);
    client.args(["-c", CLIENT, "4", "v1", mac]).args(codes.iter().map(u8::to_string));
    let output = client.output().expect("Python runs");
    assert!(output.status.success(), "{mac}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let wanted =
        |line: &&str| line.contains('.') || codes.iter().any(|code| line.split(' ').next() == Some(&code.to_string()));
    let mut lines: Vec<String> = text.lines().filter(wanted).map(str::to_owned).collect();
    lines[1..].sort();
    lines
}

/// What a client really takes, with a lease: its address, its router, its name servers.
fn take(net: &Net, mac: &str) -> String {
    let folder = Scratch::new();
    let script = folder.join("bound");
    fs::write(&script, "#!/bin/sh\n[ \"$1\" != bound ] || echo \"$ip via $router, names $dns\"\n")
        .expect("a file of our own");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a file of our own");
    let set = net.command("ip").args(["link", "set", "v1", "address", mac]).status().expect("ip runs");
    assert!(set.success());
    let mut client = net.command("udhcpc");
    client.args(["-i", "v1", "-n", "-q", "-f", "-t", "10", "-T", "1", "-s"]).arg(&script);
    let output = client.output().expect("udhcpc runs: apt-get install -y udhcpc");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn clients_get_from_kea_what_they_got_from_dhcpd() {
    const CODES: [u8; 12] = [3, 6, 12, 15, 17, 26, 28, 42, 66, 67, 119, 224];
    let conf = r#"
option own code 224 = text;
option domain-name "example.org";
option domain-name-servers 10.1.0.53, 10.1.0.54;
default-lease-time 1800;
authoritative;
subnet 10.1.0.0 netmask 255.255.0.0 {
  option routers 10.1.0.1;
  option broadcast-address 10.1.255.255;
  option ntp-servers 10.1.0.42;
  range 10.1.200.1 10.1.200.200;
}
group lab { option routers 10.1.0.2; option root-path "/srv/nfs"; option own "of the group"; }
host web1 {
  hardware ethernet 02:00:00:00:00:01;
  fixed-address 10.1.1.77;
  option host-name "web1";
  option domain-search "eng.example.org", "other.invalid";
}
host lab1 { hardware ethernet 02:00:00:00:00:02; fixed-address 10.1.1.78; group "lab"; option interface-mtu 1400; }
group {
  option tftp-server-name "tftp.example.org";
  option bootfile-name "pxelinux.0";
  host pxe1 { hardware ethernet 02:00:00:00:00:03; fixed-address 10.1.1.79; }
}
host named { option dhcp-client-identifier "laptop of ann"; fixed-address 10.1.1.81; option host-name "named"; }
host numbered { option dhcp-client-identifier 01:0a:0b:0c; fixed-address 10.1.1.82; }
host roams { hardware ethernet 02:00:00:00:00:04; option domain-name "roams.example"; }
"#;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes right").as_secs();
    let leases = format!(
        "host late {{ dynamic; hardware ethernet 02:00:00:00:00:05; fixed-address 10.1.1.80; supersede routers = 0a:01:00:03; }}\n\
         lease 10.1.200.99 {{\n  starts epoch {};\n  ends epoch {};\n  binding state active;\n  next binding state free;\n  \
         hardware ethernet 02:00:00:00:00:06;\n}}\n\
         lease 10.1.200.98 {{\n  starts epoch {};\n  ends epoch {};\n  binding state free;\n  hardware ethernet 02:00:00:00:00:07;\n}}\n",
        now - 60,
        now + 3_000,
        now - 9_000,
        now - 8_000
    );
    // Of the last two, what is known is the client identifier.
    let clients = ["01", "02", "03", "04", "05", "06", "08,6c6170746f70206f6620616e6e", "09,01:0a:0b:0c"]
        .map(|end| format!("02:00:00:00:00:{end}"));
    let roaming = &clients[3];
    let net = Net::new();
    let (from_dhcpd, taken): (Vec<Vec<String>>, _) = {
        let _dhcpd = Dhcpd::start(&net, conf, leases.as_bytes());
        (clients.iter().map(|mac| offer(&net, mac, &CODES)).collect(), take(&net, &clients[0]))
    };
    assert_eq!(taken, "10.1.1.77 via 10.1.0.1, names 10.1.0.53 10.1.0.54\n");
    assert_eq!(from_dhcpd[0][0], "10.1.1.77");
    assert!(from_dhcpd[0].contains(&"3 0a010001".to_owned()), "{from_dhcpd:?}");
    assert_eq!(from_dhcpd[5][0], "10.1.200.99");
    assert_eq!([&*from_dhcpd[6][0], &*from_dhcpd[7][0]], ["10.1.1.81", "10.1.1.82"]);

    let (config, said) = whole(&[], conf, leases.as_bytes());
    assert_eq!(said, "");
    let (lease_file, said) = whole(&["--what", "leases"], conf, leases.as_bytes());
    assert_eq!(said, "");
    let kea = Kea::start(&net, &config, &lease_file);
    for (mac, expected) in clients.iter().zip(&from_dhcpd) {
        let mut offered = offer(&net, mac, &CODES);
        let mut expected = expected.clone();
        if mac == roaming {
            // Any address of the pool is as good.
            assert!(offered[0].starts_with("10.1.200."), "{offered:?}");
            (offered[0], expected[0]) = (String::new(), String::new());
        }
        assert_eq!(offered, expected, "{mac}\n{}", kea.log());
    }
    assert_eq!(take(&net, &clients[0]), taken, "{}", kea.log());
}

#[test]
fn kea_loads_the_leases_that_are_active() {
    let conf = "subnet 10.9.0.0 netmask 255.255.0.0 { range 10.9.0.1 10.9.0.9; }\n\
                subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.0.10 10.1.9.255; }\n";
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes right").as_secs();
    let mut leases = String::new();
    for number in 0..1_000_u32 {
        let (high, low) = (number / 250 + 1, number % 250 + 1);
        let ends = match number % 10 {
            9 => "never".to_owned(),
            8 => format!("epoch {}", now - 10),
            _ => format!("epoch {}", now + 4_000),
        };
        let name = match number % 7 {
            0 => "client-hostname \"Host-1\";",
            1 => "client-hostname \"a,b;=c\";",
            _ => "",
        };
        let uid = match number % 5 {
            0 => "uid \"\\001\\002\\000\\377\";",
            1 => "uid 7;",
            _ => "",
        };
        writeln!(
            leases,
            "lease 10.1.{high}.{low} {{ starts epoch {}; ends {ends}; binding state active; next binding state free; \
             hardware ethernet 2:0:0:0:{high:x}:{low:x}; {uid} {name} }}",
            now - 100
        )
        .expect("a string");
    }
    leases += "lease 10.77.0.1 { ends never; binding state active; hardware ethernet 2:0:0:0:0:1; }\n";
    leases += "lease 10.1.0.12 { ends never; binding state active; }\n";
    let (lease_file, said) = whole(&["--what", "leases"], conf, leases.as_bytes());
    assert!(said.contains("the lease of 10.77.0.1 is left out: it lies in no subnet"), "{said}");
    assert!(said.contains("the lease of 10.1.0.12 is left out: it has neither"), "{said}");
    assert_eq!(String::from_utf8_lossy(&lease_file).lines().count(), 1 + 900);
    let (config, _) = whole(&[], conf, leases.as_bytes());
    let net = Net::new();
    let kea = Kea::start(&net, &config, &lease_file);
    let statistics = kea.ask("statistic-get-all");
    let assigned = |subnet: u32| statistics["arguments"][format!("subnet[{subnet}].assigned-addresses")][0][0].clone();
    assert_eq!((assigned(2), assigned(1)), (900.into(), 0.into()), "{}", kea.log());
    assert!(!kea.log().contains(" ERROR ") && !kea.log().contains("_DISCARD"), "{}", kea.log());
}
