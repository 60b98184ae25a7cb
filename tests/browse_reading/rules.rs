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
            let before = state_that_is_read(row);
            let after = row["state"].clone();
            backup_leases_without_a_peer_are_free(row, files.has_peer);
            host_names_are_printable(row);
            billing_is_for_active_leases(row);
            if before != after {
                what_passes_is_not_acknowledged(row);
            }
            if before == "active" && after != "active" {
                what_is_over_is_cleared(row);
                what_is_to_be_done_at_the_end_is_done(row);
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
        // It goes by the failover state, which another start changes.
        row.remove("open_to");
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

/// The state that dhcpd has for a lease when it has read it, before it looks at the time. One that has none is free, or
/// active where there is something to come yet: its end, or something to be done then.
fn state_that_is_read(row: &Row) -> Value {
    match &row["recorded_state"] {
        Value::Null if row["state"] == "active" || row["on_expiry"] != Value::Null => "active".into(),
        Value::Null => "free".into(),
        state => state.clone(),
    }
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

/// Of an association, what is active or abandoned is written.
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
    let is_printable =
        |name: &str| name.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
    if !row["hostname"].as_str().is_some_and(is_printable) {
        row["hostname"] = Value::Null;
        row.remove("hostname_hex");
    }
}

/// A class counts the active leases that are billed to it, and no others.
fn billing_is_for_active_leases(row: &mut Row) {
    if row["state"] != "active" {
        row["billing"] = Value::Null;
        row["billing_class"] = Value::Null;
    }
}

/// When the time of a state is up, the peer has yet to hear of it.
fn what_passes_is_not_acknowledged(row: &mut Row) {
    row["atsfp"] = Value::Null;
}

/// When an active lease ends, what its client and its relay said goes with it.
fn what_is_over_is_cleared(row: &mut Row) {
    for name in ["hostname", "circuit_id", "remote_id", "relay_options"] {
        row[name] = Value::Null;
    }
    row.remove("hostname_hex");
}

/// When an active lease ends, what is to be done then is done: here, two values are set.
fn what_is_to_be_done_at_the_end_is_done(row: &mut Row) {
    if row["on_expiry"].take() != Value::Null {
        let values = row["bindings"].as_object_mut().expect("values by name");
        values.insert("x".to_owned(), "Data([125])".into());
        values.insert("y".to_owned(), "Data([122])".into());
        let variables = &mut row["variables"];
        if variables.is_null() {
            *variables = Value::Object(Default::default());
        }
        let variables = variables.as_object_mut().expect("values by name");
        variables.insert("x".to_owned(), "}".into());
        variables.insert("y".to_owned(), "z".into());
    }
}
