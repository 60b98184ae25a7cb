//! What the fuzz targets check, on a stable toolchain and for a few seconds: over the corpus, and
//! over inputs made from it by a fixed sequence of random changes.
//!
//! A failure prints the seed of its input. `FUZZ_SEED=N cargo test --test fuzz_smoke` tries that one
//! alone; the input itself, printed as well, belongs into the corpus once its cause is known.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

#[path = "../fuzz/targets/files.rs"]
mod files;
#[path = "../fuzz/targets/leases.rs"]
mod leases;
#[path = "../fuzz/targets/lexer.rs"]
mod lexer;
#[path = "../fuzz/targets/message.rs"]
mod message;
#[path = "../fuzz/targets/prng.rs"]
mod prng;
#[path = "../fuzz/targets/server.rs"]
mod server;
#[path = "../fuzz/targets/session.rs"]
mod session;
#[path = "../fuzz/targets/values.rs"]
mod values;

use prng::Prng;

/// How long changed inputs are tried, for each target.
const TIME: Duration = Duration::from_secs(3);

/// How many are tried at most.
const INPUTS: u64 = 20_000;

/// An input that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a changed input.
const MAX_SIZE: usize = 2048;

#[test]
fn messages() {
    smoke("message", message::run);
}

#[test]
fn sessions() {
    smoke("session", session::run);
}

#[test]
fn lexers_and_lines() {
    smoke("lexer", lexer::run);
}

#[test]
fn servers() {
    smoke("server", server::run);
}

#[test]
fn files_of_dhcpd() {
    smoke("files", files::run);
}

#[test]
fn lease_files() {
    smoke("leases", leases::run);
}

#[test]
fn values_of_people() {
    smoke("values", values::run);
}

/// An input and what it is called.
#[derive(Clone, Default)]
struct Case {
    name: String,
    input: Vec<u8>,
}

/// Runs a target over its corpus and changes of it.
fn smoke(target: &str, run: fn(&[u8])) {
    let corpus = corpus(target);
    let current = Arc::new(Mutex::new(Case::default()));
    let (sender, finished) = mpsc::channel();
    let on_thread = Arc::clone(&current);
    let worker = thread::spawn(move || {
        let attempt = |case: Case| {
            *on_thread.lock().expect("it is only copied") = case.clone();
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&case.input)));
            sender.send(outcome.is_ok()).is_ok() && outcome.is_ok()
        };
        let kept = corpus.iter().map(|(path, input)| Case { name: path.display().to_string(), input: input.clone() });
        let inputs: Vec<Vec<u8>> = corpus.iter().map(|(_, input)| input.clone()).collect();
        let started = Instant::now();
        let seeds = match std::env::var("FUZZ_SEED") {
            Ok(seed) => seed.parse().map(|seed| seed..seed + 1).expect("FUZZ_SEED is a number"),
            Err(_) => 0..INPUTS,
        };
        let changed = seeds
            .take_while(|_| started.elapsed() < TIME)
            .map(|seed| Case { name: format!("seed {seed}"), input: change(&inputs, seed) });
        let _ = kept.chain(changed).all(attempt);
    });
    let mut tried = 0;
    let verdict = loop {
        match finished.recv_timeout(PATIENCE) {
            Ok(true) => tried += 1,
            Ok(false) => break "fails",
            Err(mpsc::RecvTimeoutError::Timeout) => break "hangs",
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                worker.join().expect("the inputs can be made");
                println!("{target}: {tried} inputs");
                return;
            }
        }
    };
    let Case { name, input } = current.lock().expect("it is only copied").clone();
    panic!("{target} {verdict}: {name}\ninput: b\"{}\"", input.escape_ascii());
}

/// The inputs that are kept, in the order of their names.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let directory = Path::new("fuzz/corpus").join(target);
    let entries = fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a directory can be read").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", directory.display());
    let read = |path: PathBuf| match fs::read(&path) {
        Ok(input) => (path, input),
        Err(error) => panic!("{}: {error}", path.display()),
    };
    paths.into_iter().map(read).collect()
}

/// One of the inputs, with a few things done to it.
fn change(inputs: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut prng = Prng::from_bytes(&seed.to_be_bytes());
    let mut input = inputs[prng.below(inputs.len())].clone();
    for _ in 0..1 + prng.below(4) {
        let at = prng.below(input.len() + 1);
        let end = at + prng.below(input.len() - at + 1);
        match prng.below(8) {
            0 if at < input.len() => input[at] ^= 1 << prng.below(8),
            1 if at < input.len() => input[at] = prng.number() as u8,
            2 => input.truncate(at),
            3 => drop(input.drain(at..end)),
            4 => {
                let other = &inputs[prng.below(inputs.len())];
                let from = prng.below(other.len() + 1);
                input.splice(at..end, other[from..].iter().copied());
            }
            5 => {
                let repeated = input[at..end].to_vec();
                input.splice(at..at, repeated);
            }
            6 => {
                let integer = interesting_integer(&mut prng);
                let replaced = if prng.below(2) == 0 { integer.len().min(input.len() - at) } else { 0 };
                input.splice(at..at + replaced, integer);
            }
            _ => input.insert(at, *b"\"\\#\xff\n\0{};%=.:-@ \t\x0bx089aF".get(prng.below(24)).unwrap_or(&b' ')),
        }
        input.truncate(MAX_SIZE);
    }
    input
}

/// A length or number at an edge, as 1, 2 or 4 bytes.
fn interesting_integer(prng: &mut Prng) -> Vec<u8> {
    let edges = [0, 1, 4, 16, 24, 64, 100, 127, 255, 1 << 15, 0xffff, 1 << 16, 1 << 24, 1 << 31, u32::MAX];
    let number = edges[prng.below(edges.len())].wrapping_add(prng.below(3) as u32).wrapping_sub(1);
    let bytes = number.to_be_bytes();
    bytes[[0, 2, 3][prng.below(3)]..].to_vec()
}
