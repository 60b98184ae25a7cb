use super::*;
use crate::dhcpd::declarations::Context;

fn entries(text: &str) -> Vec<Entry> {
    Reader::new(text.as_bytes(), Context::default()).collect()
}

fn lease(text: &str) -> Lease {
    match &entries(text)[..] {
        [Entry::Block(0, Block::Lease(lease))] => (**lease).clone(),
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
         uid \"\\001a}\"; client-hostname \"l\"; set a = %5; set b = \"x\"; reserved; ddns-txt \"old\";\n\
         option agent.circuit-id 0:4; on expiry { set c = \"}\"; } } # the end",
    );
    assert_eq!(lease.address.to_string(), "10.0.0.1");
    assert_eq!((lease.state, lease.next_state), (Some(State::Abandoned), Some(State::Free)));
    assert_eq!(lease.client_identifier.as_deref(), Some(&b"\x01a}"[..]));
    assert_eq!(lease.bindings, [(b"a".to_vec(), Binding::Number(5)), (b"b".to_vec(), Binding::Data(b"x".to_vec()))]);
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

#[test]
fn a_last_block_is_half_written_only_where_the_file_breaks_off() {
    let whole = "lease 10.0.0.1 {\n  ends 4 2026/11/26 10:00:00;\n  binding state active;\n  uid \"\\001x\";\n}\n";
    for length in "lease".len()..whole.len() - 2 {
        let entries = entries(&whole[..length]);
        assert_eq!(entries, [Entry::HalfWritten(0)], "{:?}", &whole[..length]);
    }
    for text in
        ["garbage", "garbage\n", "lease 10.0.0.1 {\n  binding state actve;\n", "lease 10.0.0.1 { } # the end\nx\n"]
    {
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
    assert_eq!(lease("lease 10.0.0.1 { hardwar ethernet 1:2:3; }").unknown, Some(17));
    assert_eq!(lease("lease 10.0.0.1 { ddns-txt \"x\"; }").unknown, None);
    for text in ["lease 10.0.0.1 { set n = 5; }", "lease 10.0.0.1 { ends never;\nlease 10.0.0.2 { }"] {
        assert!(matches!(entries(text)[..], [Entry::Mistake(_), ..]), "{text}");
    }
}

#[test]
fn blocks_of_dhcpv6_are_stepped_over() {
    let text = "server-duid \"a\"; ia-na \"x\" { cltt 1 2026/1/1 1:1:1; iaaddr 2001:db8::1 { ends never; } } \
                authoring-byte-order little-endian; lease 10.0.0.1 { }";
    let blocks = entries(text);
    assert_eq!(blocks.len(), 4, "{blocks:?}");
    assert!(matches!(blocks[3], Entry::Block(_, Block::Lease(_))));
}
