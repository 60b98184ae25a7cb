//! Lease files that nobody writes by accident: they are read in bounded memory and linear time, and what is
//! wrong with them is said.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Source, Table, find, history};

/// How long one file may take, in a build for tests and with other tests beside it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most memory that the whole of these tests may take, in KiB.
const MEMORY: u64 = 96 << 10;

const MEBIBYTE: usize = 1 << 20;

/// Reads a file that is `head`, `repeated` as often as that, and `tail`, in all ways there are.
fn read(head: &str, repeated: &str, times: usize, tail: &str) -> Table {
    let folder = tempfile::tempdir().expect("a place for files");
    let path = folder.path().join("leases");
    let mut file = BufWriter::new(File::create(&path).expect("a file of our own"));
    file.write_all(head.as_bytes()).expect("there is room");
    (0..times).for_each(|_| file.write_all(repeated.as_bytes()).expect("there is room"));
    file.write_all(tail.as_bytes()).expect("there is room");
    drop(file);
    let start = Instant::now();
    let source = Source::open(&path).expect("a file of our own");
    let table = Table::read(&source, &Context::default(), 2, &|_| {}).expect("it can be read");
    let damage = history(&source, &Context::default(), &mut |_| ControlFlow::Continue(())).expect("it can be read");
    assert_eq!(damage.count, table.damage().count);
    for summary in table.iter().take(3) {
        let found = find(&source, summary.address, 2).expect("it can be read").lease.expect("it is there");
        assert_eq!(found.place.offset, summary.offset);
    }
    assert!(start.elapsed() < PATIENCE, "{:?} for {} bytes", start.elapsed(), source.len());
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(peak < MEMORY, "{peak} KiB");
    table
}

const SOUND: &str = "lease 10.0.0.1 {\n  binding state free;\n}\n";

fn first_mistake(table: &Table) -> String {
    table.damage().mistakes[0].explain("leases").lines().next().expect("it has a line").to_owned()
}

#[test]
fn a_line_of_100_megabytes_costs_its_block() {
    let table = read("lease 10.0.0.2 {\n  uid \"", &"x".repeat(100), MEBIBYTE, &format!("\";\n}}\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
    assert_eq!(first_mistake(&table), "leases:1:1: this block is longer than 1048576 bytes, or has no end");
    let table = read(SOUND, &"# ".repeat(50), MEBIBYTE, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.lease_blocks(), table.damage().count), (1, 2, 0));
}

#[test]
fn a_million_braces_are_a_mistake() {
    let table = read("lease 10.0.0.2 {\n  on expiry ", "{", MEBIBYTE, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
    let table = read("lease 10.0.0.2 {\n  on expiry ", "{", MEBIBYTE / 4, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
    assert_eq!(first_mistake(&table), "leases:3:1: another block begins here, and the one before it has no end");
    let table = read("host x {\n  if known ", "{ if known ", 1 << 16, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
    let table = read("", "}", MEBIBYTE, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
}

#[test]
fn a_lease_of_ten_million_statements_is_a_mistake() {
    let table = read("lease 10.0.0.2 {\n", "  reserved;\n", 10_000_000, &format!("}}\n{SOUND}"));
    assert_eq!((table.len(), table.damage().count), (1, 1));
    assert!(first_mistake(&table).contains("longer than 1048576 bytes"));
}

#[test]
fn a_mistake_in_every_block_is_counted_and_a_thousand_are_kept() {
    let table = read("", "lease 10.0.0.2 {\n  binding state odd;\n}\n", 50_000, SOUND);
    assert_eq!((table.len(), table.damage().count, table.damage().mistakes.len()), (1, 50_000, 1000));
    assert_eq!(table.damage().mistakes[999].place.line, 2999);
    // None of them has an end, and all on one line.
    let table = read("", "lease 10.0.0.2 { uid \"\\1z\"; }", 50_000, &format!("\n{SOUND}"));
    assert_eq!(table.len(), 1);
    let table = read("", "lease 10.0.0.2 { {\n", 50_000, SOUND);
    assert_eq!((table.len(), table.damage().count), (1, 50_000));
}

#[test]
fn a_host_that_looks_ahead_at_every_address_takes_linear_time() {
    let uid = format!("host x {{ uid \"{}\"; fixed-address 1.1.1.1", "\\001".repeat(100_000));
    let table = read(&uid, ",1.1.1.1", 60_000, &format!("; }}\n{SOUND}"));
    assert_eq!((table.len(), table.blocks().len(), table.damage().count), (1, 1, 0));
}

#[test]
fn nuls_line_ends_of_dos_and_a_file_on_one_line_are_read() {
    let dos = SOUND.replace('\n', "\r\n");
    let table = read("", &dos, 20_000, "");
    assert_eq!((table.len(), table.lease_blocks(), table.damage().count), (1, 20_000, 0));
    let line = SOUND.replace('\n', " ");
    let table = read("", &line, 20_000, "");
    assert_eq!((table.len(), table.lease_blocks(), table.damage().count), (1, 20_000, 0));
    let table = read(SOUND, "\0", 8 * MEBIBYTE, &format!("\n{SOUND}"));
    assert_eq!((table.len(), table.lease_blocks(), table.damage().count), (1, 2, 1));
    let table = read(SOUND, "\0", MEBIBYTE / 2, "");
    // No block begins like this: it is not one that is half written.
    assert_eq!((table.len(), table.damage().count, table.damage().half_written), (1, 1, None));
}
