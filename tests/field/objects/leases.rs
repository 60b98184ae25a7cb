//! Leases by whatever their client is known by, one and several.

use super::{CONF, Lab, lease};

const LONG: &str = "a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03:00:4a:68:aa";

fn lab() -> Lab {
    let leases = [
        lease(
            20,
            "active",
            "ethernet 52:54:00:00:00:09",
            "billing class \"by-mac\"; uid \"twice\"; client-hostname \"Laptop\";",
        ),
        lease(21, "active", "ethernet 02:00:00:00:01:21", "uid \"twice\"; client-hostname \"desk\";"),
        lease(22, "active", "ethernet 02:00:00:00:01:21", "client-hostname \"printer\";"),
        lease(23, "active", "infiniband 80:01:02:03:04:05:06:07", "uid 01:02:03:04:05:06:07:08;"),
        lease(24, "active", "unknown-33 10:20:30:40:50:60:70:81", ""),
        lease(25, "active", &format!("infiniband {LONG}"), "client-hostname \"desk\";"),
        lease(26, "active", "token-ring 02:00:00:00:01:26", "uid \"laptop\";"),
        lease(
            27,
            "active",
            "infiniband a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03",
            "client-hostname \"node27\";",
        ),
    ];
    Lab::start(CONF, &leases.concat())
}

/// What `lease show` shows of words, one line each.
fn addresses(lab: &Lab, words: &str) -> String {
    lab.omsh(&format!("lease show {words} --columns address --output plain")).exits(0).stdout
}

#[test]
fn a_lease_is_found_by_address_hardware_identifier_and_host_name() {
    let lab = lab();
    for (word, last) in [
        ("10.1.1.20", 20),
        ("ip=10.1.1.20", 20),
        ("52:54:00:00:00:09", 20),
        ("mac=5254.0000.0009", 20),
        ("hostname=LAPTOP", 20),
        ("name=laptop", 20),
        ("printer", 22),
        ("80:01:02:03:04:05:06:07", 23),
        ("mac=80:01:02:03:04:05:06:07", 23),
        ("01:02:03:04:05:06:07:08", 23),
        ("client-id=01:02:03:04:05:06:07:08", 23),
        ("10:20:30:40:50:60:70:81", 24),
        (LONG, 25),
        ("mac=a000.0220.fe80.0000.0000.0000.0200.0003.004a.68aa", 25),
        ("02:00:00:00:01:26", 26),
        ("client-id=laptop", 26),
        ("a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03", 27),
        ("Node27", 27),
    ] {
        assert_eq!(addresses(&lab, word), format!("10.1.1.{last}\n"), "{word}");
    }
    for word in ["nobody", "mac=80:01:02:03:04:05:06:08", "hostname=twice", "client-id=printer", "10.1.1.9", "10.2.0.1"]
    {
        lab.omsh(&format!("lease show {word}")).exits(5).says("").explains([&*format!("there is no lease {word} on")]);
    }
    // Eight octets are looked for in the files as well.
    lab.omsh("leases 80:01:02:03:04:05:06:07 --columns address --output plain").exits(0).says("10.1.1.23\n");
    lab.omsh("find 80:01:02:03:04:05:06:07").exits(0).has(["lease 10.1.1.23", "it has its address from a pool"]);
    lab.omsh(&format!("find {LONG}")).exits(0).has(["lease 10.1.1.25"]);
    lab.omsh("find 10:20:30:40:50:60:70:99").exits(1).says("");
}

#[test]
fn of_many_leases_of_a_name_the_first_are_looked_up() {
    let conf = format!("{CONF}subnet 10.7.0.0 netmask 255.255.254.0 {{ range 10.7.0.1 10.7.1.250; }}\n");
    let lease = |number: usize| {
        format!(
            "lease 10.7.{}.{} {{\n  starts 4 2026/11/26 10:00:00;\n  ends never;\n  binding state active;\n  \
             hardware ethernet 02:00:00:00:{:02x}:{:02x};\n  client-hostname \"phone\";\n}}\n",
            number / 250,
            1 + number % 250,
            number / 250,
            number % 250
        )
    };
    let lab = Lab::start(&conf, &(0..300).map(lease).collect::<String>());
    let said = lab.omsh("lease show phone --columns address --output plain").exits(0);
    assert_eq!(said.stdout.lines().count(), 256, "{}", said.stdout);
    said.explains(["the lease file has 300 leases of phone, of which the first 256 are looked up"]);
}

#[test]
fn several_words_and_several_leases_of_one_are_shown() {
    let lab = lab();
    assert_eq!(addresses(&lab, "10.1.1.22 laptop 10.1.1.22 printer"), "10.1.1.22\n10.1.1.20\n10.1.1.26\n");
    assert_eq!(addresses(&lab, "twice"), "10.1.1.20\n10.1.1.21\n");
    assert_eq!(addresses(&lab, "02:00:00:00:01:21"), "10.1.1.21\n10.1.1.22\n");
    assert_eq!(addresses(&lab, "DESK"), "10.1.1.21\n10.1.1.25\n");
    lab.omsh("lease show printer nobody 10.1.1.20 --columns address --output plain")
        .exits(5)
        .says("10.1.1.22\n10.1.1.20\n")
        .explains(["there is no lease nobody on"]);
    lab.omsh("lease show nobody noone").exits(5).says("").explains(["no lease nobody", "no lease noone"]);
    lab.omsh("lease show").exits(2);
}

#[test]
fn of_several_leases_none_is_changed_and_all_are_listed() {
    let lab = lab();
    let before = lab.dhcpd.leases();
    for (word, listed) in [
        ("twice", ["10.1.1.20  active  52:54:00:00:00:09  Laptop", "10.1.1.21  active  02:00:00:00:01:21  desk"]),
        ("02:00:00:00:01:21", ["10.1.1.21  active", "10.1.1.22  active  02:00:00:00:01:21  printer"]),
        ("desk", ["10.1.1.21  active", "10.1.1.25  active  a0:00:02:20"]),
        // One client's name is another one's identifier.
        ("laptop", ["10.1.1.20  active", "10.1.1.26  active"]),
    ] {
        for verb in ["release", "free", "abandon", "reserve"] {
            lab.omsh(&format!("lease {verb} {word}"))
                .exits(1)
                .says("")
                .explains([&*format!("{word} stands for 2 leases on"), listed[0], listed[1]])
                .explains(["nothing was changed; name one of them by its address"]);
        }
    }
    let error = lab.omsh("lease release twice --output json").exits(1);
    error.explains(["\"kind\":\"refused\"", "\"status\":1", "10.1.1.21  active"]);
    // Without the files it is not known which ones they are.
    lab.omsh_from_afar("lease free 02:00:00:00:01:21").exits(1).explains(["more than one object matches key"]);
    lab.omsh_from_afar("lease free printer").exits(5).explains(["a host name is looked for in the server's files"]);
    assert_eq!(lab.dhcpd.leases(), before, "something was written");
}

#[test]
fn a_lease_is_changed_by_whatever_it_is_found_by() {
    let lab = lab();
    for (line, answer) in [
        ("lease release hostname=laptop", "changed lease 10.1.1.20: state active -> released"),
        ("lease free printer", "changed lease 10.1.1.22: state active -> free"),
        ("lease abandon 80:01:02:03:04:05:06:07", "changed lease 10.1.1.23: state active -> abandoned"),
        ("lease reserve mac=10:20:30:40:50:60:70:81", "changed lease 10.1.1.24: reserved no -> yes"),
        ("lease reserve client-id=laptop", "changed lease 10.1.1.26: reserved no -> yes"),
        ("lease reserve client-id=laptop --off", "changed lease 10.1.1.26: reserved yes -> no"),
    ] {
        lab.omsh(line).exits(0).has([answer]);
    }
    let states = lab.omsh("leases --columns address,state,reserved --output plain --sort address").exits(0);
    states.says(
        "10.1.1.20\treleased\tno\n10.1.1.21\tactive\tno\n10.1.1.22\tfree\tno\n10.1.1.23\tabandoned\tno\n\
         10.1.1.24\tactive\tyes\n10.1.1.25\tactive\tno\n10.1.1.26\tactive\tno\n10.1.1.27\tactive\tno\n",
    );
}

#[test]
fn a_lease_has_its_billing_class_and_its_hardware_type() {
    let lab = lab();
    lab.omsh("lease show 10.1.1.20 10.1.1.21 10.1.1.25 --columns address,billing_class,hardware_type --output plain")
        .exits(0)
        .says("10.1.1.20\tby-mac\t1\n10.1.1.21\t-\t1\n10.1.1.25\t-\t32\n");
    lab.omsh("lease show 10.1.1.20 --output json")
        .exits(0)
        .has(["\"billing_class\":\"by-mac\"", "\"hardware_type\":1"]);
    lab.omsh("lease show 10.1.1.21 --output json").exits(0).has(["\"billing_class\":null"]);
    // Where no file says its name, it is at least said that there is one.
    lab.omsh_from_afar("lease show 10.1.1.20 --columns billing_class --output plain").exits(0).has(["handle "]);
}
