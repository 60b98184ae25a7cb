//! `failover`: the relations of failover partners, and the state that a server takes itself to be in.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Error, Result};

use crate::commands::browse::failover_names;
use crate::omapi::ResultCode;
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::attributes::Attributes;
use super::change::Edit;
use super::failure::{Failure, Kind};
use super::server::Opened;
use super::{Session, usage};

/// What is to be done with a failover relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailoverRequest {
    /// `failover show`.
    Show {
        /// Its name; that of the only one in dhcpd.conf otherwise.
        name: Option<String>,
    },
    /// `failover set-state`.
    SetState {
        /// Its name.
        name: String,
        /// The state, by name.
        state: String,
    },
}

/// The states by their numbers in OMAPI.
const STATES: [(u32, &str); 13] = [
    (1, "startup"),
    (2, "normal"),
    (3, "communications-interrupted"),
    (4, "partner-down"),
    (5, "potential-conflict"),
    (6, "recover"),
    (7, "paused"),
    (8, "shutdown"),
    (9, "recover-done"),
    (10, "resolution-interrupted"),
    (11, "conflict-done"),
    (254, "recover-wait"),
    (0, "unknown"),
];

/// The states that a server can be told to be in.
pub const SETTABLE: [&str; 4] = ["partner-down", "normal", "recover", "shutdown"];

/// The name of a state by its number in OMAPI.
pub fn state_of_number(number: u32) -> Option<&'static str> {
    STATES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// What `failover show` says.
pub static COLUMNS: [Column; 12] = [
    Column::text("name", "NAME", "the relation's name"),
    Column::text("role", "ROLE", "primary or secondary"),
    Column::text("local_state", "STATE", "the state that the server is in"),
    Column::text("local_since", "SINCE", "since when"),
    Column::text("partner_state", "PARTNER", "the state that its partner is in, as far as it knows"),
    Column::text("partner_since", "SINCE", "since when"),
    Column::text("partner_address", "ADDRESS", "the partner's address"),
    Column::number("partner_port", "PORT", "its port").on_request(),
    Column::text("local_address", "OWN", "the server's own address").on_request(),
    Column::number("local_port", "PORT", "its own port").on_request(),
    Column::number("mclt", "MCLT", "the maximum client lead time, in seconds").on_request(),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

pub(super) fn run(request: &FailoverRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        FailoverRequest::Show { name } => show(session, name.as_deref()),
        FailoverRequest::SetState { name, state } => set_state(session, name, state),
    }
}

fn by_name(name: &[u8]) -> Attributes {
    Attributes::new().with("name", name)
}

fn open(session: &mut Session<'_, '_>, at: usize, name: &[u8]) -> Result<Opened, Failure> {
    let shown = visible(name);
    let what = format!("cannot look up the failover relation {shown}");
    session.servers[at].find(&what, "failover-state", &by_name(name))?.ok_or_else(|| {
        let server = session.servers[at].name();
        Failure {
            server: Some(server.clone()),
            code: Some(ResultCode::NOT_FOUND),
            ..Failure::new(Kind::NotFound, format!("there is no failover relation {shown} on {server}"))
        }
        .advise("its name is the one behind `failover peer` in dhcpd.conf")
    })
}

fn state_name(number: Option<u32>) -> Value<'static> {
    match (number, number.and_then(state_of_number)) {
        (_, Some(name)) => Value::text(name),
        (number, None) => Value::of(number, |number| Value::Number(number.into())),
    }
}

fn row(attributes: &Attributes, server: String) -> Vec<Value<'static>> {
    let number = |name: &str| Value::of(attributes.integer(name), |number| Value::Number(number.into()));
    let address =
        |name: &str| Value::of(attributes.integer(name), |number| Value::Address(IpAddr::V4(Ipv4Addr::from(number))));
    let time = |name: &str| match attributes.integer(name) {
        None | Some(0) => Value::None,
        Some(seconds) => Value::Time(seconds.into()),
    };
    vec![
        Value::of(attributes.get("name").map(<[u8]>::to_vec), Value::bytes),
        match attributes.integer("hierarchy") {
            Some(0) => Value::text("primary"),
            Some(1) => Value::text("secondary"),
            other => Value::of(other, |number| Value::Number(number.into())),
        },
        state_name(attributes.integer("local-state")),
        time("local-stos"),
        state_name(attributes.integer("partner-state")),
        time("partner-stos"),
        address("partner-address"),
        number("partner-port"),
        address("local-address"),
        number("local-port"),
        number("mclt"),
        Value::text(server),
    ]
}

fn show(session: &mut Session<'_, '_>, name: Option<&str>) -> Result<ExitStatus, Error> {
    let names = match name {
        Some(name) => vec![name.as_bytes().to_vec()],
        None => {
            let files = session.files_of(0);
            let names = files.map(|files| failover_names(&files)).transpose()?.unwrap_or_default();
            if names.is_empty() {
                return Err(usage(
                    "which failover relation? dhcpd does not list them: name the one behind `failover peer`",
                )
                .into());
            }
            names
        }
    };
    // Each partner knows its own side.
    let both = session.asks_both() || session.settings.servers.len() > 1;
    session.connect_to_ask(both)?;
    let mut rows = Vec::new();
    for at in 0..session.servers.len() {
        for name in &names {
            let server = session.servers[at].name();
            rows.push(open(session, at, name).map(|opened| row(&opened.attributes, server)));
        }
    }
    let rows = session.found(rows)?;
    session.show(&COLUMNS, rows)
}

fn record(attributes: &Attributes) -> Record {
    vec![
        ("local_state", state_name(attributes.integer("local-state"))),
        ("partner_state", state_name(attributes.integer("partner-state"))),
    ]
}

fn set_state(session: &mut Session<'_, '_>, name: &str, state: &str) -> Result<ExitStatus, Error> {
    let settable = SETTABLE.iter().find(|known| known.eq_ignore_ascii_case(state));
    let number = settable.and_then(|name| STATES.iter().find(|(_, known)| known == name)).map(|(number, _)| *number);
    let number = number.ok_or_else(|| {
        usage(format!("`{}` is no state to be set; there are {}", visible(state.as_bytes()), SETTABLE.join(", ")))
    })?;
    session.begin_change()?;
    if session.servers.len() > 1 {
        return Err(usage("a state is one server's own: say --peer first or --peer second").into());
    }
    let opened = open(session, 0, name.as_bytes())?;
    let now = opened.attributes.integer("local-state");
    let server = session.servers[0].name();
    let before = record(&opened.attributes);
    let mut after = opened.attributes.clone();
    after.put(b"local-state", Some(number.to_be_bytes().to_vec()));
    let outcome = if now == Some(number) { Outcome::Unchanged } else { Outcome::Changed };
    if outcome == Outcome::Changed {
        let state = |number: u32| Attributes::new().with_integer("local-state", number);
        session.make(&[vec![Edit::Update {
            object_type: "failover-state".to_owned(),
            key: by_name(name.as_bytes()),
            handle: opened.handle,
            attributes: state(number),
            before: now.map(state).unwrap_or_default(),
        }]])?;
    }
    let done = Done {
        outcome,
        kind: "failover-state",
        name: name.as_bytes().to_vec(),
        server,
        before: Some(before),
        after: Some(record(&after)),
    };
    session.finish(vec![done])
}
