//! JSON: a list of entries, or entries one after the other, as JSON lines have them.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

use crate::commands::bulk::wanted::Wanted;
use crate::render::text::visible;

use super::entry::{Entry, Field, NAMES};

/// Objects of which a later line of an undo file withdraws the entries, by whether they are groups and by name: how many
/// entries of hosts or groups came before that line.
type Withdrawn = HashMap<(bool, Vec<u8>), usize>;

/// Adds what JSON says to what is wanted.
pub(super) fn read(text: &[u8], wanted: &mut Wanted) {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && is_undo_file(text) => {
            // It ends amid a sign.
            str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            let line = line_at(text, error.valid_up_to());
            return wanted.fault(line, "this is no JSON: it is not UTF-8");
        }
    };
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut withdrawn = Withdrawn::new();
    if !text.trim_start().starts_with('[') {
        for value in Deserializer::from_str(text).into_iter::<&RawValue>() {
            match value {
                Ok(value) => entry(value, lines.of(value.get()), wanted, &mut withdrawn),
                Err(error) if error.is_eof() && is_undo_file(text.as_bytes()) => {
                    let line = error.line() as u64;
                    wanted.remark(
                        line,
                        "the last line is cut off and left out: what it is about had not been changed yet",
                    );
                    break;
                }
                Err(error) => return wanted.fault(error.line() as u64, format!("this is no JSON: {error}")),
            }
        }
    } else {
        match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(values) => {
                values.iter().for_each(|value| entry(value, lines.of(value.get()), wanted, &mut withdrawn));
            }
            Err(error) => return wanted.fault(error.line() as u64, format!("this is no JSON: {error}")),
        }
    }
    let is_left = |is_group, name: &[u8], number: usize| {
        withdrawn.get(&(is_group, name.to_vec())).is_none_or(|before| number >= *before)
    };
    if !withdrawn.is_empty() {
        let mut numbers = 0..;
        wanted.hosts.retain(|host| numbers.next().is_some_and(|number| is_left(false, &host.name, number)));
        let mut numbers = 0..;
        wanted.groups.retain(|group| numbers.next().is_some_and(|number| is_left(true, &group.name, number)));
    }
}

fn line_at(text: &[u8], at: usize) -> u64 {
    1 + memchr::memchr_iter(b'\n', &text[..at]).count() as u64
}

/// Finds the lines of parts that come one after the other.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, part: &str) -> u64 {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        if let Some(between) = self.text.get(self.at..at) {
            self.line += memchr::memchr_iter(b'\n', between).count() as u64;
            self.at = at;
        }
        self.line
    }
}

/// The fields of an object as they stand there: a map would keep the last one of a name only.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(All)
    }
}

fn entry(value: &RawValue, line: u64, wanted: &mut Wanted, withdrawn: &mut Withdrawn) {
    let fields = match serde_json::from_str(value.get()) {
        Ok(Fields(fields)) => fields,
        Err(_) => {
            let start: String = value.get().chars().take(40).collect();
            let shown = visible(start.as_bytes());
            return wanted.fault(line, format!("`{shown}` is no entry: an entry is an object such as {{\"name\": \"web1\", \"mac\": \"02:00:00:00:00:01\"}}"));
        }
    };
    if let Some(object) = withdrawn_by(&fields) {
        let before = if object.0 { wanted.groups.len() } else { wanted.hosts.len() };
        withdrawn.insert(object, before);
        return;
    }
    let before = wanted.faults.len();
    let mut entry = Entry::default();
    let mut known: Vec<Field> = Vec::new();
    let is_listing = Field::are_of_listing(fields.iter().map(|(name, _)| name.as_bytes()));
    for (name, value) in fields {
        let shown = visible(name.as_bytes());
        let field = Field::of(&name, is_listing);
        if field.is_some_and(|field| field != Field::Told && known.contains(&field)) {
            wanted.fault(line, format!("{shown}: it is there twice"));
            continue;
        }
        known.extend(field);
        match (field, value) {
            (None, _) => wanted.fault(line, format!("no field is called `{shown}`; there are {NAMES}")),
            (Some(Field::Addresses), Value::Array(list)) => {
                let texts: Option<Vec<String>> = list.iter().map(|item| item.as_str().map(str::to_owned)).collect();
                match texts {
                    Some(texts) => entry.addresses = Some(texts),
                    None => wanted.fault(line, format!("{shown}: addresses are text, such as [\"10.1.1.5\"]")),
                }
            }
            (Some(field), Value::Null) => entry.set(field, String::new()),
            (Some(field), Value::String(text)) => entry.set(field, text),
            (Some(field), Value::Bool(flag)) => entry.set(field, flag.to_string()),
            (Some(field), Value::Number(number)) => entry.set(field, number.to_string()),
            (Some(Field::Told), _) => {}
            (Some(_), Value::Array(_) | Value::Object(_)) => {
                wanted.fault(line, format!("{shown}: text or null is wanted there"));
            }
        }
    }
    if wanted.faults.len() == before {
        entry.read(line, wanted);
    }
}

/// Whether a file begins as one that takes changes back: its last line can be cut off, as that of a run that was killed.
fn is_undo_file(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice(first).is_ok_and(|Fields(fields)| fields.iter().any(|(name, _)| name == "undo"))
}

/// The object whose entry in an undo file these fields withdraw, if they do.
fn withdrawn_by(fields: &[(String, Value)]) -> Option<(bool, Vec<u8>)> {
    let of = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    if fields.len() != 3 || of("undo")? != &Value::Bool(false) {
        return None;
    }
    Some((of("kind")?.as_str()? == "group", of("name")?.as_str()?.as_bytes().to_vec()))
}
