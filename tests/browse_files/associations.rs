//! Random lease files of DHCPv6: identity associations with addresses and prefixes.

use super::layout::{Token, Writer, words};
use super::random::Random;
use super::values::{ago, ahead, bytes, host_name, plain_time, quoted, time};

/// Ranges of all kinds.
pub const CONF: &str = "
default-lease-time 3600;
subnet6 2001:db8::/32 {
  range6 2001:db8:0:1::100 2001:db8:0:1::2ff;
  range6 2001:db8:0:2::/64;
  range6 2001:db8:0:3::/64 temporary;
  prefix6 2001:db8:300:: 2001:db8:3ff:ff00:: /56;
}
host fixed { hardware ethernet 02:00:00:00:00:01; fixed-address6 2001:db8::5; }
";

/// From 2038-01-19 on, in 2040. Only as a date: dhcpd reads more in `epoch 2224684800`.
const AFTER_32_BITS: i64 = 2_224_684_800;

/// Writes up to three records of some associations.
pub fn write(writer: &mut Writer<'_>) {
    if writer.random.one_in(2) {
        let duid = [&[0, 1, 0, 1, 0x2c, 0xb0, 0x22, 0x0a][..], &[2, 0, 0, 0, 0, 1]].concat();
        let duid = bytes(&duid, writer.random);
        writer.statement(vec!["server-duid".into(), duid]);
    }
    writer.statement(vec!["authoring-byte-order".into(), "little-endian".into()]);
    for number in 0..writer.random.below(25) {
        let kind = writer.random.of(&["ia-na", "ia-na", "ia-ta", "ia-pd"]);
        let mut id = (writer.random.below(4) as u32).to_le_bytes().to_vec();
        id.extend([0, writer.random.of(&[1, 2, 3]), 0, 1]);
        id.extend((0..6).map(|_| writer.random.of(&[2, 34, 92, 200])));
        // Few of them have addresses of others. Those have one record each: dhcpd, which takes an address from the
        // record that had it, takes the whole association when that is an old record of it.
        let is_shared = writer.random.one_in(4);
        let own = if is_shared { 0x1_2300 | (number / 2) } else { writer.random.below(1 << 16) << 8 | 0x80 | number };
        for _ in 0..1 + if is_shared { 0 } else { writer.random.below(2) } {
            record(kind, &id, own, writer);
        }
    }
}

fn record(kind: &'static str, id: &[u8], own: usize, writer: &mut Writer<'_>) {
    let name = bytes(id, writer.random);
    writer.open(vec![kind.into(), name]);
    let cltt = time(ago(writer.random), writer.random);
    writer.statement([vec!["cltt".into()], cltt].concat());
    for i in 0..1 + writer.random.below(2) {
        let (word, address): (&'static str, String) = match (kind, writer.random.below(3)) {
            ("ia-ta", _) => ("iaaddr", format!("2001:db8:0:3::{:x}:{i:x}", own & 0xffff)),
            ("ia-pd", _) => {
                ("iaprefix", format!("2001:db8:{:x}:{:x}00::/56", 0x300 | own & 0xff, i << 7 | own >> 8 & 0x7f))
            }
            (_, 0) => ("iaaddr", format!("2001:db8:0:1::{:x}", 0x100 + (i << 8 | own & 0xff))),
            _ => ("iaaddr", format!("2001:db8:0:2::{:x}:{i:x}", own & 0xffff)),
        };
        writer.open(vec![word.into(), address.into()]);
        for statement in statements(writer.random) {
            writer.statement(statement);
        }
        writer.close();
    }
    writer.close();
}

fn statements(random: &mut Random) -> Vec<Vec<Token>> {
    let state = random.of(&["active", "active", "active", "active", "expired", "released", "abandoned"]);
    let ends = match (state, random.below(10)) {
        ("active", 0) => words("ends never"),
        ("active", 1) => [words("ends"), vec![plain_time(AFTER_32_BITS).into()]].concat(),
        ("active", 2..7) | ("abandoned", 2..) => [words("ends"), time(ahead(random), random)].concat(),
        _ => [words("ends"), time(ago(random), random)].concat(),
    };
    let mut statements = vec![
        [words("binding state"), vec![state.into()]].concat(),
        vec!["preferred-life".into(), random.of(&[375, 3600, 86_400]).to_string().into()],
        vec!["max-life".into(), random.of(&[600, 7200, 90_000]).to_string().into()],
        ends,
    ];
    if random.one_in(4) {
        let name = host_name(random);
        statements.push(vec![
            "set".into(),
            "ddns-fwd-name".to_owned().into(),
            "=".to_owned().into(),
            quoted(&name, random),
        ]);
    }
    statements
}
