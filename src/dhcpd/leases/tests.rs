use super::*;
use crate::dhcpd::declarations::Context;

fn entries(text: &str) -> Vec<Entry> {
    Reader::new(text.as_bytes(), Context::default()).collect()
}

fn lease(text: &str) -> Lease {
    match &entries(text)[..] {
        [Entry::Block(0, Block::Lease(lease))] | [Entry::Flaw(_), Entry::Block(0, Block::Lease(lease))] => {
            (**lease).clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn times_have_many_forms() {
    for (written, seconds) in [
        ("4 2026/11/26 10:00:00", 1_795_687_200),
        ("epoch 1795687200", 1_795_687_200),
        ("4 2026 / 11 / 26 10 : 0 : 0", 1_795_687_200),
        ("2 2019/01/01 00:00:00 -28800", 1_546_300_800 - 28_800),
        ("0 2040/02/29 00:00:00", 2_214_086_400),
    ] {
        let lease = lease(&format!("lease 10.0.0.1 {{ ends {written}; }}"));
        assert_eq!(lease.ends, Some(Time::At(seconds)), "{written}");
    }
    let odd = lease("lease 10.0.0.1 { starts UTC sometime; ends never; }");
    assert_eq!((odd.starts, odd.ends), (None, Some(Time::Never)));
}

#[test]
fn a_lease_keeps_what_its_block_says() {
    let lease = lease(
        "LEASE 010.0.0.1 { Binding State ABANDONED; next binding state free; hardware ethernet 0:1:2:3:4:A;\r\n\
         uid \"\\001a}\"; client-hostname \"l\"; set a = %5; set b = \"x\"; reserved; ddns-fwd-name \"old\";\n\
         option agent.circuit-id 0:4; on expiry { set c = \"}\"; } } # the end",
    );
    assert_eq!(lease.address.to_string(), "10.0.0.1");
    assert_eq!((lease.state, lease.next_state), (Some(State::Abandoned), Some(State::Free)));
    assert_eq!(lease.client_identifier.as_deref(), Some(&b"\x01a}"[..]));
    let text = |name: &[u8], text: &[u8]| (name.to_vec(), Binding::Data(text.to_vec()));
    let variables = [(b"a".to_vec(), Binding::Number(5)), text(b"b", b"x"), text(b"ddns-fwd-name", b"old")];
    assert_eq!(lease.bindings, variables);
    assert_eq!(lease.agent_options, [b"option agent.circuit-id 0:4;".to_vec()]);
    assert_eq!(lease.on_expiry.as_deref(), Some(&b"on expiry { set c = \"}\"; }"[..]));
    assert!(lease.reserved && !lease.bootp);
}

#[test]
fn what_follows_a_bad_block_is_read() {
    let text = "lease 10.0.0.1 { binding state odd; }\nlease 10.0.0.2 { }\nhost a {\n  dynamic;\n";
    match &entries(text)[..] {
        [Entry::Mistake(error), Entry::Block(38, Block::Lease(_)), Entry::HalfWritten(57)] => {
            assert_eq!(error.offset, 31);
        }
        other => panic!("{other:?}"),
    }
}

fn ia(text: &str) -> Ia {
    match &entries(text)[..] {
        [Entry::Block(0, Block::Ia(ia))] => ia.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_ia_keeps_what_its_block_says() {
    let ia = ia(
        "ia-na \"\\001\\000\\000\\002abc\" { cltt 1 2026/1/1 1:1:1; iaaddr 2001:DB8::1 { binding state active; \
                 preferred-life 5; max-life 6; ends never; set x = \"y\"; } iaaddr 2001:db8::ffff:10.0.0.1 { ends epoch 5; \
                 binding state released; } }",
    );
    assert_eq!((ia.kind, ia.iaid, &ia.duid[..]), (IaKind::Na, 0x0200_0001, &b"abc"[..]));
    assert_eq!(ia.cltt, Some(Time::At(1_767_229_261)));
    let [first, second] = &ia.addresses[..] else { panic!("{ia:?}") };
    assert_eq!((first.address.to_string().as_str(), first.length, first.ends), ("2001:db8::1", 128, Time::Never));
    assert_eq!((first.preferred_life, first.max_life), (Some(5), Some(6)));
    assert_eq!(first.bindings, [(b"x".to_vec(), Binding::Data(b"y".to_vec()))]);
    assert_eq!((second.address.to_string().as_str(), second.state), ("2001:db8::ffff:a00:1", State::Released));
    assert_eq!(duid_text(&ia.duid), "61:62:63");
}

#[test]
fn a_prefix_may_have_blanks_and_ids_may_be_hexadecimal() {
    let ia = ia("IA-PD 0:0:1:2:0:3:a:b { iaprefix 2001:db8:300:: / 56 { binding state active; ends never; } }");
    assert_eq!((ia.kind, ia.iaid, duid_text(&ia.duid).as_str()), (IaKind::Pd, 0x0201_0000, "00:03:0a:0b"));
    assert_eq!((ia.addresses[0].address.to_string().as_str(), ia.addresses[0].length), ("2001:db8:300::", 56));
}

#[test]
fn the_byte_order_of_a_file_counts_from_where_it_is_said() {
    let text = "ia-na \"\\000\\000\\000\\001ab\" { } authoring-byte-order big-endian; ia-na \"\\000\\000\\000\\001ab\" { } \
                server-duid \"a\";";
    match &entries(text)[..] {
        [
            Entry::Block(_, Block::Ia(little)),
            Entry::Block(_, Block::ByteOrder(ByteOrder::Big)),
            Entry::Block(_, Block::Ia(big)),
            Entry::Block(_, Block::ServerDuid(duid)),
        ] => assert_eq!((little.iaid, big.iaid, &duid[..]), (1 << 24, 1, &b"a"[..])),
        other => panic!("{other:?}"),
    }
}

/// As dhcpd says it: "corrupt lease file; missing end time in iaaddr", "missing state in iaaddr".
#[test]
fn an_address_of_an_ia_without_an_end_or_a_state_is_damaged() {
    for statement in ["binding state active;", "ends never;"] {
        let entries = entries(&format!("ia-na \"abcdef\" {{ iaaddr 2001:db8::1 {{ {statement} }} }}"));
        assert!(matches!(&entries[..], [Entry::Mistake(error)] if error.offset == 17), "{entries:?}");
    }
}

#[test]
fn a_mistake_is_told_once_however_much_is_left_of_its_block() {
    let entries = entries("lease 10.0.0.1 {\n on expiry }\n uid \"x\";\n}\n}\nlease 10.0.0.2 { }");
    assert!(matches!(&entries[..], [Entry::Mistake(_), Entry::Block(44, _)]), "{entries:?}");
}

#[test]
fn times_without_bounds_stay_within_ours() {
    for written in ["4 1099511627775/99/99 10:00:00 1099511627775", "epoch 1099511627775", "0 -99999999999/1/1 0:0:0"] {
        assert!(lease(&format!("lease 10.0.0.1 {{ ends {written}; }}")).ends.is_some());
    }
}

#[test]
fn a_last_block_is_half_written_only_where_the_file_breaks_off() {
    let whole = "lease 10.0.0.1 {\n  ends 4 2026/11/26 10:00:00;\n  binding state active;\n  uid \"\\001x\";\n}\n";
    for length in "lease".len()..whole.len() - 2 {
        let entries = entries(&whole[..length]);
        assert_eq!(entries, [Entry::HalfWritten(0)], "{:?}", &whole[..length]);
    }
    for text in ["garbage", "garbage\n", "lease 10.0.0.1 { } # the end\nx\n"] {
        assert!(matches!(entries(text).last(), Some(Entry::Mistake(_))), "{text}");
    }
}

#[test]
fn a_block_without_an_end_costs_no_more_than_itself() {
    let text = "lease 10.0.0.1 {\n on expiry {\n".repeat(20_000) + "lease 10.0.0.2 { }\n";
    let start = std::time::Instant::now();
    let entries = entries(&text);
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(entries.iter().filter(|entry| matches!(entry, Entry::Mistake(_))).count(), 20_000);
    assert!(matches!(entries.last(), Some(Entry::Block(_, Block::Lease(_)))));
}

#[test]
fn statements_that_dhcpd_does_not_know_are_noticed() {
    let unknown = |text: &str| lease(text).flaw.filter(|flaw| flaw.costs_block).map(|flaw| flaw.error.offset);
    assert_eq!(unknown("lease 10.0.0.1 { hardwar ethernet 1:2:3; }"), Some(17));
    assert_eq!(unknown("lease 10.0.0.1 { ddns-rev-name \"x\"; }"), None);
    assert_eq!(unknown("lease 10.0.0.1 { ddns-txt \"x\"; }"), Some(17));
    for text in ["lease 10.0.0.1 { set n = 5; }", "lease 10.0.0.1 { ends never;\nlease 10.0.0.2 { }"] {
        assert!(matches!(entries(text)[..], [Entry::Mistake(_), ..]), "{text}");
    }
}
