//! Hosts of a DHCPv6 server, whose addresses OMAPI has in 16 octets.

use super::{CONF, Lab};
use crate::support::run::Run;

const CONF6: &str = "omapi-port 7911;\nddns-update-style none;\n\
    subnet6 2001:db8:1::/64 { range6 2001:db8:1::10 2001:db8:1::99; }\n\
    host six1 { hardware ethernet 02:00:00:00:66:01; fixed-address6 2001:db8:1::5; }\n";

#[test]
fn addresses_are_shown_added_and_changed_as_ipv6() {
    let mut lab = Lab::start6(CONF6);
    let show = |lab: &Lab, which: &str, addresses: &str| {
        let line = format!("host show {which} --columns addresses --output plain");
        lab.omsh(&line).exits(0).says(&format!("{addresses}\n"));
    };
    show(&lab, "six1", "2001:db8:1::5");
    show(&lab, "2001:db8:1::5", "2001:db8:1::5");
    lab.omsh("host add h6 --mac 02:00:00:00:66:03 --ip 2001:db8:1::6").exits(0).has(["addresses 2001:db8:1::6"]);
    show(&lab, "h6", "2001:db8:1::6");
    show(&lab, "ip=2001:db8:1::6", "2001:db8:1::6");
    lab.omsh("host set h6 --ip 2001:db8:1::7").exits(0).has(["addresses 2001:db8:1::6 -> 2001:db8:1::7"]);
    lab.omsh("host ensure h6 --ip 2001:db8:1::7").exits(0).has(["unchanged"]);
    lab.omsh("host ensure h7 --mac 02:00:00:00:66:07 --ip 2001:db8:1::a").exits(0).has(["added host h7"]);
    lab.omsh("raw update host name=str:h7 --set ip-address=ip:2001:db8:1::b")
        .exits(0)
        .has(["ip-address=ip:2001:db8:1::b"]);
    // As a client does that knows nothing of families.
    let script = "connect\nnew host\nset name = \"v6host\"\nset hardware-address = 02:00:00:00:66:09\nset hardware-type = 1\n\
        set ip-address = 20:01:0d:b8:12:34:56:78:9a:bc:de:f0:11:22:33:44\ncreate\n";
    Run::omshell().stdin(script).within(&lab.net);
    let long = "2001:db8:1234:5678:9abc:def0:1122:3344";
    show(&lab, "v6host", long);
    let hosts = |lab: &Lab| {
        lab.omsh("hosts --columns name,addresses --output plain")
            .exits(0)
            .says(&format!("six1\t2001:db8:1::5\nh6\t2001:db8:1::7\nh7\t2001:db8:1::b\nv6host\t{long}\n"));
    };
    hosts(&lab);
    lab.omsh("find 2001:db8:1::7").exits(0).has(["host h6"]);
    lab.omsh(&format!("hosts {long} --columns name --output plain")).exits(0).says("v6host\n");
    // It is the same when dhcpd has read its file again.
    lab.dhcpd.restart();
    hosts(&lab);
    show(&lab, "h6", "2001:db8:1::7");
    // Everything goes into an export and out of it again.
    lab.omsh("export --format dhcpd").exits(0).has(["fixed-address6 2001:db8:1::7;"]);
    lab.omsh("host remove 2001:db8:1::7").exits(0).has(["removed host h6", "addresses 2001:db8:1::7"]);
}

#[test]
fn a_rehearsal_has_the_addresses_that_dhcpd_has() {
    let lab = Lab::start6(CONF6);
    let lines = "connect\nnew host\nset name = \"six1\"\nopen\n";
    let told = |run: Run| {
        let said = run.named("omsh").stdin(lines).within(&lab.net).stdout;
        let said = String::from_utf8_lossy(&said).into_owned();
        said.lines().filter(|line| line.starts_with("ip-address")).map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = ["ip-address = 20:01:0d:b8:00:01:00:00:00:00:00:00:00:00:00:05"];
    let [conf, leases] = ["dhcpd.conf", "dhcpd.leases"].map(|name| lab.dhcpd.lease_file().with_file_name(name));
    let rehearsed = Run::ours().arguments(["rehearse", "-", "--conf"]).arguments([conf]).arguments(["--leases"]);
    assert_eq!(told(Run::ours()), expected);
    assert_eq!(told(rehearsed.arguments([leases])), expected);
}

#[test]
fn addresses_of_the_other_family_are_refused() {
    let six = Lab::start6(CONF6);
    let four = Lab::start(CONF, "");
    let unknown = "--conf nonexistent --leases nonexistent";
    for line in [
        "host set six1 --ip 10.1.1.1 --dry-run",
        "host set six1 --ip 10.1.1.1",
        "host add x --mac 02:00:00:00:00:01 --ip 10.1.1.1",
        "host ensure x --mac 02:00:00:00:00:01 --ip 10.1.1.1",
    ] {
        six.omsh(line)
            .exits(2)
            .says("")
            .explains(["--ip: 127.0.0.1 port 7911 is a DHCPv6 server", "have no IPv4 addresses"]);
    }
    let add = "host add x --mac 02:00:00:00:00:01 --ip 2001:db8:1::8";
    four.omsh(add)
        .exits(2)
        .says("")
        .explains(["--ip: 127.0.0.1 port 7911 is a DHCPv4 server", "have no IPv6 addresses"]);
    // What is not known is not guessed; what the server says of a host is known.
    six.omsh(&format!("{add} {unknown}")).exits(2).explains(["it is not known whether", "say so with -6"]);
    four.omsh(&format!("{add} {unknown}")).exits(2).explains(["it is not known whether", "say so with -6"]);
    six.omsh(&format!("host set six1 --ip 10.1.1.1 {unknown}")).exits(2).explains(["is a DHCPv6 server"]);
    six.omsh(&format!("host set six1 --ip 2001:db8:1::9 {unknown}")).exits(0).has(["2001:db8:1::5 -> 2001:db8:1::9"]);
    six.omsh(&format!("{add} -6 {unknown}")).exits(0).has(["addresses 2001:db8:1::8"]);
    six.omsh(&format!("host show x {unknown}")).exits(0).has(["2001:db8:1::8"]);
    four.omsh("host add x --mac 02:00:00:00:00:01 --ip 10.1.0.8 -6").exits(2).explains(["is a DHCPv6 server"]);
    six.omsh("host add y --mac 02:00:00:00:00:02 --ip 10.1.0.8 --ip 2001:db8:1::8").exits(2).explains(["never both"]);
    six.omsh("host add y --mac 02:00:00:00:00:02 --ip 2001:db8:1:::8").exits(2).explains(["is no IPv6 address"]);
}

#[test]
fn a_dhcpd_conf_of_another_port_says_nothing_of_the_server() {
    // A machine may run a dhcpd of each family.
    let six = Lab::start6(&CONF6.replace("7911", "7917"));
    let four = "omapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n";
    let folder = crate::support::scratch::Scratch::new();
    std::fs::write(folder.join("conf"), four).expect("a file of our own");
    let conf = folder.join("conf");
    let add = format!("host add x --mac 02:00:00:00:00:01 --ip 2001:db8:1::8 --port 7917 --conf {}", conf.display());
    six.omsh(&add).exits(2).explains(["it is not known whether"]);
    six.omsh("host add x --mac 02:00:00:00:00:01 --ip 2001:db8:1::8").exits(0);
}

#[test]
fn leases_of_dhcpv6_are_not_looked_for() {
    let six = Lab::start6(CONF6);
    for (line, why) in [
        ("lease show 2001:db8:1::10", "a lease of DHCPv6 cannot be looked up over OMAPI"),
        ("lease release 2001:db8:1::10", "a lease of DHCPv6 cannot be looked up over OMAPI"),
        ("lease show laptop", "is a DHCPv6 server, whose leases cannot be looked up over OMAPI"),
        ("lease free 02:00:00:00:00:01", "is a DHCPv6 server, whose leases cannot be looked up over OMAPI"),
    ] {
        six.omsh(line).exits(5).says("").explains([why, "`omsh leases -6`"]);
    }
}

#[test]
fn files_are_applied_and_compared_as_ipv6() {
    let conf = format!(
        "{CONF6}host two {{ hardware ethernet 02:00:00:00:66:02; fixed-address6 2001:db8:1::20, 2001:db8:1::21; }}\n"
    );
    let lab = Lab::start6(&conf);
    lab.omsh("host add h6 --mac 02:00:00:00:66:03 --ip 2001:db8:1::6").exits(0);
    let folder = crate::support::scratch::Scratch::new();
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let [conf, export] = [path("conf"), path("export.jsonl")];
    std::fs::write(&conf, conf_with_h6()).expect("a file of our own");
    std::fs::write(&export, lab.omsh("export --format jsonl").exits(0).stdout).expect("a file of our own");
    let leases = lab.dhcpd.lease_file();
    let leases = leases.to_string_lossy();
    let unknown = "--conf nonexistent --leases nonexistent";
    for family in ["", "-6"] {
        lab.omsh(&format!("diff files server {family}")).exits(0).says("");
        lab.omsh(&format!("diff {export} files {family}")).exits(0).says("");
        lab.omsh(&format!("diff {export} server {family}")).exits(0).says("");
        lab.omsh(&format!("diff {conf} server {family}")).exits(0).says("");
        for wanted in [&export, &conf, &*leases] {
            lab.omsh(&format!("apply {wanted} --plan {family}")).exits(0).has(["nothing"]);
        }
        lab.omsh(&format!("apply {export} --prune --plan {family}")).exits(0).has(["nothing"]);
    }
    lab.omsh(&format!("apply {export} --plan -6 {unknown}")).exits(0).has(["nothing"]);
    // Two hosts change their addresses, which share many octets, and one is new.
    let hosts = path("hosts.csv");
    let csv = "name,mac,addresses\nh6,02:00:00:00:66:03,2001:db8:1::7\nh7,02:00:00:00:66:07,2001:db8:1::6\n";
    std::fs::write(&hosts, csv).expect("a file of our own");
    let undo = path("undo.jsonl");
    lab.omsh(&format!("apply {hosts} --yes --undo {undo}")).exits(0);
    for (host, address) in [("h6", "2001:db8:1::7"), ("h7", "2001:db8:1::6")] {
        lab.omsh(&format!("host show {host} --columns addresses --output plain"))
            .exits(0)
            .says(&format!("{address}\n"));
    }
    lab.omsh(&format!("diff {hosts} server")).exits(0).says("");
    lab.omsh("diff files server").exits(0).says("");
    lab.omsh(&format!("apply {undo} --yes")).exits(0);
    lab.omsh(&format!("diff {export} server")).exits(0).says("");
    // Somebody else's address is not given away.
    std::fs::write(&hosts, csv.replace("2001:db8:1::7", "2001:db8:1::21")).expect("a file of our own");
    lab.omsh(&format!("apply {hosts} --yes")).exits(2).explains(["the address 2001:db8:1::21 belongs to the host two"]);
    // The other family is refused.
    lab.omsh(&format!("apply {hosts} --yes -4"))
        .exits(2)
        .explains([":2: the host h6: 127.0.0.1 port 7911 is a DHCPv4 server"]);
    let new = "name,mac,addresses\nnew,02:00:00:00:66:0a,2001:db8:1::a\n";
    std::fs::write(&hosts, new).expect("a file of our own");
    lab.omsh(&format!("apply {hosts} --yes {unknown}"))
        .exits(2)
        .explains(["it is not known whether", "say so with -6"]);
    lab.omsh(&format!("apply {hosts} --plan -6 {unknown}")).exits(0);
    for (addresses, why) in [
        ("10.1.1.7", "is a DHCPv6 server, whose hosts have no IPv4 addresses"),
        ("10.1.1.7 2001:db8:1::7", "never both"),
    ] {
        std::fs::write(&hosts, csv.replace("2001:db8:1::7", addresses)).expect("a file of our own");
        lab.omsh(&format!("apply {hosts} --yes")).exits(2).explains([why]);
    }
}

/// The configuration with all hosts that there are in the end.
fn conf_with_h6() -> String {
    format!(
        "{CONF6}host two {{ hardware ethernet 02:00:00:00:66:02; fixed-address6 2001:db8:1::20, 2001:db8:1::21; }}\n\
         host h6 {{ hardware ethernet 02:00:00:00:66:03; fixed-address6 2001:db8:1::6; }}\n"
    )
}
