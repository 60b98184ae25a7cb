//! `raw`: objects of any type, attribute by attribute.

use anyhow::{Error, Result};

use crate::render::text::{colon_hex, visible};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::attributes::Attributes;
use super::change::Edit;
use super::failure::Failure;
use super::values::{NameOf, assignment, hash_string, name as name_of, typed};
use super::{Session, usage};

/// What is to be done with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawRequest {
    /// `raw open`, and `raw refresh`.
    Open {
        /// Its type.
        object_type: String,
        /// By what it is found: `NAME=VALUE`.
        by: Vec<String>,
        /// It is asked for once more, by its handle.
        refresh: bool,
    },
    /// `raw create`.
    Create {
        /// Its type.
        object_type: String,
        /// All of it.
        attributes: Vec<String>,
    },
    /// `raw update`.
    Update {
        /// Its type.
        object_type: String,
        /// By what it is found.
        by: Vec<String>,
        /// What it gets.
        set: Vec<String>,
    },
    /// `raw remove`.
    Remove {
        /// Its type.
        object_type: String,
        /// By what it is found.
        by: Vec<String>,
    },
}

/// What `raw open` and `raw refresh` say, an attribute a row.
pub static COLUMNS: [Column; 5] = [
    Column::text("attribute", "ATTRIBUTE", "the attribute's name"),
    Column::text("value", "VALUE", "its value: text where all of it prints, else octets in hexadecimal"),
    Column::text("hex", "HEX", "its octets in hexadecimal").on_request(),
    Column::number("number", "NUMBER", "its value as a number, where it has one or four octets").on_request(),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

pub(super) fn run(request: &RawRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        RawRequest::Open { object_type, by, refresh } => open(session, object_type, by, *refresh),
        RawRequest::Create { object_type, attributes } => create(session, object_type, attributes),
        RawRequest::Update { object_type, by, set } => update(session, object_type, by, set),
        RawRequest::Remove { object_type, by } => remove(session, object_type, by),
    }
}

fn attributes(words: &[String]) -> Result<Attributes, Error> {
    let mut attributes = Attributes::new();
    for word in words {
        let (name, value) = assignment(word).map_err(usage)?;
        let value = typed(&value).map_err(|why| usage(format!("{}: {why}", visible(name.as_bytes()))))?;
        attributes.put(name.as_bytes(), value);
    }
    Ok(attributes)
}

fn open(session: &mut Session<'_, '_>, object_type: &str, by: &[String], refresh: bool) -> Result<ExitStatus, Error> {
    let by = attributes(by)?;
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut rows = Vec::new();
    for at in 0..session.servers.len() {
        let server = &mut session.servers[at];
        let what = format!("cannot open the {object_type}");
        let mut opened = server.open(&what, object_type, &by)?;
        if refresh {
            let again = server.refresh(&what, opened.handle)?;
            again.attributes.iter().for_each(|(name, value)| opened.attributes.put(name, value.map(<[u8]>::to_vec)));
        }
        let name = server.name();
        rows.extend(opened.attributes.iter().map(|(attribute, value)| {
            let value = value.unwrap_or_default();
            let number = match value {
                [byte] => Some(u32::from(*byte)),
                _ => crate::omapi::message::integer(value),
            };
            vec![
                Value::bytes(attribute.to_vec()),
                Value::identifier(value.to_vec()),
                Value::text(colon_hex(value)),
                Value::of(number, |number| Value::Number(number.into())),
                Value::text(name.clone()),
            ]
        }));
    }
    session.show(&COLUMNS, rows)
}

/// The names of records are our own words, and those of attributes are not: they are told as a list.
fn record(attributes: &Attributes) -> Record {
    let list = super::change::arguments(attributes).into_iter().map(Value::text);
    vec![("attributes", Value::List(list.collect()))]
}

fn done(outcome: Outcome, object_type: &str, key: &Attributes, server: String) -> Done {
    let name = key.get("name").map_or_else(|| super::change::arguments(key).join(" ").into_bytes(), <[u8]>::to_vec);
    let kind = KINDS.iter().find(|kind| **kind == object_type).copied().unwrap_or("object");
    Done { outcome, kind, name, server, before: None, after: None }
}

/// The types of objects that dhcpd has.
pub const KINDS: [&str; 8] = ["host", "lease", "group", "class", "subclass", "failover-state", "control", "interface"];

/// Refuses a name that the lease file cannot keep.
fn check_name(object_type: &str, attributes: &Attributes) -> Result<(), Failure> {
    let of = match object_type {
        "host" => NameOf::Host,
        "group" => NameOf::Group,
        "class" | "subclass" => NameOf::Class,
        _ => return Ok(()),
    };
    let name = attributes.get("name").map(String::from_utf8_lossy);
    name.map_or(Ok(()), |shown| name_of(&shown, of).map(|_| ()).map_err(usage))?;
    match attributes.get("hashstring") {
        Some(hash) if object_type == "subclass" => hash_string(hash).map_err(usage),
        _ => Ok(()),
    }
}

fn create(session: &mut Session<'_, '_>, object_type: &str, words: &[String]) -> Result<ExitStatus, Error> {
    let attributes = attributes(words)?;
    check_name(object_type, &attributes)?;
    session.begin_change()?;
    let mut plans = Vec::new();
    let mut all = Vec::new();
    let key = match attributes.get("name") {
        Some(name) if object_type != "subclass" => Attributes::new().with("name", name),
        _ => attributes.clone(),
    };
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let edit =
            Edit::Create { object_type: object_type.to_owned(), key: key.clone(), attributes: attributes.clone() };
        plans.push(vec![edit]);
        let done = done(Outcome::Added, object_type, &key, server);
        all.push(Done { after: Some(record(&attributes)), ..done });
    }
    session.make(&plans)?;
    session.finish(all)
}

fn update(
    session: &mut Session<'_, '_>,
    object_type: &str,
    by: &[String],
    set: &[String],
) -> Result<ExitStatus, Error> {
    let (key, changes) = (attributes(by)?, attributes(set)?);
    if changes.is_empty() {
        return Err(usage("there is nothing to change: say what with --set NAME=VALUE").into());
    }
    session.begin_change()?;
    let (mut plans, mut all) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let opened = session.servers[at].open(&format!("cannot open the {object_type}"), object_type, &key)?;
        let mut before = Attributes::new();
        for (name, _) in changes.iter() {
            let now = opened.attributes.get(&String::from_utf8_lossy(name)).map(<[u8]>::to_vec);
            before.put(name, now);
        }
        let done = done(Outcome::Changed, object_type, &key, session.servers[at].name());
        all.push(Done { before: Some(record(&before)), after: Some(record(&changes)), ..done });
        plans.push(vec![Edit::Update {
            object_type: object_type.to_owned(),
            key: key.clone(),
            handle: opened.handle,
            attributes: changes.clone(),
            before,
        }]);
    }
    session.make(&plans)?;
    session.finish(all)
}

fn remove(session: &mut Session<'_, '_>, object_type: &str, by: &[String]) -> Result<ExitStatus, Error> {
    let key = attributes(by)?;
    session.begin_change()?;
    let (mut plans, mut all) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let opened = session.servers[at].open(&format!("cannot open the {object_type}"), object_type, &key)?;
        let done = done(Outcome::Removed, object_type, &key, session.servers[at].name());
        all.push(Done { before: Some(record(&opened.attributes)), ..done });
        plans.push(vec![Edit::Remove {
            object_type: object_type.to_owned(),
            key: key.clone(),
            handle: opened.handle,
            before: opened.attributes,
            unknown: Some("what the server does not tell"),
        }]);
    }
    session.make(&plans)?;
    session.finish(all)
}
