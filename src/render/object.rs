//! A single object in JSON, for what is no listing: errors above all.

use super::json;
use super::time::Zone;
use super::value::Value;

/// The members as an object on a line of its own.
pub fn json_object(members: &[(&'static str, Value<'_>)]) -> Vec<u8> {
    let mut out = Vec::new();
    json::write_record(&mut out, members, &Zone::Utc);
    out.push(b'\n');
    out
}
