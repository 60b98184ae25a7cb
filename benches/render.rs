//! How fast rows are written: `cargo bench --bench render`.
//!
//! 333,000 leases with 12 columns, as a million blocks of a lease file have them, into each format; the
//! best of some rounds. What is measured is the writing alone, into a sink that counts.
//!
//! Options, after `--`: `--check` to fail when a format takes longer than its target.
//! Exit status: 0, and 1 for a missed target.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use omsh::render::{Align, Column, Format, Look, Rows, Value};

const ROWS: u32 = 333_000;
const ROUNDS: u32 = 7;
/// For what is streamed. A table has to be laid out first, and nobody reads that many lines of it.
const TARGET: Duration = Duration::from_millis(300);

const COLUMNS: [Column; 12] = [
    column("address"),
    column("state"),
    column("hardware"),
    column("hostname"),
    column("client_id"),
    column("starts"),
    column("ends"),
    column("seen"),
    column("remaining"),
    column("subnet"),
    column("reserved"),
    column("line"),
];

const fn column(name: &'static str) -> Column {
    Column { name, title: name, about: "", align: Align::Left, shown: true }
}

/// Counts bytes.
struct Sink(u64);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn round(format: Format, names: &[String]) -> (Duration, u64) {
    let look = Look { format, ..Look::default() };
    let chosen = Column::usual(&COLUMNS, true);
    let begun = Instant::now();
    let mut rows = Rows::new(Sink(0), look, &COLUMNS, &chosen);
    for number in 0..ROWS {
        let octets = number.to_be_bytes();
        let hardware = [2, 0, octets[0], octets[1], octets[2], octets[3]];
        let starts = 1_795_687_200 + i64::from(number);
        rows.row(&[
            Value::Address(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number))),
            Value::State(if number % 3 == 0 { "free" } else { "active" }),
            Value::hex(&hardware[..]),
            Value::bytes(names[number as usize % names.len()].as_bytes()),
            Value::hex(&hardware[1..]),
            Value::Time(starts),
            Value::Time(starts + 7200),
            Value::Time(starts - 5),
            Value::Age(-i64::from(number % 7200)),
            Value::Network(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 9),
            Value::Flag(number % 10 == 0),
            Value::Number(number.into()),
        ])
        .expect("a sink takes everything");
    }
    let sink = rows.finish().expect("a sink takes everything");
    (begun.elapsed(), sink.0)
}

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let names: Vec<String> = (0..1000).map(|number| format!("laptop-{number}")).collect();
    let mut missed = false;
    for format in Format::ALL {
        let rounds = (0..ROUNDS).map(|_| round(format, &names));
        let (best, bytes) = rounds.min().expect("one round at least");
        let late = format != Format::Table && best > TARGET;
        missed |= late;
        let mark = if late { "  too slow" } else { "" };
        println!("{:6} {:7.1} ms  {:6.1} MB{mark}", format.name(), best.as_secs_f64() * 1e3, bytes as f64 / 1e6);
    }
    if check && missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
