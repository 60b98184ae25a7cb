//! `class` and `subclass`, as far as dhcpd allows: it shows a class's limit, and makes and removes
//! subclasses.

use anyhow::{Error, Result};

use crate::omapi::ResultCode;
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::change::Edit;
use super::failure::{Failure, Kind};
use super::host::text_or_hex;
use super::values::{self, NameOf};
use super::{Session, usage};
use crate::omapi::Attributes;

/// What is to be done with a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassRequest {
    /// `class show`.
    Show {
        /// Its name.
        name: String,
    },
}

/// What is to be done with a subclass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubclassRequest {
    /// `subclass add`.
    Add {
        /// Its class.
        class: String,
        /// What it stands for.
        value: String,
    },
    /// `subclass show`.
    Show {
        /// Its class.
        class: String,
        /// What it stands for.
        value: String,
    },
    /// `subclass remove`.
    Remove {
        /// Its class.
        class: String,
        /// What it stands for.
        value: String,
    },
}

/// What `class show` and `subclass show` say.
pub static COLUMNS: [Column; 5] = [
    Column::text("name", "NAME", "the class's name"),
    Column::text("value", "VALUE", "what a subclass stands for, as text or in hexadecimal"),
    Column::number("lease_limit", "LIMIT", "how many leases it may have at a time; nothing for any number"),
    Column::number("leases_used", "USED", "how many leases it has, where there is a limit"),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

pub(super) fn run(request: &ClassRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    let ClassRequest::Show { name } = request;
    show(session, "class", name, None)
}

pub(super) fn run_subclass(request: &SubclassRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        SubclassRequest::Show { class, value } => show(session, "subclass", class, Some(hash_string(value)?)),
        SubclassRequest::Add { class, value } => add(session, class, hash_string(value)?),
        SubclassRequest::Remove { class, value } => remove(session, class, hash_string(value)?),
    }
}

/// What a subclass stands for: for `match hardware` the hardware type and the address, `1:MAC`.
fn hash_string(value: &str) -> Result<Vec<u8>, Failure> {
    if let Some(mac) = value.strip_prefix("mac:") {
        let octets = values::hardware(mac, values::ETHERNET).map_err(usage)?;
        return Ok([&[values::ETHERNET as u8], octets.as_slice()].concat());
    }
    values::identifier(value).map_err(|_| {
        usage("the subclass stands for nothing: give text, octets such as 1:52:54:0:aa:bb:cc, or mac:52:54:00:aa:bb:cc")
    })
}

fn key(class: &str, hash: Option<&[u8]>) -> Attributes {
    let key = Attributes::new().with("name", class);
    match hash {
        Some(hash) => key.with("hashstring", hash),
        None => key,
    }
}

fn class_name(name: &str) -> Result<&str, Failure> {
    values::name(name, NameOf::Class).map_err(usage)
}

fn missing(object_type: &str, class: &str, hash: Option<&[u8]>, server: String) -> Failure {
    let value = hash.map(|hash| format!(" {}", text_or_hex(hash))).unwrap_or_default();
    let class = visible(class.as_bytes());
    Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no {object_type} {class}{value} on {server}"))
    }
}

fn show(
    session: &mut Session<'_, '_>,
    object_type: &'static str,
    class: &str,
    hash: Option<Vec<u8>>,
) -> Result<ExitStatus, Error> {
    let class = class_name(class)?;
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut found = Vec::new();
    for at in 0..session.servers.len() {
        let name = session.servers[at].name();
        let what = format!("cannot look up the {object_type} {class}");
        let opened = session.servers[at].find(&what, object_type, &key(class, hash.as_deref()))?;
        found.push(
            opened.ok_or_else(|| missing(object_type, class, hash.as_deref(), name.clone())).map(|one| (name, one)),
        );
    }
    let mut rows = Vec::new();
    for (name, opened) in session.found(found)? {
        let number = |name: &str| Value::of(opened.attributes.integer(name), |number| Value::Number(number.into()));
        let limit = opened.attributes.integer("lease-limit").filter(|limit| *limit > 0);
        rows.push(vec![
            Value::text(class.to_owned()),
            Value::of(hash.clone(), Value::identifier),
            Value::of(limit, |limit| Value::Number(limit.into())),
            if limit.is_some() { number("leases-used") } else { Value::None },
            Value::text(name),
        ]);
    }
    session.show(&COLUMNS, rows)
}

fn record(class: &str, hash: &[u8]) -> Record {
    vec![("class", Value::text(class.to_owned())), ("value", Value::identifier(hash.to_vec()))]
}

fn add(session: &mut Session<'_, '_>, class: &str, hash: Vec<u8>) -> Result<ExitStatus, Error> {
    let class = class_name(class)?;
    values::hash_string(&hash).map_err(usage)?;
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let key = key(class, Some(&hash));
        if session.servers[at].find("cannot look for the class", "class", &self::key(class, None))?.is_none() {
            return Err(missing("class", class, None, server)
                .advise("dhcpd keeps subclasses of the classes that its dhcpd.conf declares")
                .into());
        }
        if session.servers[at].find("cannot look for the subclass", "subclass", &key)?.is_some() {
            let failure =
                Failure::new(Kind::Exists, format!("there is such a subclass of {class} on {server} already"));
            return Err(Failure { server: Some(server), code: Some(ResultCode::ALREADY_EXISTS), ..failure }.into());
        }
        plans.push(vec![Edit::Create { object_type: "subclass".to_owned(), key: key.clone(), attributes: key }]);
        done.push(Done {
            outcome: Outcome::Added,
            kind: "subclass",
            name: class.as_bytes().to_vec(),
            server,
            before: None,
            after: Some(record(class, &hash)),
        });
    }
    session.make(&plans)?;
    session.finish(done)
}

fn remove(session: &mut Session<'_, '_>, class: &str, hash: Vec<u8>) -> Result<ExitStatus, Error> {
    let class = class_name(class)?;
    // That it is removed is written down with what it stands for.
    values::hash_string(&hash).map_err(usage)?;
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let key = key(class, Some(&hash));
        let opened = session.servers[at].find("cannot look up the subclass", "subclass", &key)?;
        let opened = opened.ok_or_else(|| missing("subclass", class, Some(&hash), server.clone()))?;
        plans.push(vec![Edit::Remove {
            object_type: "subclass".to_owned(),
            key: key.clone(),
            handle: opened.handle,
            before: key,
            unknown: None,
        }]);
        done.push(Done {
            outcome: Outcome::Removed,
            kind: "subclass",
            name: class.as_bytes().to_vec(),
            server,
            before: Some(record(class, &hash)),
            after: None,
        });
    }
    session.make(&plans)?;
    session.finish(done)
}
