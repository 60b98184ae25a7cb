//! Browsing beside the programs that people use for it, as whole processes on one lease file of a million
//! blocks (288 MB): `cargo bench --bench browse`.
//!
//! Each figure of ours is the median of several runs that alternate with dhcpd-pools; Python's
//! isc_dhcp_leases takes so long that it runs once. Peak memory is what wait4 reports of each process, by
//! /usr/bin/time. The file is in the page cache: it is read once before.
//!
//! Options, after `--`: `--quick` for a tenth of the file; `--check` to fail when a target is missed. Exit
//! status: 0, 1 for a missed target, 2 when a program is missing.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod lease_file;
mod measured;

use measured::{Figure, measure, median};

const BLOCKS: u64 = 1_000_000;
const ROUNDS: usize = 7;

/// Times as fast as dhcpd-pools that `pools` has to be, at no more memory.
const POOLS_TARGET: f64 = 10.0;
/// Times as fast as Python's isc_dhcp_leases that `leases --output json` has to be.
const LEASES_TARGET: f64 = 50.0;
/// Part of its memory that it may take.
const LEASES_MEMORY: f64 = 0.1;
/// Seconds that one lease by address may take.
const ONE_TARGET: f64 = 0.1;

const CONF: &str = "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1 10.20.255.254; }\n";

const PYTHON: &str = "
import json, sys
from isc_dhcp_leases import IscDhcpLeases
leases = IscDhcpLeases(sys.argv[1]).get_current()
json.dump([{k: str(v) for k, v in vars(lease).items()} for lease in leases.values()], sys.stdout)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let blocks = if has("--quick") { BLOCKS / 10 } else { BLOCKS };
    let missing = missing();
    if !missing.is_empty() {
        eprintln!("needed: apt-get install {}", missing.join(" "));
        return ExitCode::from(2);
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (conf, leases) = (folder.join("browse.conf"), folder.join(format!("browse-{blocks}.leases")));
    std::fs::write(&conf, CONF).expect("a file of our own");
    write_leases(blocks, &leases);
    std::io::copy(&mut File::open(&leases).expect("just written"), &mut std::io::sink()).expect("it can be read");

    let files = ["--conf".as_ref(), conf.as_os_str(), "--leases".as_ref(), leases.as_os_str()];
    let ours = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omsh"));
        command.args(words).args(files);
        command
    };
    let dhcpd_pools = || {
        let mut command = Command::new("dhcpd-pools");
        command.arg("-c").arg(&conf).arg("-l").arg(&leases);
        command
    };
    let python = || {
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-c", PYTHON]).arg(&leases);
        command
    };
    let (mut theirs, mut pools, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (their, our) = (measure(&dhcpd_pools()), measure(&ours(&["pools"])));
        ratios.push(their.seconds / our.seconds.max(0.001));
        theirs.push(their);
        pools.push(our);
    }
    let json: Vec<Figure> = (0..ROUNDS).map(|_| measure(&ours(&["leases", "--output", "json"]))).collect();
    let one: Vec<Figure> = (0..ROUNDS).map(|_| measure(&ours(&["leases", "10.1.2.3"]))).collect();
    let python = measure(&python());
    let (theirs, pools, json, one) = (median(&theirs), median(&pools), median(&json), median(&one));
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ROUNDS / 2];

    println!("{blocks} blocks, {} MB", leases.metadata().expect("just written").len() / 1_000_000);
    println!("| | seconds | peak MiB |\n|---|---|---|");
    for (name, figure) in [
        ("dhcpd-pools", theirs),
        ("omsh pools", pools),
        ("Python isc_dhcp_leases, as JSON", python),
        ("omsh leases --output json", json),
        ("omsh leases 10.1.2.3", one),
    ] {
        println!("| {name} | {:.3} | {:.1} |", figure.seconds, figure.kib / 1024.0);
    }
    let leases_ratio = python.seconds / json.seconds.max(0.001);
    println!("pools: {ratio:.1} times as fast as dhcpd-pools, in {:.2} of its memory", pools.kib / theirs.kib);
    println!("leases: {leases_ratio:.0} times as fast as Python, in {:.3} of its memory", json.kib / python.kib);
    let is_missed = ratio < POOLS_TARGET
        || pools.kib > theirs.kib
        || leases_ratio < LEASES_TARGET
        || json.kib > LEASES_MEMORY * python.kib
        || one.seconds > ONE_TARGET;
    if has("--check") && is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn missing() -> Vec<&'static str> {
    let has = |program: &str| Path::new(program).exists();
    [
        ("time", "/usr/bin/time"),
        ("dhcpd-pools", "/usr/bin/dhcpd-pools"),
        ("python3-isc-dhcp-leases", "/usr/lib/python3/dist-packages/isc_dhcp_leases"),
    ]
    .into_iter()
    .filter(|(_, path)| !has(path))
    .map(|(package, _)| package)
    .collect()
}

fn write_leases(blocks: u64, path: &Path) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file of our own"));
    lease_file::write(blocks, &mut out).and_then(|()| out.flush()).expect("room for the lease file");
}
