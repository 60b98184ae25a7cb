//! What `omsh export` writes, read by those it is written for: the real omshell and ours beside a real dhcpd, `dhcpd -t`,
//! JSON and CSV readers. `tests/export_kea.rs` has Kea.

mod support;

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use support::dhcpd::Dhcpd;
use support::judge::judge;
use support::net::Net;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

#[path = "../benches/lease_file/mod.rs"]
mod lease_file;

/// The server that things are made on: nothing but a network.
const EMPTY: &str = "omapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n";

/// Hosts and groups of both files, with all that they can have, and names that mean no good.
const CONF: &str = r#"
omapi-port 7911;
subnet 10.1.0.0 netmask 255.255.0.0 { option routers 10.1.0.1; }
group named {
  option domain-name "in.example";
  host inside { hardware ethernet 02:00:00:00:01:01; fixed-address 10.1.1.21; }
}
host plain { hardware ethernet 02:00:00:00:01:02; fixed-address 10.1.1.22; }
host several {
  hardware token-ring 02:00:00:00:01:03;
  option dhcp-client-identifier 01:02:ff;
  fixed-address 10.1.1.23, 10.1.1.24;
  deny booting;
  filename "a;b,'=c";
  option domain-name-servers 10.1.0.1, 10.1.0.2;
  if exists user-class { filename "c"; } else { option host-name "d e"; }
}
host -minus { hardware ethernet 02:00:00:00:01:04; option dhcp-client-identifier "01:02"; }
"#;

const LEASES: &str = r#"
group lg {
  dynamic;
  supersede server.filename = "=1+1";
}
host by-omapi {
  dynamic;
  hardware ethernet 02:00:00:00:02:01;
  uid "text:\303\251";
  fixed-address 10.1.1.31;
  group "lg";
  supersede host-name = "'=HYPERLINK(1)";
}
host plain {
  dynamic;
  deleted;
}
"#;

/// `omsh export` with these words, on files of that content.
fn export(words: &[&str], conf: &str, leases: &str) -> Outcome {
    let folder = Scratch::new();
    fs::write(folder.join("dhcpd.conf"), conf).expect("a file of our own");
    fs::write(folder.join("dhcpd.leases"), leases).expect("a file of our own");
    let files = ["--conf".into(), folder.join("dhcpd.conf"), "--leases".into(), folder.join("dhcpd.leases")];
    Run::ours().named("omsh").arguments(["export"]).arguments(words).arguments(files).alone()
}

/// The same where nothing is to be missing.
fn whole(words: &[&str], conf: &str, leases: &str) -> String {
    let outcome = export(words, conf, leases);
    assert_eq!(outcome.end, End::Exit(0), "{words:?}: {}", String::from_utf8_lossy(&outcome.stderr));
    String::from_utf8(outcome.stdout).expect("text")
}

#[test]
fn a_script_makes_the_same_on_a_fresh_dhcpd() {
    let script = whole(&[], CONF, LEASES);
    assert!(script.starts_with("connect\nnew group\nset name = \"named\"\n"), "{script}");
    for word in ["server ", "port ", "key "] {
        assert!(!script.lines().any(|line| line.starts_with(word)), "{script}");
    }
    for run in [Run::omshell(), Run::ours().named("omsh").arguments(["-f", "-"])] {
        let net = Net::new();
        let dhcpd = Dhcpd::start(&net, EMPTY, b"");
        let outcome = run.stdin(script.clone()).within(&net);
        assert_eq!(outcome.end, End::Exit(0), "{}", String::from_utf8_lossy(&outcome.stdout));
        let leases = String::from_utf8(dhcpd.leases()).expect("text");
        let again = whole(&[], EMPTY, &leases);
        assert_eq!(again, script, "{}", String::from_utf8_lossy(&outcome.stdout));
    }
}

#[test]
fn declarations_are_those_that_dhcpd_takes() {
    let declarations = whole(&["--format", "dhcpd"], CONF, LEASES);
    let conf = format!("{EMPTY}{declarations}");
    let judgement = judge("-4", &conf, None);
    assert!(judgement.sound, "{conf}\n{}", judgement.log);
    assert_eq!(whole(&["--format", "dhcpd"], &conf, ""), declarations);
    assert_eq!(whole(&[], &conf, ""), whole(&[], CONF, LEASES));
}

#[test]
fn what_dhcpd_would_write_amiss_is_whole_in_all_formats_but_over_omapi() {
    let conf = r#"
option space vendor;
option vendor.colour code 1 = text;
option own code 200 = text;
host wds { hardware ethernet 02:00:00:00:00:01; filename "boot\\x64\\wdsnbp.com"; option own "x"; }
"#;
    let declarations = whole(&["--format", "dhcpd"], conf, "");
    assert!(declarations.contains(r#"filename = "boot\\x64\\wdsnbp.com";"#), "{declarations}");
    let again = format!("{EMPTY}{declarations}");
    let judgement = judge("-4", &again, None);
    assert!(judgement.sound, "{again}\n{}", judgement.log);
    assert_eq!(whole(&["--format", "dhcpd"], &again, ""), declarations);
    let rows: serde_json::Value = serde_json::from_str(&whole(&["--format", "json"], conf, "")).expect("JSON");
    assert_eq!(rows[0]["statements"], r#"supersede server.filename = "boot\\x64\\wdsnbp.com"; supersede own = "x";"#);
    let outcome = export(&["--format", "omshell"], conf, "");
    assert_eq!(outcome.end, End::Exit(1));
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert!(said.contains("dhcpd.conf:5: the host `wds` is written without its statements"), "{said}");
}

#[test]
fn expressions_and_texts_that_dhcpd_writes_otherwise_once_more_are_whole() {
    let conf = r#"
host nested { hardware ethernet 02:00:00:00:00:01; on commit { set x = concat("a", concat("b", hardware)); } }
host odd { hardware ethernet 02:00:00:00:00:02; on commit { execute("a\nb  ", "\377"); } }
"#;
    let rows: serde_json::Value = serde_json::from_str(&whole(&["--format", "json"], conf, "")).expect("JSON");
    assert!(rows[0]["statements"].as_str().is_some_and(|text| text.contains("hardware")), "{rows}");
    assert!(rows[1]["statements"].as_str().is_some_and(|text| text.contains(r#"execute ("a\012b  ", ff)"#)), "{rows}");
    let declarations = whole(&["--format", "dhcpd"], conf, "");
    let judgement = judge("-4", &format!("{EMPTY}{declarations}"), None);
    assert!(judgement.sound, "{declarations}\n{}", judgement.log);
    assert_eq!(whole(&["--format", "dhcpd"], &declarations, ""), declarations);
}

#[test]
fn a_group_that_a_client_of_omapi_has_removed_is_gone() {
    let conf = "group declared { filename \"x\"; }\ngroup stays { filename \"y\"; }\n";
    let made = "group made {\n  dynamic;\n  supersede server.filename = \"m\";\n}\n";
    let deleted = |name: &str| format!("group {name} {{\n  dynamic;\n  deleted;\n}}\n");
    let leases = format!("{made}{}{}{}", deleted("declared"), deleted("made"), made.replace("made", "again"));
    let rows: serde_json::Value = serde_json::from_str(&whole(&["--format", "json"], conf, &leases)).expect("JSON");
    let names: Vec<&str> = rows.as_array().expect("rows").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["stays", "again"]);
}

#[test]
fn declarations_of_dhcpv6_are_those_that_dhcpd_takes() {
    let conf = "subnet6 2001:db8::/32 { }\n\
                host a { host-identifier option dhcp6.client-id 00:01:00:01:02; fixed-address6 2001:db8::5; fixed-prefix6 2001:db8:1::/48; }\n";
    let declarations = whole(&["--format", "dhcpd"], conf, "");
    let again = format!("subnet6 2001:db8::/32 {{ }}\n{declarations}");
    let judgement = judge("-6", &again, None);
    assert!(judgement.sound, "{again}\n{}", judgement.log);
    assert_eq!(whole(&["--format", "dhcpd"], &again, ""), declarations);
    for (words, part) in [(&[][..], "OMAPI does not have"), (&["--format", "csv"], "there is no column")] {
        let outcome = export(words, conf, "");
        assert_eq!(outcome.end, End::Exit(1));
        assert!(String::from_utf8_lossy(&outcome.stderr).contains(part), "{words:?}");
    }
}

#[test]
fn json_has_every_text_as_it_is() {
    let expected = serde_json::json!([
        entry("group", "named", None, None, &[], None, Some("supersede domain-name = \"in.example\";")),
        entry("group", "lg", None, None, &[], None, Some("supersede server.filename = \"=1+1\";")),
        entry("host", "inside", Some(("02:00:00:00:01:01", 1)), None, &["10.1.1.21"], Some("named"), None),
        entry(
            "host",
            "several",
            Some(("02:00:00:00:01:03", 6)),
            Some("01:02:ff"),
            &["10.1.1.23", "10.1.1.24"],
            None,
            Some(
                "supersede server.allow-booting = 00; supersede server.filename = \"a;b,'=c\"; supersede \
                 domain-name-servers = concat (0a:01:00:01, 0a:01:00:02); if exists user-class { supersede \
                 server.filename = \"c\"; } else { supersede host-name = \"d e\"; }"
            )
        ),
        entry("host", "-minus", Some(("02:00:00:00:01:04", 1)), Some("text:01:02"), &[], None, None),
        entry(
            "host",
            "by-omapi",
            Some(("02:00:00:00:02:01", 1)),
            Some("74:65:78:74:3a:c3:a9"),
            &["10.1.1.31"],
            Some("lg"),
            Some("supersede host-name = \"'=HYPERLINK(1)\";")
        ),
    ]);
    let json = whole(&["--format", "json"], CONF, LEASES);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).expect("JSON"), expected);
    assert_eq!(json.lines().count(), 6 + 2, "an entry a line");
    let lines = whole(&["--format", "jsonl"], CONF, LEASES);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(serde_json::Value::from(lines), expected);
    let keys = r#"{"kind":"group","name":"named","mac":null,"hardware_type":null,"client_id":null,"addresses":[],"group":null,"statements":"#;
    assert!(json.contains(keys), "{json}");
}

fn entry(
    kind: &str,
    name: &str,
    hardware: Option<(&str, u8)>,
    client_id: Option<&str>,
    addresses: &[&str],
    group: Option<&str>,
    statements: Option<&str>,
) -> serde_json::Value {
    serde_json::json!({
        "kind": kind, "name": name, "mac": hardware.map(|(mac, _)| mac),
        "hardware_type": hardware.map(|(_, number)| number), "client_id": client_id, "addresses": addresses,
        "group": group, "statements": statements,
    })
}

/// Python's reader, and what is undone behind it: an apostrophe before what would be a formula, then escapes.
const READ_CSV: &str = r#"
import csv, json, re, sys
def plain(text):
    if re.match("'['  \u3000]*[-=+@＝＋－＠]", text):
        text = text[1:]
    return re.sub(r"\\(\\|n|t|x[0-9a-f]{2})", lambda m: {"\\": "\\", "n": "\n", "t": "\t"}.get(m[1]) or chr(int(m[1][1:], 16)), text)
rows = []
for row in csv.DictReader(sys.stdin):
    addresses = [plain(one) for one in row.pop("addresses").split(",")]
    row = {name: plain(text) or None for name, text in row.items()}
    row["addresses"] = [one for one in addresses if one]
    row["hardware_type"] = row["hardware_type"] and int(row["hardware_type"])
    rows.append(row)
json.dump(rows, sys.stdout)
"#;

#[test]
fn csv_has_the_same_as_json_for_whoever_undoes_its_escapes() {
    let hostile = r#"
host cmd { hardware ethernet 02:00:00:00:00:01; option dhcp-client-identifier "=1+1,2;3"; }
host at { option dhcp-client-identifier "a\\b\\x3b"; }
"#;
    let leases = LEASES.to_owned() + "host q { dynamic; uid \"say \\\"hi\\\"\"; supersede host-name = \"a,b\"; }\n";
    for conf in [CONF, &format!("{CONF}{hostile}")] {
        let csv = whole(&["--format", "csv"], conf, &leases);
        let mut python = Command::new(support::PYTHON)
            .args(["-c", READ_CSV])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        python.stdin.take().expect("piped").write_all(csv.as_bytes()).expect("it reads");
        let read = python.wait_with_output().expect("it ends").stdout;
        let read: serde_json::Value = serde_json::from_slice(&read).expect("JSON");
        let json = whole(&["--format", "json"], conf, &leases);
        assert_eq!(read, serde_json::from_str::<serde_json::Value>(&json).expect("JSON"), "{csv}");
        let head = csv.lines().next().expect("a head");
        assert_eq!(head, "kind,name,mac,hardware_type,client_id,addresses,group,statements");
        let formulas = csv.lines().flat_map(|line| line.split(',')).filter(|field| field.starts_with(['=', '+', '@']));
        assert_eq!(formulas.collect::<Vec<_>>(), [""; 0], "{csv}");
    }
}

const ACTIVE: &str = "lease 10.1.2.1 { starts epoch 1764000000; ends never; binding state active; hardware ethernet 02:00:00:00:03:01; client-hostname \"a\\351\\033[0m\"; }\n";

#[test]
fn leases_are_those_in_effect_in_the_files_order() {
    let leases = format!(
        "lease 10.1.2.1 {{ starts epoch 1764000000; ends never; binding state active; hardware ethernet 2:0:0:0:0:9; }}\n\
         lease 10.1.2.2 {{ binding state free; }}\n{ACTIVE}"
    );
    let addresses = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .map(|row| {
                assert_eq!(row["kind"], "lease");
                format!("{} {}", row["address"].as_str().expect("text"), row["mac"].as_str().unwrap_or_default())
            })
            .collect()
    };
    let all = whole(&["--what", "leases", "--format", "jsonl"], CONF, &leases);
    assert_eq!(addresses(&all), ["10.1.2.2 ", "10.1.2.1 02:00:00:00:03:01"]);
    let active = whole(&["--what", "leases", "--format", "jsonl", "state=active", "mac=02:00"], CONF, &leases);
    assert_eq!(addresses(&active), ["10.1.2.1 02:00:00:00:03:01"]);
    // As `omsh leases` has them, behind `kind`.
    let csv = whole(&["--what", "leases", "--format", "csv"], CONF, &leases);
    assert!(csv.starts_with("kind,address,state,mac,hostname,ends,"), "{csv}");
    let mixed = whole(&["--what", "hosts,leases", "--format", "json"], CONF, &leases);
    let mixed: serde_json::Value = serde_json::from_str(&mixed).expect("JSON");
    assert_eq!(mixed.as_array().expect("an array").len(), 4 + 2);

    let file = whole(&["--what", "leases", "--format", "dhcpd"], CONF, &leases);
    assert!(file.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')), "{file}");
    let judgement = judge("-4", EMPTY, Some(&file));
    assert!(judgement.sound, "{}", judgement.log);
    assert_eq!(whole(&["--what", "leases", "--format", "dhcpd"], CONF, &file), file);
    let net = Net::new();
    let pools = "subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.2.1 10.1.2.9; }\n";
    let dhcpd = Dhcpd::start(&net, pools, file.as_bytes());
    assert!(dhcpd.log().contains("Wrote 1 leases to leases file."), "{}", dhcpd.log());
    let loaded = String::from_utf8(dhcpd.leases()).expect("text");
    let again = whole(&["--what", "leases", "--format", "jsonl", "state=active"], CONF, &loaded);
    assert_eq!(addresses(&again), ["10.1.2.1 02:00:00:00:03:01"]);
}

#[test]
fn leases_of_dhcpv6_have_rows_too() {
    let leases = "ia-na \"\\001\\000\\000\\000\\000\\003\\000\\001\\002\\000\\000\\000\\000\\001\" { cltt epoch 1764000000; iaaddr 2001:db8::9 { binding state active; preferred-life 9; max-life 9; ends never; } }\n";
    let rows = whole(&["--what", "leases", "--format", "jsonl", "-6"], "", leases);
    let row: serde_json::Value = serde_json::from_str(&rows).expect("one line of JSON");
    assert_eq!((&row["kind"], &row["address"]), (&"lease".into(), &"2001:db8::9".into()));
    assert_eq!(row["association"], "ia-na");
}

#[test]
fn what_is_asked_for_in_vain_is_said() {
    for (words, status, part) in [
        (&["--what", "leases"][..], 2, "no client of OMAPI can make a lease"),
        (&["--what", "hosts,leases", "--format", "csv"], 2, "export each by itself, or as jsonl"),
        (&["--what", "hosts,leases", "--format", "dhcpd"], 2, "each by itself"),
        (&["--what", "hosts,leases", "--format", "kea"], 2, "each by itself"),
        (&["--what", "groups", "--format", "kea"], 2, "Kea has no groups"),
        (&["-6"], 2, "OMAPI has no hosts of DHCPv6"),
        (&["name=nobody"], 1, "nothing is like that"),
        (&["colour=red"], 2, "`colour` is no criterion"),
        (&["name=in-bare"], 1, "the group `bare` is left out: a group needs at least one statement"),
        (&["name=in-bare"], 1, "the host `in-bare` is written without its group `bare`"),
        (&["--format", "xml"], 2, "possible values: omshell, csv, json, jsonl, dhcpd, kea"),
    ] {
        let bare = "group bare { dynamic; }\nhost in-bare { dynamic; group \"bare\"; }\n";
        let outcome = export(words, CONF, &format!("{LEASES}{bare}"));
        let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert_eq!(outcome.end, End::Exit(status), "{words:?}: {said}");
        assert!(said.contains(part), "{words:?}: {said}");
    }
    // Groups that no wanted host names are not wanted either.
    assert_eq!(whole(&["name=inside", "--format", "jsonl"], CONF, LEASES).lines().count(), 2);
    let no_text = "host \"b\\351d\" { }\n".replace("\"b\\351d\"", "b");
    assert_eq!(whole(&["--format", "jsonl"], &no_text, "").lines().count(), 1);
}

#[test]
fn a_group_that_cannot_be_named_is_left_out_and_no_host_names_it() {
    let group = r#"group "a\"b" { dynamic; supersede server.filename = "x"; }"#;
    let host = r#"host h { dynamic; hardware ethernet 02:00:00:00:00:01; group "a\"b"; }"#;
    for (format, why) in [("dhcpd", "is not among what is exported"), ("omshell", "cannot be made over OMAPI")] {
        let outcome = export(&["--format", format], EMPTY, &format!("{group}\n{host}\n"));
        let [written, said] =
            [&outcome.stdout, &outcome.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(outcome.end, End::Exit(1), "{said}");
        assert!(said.contains("the group `a\"b` is left out") && said.contains(why), "{said}");
        assert!(written.contains("02:00:00:00:00:01") && !written.contains("group"), "{written}");
        if format == "dhcpd" {
            let conf = format!("{EMPTY}{written}");
            let judgement = judge("-4", &conf, None);
            assert!(judgement.sound, "{conf}\n{}", judgement.log);
        }
    }
}

#[test]
fn what_a_host_has_from_a_group_without_a_name_goes_with_it() {
    let conf = format!("{CONF}group {{ filename \"x\"; host unnamed {{ hardware ethernet 2:0:0:0:0:8; }} }}\n");
    let row: serde_json::Value =
        serde_json::from_str(&whole(&["name=unnamed", "--format", "jsonl"], &conf, "")).expect("one line of JSON");
    assert_eq!(row["statements"], "supersede server.filename = \"x\";");
}

/// Peak memory of an export of so many blocks, in KiB, and how many lines it has.
fn peak(blocks: u64, folder: &Path, format: &str) -> (u64, usize) {
    let path = folder.join(format!("{blocks}.leases"));
    let mut file = BufWriter::new(fs::File::create(&path).expect("a file of our own"));
    lease_file::write(blocks, &mut file).and_then(|()| file.flush()).expect("room for the file");
    drop(file);
    let out = folder.join("out");
    let mut child = Command::new("sh")
        .args(["-c", "exec \"$@\" >\"$0\""])
        .arg(&out)
        .args([support::OURS, "export", "--what", "leases", "--format", format, "--leases"])
        .arg(&path)
        .arg("--conf=/dev/null")
        .stdin(Stdio::null())
        .spawn()
        .expect("sh runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("our own child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
        peak = peak.max(now);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(child.wait().expect("it has ended").success());
    let lines = fs::read(&out).expect("what it wrote").iter().filter(|byte| **byte == b'\n').count();
    (peak, lines)
}

#[test]
fn an_export_of_leases_takes_no_more_memory_for_more_of_them() {
    const SMALL: u64 = 60_000;
    const LARGE: u64 = 600_000;
    /// KiB that are between them at most: as many leases take 4,300 more where they are held.
    const ROOM: u64 = 1_500;
    let folder = Scratch::new();
    let (small, lines) = peak(SMALL, folder.path(), "jsonl");
    assert_eq!(lines, 20_000);
    let (large, lines) = peak(LARGE, folder.path(), "jsonl");
    assert_eq!(lines, 200_000);
    assert!(large < small + ROOM, "{small} KiB for 20,000 leases, {large} KiB for 200,000");
}
