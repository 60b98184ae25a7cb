//! What a lease's block says beside who has it until when.

use super::site::Site;
use serde_json::{Value, json};

const CONF: &str = "subnet 10.30.0.0 netmask 255.255.255.0 { range 10.30.0.10 10.30.0.20; }\n";

const LEASES: &str = r#"lease 10.30.0.10 {
  starts 1 2026/11/30 20:00:00;
  ends 2 2036/12/01 20:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:30:10;
  set ClientMac = "02:00:00:00:30:10";
  set ddns-fwd-name = "ten.example.org";
  set ddns-rev-name = "10.0.30.10.in-addr.arpa.";
  set vendor-class-identifier = "phone 5";
  set tries = %7;
  set odd = "\377\033[31m";
  option agent.circuit-id "port 7";
  option agent.link-selection 10.30.0.1;
  option agent.unknown-9 0:0:7:1:a;
  billing class "phones";
}
lease 10.30.0.18 {
  starts 1 2026/11/30 20:00:00;
  ends 1 2036/11/30 20:00:00;
  binding state active;
  hardware ethernet;
  uid "\000\000";
}
lease 10.30.0.19 {
  binding state free;
  hardware token-ring 02:00:00:00:30:19;
  billing subclass "phones" 1:2;
}
"#;

fn lines(site: &Site, words: &str) -> Vec<Value> {
    let answer = site.answer(words);
    answer.out.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect()
}

#[test]
fn all_that_a_lease_has_is_in_columns() {
    let site = Site::new(CONF, LEASES);
    let leases = lines(&site, "leases --output jsonl");
    let expected = json!({
        "ClientMac": "02:00:00:00:30:10", "ddns-fwd-name": "ten.example.org",
        "ddns-rev-name": "10.0.30.10.in-addr.arpa.", "vendor-class-identifier": "phone 5", "tries": 7,
        "odd": "\\xff\\x1b[31m", "odd_hex": "ff1b5b33316d",
    });
    assert_eq!(leases[0]["variables"], expected);
    let relay = json!({"circuit-id": "port 7", "link-selection": "10.30.0.1", "unknown-9": "00:00:07:01:0a"});
    assert_eq!(leases[0]["relay_options"], relay);
    for (lease, member, expected) in [
        (0, "billing_class", json!("phones")),
        (0, "ddns_fwd_name", json!("ten.example.org")),
        (0, "ddns_rev_name", json!("10.0.30.10.in-addr.arpa.")),
        (0, "vendor_class", json!("phone 5")),
        (0, "circuit_id", json!("port 7")),
        (0, "hardware_type", json!(1)),
        (1, "mac", Value::Null),
        (1, "hardware_type", json!(1)),
        (1, "variables", Value::Null),
        (1, "relay_options", Value::Null),
        (1, "billing_class", Value::Null),
        (2, "mac", json!("02:00:00:00:30:19")),
        (2, "hardware_type", json!(6)),
        (2, "billing_class", json!("phones")),
    ] {
        assert_eq!(leases[lease][member], expected, "{member} of {lease}");
    }
    site.check(
        "leases --columns address,mac,variables,relay_options",
        0,
        &[
            "10.30.0.18  -  ",
            "ClientMac 02:00:00:00:30:10, ddns-fwd-name ten.example.org",
            "circuit-id port 7, link-selection",
        ],
        &[],
    );
    site.check(
        "leases --output plain --columns mac,variables,ddns_fwd_name",
        0,
        &["ClientMac=02:00:00:00:30:10 "],
        &[],
    );
    site.check("find 10.30.0.18", 0, &["active; client id 00:00; ends"], &[]);
}

#[test]
fn an_address_of_dhcpv6_has_variables_too() {
    let conf = "subnet6 2001:db8::/64 { range6 2001:db8::10 2001:db8::13; }\n";
    let leases = "ia-na \"\\001\\000\\000\\000client\" {\n  cltt 1 2026/11/30 20:00:00;\n  iaaddr 2001:db8::10 {\n    binding \
                  state active;\n    ends 1 2036/11/30 20:00:00;\n    set ddns-fwd-name = \"six.example.org\";\n    set n = %3;\n  \
                  }\n}\n";
    let site = Site::new(conf, leases);
    let leases = lines(&site, "leases --output jsonl");
    assert_eq!(leases[0]["variables"], json!({"ddns-fwd-name": "six.example.org", "n": 3}));
    assert_eq!(leases[0]["ddns_fwd_name"], json!("six.example.org"));
}
