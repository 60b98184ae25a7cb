//! How fast lease files are read, and in how much memory: files of 10 thousand to 10 million blocks,
//! three blocks an address.
//!
//! `cargo bench --bench leases` prints a table of medians, of the processors' time, too, which does not depend
//! on what else they do; `-- BLOCKS …` chooses the sizes, and
//! `-- --check` fails where a target is missed.

use std::fs::File;
use std::io::BufWriter;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Lease, Order, Placed, Source, Table, find, history};

mod lease_file;

const SIZES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const ROUNDS: usize = 5;
const THREADS: usize = 2;

/// What is timed, and for a million blocks, the most seconds and KiB that it may take.
const TASKS: [(&str, f64, u64); 4] =
    [("read", 0.25, 30 << 10), ("find", 0.1, 30 << 10), ("list", 1.0, 40 << 10), ("history", 1.5, 30 << 10)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [task, path] = arguments.as_slice() {
        // A process of its own for each figure: memory that was used before is not its own.
        let Figures { seconds, processor, memory } = run(task, Path::new(path));
        println!("{seconds} {processor} {memory}");
        return ExitCode::SUCCESS;
    }
    let check = arguments.iter().any(|argument| argument == "--check");
    let mut sizes: Vec<u64> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = SIZES.to_vec();
    }
    let mut is_missed = false;
    println!("| blocks | bytes | task | seconds | of processors | peak KiB | bytes an address |");
    println!("|---|---|---|---|---|---|---|");
    for blocks in sizes {
        let path = file(blocks);
        let bytes = path.metadata().expect("a file of our own").len();
        for (task, most_seconds, most_memory) in TASKS {
            let mut figures: Vec<Figures> = (0..ROUNDS).map(|_| in_process(task, &path)).collect();
            figures.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
            let Figures { seconds, processor, memory } = figures[ROUNDS / 2];
            let each = (memory << 10) as f64 / blocks.div_ceil(3) as f64;
            println!("| {blocks} | {bytes} | {task} | {seconds:.4} | {processor:.2} | {memory} | {each:.0} |");
            is_missed |= blocks == 1_000_000 && (seconds > most_seconds || memory > most_memory);
        }
    }
    if check && is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn file(blocks: u64) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("leases-{blocks}"));
    if !path.exists() {
        let unfinished = path.with_extension("new");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&unfinished).expect("a file of our own"));
        lease_file::write(blocks, &mut out).expect("there is room");
        drop(out);
        std::fs::rename(&unfinished, &path).expect("a file of our own");
    }
    path
}

/// What one task takes.
struct Figures {
    seconds: f64,
    /// Seconds of all processors together, in hundredths.
    processor: f64,
    /// The most at once, in KiB.
    memory: u64,
}

fn in_process(task: &str, path: &Path) -> Figures {
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this).arg(task).arg(path).output().expect("this program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [seconds, processor, memory] => Figures { seconds, processor, memory: memory as u64 },
        _ => panic!("{text}{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn run(task: &str, path: &Path) -> Figures {
    let start = Instant::now();
    let source = Source::open(path).expect("a file of our own");
    let context = Context::default();
    match task {
        "read" => {
            let table = Table::read(&source, &context, THREADS, &|_| {}).expect("a sound file");
            assert_eq!((table.damage().count, table.len() as u64), (0, table.lease_blocks().div_ceil(3)));
        }
        "find" => {
            let found = find(&source, Ipv4Addr::new(10, 0, 4, 210), THREADS).expect("a sound file");
            assert!(found.lease.expect("one of its addresses").place.line > 1);
        }
        "list" => {
            let table = Table::read(&source, &context, THREADS, &|_| {}).expect("a sound file");
            let mut count = 0;
            let mut each = |placed: Placed<Lease>| {
                count += usize::from(placed.what.hardware.is_some());
                ControlFlow::Continue(())
            };
            table.for_each(&source, Order::File, THREADS, |_| true, &mut each).expect("a sound file");
            assert_eq!(count, table.len());
        }
        "history" => {
            let mut count = 0;
            let mut each = |_| {
                count += 1_u64;
                ControlFlow::Continue(())
            };
            history(&source, &context, &mut each).expect("a sound file");
            assert!(count > 0);
        }
        _ => panic!("there is no task {task}"),
    }
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
    let memory = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    let times = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // In user's mode and in the kernel's, in hundredths of a second.
    let ticks: f64 = times.split(' ').skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Figures { seconds, processor: ticks / 100.0, memory }
}
