//! How long keys take in the interactive shell: `cargo bench --bench terminal`.
//!
//! omsh runs on a terminal with a dhcpd.conf of 100,000 hosts. A Tab is timed from the key until its candidates are on
//! the emulated screen, behind several positions; a letter until its echo is there, connected and with a server that
//! is silent. The first Tab, which has the files read in the background, is reported and not judged. Start, too: from
//! the process to the prompt.
//!
//! Options, after `--`: `--check` to fail when a target is missed. Exit status: 0, or 1 for a missed target.

#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/terminal/mod.rs"]
mod terminal;

use std::env;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use terminal::Terminal;
use terminal::key::{CTRL_C, TAB};
use terminal::site::Site;

const HOSTS: usize = 100_000;

/// The longest that a Tab may take, as the median.
const TARGET: Duration = Duration::from_millis(50);

/// Timed keys of each kind.
const KEYS: usize = 40;

/// How long the files may take to be read in the background.
const LIMIT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let is_check = env::args().any(|word| word == "--check");
    let mut conf = "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.200.0.1 10.200.0.250; }\n".to_owned();
    for number in 0..HOSTS {
        let [_, a, b, c] = (number as u32).to_be_bytes();
        let _ = writeln!(
            conf,
            "host h{number:06} {{ hardware ethernet 02:00:00:{a:02x}:{b:02x}:{c:02x}; fixed-address 10.{a}.{b}.{c}; }}"
        );
    }
    let site = Site::without_server();
    site.put("dhcpd.conf", conf).put("dhcpd.leases", "");
    let (conf, leases) = (site.path("dhcpd.conf"), site.path("dhcpd.leases"));
    let site = site.variable("OMSH_CONF", conf).variable("OMSH_LEASES", leases);

    let starts: Vec<Duration> = (0..20)
        .map(|_| {
            let start = Instant::now();
            let mut terminal = site.start();
            terminal.ready();
            start.elapsed()
        })
        .collect();
    report("start, until the prompt", &starts);

    let mut shell = site.start();
    shell.ready();
    let first = tab(&mut shell, "host show h09999", "h099999");
    println!("the first Tab: {:.1} ms; the files are read in the background meanwhile", millis(first));
    await_cache(&site);
    let mut is_met = true;
    let mut number = 0;
    for (position, digits) in [("host show h", 5), ("find h", 5), ("host remove 02:00:00:01:", 2)] {
        let times: Vec<Duration> = (0..KEYS)
            .map(|_| {
                number = (number + 7919) % (HOSTS / 10);
                match digits {
                    5 => {
                        let typed = format!("{position}{number:05}");
                        tab(&mut shell, &typed, &format!("h{number:05}9"))
                    }
                    _ => {
                        let octet = format!("{:02x}", number % 0x80);
                        tab(&mut shell, &format!("{position}{octet}:0"), &format!("02:00:00:01:{octet}:0f"))
                    }
                }
            })
            .collect();
        is_met &= report(&format!("Tab behind `{position}`"), &times) <= TARGET;
    }
    let letters: Vec<Duration> = (0..KEYS).map(|_| letter(&mut shell)).collect();
    report("a letter", &letters);
    println!("target for a Tab: {} ms, {}", TARGET.as_millis(), if is_met { "met" } else { "missed" });
    ExitCode::from(u8::from(is_check && !is_met))
}

/// Types this and Tab, and times the Tab.
fn tab(shell: &mut Terminal, typed: &str, expected: &str) -> Duration {
    shell.keys(typed);
    shell.quiet();
    let start = Instant::now();
    shell.keys(TAB);
    shell.wait_for(expected);
    let time = start.elapsed();
    shell.ends_line(CTRL_C);
    shell.ready();
    // What was listed is not to be found by the next one.
    shell.keys("\x0c");
    shell.wait_without(expected);
    time
}

/// Types a letter that is not on the screen, and times its echo.
fn letter(shell: &mut Terminal) -> Duration {
    shell.quiet();
    let start = Instant::now();
    shell.keys("~");
    shell.wait_for("~");
    let time = start.elapsed();
    shell.ends_line(CTRL_C);
    shell.ready();
    shell.keys("\x0c");
    shell.wait_without("~");
    time
}

fn await_cache(site: &Site) {
    let start = Instant::now();
    let folder = site.path("home/.cache/omsh");
    let is_there = || {
        let files = std::fs::read_dir(&folder).ok();
        files.is_some_and(|mut files| {
            files.any(|file| file.is_ok_and(|file| file.path().extension().is_some_and(|end| end == "candidates")))
        })
    };
    while !is_there() && start.elapsed() < LIMIT {
        sleep(Duration::from_millis(50));
    }
    println!("the files were read after {:.1} s", start.elapsed().as_secs_f64());
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Prints a line, and returns the median.
fn report(what: &str, times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    let median = sorted[sorted.len() / 2];
    println!(
        "{what}: {:.1} ms (median of {}; {:.1} to {:.1})",
        millis(median),
        sorted.len(),
        millis(sorted[0]),
        millis(sorted[sorted.len() - 1])
    );
    median
}
