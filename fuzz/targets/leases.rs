//! What may be in a lease file: a table, a search, a history and a follower say what the full grammar says,
//! whatever pieces they read it in.

use std::ops::ControlFlow;

use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Block, Entry, Flaw, Order, Reader, Source, Summary, Table, duid_text, find, history};

use super::prng::Prng;

/// An input is a lease file.
pub fn run(data: &[u8]) {
    let mut prng = Prng::from_bytes(data);
    let context = Context::default();
    let (mut leases, mut mistakes, mut half_written) = (Vec::new(), Vec::new(), None);
    for entry in Reader::new(data, context.clone()) {
        match entry {
            Entry::Block(offset, Block::Lease(lease)) => leases.push((offset as u64, *lease)),
            Entry::Block(_, Block::Ia(ia)) => {
                assert_eq!(duid_text(&ia.duid).len(), (ia.duid.len() * 3).saturating_sub(1))
            }
            Entry::Block(..) => {}
            Entry::Mistake(error) | Entry::Flaw(Flaw { error, .. }) => mistakes.push((error.offset as u64, error.text)),
            Entry::HalfWritten(offset) => half_written = Some(offset as u64),
        }
    }
    let source = Source::from_bytes("leases", data.to_vec()).in_pieces_of(1 + prng.below(200));
    let table = Table::read(&source, &context, 1 + prng.below(3), &|_| {}).expect("it is in memory");
    let damage = table.damage();
    assert_eq!(damage.count, mistakes.len() as u64);
    for (found, (offset, text)) in damage.mistakes.iter().zip(&mistakes) {
        assert_eq!((found.place.offset, &found.text), (*offset, text));
        assert!(found.explain("leases").starts_with(&format!("leases:{}:{}: ", found.place.line, found.column)));
    }
    assert_eq!(damage.half_written.map(|place| place.offset), half_written);
    assert_eq!(table.lease_blocks(), leases.len() as u64);
    let mut all = Vec::new();
    let mut each = |placed| {
        all.push(placed);
        ControlFlow::Continue(())
    };
    assert_eq!(&history(&source, &context, &mut each).expect("it is in memory"), damage);
    let in_history = all.iter().filter_map(|placed| match &placed.what {
        Block::Lease(lease) => Some((placed.place.offset, &**lease)),
        _ => None,
    });
    assert!(in_history.eq(leases.iter().map(|(offset, lease)| (*offset, lease))));
    let last = |address| leases.iter().rev().find(|(_, lease)| lease.address == address).expect("it is in the table");
    for summary in table.iter() {
        let (offset, lease) = last(summary.address);
        assert_eq!(summary, Summary::of(lease, *offset));
        assert_eq!(&table.lease(&source, &summary).expect("it is in memory"), lease);
        let found = find(&source, summary.address, 1 + prng.below(3))
            .expect("it is in memory")
            .lease
            .expect("it is in the table");
        assert_eq!((found.place.offset, &found.what), (*offset, lease));
        summary.state_at(prng.number() as i64);
    }
    let mut count = 0;
    let mut each = |_| {
        count += 1;
        ControlFlow::Continue(())
    };
    table.for_each(&source, Order::Address, 1, |_| true, &mut each).expect("it is in memory");
    assert_eq!(count, table.len());
    for (placed, held) in table.bindings() {
        assert!(placed.what.addresses.contains(held));
        held.state_at(0);
    }
}
