//! How much memory an export of leases takes, and how fast it is, with 100,000 and with 2,000,000 addresses of three
//! blocks each (87 MB and 1.7 GB): `cargo bench --bench export`.
//!
//! Peak memory is what wait4 reports of each process, by /usr/bin/time; each figure is the median of several runs. The
//! file is in the page cache, where there is room: it is read once before.
//!
//! Options, after `--`: `--quick` for a tenth of the addresses; `--check` to fail when a target is missed. Exit status:
//! 0, 1 for a missed target, 2 when a program is missing.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

mod lease_file;

const SIZES: [u64; 2] = [100_000, 2_000_000];
const BLOCKS_OF_AN_ADDRESS: u64 = 3;
const ROUNDS: usize = 3;

/// MiB that the larger export may take beyond the smaller one.
const MEMORY_TARGET: f64 = 4.0;
/// Leases a second that an export has to come to, at the least.
const RATE_TARGET: f64 = 20_000.0;

const CONF: &str = "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1 10.40.255.254; }\n";

const FORMATS: [&str; 4] = ["jsonl", "csv", "dhcpd", "kea"];

#[derive(Clone, Copy, Debug)]
struct Figure {
    seconds: f64,
    mib: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if !Path::new("/usr/bin/time").exists() {
        eprintln!("needed: apt-get install time");
        return ExitCode::from(2);
    }
    let sizes = SIZES.map(|size| if has("--quick") { size / 10 } else { size });
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let conf = folder.join("export.conf");
    std::fs::write(&conf, CONF).expect("a file of our own");
    let mut figures = Vec::new();
    for size in sizes {
        let leases = folder.join("export.leases");
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&leases).expect("a file of our own"));
        let written = lease_file::write(size * BLOCKS_OF_AN_ADDRESS, &mut file);
        written.and_then(|()| file.flush()).expect("room for the lease file");
        std::io::copy(&mut File::open(&leases).expect("just written"), &mut std::io::sink()).expect("it can be read");
        figures.push(FORMATS.map(|format| {
            let mut runs: Vec<Figure> = (0..ROUNDS).map(|_| measure(format, &conf, &leases)).collect();
            runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
            runs[ROUNDS / 2]
        }));
        std::fs::remove_file(&leases).expect("it is ours");
    }
    println!("| export --what leases | addresses | seconds | leases a second | peak MiB |\n|---|---|---|---|---|");
    let mut is_missed = false;
    for (number, format) in FORMATS.iter().enumerate() {
        for (size, of_size) in sizes.iter().zip(&figures) {
            let Figure { seconds, mib } = of_size[number];
            let rate = *size as f64 / seconds.max(0.001);
            println!("| --format {format} | {size} | {seconds:.2} | {rate:.0} | {mib:.1} |");
            is_missed |= rate < RATE_TARGET;
        }
        is_missed |= figures[1][number].mib > figures[0][number].mib + MEMORY_TARGET;
    }
    if has("--check") && is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs an export to its end, with its output to nobody.
fn measure(format: &str, conf: &Path, leases: &Path) -> Figure {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "%M", env!("CARGO_BIN_EXE_omsh"), "export", "--what", "leases", "--format", format]);
    command.arg("--conf").arg(conf).arg("--leases").arg(leases);
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output().expect("a program that is there");
    let seconds = start.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    let kib: f64 = said.lines().last().and_then(|line| line.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    Figure { seconds, mib: kib / 1024.0 }
}
