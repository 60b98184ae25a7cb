//! `raw`: objects of any type, attribute by attribute.

use anyhow::{Error, Result};

use crate::omapi::Attributes;
use crate::render::text::{colon_hex, visible};
use crate::render::{Column, Value};
use crate::schema;
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::change::{Edit, has_one, named, take_back};
use super::failure::{Failure, Kind};
use super::server::Opened;
use super::values::{NameOf, arguments, assignment, hash_string, name as name_of, omshell_value, typed_as};
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

fn attributes(object_type: &str, words: &[String]) -> Result<Attributes, Error> {
    let mut attributes = Attributes::new();
    for word in words {
        let (name, value) = assignment(word).map_err(usage)?;
        let known = schema::attribute_of(object_type.as_bytes(), name.as_bytes());
        let value = typed_as(known.map(|known| known.kind), &value)
            .map_err(|why| usage(format!("{}: {why}", visible(name.as_bytes()))))?;
        attributes.put(name.as_bytes(), value);
    }
    Ok(attributes)
}

fn open(session: &mut Session<'_, '_>, object_type: &str, by: &[String], refresh: bool) -> Result<ExitStatus, Error> {
    let by = attributes(object_type, by)?;
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
    let list = arguments(attributes).into_iter().map(Value::text);
    vec![("attributes", Value::List(list.collect()))]
}

fn done(outcome: Outcome, object_type: &str, key: &Attributes, server: String) -> Done {
    let name = key.get("name").map_or_else(|| arguments(key).join(" ").into_bytes(), <[u8]>::to_vec);
    let kind = schema::object_type(object_type.as_bytes()).map_or("object", |known| known.name);
    Done { outcome, kind, name, server, before: None, after: None }
}

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
    let attributes = attributes(object_type, words)?;
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
    let (key, changes) = (attributes(object_type, by)?, attributes(object_type, set)?);
    if changes.is_empty() {
        return Err(usage("there is nothing to change: say what with --set NAME=VALUE").into());
    }
    session.begin_change()?;
    let (mut plans, mut all, mut looked) = (Vec::new(), Vec::new(), Vec::new());
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
        looked.push(opened);
    }
    session.make(&plans)?;
    // A control object that was changed shuts its server down.
    if !session.dry_run && object_type != "control" {
        for (at, before) in looked.iter().enumerate() {
            if let Err(failure) = read_back(session, at, &plans[at][0], before, &changes) {
                return Err(match session.servers.len() {
                    1 => failure,
                    _ => take_back(&mut session.servers, &plans, failure),
                }
                .into());
            }
        }
    }
    session.finish(all)
}

/// Reads an object again after its change, and finds what the server did not keep.
fn read_back(
    session: &mut Session<'_, '_>,
    at: usize,
    edit: &Edit,
    before: &Opened,
    wanted: &Attributes,
) -> Result<(), Failure> {
    let (object_type, key) = edit.key();
    let object = named(object_type, key);
    let what = format!("cannot look at {object} again");
    let server = &mut session.servers[at];
    let again = server.open(&what, object_type, key).or_else(|failure| match failure.kind {
        // What it was found by may have changed.
        Kind::NotFound => server.refresh(&what, before.handle),
        _ => server.reconnect().and_then(|()| server.open(&what, object_type, key)),
    });
    let name = server.name();
    let now = match again {
        Ok(again) => again.attributes,
        Err(failure) => {
            session.speaker.say(&format!("{}; {name} says that the change is made", failure.message));
            return Ok(());
        }
    };
    tell_of_others(session, edit, &before.attributes, &now, wanted);
    let (mut lost, mut kept, mut untold) = (Vec::new(), Vec::new(), Vec::new());
    for (attribute, value) in wanted.iter() {
        let shown = visible(attribute);
        let known = schema::attribute_of(object_type.as_bytes(), attribute);
        let is_kept = known.is_none_or(|known| known.is_kept);
        match has_one(object_type, &now, wanted, attribute) {
            Some(true) => kept.push(shown),
            // A failover partner goes on from the state that it is put into.
            Some(false) if object_type == "failover-state" && differs(&before.attributes, &now, attribute) => {
                kept.push(shown);
            }
            None if is_kept => untold.push(shown),
            _ => {
                lost.push(format!("{shown} is {} and not {}", in_words(&now, attribute), value_in_words(&shown, value)))
            }
        }
    }
    if lost.is_empty() {
        if !untold.is_empty() {
            session.tell(&format!("{name} does not show {} of {object}", untold.join(" and ")));
        }
        return Ok(());
    }
    let message = format!("{name} says that it has changed {object}, but {}", lost.join(", "));
    let failure = Failure { server: Some(name), ..Failure::new(Kind::Refused, message) };
    Err(match kept.is_empty() {
        true => failure,
        false => failure.advise(format!("changed: {}", kept.join(", "))),
    })
}

/// Says what has changed of an object without having been asked for.
fn tell_of_others(
    session: &mut Session<'_, '_>,
    edit: &Edit,
    before: &Attributes,
    now: &Attributes,
    wanted: &Attributes,
) {
    let (object_type, key) = edit.key();
    let object = named(object_type, key);
    let is_wanted = |name: &[u8]| wanted.iter().any(|(known, _)| known == name);
    let is_following = |name: &[u8]| schema::is_following(object_type.as_bytes(), name);
    for (name, _) in now.iter().filter(|(name, _)| !is_wanted(name) && !is_following(name)) {
        if differs(before, now, name) {
            let (was, is) = (in_words(before, name), in_words(now, name));
            session.speaker.say(&format!("{object}: this changed as well: {} {was} -> {is}", visible(name)));
        }
    }
}

fn differs(before: &Attributes, now: &Attributes, name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    before.get(&name) != now.get(&name)
}

/// The value of an attribute in messages.
fn in_words(attributes: &Attributes, name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    value_in_words(&name, attributes.get(&name))
}

fn value_in_words(name: &str, value: Option<&[u8]>) -> String {
    value.map_or_else(|| "empty".to_owned(), |value| omshell_value(name, value))
}

fn remove(session: &mut Session<'_, '_>, object_type: &str, by: &[String]) -> Result<ExitStatus, Error> {
    let key = attributes(object_type, by)?;
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
