//! Hosts by hardware addresses of every length and type.

use super::{CONF, Lab};

const INFINIBAND: &str = "a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03:00:4a:68:aa";

/// A hardware address in words, its type, and the number of that.
const TYPES: [(&str, &str, &str); 7] = [
    ("02:00:00:00:0b:01", "token-ring", "6"),
    ("02:00:00:00:0b:02", "fddi", "8"),
    ("02:00:00:00:0b:03", "ethernet", "1"),
    ("80:01:02:03:04:05:06:07", "infiniband", "32"),
    ("a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03", "infiniband", "32"),
    (INFINIBAND, "infiniband", "32"),
    // dhcpd.conf calls it unknown-33: that it is this type is in the files only.
    ("10:20:30:40:50:60:70:80", "33", "33"),
];

#[test]
fn a_host_is_found_by_its_hardware_address_whatever_that_is() {
    let lab = Lab::start(CONF, "");
    for (number, (mac, hardware_type, code)) in TYPES.into_iter().enumerate() {
        let ip = format!("10.1.0.{}", number + 20);
        lab.omsh(&format!("host add h --mac {mac} --hardware-type {hardware_type} --ip {ip}")).exits(0);
        let columns = "--columns name,mac,hardware_type --output plain";
        let expected = format!("h\t{mac}\t{code}\n");
        for word in [mac.to_owned(), format!("mac={mac}"), mac.replace(':', "-"), mac.to_uppercase()] {
            lab.omsh(&format!("host show {word} {columns}")).exits(0).says(&expected);
        }
        lab.omsh(&format!("host set {mac} --ip 10.1.0.9")).exits(0).has(["-> 10.1.0.9"]);
        lab.omsh(&format!("host rename mac={mac} g")).exits(0).has(["renamed host h: name h -> g"]);
        lab.omsh(&format!("hosts {mac} --columns name --output plain")).exits(0).says("g\n");
        lab.omsh(&format!("find {mac}")).exits(0).has(["host g", "it is a known client"]);
        lab.omsh(&format!("host remove {mac}")).exits(0).has(["removed host g"]);
        lab.omsh(&format!("host show {mac}")).exits(5);
        lab.omsh(&format!("find {mac}")).exits(1);
    }
}

#[test]
fn a_host_of_a_type_with_a_name_is_found_without_the_files() {
    let lab = Lab::start(CONF, "");
    lab.omsh(&format!("host add h --mac {INFINIBAND} --hardware-type infiniband")).exits(0);
    lab.omsh_from_afar(&format!("host show {INFINIBAND} --columns name --output plain")).exits(0).says("h\n");
    lab.omsh_from_afar(&format!("host remove mac={INFINIBAND}")).exits(0);
    // Octets may as well be a client identifier.
    lab.omsh(&format!("host add c --client-id {INFINIBAND}")).exits(0);
    lab.omsh_from_afar(&format!("host show {INFINIBAND} --columns name --output plain")).exits(0).says("c\n");
    lab.omsh_from_afar("host show mac=1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17:18:19:20:21")
        .exits(2)
        .explains(["has 21 octets; give up to 20"]);
}

#[test]
fn two_hosts_of_one_address_are_listed_and_left_alone() {
    let lab = Lab::start(CONF, "");
    let mac = "02:00:00:00:0a:01";
    lab.omsh(&format!("host add one --mac {mac}")).exits(0);
    lab.omsh(&format!("host add ring --mac {mac} --hardware-type token-ring")).exits(0);
    lab.omsh(&format!("host show {mac} --columns name,hardware_type --output plain"))
        .exits(0)
        .says("one\t1\nring\t6\n");
    for line in
        [format!("host remove {mac}"), format!("host set mac={mac} --ip 10.1.0.9"), format!("host rename {mac} x")]
    {
        lab.omsh(&line).exits(1).says("").explains([
            "stands for 2 hosts",
            "one: mac 02:00:00:00:0a:01\n",
            "ring: mac 02:00:00:00:0a:01, hardware type token-ring",
            "nothing was changed; name the host by its name",
        ]);
    }
    lab.omsh("hosts --columns name,addresses --output csv").exits(0).says("name,addresses\r\none,\r\nring,\r\n");
    // Two hosts may have one fixed address as well.
    for (name, mac) in [("three", "02:00:00:00:0a:03"), ("four", "02:00:00:00:0a:04")] {
        lab.omsh(&format!("host add {name} --mac {mac} --ip 10.1.0.77")).exits(0);
    }
    lab.omsh("host remove 10.1.0.77").exits(1).explains(["stands for 2 hosts", "three: ", "four: "]);
    lab.omsh("host show 10.1.0.77 --columns name --output plain").exits(0).says("three\nfour\n");
}
