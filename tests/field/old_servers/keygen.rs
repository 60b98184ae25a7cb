//! `keygen` chooses the algorithm by the server that the key is for, and `check` advises by the same.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{Place, Said};
use crate::old_dhcpd::Version;
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;

const SUBNET: &str = "subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.1.10 10.1.1.20; }\n";

impl Place {
    /// Makes a key; returns what was said, and the algorithm in the file.
    fn keygen(&self, words: &[&str]) -> (Said, String) {
        let file = self.path("made.key").display().to_string();
        let said = self.run(&[&["keygen", "--force", "--key-file", &file], words].concat(), "");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let algorithm = text.split_once("algorithm ").and_then(|(_, rest)| rest.split_once(';'));
        (said, algorithm.map(|(name, _)| name.to_owned()).unwrap_or_default())
    }
}

#[test]
fn the_header_of_the_lease_file_decides() {
    let place = Place::new();
    for version in Version::OLD {
        let leases = place.put("dhcpd.leases", version.lease_file_header());
        let (said, algorithm) = place.keygen(&[]);
        said.is(0, &["hmac-md5, since the server is dhcpd", version.name(), &leases, "before 4.4.3"]);
        assert_eq!(algorithm, "hmac-md5", "{}", version.name());
        // Whoever asks for another one gets it, with a warning.
        let (said, algorithm) = place.keygen(&["--algorithm", "hmac-sha256"]);
        said.is(0, &["warning", "will not work", version.name()]);
        assert_eq!(algorithm, "hmac-sha256");
        let (said, algorithm) = place.keygen(&["--algorithm", "HMAC-MD5.SIG-ALG.REG.INT"]);
        said.is(0, &[]).lacks(&["warning"]);
        assert_eq!(algorithm, "hmac-md5");
    }
    place.put("dhcpd.leases", Version::V443.lease_file_header());
    let (said, algorithm) = place.keygen(&[]);
    said.is(0, &["hmac-sha256, since the server is dhcpd 4.4.3-P1"]).lacks(&["warning"]);
    assert_eq!(algorithm, "hmac-sha256");
}

#[test]
fn the_option_comes_first_and_the_installed_dhcpd_last() {
    let place = Place::new();
    place.put("dhcpd.leases", Version::V443.lease_file_header());
    let (said, algorithm) = place.keygen(&["--for-version", "4.3.6"]);
    said.is(0, &["dhcpd 4.3.6 (--for-version)"]);
    assert_eq!(algorithm, "hmac-md5");
    place.put("dhcpd.leases", Version::V425.lease_file_header());
    let (said, algorithm) = place.keygen(&["--for-version", "isc-dhcpd-4.4.3-P1"]);
    said.is(0, &["4.4.3-P1 (--for-version)"]);
    assert_eq!(algorithm, "hmac-sha256");
    place.keygen(&["--for-version", "new"]).0.is(2, &["no version of dhcpd", "4.4.1"]);
    // Without a header it is the program that is asked, the first one in PATH.
    place.put("dhcpd.leases", "lease 10.0.0.1 {\n}\n");
    let program = place.put("bin/dhcpd", "#!/bin/sh\necho isc-dhcpd-4.2.5 >&2\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
    let file = place.path("second.key").display().to_string();
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let run = |words: &[&str]| {
        let words = [&["keygen", "--force", "--key-file", &file], words].concat();
        Place::said(place.prepared(&words, "").environment("PATH", &path).alone())
    };
    run(&[]).is(0, &["hmac-md5, since the server is dhcpd 4.2.5", &program]);
    // One that does not answer is not waited for.
    place.put("bin/dhcpd", "#!/bin/sh\nexec sleep 60\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
    run(&[]).is(0, &["hmac-sha256, since the server's version is unknown", "--algorithm hmac-md5", "Foreman"]);
    // The files and programs of this machine say nothing of a server that is another one.
    place.put(".config/omsh/config.toml", "[profiles.default]\nserver = '192.0.2.1'\n");
    let elsewhere = place.prepared(&["keygen", "--force", "--key-file", &file], "").environment("OMSH_CONF", "");
    Place::said(elsewhere.environment("OMSH_LEASES", "").alone()).is(0, &["version is unknown"]);
}

#[test]
fn check_advises_what_the_server_knows() {
    let net = Net::new();
    let place = Place::new();
    let check = |conf: &str, leases: &str| {
        let conf = place.put("dhcpd.conf", conf);
        let leases = place.put("dhcpd.leases", leases);
        let run = place.prepared(&["check", "--output", "plain", "--conf", &conf, "--leases", &leases], "");
        let said = Place::said(run.within(&net));
        let line = said.stdout.lines().find(|line| line.starts_with("omapi-key\t")).unwrap_or_default().to_owned();
        (line, said)
    };
    let conf = |algorithm: &str| {
        format!(
            "key k {{ algorithm {algorithm}; secret c2VjcmV0LXNlY3JldA==; }}\nomapi-key k;\nomapi-port 7911;\n{SUBNET}"
        )
    };
    for version in Version::OLD {
        let header = version.lease_file_header();
        let (line, said) = check(&conf("hmac-md5"), &header);
        assert!(line.starts_with("omapi-key\tok\tk, hmac-md5"), "{}: {}", version.name(), said.all());
        said.lacks(&["sha256"]);
        let (line, said) = check(&conf("hmac-sha256"), &header);
        assert!(line.starts_with("omapi-key\twarning\t") && line.contains(version.name()), "{}", said.all());
        assert!(line.contains("omsh keygen --algorithm hmac-md5 k") && line.contains("4.4.3 or newer"), "{line}");
    }
    let header = Version::V443.lease_file_header();
    let (line, _) = check(&conf("hmac-md5"), &header);
    assert!(line.starts_with("omapi-key\twarning\t") && line.contains("hmac-sha256"), "{line}");
    let (line, _) = check(&conf("HMAC-SHA256.sig-alg.reg.int"), &header);
    assert!(line.starts_with("omapi-key\tok\tk, hmac-sha256"), "{line}");
    // Of a server elsewhere nothing is known.
    let there = place.put("there.conf", conf("hmac-md5"));
    let run = place.prepared(&["check", "--server", "192.0.2.1", "--timeout", "0.2", "--conf", &there], "");
    Place::said(run.environment("OMSH_LEASES", "").within(&net)).lacks(&["sha256"]);
}

#[test]
fn a_real_dhcpd_takes_the_key_that_is_made_for_it() {
    let net = Net::new();
    let place = Place::new();
    let before = Dhcpd::start(&net, SUBNET, b"");
    let leases = before.lease_file().display().to_string();
    let file = place.path("made.key").display().to_string();
    let run = place.prepared(&["keygen", "--key-file", &file], "").environment("OMSH_LEASES", &leases);
    let made = Place::said(run.within(&net));
    made.is(0, &["hmac-sha256, since the server is dhcpd 4.4.3", &leases]);
    drop(before);
    let _dhcpd = Dhcpd::start(&net, &format!("{}{SUBNET}", made.stdout), b"");
    let words = ["host", "add", "a", "--mac", "2:0:0:0:0:1", "--key-file", &file];
    Place::said(place.prepared(&words, "").within(&net)).is(0, &["added"]);
}
