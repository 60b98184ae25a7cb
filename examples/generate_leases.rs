//! Writes a lease file of any size: `cargo run --release --example generate_leases -- BLOCKS > FILE`.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

#[path = "../benches/lease_file/mod.rs"]
mod lease_file;

fn main() -> ExitCode {
    let Some(blocks) = std::env::args().nth(1).and_then(|blocks| blocks.parse().ok()) else {
        eprintln!("usage: generate_leases BLOCKS > FILE; a block has about 289 bytes");
        return ExitCode::FAILURE;
    };
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    match lease_file::write(blocks, &mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the file cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
