//! dhcpd before 4.4.3, played by [`crate::old_dhcpd`]: which keys it takes, how it numbers what it refuses, and what it does
//! not have.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::old_dhcpd::{OldDhcpd, SECRET, Version, key};
use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;
use crate::terminal::site::Site;

/// The player is a dhcpd to the real omshell: with hmac-md5 on every version, with another algorithm on none that is old.
#[test]
fn the_player_is_a_dhcpd_to_omshell() {
    for version in Version::OLD.into_iter().chain([Version::V443]) {
        let server = OldDhcpd::with_key(version);
        let script = |first: &str| {
            format!(
                "{first}port {}\nkey k {SECRET}\nconnect\nnew host\nset name = \"a\"\nset hardware-address = \
                 02:00:00:00:00:01\nset hardware-type = 1\ncreate\nclose\nnew host\nset name = \"a\"\nopen\n",
                server.port
            )
        };
        let said = |script: String| {
            String::from_utf8_lossy(&Run::omshell().stdin(script).merged().alone().stdout).into_owned()
        };
        let md5 = said(script(""));
        assert_eq!(server.objects("host").len(), 1, "{}: {md5}", version.name());
        assert!(md5.ends_with("hardware-type = 00:00:00:01\n> "), "{}: {md5}", version.name());
        let before = server.asked().len();
        let sha = said(script("key-algorithm hmac-sha256\n"));
        let is_new = version == Version::V443;
        assert_eq!(server.asked().len() > before, is_new, "{}: {sha}", version.name());
    }
}

mod keygen;
mod names;
mod profiles;
mod secrets;
mod wait;

/// A folder to run omsh in, as `HOME`, with nothing of this machine's dhcpd.
struct Place(Scratch);

struct Said {
    stdout: String,
    stderr: String,
    end: End,
}

impl Said {
    fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Fails unless it ended so, and each of these is in what it said.
    #[track_caller]
    fn is(&self, status: i32, parts: &[&str]) -> &Said {
        assert_eq!(self.end, End::Exit(status), "{}", self.all());
        for part in parts {
            assert!(self.all().contains(part), "no `{part}` in: {}", self.all());
        }
        self
    }

    #[track_caller]
    fn lacks(&self, parts: &[&str]) -> &Said {
        for part in parts {
            assert!(!self.all().contains(part), "`{part}` in: {}", self.all());
        }
        self
    }
}

impl Place {
    fn new() -> Place {
        Place(Scratch::new())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of ours");
        fs::write(&path, text).expect("a file of ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file of ours");
        path.display().to_string()
    }

    fn run(&self, words: &[&str], stdin: &str) -> Said {
        Self::said(self.prepared(words, stdin).alone())
    }

    fn prepared(&self, words: &[&str], stdin: &str) -> Run {
        // What it would find on this machine does not count, unless a test says so.
        let conf = self.path("dhcpd.conf");
        Run::ours()
            .named("omsh")
            .arguments(words)
            .stdin(stdin)
            .environment("HOME", self.0.path().as_os_str())
            .environment("OMSH_CONF", conf.as_os_str())
            .environment("OMSH_LEASES", self.path("dhcpd.leases").as_os_str())
    }

    fn said(outcome: Outcome) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Said { stdout: text(outcome.stdout), stderr: text(outcome.stderr), end: outcome.end }
    }

    /// A command on a server, with a key of that algorithm.
    fn ask(&self, server: &OldDhcpd, algorithm: &str, words: &[&str]) -> Said {
        let key = self.put(&format!("{algorithm}.key"), key("k", algorithm));
        let port = server.port.to_string();
        let connection = ["--server", "127.0.0.1", "--port", &port, "--key-file", &key];
        self.run(&[words, &connection].concat(), "")
    }
}

const OTHERS: [&str; 5] = ["hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];
const ONLY_MD5: &str = "its OMAPI knows hmac-md5 only, as does dhcpd before 4.4.3";

#[test]
fn a_key_that_an_old_server_does_not_know_is_named_by_every_command() {
    let place = Place::new();
    let hosts = place.put("hosts.csv", "name,mac\na,02:00:00:00:00:01\n");
    for version in Version::OLD {
        let server = OldDhcpd::with_key(version);
        let conf = place.put("some.conf", format!("omapi-port {};\n", server.port));
        let leases = place.put("some.leases", version.lease_file_header());
        for algorithm in OTHERS {
            let advice = "omsh keygen --algorithm hmac-md5";
            place
                .ask(&server, algorithm, &["host", "show", "a"])
                .is(4, &[ONLY_MD5, algorithm, advice])
                .lacks(&["secret"]);
        }
        for words in [
            &["host", "add", "a", "--mac", "02:00:00:00:00:01"][..],
            &["lease", "show", "10.0.0.1"],
            &["raw", "open", "host", "name=\"a\""],
            &["apply", &hosts, "--yes"],
            &["check", "--conf", &conf, "--leases", &leases],
        ] {
            place.ask(&server, "hmac-sha256", words).is(4, &[ONLY_MD5, "hmac-sha256"]);
        }
        let json = place.ask(&server, "hmac-sha256", &["host", "show", "a", "--output", "json"]);
        let error: serde_json::Value = serde_json::from_str(&json.stderr).expect("one object");
        assert_eq!(error["error"]["kind"], "authentication", "{}", json.stderr);
        assert_eq!(error["error"]["status"], 4, "{}", json.stderr);
        assert!(error["error"]["advice"].as_str().is_some_and(|text| text.contains("hmac-md5")), "{}", json.stderr);
        assert!(server.objects("host").is_empty(), "nothing was done");
        // The key that it knows.
        place.ask(&server, "hmac-md5", &["host", "add", "a", "--mac", "02:00:00:00:00:01"]).is(0, &["added"]);
        place.ask(&server, "hmac-md5", &["apply", &hosts, "--yes"]).is(0, &[]);
    }
    let new = OldDhcpd::with_key(Version::V443);
    place.ask(&new, "hmac-sha256", &["host", "show", "a"]).is(5, &["no host"]);
}

#[test]
fn scripts_name_it_and_the_drop_in_answers_as_omshell() {
    let place = Place::new();
    let server = OldDhcpd::with_key(Version::V441);
    let lines = format!(
        "key-algorithm hmac-sha256\nport {}\nkey k {SECRET}\nconnect\nnew host\nset name = \"a\"\nopen\n",
        server.port
    );
    let script = place.put("script", &lines);
    for words in [&["-f", script.as_str()][..], &["-f", "-"], &["-c", lines.as_str()]] {
        let said = place.run(words, &lines);
        said.is(4, &[":7: can't open object: 127.0.0.1 port", ONLY_MD5, "hmac-sha256"]);
    }
    // Where a profile or options say the key.
    let key = place.put("sha.key", key("k", "hmac-sha512"));
    let short = "connect\nnew host\nset name = \"a\"\nopen\n";
    let port = server.port.to_string();
    place.run(&["-c", short, "--port", &port, "--key-file", &key], "").is(4, &[ONLY_MD5, "hmac-sha512"]);
    // With the same dialogue the drop-in says what omshell says, and nothing else.
    let real = Run::omshell().stdin(lines.as_str()).merged().alone();
    let ours = Run::ours().stdin(lines.as_str()).merged().alone();
    assert_eq!(String::from_utf8_lossy(&ours.stdout), String::from_utf8_lossy(&real.stdout));
    assert!(!String::from_utf8_lossy(&ours.stdout).contains(ONLY_MD5));
}

#[test]
fn the_shell_names_it() {
    let server = OldDhcpd::with_key(Version::V436);
    let site = Site::without_server();
    site.put("sha.key", key("k", "hmac-sha256"));
    fs::set_permissions(site.path("sha.key"), fs::Permissions::from_mode(0o600)).expect("ours");
    let key_file = site.path("sha.key").display().to_string();
    let port = server.port.to_string();
    let site = site.argument("--key-file").argument(&key_file).argument("--server").argument("127.0.0.1");
    let site = site.argument("--port").argument(&port);
    let mut terminal = site.start();
    terminal.ready();
    assert!(terminal.contents().contains("key k (hmac-sha256)"), "{}", terminal.contents());
    terminal.run("new host");
    terminal.run("set name = \"a\"");
    let said = terminal.run("open").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(ONLY_MD5), "{said}");
    let said = terminal.run("host show a").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(ONLY_MD5) && said.contains("omsh keygen --algorithm hmac-md5"), "{said}");
    terminal.run_and_agree("close");
    terminal.leave();
}

/// A wrong secret is none of this: every version says that it is wrong, 4.1 by another number.
#[test]
fn a_wrong_secret_is_named_as_that_by_every_version() {
    let place = Place::new();
    for version in Version::OLD.into_iter().chain([Version::V443]) {
        let server = OldDhcpd::with_key(version);
        let wrong = key("k", "hmac-md5").replace(SECRET, "AAAAAAAAAAAAAAAAAAAAAQ==");
        let wrong = place.put("wrong.key", wrong);
        let port = server.port.to_string();
        let words = ["host", "show", "a", "--server", "127.0.0.1", "--port", &port, "--key-file", &wrong];
        place.run(&words, "").is(4, &["does not accept our signature", "compare the secret"]).lacks(&["md5 only"]);
    }
}

#[test]
fn the_numbers_of_dhcpd_4_1_are_translated() {
    let place = Place::new();
    for version in [Version::V411, Version::V41Esv] {
        let server = OldDhcpd::with_key(version);
        let port = server.port.to_string();
        let unsigned = ["host", "show", "a", "--server", "127.0.0.1", "--port", &port];
        place.run(&unsigned, "").is(4, &["no key specified", "wants a key"]).lacks(&["queue is full"]);
        place.ask(&server, "hmac-md5", &["host", "add", "a", "--mac", "02:00:00:00:00:01"]).is(0, &[]);
        let mac = ["raw", "create", "host", "name=\"b\"", "hardware-address=02:00:00:00:00:01", "hardware-type=1"];
        place.ask(&server, "hmac-md5", &mac).is(6, &["key conflict"]).lacks(&["not a file"]);
        // JSON as well.
        let json = place.ask(&server, "hmac-md5", &[&mac[..], &["--output", "json"]].concat());
        json.is(6, &["\"server_says\":\"key conflict\"", "\"kind\":\"conflict\""]);
        place.ask(&server, "hmac-md5", &["raw", "open", "nothing", "a=1"]).is(1, &["invalid argument"]);
        let lines = format!("port {port}\nkey k {SECRET}\nconnect\nnew nothing\nset name = \"a\"\nopen\n");
        place.run(&["-c", &lines], "").is(1, &["can't open object: invalid argument"]).lacks(&["file already exists"]);
        let keyless = format!("port {port}\nconnect\nnew host\nset name = \"a\"\nopen\n");
        place.run(&["-c", &keyless], "").is(4, &["no key specified"]);
        // omshell has these words for the number, and the drop-in, too.
        let real = Run::omshell().stdin(keyless.as_str()).merged().alone();
        let ours = Run::ours().stdin(keyless.as_str()).merged().alone();
        assert_eq!(String::from_utf8_lossy(&ours.stdout), String::from_utf8_lossy(&real.stdout));
        assert!(String::from_utf8_lossy(&ours.stdout).contains("queue is full"));
    }
}

#[test]
fn a_server_without_classes_is_named_as_that() {
    let place = Place::new();
    for version in Version::OLD.into_iter().chain([Version::V443]) {
        let server = OldDhcpd::with_key(version);
        let lacks = version < Version::V436;
        for words in [
            &["class", "show", "voip"][..],
            &["subclass", "show", "voip", "1:02:00:00:00:00:01"],
            &["subclass", "add", "voip", "1:02:00:00:00:00:01"],
            &["raw", "open", "class", "name=\"voip\""],
        ] {
            let said = place.ask(&server, "hmac-md5", words);
            let is_named =
                said.all().contains("may be dhcpd before 4.3, which has no classes and subclasses over OMAPI");
            assert_eq!(is_named, lacks, "{}: {words:?}: {}", version.name(), said.all());
            let status = if lacks { 1 } else { 5 };
            assert_eq!(said.end, End::Exit(status), "{}: {}", version.name(), said.all());
        }
        let lines = format!("port {}\nkey k {SECRET}\nconnect\nnew class\nset name = \"voip\"\nopen\n", server.port);
        let said = place.run(&["-c", &lines], "");
        assert_eq!(
            said.all().contains("may be dhcpd before 4.3, which has no classes and subclasses over OMAPI"),
            lacks,
            "{}",
            said.all()
        );
    }
}
