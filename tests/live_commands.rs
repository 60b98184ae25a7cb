//! The commands that talk to a live server, in transcripts: `tests/transcripts/*.txt`, each beside a real
//! dhcpd of its own.
//!
//! ```text
//! # What it is about.
//! conf: key-sha256
//! seed: in-use
//!
//! $ omsh host add web1 --mac 52:54:00:aa:bb:cc
//! added host web1: mac 52:54:00:aa:bb:cc
//! [0]
//! ```
//!
//! `conf` and `seed` name files in `tests/confs`. A line that begins with `$` is run by a shell in a folder of
//! the transcript's own, with stdout and stderr in one pipe; what comes out follows, and the exit status in
//! brackets. Beside `omsh` there are six programs: `look TYPE NAME VALUE` asks the real omshell, `written`
//! shows what dhcpd has appended to its lease file, `judge` asks dhcpd whether it could read that,
//! `formats WORD…` is `omsh WORD…` in each format, `unwritten WORD…` is `omsh WORD…`, after which the lease
//! file has to be what it was, and `facing SERVER WORD…` is `omsh WORD…` with a server that is none ([`FACING`]).
//!
//! `OMSH_RECORD=1` writes down what comes out now, for a review to look at.

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::Run;
use support::scratch::Scratch;
use support::{DHCPD, OMSHELL, OURS, confs, mask, workers};

/// A program that takes the place of a server.
const FACING: &str = r#"#!/usr/bin/python3
import socket, subprocess, sys, threading
kind, words = sys.argv[1], sys.argv[2:]
listener = socket.create_server(("127.0.0.1", 7950))
greeting = bytes([0, 0, 0, 100, 0, 0, 0, 24])
def serve():
    while True:
        client, _ = listener.accept()
        if kind == "another":
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        if kind.startswith("greeting"):
            client.sendall(greeting)
            client.recv(8)
        if kind.endswith("silence"):
            kept.append(client)
            continue
        client.recv(4096 if kind.startswith("greeting") else 1)
        client.close()
kept = []
threading.Thread(target=serve, daemon=True).start()
sys.exit(subprocess.call(["omsh", *words, "--port", "7950"]))
"#;

/// A transcript.
struct Transcript {
    path: PathBuf,
    head: Vec<String>,
    conf: String,
    seed: Option<String>,
    /// Commands, and what stands below each, line by line.
    steps: Vec<(String, Vec<String>)>,
}

impl Transcript {
    fn read(path: &Path) -> Transcript {
        let text = fs::read_to_string(path).expect("a transcript");
        let (head, body) = text.split_once("\n\n").expect("a head, and an empty line below it");
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let mut steps: Vec<(String, Vec<String>)> = Vec::new();
        for line in body.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => steps.push((command.to_owned(), Vec::new())),
                None => steps.last_mut().expect("a command comes first").1.push(line.to_owned()),
            }
        }
        Transcript {
            path: path.to_owned(),
            head: head.lines().map(str::to_owned).collect(),
            conf: value("conf: ").unwrap_or_else(|| "base".to_owned()),
            seed: value("seed: "),
            steps,
        }
    }

    fn text(&self) -> String {
        let steps = self.steps.iter().map(|(command, output)| format!("$ {command}\n{}", joined(output)));
        format!("{}\n\n{}", self.head.join("\n"), steps.collect::<String>())
    }

    /// Runs all of it, and returns what it would look like now.
    fn run(&self, net: &Net) -> Transcript {
        let seed = self.seed.as_deref().map(confs::leases).unwrap_or_default();
        let conf = confs::conf(&self.conf);
        let dhcpd = Dhcpd::start(net, &conf, &seed);
        let folder = Scratch::new();
        let bin = folder.join("bin");
        fs::create_dir(&bin).expect("a folder");
        symlink(OURS, bin.join("omsh")).expect("a link");
        let program = |name: &str, text: String| {
            fs::write(bin.join(name), text).expect("a program of ours");
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).expect("a program of ours");
        };
        let key_lines = key_lines(&conf);
        program(
            "look",
            format!(
                "#!/bin/sh\nprintf '%s\\n' {key_lines} connect \"new $1\" \"set $2 = $3\" open | {OMSHELL} | sed -n 's/^> *//; / = /p'\n"
            ),
        );
        let (leases, size) = (dhcpd.lease_file(), dhcpd.leases_at_start().len());
        program("written", format!("#!/bin/sh\ntail -c +{} {}\n", size + 1, leases.display()));
        let conf_file = leases.with_file_name("dhcpd.conf");
        // Of most mistakes in a lease file dhcpd complains only, and goes on without what it could not read.
        program(
            "judge",
            format!(
                "#!/bin/sh\ncp {} copy.leases; {DHCPD} -t -T -cf {} -lf copy.leases >judged 2>&1 || {{ tail -5 judged; exit; }}\n\
                 grep -F 'copy.leases line' judged || echo sound\n",
                leases.display(),
                conf_file.display()
            ),
        );
        program(
            "formats",
            "#!/bin/sh\nfor format in table plain json jsonl csv; do omsh \"$@\" --output $format; done\n".to_owned(),
        );
        program(
            "unwritten",
            format!(
                "#!/bin/sh\ncp {0} before.leases; omsh \"$@\"; status=$?; cmp before.leases {0} && exit $status\n",
                leases.display()
            ),
        );
        program("facing", FACING.to_owned());
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let run = |command: &str| {
            let line = format!("cd {} && {command}", folder.path().display());
            let outcome = Run::program("/bin/sh")
                .named("sh")
                .arguments(["-c", &line])
                .merged()
                .environment("PATH", &path)
                .environment("HOME", folder.path().as_os_str())
                .environment("OMSH_CONF", conf_file.as_os_str())
                .environment("OMSH_LEASES", leases.as_os_str())
                .limit(Duration::from_secs(60))
                .within(net);
            let text = String::from_utf8_lossy(&mask::times(&outcome.stdout)).into_owned();
            let places = [(folder.path(), "HERE"), (leases.parent().expect("a folder"), "SERVER")];
            let text = places.iter().fold(text, |text, (path, name)| text.replace(&path.display().to_string(), name));
            let mut lines: Vec<String> = text.replace('\r', "\\r").lines().map(masked).collect();
            lines.push(format!("[{}]", outcome.end));
            lines
        };
        let steps = self.steps.iter().map(|(command, _)| (command.clone(), run(command))).collect();
        Transcript {
            steps,
            path: self.path.clone(),
            head: self.head.clone(),
            conf: self.conf.clone(),
            seed: self.seed.clone(),
        }
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The lines of omshell that give it the key of a configuration, as arguments of a shell.
fn key_lines(conf: &str) -> String {
    let value = |name: &str| {
        let line = conf.lines().find_map(|line| line.trim().strip_prefix(name))?;
        Some(line.trim().trim_end_matches(';').trim_matches('"').to_owned())
    };
    match (value("algorithm "), value("secret "), value("omapi-key ")) {
        (Some(algorithm), Some(secret), Some(name)) => format!("'key-algorithm {algorithm}' 'key {name} {secret}'"),
        _ => String::new(),
    }
}

/// A line without what no two runs have in common: times of people and of programs, and the size of the lease
/// file, which has a random identifier.
fn masked(line: &str) -> String {
    if let Some((before, size)) = line.split_once("can be read: ") {
        let after = size.split_once('\t').map_or("", |_| "\t-");
        return format!("{before}can be read: SIZE{after}");
    }
    let digits = |text: &str, form: &str| {
        text.len() >= form.len()
            && form.bytes().zip(text.bytes()).all(|(form, byte)| match form {
                b'#' => byte.is_ascii_digit(),
                b'_' => byte == b' ' || byte == b'T',
                form => form == byte,
            })
    };
    let mut out = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if digits(rest, "####-##-##_##:##:##") {
            out += "TIME";
            rest = &rest["####-##-##_##:##:##".len()..];
            rest = rest.strip_prefix('Z').unwrap_or(rest);
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

#[test]
fn what_comes_out_is_what_is_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("transcripts").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(!paths.is_empty(), "there are no transcripts");
    let records = std::env::var_os("OMSH_RECORD").is_some();
    let reports = workers::share(&paths, |path, [net]| {
        let wanted = Transcript::read(path);
        let got = wanted.run(net);
        if records {
            fs::write(path, got.text()).expect("a transcript is written");
            return None;
        }
        let mut report = String::new();
        for ((command, wanted), (_, got)) in wanted.steps.iter().zip(&got.steps) {
            if wanted != got {
                report += &format!("$ {command}\nwanted:\n{}got:\n{}\n", joined(wanted), joined(got));
            }
        }
        (!report.is_empty()).then(|| format!("{}\n{report}", path.display()))
    });
    let reports: Vec<String> = reports.into_iter().flatten().collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

/// The algorithms by their numbers in a `.private` file.
const ALGORITHMS: [(&str, u16); 6] =
    [("md5", 157), ("sha1", 161), ("sha224", 162), ("sha256", 163), ("sha384", 164), ("sha512", 165)];

#[test]
fn keys_of_every_algorithm_are_read_in_every_syntax() {
    let reports = workers::share(&ALGORITHMS, |(algorithm, number), [net]| {
        let conf = confs::conf(&format!("key-{algorithm}"));
        let dhcpd = Dhcpd::start(net, &conf, b"");
        let value = |name: &str| {
            let line = conf.lines().find_map(|line| line.trim().strip_prefix(name)).expect("it has a key");
            line.trim().trim_end_matches(';').trim_matches('"').to_owned()
        };
        let (name, secret) = (value("omapi-key "), value("secret "));
        let folder = Scratch::new();
        let files = [
            (
                "omapi.key".to_owned(),
                format!("key \"{name}\" {{\n  algorithm hmac-{algorithm};\n  secret \"{secret}\";\n}};\n"),
            ),
            (
                format!("K{name}.+{number}+00000.private"),
                format!("Private-key-format: v1.3\nAlgorithm: {number} (HMAC)\nKey: {secret}\nBits: AAA=\n"),
            ),
            ("lines".to_owned(), format!("# omshell\nkey-algorithm hmac-{algorithm}\nkey {name} {secret}\n")),
        ];
        let mut report = String::new();
        for (at, (file, text)) in files.iter().enumerate() {
            let path = folder.join(file);
            fs::write(&path, text).expect("a key file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a key file");
            let run = |words: &[&str]| {
                Run::program(OURS)
                    .named("omsh")
                    .arguments(words)
                    .arguments([std::ffi::OsStr::new("--key-file"), path.as_os_str()])
                    .environment("OMSH_CONF", folder.join("no-such-conf"))
                    .within(net)
            };
            let host = format!("web{at}");
            let made = run(&["host", "add", &host, "--client-id", &host]);
            let shown = run(&["host", "show", &host, "--output", "plain"]);
            let is_right = made.stdout == format!("added host {host}: client id {host}\n").as_bytes()
                && shown.stdout == format!("{host}\t-\t{host}\t-\n").as_bytes();
            if !is_right {
                report += &format!("{algorithm}, {file}: {made:?} {shown:?}\n");
            }
        }
        let written = String::from_utf8_lossy(&dhcpd.leases_written()).into_owned();
        if written.matches("host web").count() != files.len() {
            report += &format!("{algorithm}: {written}\n");
        }
        report
    });
    assert_eq!(reports.concat(), "");
}
