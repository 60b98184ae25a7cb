//! dhcpd as oracle for what we read in its lease file: it reads one, writes it anew as it starts, and what we read
//! in that has to be what we read in the first, but for what dhcpd changes by its rules.
//!
//! - `OMSH_BROWSE_FILES=N`: how many random files of each family (100).
//! - `OMSH_DIFF_SEED=N`: the files of that seed again; each run prints its seed.

mod browse_files;
mod browse_reading;
mod support;

use std::time::{Duration, Instant};

use browse_files::Files;
use browse_reading::{Reading, rules};
use omsh::dhcpd::Family;

use support::dhcpd::Dhcpd;
use support::net::Net;
use support::workers;

/// What the random ones do not have.
const BY_HAND: &str = r#"
lease 10.1.1.20 { starts 4 2026/11/19 20:00:00; ends never; binding state active; hardware ethernet 52:54:00:00:00:20; }
lease 10.1.1.21 { ends 4 2099/01/01 00:00:00; binding state active; uid "a"; client-hostname "a"; hardware ethernet 1:2:3:4:5:6; }
lease 10.1.1.22 { starts never; ends never; abandoned; }
lease 10.1.1.23 { binding state active; hardware ethernet 1:2:3:4:5:6; }
lease 10.1.1.24 { ends 4 1970/01/02 00:00:00; binding state active; next binding state free; hardware ethernet 1:2:3:4:5:7; }
lease 10.1.1.25 { uid "x\\\"y\000z"; client-hostname "two words"; starts UTC; hardware token-ring 1; }
lease 10.1.1.26 { set a = "b"; set a = "c"; set A = %4294967295; binding state active; ends never; hardware ethernet 1:2; }
lease 10.1.1.26 { }
host both { dynamic; hardware ethernet 1:2:3:4:5:6; fixed-address 10.1.1.9; }
host Capital { dynamic; hardware ethernet 1:2:3:4:5:8; }
host static1 { dynamic; deleted; }
"#;

/// The same for DHCPv6: of associations that have the same address, the last one has it.
const BY_HAND_6: &str = r#"
ia-na "\001\000\000\000\000\001\000\001aaaa" { cltt epoch 1795500000;
  iaaddr 2001:db8:0:1::105 { binding state active; preferred-life 1; max-life 2; ends never; }
  iaaddr 2001:db8:0:1::104 { binding state active; preferred-life 1; max-life 2; ends never; } }
ia-na "\002\000\000\000\000\001\000\001bbbb" { cltt epoch 1795500000;
  iaaddr 2001:db8:0:1::105 { binding state active; preferred-life 1; max-life 2; ends never; } }
"#;

/// Everything in which dhcpd's own file reads other than expected from the one that it read; empty when nothing does.
fn difference(files: &Files, net: &Net) -> String {
    let before = Reading::of(files.family, &files.conf, &files.leases);
    let dhcpd = match files.family {
        Family::V4 => Dhcpd::start(net, &files.conf, &files.leases),
        Family::V6 => {
            net.add_address("2001:db8::1/32");
            Dhcpd::start6_with(net, &files.conf, &files.leases)
        }
    };
    let rewritten = rules::before_timers(dhcpd.leases_at_start(), files);
    let after = Reading::of(files.family, &files.conf, rewritten);
    let expected = rules::apply(before, files);
    let report = expected.difference(&rules::of_both(after));
    match report.is_empty() {
        true => String::new(),
        false => format!(
            "{report}\ndhcpd.conf:\n{}\nbefore:\n{}\nafter:\n{}\ndhcpd said:\n{}",
            files.conf,
            files.leases.escape_ascii().to_string().replace("\\n", "\n"),
            String::from_utf8_lossy(rewritten),
            dhcpd.log()
        ),
    }
}

fn compare(all: impl Fn(u64) -> Files + Sync) {
    let count = browse_files::count("OMSH_BROWSE_FILES", 100);
    let indices: Vec<u64> = (0..count).collect();
    let reports = workers::share(&indices, |index, [net]| {
        let report = difference(&all(*index), net);
        (!report.is_empty()).then(|| format!("file {index}:\n{report}"))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {count} differ; the first:\n{}", failures.len(), failures[0]);
}

#[test]
fn random_lease_files_read_the_same_after_dhcpd_has_rewritten_them() {
    let seed = browse_files::seed();
    compare(|index| browse_files::any(seed, index));
}

#[test]
fn random_lease_files_of_dhcpv6_read_the_same_after_dhcpd_has_rewritten_them() {
    let seed = browse_files::seed();
    compare(|index| browse_files::any6(seed, index));
}

#[test]
fn lease_files_of_ours_read_the_same_after_dhcpd_has_rewritten_them() {
    let conf = support::confs::conf("base");
    let files = [support::confs::leases("in-use"), BY_HAND.as_bytes().to_vec()];
    let mut files: Vec<Files> = files
        .into_iter()
        .map(|leases| Files { family: Family::V4, conf: conf.clone(), leases, has_peer: false })
        .collect();
    let conf6 = "subnet6 2001:db8::/32 { range6 2001:db8:0:1::100 2001:db8:0:1::1ff; }\n".to_owned();
    files.push(Files { family: Family::V6, conf: conf6, leases: BY_HAND_6.into(), has_peer: false });
    let reports = workers::share(&files, |files, [net]| difference(files, net));
    for report in reports {
        assert!(report.is_empty(), "{report}");
    }
}

#[test]
fn addresses_of_dhcpv6_expire_whether_active_or_abandoned() {
    let record = |last: u8, state: &str, ends: i64| {
        format!(
            "ia-na \"\\000\\000\\000{last}\\000\\001\\000\\001abcd\" {{\n  cltt epoch 1700000000;\n  iaaddr 2001:db8:0:1::10{last} {{\n    \
             binding state {state};\n    preferred-life 375;\n    max-life 600;\n    ends epoch {ends};\n  }}\n}}\n"
        )
    };
    let (past, future) = (browse_files::now() - 1000, browse_files::now() + 1000);
    let leases = record(1, "active", past) + &record(2, "abandoned", past) + &record(3, "abandoned", future);
    let conf = "subnet6 2001:db8::/32 { range6 2001:db8:0:1::100 2001:db8:0:1::1ff; }\n";
    let net = Net::new();
    net.add_address("2001:db8::1/32");
    let dhcpd = Dhcpd::start6_with(&net, conf, leases.as_bytes());
    // A timer does it, as soon as dhcpd runs.
    let limit = Instant::now() + Duration::from_secs(5);
    let expired = || String::from_utf8_lossy(&dhcpd.leases()).matches("binding state expired").count();
    while expired() < 2 {
        assert!(Instant::now() < limit, "{}", String::from_utf8_lossy(&dhcpd.leases()));
        std::thread::sleep(Duration::from_millis(10));
    }
    let states = |leases: &[u8]| -> Vec<String> {
        let reading = Reading::of(Family::V6, conf, leases);
        reading.leases.values().map(|row| format!("{} {}", row["address"], row["state"])).collect()
    };
    assert_eq!(states(leases.as_bytes()), states(&dhcpd.leases()));
}
