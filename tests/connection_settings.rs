//! Where a setting comes from, as `--explain` tells it; which files with secrets are read, and which are not; and that
//! no run tells a secret.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use support::OURS;
use support::dhcpd::Dhcpd;
use support::namespace::is_root;
use support::net::Net;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

/// `the secret of these settings and of nothing else`, as files have it, and as it is signed with.
const SECRET: &str = "dGhlIHNlY3JldCBvZiB0aGVzZSBzZXR0aW5ncyBhbmQgb2Ygbm90aGluZyBlbHNl";
/// Parts of both, such as a message could quote.
const PARTS: [&str; 3] = ["dGhlIHNlY3", "of these settings", "bm90aGluZyBlbHNl"];

/// Who may say a setting, the one that counts most first.
const SOURCES: [&str; 6] = ["option", "shell", "variable", "profile", "conf", "default"];

/// A folder with files of a user, a network, and runs in it that are looked through for secrets.
struct Place {
    net: Net,
    folder: Scratch,
    conf: PathBuf,
}

impl Place {
    fn new(net: &Net) -> Place {
        let folder = Scratch::new();
        fs::create_dir_all(folder.join(".config/omsh")).expect("a folder");
        let conf = folder.join("dhcpd.conf");
        Place { net: net.clone(), folder, conf }
    }

    fn write(&self, name: &str, text: &[u8], mode: u32) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).expect("a file of our own");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a file of our own");
        path
    }

    fn profile(&self, text: &str) {
        self.write(".config/omsh/config.toml", text.as_bytes(), 0o600);
    }

    fn run(&self, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
        self.run_program(Run::program(OURS).named("omsh").arguments(words), variables)
    }

    /// The same by somebody who may not read what only its owner may read.
    fn run_as_nobody(&self, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let drop: &[&str] = match is_root() {
            true => &["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"],
            false => &["env"],
        };
        let program = self.folder.join("omsh");
        if !program.exists() {
            fs::copy(OURS, &program).expect("a copy where everybody may use it");
        }
        let words = drop[1..].iter().map(OsStr::new).chain([program.as_os_str()]).chain(words.iter().map(OsStr::new));
        self.run_program(Run::program("/usr/bin/".to_owned() + drop[0]).named(drop[0]).arguments(words), variables)
    }

    fn run_program(&self, run: Run, variables: &[(&str, &str)]) -> Outcome {
        let run = variables.iter().fold(run, |run, (name, value)| run.environment(name, value));
        let conf = if variables.iter().any(|(name, _)| *name == "OMSH_CONF") { None } else { Some(&self.conf) };
        let run = conf.into_iter().fold(run, |run, path| run.environment("OMSH_CONF", path));
        let outcome = run
            .environment("HOME", self.folder.path())
            .environment("OMSH_LEASES", self.folder.join("dhcpd.leases"))
            .limit(Duration::from_secs(20))
            .within(&self.net);
        tells_no_secret(&said(&outcome));
        outcome
    }
}

fn said(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&[outcome.stdout.as_slice(), &outcome.stderr].concat()).into_owned()
}

fn tells_no_secret(text: &str) {
    assert!(!text.contains(SECRET) && !PARTS.iter().any(|part| text.contains(part)), "a secret is told: {text}");
}

fn key(name: &str) -> String {
    format!("key {name} {{ algorithm hmac-sha256; secret {SECRET}; }};\n")
}

#[test]
fn whoever_comes_first_counts_for_each_setting() {
    let place = Place::new(&Net::new());
    place.write("option.key", key("option").as_bytes(), 0o600);
    place.write("variable.key", key("variable").as_bytes(), 0o600);
    place.write(".config/omsh/profile.key", key("profile").as_bytes(), 0o600);
    let path = |name: &str| place.folder.join(name).display().to_string();
    let shell_lines = format!("server 127.0.0.3\nport 1003\nkey-algorithm hmac-sha256\nkey shell {SECRET}\n");
    for (at, first) in SOURCES.iter().enumerate() {
        let says = |source: &str| SOURCES[at..].contains(&source);
        let (variable_key, option_key) = (path("variable.key"), path("option.key"));
        let mut variables = vec![];
        if says("variable") {
            variables = vec![
                ("OMSH_SERVER", "127.0.0.4"),
                ("OMSH_PORT", "1004"),
                ("OMSH_KEY_FILE", &variable_key),
                ("OMSH_TIMEOUT", "4"),
            ];
        }
        place.profile(match says("profile") {
            true => {
                "[profiles.default]\nserver = \"127.0.0.5\"\nport = 1005\nkey_file = \"profile.key\"\ntimeout = 5\n"
            }
            false => "",
        });
        let conf = format!("omapi-port 1006;\n{}omapi-key conf;\n", key("conf"));
        place.write("dhcpd.conf", if says("conf") { conf.as_bytes() } else { b"" }, 0o600);
        let mut words = vec!["host", "show", "web1", "--explain"];
        if says("option") {
            words.extend(["--server", "127.0.0.2", "--port", "1002", "--key-file", &option_key, "--timeout", "2"]);
        }
        // A script with a secret is a file: what is in it would be seen in the list of processes.
        let script = shell_lines.clone() + &words.join(" ") + "\n";
        place.write("script", script.as_bytes(), 0o600);
        let script = path("script");
        let outcome = match says("shell") {
            true => place.run(&["--timeout", "3", "-f", &script], &variables),
            false => place.run(&words, &variables),
        };
        let origin = |name: &str| match *first {
            "option" => format!("the option --{name}"),
            "shell" => "the shell".to_owned(),
            "variable" => format!("the variable OMSH_{}", name.to_uppercase().replace('-', "_")),
            "profile" => "the profile default".to_owned(),
            "conf" if matches!(name, "port" | "key-file") => path("dhcpd.conf"),
            _ => "the default".to_owned(),
        };
        let number = at + 2;
        let by_conf = matches!(*first, "conf" | "default");
        let server = if by_conf { "127.0.0.1".to_owned() } else { format!("127.0.0.{number}") };
        let port = if *first == "default" { 7911 } else { 1000 + number };
        let timeout = if by_conf { 10 } else { number };
        let file = match *first {
            "option" | "variable" => format!(", in {}", path(&format!("{first}.key"))),
            "profile" => format!(", in {}", path(".config/omsh/profile.key")),
            _ => String::new(),
        };
        let key = match *first {
            "default" => "key: none".to_owned(),
            first => format!("key: {first} ({}{file})", origin("key-file")),
        };
        let said = said(&outcome);
        for line in [
            format!("server: {server} ({})", origin("server")),
            format!("port: {port} ({})", origin("port")),
            key,
            format!("timeout: {timeout} s ({})", origin("timeout")),
        ] {
            assert!(said.contains(&format!(": {line}\n")), "{first}: {line}\n{said}");
        }
        assert_eq!(outcome.end, End::Exit(3), "{first}: nobody listens there: {said}");
        assert_eq!(outcome.stdout, b"", "{first}: settings are told on stderr");
    }
}

#[test]
fn a_key_file_that_others_may_read_or_change_is_refused() {
    let net = Net::new();
    let place = Place::new(&net);
    let conf = key("omapi")
        + "omapi-key omapi;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n\
               host web1 { hardware ethernet 2:0:0:0:0:1; }\n";
    let _dhcpd = Dhcpd::start(&net, &conf, b"");
    place.write("dhcpd.conf", b"", 0o600);
    for (mode, is_fine) in [
        (0o400, true),
        (0o600, true),
        (0o640, true),
        (0o660, true),
        (0o440, true),
        (0o601, true),
        (0o604, false),
        (0o602, false),
        (0o644, false),
        (0o666, false),
        (0o777, false),
    ] {
        let file = place.write("some.key", key("omapi").as_bytes(), mode);
        let file = file.to_str().expect("text");
        let show = ["host", "show", "web1", "--output", "json"];
        let refused = |outcome: &Outcome, origin: &str| {
            let said = said(outcome);
            let parts = ["chmod o= FILE", "--allow-readable-key", &format!("(mode {mode:03o})"), origin, file];
            outcome.end == End::Exit(2) && parts.iter().all(|part| said.contains(part)) && said.contains("\"usage\"")
        };
        let accepted = |outcome: &Outcome| outcome.end == End::Exit(0) && said(outcome).contains("02:00:00:00:00:01");
        let by_option = [&show[..], &["--key-file", file]].concat();
        let profile = "[profiles.default]\nkey_file = \"~/some.key\"\n";
        place.profile("");
        let told = [
            (place.run(&by_option, &[]), "--key-file"),
            (place.run(&show, &[("OMSH_KEY_FILE", file)]), "OMSH_KEY_FILE"),
            {
                place.profile(profile);
                (place.run(&show, &[]), "the profile default")
            },
        ];
        for (outcome, origin) in &told {
            let is_right = if is_fine { accepted(outcome) } else { refused(outcome, origin) };
            assert!(is_right, "{mode:o}, {origin}: {outcome:?}");
        }
        // What is said of a profile's file is not said of another one.
        place.profile(&(profile.to_owned() + "allow_readable_key = true\n"));
        assert!(accepted(&place.run(&show, &[])), "{mode:o}");
        let other = place.run(&by_option, &[]);
        assert!(if is_fine { accepted(&other) } else { refused(&other, "--key-file") }, "{mode:o}: {other:?}");
        let allowed = [&by_option[..], &["--allow-readable-key"]].concat();
        assert!(accepted(&place.run(&allowed, &[])), "{mode:o}");
    }
}

#[test]
fn what_is_no_key_file_is_told_without_what_is_in_it() {
    let place = Place::new(&Net::new());
    place.write("dhcpd.conf", b"", 0o600);
    let secret = |before: &str, after: &str| [before, SECRET, after].concat();
    let files: [(&str, String, &str); 13] = [
        ("empty", String::new(), "there is no key in it"),
        ("blank", "\n# nothing\n\n".to_owned(), "there is no key in it"),
        ("no-key", "omapi-port 7911;\n".to_owned(), "there is no key in it"),
        ("two", key("one") + &key("two"), "there are several keys in it (one, two)"),
        ("two-lines", secret("key a ", "\n") + &secret("key b ", "\n"), "there are several keys in it (a, b)"),
        ("huge", key("k") + &"#".repeat(70_000), "it has more than 64 KiB"),
        ("no-base64", secret("key k ", "*\n"), "its secret is not base64"),
        ("no-secret", "key k { algorithm hmac-md5; };\n".to_owned(), "line 1, column"),
        ("no-algorithm", secret("key k { secret ", "; };\n"), "line 1, column"),
        ("unknown", secret("key k { algorithm hmac-sha3; secret ", "; };\n"), "line 1, column 19"),
        ("unknown-line", secret("key-algorithm sha3\nkey k ", "\n"), "`sha3` is no algorithm"),
        ("cut", secret("key k { algorithm hmac-md5; secret ", ""), "line 1, column"),
        ("K.private", secret("Private-key-format: v1.3\nAlgorithm: 157\nKey: ", "\n"), "does not say its key's name"),
    ];
    for (name, text, part) in files {
        let path = place.write(name, text.as_bytes(), 0o600);
        for format in ["table", "json"] {
            let path = path.to_str().expect("text");
            let outcome = place.run(&["host", "show", "web1", "--output", format, "--key-file", path], &[]);
            let said = said(&outcome);
            assert_eq!(outcome.end, End::Exit(2), "{name}: {said}");
            assert!(said.contains(part) && said.contains(path), "{name}: {said}");
        }
    }
    let folder = place.folder.path().to_str().expect("text");
    let missing = format!("{folder}/no-such-key");
    for (file, part) in [(folder, "Is a directory"), (&missing, "No such file"), ("", "")] {
        let outcome = place.run(&["host", "show", "web1", "--key-file", file], &[]);
        assert!(outcome.end == End::Exit(2) && said(&outcome).contains(part), "{file}: {outcome:?}");
    }
}

#[test]
fn what_may_not_be_read_is_told() {
    let net = Net::new();
    let place = Place::new(&net);
    let conf = key("omapi")
        + "omapi-key omapi;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n\
               host web1 { hardware ethernet 2:0:0:0:0:1; }\n";
    let _dhcpd = Dhcpd::start(&net, &conf, b"");
    place.write("dhcpd.conf", conf.as_bytes(), if is_root() { 0o600 } else { 0 });
    let unreadable = place.write("own.key", key("omapi").as_bytes(), if is_root() { 0o600 } else { 0 });
    let readable = place.write("wide.key", key("omapi").as_bytes(), 0o644);
    let (unreadable, readable) = (unreadable.to_str().expect("text"), readable.to_str().expect("text"));
    fs::set_permissions(place.folder.join(".config"), fs::Permissions::from_mode(0o755)).expect("a folder");
    fs::set_permissions(place.folder.join(".config/omsh"), fs::Permissions::from_mode(0o755)).expect("a folder");

    // The configuration of a server on this machine: its key is not known then, and that is said.
    let show = ["host", "show", "web1"];
    let note = "dhcpd.conf: Permission denied (os error 13); so its port and its key are not known\n";
    let hint = "the server wants a key, the one that omapi-key in its dhcpd.conf names: give it with --key-file";
    let plain = place.run_as_nobody(&show, &[]);
    assert_eq!(plain.end, End::Exit(4), "{plain:?}");
    assert!(said(&plain).contains(hint), "{plain:?}");
    for option in ["--explain", "--verbose"] {
        let outcome = place.run_as_nobody(&[&show[..], &[option]].concat(), &[]);
        let said = said(&outcome);
        assert!(outcome.end == End::Exit(4) && said.contains(note) && said.contains(hint), "{option}: {said}");
    }
    // With a key of their own it does not matter.
    let allowed = ["host", "show", "web1", "--key-file", readable, "--allow-readable-key"];
    let outcome = place.run_as_nobody(&allowed, &[]);
    assert!(outcome.end == End::Exit(0) && said(&outcome).contains("02:00:00:00:00:01"), "{outcome:?}");

    let outcome = place.run_as_nobody(&["host", "show", "web1", "--key-file", unreadable], &[]);
    let part = format!("cannot use the key file {unreadable} (the option --key-file): Permission denied");
    assert!(outcome.end == End::Exit(2) && said(&outcome).contains(&part), "{outcome:?}");

    place.profile("[profiles.default]\nport = 7911\n");
    if !is_root() {
        place.write(".config/omsh/config.toml", b"", 0);
    }
    let outcome = place.run_as_nobody(&show, &[]);
    let part = "cannot read ";
    let told = said(&outcome);
    assert!(
        outcome.end == End::Exit(2) && told.contains(part) && told.contains("config.toml: Permission denied"),
        "{told}"
    );
}

#[test]
fn a_path_of_a_profile_is_relative_to_its_file_or_to_the_home_folder() {
    let net = Net::new();
    let place = Place::new(&net);
    let _dhcpd = Dhcpd::start(
        &net,
        &(key("omapi") + "omapi-key omapi;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n"),
        b"",
    );
    place.write("home.key", key("omapi").as_bytes(), 0o600);
    place.write(".config/omsh/beside.key", key("omapi").as_bytes(), 0o600);
    let absolute = place.folder.join("home.key").display().to_string();
    for (written, read) in [
        ("~/home.key", absolute.as_str()),
        ("beside.key", ".config/omsh/beside.key"),
        ("../../home.key", ".config/omsh/../../home.key"),
        (absolute.as_str(), absolute.as_str()),
    ] {
        place.profile(&format!("[profiles.default]\nserver = \"127.0.0.1\"\nport = 7911\nkey_file = \"{written}\"\n"));
        let outcome = place.run(&["host", "show", "web1", "--explain"], &[]);
        let path = place.folder.path().join(read).display().to_string();
        let line = format!("key: omapi (the profile default, in {path})\n");
        assert!(outcome.end == End::Exit(5) && said(&outcome).contains(&line), "{written}: {}", said(&outcome));
    }
    // The files of the server, too.
    let text = format!("omapi-port 7911;\n{}omapi-key omapi;\n", key("omapi"));
    place.write("server.conf", text.as_bytes(), 0o600);
    place.profile("[profiles.default]\nconf = \"~/server.conf\"\nleases = \"~/nosuch\"\n");
    let outcome = place.run(&["host", "show", "web1", "--explain"], &[("OMSH_CONF", "")]);
    let line = format!("key: omapi ({})\n", place.folder.join("server.conf").display());
    assert!(outcome.end == End::Exit(5) && said(&outcome).contains(&line), "{}", said(&outcome));
}

#[test]
fn no_secret_is_in_traces_or_in_the_list_of_processes() {
    let net = Net::new();
    let place = Place::new(&net);
    let conf = key("omapi") + "omapi-key omapi;\nomapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n";
    let _dhcpd = Dhcpd::start(&net, &conf, b"");
    place.write("dhcpd.conf", conf.as_bytes(), 0o600);
    place.write("good.key", key("omapi").as_bytes(), 0o600);
    place.write("other.key", key("other").as_bytes(), 0o600);
    place.write("script", format!("key-algorithm hmac-sha256\nkey omapi {SECRET}\nhost show web1\n").as_bytes(), 0o600);
    let path = |name: &str| place.folder.join(name).display().to_string();
    for (at, words) in [
        vec!["host", "add", "web1", "--client-id", "x", "--key-file", &path("good.key")],
        vec!["host", "show", "web1", "--key-file", &path("good.key")],
        vec!["host", "show", "web1", "--key-file", &path("other.key")],
        vec!["host", "show", "web1"],
        vec!["raw", "open", "host", "name=str:web1", "--output", "json"],
        vec!["-f", &path("script")],
    ]
    .into_iter()
    .enumerate()
    {
        let trace = path(&format!("trace{at}"));
        let option = format!("--trace={trace}");
        place.run(&[&words[..], &[&option]].concat(), &[]);
        let trace = fs::read_to_string(trace).expect("a trace");
        assert!(trace.contains("authenticator"), "{words:?}: {trace}");
        tells_no_secret(&trace);
        // The same on stderr.
        place.run(&[&words[..], &["--trace"]].concat(), &[]);
    }
    // A server that keeps silent, so that there is time to look at those who wait for it.
    let script = format!(
        "python3 -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", 7950)); time.sleep(4)' &\n\
         sleep 1; cd {}; export HOME=$PWD OMSH_CONF=$PWD/dhcpd.conf\n\
         {OURS} host show web1 --key-file good.key --port 7950 --timeout 2 &\n\
         {OURS} host show web2 --port 7950 --timeout 2 &\n\
         OMSH_PORT=7950 {OURS} --timeout 2 -f script &\n\
         sleep 1; for process in /proc/[0-9]*; do cat $process/cmdline $process/environ | tr '\\0' ' '; echo; done 2>/dev/null\n\
         wait\n",
        place.folder.path().display()
    );
    let outcome = place.run_program(Run::program("/bin/sh").named("sh").arguments(["-c", &script]), &[]);
    let said = said(&outcome);
    for part in ["host show web1 --key-file good.key", "host show web2 --port 7950", "-f script"] {
        assert!(said.contains(part), "{part} is no process: {said}");
    }
}
