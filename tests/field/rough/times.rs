//! Times that no calendar has.

use crate::files::site::Site;
use serde_json::{Value, json};

#[test]
fn a_time_in_json_is_one_that_programs_can_read() {
    let leases = "lease 10.0.0.1 {\n  starts 4 0000/01/01 00:00:00;\n  ends epoch 253402300799;\n  binding state active;\n}\n\
                  lease 10.0.0.2 {\n  ends epoch 253402300800;\n  binding state active;\n}\n\
                  lease 10.0.0.3 {\n  ends 4 -5/01/01 00:00:00;\n  binding state active;\n}\n";
    let site = Site::new("subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n", leases);
    let answer = site.answer("leases --output jsonl --columns address,starts,ends");
    let rows: Vec<Value> = answer.out.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(rows[0]["starts"], json!("0000-01-01T00:00:00Z"), "{}", answer.out);
    assert_eq!(rows[0]["ends"], json!("9999-12-31T23:59:59Z"));
    assert_eq!(rows[0].get("ends_raw"), None);
    assert_eq!((&rows[1]["ends"], &rows[1]["ends_raw"]), (&Value::Null, &json!(253_402_300_800_i64)));
    assert_eq!(rows[2]["ends"], Value::Null);
    assert!(rows[2]["ends_raw"].as_i64().is_some_and(|seconds| seconds < -62_167_219_200), "{}", answer.out);
}
