//! Where files of our own are made, and how: below a home that is there, for their owner only, as a whole or not at all.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;

const CONF: &str = "omapi-port 7911;\nsubnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n";
const HOST: &str = "connect\nnew host\nset name = \"web1\"\nset hardware-address = 2:0:0:0:0:1\n\
                    set hardware-type = 1\ncreate\n";

fn said(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&[outcome.stdout.clone(), outcome.stderr.clone()].concat()).into_owned()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

/// Asks for a completion, and returns whether something is at that place within a time.
fn completes(home: &Path, cache: Option<&Path>, folder: &Scratch, made: &Path, within: Duration) -> bool {
    let run = Run::ours().named("omsh").arguments(["--", "omsh find 10.", "\"'><=;|&(:"]);
    let mut run = run.environment("OMSH_COMPLETE", "bash").environment("HOME", home);
    if let Some(cache) = cache {
        run = run.environment("XDG_CACHE_HOME", cache);
    }
    let files = [("OMSH_CONF", "conf"), ("OMSH_LEASES", "leases")];
    let run = files.iter().fold(run, |run, (name, file)| run.environment(name, folder.join(file)));
    let outcome = run.alone();
    assert_eq!(outcome.end, End::Exit(0), "{}", said(&outcome));
    let end = Instant::now() + within;
    while Instant::now() < end && !made.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    made.exists()
}

#[test]
fn nothing_is_made_for_a_home_that_is_not_there() {
    let folder = Scratch::new();
    fs::write(folder.join("conf"), CONF).expect("a file of our own");
    fs::write(folder.join("leases"), "lease 10.0.0.1 {\n  binding state free;\n}\n").expect("a file of our own");
    let (home, absent) = (folder.join("home"), folder.join("absent"));
    fs::create_dir(&home).expect("a folder of our own");
    // A home that is there gets its cache: so the other answers mean something.
    let long = Duration::from_secs(10);
    assert!(completes(&home, None, &folder, &home.join(".cache/omsh"), long), "a home that is there has no cache");
    let other = folder.join("other/cache");
    let short = Duration::from_millis(700);
    assert!(!completes(&absent, None, &folder, &absent, short), "the home was made");
    assert!(!completes(&home, Some(&other), &folder, &folder.join("other"), short), "XDG_CACHE_HOME was made");
}

fn rehearse(arguments: &[&str], folder: &Scratch, script: &str) -> Outcome {
    let conf = folder.join("conf");
    fs::write(&conf, CONF).expect("a file of our own");
    let conf = conf.display().to_string();
    let arguments = ["rehearse", "--conf", &conf].into_iter().chain(arguments.iter().copied());
    Run::ours().named("omsh").arguments(arguments).stdin(script).alone()
}

#[test]
fn blocks_are_written_when_there_are_any_and_as_a_whole() {
    let folder = Scratch::new();
    let (file, link) = (folder.join("blocks"), folder.join("link"));
    let name = file.display().to_string();
    let outcome = rehearse(&["--write-leases", &name, "-"], &folder, "help\n");
    assert!(outcome.end == End::Exit(0) && !file.exists(), "nothing to write: {}", said(&outcome));

    fs::write(&file, "old").expect("a file of our own");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a file of our own");
    symlink("blocks", &link).expect("a link of our own");
    let before = fs::read_dir(folder.path()).expect("a folder of our own").count();
    let outcome = rehearse(&["--write-leases", &name, "-"], &folder, "help\n");
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "old", "nothing to write: {}", said(&outcome));
    let none = folder.path().display().to_string();
    let outcome = rehearse(&["--write-leases", &name, &none], &folder, "");
    let text = fs::read_to_string(&file).expect("it is there");
    assert_eq!((outcome.end, text.as_str()), (End::Exit(2), "old"), "an error: {}", said(&outcome));

    let outcome = rehearse(&["--write-leases", &link.display().to_string(), "-"], &folder, HOST);
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.starts_with("host web1 {"), "{text:?}, {}", said(&outcome));
    assert!(link.is_symlink() && mode(&file) == 0o640, "mode {:o}", mode(&file));
    let after = fs::read_dir(folder.path()).expect("a folder of our own").count();
    // The conf was there before.
    assert_eq!(after, before, "something is left behind");

    let outcome = rehearse(&["--write-leases", "/dev/full", "-"], &folder, HOST);
    let text = said(&outcome);
    assert!(outcome.end == End::Exit(2) && text.contains("cannot write all of /dev/full"), "{text}");
}

/// Runs a rehearsal that clients can ask, has one of them ask twice, and returns what the server said on stderr.
fn served(log: &Path, folder: &Scratch) -> String {
    fs::write(folder.join("conf"), CONF).expect("a file of our own");
    fs::write(folder.join("script"), format!("{HOST}close\nnew host\nset name = \"web1\"\nopen\n")).expect("our own");
    let script = format!(
        "umask 022; rm -f address; {ours} rehearse --conf conf --listen 127.0.0.1:0 --log {log} >address 2>errors & server=$!\n\
         while ! [ -s address ]; do sleep 0.05; done\n\
         port=$(sed 's/.*://' address)\n\
         {{ echo server 127.0.0.1; echo port $port; cat script; }} | {ours} >/dev/null 2>&1\n\
         kill $server; wait $server; cat errors",
        ours = crate::support::OURS,
        log = log.display(),
    );
    let script = format!("cd {}; {script}", folder.path().display());
    let outcome = Run::program("/bin/sh").named("sh").arguments(["-c", &script]).alone();
    said(&outcome)
}

#[test]
fn a_log_is_for_its_owner_and_what_it_lacks_is_said_once() {
    let folder = Scratch::new();
    let log = folder.join("log");
    let errors = served(&log, &folder);
    let text = fs::read_to_string(&log).unwrap_or_default();
    assert!(text.lines().count() > 3 && errors.is_empty(), "{text}, {errors}");
    assert_eq!(mode(&log), 0o600, "mode {:o}", mode(&log));
    let errors = served(Path::new("/dev/full"), &folder);
    assert_eq!(errors, "omsh: /dev/full does not have all messages: No space left on device (os error 28)\n");
}

#[test]
fn a_statement_of_an_association_that_dhcpd_does_not_know_is_said() {
    let folder = Scratch::new();
    let address = "iaaddr 2001:db8::8 {\n    binding state active;\n    ends 5 2036/11/27 10:00:00;\n  }\n";
    for (statement, status) in [("", 0), ("  bogus 5;\n", 1)] {
        let text =
            format!("ia-na \"\\001\\000\\000\\000ab\" {{\n  cltt 2 2026/11/24 10:00:00;\n{statement}  {address}}}\n");
        fs::write(folder.join("leases"), &text).expect("a file of our own");
        let leases = folder.join("leases").display().to_string();
        let conf = folder.join("conf").display().to_string();
        fs::write(&conf, "subnet6 2001:db8::/64 { range6 2001:db8::1 2001:db8::ff; }\n").expect("a file of our own");
        let words = ["leases", "-6", "--conf", &conf, "--leases", &leases];
        let outcome = Run::ours().named("omsh").arguments(words).alone();
        let text = said(&outcome);
        assert_eq!(outcome.end, End::Exit(status), "{statement:?}: {text}");
        let is_said = text.contains("leases:3:3: ") && text.contains("dhcpd knows no such statement");
        assert_eq!(is_said, status == 1, "{statement:?}: {text}");
    }
}

#[test]
fn what_kea_reads_of_exported_leases_is_what_they_are() {
    let folder = Scratch::new();
    let lease = |last: u8, times: &str| {
        format!(
            "lease 10.0.0.{last} {{\n  {times}\n  binding state active;\n  hardware ethernet 02:00:00:00:00:0{last};\n}}\n"
        )
    };
    let leases = [
        lease(1, "starts 4 2026/11/26 10:00:00;\n  ends never;"),
        lease(2, "starts 4 2026/11/26 10:00:00;\n  ends 4 2120/11/26 10:00:00;"),
        lease(3, "starts 4 2026/11/26 10:00:00;\n  ends 4 9999/11/26 10:00:00;"),
        lease(4, "starts epoch 0;\n  ends 4 2120/11/26 10:00:00;"),
    ];
    fs::write(folder.join("conf"), CONF).expect("a file of our own");
    fs::write(folder.join("leases"), leases.concat()).expect("a file of our own");
    let files = ["--conf", "conf", "--leases", "leases"].map(|word| match word {
        "conf" | "leases" => folder.join(word).display().to_string(),
        word => word.to_owned(),
    });
    let words = ["export", "--what", "leases", "--format", "kea"].map(str::to_owned);
    let outcome = Run::ours().named("omsh").arguments(words.into_iter().chain(files)).alone();
    let exported = String::from_utf8_lossy(&outcome.stdout).into_owned();
    fs::write(folder.join("kea.csv"), &exported).expect("a file of our own");
    let script = format!(
        "cd {}; export KEA_LOCKFILE_DIR=none KEA_PIDFILE_DIR=$PWD\n\
         exec kea-lfc -4 -d -p $PWD/pid -x $PWD/read -i $PWD/kea.csv -o $PWD/out -f $PWD/done -c none 2>&1",
        folder.path().display()
    );
    let lfc = Run::program("/bin/sh").named("sh").arguments(["-c", &script]).alone();
    let read = fs::read_to_string(folder.join("read")).unwrap_or_default();
    assert_eq!(read, exported, "{}\n{}", said(&outcome), said(&lfc));
    let rows: Vec<Vec<&str>> = exported.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let lifetimes: Vec<&str> = rows.iter().map(|row| row[3]).collect();
    assert_eq!(lifetimes.len(), 4, "{exported}");
    assert_eq!((lifetimes[0], lifetimes[2]), ("4294967295", "4294967294"), "{exported}");
    for row in rows {
        let number = |at: usize| row[at].parse::<i64>().expect("a number");
        let starts = number(4) - number(3);
        assert!((0..=i64::from(u32::MAX)).contains(&starts), "{row:?} starts at {starts}");
    }
}
