//! To be replaced by the lease file's own.
use std::net::Ipv4Addr;

use crate::dhcpd::declarations::Context;
use crate::dhcpd::leases::{Block, Entry, Lease, Place, Placed, ReadError, Reader, Source, Summary, Table};

fn bytes(source: &Source) -> Result<Vec<u8>, ReadError> {
    let mut bytes = vec![0; source.len() as usize];
    source.read_at(&mut bytes, 0)?;
    Ok(bytes)
}

pub(super) fn history(
    source: &Source,
    context: &Context,
    show: &mut dyn FnMut(Place, &Lease) -> bool,
) -> Result<(), ReadError> {
    let bytes = bytes(source)?;
    for entry in Reader::new(&bytes, context.clone()) {
        if let Entry::Block(offset, Block::Lease(lease)) = entry {
            let line = bytes[..offset].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
            if !show(Place { offset: offset as u64, line }, &lease) {
                break;
            }
        }
    }
    Ok(())
}

pub(super) fn for_each_current(
    table: &Table,
    source: &Source,
    context: &Context,
    wanted: &dyn Fn(&Summary) -> bool,
    show: &mut dyn FnMut(Place, &Lease) -> bool,
) -> Result<(), ReadError> {
    history(source, context, &mut |place, lease| match table.get(lease.address) {
        Some(summary) if summary.offset == place.offset && wanted(&summary) => show(place, lease),
        _ => true,
    })
}

pub(super) fn find(source: &Source, context: &Context, address: Ipv4Addr) -> Result<Option<Placed<Lease>>, ReadError> {
    let mut found = None;
    history(source, context, &mut |place, lease| {
        if lease.address == address {
            found = Some(Placed { place, what: lease.clone() });
        }
        true
    })?;
    Ok(found)
}
