//! `host`: reservations.
//!
//! dhcpd lets a host's address, and its group, be changed. A name, a hardware address, a client identifier
//! or statements that are there already stay for ever: to change one of these, the host is removed and
//! made anew. Since dhcpd does not tell a host's group and its statements over OMAPI, they are taken from
//! its files then; where these cannot be read, the host is left alone.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Error, Result};

use crate::commands::browse::Recorded;
use crate::dhcpd::inventory::Reservation;
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{Surroundings, parse_attribute, parse_statement, write};
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::omapi::ResultCode;
use crate::render::text::{colon_hex, visible};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::attributes::Attributes;
use super::change::{Edit, quoted as quoted_word};
use super::failure::{Failure, Kind};
use super::server::{Opened, Server};
use super::values::{self, ETHERNET, NameOf};
use super::{Session, usage};

/// How often a host is looked at anew when others change it at the same time.
const ATTEMPTS: u32 = 50;

/// How often when it looks as if it could not be changed at all.
const FEW_ATTEMPTS: u32 = 10;

/// What is done when there is such a host already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfExists {
    /// That is a failure.
    #[default]
    Fail,
    /// It is left as it is.
    Skip,
    /// It is removed first.
    Replace,
}

/// What a command line says of a host, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostWords {
    /// `--mac`.
    pub mac: Option<String>,
    /// `--hardware-type`.
    pub hardware_type: Option<String>,
    /// `--ip`, as often as it is said.
    pub ip: Vec<String>,
    /// `--resolve`.
    pub resolve: bool,
    /// `--client-id`.
    pub client_id: Option<String>,
    /// `--group`.
    pub group: Option<String>,
    /// `--known`.
    pub known: Option<bool>,
    /// `--option`, as often as it is said.
    pub option: Vec<String>,
    /// `--filename`.
    pub filename: Option<String>,
    /// `--next-server`.
    pub next_server: Option<String>,
    /// `--statements`.
    pub statements: Option<String>,
}

/// What is to be done with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRequest {
    /// `host add`.
    Add {
        /// The name.
        name: String,
        /// What it is to be.
        words: HostWords,
        /// What is done when there is one.
        if_exists: IfExists,
    },
    /// `host show`.
    Show {
        /// Which one.
        which: String,
        /// With what only the files tell.
        full: bool,
    },
    /// `host set`.
    Set {
        /// Which one.
        which: String,
        /// What is to be other than it is.
        words: HostWords,
    },
    /// `host ensure`.
    Ensure {
        /// The name.
        name: String,
        /// What it is to be.
        words: HostWords,
    },
    /// `host rename`.
    Rename {
        /// Which one.
        which: String,
        /// Its new name.
        name: String,
    },
    /// `host remove`.
    Remove {
        /// Which one.
        which: String,
        /// That it is not there is no failure.
        missing_ok: bool,
    },
}

/// What `host show` says.
pub static COLUMNS: [Column; 8] = [
    Column::text("name", "NAME", "the host's name"),
    Column::text("mac", "MAC", "its hardware address"),
    Column::text("client_id", "CLIENT ID", "its client identifier, as text or in hexadecimal"),
    Column::text("addresses", "ADDRESSES", "its fixed addresses"),
    Column::text("group", "GROUP", "its group, with --full").on_request(),
    Column::text("statements", "STATEMENTS", "its own statements, with --full").on_request(),
    Column::text("hardware_type", "TYPE", "the number of its hardware type; 1 is Ethernet").on_request(),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

/// What a host is to be. Outer `None`: nothing was said; inner: nothing is to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wish {
    hardware: Option<Option<(u32, Vec<u8>)>>,
    addresses: Option<Vec<u8>>,
    client_id: Option<Option<Vec<u8>>>,
    group: Option<Option<Vec<u8>>>,
    /// As dhcpd writes them.
    statements: Option<String>,
    known: Option<bool>,
}

/// A host as its server has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    name: Vec<u8>,
    hardware: Option<(u32, Vec<u8>)>,
    addresses: Vec<u8>,
    client_id: Option<Vec<u8>>,
    /// What the server does not tell, where the files do.
    untold: Option<Untold>,
    /// The part of dhcpd.conf that it stands in, as far as the files tell.
    within: Option<String>,
}

/// What dhcpd does not tell of a host over OMAPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Untold {
    group: Option<Vec<u8>>,
    statements: String,
}

/// The word that says that something is not to be there.
const NONE: &str = "none";

impl Wish {
    fn read(words: &HostWords) -> Result<Wish, Failure> {
        let none = |text: &str| text.eq_ignore_ascii_case(NONE);
        let hardware_type = match &words.hardware_type {
            Some(text) => values::hardware_type(text).map_err(|why| usage(format!("--hardware-type: {why}")))?,
            None => ETHERNET,
        };
        if words.hardware_type.is_some() && words.mac.is_none() {
            return Err(usage("--hardware-type: it belongs to --mac, which is missing"));
        }
        let hardware = match words.mac.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => {
                let address = values::hardware(text, hardware_type).map_err(|why| usage(format!("--mac: {why}")))?;
                Some(Some((hardware_type, address)))
            }
        };
        let mut addresses = None;
        if words.ip.iter().any(|text| none(text)) {
            if words.ip.len() > 1 {
                return Err(usage("--ip: none and an address cannot both be meant"));
            }
            addresses = Some(Vec::new());
        } else if !words.ip.is_empty() {
            let read = |text: &String| values::address_or_name(text, words.resolve);
            let all: Result<Vec<Ipv4Addr>, String> = words.ip.iter().map(read).collect();
            let all = all.map_err(|why| usage(format!("--ip: {why}")))?;
            addresses = Some(all.iter().flat_map(Ipv4Addr::octets).collect());
        }
        let client_id = match words.client_id.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => Some(Some(values::identifier(text).map_err(|why| usage(format!("--client-id: {why}")))?)),
        };
        let group = match words.group.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => {
                let name = values::name(text, NameOf::GroupOfHost).map_err(|why| usage(format!("--group: {why}")))?;
                Some(Some(name.as_bytes().to_vec()))
            }
        };
        let statements = statements(words)?;
        Ok(Wish { hardware, addresses, client_id, group, statements, known: words.known })
    }

    /// Whether it says anything that only the files tell.
    fn wants_untold(&self) -> bool {
        self.group.is_some() || self.statements.is_some()
    }

    /// What the host becomes.
    fn applied_to(&self, state: &State) -> State {
        let mut after = state.clone();
        if let Some(hardware) = &self.hardware {
            after.hardware = hardware.clone();
        }
        if let Some(addresses) = &self.addresses {
            after.addresses = addresses.clone();
        }
        if let Some(client_id) = &self.client_id {
            after.client_id = client_id.clone();
        }
        if self.group.is_some() && self.statements.is_some() && after.untold.is_none() {
            after.untold = Some(Untold::default());
        }
        if let Some(untold) = &mut after.untold {
            if let Some(group) = &self.group {
                untold.group = group.clone();
            }
            if let Some(statements) = &self.statements {
                untold.statements = statements.clone();
            }
        }
        after
    }
}

/// The statements that the words come to, as dhcpd writes them; empty for `none`.
pub(super) fn statements(words: &HostWords) -> Result<Option<String>, Failure> {
    let mut text = String::new();
    let mut is_said = false;
    if let Some(statements) = &words.statements {
        is_said = true;
        if !statements.eq_ignore_ascii_case(NONE) {
            text += statements.trim();
            if !text.is_empty() && !text.ends_with([';', '}']) {
                text.push(';');
            }
        }
    }
    for option in &words.option {
        is_said = true;
        let (name, value) = values::assignment(option).map_err(|why| usage(format!("--option: {why}")))?;
        text += &option_statement(&name, &value)?;
    }
    if let Some(filename) = &words.filename {
        is_said = true;
        text += &format!("filename {};", quoted(filename).map_err(|why| usage(format!("--filename: {why}")))?);
    }
    if let Some(server) = &words.next_server {
        is_said = true;
        let address = values::address_or_name(server, words.resolve);
        text += &format!("next-server {};", address.map_err(|why| usage(format!("--next-server: {why}")))?);
    }
    if !is_said {
        return Ok(None);
    }
    normal_statements(&text).map(Some)
}

/// Statements as dhcpd writes them, if it would take them and can read them again.
fn normal_statements(text: &str) -> Result<String, Failure> {
    let shown = visible(text.as_bytes());
    let wrong = |why: String| usage(format!("the statements `{shown}` are not as dhcpd wants them: {why}"));
    let lost =
        || usage(format!("the statements `{shown}` cannot be kept: dhcpd could not read them in its lease file again"));
    let (number, once) = written_statements(text).map_err(wrong)?;
    // What is read of that may be written otherwise once more.
    match written_statements(&once) {
        Ok((again, normal)) if again == number => Ok(normal),
        _ => Err(lost()),
    }
}

/// How many statements they are, and how dhcpd writes them.
fn written_statements(text: &str) -> Result<(usize, String), String> {
    let definitions = Definitions::standard();
    let mut lexer = Lexer::for_file(text.as_bytes());
    let mut statements = Vec::new();
    loop {
        // dhcpd itself takes whatever begins no statement, and a string without an end, for the end of all.
        match parse_statement(&mut lexer, &definitions, Surroundings::new(&|_| true)) {
            Ok(Some(statement)) => statements.push(statement),
            Ok(None) if lexer.peek().kind == TokenKind::End => break,
            Ok(None) => return Err(format!("no statement begins with `{}`", visible(&lexer.peek().text))),
            Err(fault) => return Err(fault.error.text),
        }
    }
    let mut out = Vec::new();
    write(&statements, 0, &mut out);
    let written = String::from_utf8_lossy(&out);
    let lines: Vec<&str> = written.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok((statements.len(), lines.join(" ")))
}

fn quoted(text: &str) -> Result<String, String> {
    match text.chars().enumerate().find(|(_, sign)| !matches!(sign, ' '..='~') || matches!(sign, '"' | '\\')) {
        Some((at, wrong)) => Err(format!(
            "`{}`: `{}` in column {} has no place in it",
            visible(text.as_bytes()),
            values::sign_shown(wrong),
            at + 1
        )),
        None => Ok(format!("\"{text}\"")),
    }
}

/// `option NAME VALUE;`, the value in quotes where the option is text and it is in none.
fn option_statement(name: &str, value: &str) -> Result<String, Failure> {
    let is_sound = |text: &str| {
        let (parsed, outcome) = parse_attribute(text.as_bytes(), &Definitions::standard(), &|_| true);
        outcome.is_ok() && parsed.len() == 1
    };
    let bare = format!("option {name} {value};");
    if is_sound(&bare) {
        return Ok(bare);
    }
    if let Ok(value) = quoted(value) {
        let in_quotes = format!("option {name} {value};");
        if is_sound(&in_quotes) {
            return Ok(in_quotes);
        }
    }
    let why = match parse_attribute(bare.as_bytes(), &Definitions::standard(), &|_| true).1 {
        Err(error) => error.text,
        Ok(()) => "it is more than one statement".to_owned(),
    };
    Err(usage(format!("--option: `{}={}`: {why}", visible(name.as_bytes()), visible(value.as_bytes()))))
}

impl State {
    fn of(attributes: &Attributes) -> State {
        let hardware_type = attributes.integer("hardware-type").unwrap_or(ETHERNET);
        State {
            name: attributes.get("name").unwrap_or_default().to_vec(),
            hardware: attributes.get("hardware-address").map(|address| (hardware_type, address.to_vec())),
            addresses: attributes.get("ip-address").unwrap_or_default().to_vec(),
            client_id: attributes.get("dhcp-client-identifier").map(<[u8]>::to_vec),
            untold: None,
            within: None,
        }
    }

    /// What is sent to make it.
    fn attributes(&self, known: Option<bool>) -> Attributes {
        let mut attributes = Attributes::new().with("name", self.name.clone());
        if let Some((hardware_type, address)) = &self.hardware {
            attributes =
                attributes.with("hardware-address", address.clone()).with_integer("hardware-type", *hardware_type);
        }
        if let Some(client_id) = &self.client_id {
            attributes = attributes.with("dhcp-client-identifier", client_id.clone());
        }
        if !self.addresses.is_empty() {
            attributes = attributes.with("ip-address", self.addresses.clone());
        }
        if let Some(Untold { group, statements }) = &self.untold {
            if let Some(group) = group {
                attributes = attributes.with("group", group.clone());
            }
            if !statements.is_empty() {
                attributes = attributes.with("statements", statements.clone());
            }
        }
        if let Some(known) = known {
            attributes = attributes.with_integer("known", known.into());
        }
        attributes
    }

    fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        self.addresses.chunks_exact(4).map(|part| Ipv4Addr::new(part[0], part[1], part[2], part[3]))
    }

    fn record(&self) -> Record {
        let mut record: Record = vec![
            ("name", Value::Bytes(self.name.clone().into())),
            ("mac", Value::of(self.hardware.clone(), |(_, address)| Value::hex(address))),
            ("client_id", Value::of(self.client_id.clone(), Value::identifier)),
            ("addresses", Value::List(self.addresses().map(|address| Value::Address(address.into())).collect())),
            ("hardware_type", Value::of(self.hardware.as_ref(), |(number, _)| Value::Number((*number).into()))),
        ];
        if let Some(Untold { group, statements }) = &self.untold {
            record.push(("group", Value::of(group.clone(), Value::bytes)));
            record.push(("statements", text_or_none(statements)));
        }
        record
    }

    fn row(&self, server: &str) -> Vec<Value<'static>> {
        let value = |name: &str| {
            let found = self.record().into_iter().find(|(known, _)| *known == name);
            found.map_or(Value::None, |(_, value)| value)
        };
        COLUMNS
            .iter()
            .map(|column| if column.name == "server" { Value::text(server.to_owned()) } else { value(column.name) })
            .collect()
    }

    /// In words, for messages.
    fn describe(&self) -> String {
        let mut parts = Vec::new();
        if let Some((_, address)) = &self.hardware {
            parts.push(format!("mac {}", colon_hex(address)));
        }
        if let Some(client_id) = &self.client_id {
            parts.push(format!("client id {}", text_or_hex(client_id)));
        }
        parts.extend(self.addresses().map(|address| format!("address {address}")));
        parts.join(", ")
    }
}

fn text_or_none(text: &str) -> Value<'static> {
    if text.is_empty() { Value::None } else { Value::text(text.to_owned()) }
}

/// An identifier in messages.
pub(super) fn text_or_hex(bytes: &[u8]) -> String {
    match Value::identifier(bytes.to_vec()) {
        Value::Hex(octets) => colon_hex(&octets),
        _ => visible(bytes),
    }
}

impl Untold {
    fn of(recorded: &Recorded) -> Untold {
        let mut out = Vec::new();
        write(&recorded.statements, 0, &mut out);
        let text = String::from_utf8_lossy(&out).into_owned();
        // What dhcpd has written can be read.
        Untold { group: recorded.group.clone(), statements: normal_statements(&text).unwrap_or(text) }
    }
}

fn by_name(name: &[u8]) -> Attributes {
    Attributes::new().with("name", name)
}

/// Carries out what is asked for.
pub(super) fn run(request: &HostRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        HostRequest::Add { name, words, if_exists } => add(session, name, words, *if_exists),
        HostRequest::Show { which, full } => show(session, which, *full),
        HostRequest::Set { which, words } => set(session, which, words),
        HostRequest::Ensure { name, words } => ensure(session, name, words),
        HostRequest::Rename { which, name } => rename(session, which, name),
        HostRequest::Remove { which, missing_ok } => remove(session, which, *missing_ok),
    }
}

fn host_name(name: &str) -> Result<&str, Failure> {
    values::name(name, NameOf::Host).map_err(usage)
}

/// A host that was found on a server.
struct Found {
    opened: Opened,
    state: State,
}

impl Found {
    fn new(opened: Opened) -> Self {
        Found { state: State::of(&opened.attributes), opened }
    }
}

/// By what a host is looked for.
enum Selector {
    Name(String),
    Address(Ipv4Addr),
    Hardware(Vec<u8>),
    ClientId(Vec<u8>),
    /// Whatever it turns out to be.
    Any(String),
}

impl Selector {
    fn read(word: &str) -> Result<Selector, Failure> {
        let selector = match word.split_once('=') {
            Some(("name", name)) => Selector::Name(name.to_owned()),
            Some(("ip", text)) => Selector::Address(values::address(text).map_err(usage)?),
            Some(("mac", text)) => Selector::Hardware(values::hardware(text, ETHERNET).map_err(usage)?),
            Some(("client-id", text)) => Selector::ClientId(values::identifier(text).map_err(usage)?),
            _ => Selector::Any(word.to_owned()),
        };
        match word {
            "" => Err(usage(
                "the host has no name: give its name, an IP address, a hardware address or a client identifier",
            )),
            _ => Ok(selector),
        }
    }
}

/// Looks a host up on a server.
fn find(session: &mut Session<'_, '_>, at: usize, word: &str) -> Result<Option<Found>, Failure> {
    let what = format!("cannot look up the host {}", visible(word.as_bytes()));
    let look = |server: &mut Server, by: Attributes| -> Result<Option<Found>, Failure> {
        Ok(server.find(&what, "host", &by)?.map(Found::new))
    };
    let hardware =
        |octets: Vec<u8>| Attributes::new().with("hardware-address", octets).with_integer("hardware-type", ETHERNET);
    let identifier = |bytes: Vec<u8>| Attributes::new().with("dhcp-client-identifier", bytes);
    match Selector::read(word)? {
        Selector::Name(name) => look(&mut session.servers[at], by_name(name.as_bytes())),
        Selector::Address(address) => find_by_address(session, at, address),
        Selector::Hardware(octets) => look(&mut session.servers[at], hardware(octets)),
        Selector::ClientId(bytes) => look(&mut session.servers[at], identifier(bytes)),
        Selector::Any(word) => {
            if let Some(found) = look(&mut session.servers[at], by_name(word.as_bytes()))? {
                return Ok(Some(found));
            }
            if let Ok(address) = values::address(&word) {
                return find_by_address(session, at, address);
            }
            if let Ok(octets) = values::hardware(&word, ETHERNET)
                && let Some(found) = look(&mut session.servers[at], hardware(octets))?
            {
                return Ok(Some(found));
            }
            match values::identifier(&word) {
                Ok(bytes) => look(&mut session.servers[at], identifier(bytes)),
                Err(_) => Ok(None),
            }
        }
    }
}

/// The host with that fixed address. dhcpd itself finds a host by the lease of its hardware only, so that
/// the files are asked as well.
fn find_by_address(session: &mut Session<'_, '_>, at: usize, address: Ipv4Addr) -> Result<Option<Found>, Failure> {
    let what = format!("cannot look up the host with {address}");
    let by = Attributes::new().with("ip-address", address.octets());
    let by_lease = session.servers[at].find(&what, "host", &by)?.map(Found::new);
    let has_it = |found: &Found| found.state.addresses().any(|own| own == address);
    if let Some(found) = by_lease.filter(has_it) {
        return Ok(Some(found));
    }
    let is_it = |reservation: &Reservation| reservation.addresses().any(|own| own == std::net::IpAddr::V4(address));
    let names: Vec<Vec<u8>> = session.recorded(&is_it).unwrap_or_default().into_iter().map(|host| host.name).collect();
    for name in names {
        let found = session.servers[at].find(&what, "host", &by_name(&name))?.map(Found::new);
        if let Some(found) = found.filter(has_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The failure that there is no such host.
fn no_host(session: &Session<'_, '_>, at: usize, word: &str) -> Failure {
    let server = session.servers[at].name();
    let failure = Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no host {} on {server}", visible(word.as_bytes())))
    };
    match values::address(word).is_ok() && !session.has_files() {
        true => failure.advise(
            "dhcpd finds no host by its fixed address, and its files are not here to look into: name the host by its \
             name, hardware address or client identifier",
        ),
        false => failure.advise("`omsh hosts` lists those of the server's files"),
    }
}

/// Adds to a state what the files tell of the host.
fn complete(session: &mut Session<'_, '_>, state: &mut State) {
    let name = state.name.clone();
    let is_it = |reservation: &Reservation| reservation.host.name == name;
    if let Some(recorded) = session.recorded(&is_it) {
        // Made without the files' knowing: nothing is untold then only if it is there.
        state.untold = recorded.last().map(Untold::of);
        state.within = recorded.last().and_then(|host| host.within.clone());
    }
}

fn show(session: &mut Session<'_, '_>, which: &str, full: bool) -> Result<ExitStatus, Error> {
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut rows = Vec::new();
    let mut missing = None;
    for at in 0..session.servers.len() {
        match find(session, at, which)? {
            Some(mut found) => {
                if full {
                    complete(session, &mut found.state);
                    if found.state.untold.is_none() {
                        session
                            .speaker
                            .say("the group and the statements are not known: the server's files do not tell of it");
                    }
                }
                rows.push(found.state.row(&session.servers[at].name()));
            }
            None => missing = Some(no_host(session, at, which)),
        }
    }
    if full {
        session.more_columns("+group,statements");
    }
    match missing {
        Some(failure) if rows.is_empty() => Err(failure.into()),
        Some(failure) => {
            session.speaker.say(&failure.message);
            session.show(&COLUMNS, rows)
        }
        None => session.show(&COLUMNS, rows),
    }
}

/// What keeps a host from being made: one of the same name, hardware address or client identifier.
fn in_the_way(server: &mut Server, wanted: &State, but: Option<&[u8]>) -> Result<Option<Failure>, Failure> {
    let what = "cannot look for hosts of the same kind";
    if let Some(group) = wanted.untold.as_ref().and_then(|untold| untold.group.as_deref())
        && server.find("cannot look for the group", "group", &by_name(group))?.is_none()
    {
        let shown = visible(group);
        let message = format!("there is no group {shown} on {}", server.name());
        let failure = Failure { server: Some(server.name()), ..Failure::new(Kind::NotFound, message) };
        return Ok(Some(failure.advise(format!("`omsh group add {}` makes it", quoted_word(&shown)))));
    }
    let mut keys = Vec::new();
    if but != Some(&wanted.name) {
        keys.push(("the name", by_name(&wanted.name)));
    }
    if let Some((hardware_type, address)) = &wanted.hardware {
        let by = Attributes::new().with("hardware-address", address.clone());
        keys.push(("the hardware address", by.with_integer("hardware-type", *hardware_type)));
    }
    if let Some(client_id) = &wanted.client_id {
        keys.push(("the client identifier", Attributes::new().with("dhcp-client-identifier", client_id.clone())));
    }
    for (key, by) in keys {
        let Some(other) = server.find(what, "host", &by)?.map(Found::new) else { continue };
        if but == Some(&other.state.name) {
            continue;
        }
        let name = visible(&other.state.name);
        let has = other.state.describe();
        let failure = match key {
            "the name" => Failure {
                code: Some(ResultCode::ALREADY_EXISTS),
                ..Failure::new(Kind::Exists, format!("there is a host {name} on {} already: {has}", server.name()))
            }
            .advise(match but {
                None => {
                    "`omsh host ensure` changes it as needed; --if-exists skip leaves it alone, replace makes it anew"
                        .to_owned()
                }
                Some(_) => format!("choose another name, or `omsh host remove {name}` first"),
            }),
            _ => Failure {
                code: Some(ResultCode::KEY_CONFLICT),
                ..Failure::new(
                    Kind::Conflict,
                    format!("{key} belongs to the host {name} on {} already: {has}", server.name()),
                )
            }
            .advise(format!("`omsh host remove {name}` removes that one, `omsh host rename {name} NAME` renames it")),
        };
        return Ok(Some(Failure { server: Some(server.name()), ..failure }));
    }
    Ok(None)
}

/// A host needs something by which a client is told.
fn check_identity(state: &State) -> Result<(), Failure> {
    match (&state.hardware, &state.client_id) {
        (None, None) => Err(usage(format!(
            "the host {} needs --mac or --client-id: without either dhcpd could not tell which client it is",
            visible(&state.name)
        ))),
        _ => Ok(()),
    }
}

fn add(session: &mut Session<'_, '_>, name: &str, words: &HostWords, if_exists: IfExists) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    let wish = Wish::read(words)?;
    let fresh = State { name: name.as_bytes().to_vec(), untold: Some(Untold::default()), ..State::default() };
    let wanted = wish.applied_to(&fresh);
    check_identity(&wanted)?;
    tell_of_known(session, &wish);
    session.connect()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let create = Edit::Create {
            object_type: "host".to_owned(),
            key: by_name(name.as_bytes()),
            attributes: wanted.attributes(wish.known),
        };
        let after = Some(wanted.record());
        let existing = match if_exists {
            IfExists::Fail => None,
            IfExists::Skip | IfExists::Replace => {
                session.servers[at].find("cannot look for the host", "host", &by_name(name.as_bytes()))?.map(Found::new)
            }
        };
        match existing {
            Some(found) if if_exists == IfExists::Skip => {
                plans.push(Vec::new());
                let record = Some(found.state.record());
                done.push(new_done(Outcome::Skipped, &wanted.name, server, record.clone(), record));
            }
            Some(mut found) => {
                complete(session, &mut found.state);
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(name.as_bytes()))? {
                    return Err(failure.into());
                }
                let before = found.state.record();
                plans.push(vec![removal(&found), create]);
                done.push(new_done(Outcome::Changed, &wanted.name, server, Some(before), after));
            }
            None => {
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, None)? {
                    return Err(failure.into());
                }
                plans.push(vec![create]);
                done.push(new_done(Outcome::Added, &wanted.name, server, None, after));
            }
        }
    }
    session.make(&plans)?;
    session.finish(done)
}

fn tell_of_known(session: &mut Session<'_, '_>, wish: &Wish) {
    if wish.known.is_some() {
        session.speaker.say("--known: dhcpd 4.4 takes it and does not keep it; a host is known because it is there");
    }
}

fn new_done(outcome: Outcome, name: &[u8], server: String, before: Option<Record>, after: Option<Record>) -> Done {
    Done { outcome, kind: "host", name: name.to_vec(), server, before, after }
}

fn removal(found: &Found) -> Edit {
    Edit::Remove {
        object_type: "host".to_owned(),
        key: by_name(&found.state.name),
        handle: found.opened.handle,
        before: found.state.attributes(None),
        unknown: found.state.untold.is_none().then_some("its group and its statements"),
    }
}

/// The edits that make a host what it is wanted to be.
fn edits(
    session: &mut Session<'_, '_>,
    at: usize,
    found: &mut Found,
    wish: &Wish,
    name: &[u8],
) -> Result<(Vec<Edit>, State), Failure> {
    if wish.wants_untold() {
        complete(session, &mut found.state);
    }
    let state = &found.state;
    let mut wanted = wish.applied_to(state);
    wanted.name = name.to_vec();
    let untold_differs = wish.wants_untold() && (state.untold.is_none() || state.untold != wanted.untold);
    if wanted == *state && !untold_differs {
        return Ok((Vec::new(), wanted));
    }
    check_identity(&wanted)?;
    let may_be_set = |now: bool, wanted: bool| !now || !wanted;
    let statements_stay = match (&state.untold, &wish.statements) {
        (_, None) => true,
        (Some(now), Some(wanted)) => now.statements == *wanted || (now.statements.is_empty() && now.group.is_none()),
        (None, Some(_)) => false,
    };
    let group_stays = match (&state.untold, &wish.group) {
        (_, None) => true,
        (Some(now), Some(wanted)) => now.group == *wanted || (wanted.is_some() && now.statements.is_empty()),
        (None, Some(_)) => false,
    };
    let is_simple = wanted.name == state.name
        && (wanted.hardware == state.hardware || may_be_set(state.hardware.is_some(), true))
        && (wanted.client_id == state.client_id || may_be_set(state.client_id.is_some(), true))
        && statements_stay
        && group_stays;
    if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(&state.name))? {
        return Err(failure);
    }
    if is_simple {
        let (mut attributes, mut before) = (Attributes::new(), Attributes::new());
        if wanted.addresses != state.addresses {
            let value = |addresses: &Vec<u8>| (!addresses.is_empty()).then(|| addresses.clone());
            attributes.put(b"ip-address", value(&wanted.addresses));
            before.put(b"ip-address", value(&state.addresses));
        }
        if wanted.hardware != state.hardware
            && let Some((hardware_type, address)) = &wanted.hardware
        {
            attributes =
                attributes.with("hardware-address", address.clone()).with_integer("hardware-type", *hardware_type);
        }
        if wanted.client_id != state.client_id
            && let Some(client_id) = &wanted.client_id
        {
            attributes = attributes.with("dhcp-client-identifier", client_id.clone());
        }
        if let (Some(now), Some(then)) = (&state.untold, &wanted.untold) {
            if now.group != then.group
                && let Some(group) = &then.group
            {
                attributes = attributes.with("group", group.clone());
            }
            if now.statements != then.statements {
                attributes = attributes.with("statements", then.statements.clone());
            }
        }
        // What is set for the first time can be taken back by making the host anew only.
        let can_be_taken_back = attributes.iter().all(|(name, _)| before.iter().any(|(known, _)| known == name));
        if can_be_taken_back || session.servers.len() == 1 {
            let update = Edit::Update {
                object_type: "host".to_owned(),
                key: by_name(&state.name),
                handle: found.opened.handle,
                attributes,
                before,
            };
            return Ok((vec![update], wanted));
        }
    }
    if found.state.untold.is_none() {
        complete(session, &mut found.state);
        wanted.untold = wish.applied_to(&found.state).untold;
    }
    if wanted.untold.is_none() {
        return Err(Failure {
            server: Some(session.servers[at].name()),
            ..Failure::new(
                Kind::Refused,
                format!(
                    "the host {} would have to be made anew, and its group and its statements would be lost: dhcpd \
                     does not tell them over OMAPI",
                    visible(&found.state.name)
                ),
            )
        }
        .advise(
            "say what they are with --group and --statements (`none` for none), or where the server's files are with \
             --conf and --leases",
        ));
    }
    if let Some(within) = found.state.within.as_deref().filter(|_| wish.statements.is_none()) {
        let name = visible(&found.state.name);
        let message = format!(
            "the host {name} would have to be made anew, and would lose what `{}` of dhcpd.conf gives it",
            visible(within.as_bytes())
        );
        let failure = Failure { server: Some(session.servers[at].name()), ..Failure::new(Kind::Refused, message) };
        return Err(failure.advise(
            "change it in dhcpd.conf, or say with --statements what it is to have of its own (`none` for nothing)",
        ));
    }
    let create = Edit::Create {
        object_type: "host".to_owned(),
        key: by_name(&wanted.name),
        attributes: wanted.attributes(wish.known),
    };
    wanted.within = None;
    Ok((vec![removal(found), create], wanted))
}

fn set(session: &mut Session<'_, '_>, which: &str, words: &HostWords) -> Result<ExitStatus, Error> {
    let wish = Wish::read(words)?;
    if wish == Wish::default() {
        return Err(
            usage("there is nothing to set: say what with --mac, --ip, --client-id, --group or the like").into()
        );
    }
    tell_of_known(session, &wish);
    session.connect()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let mut found = find(session, at, which)?.ok_or_else(|| no_host(session, at, which))?;
        let name = found.state.name.clone();
        let (edits, wanted) = edits(session, at, &mut found, &wish, &name)?;
        let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
        let server = session.servers[at].name();
        done.push(new_done(outcome, &name, server, Some(found.state.record()), Some(wanted.record())));
        plans.push(edits);
    }
    session.make(&plans)?;
    session.finish(done)
}

fn rename(session: &mut Session<'_, '_>, which: &str, name: &str) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    session.connect()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let mut found = find(session, at, which)?.ok_or_else(|| no_host(session, at, which))?;
        complete(session, &mut found.state);
        let (edits, wanted) = edits(session, at, &mut found, &Wish::default(), name.as_bytes())?;
        let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Renamed };
        let server = session.servers[at].name();
        let before = Some(found.state.record());
        done.push(new_done(outcome, &found.state.name, server, before, Some(wanted.record())));
        plans.push(edits);
    }
    session.make(&plans)?;
    session.finish(done)
}

fn remove(session: &mut Session<'_, '_>, which: &str, missing_ok: bool) -> Result<ExitStatus, Error> {
    session.connect()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    let mut missing = Vec::new();
    for at in 0..session.servers.len() {
        let Some(mut found) = find(session, at, which)? else {
            missing.push(no_host(session, at, which));
            plans.push(Vec::new());
            continue;
        };
        if session.servers.len() > 1 {
            complete(session, &mut found.state);
        }
        let server = session.servers[at].name();
        done.push(new_done(Outcome::Removed, &found.state.name, server, Some(found.state.record()), None));
        plans.push(vec![removal(&found)]);
    }
    if done.is_empty() && !missing_ok {
        return Err(missing.swap_remove(0).into());
    }
    if !done.is_empty() || session.verbose {
        missing.iter().for_each(|failure| session.speaker.say(&failure.message));
    }
    session.make(&plans)?;
    session.finish(done)
}

fn ensure(session: &mut Session<'_, '_>, name: &str, words: &HostWords) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    let wish = Wish::read(words)?;
    tell_of_known(session, &wish);
    session.connect()?;
    let mut attempt = 0;
    loop {
        match ensure_once(session, name, &wish) {
            Ok(done) => return session.finish(done),
            // Somebody else was faster: what they left is looked at anew.
            Err(failure) if attempt < ATTEMPTS && is_race(&failure, attempt, session.has_files()) => {
                attempt += 1;
                session.tell("the host was changed at the same time; looking again");
                std::thread::sleep(Duration::from_millis(u64::from(1 + (std::process::id() + attempt * 7) % 23)));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
}

/// Whether a failure may come from another client's change between our look and our change.
fn is_race(failure: &Failure, attempt: u32, has_files: bool) -> bool {
    let raced = matches!(failure.kind, Kind::Exists | Kind::Conflict | Kind::NotFound | Kind::Refused);
    // What was seen before anything was sent has no advice of a race in it; but the server's files may be a moment
    // behind the server.
    let may_pass = failure.kind == Kind::Refused && has_files && attempt < FEW_ATTEMPTS;
    let is_clean = failure.aftermath.one_sided.is_empty() && !failure.is_uncertain;
    raced && is_clean && (failure.message.starts_with("cannot ") || may_pass)
}

fn ensure_once(session: &mut Session<'_, '_>, name: &str, wish: &Wish) -> Result<Vec<Done>, Failure> {
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let found = session.servers[at].find("cannot look for the host", "host", &by_name(name.as_bytes()))?;
        match found.map(Found::new) {
            Some(mut found) => {
                let (edits, wanted) = edits(session, at, &mut found, wish, name.as_bytes())?;
                let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
                let (before, after) = (found.state.record(), wanted.record());
                done.push(new_done(outcome, name.as_bytes(), server, Some(before), Some(after)));
                plans.push(edits);
            }
            None => {
                let fresh = State { name: name.into(), untold: Some(Untold::default()), ..State::default() };
                let wanted = wish.applied_to(&fresh);
                check_identity(&wanted)?;
                // Another one of this name has been made since, and the request to make it will say so.
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(name.as_bytes()))? {
                    return Err(failure);
                }
                let create = Edit::Create {
                    object_type: "host".to_owned(),
                    key: by_name(name.as_bytes()),
                    attributes: wanted.attributes(wish.known),
                };
                done.push(new_done(Outcome::Added, name.as_bytes(), server, None, Some(wanted.record())));
                plans.push(vec![create]);
            }
        }
    }
    session.make(&plans)?;
    Ok(done)
}
