//! `failover`: the relations of failover partners, and the state that a server takes itself to be in.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Error, Result};

use crate::commands::browse::failover_names;
use crate::dhcpd::failover::FailoverState;
use crate::omapi::ResultCode;
use crate::render::nagios::{Line, Severity};
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::change::Edit;
use super::failure::{Failure, Kind};
use super::server::Opened;
use super::{Session, usage};
use crate::omapi::Attributes;

/// What is to be done with a failover relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailoverRequest {
    /// `failover show`.
    Show {
        /// Its name; that of the only one in dhcpd.conf otherwise.
        name: Option<String>,
        /// `--nagios`: a line for Nagios in place of rows.
        nagios: bool,
    },
    /// `failover set-state`.
    SetState {
        /// Its name.
        name: String,
        /// The state, by name.
        state: String,
    },
}

/// The states that a server can be told to be in.
pub const SETTABLE: [&str; 4] = ["partner-down", "normal", "recover", "shutdown"];

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
        FailoverRequest::Show { name, nagios } => show(session, name.as_deref(), *nagios),
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
    match (number, number.and_then(FailoverState::from_number)) {
        (_, Some(state)) => Value::text(state.name()),
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

fn show(session: &mut Session<'_, '_>, name: Option<&str>, nagios: bool) -> Result<ExitStatus, Error> {
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
            rows.push(open(session, at, name).map(|opened| (opened.attributes, server)));
        }
    }
    let found = session.found(rows)?;
    if nagios {
        return Ok(monitor(session, &found)?);
    }
    let rows = found.iter().map(|(attributes, server)| row(attributes, server.clone())).collect();
    session.show(&COLUMNS, rows)
}

/// What is checked, to Nagios.
pub const SERVICE: &str = "FAILOVER";

/// How bad a state is.
fn severity(state: Option<FailoverState>) -> Severity {
    use FailoverState::*;
    match state {
        Some(Normal) => Severity::Ok,
        // They pass by themselves, or clients are served meanwhile.
        Some(Startup | Recover | RecoverWait | RecoverDone | CommunicationsInterrupted | ConflictDone) => {
            Severity::Warning
        }
        Some(PartnerDown | PotentialConflict | ResolutionInterrupted | Paused | Shutdown) => Severity::Critical,
        Some(Unknown) | None => Severity::Unknown,
    }
}

/// The line for Nagios, and its exit status: the worst of the states counts.
fn monitor(session: &mut Session<'_, '_>, found: &[(Attributes, String)]) -> std::io::Result<ExitStatus> {
    let own = |attributes: &Attributes| attributes.integer("local-state").and_then(FailoverState::from_number);
    let bad = |severity: Severity| if severity == Severity::Unknown { 1 } else { 2 * severity as u8 };
    let worst = found.iter().map(|(attributes, _)| severity(own(attributes))).max_by_key(|severity| bad(*severity));
    let mut worst = worst.unwrap_or(Severity::Unknown);
    if worst == Severity::Ok && session.missing.is_some() {
        worst = Severity::Unknown;
    }
    let say = |(attributes, server): &(Attributes, String)| {
        let state = |name: &str| match attributes.integer(name) {
            None => "unknown".to_owned(),
            Some(number) => {
                FailoverState::from_number(number).map_or_else(|| number.to_string(), |state| state.name().to_owned())
            }
        };
        let name = visible(attributes.get("name").unwrap_or_default());
        format!("{name} on {server}: {}, partner {}", state("local-state"), state("partner-state"))
    };
    let mut text: Vec<String> = found.iter().map(say).collect();
    if session.missing.is_some() {
        text.push("not every server that was asked has answered".to_owned());
    }
    write_line(session.screen.out, worst, &text.join("; "))?;
    Ok(match worst {
        Severity::Ok => ExitStatus::Done,
        Severity::Warning => ExitStatus::Warning,
        Severity::Critical => ExitStatus::Critical,
        Severity::Unknown => ExitStatus::Unknown,
    })
}

/// Says on stdout that nothing can be said.
pub(super) fn write_unknown(out: &mut dyn Write, why: &str) -> ExitStatus {
    // There is nobody else to tell.
    let _ = write_line(out, Severity::Unknown, why);
    ExitStatus::Unknown
}

fn write_line(out: &mut dyn Write, severity: Severity, text: &str) -> std::io::Result<()> {
    let text = text.lines().map(str::trim).collect::<Vec<_>>().join("; ");
    let line = Line { service: SERVICE, severity, text: text.as_bytes(), figures: &[], warning: None, critical: None };
    writeln!(out, "{line}")?;
    out.flush()
}

fn record(attributes: &Attributes) -> Record {
    vec![
        ("local_state", state_name(attributes.integer("local-state"))),
        ("partner_state", state_name(attributes.integer("partner-state"))),
    ]
}

/// What a server and its clients have to expect of a new state that cannot end well, by the state that it is in.
/// Measured on a pair of dhcpd 4.4.3-P1.
fn warning(now: Option<FailoverState>, wanted: FailoverState, server: &str) -> Option<String> {
    use FailoverState::*;
    let is_in_touch = now == Some(Normal);
    match (wanted, now) {
        (PartnerDown, _) if is_in_touch => Some(format!(
            "{server} is in touch with its partner, which is not down: both go through potential-conflict, answer no \
             clients until they have compared all leases, and are normal again"
        )),
        (PartnerDown, Some(CommunicationsInterrupted)) => Some(format!(
            "{server} does not hear its partner, which may be up all the same: make sure that it is stopped and does not \
             start by itself, or both give out the same addresses"
        )),
        (PartnerDown, Some(Recover | RecoverWait | RecoverDone)) => Some(format!(
            "{server} has not got all leases of its partner yet: it may give out addresses that clients have"
        )),
        (Recover, _) if is_in_touch => Some(format!(
            "{server} answers no clients until it has got all leases from its partner and the maximum client lead time \
             (mclt) has passed; its partner goes to partner-down"
        )),
        (Recover, _) => Some(format!(
            "{server} is not in touch with its partner: it answers no clients until the partner is back, has sent all \
             leases, and the maximum client lead time (mclt) has passed"
        )),
        (Normal, Some(CommunicationsInterrupted | PartnerDown)) => Some(format!(
            "{server} is not in touch with its partner: in the state normal it leaves a part of the clients to the \
             partner, which does not answer them"
        )),
        (Shutdown, _) if is_in_touch => Some(format!(
            "{server} answers no clients any more; its partner goes to partner-down and serves all of them"
        )),
        (Shutdown, _) => Some(format!(
            "{server} answers no clients any more, and is not in touch with its partner: there may be nobody left to \
             answer them"
        )),
        _ => None,
    }
}

fn set_state(session: &mut Session<'_, '_>, name: &str, state: &str) -> Result<ExitStatus, Error> {
    let settable = SETTABLE.iter().find(|known| known.eq_ignore_ascii_case(state));
    let wanted = settable.and_then(|name| FailoverState::from_name(name.as_bytes())).ok_or_else(|| {
        usage(format!("`{}` is no state to be set; there are {}", visible(state.as_bytes()), SETTABLE.join(", ")))
    })?;
    let number = wanted.number();
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
        if let Some(warning) = warning(now.and_then(FailoverState::from_number), wanted, &server) {
            session.speaker.say(&format!("warning: {warning}"));
        }
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
