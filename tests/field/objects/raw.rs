//! `raw update`: what dhcpd takes and does not keep is said.

use super::{CONF, Lab, lease};

#[test]
fn what_was_not_kept_is_said() {
    let lab = Lab::start(CONF, &lease(20, "active", "ethernet 02:00:00:00:01:20", ""));
    lab.omsh("host add h1 --mac 02:00:00:00:0a:01").exits(0);
    for (line, parts) in [
        (
            "lease ip-address=ip:10.1.1.31 --set hardware-address=mac:02:00:00:b1:01:02 --set hardware-type=int:1",
            [
                "the lease 10.1.1.31, but hardware-address is empty and not 02:00:00:b1:01:02",
                "hardware-type is empty and not 1",
            ],
        ),
        (
            "lease ip-address=ip:10.1.1.20 --set hardware-address=mac:02:00:00:b1:01:02",
            [
                "but hardware-address is 02:00:00:00:01:20 and not 02:00:00:b1:01:02",
                "says that it has changed the lease 10.1.1.20",
            ],
        ),
        (
            "lease ip-address=ip:10.1.1.20 --set dhcp-client-identifier=str:x",
            ["dhcp-client-identifier is empty", "not \"x\""],
        ),
        ("lease ip-address=ip:10.1.1.20 --set client-hostname=str:x", ["client-hostname is empty", "not \"x\""]),
        ("lease ip-address=ip:10.1.1.20 --set billing-class=str:x", ["billing-class is empty", "not \"x\""]),
        ("host name=str:h1 --set known=int:1", ["the host h1, but known is empty", "not 1"]),
    ] {
        lab.omsh(&format!("raw update {line}")).exits(1).says("").explains(parts);
    }
    // What was kept of it is said as well.
    let half = "raw update lease ip-address=ip:10.1.1.20 --set dhcp-client-identifier=str:x --set flags=int:4 --set state=int:2";
    lab.omsh(half).exits(1).explains(["dhcp-client-identifier is empty", "changed: flags, state"]);
    lab.omsh("lease show 10.1.1.20 --columns state,reserved --output plain").exits(0).says("active\tyes\n");
    let error = lab.omsh("raw update host name=str:h1 --set known=int:1 --output json").exits(1);
    error.explains(["{\"error\":{\"kind\":\"refused\",\"status\":1,", "known is empty"]);
}

#[test]
fn what_was_kept_is_a_success() {
    let lab = Lab::start(CONF, &lease(20, "active", "ethernet 02:00:00:00:01:20", ""));
    lab.omsh("host add h1 --mac 02:00:00:00:0a:01").exits(0);
    lab.omsh("group add g --filename x").exits(0);
    for line in [
        "host name=str:h1 --set ip-address=ip:10.1.0.8",
        "host name=str:h1 --set ip-address=ip:10.1.0.8,10.1.0.9",
        "host name=str:h1 --set ip-address=null:",
        "host name=str:h1 --set dhcp-client-identifier=str:abc",
        // dhcpd keeps these, and does not show them.
        "host name=str:h1 --set group=str:g",
        "host name=str:h1 --set statements=str:filename~\"y\";",
        "lease ip-address=ip:10.1.1.20 --set flags=int:4 --set state=int:2",
        "lease ip-address=ip:10.1.1.20 --set state=int:5",
        "lease ip-address=ip:10.1.1.31 --set flags=int:4 --set state=int:1",
    ] {
        lab.omsh(&format!("raw update {line}")).exits(0).has(["changed "]);
        lab.omsh(&format!("raw update {line} --dry-run")).exits(0);
    }
}

#[test]
fn what_changed_besides_is_said() {
    let lab = Lab::start(CONF, &lease(20, "active", "ethernet 02:00:00:00:01:20", ""));
    lab.omsh("raw update lease ip-address=ip:10.1.1.20 --set flags=int:4")
        .exits(0)
        .explains(["the lease 10.1.1.20: this changed as well: state 2 -> 1"]);
    lab.omsh("lease show 10.1.1.20 --columns state --output plain").exits(0).says("free\n");
}
