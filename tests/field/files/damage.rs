//! Damage in the middle of a lease file.

use super::site::Site;
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::require_programs;
use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Lease, Loss, Source, Table, Time};

const CONF: &str = "subnet 10.30.0.0 netmask 255.255.255.0 { range 10.30.0.10 10.30.0.20; }\n\
                    subnet 10.1.0.0 netmask 255.255.0.0 { }\n";

fn lease(last: u8, more: &str, name: &str, end: &str) -> String {
    format!(
        "lease 10.30.0.{last} {{\n  starts 1 2026/11/30 20:00:00;\n  ends 1 2036/11/30 20:00:00;\n  binding state \
         active;\n  next binding state free;\n  hardware ethernet 02:00:00:00:30:{last:02x};\n{more}  client-hostname \
         {name};\n{end}"
    )
}

fn sound(last: u8) -> String {
    lease(last, "", &format!("\"h{last}\""), "}\n")
}

/// Leases 10 to 18, of which 11 is as said.
fn file(eleven: &str) -> Vec<u8> {
    let rest: String = (12..19).map(sound).collect();
    // A character a byte.
    (sound(10) + eleven + &rest).chars().map(|character| character as u8).collect()
}

/// Damage, where it is seen, and whether the lease of it is kept.
fn damages() -> Vec<(&'static str, String, &'static str, bool)> {
    let end = "}\n";
    vec![
        ("no brace", lease(11, "", "\"h11\"", ""), "16:1: another block begins here", false),
        ("no closing quote", lease(11, "", "\"h11", end), "15:19: this text has no closing quote", false),
        ("no opening quote", lease(11, "", "h11\"", end), "15:22: this text has no closing quote", false),
        ("a brace too many", lease(11, "  {\n", "\"h11\"", end), "18:1: another block begins here", false),
        (
            "an unknown statement",
            lease(11, "  some-new-thing 5 \"x\";\n", "\"h11\"", end),
            "15:3: dhcpd knows no",
            true,
        ),
        ("an unknown block", lease(11, "  some { a b; }\n", "\"h11\"", end), "15:3: dhcpd knows no", true),
        ("an unknown last one", lease(11, "", "\"h11\"", "  new;\n}\n"), "16:3: dhcpd knows no", true),
        ("255 between blocks", lease(11, "", "\"h11\"", "}\n\u{ff}\n"), "17:1: byte 255", true),
        ("255 in a block", lease(11, "  \u{ff}\n", "\"h11\"", end), "15:3: byte 255", false),
        ("255 in a text", lease(11, "", "\"h\u{ff}11\"", end), "15:21: byte 255", false),
        ("255 in a comment", lease(11, "  # a \u{ff} b\n", "\"h11\"", end), "15:9: dhcpd knows no", true),
        ("garbage between blocks", lease(11, "", "\"h11\"", "}\nfoo bar\n"), "17:1: expected `lease`", true),
        ("a brace between blocks", lease(11, "", "\"h11\"", "}\n}\n"), "17:1: expected `lease`", true),
    ]
}

#[test]
fn damage_costs_one_block_and_is_said() {
    for (name, eleven, said, is_kept) in damages() {
        let site = Site::new(CONF, file(&eleven));
        let shown = site.answer("leases --output plain --columns address");
        let expected: Vec<String> =
            (10..19).filter(|last| *last != 11 || is_kept).map(|last| format!("10.30.0.{last}\n")).collect();
        assert_eq!(shown.out, expected.concat(), "{name}\n{}", shown.err);
        assert!(shown.err.contains(&format!("leases:{said}")), "{name}: expected {said}, got\n{}", shown.err);
        assert!(!shown.err.contains("half written"), "{name}\n{}", shown.err);
        site.check("leases --output csv", 1, &[], &[said, "dhcpd loses this block"]);
        let free = site.answer("free 10.30.0.0/24 --pool in --output plain --columns address");
        assert_eq!(free.out, "10.30.0.20\n10.30.0.19\n", "{name}");
        if !is_kept {
            site.check(
                "find 10.30.0.11",
                1,
                &["damaged: this block", "leases:9", "nobody can tell who has it"],
                &[said],
            );
        }
        // A block further down says all there is to know.
        let mut healed = file(&eleven);
        healed.extend_from_slice(lease(11, "", "\"again\"", "}\n").as_bytes());
        let site = Site::new(CONF, healed);
        site.check("find 10.30.0.11", 1, &["hostname again", "a client of the pool has it"], &[said]);
    }
}

#[test]
fn what_dhcpd_loses_is_what_we_say() {
    require_programs();
    let net = Net::new();
    let mut report = String::new();
    for (name, eleven, ..) in damages() {
        let file = file(&eleven);
        let source = Source::from_bytes("leases", file.clone());
        let table = Table::read(&source, &Context::default(), 1, &|_| {}).expect("it is in memory");
        let mistake = &table.damage().mistakes[0];
        let from = mistake.place.line;
        let is_lost = |last: u32| {
            let text = String::from_utf8_lossy(&file).into_owned();
            let begins = text.lines().position(|line| line == format!("lease 10.30.0.{last} {{"));
            let begins = begins.expect("it is there") as u64 + 1;
            match mistake.loss {
                _ if begins + 10 < from => false,
                Loss::Until(line) => begins < line,
                Loss::Rest => true,
                Loss::Unknown | Loss::Statement | Loss::More => panic!("{name}: {:?}", mistake.loss),
            }
        };
        // Damage between two blocks costs none of those before it; dhcpd takes one that byte 255 ends.
        let expected: Vec<u32> =
            (10..19).filter(|last| if *last == 11 && is_optional(name) { false } else { !is_lost(*last) }).collect();
        let dhcpd = Dhcpd::start(&net, CONF, &file);
        let written = String::from_utf8_lossy(dhcpd.leases_at_start()).into_owned();
        let kept: Vec<u32> = (10..19)
            .filter(|last| !(*last == 11 && is_optional(name)) && written.contains(&format!("lease 10.30.0.{last} {{")))
            .collect();
        if kept != expected {
            report +=
                &format!("{name}: we say that dhcpd keeps {expected:?}, and it keeps {kept:?} ({:?})\n", mistake.loss);
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Statements of a lease that are not as dhcpd writes them.
const ODD: &[&str] = &[
    "hostname \"pc\";",
    "client-hostname pc;",
    "client-hostname a b;",
    "client-hostname 12;",
    "client-hostname;",
    "client-hostname \"a\" \"b\";",
    "ends 2 2036/12/01 10:00:00 UTC;",
    "ends 2 2036/12/01;",
    "ends 2036/12/01 10:00:00;",
    "ends never",
    "ends soon;",
    "ends;",
    "ends epoch 5 x;",
    "ends 2 2036/12/01 10:00:00 5;",
    "starts 9 2026/11/30 10:00:00;",
    "starts soon;",
    "cltt soon;",
    "tstp epoch;",
    "tsfp 2 2027/12/01;",
    "hardware foo 1:2:3;",
    "hardware ethernet 1:2:3:4:5:6 x;",
    "hardware ethernet 1:2:3:4:5:6",
    "hardware ethernet 1ff:2:3:4:5:6;",
    "hardware ethernet 1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:17:18:19:20:21;",
    "uid abc;",
    "uid 1:2;",
    "uid 1:2ff;",
    "uid 01:zz;",
    "uid;",
    "uid \"abc\" \"d\";",
    "uid \"abc\"",
    "set a = b;",
    "set a = foo;",
    "set a = 12;",
    "set a = %x;",
    "set a = %5 x;",
    "set a = true x;",
    "set a = \"b\"",
    "set a = \"x\" + 1;",
    "set a \"x\";",
    "set a;",
    "set 1 = \"x\";",
    "set after = \"x\";",
    "hardware;",
    "binding state gone;",
    "binding state;",
    "binding foo;",
    "binding state active x;",
    "next binding state gone;",
    "rewind binding;",
    "reserved yes;",
    "reserved",
    "dynamic-bootp x;",
    "billing class \"x\";",
    "billing foo;",
    "option nosuch.x \"x\";",
    "option agent.nosuch 1;",
    "supersede domain-name \"x\";",
    "default domain-name \"x\";",
    "on expiry { execute (\"a\"); }",
    "ddns-fwd-name \"x\";",
    "ddns-fwd-name a;",
    "ddns-fwd-name foo;",
    "ddns-txt \"x\";",
    "vendor-class-identifier \"x\";",
    "filename \"x\";",
    "foo { bar; }",
    "123;",
    ";",
    "{ }",
    "\"x\";",
    "dynamic;",
    "if exists x { }",
];

#[test]
fn a_statement_that_dhcpd_cannot_read_costs_what_we_say() {
    require_programs();
    let conf = "subnet 10.30.0.0 netmask 255.255.0.0 { range 10.30.0.1 10.30.99.250; }\n\
                subnet 10.1.0.0 netmask 255.255.0.0 { }\n";
    let block = |third: usize, last: u8, more: &str| {
        format!(
            "lease 10.30.{third}.{last} {{\n  starts 1 2026/11/30 20:00:00;\n  ends 1 2036/11/30 20:00:00;\n  binding \
             state active;\n  hardware ethernet 02:00:00:00:30:{last:02x};\n  {more}\n  set other = \"{last}\";\n}}\n"
        )
    };
    let file: String =
        ODD.iter().enumerate().map(|(at, odd)| block(at, 1, odd) + &block(at, 2, "") + &block(at, 3, "")).collect();
    let table = |text: &[u8]| {
        let source = Source::from_bytes("leases", text.to_vec());
        (Table::read(&source, &Context::default(), 1, &|_| {}).expect("it is in memory"), source)
    };
    let (ours, our_source) = table(file.as_bytes());
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, conf, file.as_bytes());
    let (theirs, their_source) = table(dhcpd.leases_at_start());
    let lease = |(table, source): (&Table, &Source), third: usize, last: u8| {
        let summary = table.get(std::net::Ipv4Addr::new(10, 30, third as u8, last))?;
        Some(table.lease(source, &summary).expect("it is in memory"))
    };
    let mut report = String::new();
    for (at, odd) in ODD.iter().enumerate() {
        let first = (at * 3 * 8) as u64 + 1;
        let said = ours.damage().mistakes.iter().find(|mistake| (first..first + 8).contains(&mistake.place.line));
        let we_lose = match said.map(|mistake| mistake.loss) {
            None | Some(Loss::Statement) => 0,
            Some(Loss::Until(line)) => (line - first).div_ceil(8),
            Some(loss) => panic!("{odd}: {loss:?}"),
        };
        let kept: Vec<bool> = (1..4).map(|last| lease((&theirs, &their_source), at, last).is_some()).collect();
        let dhcpd_loses = kept.iter().take_while(|is_kept| !**is_kept).count() as u64;
        if we_lose != dhcpd_loses || kept.iter().filter(|is_kept| !**is_kept).count() as u64 != dhcpd_loses {
            report += &format!("{odd}: we say that dhcpd loses {we_lose} blocks, and it keeps {kept:?}\n");
        }
        if we_lose > 0 {
            continue;
        }
        let [Some(ours), Some(theirs)] = [lease((&ours, &our_source), at, 1), lease((&theirs, &their_source), at, 1)]
        else {
            report += &format!("{odd}: we lose the block\n");
            continue;
        };
        let told = |lease: &Lease| {
            let mut bindings = lease.bindings.clone();
            bindings.sort_by(|one, other| one.0.cmp(&other.0));
            // dhcpd writes no time that it does not know.
            let ends = lease.ends.filter(|ends| *ends != Time::At(0));
            let client = (lease.hardware.clone(), lease.client_identifier.clone(), lease.client_hostname.clone());
            (lease.state, ends, client, lease.reserved, lease.bootp, bindings)
        };
        let is_same = told(&ours) == told(&theirs);
        if !is_same {
            report += &format!("{odd}: we read {ours:?}, and dhcpd {theirs:?}\n");
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn a_host_made_over_omapi_is_read_without_the_statements_that_dhcpd_cannot_read() {
    require_programs();
    let blocks = [
        "host h0 { dynamic; hardware foo 1:2; fixed-address 10.30.0.10; }",
        "host h1 { dynamic; new thing; hardware ethernet 2:0:0:0:0:1; fixed-address 10.30.0.11; }",
        "host h2 { dynamic; fixed-address; hardware ethernet 2:0:0:0:0:2; }",
        "host h3 { dynamic; supersede none.such = 1; fixed-address 10.30.0.13; }",
        "host \"h4\" { dynamic; hardware ethernet 2:0:0:0:0:4; fixed-address 10.30.0.14; }",
        "host h5 x { dynamic; hardware ethernet 2:0:0:0:0:5; fixed-address 10.30.0.15; }",
        "group h6 { dynamic; new thing; filename \"x\"; }",
        "group { dynamic; filename \"x\"; }",
        "host h8 { dynamic; hardware ethernet 2:0:0:0:0:8; fixed-address 10.30.0.18; }",
    ];
    let file = blocks.join("\n") + "\n";
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, CONF, file.as_bytes());
    let written = String::from_utf8_lossy(dhcpd.leases_at_start()).into_owned();
    let kept: Vec<usize> = (0..9)
        .filter(|number| ["host", "group"].iter().any(|word| written.contains(&format!("{word} h{number} {{"))))
        .collect();
    let source = Source::from_bytes("leases", file.clone().into_bytes());
    let table = Table::read(&source, &Context::default(), 1, &|_| {}).expect("it is in memory");
    let ours: Vec<u64> = table.blocks().iter().map(|placed| placed.place.line - 1).collect();
    assert_eq!(kept, [0, 1, 2, 3, 6, 8]);
    assert_eq!(ours, [0, 1, 2, 3, 6, 8]);
    assert_eq!(table.damage().count, 8, "{:?}", table.damage().mistakes);
    let site = Site::new(CONF, file);
    let free = site.answer("free 10.30.0.0/24 --pool in --output plain --columns address");
    for taken in ["10.30.0.10\n", "10.30.0.11\n", "10.30.0.13\n", "10.30.0.18\n"] {
        assert!(!free.out.contains(taken), "{taken}{}", free.out);
    }
}

#[test]
fn a_statement_of_an_association_that_dhcpd_cannot_read_costs_what_we_say() {
    require_programs();
    // In the association, in its address, what stands for the address, and whether dhcpd loses the block.
    let odd = [
        ("", "", "iaaddr 2001:db8::", false),
        ("foo bar;", "", "iaaddr 2001:db8::", true),
        ("cltt 2 2027/12/01;", "", "iaaddr 2001:db8::", false),
        ("", "foo bar;", "iaaddr 2001:db8::", false),
        ("", "ends 2 2027/12/01;", "iaaddr 2001:db8::", false),
        ("", "preferred-life x;", "iaaddr 2001:db8::", false),
        ("", "max-life 5 x;", "iaaddr 2001:db8::", false),
        ("", "set after = \"x\";", "iaaddr 2001:db8::", false),
        ("", "set a = \"x\" y;", "iaaddr 2001:db8::", false),
        ("", "", "iaprefix 2001:db8::", true),
    ];
    let ia = |number: usize, more: &str, inner: &str, word: &str| {
        let length = if word.starts_with("iaprefix") { "/128" } else { "" };
        format!(
            "ia-na \"\\001\\000\\000\\000client{number:02}\" {{\n  cltt 1 2026/11/30 20:00:00;\n  {more}\n  \
             {word}{number:x}{length} {{\n    binding state active;\n    preferred-life 7;\n    max-life 9;\n    ends 1 \
             2036/11/30 20:00:00;\n    {inner}\n  }}\n}}\n"
        )
    };
    let file: String = odd
        .iter()
        .enumerate()
        .map(|(at, (more, inner, word, _))| {
            let sound = |number| ia(number, "", "", "iaaddr 2001:db8::");
            ia(16 + at * 2, more, inner, word) + &sound(17 + at * 2)
        })
        .chain([ia(99, "", "", "iaaddr 2001:db8::")])
        .collect();
    let conf = "subnet6 2001:db8::/64 { range6 2001:db8::10 2001:db8::ff; }\n";
    let net = Net::new();
    net.add_address("2001:db8::1/64");
    let dhcpd = Dhcpd::start6_with(&net, conf, file.as_bytes());
    let written = String::from_utf8_lossy(dhcpd.leases_at_start()).into_owned();
    let source = Source::from_bytes("leases", file.into_bytes());
    let table = Table::read(&source, &Context::default(), 1, &|_| {}).expect("it is in memory");
    for (at, (more, inner, word, costs_block)) in odd.into_iter().enumerate() {
        let first = (at * 22) as u64 + 1;
        let said = table.damage().mistakes.iter().find(|mistake| (first..first + 11).contains(&mistake.place.line));
        let is_lost = matches!(said.map(|mistake| mistake.loss), Some(Loss::Until(line)) if line > first + 11);
        assert_eq!(is_lost, costs_block, "{more}{inner}{word}: {said:?}");
        for (number, is_there) in [(16 + at * 2, !costs_block), (17 + at * 2, !costs_block)] {
            assert_eq!(written.contains(&format!("client{number:02}\" {{")), is_there, "{more}{inner}{word} {number}");
        }
    }
}

/// Damage behind or late in the block of 11, which dhcpd may keep.
fn is_optional(name: &str) -> bool {
    name.contains("between") || matches!(name, "255 in a block" | "no opening quote")
}

#[test]
fn an_unquoted_name_is_read_as_dhcpd_reads_it() {
    require_programs();
    let names = ["pc20.example.org", "pc21", "a.b.", "-a-", "10.1.2.3", "12", "lease", "hardware"];
    let file: String = (11..).zip(names).map(|(last, name)| lease(last, "", name, "}\n")).collect();
    let site = Site::new(CONF, &file);
    let shown = site.answer("leases --output plain --columns hostname");
    assert_eq!((shown.out.lines().collect::<Vec<_>>(), shown.err.as_str()), (names.to_vec(), ""));
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, CONF, file.as_bytes());
    let written = String::from_utf8_lossy(dhcpd.leases_at_start()).into_owned();
    for (last, name) in (11..).zip(names) {
        let block = written.split(&format!("lease 10.30.0.{last} {{")).nth(1).and_then(|rest| rest.split('}').next());
        let expected = format!("client-hostname \"{name}\";");
        assert!(block.is_some_and(|block| block.contains(&expected)), "expected {expected}, got {block:?}");
    }
    let free = site.answer("free 10.30.0.0/24 --pool in --output plain --columns address");
    assert_eq!(free.out, "10.30.0.20\n10.30.0.19\n10.30.0.10\n");
}

#[test]
fn damage_of_dhcpv6_is_damage_of_its_addresses() {
    let conf = "subnet6 2001:db8::/64 { range6 2001:db8::10 2001:db8::13; }\n";
    let ia = |last: u8, end: &str| {
        format!(
            "ia-na \"\\001\\000\\000\\000client{last}\" {{\n  cltt 1 2026/11/30 20:00:00;\n  iaaddr 2001:db8::{last} {{\n    \
             binding state active;\n    ends 1 2036/11/30 20:00:00;\n  }}\n{end}"
        )
    };
    let site = Site::new(conf, ia(10, "}\n") + &ia(11, "") + &ia(12, "}\n"));
    site.check(
        "free 2001:db8::/64 --pool in --output plain --columns address",
        1,
        &["2001:db8::13\n"],
        &["another block"],
    );
    let free = site.answer("free 2001:db8::/64 --pool in --output plain --columns address");
    assert_eq!(free.out, "2001:db8::13\n");
    site.check("find 2001:db8::11", 1, &["damaged: this block", "nobody can tell"], &["another block"]);
}

#[test]
fn a_last_block_that_is_being_written_is_no_remark() {
    let whole = sound(10) + &sound(11);
    let cut = whole.len() - 30;
    let site = Site::new(CONF, &whole[..cut]);
    let leases = site.folder.join("leases");
    std::thread::scope(|scope| {
        let rest = &whole[cut..];
        scope.spawn(move || {
            use std::io::Write;
            std::thread::sleep(std::time::Duration::from_millis(150));
            let mut file = std::fs::OpenOptions::new().append(true).open(leases).expect("it is there");
            file.write_all(rest.as_bytes()).expect("there is room");
        });
        site.check("leases --output plain --columns address", 0, &["10.30.0.10\n10.30.0.11\n"], &[]);
    });
    // One that nobody goes on with is remarked on.
    let site = Site::new(CONF, &whole[..cut]);
    site.check(
        "leases --output plain --columns address",
        0,
        &["10.30.0.10\n"],
        &["leases:9: the last block is only half"],
    );
}
