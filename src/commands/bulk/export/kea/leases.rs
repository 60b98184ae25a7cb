//! The lease file of Kea's memfile: leases that are active now, one a line.

use std::io::Write;

use anyhow::{Result, ensure};

use crate::commands::live::values::ETHERNET;
use crate::dhcpd::leases::{Lease, State, Summary, Time};
use crate::render::text::colon_hex;

use super::super::chosen::Chosen;
use super::super::files::Files;
use super::super::told::Told;
use super::levels::is_host_name;
use super::subnets::Subnets;

/// The columns of Kea 2.2.
const HEAD: &str =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context";

/// Seconds of a lease without an end.
const FOR_EVER: i64 = u32::MAX as i64;

/// Bytes of a client identifier that Kea takes.
const IDENTIFIER: std::ops::RangeInclusive<usize> = 2..=128;

/// Writes it, and returns how many leases it has.
pub(in crate::commands::bulk::export) fn write(
    files: &Files,
    chosen: &Chosen<'_>,
    out: &mut dyn Write,
    told: &mut Told<'_>,
) -> Result<u64> {
    ensure!(!files.is_v6(), "--format kea: leases of DHCPv6 are not exported to kea-dhcp6; jsonl has them");
    writeln!(out, "{HEAD}")?;
    let source = files.source().name();
    let subnets = Subnets::of(&files.networks);
    let is_active = |summary: &Summary| files.view().state(summary) == State::Active;
    files.for_each_lease(chosen, &is_active, &mut |current| {
        let address = current.lease.address;
        let called = format!("{source}:{}: the lease of {address}", current.place.line);
        let Some(subnet) = subnets.of_address(address) else {
            told.drop(&format!("{called} is left out: it lies in no subnet"));
            return Ok(());
        };
        match line(current.lease, Subnets::id(subnet), files.now, &called, told) {
            Some(line) => Ok(writeln!(out, "{line}")?),
            None => Ok(()),
        }
    })
}

fn line(lease: &Lease, subnet: u64, now: i64, called: &str, told: &mut Told<'_>) -> Option<String> {
    let hardware = match &lease.hardware {
        Some((kind, address)) if u32::from(*kind) == ETHERNET => address.as_slice(),
        Some((_, address)) if !address.is_empty() => {
            told.drop(&format!("{called} is written without its hardware address, which is none of Ethernet"));
            &[]
        }
        _ => &[],
    };
    let client_id = lease.client_identifier.as_deref().unwrap_or_default();
    let client_id = if client_id.is_empty() || IDENTIFIER.contains(&client_id.len()) {
        client_id
    } else {
        told.drop(&format!("{called} is written without its client identifier, which has {} bytes", client_id.len()));
        &[]
    };
    if hardware.is_empty() && client_id.is_empty() {
        told.drop(&format!("{called} is left out: it has neither a hardware address nor a client identifier"));
        return None;
    }
    let name = lease.client_hostname.as_deref().unwrap_or_default();
    let name = match std::str::from_utf8(name) {
        Ok(name) if name.is_empty() || is_host_name(name) => name.to_ascii_lowercase(),
        _ => {
            told.drop(&format!("{called} is written without the name that its client gave, which is no host's name"));
            String::new()
        }
    };
    let seconds = |time: Option<Time>| match time {
        Some(Time::At(seconds)) => Some(seconds),
        _ => None,
    };
    let (starts, lifetime) = span(seconds(lease.starts), seconds(lease.ends), now);
    Some(format!(
        "{},{},{},{lifetime},{},{subnet},0,0,{name},0,",
        lease.address,
        colon_hex(hardware),
        colon_hex(client_id),
        starts + lifetime,
    ))
}

/// When a lease began, and for how many seconds it is: Kea's `expire` is the sum, and it takes both apart again. It reads
/// no number below zero, no lifetime above [`FOR_EVER`], which is for leases without an end alone, and keeps none of zero.
fn span(starts: Option<i64>, ends: Option<i64>, now: i64) -> (i64, i64) {
    let now = now.clamp(0, FOR_EVER);
    let starts = starts.unwrap_or(now).clamp(0, now);
    let lifetime = ends.map_or(FOR_EVER, |ends| ends.saturating_sub(starts).clamp(1, FOR_EVER - 1));
    (starts, lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stay_within_what_kea_reads() {
        let now = 1_796_000_000;
        for (starts, ends, wanted) in [
            (Some(now - 60), Some(now + 60), (now - 60, 120)),
            (Some(now - 60), None, (now - 60, FOR_EVER)),
            (None, Some(now + 60), (now, 60)),
            (Some(-5), Some(now + 60), (0, now + 60)),
            (Some(now + 10), Some(now + 60), (now, 60)),
            (Some(now - 60), Some(-5), (now - 60, 1)),
            (Some(0), Some(FOR_EVER), (0, FOR_EVER - 1)),
            (Some(i64::MAX), Some(i64::MAX), (now, FOR_EVER - 1)),
            (Some(i64::MIN), Some(i64::MIN), (0, 1)),
        ] {
            assert_eq!(span(starts, ends, now), wanted, "{starts:?} to {ends:?}");
        }
        assert_eq!(span(None, None, i64::MAX), (FOR_EVER, FOR_EVER));
        assert_eq!(span(None, None, -1), (0, FOR_EVER));
    }
}
