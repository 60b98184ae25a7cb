//! Plain text for `cut`, `awk` and `while read`: a record a line, a tab between two fields, no head, and
//! never an empty field: one that says nothing is `-`, and a text that is no more than that is `\x2d`.

use super::scalar;
use super::text::Escaping;
use super::time::Zone;
use super::value::Value;

/// Writes a record.
pub(super) fn write<'v, 'a: 'v>(out: &mut Vec<u8>, values: impl Iterator<Item = &'v Value<'a>>, zone: &Zone) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(b'\t');
        }
        let start = out.len();
        scalar::write(out, value, zone, Escaping::OF_BYTES);
        match &out[start..] {
            b"" => out.push(b'-'),
            b"-" => {
                out.pop();
                out.extend_from_slice(br"\x2d");
            }
            _ => {}
        }
    }
    out.push(b'\n');
}
