//! What `free` offers, and what `watch` sees.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::site::Site;
use crate::support::OURS;

const CONF: &str =
    "subnet 10.30.0.0 netmask 255.255.255.0 { range 10.30.0.10 10.30.0.14; range 10.30.0.20 10.30.0.21; }\n";

/// What is said wherever an address of a pool is offered.
const REMARK: &str = "dhcpd may give out an address of a pool at any moment";

fn ended(last: u8, day: u8) -> String {
    format!(
        "lease 10.30.0.{last} {{\n  starts 1 2025/11/{day:02} 20:00:00;\n  ends 1 2025/11/{day:02} 21:00:00;\n  binding state free;\n}}\n"
    )
}

fn active(last: u8) -> String {
    format!(
        "lease 10.30.0.{last} {{\n  starts 1 2026/11/30 20:00:00;\n  ends 1 2036/11/30 20:00:00;\n  binding state active;\n}}\n"
    )
}

/// A real dhcpd gives out .14 and so on up before .11, .20 and .13, in this order.
#[test]
fn addresses_of_pools_come_in_the_order_in_which_dhcpd_takes_them_last() {
    let site = Site::new(CONF, ended(11, 5) + &ended(20, 9) + &ended(13, 20) + &active(12));
    let words = "free 10.30.0.0/24 --pool in --output plain --columns address";
    let expected = "10.30.0.13\n10.30.0.20\n10.30.0.11\n10.30.0.21\n10.30.0.14\n10.30.0.10\n";
    site.check(words, 0, &[expected], &[REMARK]);
    site.check("free 10.30.0.0/24 --pool in -n 1 --output plain --columns address", 0, &["10.30.0.13\n"], &[REMARK]);
    site.check("free 10.30.0.0/24 --pool out -n 1 --output plain --columns address", 0, &["10.30.0.1\n"], &[]);
    // What dhcpd leaves alone comes first.
    site.check("free 10.30.0.0/24 -n 1 --output plain --columns address", 0, &["10.30.0.1\n"], &[]);
}

#[test]
fn what_is_given_out_during_the_pings_is_not_offered() {
    let site = Site::new(CONF, ended(11, 5) + &ended(13, 20));
    let folder = site.folder.join("bin");
    fs::create_dir(&folder).expect("a folder of our own");
    let ping = folder.join("ping");
    // It stands for the network: nobody answers, and dhcpd gives out the address meanwhile.
    let script = format!(
        "#!/bin/sh\nfor last; do :; done\nif [ $last = 10.30.0.13 ]; then\ncat >>'{}' <<'END'\n{}END\nfi\nexit 1\n",
        site.folder.join("leases").display(),
        active(13)
    );
    fs::write(&ping, script).expect("a file of our own");
    fs::set_permissions(&ping, fs::Permissions::from_mode(0o755)).expect("our own file");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let words =
        ["free", "10.30.0.0/24", "--pool", "in", "-n", "1", "--ping", "--output", "plain", "--columns", "address"];
    let answer = site.answer_of(site.run(&words).environment("PATH", path));
    assert_eq!(answer.out, "10.30.0.11\n", "{}", answer.err);
}

/// dhcpd appends to its file, writes a new one and puts it in the old one's place: all between two looks.
#[test]
fn watch_reads_the_old_file_to_its_end() {
    let site = Site::new(CONF, ended(11, 5));
    let leases = site.folder.join("leases");
    let out = fs::File::create(site.folder.join("out")).expect("a file of our own");
    let mut child = Command::new(OURS)
        .args(["watch", "--output", "plain", "--columns", "address,state"])
        .arg("--conf")
        .arg(site.folder.join("conf"))
        .arg("--leases")
        .arg(&leases)
        .stdout(out)
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let seen = || fs::read_to_string(site.folder.join("out")).unwrap_or_default();
    let wait = |part: &str| {
        let limit = Instant::now() + Duration::from_secs(20);
        while !seen().contains(part) && Instant::now() < limit {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    // It is known to follow when it has told of a change.
    let mut file = fs::OpenOptions::new().append(true).open(&leases).expect("it is there");
    file.write_all(active(10).as_bytes()).expect("there is room");
    wait("10.30.0.10");
    let mut text = fs::read_to_string(&leases).expect("it is there");
    for round in 0..20_u8 {
        // A lease that comes and is over by the time of the new file, which no longer has it.
        file.write_all(active(100 + round).as_bytes()).expect("there is room");
        text += &ended(200 + round, 7);
        fs::write(site.folder.join("new"), &text).expect("there is room");
        fs::rename(site.folder.join("new"), &leases).expect("our own file");
        file = fs::OpenOptions::new().append(true).open(&leases).expect("it is there");
        wait(&format!("10.30.0.{}", 200 + round));
    }
    child.kill().expect("our own child");
    child.wait().expect("our own child");
    let missing: Vec<u8> = (100..120).filter(|last| !seen().contains(&format!("10.30.0.{last}\tactive"))).collect();
    assert!(missing.is_empty(), "changes before a rewrite that were not told: {missing:?}\n{}", seen());
}
