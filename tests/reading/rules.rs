//! What dhcpd changes when it rewrites a lease file, each a rule with its reason.

use serde_json::Value;

use super::{Reading, Row};
use crate::browse_files::Files;
use omsh::dhcpd::Family;

/// What dhcpd makes of what was read in a file.
pub fn apply(mut reading: Reading, files: &Files) -> Reading {
    leases_outside_of_pools_are_forgotten(&mut reading);
    for row in reading.leases.values_mut() {
        late_times_are_never(row);
        if files.family == Family::V4 {
            let passes = has_passed(row);
            backup_leases_without_a_peer_are_free(row, files.has_peer);
            host_names_are_printable(row);
            if passes {
                what_is_over_is_cleared(row);
            }
        }
    }
    match files.family {
        Family::V4 => leases_without_a_client_are_forgotten(&mut reading),
        Family::V6 => addresses_that_are_over_are_forgotten(&mut reading),
    }
    of_both(reading)
}

/// What is compared of neither file.
pub fn of_both(mut reading: Reading) -> Reading {
    for row in reading.leases.values_mut() {
        // The states of the file are what they were when it was written; what counts is the one they come to now.
        row.remove("recorded_state");
        row.remove("next_state");
        // dhcpd sets it to the end when it reads a lease that has none.
        row.remove("tstp");
    }
    reading
}

/// The file as dhcpd rewrote it. Once it runs, timers append more: leases that end, and with them, in DHCPv6, records
/// that had long been replaced.
pub fn before_timers<'f>(leases: &'f [u8], files: &Files) -> &'f [u8] {
    let duid = b"\nserver-duid ";
    match leases.windows(duid.len()).rposition(|bytes| bytes == duid) {
        Some(at) if files.family == Family::V6 => {
            let line = leases[at + 1..].iter().position(|byte| *byte == b'\n').map_or(leases.len(), |end| at + 2 + end);
            &leases[..line]
        }
        _ => leases,
    }
}

/// Whether the state of the file is no longer the one in effect.
fn has_passed(row: &Row) -> bool {
    row["recorded_state"] != row["state"]
}

/// dhcpd's times have 32 bits: from 2038-01-19 on they are `never`.
fn late_times_are_never(row: &mut Row) {
    for value in row.values_mut() {
        let year = value.as_str().filter(|text| text.ends_with('Z')).and_then(|text| text.get(..4));
        if year.is_some_and(|year| year.parse::<u32>().is_ok_and(|year| year >= 2038)) {
            *value = "never".into();
        }
    }
}

/// dhcpd has no place for a lease whose address is in no range: "no subnet".
fn leases_outside_of_pools_are_forgotten(reading: &mut Reading) {
    reading.leases.retain(|_, row| row["in_pool"] == true);
}

/// A free lease that nobody is known to have had is not written.
fn leases_without_a_client_are_forgotten(reading: &mut Reading) {
    let known = |row: &Row| row["mac"] != Value::Null || row["client_id"] != Value::Null || row["tsfp"] != Value::Null;
    reading.leases.retain(|_, row| known(row) || row["state"] != "free");
}

/// Only what a client has, and what is abandoned, is written of an association.
fn addresses_that_are_over_are_forgotten(reading: &mut Reading) {
    reading.leases.retain(|_, row| row["recorded_state"] == "active" || row["recorded_state"] == "abandoned");
}

/// What was kept for the peer is free when there is none.
fn backup_leases_without_a_peer_are_free(row: &mut Row, has_peer: bool) {
    if !has_peer && row["state"] == "backup" {
        row["state"] = "free".into();
    }
}

/// A name with a byte in it that is not printable, a quote or a backslash is not written.
fn host_names_are_printable(row: &mut Row) {
    let is_printable = |name: &str| name.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
    if !row["hostname"].as_str().is_some_and(is_printable) {
        row["hostname"] = Value::Null;
        row.remove("hostname_hex");
    }
}

/// When a lease ends, what its client and its relay said goes with it, and what is to be done then is done.
fn what_is_over_is_cleared(row: &mut Row) {
    for name in ["hostname", "circuit_id", "remote_id", "billing", "on_expiry"] {
        row[name] = Value::Null;
    }
}
