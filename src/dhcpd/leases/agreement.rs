//! The fast ways to read a lease file and the full grammar say the same, mistakes and their places
//! included: for what dhcpd writes, for what it merely accepts, and for both with bytes changed.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;

use proptest::prelude::*;
use proptest::sample::select;

use super::frame::{Frame, frame};
use super::grammar::block;
use super::*;
use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::Position;

/// Statements of leases: first those that are as dhcpd writes them.
const STATEMENTS: &[&str] = &[
    "  starts 4 2026/11/26 10:00:00;\n",
    "  ends 4 2026/11/26 22:00:00;\n",
    "  ends never;\n",
    "  ends epoch 1795687200; # Thu Nov 26 10:00:00 2026\n",
    "  cltt 0 2040/02/29 00:00:59;\n",
    "  tstp 4 2026/11/26 22:00:00;\n",
    "  tsfp epoch 5;\n",
    "  atsfp 4 9999/99/99 99:99:99;\n",
    "  binding state active;\n",
    "  binding state free;\n",
    "  binding state backup;\n",
    "  next binding state expired;\n",
    "  rewind binding state released;\n",
    "  hardware ethernet 52:54:00:00:00:0a;\n",
    "  hardware ethernet 5:B;\n",
    "  uid \"\\001RT\\000\\000\\\\\\\"\\012\";\n",
    "  uid 1:52:a:ff;\n",
    "  client-hostname \"lap{top\";\n",
    "  set vendor-class-identifier = \"MSFT 5.0\";\n",
    "  set y = %17;\n",
    "  option agent.circuit-id 0:4:1;\n",
    "  option agent.remote-id \"x;y\";\n",
    "  option agent.unknown-9 1, 2.3.4.5;\n",
    "  billing class \"by mac\";\n",
    "  reserved;\n",
    "  dynamic-bootp;\n",
    "  abandoned;\n",
    "  hardware token-ring 1:2;\n",
    "  hardware ethernet 1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10:11:12:13:14:15;\n",
    "  uid \"\\108\";\n",
    "  uid \"}\";\n",
    "  client-hostname laptop;\n",
    "  set x = %4294967296;\n",
    "  set z = true;\n",
    "  set a = 1:2;\n",
    "  billing subclass \"by mac\" 1:2;\n",
    "  bootp;\n",
    "  unknown-word 1 2 3;\n",
    "  client-hostname pc1.example.org;\n",
    "  client-hostname 12;\n",
    "  client-hostname \"lap;\n",
    "  uid \"\nlease 10.0.0.1 {\n\";\n",
    "  on expiry {\n    set q = \"}\";\n  }\n",
    "  STARTS 4 2026/11/26 10:00:00;\r\n",
    " starts 4 2026/1/2 3:4:5 -28800;",
    "  ends UTC sometime;\n",
    "  hardware ethernet 5g:00;\n",
    "  binding state busy;\n",
    "  # a comment }\n",
    "\n",
];

/// So many of them are.
const PLAIN: usize = 27;

/// Blocks of every other kind, sound and not.
const OTHERS: &[&str] = &[
    "host a {\n  dynamic;\n  hardware ethernet 1:2:3:4:5:6;\n  fixed-address 10.0.0.9;\n}\n",
    "host a { dynamic; deleted; }\n",
    "host b {\n  hardware ethernet 1:2\n}\nuid \"x\";\n}\n",
    "group g { dynamic; }\n",
    "class \"c\" {\n  match hardware;\n}\n",
    "subclass \"c\" 1:2:3;\n",
    "subclass \"d\" \"x\" { dynamic; }\n",
    "failover peer \"f\" state {\n  my state normal at 4 2026/11/19 20:00:00;\n  partner state normal at 4 \
     2026/11/19 20:00:00;\n}\n",
    "server-duid \"\\000\\001\";\n",
    "authoring-byte-order little-endian;\n",
    "authoring-byte-order big-endian;\n",
    "ia-na \"\\001\\000\\000\\000ab\" {\n  cltt 4 2026/11/26 10:00:00;\n  iaaddr 2001:db8::1 {\n    binding state \
     active;\n    preferred-life 5;\n    max-life 6;\n    ends 4 2026/11/26 22:00:00;\n    set x = \"y\";\n  }\n}\n\n",
    "ia-na \"\\001\\000\\000\\000ab\" { iaaddr 2001:db8::2 { binding state active; ends never; } }\n",
    "ia-pd 0:0:0:1:a:b { iaprefix 2001:db8:300:: / 56 { binding state released; ends never; } }\n",
    "ia-ta \"\\001\\000\\000\\000ab\" { iaaddr 2001:db8::1 { binding state active; } }\n",
    "lease 10.0.0.1 {\n  binding state active;\n",
    "lease { }\n",
    "# a comment with lease 10.0.0.1 { }\n",
    "nonsense { }\n",
    "}\n;\n",
    "\n \t\r\n",
    "lease 10.0.0.1 { uid \"\\1z",
    "lease 10.0.0.2 { ends never; lease 10.0.1.1 { }\n",
    "lease 10.0.0.2 {\n  uid \"\nlease 10.0.0.1 {\n  x;\n  x;\n  x;\n  x;\n",
    "garbage \"\nlease 10.0.0.1 {\n",
];

fn any_address() -> impl Strategy<Value = &'static str> {
    select(&["10.0.0.1", "10.0.0.2", "10.0.1.1", "010.000.000.002", "255.255.255.255", "256.0.0.1", "192.168.1.77"][..])
}

fn any_lease() -> impl Strategy<Value = String> {
    (any_address(), proptest::collection::vec(select(STATEMENTS), 0..12))
        .prop_map(|(address, statements)| format!("lease {address} {{\n{}}}\n", statements.concat()))
}

/// A lease with nothing that dhcpd would not write.
fn plain_lease() -> impl Strategy<Value = String> {
    (any_address(), proptest::collection::vec(select(&STATEMENTS[..PLAIN]), 0..12))
        .prop_map(|(address, statements)| format!("lease {address} {{\n{}}}\n", statements.concat()))
}

/// A file, with some of its bytes changed, taken away or repeated.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let block = prop_oneof![
        4 => plain_lease(),
        3 => any_lease(),
        2 => any_ia(),
        2 => select(OTHERS).prop_map(str::to_owned),
    ];
    let change = (any::<prop::sample::Index>(), 0_u8..4, select(b"\"\\{};#\n\r \0\xffl1z".to_vec()));
    let changes = prop_oneof![Just(Vec::new()), proptest::collection::vec(change, 0..4)];
    (proptest::collection::vec(block, 0..20), changes).prop_map(|(blocks, changes)| {
        let mut file = blocks.concat().into_bytes();
        for (index, kind, byte) in changes {
            let at = index.index(file.len() + 1);
            match kind {
                0 if at < file.len() => file[at] = byte,
                1 => file.insert(at, byte),
                2 if at < file.len() => drop(file.remove(at)),
                3 => file.truncate(at),
                _ => {}
            }
        }
        file
    })
}

/// What a table is to hold, by the full grammar.
#[derive(Debug, Default, PartialEq)]
struct Expected {
    leases: BTreeMap<Ipv4Addr, Summary>,
    full: BTreeMap<Ipv4Addr, Placed<Lease>>,
    lease_blocks: u64,
    ias: Vec<(Place, Ia)>,
    blocks: Vec<(Place, Block)>,
    mistakes: Vec<(Place, u64, String)>,
    half_written: Option<Place>,
}

fn context() -> Context {
    let mut context = Context::default();
    context.classes.insert(b"by mac".to_vec());
    context
}

fn place(file: &[u8], offset: usize) -> Place {
    Place { offset: offset as u64, line: Position::of(file, offset).line as u64 }
}

fn expected(file: &[u8]) -> Expected {
    let mut expected = Expected::default();
    for entry in Reader::new(file, context()) {
        match entry {
            Entry::Block(offset, Block::Lease(lease)) => {
                expected.lease_blocks += 1;
                expected.leases.insert(lease.address, Summary::of(&lease, offset as u64));
                expected.full.insert(lease.address, Placed { place: place(file, offset), what: *lease });
            }
            Entry::Block(_, Block::ByteOrder(_)) => {}
            Entry::Block(offset, Block::Ia(ia)) => {
                expected.ias.push((place(file, offset), ia));
            }
            Entry::Block(offset, block) => expected.blocks.push((place(file, offset), block)),
            Entry::Mistake(error) | Entry::Flaw(Flaw { error, .. }) => {
                let column = Position::of(file, error.offset).column as u64;
                expected.mistakes.push((place(file, error.offset), column, error.text));
            }
            Entry::HalfWritten(offset) => expected.half_written = Some(place(file, offset)),
        }
    }
    let ias = std::mem::take(&mut expected.ias);
    // An association is known by its name's bytes, whatever their order.
    let orders: Vec<usize> =
        (0..ias.len()).filter(|&i| !ias[i + 1..].iter().any(|later| is_same(file, &ias[i], later))).collect();
    expected.ias = orders.into_iter().map(|i| ias[i].clone()).collect();
    expected
}

fn is_same(file: &[u8], a: &(Place, Ia), b: &(Place, Ia)) -> bool {
    let iaid = |(place, ia): &(Place, Ia)| match order_at(file, place.offset) {
        ByteOrder::Little => ia.iaid,
        ByteOrder::Big => ia.iaid.swap_bytes(),
    };
    (a.1.kind, iaid(a), &a.1.duid) == (b.1.kind, iaid(b), &b.1.duid)
}

fn order_at(file: &[u8], offset: u64) -> ByteOrder {
    let entries = Reader::new(file, context()).filter_map(|entry| match entry {
        Entry::Block(at, Block::ByteOrder(order)) if (at as u64) < offset => Some(order),
        _ => None,
    });
    entries.last().unwrap_or_default()
}

fn in_order(table: &Table, source: &Source, order: Order) -> Vec<Placed<Lease>> {
    let mut all = Vec::new();
    let mut each = |placed| {
        all.push(placed);
        ControlFlow::Continue(())
    };
    table.for_each(source, order, 2, |_| true, &mut each).unwrap();
    all
}

fn found(table: &Table) -> Expected {
    let damage = table.damage();
    Expected {
        leases: table.iter().map(|summary| (summary.address, summary)).collect(),
        full: BTreeMap::new(),
        lease_blocks: table.lease_blocks(),
        ias: table.ias().iter().map(|placed| (placed.place, placed.what.clone())).collect(),
        blocks: table.blocks().iter().map(|placed| (placed.place, placed.what.clone())).collect(),
        mistakes: damage.mistakes.iter().map(|mistake| (mistake.place, mistake.column, mistake.text.clone())).collect(),
        half_written: damage.half_written,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_lease_that_is_read_fast_is_the_one_that_the_grammar_reads(
        text in prop_oneof![plain_lease(), any_lease()], index in any::<prop::sample::Index>(), byte in any::<u8>(), change: bool
    ) {
        let mut bytes = text.into_bytes();
        if change {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let by_grammar = match frame(&bytes) {
            Frame::Whole(length) => block(&bytes[..length], &mut context(), ByteOrder::Little).map(|(block, _)| (block, length)).ok(),
            _ => None,
        };
        if let Some((lease, plain)) = fast::lease(&bytes) {
            let newlines = bytes[..plain.length].iter().filter(|byte| **byte == b'\n').count() as u64;
            prop_assert_eq!(plain.newlines, newlines);
            prop_assert_eq!(fast::summary(&bytes, 7), Some((Summary::of(&lease, 7), plain)));
            prop_assert_eq!(Some((Block::Lease(Box::new(lease)), plain.length)), by_grammar);
        } else {
            prop_assert_eq!(fast::summary(&bytes, 7), None);
        }
    }

    #[test]
    fn a_table_is_what_the_grammar_makes_of_the_file(
        file in any_file(), piece in 1_usize..300, threads in 1_usize..4
    ) {
        let mut expected = expected(&file);
        let full = std::mem::take(&mut expected.full);
        let source = Source::from_bytes("leases", file.clone()).in_pieces_of(piece);
        let table = Table::read(&source, &context(), threads, &|_| {}).unwrap();
        prop_assert_eq!(found(&table), expected);
        let at_once = Table::read(&Source::from_bytes("leases", file.clone()), &context(), 1, &|_| {}).unwrap();
        prop_assert_eq!(table.damage(), at_once.damage());
        for (address, placed) in &full {
            prop_assert_eq!(find(&source, *address, threads).unwrap().lease, Some(placed.clone()));
            let summary = table.get(*address).unwrap();
            prop_assert_eq!(&table.lease(&source, &summary).unwrap(), &placed.what);
            prop_assert_eq!(table.line_of(&source, summary.offset).unwrap(), placed.place.line);
        }
        prop_assert_eq!(find(&source, Ipv4Addr::new(9, 9, 9, 9), threads).unwrap().lease, None);
        let by_address: Vec<Placed<Lease>> = full.into_values().collect();
        let mut by_place = by_address.clone();
        by_place.sort_by_key(|placed| placed.place);
        prop_assert_eq!(in_order(&table, &source, Order::Address), by_address);
        prop_assert_eq!(in_order(&table, &source, Order::File), by_place);
    }

    #[test]
    fn a_history_has_all_blocks(file in any_file(), piece in 1_usize..300) {
        let mut all = Vec::new();
        let source = Source::from_bytes("leases", file.clone()).in_pieces_of(piece);
        let damage = history(&source, &context(), &mut |placed| {
            all.push(placed);
            ControlFlow::Continue(())
        }).unwrap();
        let blocks = Reader::new(&file, context()).filter_map(|entry| match entry {
            Entry::Block(offset, what) => Some(Placed { place: place(&file, offset), what }),
            _ => None,
        });
        prop_assert_eq!(all, blocks.collect::<Vec<_>>());
        prop_assert_eq!(damage.count, expected(&file).mistakes.len() as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn an_association_that_is_read_fast_is_the_one_that_the_grammar_reads(
        text in any_ia(), index in any::<prop::sample::Index>(), byte in any::<u8>(), change: bool
    ) {
        let mut bytes = text.into_bytes();
        if change {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some((ia, plain)) = fast::ia(&bytes) {
            let newlines = bytes[..plain.length].iter().filter(|byte| **byte == b'\n').count() as u64;
            prop_assert_eq!((Frame::Whole(plain.length), plain.newlines), (frame(&bytes), newlines));
            let by_grammar = block(&bytes[..plain.length], &mut context(), ByteOrder::Little);
            prop_assert_eq!(Ok((Block::Ia(ia), None)), by_grammar);
        }
    }
}

/// Parts of associations, most of them as dhcpd writes them.
const IA_PARTS: &[&str] = &[
    "  cltt 4 2026/11/26 10:00:00;\n",
    "  iaaddr 2001:db8::1 {\n    binding state active;\n    preferred-life 375;\n    max-life 4294967295;\n    ends 4 \
     2026/11/26 10:10:00;\n    set x = \"y\";\n    set z = %5;\n  }\n",
    "  iaprefix 2001:db8:300::/56 {\n    binding state expired;\n    ends epoch 5; # Thu\n  }\n",
    "  iaaddr 2001:db8::a:b {\n    binding state released;\n    ends never;\n  }\n",
    "  iaaddr 2001:db8::ffff:1.2.3.4 {\n    binding state active;\n    max-life 4294967296;\n    ends never;\n  }\n",
    "  iaprefix 2001:db8:300:: / 56 { binding state active; ends never; }\n",
    "  iaaddr 2001:db8::1 {\n    ends never;\n  }\n",
    "  unknown-word 1 2 3;\n",
];

fn any_ia() -> impl Strategy<Value = String> {
    let beginning = ["ia-na \"\\001\\000\\000\\000ab\\\\\"", "ia-pd 1:2:3:4:a:b", "ia-ta \"abc\"", "IA-NA \"abcdef\""];
    (select(beginning.to_vec()), proptest::collection::vec(select(IA_PARTS), 0..4))
        .prop_map(|(beginning, parts)| format!("{beginning} {{\n{}}}\n\n", parts.concat()))
}

#[test]
fn what_dhcpd_writes_is_read_fast() {
    for part in IA_PARTS.iter().take(4) {
        let kind = if part.contains("iaprefix") { "ia-pd" } else { "ia-na" };
        let text = format!("{kind} \"\\001\\000\\000\\000ab\" {{\n{part}}}\n\n");
        assert!(fast::ia(text.as_bytes()).is_some(), "{part}");
    }

    for statement in STATEMENTS.iter().take(PLAIN) {
        let text = format!("lease 10.0.0.1 {{\n{statement}}}\n");
        assert!(fast::lease(text.as_bytes()).is_some(), "{statement}");
    }
}

#[test]
fn a_class_counts_for_subclasses_that_other_threads_come_upon() {
    let lease = "lease 10.0.0.1 {\n  binding state free;\n}\n";
    let text = ["class \"c\" { }\n", &lease.repeat(50), "subclass \"c\" 1;\nhost x { }\n"].concat();
    let and_more = [&text, &*lease.repeat(50)].concat();
    for (text, threads) in [(&text, 1), (&text, 2), (&text, 3), (&and_more, 1), (&and_more, 2), (&and_more, 3)] {
        let source = Source::from_bytes("leases", text.clone().into_bytes()).in_pieces_of(40);
        let table = Table::read(&source, &context(), threads, &|_| {}).unwrap();
        assert_eq!((table.blocks().len(), table.damage().count), (3, 0));
        assert_eq!(table.blocks()[1].place.line, 152);
    }
}

#[test]
fn a_lease_is_not_found_in_a_string_of_another() {
    let hidden = "lease 10.0.0.1 {\n  binding state free;\n}\n";
    for odd in [
        format!("lease 10.0.0.2 {{\n  uid \"\n}}\n{hidden}\";\n}}\n"),
        format!("lease 10.0.0.2 {{\n  uid \"\\\"\n}}\n{hidden}\\\"\";\n}}\n"),
        format!("lease 10.0.0.2 {{\n  uid \"\\1\"\n}}\n{hidden}17\";\n}}\n"),
        format!("lease 10.0.0.2 {{\n  on expiry {{\n  set a = \"b\";\n}}\n  uid \"{hidden}\";\n}}\n"),
        format!("lease 10.0.0.2 {{\n  # \"\n  set a = \"\n}}\n{hidden}\";\n}}\n"),
        "lease 10.0.0.2 {\n  # \" { } \"\n}\n".to_owned(),
        format!("lease 10.0.0.2 {{\n  uid \"\u{ff}\";\n}}\n{hidden}\";\n}}\nlease 10.0.0.2 {{\n}}\n"),
    ] {
        let text = [hidden, &hidden.replace("0.1", "0.3").repeat(5), &odd, hidden, &odd].concat();
        // A character a byte.
        let (text, odd_length) = (text.chars().map(|char| char as u8).collect::<Vec<_>>(), odd.chars().count());
        for threads in 1..4 {
            let source = Source::from_bytes("leases", text.clone()).in_pieces_of(20);
            let found = find(&source, Ipv4Addr::new(10, 0, 0, 1), threads).unwrap().lease.unwrap();
            let table = Table::read(&source, &context(), threads, &|_| {}).unwrap();
            assert_eq!(Some(found.place.offset), table.get(found.what.address).map(|summary| summary.offset), "{odd}");
            // Behind a byte 255 the block is damaged, and what it has in it is read.
            let behind = if odd.contains('\u{ff}') { odd.find("lease 10.0.0.1").map(|at| at - 1) } else { None };
            let expected = behind.map_or(text.len() - odd_length - hidden.len(), |at| text.len() - odd_length + at);
            assert_eq!(found.place.offset as usize, expected, "{odd}");
            assert!(find(&source, Ipv4Addr::new(10, 0, 0, 2), threads).unwrap().lease.is_some(), "{odd}");
        }
    }
}
