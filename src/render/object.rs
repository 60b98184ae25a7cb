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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_nest_and_bytes_that_are_no_text_are_there_in_hexadecimal_too() {
        let inner = vec![("name", Value::bytes(&b"\xff"[..])), ("none", Value::None)];
        let list = Value::List(vec![Value::text("a\"b"), Value::Number(1)]);
        let object = json_object(&[("error", Value::Record(inner)), ("list", list)]);
        let expected = "{\"error\":{\"name\":\"\\\\xff\",\"name_hex\":\"ff\",\"none\":null},\"list\":[\"a\\\"b\",1]}\n";
        assert_eq!(String::from_utf8(object).as_deref(), Ok(expected));
    }
}
