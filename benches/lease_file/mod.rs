//! Lease files as dhcpd writes them, of any size and the same each time: each address has three blocks,
//! one in each third of the file, in another order each time.

use std::io::{self, Write};

/// Seconds since 1970 at which the first lease starts.
const BEGINNING: u64 = 1_795_600_800;

/// Seconds that a lease lasts.
const LEASE_TIME: u64 = 43_200;

/// Writes a file of so many blocks, of about 289 bytes each.
pub fn write(blocks: u64, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"# The format of this file is documented in the dhcpd.leases(5) manual page.\n")?;
    out.write_all(b"# This lease file was written by isc-dhcp-4.4.3-P1\n\n")?;
    out.write_all(
        b"# authoring-byte-order entry is generated, DO NOT DELETE\nauthoring-byte-order little-endian;\n\n",
    )?;
    let addresses = blocks.div_ceil(3).max(1);
    for block in 0..blocks {
        let round = block / addresses;
        write_block(client(block % addresses, round, addresses), block, blocks, out)?;
    }
    Ok(())
}

/// Whose turn it is: steps that have no divisor in common with the number of clients reach all of them.
fn client(turn: u64, round: u64, clients: u64) -> u64 {
    const STEPS: [u64; 3] = [2_654_435_761, 1_000_000_007, 998_244_353];
    (turn * STEPS[round as usize % STEPS.len()] + round * 17) % clients
}

fn write_block(client: u64, block: u64, blocks: u64, out: &mut dyn Write) -> io::Result<()> {
    let [.., a, b, c] = (client as u32).to_be_bytes();
    let (hi, lo) = ((client >> 16) as u8, client as u16);
    // A day is spread over the file.
    let starts = Time(BEGINNING + block * 86_400 / blocks.max(1));
    let ends = Time(starts.0 + LEASE_TIME);
    writeln!(out, "lease 10.{a}.{b}.{c} {{\n  starts {starts};\n  ends {ends};")?;
    if block % 10 == 9 {
        writeln!(out, "  cltt {starts};\n  binding state free;")?;
    } else {
        writeln!(out, "  cltt {starts};\n  binding state active;\n  next binding state free;")?;
        writeln!(out, "  rewind binding state free;")?;
    }
    writeln!(out, "  hardware ethernet 02:00:{hi:02x}:{a:02x}:{b:02x}:{c:02x};")?;
    writeln!(out, "  uid \"\\001\\002\\000{}\";", Octal([hi, (lo >> 8) as u8, lo as u8]))?;
    if block % 10 != 9 {
        writeln!(out, "  client-hostname \"pc{client:06}\";")?;
    }
    out.write_all(b"}\n")
}

/// Seconds since 1970 as a lease file has them.
struct Time(u64);

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (days, seconds) = (self.0 / 86_400, self.0 % 86_400);
        // The files are about the last days of November 2026, the 20th of which is day 20,777.
        let day = days - 20_777 + 20;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{} 2026/11/{day:02} {hours:02}:{minutes:02}:{seconds:02}", (days + 4) % 7)
    }
}

struct Octal([u8; 3]);

impl std::fmt::Display for Octal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "\\{byte:03o}"))
    }
}
