//! `conf check` and `conf options` beside `dhcpd -t`, and what questions say of a dhcpd.conf alone.

use std::fs;

use super::support::judge::judge;
use super::support::run::{End, Run};
use super::support::scratch::Scratch;

/// A run of omsh on these files: its exit status, stdout and stderr.
fn ask(words: &str, conf: &str, leases: Option<&str>) -> (End, String, String) {
    let folder = Scratch::new();
    fs::write(folder.join("dhcpd.conf"), conf).expect("a file of our own");
    let mut files = vec!["--conf".into(), folder.join("dhcpd.conf")];
    if let Some(leases) = leases {
        fs::write(folder.join("dhcpd.leases"), leases).expect("a file of our own");
        files.extend(["--leases".into(), folder.join("dhcpd.leases")]);
    }
    let words: Vec<&str> = words.split(' ').collect();
    let outcome = Run::ours().named("omsh").arguments(words).arguments(files).alone();
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.replace(&format!("{}/", folder.path().display()), "")
    };
    (outcome.end, text(&outcome.stdout), text(&outcome.stderr))
}

/// Asks, and looks for parts of what is said.
fn says(words: &str, conf: &str, leases: Option<&str>, status: i32, parts: &[&str]) -> String {
    let (end, out, err) = ask(words, conf, leases);
    let all = format!("{out}{err}");
    assert_eq!(end, End::Exit(status), "omsh {words} of\n{conf}\n{all}");
    for part in parts {
        assert!(all.contains(part), "omsh {words} of\n{conf}\n  expected {part}\n  got\n{all}");
    }
    all
}

/// Whether `dhcpd -t` takes a configuration, of a family of which it takes it at all.
fn dhcpd_takes(conf: &str) -> bool {
    let option = if conf.contains("subnet6") || conf.contains("prefix6") { "-6" } else { "-4" };
    let judgement = judge(option, conf, None);
    assert!(!judgement.stopped, "{conf}\n{}", judgement.log);
    judgement.sound
}

#[test]
fn conf_check_refuses_what_dhcpd_refuses() {
    let blanks = |count: usize| " ".repeat(count);
    let long = format!("max-lease-time 5;{}max-lease-time 6;\n", blanks(1500));
    let long_lines = format!("max-lease-time 5;{}max-lease-time 6;\n", "\n \t".repeat(500));
    let at_the_end = format!("max-lease-time 5;{}", blanks(1500));
    let with_comment = format!("max-lease-time 5;{}# here\n{}max-lease-time 6;\n", blanks(1400), blanks(1400));
    let short = format!("max-lease-time 5;{}max-lease-time 6;\n", blanks(1499));
    let refused: &[(&str, &str)] = &[
        (&long, "white space of 1500 bytes or more in a row"),
        (&long_lines, "white space of 1500 bytes or more in a row"),
        (&at_the_end, "white space of 1500 bytes or more in a row"),
        ("ddns-update-style ad-hoc;", "1:1: ddns-update-style ad-hoc is no more"),
        (
            "ddns-update-style none;\nsupersede server.ddns-update-style ad-hoc;",
            "2:1: ddns-update-style ad-hoc is no more",
        ),
        ("if known { } else { ddns-update-style ad-hoc; }", "ddns-update-style ad-hoc is no more"),
        ("ddns-update-style AD-HOC;", "expected one of none, ad-hoc, interim, standard, found `AD-HOC`"),
        ("log-facility LOCAL7;", "found `LOCAL7`"),
        ("% } ;", "found `;`"),
        ("host a { % }", "found the end"),
        ("subnet6 2001:db8:1::/64 { prefix6 2001:db8:100:: 2001:db8:1ff:: /128; }", "a length of 1 to 127"),
        ("subnet6 2001:db8:1::/64 { pool6 { prefix6 :: :: /0; } }", "a length of 1 to 127"),
        (
            "option own code 200 = domain-name;\noption own \"a.example\";",
            "dhcpd.conf:2:8: expected a domain name without quotes",
        ),
        ("option own code 200 = domain-list;\noption own a.example;", "expected a domain name in quotes"),
        ("subnet 10.1.0.0 netmask 255.255.0.0 { interface \"a\"; interface \"b\"; }", "one `interface` at most"),
        (
            "shared-network x { interface \"a\"; subnet 10.1.0.0 netmask 255.255.0.0 { interface \"a\"; } }",
            "one `interface` at most",
        ),
        ("subnet 10.0.0.0 netmask 255.0.255.0 { range 10.0.0.5 10.0.1.9; }", "does not lie in the subnet"),
        (
            "\u{feff}subnet 10.1.0.0 netmask 255.255.0.0 { }",
            "1:1: a byte order mark (U+FEFF) stands here: save the file without",
        ),
        ("max-lease-time\u{a0}700;", "a no-break space (U+00A0) stands here: type a blank instead"),
        ("host a { option host-name \u{201c}a\u{201d}; }", "a curly quote (U+201C) stands here: type \" instead"),
        ("filename \u{2018}a\u{2019};", "a curly apostrophe (U+2018) stands here: type \" instead"),
        ("max\u{2013}lease-time 5;", "a dash (U+2013) stands here: type - instead"),
        ("max-lease-time 5\u{ff1b}", "a wide `;` (U+FF1B) stands here: type ; instead"),
        ("h\u{43e}st a { }", "a letter (U+043E) that only looks like `o` stands here: type o instead"),
        ("foo();", "expected an expression"),
    ];
    let taken: &[&str] = &[
        &short,
        &with_comment,
        "ddns-update-style ad-hoc; ddns-update-style none;",
        "subnet 10.1.0.0 netmask 255.255.0.0 { ddns-update-style ad-hoc; }",
        "if known { ddns-update-style ad-hoc; }",
        "if not known { ddns-update-style ad-hoc; }",
        "% option custom alias other;\nmax-lease-time 700;",
        "host a { % hallo ; }",
        "% \"a;b\" c;",
        "%",
        "subnet6 2001:db8:1::/64 { prefix6 2001:db8:100:: 2001:db8:1ff:: /127; }",
        "option own code 200 = domain-name; option own a.example;",
        "subnet 10.1.0.0 netmask 255.255.0.0 { interface \"a\"; } subnet 10.2.0.0 netmask 255.255.0.0 { interface \"a\"; }",
        "subnet 10.0.0.0 netmask 255.2.255.0 { range 10.0.0.5 10.0.0.9; }",
        "# \u{201c}quotes\u{201d} in a comment\noption host-name \"\u{e9}\";",
    ];
    for (conf, part) in refused {
        assert!(!dhcpd_takes(conf), "dhcpd takes it:\n{}", &conf[..conf.len().min(200)]);
        says("conf check", conf, None, 1, &[part]);
    }
    for conf in taken {
        assert!(dhcpd_takes(conf), "dhcpd does not take it:\n{}", &conf[..conf.len().min(200)]);
        says("conf check", conf, None, 0, &["sound"]);
    }
}

#[test]
fn conf_check_remarks_what_may_surprise() {
    for (conf, remarks, nothing_of) in [
        (
            "subnet 10.1.0.0 netmask 255.255.255.0 { }\nsubnet 10.1.0.0 netmask 255.255.255.0 { range 10.1.0.4 10.1.0.5; }\n\
             subnet 10.0.0.0 netmask 255.0.0.0 { range 10.1.0.9 10.1.0.10; }\nsubnet 11.0.0.0 netmask 255.0.0.0 { }\n",
            &[
                "dhcpd.conf:2: the subnet 10.1.0.0/24 overlaps 10.1.0.0/24 of dhcpd.conf:1",
                "dhcpd.conf:3: the subnet 10.0.0.0/8 overlaps 10.1.0.0/24 of dhcpd.conf:1",
            ][..],
            "11.0.0.0",
        ),
        (
            "subnet6 2001:db8::/32 { }\nsubnet6 2001:db8:1::/64 { }\nsubnet6 2001:db9::/32 { }\n",
            &["dhcpd.conf:2: the subnet 2001:db8:1::/64 overlaps 2001:db8::/32 of dhcpd.conf:1"],
            "2001:db9",
        ),
        (
            "subnet 10.91.0.0 netmask 255.255.255.0 { range 10.91.0.10 10.91.0.20; }\n\
             host a { hardware ethernet 02:00:00:00:91:01; fixed-address 10.91.0.5; }\n\
             host b { hardware ethernet 02:00:00:00:91:01; fixed-address 10.91.0.6; }\n\
             host nobody { fixed-address 10.91.0.44; }\nhost short { hardware ethernet 02:00:00:00:91; fixed-address 10.91.0.45; }\n\
             host ring { hardware token-ring 02:00:00:00:91; }\nhost id { uid \"x\"; fixed-address 10.91.0.15; }\n",
            &[
                "dhcpd.conf:3: b has the hardware address 02:00:00:00:91:01, and so has a in 10.91.0.0/24",
                "dhcpd.conf:4: nobody has neither a hardware address nor an identifier",
                "dhcpd.conf:5: short has an Ethernet address of 5 octets",
                "dhcpd.conf:7: id has 10.91.0.15, which clients of the range",
            ],
            "ring",
        ),
        (
            "subnet 10.91.0.0 netmask 255.255.255.0 {\n option routers 10.91.0.1, 10.91.0.7;\n range 10.91.0.0 10.91.0.9;\n \
             range 10.91.0.250 10.91.0.255;\n host in { hardware ethernet 02:00:00:00:91:01; }\n}\n% directive;\n",
            &[
                "dhcpd.conf:3: the range 10.91.0.0-10.91.0.9 holds 10.91.0.0, the network's own address",
                "dhcpd.conf:3: the range 10.91.0.0-10.91.0.9 holds the router 10.91.0.1",
                "dhcpd.conf:3: the range 10.91.0.0-10.91.0.9 holds the router 10.91.0.7",
                "dhcpd.conf:4: the range 10.91.0.250-10.91.0.255 holds 10.91.0.255, the broadcast address",
                "dhcpd.conf:5: in stands in subnet 10.91.0.0, but hosts are global",
                "dhcpd.conf:7: a `%` directive is skipped",
            ],
            "neither",
        ),
        (
            "subnet 10.1.0.0 netmask 255.255.0.0 {\n pool { range 10.1.1.5 10.1.1.99; allow authenticated clients; }\n}\n",
            &["dhcpd.conf:2: no client is ever authenticated"],
            "overlaps",
        ),
        // Roaming hosts are what they are meant to be.
        (
            "subnet 10.1.0.0 netmask 255.255.0.0 { }\nsubnet 10.2.0.0 netmask 255.255.0.0 { }\n\
             host a1 { hardware ethernet 02:00:00:00:91:01; fixed-address 10.1.0.5; }\n\
             host a2 { hardware ethernet 02:00:00:00:91:01; fixed-address 10.2.0.6; }\n",
            &["sound"],
            "hardware address",
        ),
    ] {
        assert!(dhcpd_takes(conf), "{conf}");
        let all = says("conf check", conf, None, 0, remarks);
        assert!(!all.contains(nothing_of), "nothing is to be said of {nothing_of}, got\n{all}");
    }
}

const STATIC_IN_POOL: &str = r#"option domain-name "global.example";
class "lab" { match hardware; option domain-name "class.example"; option ntp-servers 10.94.0.123; }
subclass "lab" 1:02:00:00:00:94:02;
subclass "lab" 1:02:00:00:00:94:03 { option domain-name "subclass.example"; }
class "pxe" { match if substring(option vendor-class-identifier, 0, 9) = "PXEClient"; option root-path "pxe"; }
subnet 10.94.0.0 netmask 255.255.255.0 {
  option routers 10.94.0.1;
  pool { range 10.94.0.10 10.94.0.20; option domain-name "pool.example"; option domain-name-servers 10.94.0.53; }
}
host m { hardware ethernet 02:00:00:00:94:01; fixed-address 10.94.0.15; }
host k { hardware ethernet 02:00:00:00:94:02; option host-name "k"; }
host s { hardware ethernet 02:00:00:00:94:03; fixed-address 10.94.0.40; }
"#;

/// The rows of an answer as `NAME VALUE SUBNET`, without the rest.
fn options(words: &str, conf: &str, leases: Option<&str>) -> Vec<String> {
    let (end, out, err) = ask(&format!("conf options {words} --output jsonl"), conf, leases);
    assert_eq!(end, End::Exit(0), "{words}: {out}{err}");
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("kind"), text("name"), text("value"), text("subnet"))
    };
    out.lines().map(row).collect()
}

#[test]
fn conf_options_is_what_a_client_would_be_sent() {
    const SUBNET: &str = "10.94.0.0/24";
    let row = |kind: &str, name: &str, value: &str, subnet: &str| format!("{kind} {name} {value} {subnet}");
    let option = |name: &str, value: &str| row("option", name, value, SUBNET);
    let depends = row(
        "depends",
        "root-path",
        "match if substring(option vendor-class-identifier, 0, 9) = \"PXEClient\";",
        SUBNET,
    );
    for (word, expected) in [
        ("m", vec![option("domain-name", "\"global.example\""), option("routers", "10.94.0.1"), depends.clone()]),
        (
            "s",
            vec![
                option("domain-name", "\"subclass.example\""),
                option("routers", "10.94.0.1"),
                option("ntp-servers", "10.94.0.123"),
                depends.clone(),
            ],
        ),
        (
            "k",
            vec![
                option("domain-name", "\"class.example\""),
                option("routers", "10.94.0.1"),
                option("domain-name-servers", "10.94.0.53"),
                option("ntp-servers", "10.94.0.123"),
                depends.clone(),
                option("host-name", "\"k\""),
            ],
        ),
        (
            "02:00:00:00:94:99 --with vendor-class-identifier=PXEClient:Arch",
            vec![
                option("domain-name", "\"pool.example\""),
                option("routers", "10.94.0.1"),
                option("domain-name-servers", "10.94.0.53"),
                option("root-path", "\"pxe\""),
            ],
        ),
        (
            "10.94.0.15 --with vendor-class-identifier=other",
            vec![option("domain-name", "\"global.example\""), option("routers", "10.94.0.1")],
        ),
    ] {
        let mut expected = expected;
        let mut got = options(word, STATIC_IN_POOL, Some(""));
        expected.sort();
        got.sort();
        assert_eq!(expected, got, "{word}");
    }
    let roaming = "option domain-name \"all.example\";\n\
        subnet 10.50.0.0 netmask 255.255.255.0 { option routers 10.50.0.1; filename \"a\"; }\n\
        subnet 10.51.0.0 netmask 255.255.255.0 { option routers 10.51.0.1; }\n\
        host laptop { hardware ethernet 02:00:00:00:50:01; fixed-address 10.50.0.9, 10.51.0.9; }\n\
        host anywhere { hardware ethernet 02:00:00:00:50:02; option host-name \"x\"; deny booting; }\n";
    let of = |subnet: &str, router: &str| {
        [row("option", "domain-name", "\"all.example\"", subnet), row("option", "routers", router, subnet)]
    };
    let mut expected = of("10.50.0.0/24", "10.50.0.1").to_vec();
    expected.push(row("parameter", "filename", "\"a\"", "10.50.0.0/24"));
    expected.extend(of("10.51.0.0/24", "10.51.0.1"));
    assert_eq!(expected, options("laptop", roaming, Some("")));
    assert_eq!(expected, options("02:00:00:00:50:01", roaming, Some("")));
    says(
        "conf options anywhere",
        roaming,
        Some(""),
        0,
        &["no subnet has an address for it", "`deny booting`", "\"x\""],
    );
    says("conf options laptop --with no-such=1", roaming, Some(""), 2, &["there is no option `no-such`"]);
    says("conf options laptop --with user-class", roaming, Some(""), 2, &["`user-class` has no value"]);
}

#[test]
fn conf_options_knows_what_omapi_has_made() {
    let conf = "option root-path \"r\";\ngroup late { option nis-domain \"declared\"; }\n\
        subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.1.1 10.1.1.9; }\nhost gone { hardware ethernet 02:00:00:00:00:01; }\n";
    let leases = "group named { dynamic; supersede nis-domain = \"n\"; }\n\
        host made { dynamic; hardware ethernet 02:00:00:00:00:02; fixed-address 10.1.0.2; group \"named\"; supersede host-name = \"m\"; }\n\
        host gone { dynamic; deleted; }\n";
    let option = |name: &str, value: &str| format!("option {name} {value} 10.1.0.0/16");
    let expected = vec![option("root-path", "\"r\""), option("nis-domain", "\"n\""), option("host-name", "\"m\"")];
    assert_eq!(expected, options("made", conf, Some(leases)));
    assert_eq!(expected, options("10.1.0.2", conf, Some(leases)));
    says("conf options made", conf, Some(leases), 0, &["dhcpd.leases:2"]);
    says("conf options gone", conf, Some(leases), 2, &["has no host `gone`"]);
}

#[test]
fn a_dhcpd_conf_alone_is_enough_for_questions_about_networks() {
    let conf = "lease-file-name \"/nonexistent/of-the-test\";\n\
        class \"modem\" { match hardware; }\n\
        subnet 10.1.0.0 netmask 255.255.255.0 {\n option routers 10.1.0.1, 10.1.0.2;\n \
        pool { allow members of \"modem\"; range 10.1.0.4 10.1.0.5; }\n}\n";
    let remark = "the answer is of dhcpd.conf alone";
    says("subnets", conf, None, 0, &[remark, "10.1.0.0/24"]);
    says(
        "subnets --output json",
        conf,
        None,
        0,
        &["\"routers\":\"10.1.0.1, 10.1.0.2\"", "\"router_list\":[\"10.1.0.1\",\"10.1.0.2\"]"],
    );
    says("pools", conf, None, 0, &[remark, "10.1.0.4-10.1.0.5"]);
    says("map 10.1.0.0/24", conf, None, 0, &[remark, "10.1.0.0/24"]);
    says("free 10.1.0.0/24 -n 1 --pool in", conf, None, 0, &[remark, "10.1.0.4"]);
    // A monitor is not to take a missing file for empty pools.
    says("pools --warning 80", conf, None, 3, &["UNKNOWN"]);
    says(
        "find 10.1.0.4",
        conf,
        Some(""),
        0,
        &["it is free for any client of the pool; the pool is for members of the class `modem` only"],
    );
}

#[test]
fn hosts_and_addresses_are_what_they_say() {
    let conf = "subnet 192.168.1.0 netmask 255.255.255.0 { }\n\
        host test { hardware ethernet 02:00:00:00:00:ff; fixed-address 192.168.1.1; }\n";
    for word in ["192.168.1.1-192.168.1.1", "192.168.1.1/32"] {
        let (end, out, _) = ask(&format!("free {word} --output plain"), conf, Some(""));
        assert_eq!((end, out.as_str()), (End::Exit(1), ""), "{word} is reserved");
    }
    let (end, out, _) = ask("free 192.168.1.7-192.168.1.7 --output plain --columns address", conf, Some(""));
    assert_eq!((end, out.as_str()), (End::Exit(0), "192.168.1.7\n"));
    let (_, out, _) = ask("free 192.168.1.1 --output plain", conf, Some(""));
    assert_eq!(out.lines().count(), 253, "an address by itself is its subnet");
    let conf = "subnet 10.1.0.0 netmask 255.255.255.0 { }\ngroup g { next-server 10.1.0.9; filename \"g\"; }\n\
        host named { hardware ethernet 02:00:00:00:00:01; fixed-address localhost; option host-name \"n\"; group \"g\"; filename \"own\"; }\n";
    says(
        "hosts --output json",
        conf,
        Some(""),
        0,
        &["\"host_name\":\"n\"", "\"filename\":\"own\"", "\"next_server\":\"10.1.0.9\""],
    );
    for words in ["free 10.1.0.0/24 -n 1", "map 10.1.0.0/24", "find 10.1.0.7"] {
        says(words, conf, Some(""), 0, &["named (localhost)", "--resolve looks them up"]);
    }
    says("find named", conf, Some(""), 0, &["address localhost (a name: --resolve looks it up)"]);
    let all = says("find named --resolve", conf, Some(""), 0, &["127.0.0.1"]);
    assert!(!all.contains("by name"), "{all}");
    let conf = "subnet6 2001:db8:1::/64 { range6 2001:db8:1::1000 2001:db8:1::1fff; }\n\
        host router1 { host-identifier option dhcp6.client-id 00:03:00:01:02:00:00:00:40:01; fixed-prefix6 2001:db8:200::/56; }\n";
    let all = says("find 2001:db8:200::", conf, Some(""), 0, &["the prefix 2001:db8:200::/56 is delegated to router1"]);
    assert!(!all.contains("nobody"), "{all}");
}
