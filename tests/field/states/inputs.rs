//! What the commands say of small files from the field.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;
use crate::support::{OURS, confs};

const EXPIRED: [&str; 2] = [include_str!("failover-expired.conf"), include_str!("failover-expired.leases")];
const SECONDARY: [&str; 2] = [include_str!("failover-secondary.conf"), include_str!("failover-secondary.leases")];
const NO_ENDS: [&str; 2] = [include_str!("no-ends.conf"), include_str!("no-ends.leases")];

struct Files(Scratch);

impl Files {
    fn new([conf, leases]: [&str; 2]) -> Files {
        let folder = Scratch::new();
        fs::write(folder.join("conf"), conf).expect("a file of our own");
        fs::write(folder.join("leases"), leases).expect("a file of our own");
        Files(folder)
    }

    fn run(&self, line: &str) -> Outcome {
        let files = ["--conf".into(), self.0.join("conf"), "--leases".into(), self.0.join("leases")];
        Run::ours().named("omsh").arguments(line.split(' ').map(Into::into).chain(files)).alone()
    }

    fn rows(&self, line: &str) -> Vec<Value> {
        let outcome = self.run(&format!("{line} --output json"));
        match serde_json::from_slice(&outcome.stdout).expect("JSON") {
            Value::Array(rows) => rows,
            row => vec![row],
        }
    }

    fn free(&self, span: &str) -> Vec<String> {
        let rows = self.rows(&format!("free {span} --pool in"));
        rows.iter().map(|row| row["address"].as_str().expect("text").to_owned()).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn numbers(row: &Value, names: &[&str]) -> Vec<u64> {
    names.iter().map(|name| row[name].as_u64().unwrap_or_else(|| panic!("no number {name} in {row}"))).collect()
}

#[test]
fn expired_leases_stay_with_their_clients_until_the_partner_agrees() {
    let files = Files::new(EXPIRED);
    let pools = files.rows("pools");
    assert_eq!(numbers(&pools[0], &["defined", "used", "available", "waiting", "partner"]), [3, 0, 0, 3, 0]);
    let words = ["failover_peer", "failover_role", "failover_state"].map(|name| pools[0][name].as_str());
    assert_eq!(words, [Some("pair"), Some("primary"), Some("communications-interrupted")]);
    assert_eq!(files.free("10.30.0.80-10.30.0.82"), [""; 0]);
    for row in files.rows("leases 10.30.0.80-10.30.0.82") {
        assert_eq!((row["state"].as_str(), row["open_to"].as_str()), (Some("expired"), Some("client")), "{row}");
    }
    assert_eq!(files.rows("leases state=expired").len(), 3);
    // One address is looked up without the rest of the file, and its state is the same.
    assert_eq!(files.rows("leases 10.30.0.81")[0]["state"], "expired");
    let found = text(&files.run("find 10.30.0.81").stdout);
    assert!(found.contains("until the failover partner has agreed"), "{found}");
    let remark = text(&files.run("pools").stderr);
    assert!(remark.contains("failover peer pair: this server is in the state communications-interrupted"), "{remark}");
    let alarm = files.run("pools --warning 80 --critical 90");
    assert_eq!(alarm.end, End::Exit(2), "{}", text(&alarm.stdout));
    assert!(text(&alarm.stdout).starts_with("DHCP CRITICAL"), "{}", text(&alarm.stdout));
    let kea = Files::new(EXPIRED).run("export --format jsonl --what leases");
    assert!(text(&kea.stdout).contains("\"state\":\"expired\""), "{}", text(&kea.stdout));
}

#[test]
fn free_addresses_are_the_primarys_and_backup_ones_the_secondarys() {
    let files = Files::new(SECONDARY);
    let names = ["used", "available", "backup", "partner", "waiting"];
    assert_eq!(numbers(&files.rows("pools")[0], &names), [1, 1, 1, 2, 1]);
    assert_eq!(numbers(&files.rows("subnets")[0], &["available"]), [1]);
    assert_eq!(files.free("10.1.1.0/24"), ["10.1.1.13"]);
    let why = |address: &str| text(&files.run(&format!("find {address}")).stdout);
    assert!(!why("10.1.1.13").contains("kept for the failover peer"), "{}", why("10.1.1.13"));
    assert!(why("10.1.1.10").contains("the failover partner's to give out"), "{}", why("10.1.1.10"));
    assert!(why("10.1.1.10").contains("this server is the secondary"), "{}", why("10.1.1.10"));
    let gauges = text(&files.run("pools --output prometheus").stdout);
    assert!(gauges.contains("dhcpd_addresses_available{kind=\"all\",name=\"all networks\"} 1\n"), "{gauges}");
    let map = text(&files.run("map 10.1.1.0/24").stdout);
    assert!(map.contains("ppA.w"), "{map}");

    // The same file on the primary, where all is well, and the addresses are the other way round.
    let conf = SECONDARY[0].replace("secondary;", "primary; mclt 600; split 128;");
    let normal = SECONDARY[1].replace("communications-interrupted", "normal");
    let files = Files::new([&conf, &normal]);
    assert_eq!(numbers(&files.rows("pools")[0], &names), [1, 2, 1, 1, 1]);
    assert_eq!(files.free("10.1.1.0/24"), ["10.1.1.11", "10.1.1.10"]);
    assert!(text(&files.run("find 10.1.1.13").stdout).contains("kept for the failover peer"));
    let outcome = files.run("pools");
    assert_eq!(text(&outcome.stderr), "", "nothing is the matter");

    // Addresses that nobody has ever had are the primary's as well.
    let block = SECONDARY[1].lines().last().expect("the state of the pair");
    assert_eq!(numbers(&Files::new([SECONDARY[0], block]).rows("pools")[0], &names), [0, 0, 0, 5, 0]);
    assert_eq!(Files::new([SECONDARY[0], block]).free("10.1.1.0/24"), [""; 0]);
    assert_eq!(Files::new([&conf, block]).free("10.1.1.0/24").len(), 5);

    // A server that serves nobody has nothing to give.
    let recovers = Files::new([&conf, &normal.replace("my state normal", "my state recover")]);
    assert_eq!(numbers(&recovers.rows("pools")[0], &["used", "available"]), [1, 0]);
    assert!(text(&recovers.run("pools").stderr).contains("it answers no DHCP clients"));
}

#[test]
fn an_active_lease_without_an_end_is_active() {
    let files = Files::new(NO_ENDS);
    assert_eq!(numbers(&files.rows("pools")[0], &["used", "available"]), [1, 0]);
    assert_eq!(files.free("10.30.0.0/24"), [""; 0]);
    assert_eq!(files.rows("leases 10.30.0.80")[0]["state"], "active");
    let freed = NO_ENDS[1].replace("binding state active;", "binding state active;\n  next binding state free;");
    let files = Files::new([NO_ENDS[0], &freed]);
    assert_eq!(numbers(&files.rows("pools")[0], &["used", "available"]), [0, 1]);
    assert_eq!(files.rows("leases")[0]["state"], "free");
}

#[test]
fn reserved_free_leases_are_not_counted_as_available() {
    let conf = "subnet 10.30.0.0 netmask 255.255.255.0 { range 10.30.0.80 10.30.0.83; }";
    let leases = "lease 10.30.0.80 { ends epoch 5; binding state free; reserved; hardware ethernet 2:0:0:0:0:1; }\n\
                  lease 10.30.0.81 { ends epoch 5; binding state abandoned; }\n";
    let files = Files::new([conf, leases]);
    assert_eq!(numbers(&files.rows("pools")[0], &["used", "available", "reserved", "abandoned"]), [0, 2, 1, 1]);
    assert_eq!(files.free("10.30.0.0/24"), ["10.30.0.83", "10.30.0.82"]);
    // What is abandoned is given out when nothing else is left.
    let alarm = files.run("pools --warning 25 --critical 26");
    assert_eq!(alarm.end, End::Exit(1), "a quarter of the addresses is gone: {}", text(&alarm.stdout));
}

#[test]
fn watch_says_when_the_failover_state_changes() {
    let files = Files::new(SECONDARY);
    let conf = files.0.join("conf");
    let path = files.0.join("leases");
    let child = std::process::Command::new(OURS)
        .args(["watch", "--output", "jsonl", "--limit", "1", "--conf"])
        .arg(conf)
        .arg("--leases")
        .arg(&path)
        .env("HOME", files.0.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ours starts");
    std::thread::sleep(std::time::Duration::from_secs(1));
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("a file of our own");
    let block = "failover peer \"f\" state {\n  my state normal at epoch 1796000000;\n  partner state normal at epoch \
                 1796000000;\n}\nlease 10.1.1.11 {\n  starts epoch 5;\n  ends epoch 10;\n  binding state expired;\n  next \
                 binding state free;\n}\n";
    file.write_all(block.as_bytes()).expect("there is room");
    let output = child.wait_with_output().expect("it ends with the first row");
    let err = text(&output.stderr);
    assert!(err.contains("failover peer f: this server is in the state normal"), "{err}");
    assert!(text(&output.stdout).contains("\"state\":\"expired\""), "{}", text(&output.stdout));
}

#[test]
fn what_is_shared_is_told_from_what_is_not() {
    // One pool of two is shared; leases of the other one are free at once.
    let conf = confs::conf("failover")
        .replace("range 10.1.1.10 10.1.1.20; }", "range 10.1.1.10 10.1.1.20; } pool { range 10.1.1.40 10.1.1.41; }");
    let leases = "lease 10.1.1.40 { ends epoch 5; binding state active; next binding state expired; }\n\
                  lease 10.1.1.12 { ends epoch 5; binding state active; next binding state expired; }\n";
    let files = Files::new([&conf, leases]);
    let states: Vec<String> =
        files.rows("leases").iter().map(|row| row["state"].as_str().expect("text").to_owned()).collect();
    assert_eq!(states, ["free", "expired"]);
    assert_eq!(text(&files.run("pools").stderr), "", "it is taken to be normal");
}
