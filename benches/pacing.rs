//! What dhcpd's clients notice of changes: `cargo bench --bench pacing`.
//!
//! The same hosts are made by ISC's omshell, by omsh in its place, by `omsh -f` and by `omsh apply`, each on a dhcpd that
//! has just started, while perfdhcp's clients ask it for addresses:
//!
//! - on a slow disk, where each change waits 8 ms, with 40 exchanges a second;
//! - on a fast one, in memory, with 1,000 exchanges a second.
//!
//! A figure is the median over the rounds, in which the programs take turns.
//!
//! Options, after `--`: `--check` to fail when a target is missed; `--slow` or `--fast` for one of the two; `--rounds N`;
//! `--rate N` for other exchanges a second on the fast disk, where the machine does not bear so many. Exit status: 0, 1
//! for a missed target, 2 when there is nothing to report, with the reason.

mod dhcp_clients;
#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dhcp_clients::{Clients, Served};
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::scratch::Scratch;
use support::slow_disk::SlowDisk;
use support::{OMSHELL, OURS};

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nping-check false;\n\
    subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.64.0 10.1.199.255; }\n\
    subnet 10.2.0.0 netmask 255.255.0.0 {}\n";

/// How long a change waits for the slow disk.
const SLOW: Duration = Duration::from_millis(8);

/// Beside omshell: the median delay of answers, on a slow disk.
const DELAY_TARGET: f64 = 3.0;

/// Beside omshell: the time, on a slow disk.
const TIME_TARGET: f64 = 1.05;

/// Clients begin so long before the program that makes the hosts.
const LEAD: Duration = Duration::from_millis(500);

type Result<T> = std::result::Result<T, String>;

/// What makes hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Omshell,
    DropIn,
    Script,
    Apply,
    FullSpeed,
}

use Program::{Apply, DropIn, FullSpeed, Omshell, Script};

const PROGRAMS: [Program; 5] = [Omshell, DropIn, Script, Apply, FullSpeed];

impl Program {
    fn name(self) -> &'static str {
        match self {
            Omshell => "omshell",
            DropIn => "omsh < script",
            Script => "omsh -f script",
            Apply => "omsh apply",
            FullSpeed => "omsh apply --full-speed",
        }
    }

    fn is_paced(self) -> bool {
        matches!(self, DropIn | Script | Apply)
    }

    fn command(self, net: &Net, folder: &Path, leases: &Path) -> Result<Command> {
        let mut command = net.command(if self == Omshell { OMSHELL } else { OURS });
        command.env("HOME", folder).env_remove("LD_LIBRARY_PATH").stdin(Stdio::null());
        match self {
            Omshell | DropIn => {
                command.stdin(File::open(folder.join("script")).map_err(|error| error.to_string())?);
            }
            Script => {
                command.arg("-f").arg(folder.join("script"));
            }
            Apply | FullSpeed => {
                command.arg("apply").arg(folder.join("hosts.csv")).args(["--yes", "--port", "7911", "--conf"]);
                command.arg(folder.join("dhcpd.conf")).arg("--leases").arg(leases).args(["--server", "127.0.0.1"]);
                command.args((self == FullSpeed).then_some("--full-speed"));
            }
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command)
    }
}

/// What is measured.
struct Setting {
    name: &'static str,
    disk: Option<SlowDisk>,
    hosts: u32,
    /// Exchanges a second, and for how many seconds there are clients.
    rate: u32,
    seconds: u32,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
struct Figure {
    seconds: f64,
    served: Served,
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    run(&words).unwrap_or_else(|reason| {
        eprintln!("pacing: {reason}");
        ExitCode::from(2)
    })
}

fn run(words: &[String]) -> Result<ExitCode> {
    let has = |word: &str| words.iter().any(|known| known == word);
    let number = |name: &str, default: u32| -> Result<u32> {
        let Some(at) = words.iter().position(|word| word == name) else { return Ok(default) };
        words.get(at + 1).and_then(|word| word.parse().ok()).ok_or_else(|| format!("{name} takes a number"))
    };
    let rounds = number("--rounds", 3)?;
    let load = fs::read_to_string("/proc/loadavg").map_err(|error| error.to_string())?;
    println!("load average {}", load.trim());
    let slow = Setting { name: "slow disk", disk: Some(SlowDisk::new(SLOW)), hosts: 2_000, rate: 40, seconds: 45 };
    let fast = Setting { name: "fast disk", disk: None, hosts: 5_000, rate: number("--rate", 1_000)?, seconds: 25 };
    let mut is_met = true;
    for (setting, word, other) in [(&slow, "--slow", "--fast"), (&fast, "--fast", "--slow")] {
        if has(word) || !has(other) {
            is_met &= measure(setting, rounds)?;
        }
    }
    println!("\ntargets {}", if is_met { "met" } else { "missed" });
    Ok(ExitCode::from(u8::from(has("--check") && !is_met)))
}

/// Measures all programs, and returns whether the targets are met.
fn measure(setting: &Setting, rounds: u32) -> Result<bool> {
    let folder = Scratch::new();
    let write = |name: &str, text: String| fs::write(folder.join(name), text).map_err(|error| error.to_string());
    write("dhcpd.conf", CONF.to_owned())?;
    write("script", script(setting.hosts))?;
    write("hosts.csv", csv(setting.hosts))?;
    let mut figures: Vec<Vec<Figure>> = vec![Vec::new(); PROGRAMS.len()];
    for _ in 0..rounds.max(1) {
        for (program, figures) in PROGRAMS.into_iter().zip(&mut figures) {
            figures.push(one_run(setting, program, folder.path())?);
        }
    }
    println!("\n{}: {} hosts, {} exchanges a second, medians of {rounds}", setting.name, setting.hosts, setting.rate);
    println!("{:<26} {:>8} {:>14} {:>12} {:>16}", "", "seconds", "median delay", "longest", "lost");
    let figures: Vec<Figure> = figures.iter().map(|all| median(all)).collect();
    for (program, Figure { seconds, served }) in PROGRAMS.into_iter().zip(&figures) {
        let Served { sent, lost, median, longest } = served;
        println!("{:<26} {seconds:>8.2} {median:>11.2} ms {longest:>9.1} ms {lost:>8} of {sent}", program.name());
    }
    let omshell = figures[0];
    let is_met = |figure: &Figure| match setting.disk {
        Some(_) => {
            figure.served.median <= DELAY_TARGET * omshell.served.median
                && figure.served.lost == 0.0
                && figure.seconds <= TIME_TARGET * omshell.seconds
        }
        None => figure.served.lost <= omshell.served.lost,
    };
    let paced = PROGRAMS.into_iter().zip(&figures).filter(|(program, _)| program.is_paced());
    let missed: Vec<&str> = paced.filter(|(_, figure)| !is_met(figure)).map(|(program, _)| program.name()).collect();
    match setting.disk {
        Some(_) => print!("target: {DELAY_TARGET} times omshell's delay, none lost, {TIME_TARGET} times its time; "),
        None => print!("target: no more lost than with omshell; "),
    }
    println!("{}", if missed.is_empty() { "met".to_owned() } else { format!("missed by {}", missed.join(", ")) });
    Ok(missed.is_empty())
}

/// Has a program make the hosts on a dhcpd of its own, with clients around it.
fn one_run(setting: &Setting, program: Program, folder: &Path) -> Result<Figure> {
    let net = Net::new();
    let clients = Clients::new(&net)?;
    let dhcpd = match &setting.disk {
        Some(disk) => Dhcpd::start_on(disk, &net, CONF, b""),
        None => Dhcpd::start_in_memory(&net, CONF, b""),
    };
    let begin = Instant::now();
    let running = clients.start(setting.rate, setting.seconds)?;
    sleep(LEAD);
    let leases = folder.join("dhcpd.leases");
    fs::copy(dhcpd.lease_file(), &leases).map_err(|error| error.to_string())?;
    let mut command = program.command(&net, folder, &leases)?;
    let start = begin.elapsed().as_secs_f64();
    let status = command.status().map_err(|error| error.to_string())?;
    let end = begin.elapsed().as_secs_f64();
    let served = running.served(start..end)?;
    if end > f64::from(setting.seconds) {
        return Err(format!("{}: it took {:.1} s, longer than there were clients", program.name(), end - start));
    }
    let written = String::from_utf8_lossy(&dhcpd.leases()).matches("host h").count();
    if !status.success() || written != setting.hosts as usize {
        return Err(format!("{}: {status}; {written} of {} hosts are there", program.name(), setting.hosts));
    }
    Ok(Figure { seconds: end - start, served })
}

fn median(figures: &[Figure]) -> Figure {
    let middle = |of: fn(&Figure) -> f64| {
        let mut values: Vec<f64> = figures.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figure {
        seconds: middle(|figure| figure.seconds),
        served: Served {
            sent: middle(|figure| figure.served.sent),
            lost: middle(|figure| figure.served.lost),
            median: middle(|figure| figure.served.median),
            longest: middle(|figure| figure.served.longest),
        },
    }
}

fn script(hosts: u32) -> String {
    let mut text = "connect\n".to_owned();
    for number in 0..hosts {
        let [.., high, low] = number.to_be_bytes();
        writeln!(
            text,
            "new host\nset name = \"h{number}\"\nset hardware-address = 02:00:00:00:{high:02x}:{low:02x}\n\
             set hardware-type = 1\nset ip-address = 10.2.{high}.{low}\ncreate\nclose"
        )
        .expect("a string takes all");
    }
    text
}

fn csv(hosts: u32) -> String {
    let mut text = "name,mac,addresses\n".to_owned();
    for number in 0..hosts {
        let [.., high, low] = number.to_be_bytes();
        writeln!(text, "h{number},02:00:00:00:{high:02x}:{low:02x},10.2.{high}.{low}").expect("a string takes all");
    }
    text
}
