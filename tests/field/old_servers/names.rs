//! An algorithm has one name in all its spellings, and a key all its files.

use std::fs;

use super::Place;
use crate::old_dhcpd::{OldDhcpd, SECRET, Version};
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::Run;

const ALL: [&str; 6] = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

fn spellings(name: &str) -> [String; 5] {
    [
        name.to_uppercase(),
        format!("{}.SIG-ALG.REG.INT", name.to_uppercase()),
        format!("{name}.sig-alg.reg.int"),
        format!("{name}.SIG-ALG.REG.INT."),
        format!("{}.Sig-Alg.Reg.Int", name.to_uppercase()),
    ]
}

/// Live commands with a dhcpd.conf and with key files, `check`, imports and rehearsals, beside a real dhcpd.
#[test]
fn every_spelling_is_the_same_algorithm_beside_a_real_dhcpd() {
    let net = Net::new();
    let place = Place::new();
    for (at, name) in ALL.into_iter().enumerate() {
        let spelling = &spellings(name)[1 + at % 4];
        let key = format!("key omapi_key {{ algorithm {spelling}; secret \"{SECRET}\"; }}\n");
        let conf = format!(
            "{key}omapi-key omapi_key;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ range 10.1.1.10 \
             10.1.1.20; }}\nhost static1 {{ hardware ethernet 00:11:22:33:44:55; fixed-address 10.1.2.5; }}\n"
        );
        let _dhcpd = Dhcpd::start(&net, &conf, b"");
        let conf_path = place.put("dhcpd.conf", &conf);
        place.put("dhcpd.leases", Version::V443.lease_file_header());
        let run = |words: &[&str]| Place::said(place.prepared(words, "").within(&net));
        run(&["host", "show", "static1"]).is(0, &["10.1.2.5"]);
        run(&["check"]).is(0, &[&format!("omapi_key, {name}")]).lacks(&["unknown"]);
        for (number, spelling) in spellings(name).iter().enumerate() {
            let file = place.put("one.key", key.replace(&spellings(name)[1 + at % 4], spelling));
            let without = ["--conf", "nonexistent/dhcpd.conf"];
            run(&[&["host", "show", "static1", "--key-file", &file][..], &without].concat()).is(0, &["10.1.2.5"]);
            let lines = place.put("two.key", format!("key-algorithm {spelling}\nkey omapi_key {SECRET}\n"));
            run(&[&["host", "show", "static1", "--key-file", &lines][..], &without].concat()).is(0, &["10.1.2.5"]);
            // The lines of scripts.
            let script = format!(
                "key-algorithm {spelling}\nkey omapi_key {SECRET}\nconnect\nnew host\nset name = \"static1\"\nopen\n"
            );
            run(&["-c", &script]).is(0, &["ip-address = 0a:01:02:05"]);
            // Settings of other programs.
            let settings = format!(
                ":server: 127.0.0.1\n:config: {conf_path}\n:key_name: omapi_key\n:key_secret: {SECRET}\n:key_algorithm: {spelling}\n"
            );
            let settings = place.put("dhcp_isc.yml", settings);
            let profile = format!("p{number}");
            run(&["profile", "import", &settings, "--name", &profile, "--force"]).is(0, &[]);
            run(&["profile", "test", &profile]).is(0, &["takes the key"]);
            run(&["check", "--proxy", &settings, "--leases", "nonexistent"])
                .is(2, &["with dhcpd's secret and algorithm"]);
            let table = place.put("passwd.csv", format!("#key,username\n\"omapi\",\"omapi_key\",\"{SECRET}\",,,,\n"));
            run(&["profile", "import", &table, "--name", "xcat", "--force", "--algorithm", spelling]).is(0, &[]);
            let made = fs::read_to_string(place.path(".config/omsh/xcat.key")).expect("a key");
            assert!(made.contains(&format!("algorithm {name};")), "{spelling}");
        }
        run(&["profile", "import", &conf_path, "--name", "conf", "--force"]).is(0, &[]);
        run(&["profile", "test", "conf"]).is(0, &["takes the key"]);
    }
}

/// omshell and ours find the key of a rehearsal whose dhcpd.conf has any spelling.
#[test]
fn a_rehearsal_knows_every_spelling() {
    use crate::support::rehearsal::RehearsalServer;
    let net = Net::new();
    for name in ALL {
        for spelling in spellings(name) {
            let conf = format!(
                "key k {{ algorithm {spelling}; secret {SECRET}; }}\nomapi-key k;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask \
                 255.255.0.0 {{ }}\nhost a {{ hardware ethernet 0:0:0:0:0:1; }}\n"
            );
            let rehearsal = RehearsalServer::start(&net, &conf, b"");
            let script =
                format!("key-algorithm {name}\nport 7911\nkey k {SECRET}\nconnect\nnew host\nset name = \"a\"\nopen\n");
            for program in [Run::omshell(), Run::ours()] {
                let said = program.stdin(script.as_str()).merged().within(&net);
                let said = String::from_utf8_lossy(&said.stdout).into_owned();
                assert!(said.contains("hardware-type = 00:00:00:01"), "{spelling}: {said}");
            }
            drop(rehearsal);
        }
    }
}

/// The drop-in's `key-algorithm` is omshell's.
#[test]
fn the_drop_in_reads_the_line_as_omshell_does() {
    for name in spellings("hmac-md5").iter().chain(&["hmac-md5.foo".to_owned(), "hmac-md5 x".to_owned()]) {
        let script = format!("key-algorithm {name}\n");
        let real = Run::omshell().stdin(script.as_str()).merged().alone();
        let ours = Run::ours().stdin(script.as_str()).merged().alone();
        assert_eq!(String::from_utf8_lossy(&ours.stdout), String::from_utf8_lossy(&real.stdout), "{name}");
    }
    let place = Place::new();
    place.run(&["-c", "key-algorithm HMAC-MD5.SIG-ALG.REG.INT\n"], "").is(0, &[]);
    place.run(&["-c", "key-algorithm hmac-md5.SIG-ALG.REG.INT. x\n"], "").is(2, &["extra information"]);
}

#[test]
fn binds_key_file_reads_the_private_one_beside_it() {
    let place = Place::new();
    let server = OldDhcpd::with_key(Version::V441);
    let port = server.port.to_string();
    let record = format!("omapi_key. IN KEY 512 3 157 {SECRET}\n");
    let private = format!("Private-key-format: v1.3\nAlgorithm: 157 (HMAC_MD5)\nKey: {SECRET}\nBits: AAA=\n");
    let public = place.put("Komapi_key.+157+12345.key", &record);
    let ask = |file: &str| {
        place.run(&["host", "show", "a", "--server", "127.0.0.1", "--port", &port, "--key-file", file], "")
    };
    ask(&public).is(2, &["Komapi_key.+157+12345.private", "cannot be used", "BIND"]).lacks(&[SECRET]);
    let other = place.put("Komapi_key.+157+12345.private", private);
    ask(&public).is(5, &["there is no host a"]);
    ask(&other).is(5, &["there is no host a"]);
    let words = ["host", "show", "a", "--explain", "--server", "127.0.0.1", "--port", &port, "--key-file", &public];
    place.run(&words, "").is(5, &[&format!("key: omapi_key (the option --key-file, in {other})")]);
    for record in [";; a comment\nomapi_key. 3600 IN KEY 512 3 157 AAAA AAAA\n", "omapi_key. KEY 512 3 157 AAAA\n"] {
        place.put("Komapi_key.+157+12345.key", record);
        ask(&public).is(5, &["there is no host a"]);
    }
    // The other one has a secret as well.
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).expect("ours");
    ask(&public).is(2, &["may read or change it"]);
}

#[test]
fn a_quoted_key_name_is_remarked() {
    let place = Place::new();
    let conf = |name: &str| {
        format!(
            "key k {{ algorithm hmac-md5; secret {SECRET}; }}\nomapi-port 7911;\n  OMAPI-key {name};\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ }}\n"
        )
    };
    let path = place.put("dhcpd.conf", conf("\"k\""));
    place
        .run(&["conf", "check", "--conf", &path], "")
        .is(0, &["dhcpd.conf:3: omapi-key has its name in quotes", "4.4.1", "omapi-key k;"]);
    let path = place.put("dhcpd.conf", conf("k"));
    place.run(&["conf", "check", "--conf", &path], "").is(0, &[]).lacks(&["quotes"]);
}

#[test]
fn a_smart_proxy_is_told_the_algorithm_that_it_needs() {
    let net = Net::new();
    let place = Place::new();
    let check = |conf: &str, said: &str| {
        let conf = place.put(
            "dhcpd.conf",
            format!("key k {{ algorithm {conf}; secret {SECRET}; }}\nomapi-key k;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ }}\n"),
        );
        let leases = place.put("dhcpd.leases", Version::V443.lease_file_header());
        let settings = place.put(
            "dhcp_isc.yml",
            format!(":config: {conf}\n:leases: {leases}\n:key_name: k\n:key_secret: {SECRET}\n{said}"),
        );
        let said = Place::said(place.prepared(&["check", "--output", "plain", "--proxy", &settings], "").within(&net));
        said.stdout.lines().find(|line| line.starts_with("proxy: key\t")).unwrap_or_default().to_owned()
    };
    assert!(check("hmac-sha256", ":key_algorithm: HMAC-SHA256\n").starts_with("proxy: key\tok\t"));
    assert!(check("hmac-md5", "").starts_with("proxy: key\tok\t"));
    let other = check("hmac-sha256", ":key_algorithm: HMAC-SHA512\n");
    assert!(other.contains("\tfailed\t") && other.contains("set `:key_algorithm: hmac-sha256` in "), "{other}");
    assert!(!other.contains("hmac-md5"), "{other}");
    let none = check("hmac-sha256", "");
    assert!(none.contains("set `:key_algorithm: hmac-sha256`") && none.contains("up to 3.10"), "{none}");
    let md5 = check("hmac-md5", ":key_algorithm: hmac-sha256\n");
    assert!(md5.contains("\tfailed\t") && md5.contains("set `:key_algorithm: hmac-md5`"), "{md5}");
}
