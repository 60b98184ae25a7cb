//! What a one-shot command costs beside the same look-up in omshell's language: `cargo bench --bench live`.
//!
//! `omsh host show NAME` and a script of five lines on the stdin of the same binary, on one live dhcpd with a key,
//! whole processes, one right after the other; the order within a pair alternates, and the ratio reported is the
//! median over the pairs. Then strace tells whether a name was looked up for a server that is an address.
//!
//! Two processes take part: the one that cargo starts makes a network namespace with a dhcpd in it, and starts itself
//! again inside.
//!
//! Options, after `--`: `--check` to fail when a target is missed. Exit status: 0, 1 for a missed target, 2 when
//! there is nothing to report, with the reason.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::scratch::Scratch;

/// The most that `host show` may take, in times of the piped look-up.
const TARGET: f64 = 1.3;

const PAIRS: usize = 400;

/// The key of the configuration `key-md5`, which also has the host static1.
const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";

/// What the C library opens to look a name up.
const RESOLVER_FILES: [&str; 4] = ["resolv.conf", "/etc/hosts", "nsswitch.conf", "libnss"];

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    let outcome = if has("--inside") { inside(has("--check")) } else { outside(&words) };
    outcome.unwrap_or_else(|reason| {
        eprintln!("live: {reason}");
        ExitCode::from(2)
    })
}

fn outside(words: &[String]) -> Result<ExitCode> {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    net.again_inside(words).map(ExitCode::from)
}

fn inside(check: bool) -> Result<ExitCode> {
    let folder = Scratch::new();
    let write = |name: &str, text: String| {
        fs::write(folder.join(name), text).expect("a file of our own");
        fs::set_permissions(folder.join(name), Permissions::from_mode(0o600)).expect("a file of our own");
    };
    write("key", format!("key omapi_key {{ algorithm hmac-md5; secret {SECRET}; }};\n"));
    write("script", format!("key omapi_key {SECRET}\nconnect\nnew host\nset name = \"static1\"\nopen\n"));
    let piped = || time(folder.path(), &[], "script");
    let shown = || {
        let key = folder.join("key").display().to_string();
        let words = ["host", "show", "static1", "--server", "127.0.0.1", "--port", "7911", "--key-file", &key];
        time(folder.path(), &words, "/dev/null")
    };
    piped()?;
    shown()?;
    let (mut ratios, mut both) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let (one, other) = if pair % 2 == 0 {
            let piped = piped()?;
            (piped, shown()?)
        } else {
            let shown = shown()?;
            (piped()?, shown)
        };
        ratios.push(other.as_secs_f64() / one.as_secs_f64());
        both.push((one.as_secs_f64(), other.as_secs_f64()));
    }
    let ratio = median(ratios);
    let piped = median(both.iter().map(|pair| pair.0).collect());
    let shown = median(both.iter().map(|pair| pair.1).collect());
    println!("a piped look-up       {:.2} ms", piped * 1e3);
    println!("omsh host show        {:.2} ms", shown * 1e3);
    println!("ratio                 {ratio:.2}, at most {TARGET}");
    let lookups = name_lookups(folder.path())?;
    println!(
        "files of the resolver {}",
        if lookups.is_empty() { "none opened".to_owned() } else { lookups.join(", ") }
    );
    let is_missed = ratio > TARGET || !lookups.is_empty();
    Ok(if is_missed && check { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(support::OURS);
    command.env_clear().env("HOME", folder).stderr(Stdio::null());
    command
}

/// A whole run, which has to find the host.
fn time(folder: &Path, words: &[&str], stdin: &str) -> Result<Duration> {
    let output = folder.join("output");
    let file = File::create(&output).map_err(|error| error.to_string())?;
    let input = File::open(folder.join(stdin)).map_err(|error| error.to_string())?;
    let mut command = command(folder);
    command.args(words).stdin(input).stdout(file);
    let start = Instant::now();
    let status = command.status().map_err(|error| error.to_string())?;
    let took = start.elapsed();
    let text = fs::read_to_string(&output).map_err(|error| error.to_string())?;
    match status.success() && text.contains("00:11:22:33:44:55") {
        true => Ok(took),
        false => Err(format!("omsh {words:?}: {status}: {text}")),
    }
}

/// The files that were opened to look a name up.
fn name_lookups(folder: &Path) -> Result<Vec<String>> {
    let key = folder.join("key");
    let output = Command::new("strace")
        .args(["-f", "-e", "trace=openat,connect", support::OURS, "host", "show", "static1", "--server", "127.0.0.1"])
        .arg("--key-file")
        .arg(key)
        .env("HOME", folder)
        .output()
        .map_err(|error| format!("strace: {error}; apt-get install -y strace"))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !said.contains("connect(") {
        return Err(format!("strace shows no connection: {said}"));
    }
    let is_lookup = |line: &&str| RESOLVER_FILES.iter().any(|file| line.contains(file));
    Ok(said.lines().filter(is_lookup).map(str::to_owned).collect())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
