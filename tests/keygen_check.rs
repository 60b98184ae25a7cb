//! `keygen`, `check` and `profile` beside a real dhcpd: each step of a check right and wrong, keys that dhcpd
//! takes, and profiles that are made and then used. No secret is in anything that is printed.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use support::dhcpd::Dhcpd;
use support::namespace::{Namespace, is_root};
use support::net::Net;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;
use support::{DHCPD, OURS};

const SUBNET: &str = "subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.1.10 10.1.1.20; }\n";

/// The secret that most of these tests use, and another one.
const SECRET: &str = "YSBzZWNyZXQgb2Yga2V5Z2VuX2NoZWNr";
const OTHER: &str = "YW5vdGhlciBzZWNyZXQgb2Yga2V5Z2Vu";

fn key(name: &str, algorithm: &str, secret: &str) -> String {
    format!("key {name} {{ algorithm {algorithm}; secret {secret}; }};\n")
}

/// A dhcpd.conf of these tests.
fn conf(key_name: &str, algorithm: &str) -> String {
    format!("{}omapi-key {key_name};\nomapi-port 7911;\n{SUBNET}", key(key_name, algorithm, SECRET))
}

/// A place to run omsh in.
struct Place {
    net: Net,
    folder: Scratch,
}

impl Place {
    fn new() -> Place {
        Place { net: Net::new(), folder: Scratch::new() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of ours");
        fs::write(&path, text).expect("a file of ours");
        set_mode(&path, mode);
        path
    }

    /// Runs a line of a shell in which `omsh` is ours.
    fn line(&self, dhcpd: Option<&Dhcpd>, line: &str) -> Said {
        let line = format!("omsh() {{ {OURS} \"$@\"; }}\ncd {} && {line}", self.folder.path().display());
        let mut run = Run::program("/bin/sh")
            .named("sh")
            .arguments(["-c", &line])
            .environment("HOME", self.folder.path().as_os_str());
        if let Some(dhcpd) = dhcpd {
            run = run
                .environment("OMSH_CONF", conf_of(dhcpd).as_os_str())
                .environment("OMSH_LEASES", dhcpd.lease_file().as_os_str());
        }
        let Outcome { stdout, stderr, end } = run.within(&self.net);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let said = Said { stdout: text(stdout), stderr: text(stderr), end };
        if !line.contains("--show-secret") {
            let all = format!("{}{}", said.stdout, said.stderr);
            for secret in [SECRET, OTHER, "a secret of keygen_check", "another secret of keygen"] {
                assert!(!all.contains(secret), "{line}:\n{all}");
            }
        }
        said
    }

    fn check(&self, dhcpd: &Dhcpd, arguments: &str) -> Checked {
        let said = self.line(Some(dhcpd), &format!("omsh check --output jsonl {arguments}"));
        let mut steps = BTreeMap::new();
        for line in said.stdout.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("an object a line");
            let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            steps.insert(field("step"), [field("result"), field("details"), field("advice")]);
        }
        Checked { steps, end: said.end, stderr: said.stderr }
    }
}

struct Said {
    stdout: String,
    stderr: String,
    end: End,
}

struct Checked {
    steps: BTreeMap<String, [String; 3]>,
    end: End,
    stderr: String,
}

impl Checked {
    /// Fails unless the exit status is that, and each of these steps has that result, and details and advice with
    /// these parts in them; and unless no other step has failed or warns.
    #[track_caller]
    fn is(&self, status: i32, wanted: &[(&str, &str, &str, &str)]) {
        let shown = format!("{:#?}\n{}", self.steps, self.stderr);
        assert_eq!(self.end, End::Exit(status), "{shown}");
        for (step, result, details, advice) in wanted {
            let found = self.steps.get(*step).unwrap_or_else(|| panic!("no step {step}: {shown}"));
            let is_right = found[0] == *result && found[1].contains(details) && found[2].contains(advice);
            assert!(is_right, "{step} is not {result} with `{details}` and `{advice}`: {shown}");
            assert!(!matches!(*result, "failed" | "warning") || !found[2].is_empty() || *step == "settings", "{shown}");
        }
        for (step, found) in &self.steps {
            let is_expected = wanted.iter().any(|(name, ..)| name == step);
            assert!(is_expected || matches!(found[0].as_str(), "ok" | "skipped"), "{step}: {shown}");
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a file of ours");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn conf_of(dhcpd: &Dhcpd) -> PathBuf {
    dhcpd.lease_file().with_file_name("dhcpd.conf")
}

/// A dhcpd whose configuration is not for all to read, as it has a secret.
fn dhcpd(net: &Net, conf: &str) -> Dhcpd {
    let dhcpd = Dhcpd::start(net, conf, b"");
    set_mode(&conf_of(&dhcpd), 0o640);
    dhcpd
}

/// Why some of these cannot be done by everybody.
const NEEDS_ROOT: &str =
    "this test looks at files as another account, or puts a program over another one: run it as root";

#[test]
fn dhcpd_takes_every_key_that_is_made() {
    let place = Place::new();
    let longest = "l".repeat(63);
    let names = ["omapi_key", "Mixed-Case", "1.2", "12-3", "key", &longest];
    let algorithms = ["HMAC-MD5", "sha1", "hmac-sha224", "SHA256", "hmac-sha384", "sha512"];
    for (at, (name, algorithm)) in names.iter().zip(algorithms).enumerate() {
        // A folder with all that a path can have.
        let folder = format!("a \"b\" \\c;{at}é");
        fs::create_dir(place.at(&folder)).expect("a folder of ours");
        let made = place.line(None, &format!("cd '{folder}' && umask 0 && omsh keygen --algorithm {algorithm} {name}"));
        assert_eq!(made.end, End::Exit(0), "{}", made.stderr);
        let file = place.at(&folder).join(format!("{name}.key"));
        assert_eq!(mode(&file), 0o600);
        let text = fs::read_to_string(&file).expect("a key file");
        let secret = text.split_whitespace().skip_while(|word| *word != "secret").nth(1).expect("a secret");
        let secret = secret.trim_end_matches(';');
        assert!(secret.len() > 20 && !made.stdout.contains(secret) && !made.stderr.contains(secret));
        let _dhcpd = Dhcpd::start(&place.net, &format!("{}{SUBNET}", made.stdout), b"");
        let added = place.line(None, &format!("omsh host add h --mac 2:0:0:0:0:1 --key-file '{}'", file.display()));
        assert_eq!(added.end, End::Exit(0), "{name} {algorithm}: {}", added.stderr);
        let unsigned = place.line(None, "OMSH_CONF=/nonexistent omsh host show h");
        assert_eq!(unsigned.end, End::Exit(4), "{name}: dhcpd wants the key: {}", unsigned.stderr);
    }
    // The whole key, for the dhcpd.conf of another machine.
    let shown = place.line(None, "omsh keygen --show-secret other");
    assert!(shown.stdout.starts_with("key other {\n") && !shown.stdout.contains("include"), "{}", shown.stdout);
    let _dhcpd = Dhcpd::start(&place.net, &format!("{}{SUBNET}", shown.stdout), b"");
    assert_eq!(place.line(None, "omsh host add h --mac 2:0:0:0:0:1 --key-file other.key").end, End::Exit(0));
}

#[test]
fn a_name_that_is_taken_is_one_that_dhcpd_takes() {
    let place = Place::new();
    let names = ["host", "algorithm", "secret", "a.", "a-", "0x1", "007", "a.b-c_d.e", "if", "A"];
    for name in names {
        let made = place.line(None, &format!("omsh keygen --force --key-file k {name}"));
        assert_eq!(made.end, End::Exit(0), "{name}: {}", made.stderr);
        let conf = place.write("t.conf", &format!("{}{SUBNET}", made.stdout), 0o600);
        let judged = place.line(None, &format!("{DHCPD} -t -cf {}", conf.display()));
        assert_eq!(judged.end, End::Exit(0), "{name}: {}", judged.stderr);
    }
    for name in ["'a b'", "a..b", ".a", "-- -a", "é", "'a;b'", "'\"a\"'", "''", &"l".repeat(64)] {
        let made = place.line(None, &format!("omsh keygen --force --key-file none {name}"));
        assert_eq!(made.end, End::Exit(2), "{name}");
        assert!(made.stdout.is_empty() && made.stderr.contains("cannot be a key's name"), "{name}: {}", made.stderr);
    }
    assert!(!place.at("none").exists());
    let unknown = place.line(None, "omsh keygen --algorithm hmac-sha3");
    assert!(unknown.end == End::Exit(2) && unknown.stderr.contains("hmac-sha224"), "{}", unknown.stderr);
}

#[test]
fn a_key_file_that_is_there_is_kept() {
    let place = Place::new();
    let file = place.write("k", "mine", 0o644);
    symlink("nowhere", place.at("link")).expect("a link");
    for name in ["k", "link"] {
        let refused = place.line(None, &format!("omsh keygen --key-file {name}"));
        assert!(refused.end == End::Exit(2) && refused.stderr.contains("--force"), "{}", refused.stderr);
    }
    assert!(fs::read(&file).expect("it is there") == b"mine" && !place.at("nowhere").exists());
    assert_eq!(place.line(None, "omsh keygen --key-file k --force").end, End::Exit(0));
    assert_eq!(mode(&file), 0o600);
    let first = fs::read(&file).expect("it is there");
    assert_eq!(place.line(None, "omsh keygen --key-file k --force").end, End::Exit(0));
    assert_ne!(fs::read(&file).expect("it is there"), first);
    assert_eq!(place.line(None, "omsh keygen --key-file none/k").end, End::Exit(2));
    // In the shell as well.
    let said = place.line(None, "omsh -c 'keygen --key-file second'");
    assert!(said.end == End::Exit(0) && said.stdout.contains("/second\";\n"), "{}{}", said.stdout, said.stderr);
    let left: Vec<_> =
        fs::read_dir(place.folder.path()).expect("ours").map(|entry| entry.expect("ours").file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");
}

#[test]
fn each_step_of_a_check_right_and_wrong() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &conf("Omapi_Key", "hmac-sha256"));
    let path = conf_of(&dhcpd);
    let refused = "no connection to try it on";
    place.check(&dhcpd, "").is(
        0,
        &[
            ("settings", "ok", "port: 7911", ""),
            ("dhcpd.conf", "ok", "can be read, and is sound", ""),
            ("dhcpd.leases", "ok", "can be read", ""),
            ("omapi-port", "ok", "7911", ""),
            ("omapi-key", "ok", "Omapi_Key, hmac-sha256", ""),
            ("permissions", "ok", "", ""),
            ("connection", "ok", "127.0.0.1 port 7911", ""),
            ("key", "ok", "takes Omapi_Key", ""),
            ("clock", "ok", "this machine", ""),
        ],
    );
    // What is wrong in files, one thing at a time; dhcpd itself stays as it is.
    let sound = fs::read_to_string(&path).expect("ours");
    let with = |name: &str, from: &str, to: &str| {
        assert!(sound.contains(from), "{from}");
        place.write(name, &sound.replace(from, to), 0o640);
    };
    let no_conf = ("omapi-port", "skipped", "no dhcpd.conf", "");
    place.check(&dhcpd, "--conf none.conf").is(
        2,
        &[
            ("dhcpd.conf", "failed", "cannot read none.conf", "--conf"),
            no_conf,
            ("key", "failed", "no key specified", "--key-file"),
        ],
    );
    with("unsound.conf", "netmask", "netmosk");
    place.check(&dhcpd, "--conf unsound.conf").is(
        2,
        &[("dhcpd.conf", "failed", "unsound.conf:4:", "omsh conf check"), no_conf, ("key", "failed", "", "--key-file")],
    );
    place.check(&dhcpd, "--leases none.leases").is(2, &[("dhcpd.leases", "failed", "none.leases", "to list")]);
    with("no-port.conf", "omapi-port 7911;\n", "");
    let advice = "add `omapi-port 7911;`";
    place.check(&dhcpd, "--conf no-port.conf").is(2, &[("omapi-port", "failed", "listens to no clients", advice)]);
    place.check(&dhcpd, "--port 7913").is(
        2,
        &[
            ("omapi-port", "failed", "says 7911, and the option --port says 7913", "make it 7911"),
            ("connection", "failed", "refused", "ss -ltn"),
            ("key", "skipped", refused, ""),
        ],
    );
    // As dhcpd has it, small and capital letters of a key's name are the same.
    with("case.conf", "omapi-key Omapi_Key", "omapi-key oMAPI_kEY");
    place.check(&dhcpd, "--conf case.conf").is(0, &[("key", "ok", "takes", ""), ("omapi-key", "ok", "", "")]);
    with("other-port.conf", "7911", "7914");
    place
        .check(&dhcpd, "--conf other-port.conf")
        .is(3, &[("connection", "failed", "7914", "ss -ltn"), ("key", "skipped", refused, "")]);
    with("secret.conf", SECRET, OTHER);
    place
        .check(&dhcpd, "--conf secret.conf")
        .is(4, &[("key", "failed", "signature", "compare name, algorithm and secret")]);
    with("name.conf", "Omapi_Key", "another");
    place
        .check(&dhcpd, "--conf name.conf")
        .is(4, &[("key", "failed", "refused the key", "compare name, algorithm and secret")]);
    with("md5.conf", "hmac-sha256", "hmac-md5");
    place
        .check(&dhcpd, "--conf md5.conf")
        .is(4, &[("omapi-key", "warning", "hmac-md5", "hmac-sha256"), ("key", "failed", "refused the key", "")]);
    // Who may read what.
    for (mode, details) in [(0o644, "can read the secret"), (0o642, "can change"), (0o646, "; all users")] {
        set_mode(&path, mode);
        let advice = format!("chmod o= {}", path.display());
        place.check(&dhcpd, "").is(0, &[("permissions", "warning", details, &advice)]);
    }
    let server_folder = path.parent().expect("a folder");
    let before = mode(server_folder);
    set_mode(server_folder, 0o750);
    place.check(&dhcpd, "").is(0, &[("permissions", "ok", "only their owners and groups", "")]);
    set_mode(server_folder, before);
    set_mode(&path, 0o640);
    place.write("good.key", &key("omapi_KEY", "hmac-sha256", SECRET), 0o640);
    place.check(&dhcpd, "--key-file good.key").is(0, &[("key", "ok", "takes omapi_KEY (the option --key-file)", "")]);
    place.write("wide ö.key", &key("omapi_key", "hmac-sha256", SECRET), 0o644);
    place
        .check(&dhcpd, "--key-file 'wide ö.key' --allow-readable-key")
        .is(0, &[("permissions", "warning", "can read the secret in wide ö.key", "chmod o= 'wide ö.key'")]);
    // What cannot be tried is said to be so.
    place.check(&dhcpd, "--key-file 'wide ö.key'").is(
        2,
        &[
            ("settings", "failed", "mode 644", ""),
            ("connection", "skipped", "how to reach", ""),
            ("key", "skipped", refused, ""),
            ("clock", "skipped", "", ""),
        ],
    );
    // Another machine, as far as its address tells: its files are not looked for here.
    let elsewhere =
        place.line(None, "omsh check --server 10.1.1.1 --key-file good.key --output plain --columns step,result");
    let wanted = "settings\tok\ndhcpd.conf\tskipped\ndhcpd.leases\tskipped\nomapi-port\tskipped\nomapi-key\tskipped\n\
                  permissions\tok\nconnection\tok\nkey\tok\nclock\tskipped\n";
    assert_eq!((elsewhere.stdout.as_str(), elsewhere.end), (wanted, End::Exit(0)), "{}", elsewhere.stderr);
}

#[test]
fn a_server_that_lets_everybody_in_is_worth_a_warning() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &format!("omapi-port 7911;\n{SUBNET}"));
    place.check(&dhcpd, "").is(
        0,
        &[
            ("omapi-key", "warning", "anybody", "omsh keygen"),
            ("permissions", "skipped", "", ""),
            ("key", "warning", "wants none", "omsh keygen"),
        ],
    );
    // The advice works: its lines are added, dhcpd is started anew, and all is well.
    let made = place.line(Some(&dhcpd), "omsh keygen --key-file omapi.key | sed /omapi-port/d >>$OMSH_CONF");
    assert_eq!(made.end, End::Exit(0), "{}", made.stderr);
    let mut dhcpd = dhcpd;
    dhcpd.restart();
    place.check(&dhcpd, "").is(0, &[("key", "ok", "takes omapi_key", ""), ("permissions", "ok", "", "")]);
    let shown = place.line(Some(&dhcpd), "omsh check");
    assert!(shown.stdout.starts_with("ok      settings\n        server: 127.0.0.1"), "{}", shown.stdout);
    for (format, first) in [("json", "["), ("csv", "step,result,details,advice"), ("jsonl", "{\"step\":\"settings\"")] {
        let shown = place.line(Some(&dhcpd), &format!("omsh check --output {format}"));
        assert!(shown.end == End::Exit(0) && shown.stdout.starts_with(first), "{format}: {}", shown.stdout);
    }
    let in_shell = place.line(Some(&dhcpd), "omsh -c 'check --output plain'");
    assert!(in_shell.end == End::Exit(0) && in_shell.stdout.contains("key\tok\t"), "{}", in_shell.stdout);
    dhcpd.stop();
    place.check(&dhcpd, "").is(3, &[("connection", "failed", "refused", "ss -ltn"), ("key", "skipped", "", "")]);
}

#[test]
fn an_account_that_may_not_read_the_files_is_told_so() {
    assert!(is_root(), "{NEEDS_ROOT}");
    let place = Place::new();
    let included = place.write("omapi.key", &key("k", "hmac-sha256", SECRET), 0o600);
    let text = format!("include \"{}\";\nomapi-key k;\nomapi-port 7911;\n{SUBNET}", included.display());
    let dhcpd = dhcpd(&place.net, &text);
    set_mode(&conf_of(&dhcpd), 0o644);
    set_mode(&dhcpd.lease_file(), 0o644);
    let nobody = || place.check(&dhcpd, "--user nobody");
    let omshell = ("user: omshell", "warning", "nobody can execute /usr/bin/omshell", "update-alternatives");
    // The configuration can be read, what it includes cannot.
    let wide = ("permissions", "warning", "can read the secret in", "chmod o=");
    let denied = ("user: include", "failed", "because of the permissions of", "usermod -aG GROUP nobody");
    let ok = |step| (step, "ok", "nobody can read", "");
    nobody().is(2, &[wide, denied, ok("user: conf"), ok("user: leases"), omshell]);
    set_mode(&included, 0o644);
    nobody().is(0, &[wide, ok("user: include"), omshell, ("user", "ok", "access control lists", "")]);
    // A folder on the way.
    let server_folder = conf_of(&dhcpd).parent().expect("a folder").to_owned();
    set_mode(&server_folder, 0o700);
    let folder = server_folder.display().to_string();
    let closed = |step| (step, "failed", folder.as_str(), "chmod g+x");
    nobody().is(2, &[wide, closed("user: conf"), closed("user: leases"), omshell]);
    place.check(&dhcpd, "--user root").is(0, &[wide, omshell_of_root()]);
    place.check(&dhcpd, "--user nosuch").is(2, &[wide, ("user", "failed", "no account nosuch", "give the name")]);
    // Run by such an account, the check finds the same.
    let ours = place.at("omsh");
    fs::copy(OURS, &ours).expect("a copy");
    set_mode(&ours, 0o755);
    let run = |arguments: &str| {
        place.line(
            Some(&dhcpd),
            &format!(
                "setpriv --reuid nobody --regid nogroup --clear-groups ./omsh check --output plain {arguments} --columns step,result,advice"
            ),
        )
    };
    let denied = run("");
    assert_eq!(denied.end, End::Exit(2), "{}{}", denied.stdout, denied.stderr);
    assert!(denied.stdout.contains("dhcpd.conf\tfailed\trun this as another user"), "{}", denied.stdout);
    assert!(denied.stdout.contains("dhcpd.leases\tfailed\t"), "{}", denied.stdout);
    let asked = run("--user root");
    assert!(asked.stdout.contains("user: conf\tfailed\trun this as root"), "{}", asked.stdout);
    set_mode(&server_folder, 0o755);
    assert_eq!(run("").end, End::Exit(0));
}

fn omshell_of_root() -> (&'static str, &'static str, &'static str, &'static str) {
    ("user: omshell", "warning", "root can execute", "update-alternatives")
}

#[test]
fn an_omshell_that_is_ours_is_known() {
    assert!(is_root(), "{NEEDS_ROOT}");
    let folder = Scratch::new();
    let silent = folder.join("silent");
    fs::write(&silent, "#!/bin/sh\nsleep 60\n").expect("a program of ours");
    let copy = folder.join("copy");
    fs::copy(OURS, &copy).expect("a copy");
    for (program, mode, result, details) in [
        (&copy, 0o755, "ok", "which is omsh"),
        (&silent, 0o755, "warning", "which is not omsh"),
        (&copy, 0o744, "failed", "cannot execute /usr/bin/omshell"),
    ] {
        set_mode(program, mode);
        let machine = Namespace::new('m', "mount --bind \"$1\" /usr/bin/omshell", [program]);
        let mut command = machine.command(OURS);
        let output =
            command.args(["check", "--user", "nobody", "--output", "plain"]).env("HOME", folder.path()).output();
        let text = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
        let step = text.lines().find(|line| line.starts_with("user: omshell")).unwrap_or_else(|| panic!("{text}"));
        assert!(step.contains(&format!("\t{result}\t")) && step.contains(details), "{step}");
    }
}

#[test]
fn a_smart_proxy_is_compared_with_dhcpd() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &conf("omapi_key", "hmac-md5"));
    let (conf_path, leases) = (conf_of(&dhcpd), dhcpd.lease_file());
    let isc = format!(
        "---\n# of the proxy\n:config: {}\n:leases: '{}'\n:key_name: OMAPI_key\n:key_secret: \"{SECRET}\" # ours\n:omapi_port: '7911'\n",
        conf_path.display(),
        leases.display()
    );
    let main = "---\n:enabled: https\n:use_provider: dhcp_isc\n:server: localhost\n:subnets:\n  - 10.1.0.0/16\n";
    place.write("both/dhcp.yml", main, 0o640);
    place.write("both/dhcp_isc.yml", &isc, 0o640);
    let old = ":dhcp: true\n:dhcp_vendor: isc\n".to_owned()
        + &isc
            .replace(":config", ":dhcp_config")
            .replace(":leases", ":dhcp_leases")
            .replace(":key_", ":dhcp_key_")
            .replace(":omapi", ":dhcp_omapi");
    place.write("old/settings.yml", &old, 0o640);
    let md5 = ("omapi-key", "warning", "hmac-md5", "");
    let same = [
        md5,
        ("proxy: module", "ok", "isc", ""),
        ("proxy: server", "ok", "", ""),
        ("proxy: conf", "ok", "", ""),
        ("proxy: leases", "ok", "", ""),
        ("proxy: port", "ok", "7911", ""),
        ("proxy: key", "ok", "omapi_key, with dhcpd's secret and algorithm", ""),
    ];
    for file in ["both/dhcp_isc.yml", "both/dhcp.yml", "old/settings.yml"] {
        place.check(&dhcpd, &format!("--proxy {file}")).is(0, &same);
    }
    let with = |from: &str, to: &str| {
        let text = format!("{main}{isc}");
        assert!(text.contains(from), "{from}");
        place.write("one.yml", &text.replace(from, to), 0o640);
        place.check(&dhcpd, "--proxy one.yml")
    };
    with("https", "false").is(0, &[md5, ("proxy: module", "warning", "switched off", ":enabled:")]);
    with("dhcp_isc", "dhcp_libvirt").is(0, &[md5, ("proxy: module", "warning", "dhcp_libvirt", ":use_provider:")]);
    with(":server: localhost", ":server: dhcp2").is(0, &[md5, ("proxy: server", "warning", "dhcp2", "--server dhcp2")]);
    with("dhcpd.conf", "other.conf").is(2, &[md5, ("proxy: conf", "failed", "other.conf", "set `:config:")]);
    with(":leases:", "#:leases:").is(2, &[md5, ("proxy: leases", "failed", "the proxy's default", "set `:leases:")]);
    with("'7911'", "7912").is(2, &[md5, ("proxy: port", "failed", "7912", ":omapi_port: 7911")]);
    with("'7911'", "").is(0, &same);
    with("OMAPI_key", "other").is(4, &[md5, ("proxy: key", "failed", "the proxy has other", ":key_name: omapi_key")]);
    with(SECRET, OTHER).is(4, &[md5, ("proxy: key", "failed", "secret of omapi_key is not dhcpd's", ":key_secret:")]);
    with(SECRET, "no base64!").is(4, &[md5, ("proxy: key", "failed", "not base64", ":key_secret:")]);
    with(":key_secret:", "#").is(4, &[md5, ("proxy: key", "failed", "the proxy has none", ":key_secret:")]);
    with("'7911'", "none").is(2, &[md5, ("proxy", "failed", "no port", "dhcp_isc.yml")]);
    place.check(&dhcpd, "--proxy none.yml").is(2, &[md5, ("proxy", "failed", "none.yml", "dhcp_isc.yml")]);
    place.check(&dhcpd, "--proxy /dev/zero").is(2, &[md5, ("proxy", "failed", "/dev/zero", "dhcp_isc.yml")]);
}

#[test]
fn a_smart_proxy_cannot_use_a_key_of_another_algorithm() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &conf("omapi_key", "hmac-sha256"));
    let (conf_path, leases) = (conf_of(&dhcpd), dhcpd.lease_file());
    let isc = format!(
        ":server: 127.0.0.1\n:enabled: true\n:config: {}\n:leases: {}\n:key_name: omapi_key\n:key_secret: {SECRET}\n",
        conf_path.display(),
        leases.display()
    );
    place.write("isc.yml", &isc, 0o640);
    place.write("new.yml", &(isc + ":key_algorithm: hmac-sha256\n"), 0o640);
    place.check(&dhcpd, "--proxy new.yml").is(0, &[("proxy: key", "ok", "", "")]);
    place
        .check(&dhcpd, "--proxy isc.yml")
        .is(4, &[("proxy: key", "failed", "signs with hmac-md5, and dhcpd wants hmac-sha256", "hmac-md5")]);
    // What the real omshell says to the lines of a smart proxy, and to one more.
    let connects = |first: &str| {
        let lines = format!("{first}key omapi_key \"{SECRET}\"\nserver 127.0.0.1\nport 7911\nconnect\n");
        let real = Run::omshell().stdin(lines).merged().within(&place.net);
        String::from_utf8_lossy(&real.stdout).contains("obj: <null>")
    };
    assert!(!connects("") && connects("key-algorithm hmac-sha256\n"));
}

#[test]
fn profiles_are_imported_and_used() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &conf("xcat_key", "hmac-md5"));
    let (conf_path, leases) = (conf_of(&dhcpd), dhcpd.lease_file());
    place.write("set/dhcp.yml", ":enabled: true\n:server: 127.0.0.1\n", 0o640);
    place.write(
        "set/dhcp_isc.yml",
        &format!(
            ":config: {}\n:leases: {}\n:key_name: xcat_key\n:key_secret: {SECRET}\n",
            conf_path.display(),
            leases.display()
        ),
        0o640,
    );
    place.write(
        "passwd.csv",
        &format!("#key,username,password,cryptmethod,authdomain,comments,disable\n\"system\",\"root\",\"x\",,,,\n\"omapi\",\"xcat_key\",\"{SECRET}\",,,,\n"),
        0o600,
    );
    let config = place.at(".config/omsh/config.toml");
    let run = |line: &str| place.line(None, line);
    let ok = |line: &str| {
        let said = run(line);
        assert_eq!(said.end, End::Exit(0), "{line}: {}{}", said.stdout, said.stderr);
        said.stdout + &said.stderr
    };
    ok("umask 0; omsh profile import set/dhcp_isc.yml --name foreman");
    assert_eq!((mode(&config), mode(config.parent().expect("a folder"))), (0o600, 0o700));
    assert_eq!(mode(&place.at(".config/omsh/foreman.key")), 0o600);
    ok("omsh profile import set/dhcp.yml --name foreman2");
    let said = ok("omsh profile import passwd.csv --name xcat");
    assert!(said.contains("dhcpomapialgorithm"), "{said}");
    ok(&format!("omsh profile import {} --name conf", conf_path.display()));
    for (at, name) in ["foreman", "foreman2", "xcat", "conf"].into_iter().enumerate() {
        let tested = ok(&format!("omsh profile test {name}"));
        assert!(tested.contains("answers, and takes the key"), "{tested}");
        // Nothing else says the key.
        let added = format!(
            "OMSH_CONF=/nonexistent omsh host add h{at} --mac 2:0:0:0:0:{at} --profile {name} --server 127.0.0.1"
        );
        assert!(ok(&added).starts_with(&format!("added host h{at}")));
    }
    let listed = ok("OMSH_PROFILE=xcat omsh profile list --output plain --columns name,in_effect,server,port");
    assert_eq!(listed, "conf\tno\t-\t7911\nforeman\tno\t127.0.0.1\t-\nforeman2\tno\t127.0.0.1\t-\nxcat\tyes\t-\t-\n");
    // A path is escaped once, by the rule of the format.
    fs::create_dir_all(place.at("odd/omsh")).expect("ours");
    fs::write(place.at("odd/omsh/config.toml"), "[profiles.default]\nconf = '/a\tb'\n").expect("ours");
    let listed =
        |format: &str| ok(&format!("XDG_CONFIG_HOME=$PWD/odd omsh profile list --output {format} --columns conf"));
    assert_eq!([listed("json"), listed("plain")], ["[\n{\"conf\":\"/a\\tb\"}\n]\n", "/a\\tb\n"]);
    // It is the profile that is tested, whatever variables say.
    ok("OMSH_SERVER=10.9.9.9 OMSH_PORT=1 OMSH_TIMEOUT=0.1 omsh profile test foreman");
    // One that is there stays, but for --force; and so does all else.
    let by_hand = format!(
        "# by hand\n{}\n# not ours\n[profiles.last]\ntimeout = 1.5 # short\n",
        fs::read_to_string(&config).expect("ours")
    );
    fs::write(&config, &by_hand).expect("ours");
    set_mode(&config, 0o644);
    let key_before = fs::read(place.at(".config/omsh/xcat.key")).expect("ours");
    let refused = run("omsh profile import passwd.csv --name xcat");
    assert!(refused.end == End::Exit(2) && refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&config).expect("ours"), by_hand);
    ok("omsh profile import passwd.csv --name xcat --force --algorithm sha256");
    assert_ne!(fs::read(place.at(".config/omsh/xcat.key")).expect("ours"), key_before);
    let wrong = run("omsh profile test xcat");
    assert!(wrong.end == End::Exit(4) && wrong.stdout.contains("refused the key"), "{}", wrong.stdout);
    ok("omsh profile import passwd.csv --name xcat --force");
    ok("omsh profile test xcat");
    let after = fs::read_to_string(&config).expect("ours");
    for part in ["# by hand\n", "# not ours\n[profiles.last]\ntimeout = 1.5 # short\n", "[profiles.foreman]\n"] {
        assert!(after.contains(part), "{part}: {after}");
    }
    assert_eq!((after.matches("[profiles.xcat]").count(), mode(&config)), (1, 0o644), "{after}");
    // A file that cannot be added to is left alone, and no key is left behind.
    for text in ["profiles = { a = { port = 1 } }\n", "[profiles\n"] {
        fs::write(&config, text).expect("ours");
        let refused = run("omsh profile import passwd.csv --name new");
        assert!(refused.end == End::Exit(2) && refused.stderr.contains("config.toml"), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(&config).expect("ours"), text);
        assert!(!place.at(".config/omsh/new.key").exists());
    }
}

#[test]
fn a_profile_of_two_servers_is_tested_on_both() {
    let place = Place::new();
    let dhcpd = dhcpd(&place.net, &conf("k", "hmac-sha256"));
    place.write("k.key", &key("k", "hmac-sha256", SECRET), 0o600);
    let config = "[profiles.pair]\nserver = '127.0.0.1'\nport = 7911\nkey_file = '../../k.key'\ntimeout = 2\n\
                  [profiles.pair.peer]\nserver = '10.1.1.1'\n[profiles.half]\nserver = '127.0.0.1'\nport = 7911\n\
                  key_file = '../../k.key'\n[profiles.half.peer]\nserver = '10.1.1.1'\nport = 7919\n";
    place.write(".config/omsh/config.toml", config, 0o600);
    let both = place.line(None, "omsh profile test pair --output plain --columns step,result,details");
    assert_eq!(both.end, End::Exit(0), "{}", both.stdout);
    assert_eq!(both.stdout.matches("server\tok\t").count(), 2, "{}", both.stdout);
    let half = place.line(None, "omsh profile test half --output plain --columns step,result,details");
    assert_eq!(half.end, End::Exit(3), "{}", half.stdout);
    assert!(half.stdout.contains("server\tok\t127.0.0.1 port 7911"), "{}", half.stdout);
    assert!(half.stdout.contains("server\tfailed\tcannot connect: 10.1.1.1 port 7919"), "{}", half.stdout);
    // A check looks at both as well, and knows that one clock is another machine's. A profile's key is nobody
    // else's.
    let checked = place.check(&dhcpd, "--profile pair --user root");
    checked
        .is(0, &[("clock", "skipped", "", ""), ("user: key", "skipped", "a profile of yours", ""), omshell_of_root()]);
}
