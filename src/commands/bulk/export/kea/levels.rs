//! What the statements of scopes come to in Kea: on one of its levels, which are the whole server, a shared network, a
//! subnet, a pool, a reservation.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use anyhow::Result;

use crate::dhcpd::conf::{Conf, Scope, ScopeKind};
use crate::dhcpd::options::{DHCP, SERVER};
use crate::dhcpd::statements::{Statement, Verb, write_readably};
use crate::render::text::visible_line;

use super::super::dhcpd::is_definition;
use super::super::told::Told;
use super::json::Json;
use super::options::OptionData;

/// How long leases are valid where nothing is said, in seconds, and at most: as dhcpd has it.
const DEFAULT_LIFETIME: u32 = 43_200;
const MAX_LIFETIME: u32 = 86_400;

/// The number of the option that is a host's name.
const HOST_NAME: u8 = 12;

/// Which of Kea's levels it is: not all of them have everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The server, a shared network or a subnet.
    Network,
    /// A pool.
    Pool,
    /// A reservation.
    Host,
}

/// What a level says.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    options: Vec<OptionData>,
    next_server: Option<Ipv4Addr>,
    file_name: Option<String>,
    server_name: Option<String>,
    lifetimes: [Option<u32>; 3],
    renew: Option<u32>,
    rebind: Option<u32>,
    authoritative: Option<bool>,
    /// `deny unknown-clients`, or the opposite.
    pub(super) unknown_clients: Option<bool>,
    pub(super) use_host_decl_names: Option<bool>,
}

/// How long leases are valid, in seconds: by default, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetimes {
    default: u32,
    min: Option<u32>,
    max: u32,
}

impl Lifetimes {
    pub(super) fn of_dhcpd() -> Self {
        Lifetimes { default: DEFAULT_LIFETIME, min: None, max: MAX_LIFETIME }
    }

    /// Those of a level inside.
    pub(super) fn within(self, level: &Level) -> Self {
        let [default, min, max] = level.lifetimes;
        Lifetimes { default: default.unwrap_or(self.default), min: min.or(self.min), max: max.unwrap_or(self.max) }
    }
}

/// Reads levels out of a configuration, and says once of each statement that Kea does not have it.
pub(super) struct Levels<'c> {
    conf: &'c Conf,
    told_of: HashSet<usize>,
    /// The same of hosts and groups of the lease file.
    told_of_blocks: HashSet<String>,
}

impl<'c> Levels<'c> {
    pub(super) fn new(conf: &'c Conf) -> Self {
        Levels { conf, told_of: HashSet::new(), told_of_blocks: HashSet::new() }
    }

    /// The groups around a scope that stand in nothing but groups on this level of Kea, and the scope: the outermost
    /// first.
    pub(super) fn with_groups(&self, scope: usize) -> Vec<usize> {
        let mut scopes = vec![scope];
        let mut around = self.conf.scopes[scope].parent;
        while let Some(number) = around.filter(|number| matches!(self.conf.scopes[*number].kind, ScopeKind::Group(_))) {
            scopes.insert(0, number);
            around = self.conf.scopes[number].parent;
        }
        scopes
    }

    /// What scopes come to, a later one over an earlier one.
    pub(super) fn of_scopes(&mut self, scopes: &[usize], place: Place, told: &mut Told<'_>) -> Level {
        let mut level = Level::default();
        self.add_scopes(&mut level, scopes, place, told);
        level
    }

    /// Adds what scopes come to, over what is there.
    pub(super) fn add_scopes(&mut self, level: &mut Level, scopes: &[usize], place: Place, told: &mut Told<'_>) {
        for &number in scopes {
            let scope: &Scope = &self.conf.scopes[number];
            let is_new = self.told_of.insert(number);
            level.authoritative = scope.authoritative.or(level.authoritative);
            for stated in scope.statements() {
                let outcome = match &stated.statement {
                    Statement::Nothing if is_handled(&stated.text, place) => Ok(()),
                    statement => level.take(statement, place, self.conf),
                };
                if let (Err(why), true) = (outcome, is_new) {
                    let text = shortened(&stated.text);
                    told.drop(&format!("{}: `{text}`: {why}", self.conf.show(stated.place)));
                }
            }
        }
    }

    /// Adds the statements of a host or group of the lease file, which is called that in messages.
    pub(super) fn add_statements(
        &mut self,
        level: &mut Level,
        statements: &[Statement],
        called: String,
        told: &mut Told<'_>,
    ) {
        let is_told = self.told_of_blocks.contains(&called);
        for statement in statements {
            if let (Err(why), false) = (level.take(statement, Place::Host, self.conf), is_told) {
                let mut text = Vec::new();
                write_readably(std::slice::from_ref(statement), 0, &mut text);
                told.drop(&format!("{called}: `{}`: {why}", shortened(text.trim_ascii())));
            }
        }
        self.told_of_blocks.insert(called);
    }
}

/// A statement in messages.
fn shortened(text: &[u8]) -> String {
    const LONGEST: usize = 60;
    let shown = visible_line(text);
    match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// Whether a line that is no statement is translated elsewhere, or says nothing that Kea would have to know.
fn is_handled(text: &[u8], place: Place) -> bool {
    let word = text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').next().unwrap_or_default();
    let word = word.to_ascii_lowercase();
    match word.as_slice() {
        b"range" | b"hardware" | b"fixed-address" | b"uid" | b"group" | b"authoritative" | b"not" | b"include" => true,
        // What a pool is open to is looked at as a whole.
        b"allow" | b"deny" => place == Place::Pool,
        b"option" => is_definition(text),
        _ => false,
    }
}

const NO_COUNTERPART: &str = "Kea has nothing like it";

impl Level {
    /// Takes a statement in; otherwise says why it cannot be.
    fn take(&mut self, statement: &Statement, place: Place, conf: &Conf) -> Result<(), &'static str> {
        let (option, value) = match statement {
            Statement::Option(Verb::Supersede | Verb::Default, option, value) => (option, value),
            Statement::Option(..) => return Err("Kea cannot add to an option's value"),
            Statement::If(..) | Statement::Switch(..) => return Err("it depends on the client"),
            _ => return Err(NO_COUNTERPART),
        };
        let Some(value) = value.constant() else { return Err("its value is known only when a client asks") };
        if *option.space == *DHCP {
            let code = conf.context.definitions.get(DHCP, &option.name).map_or(0, |definition| definition.code);
            return self.take_option(code, value, place);
        }
        match *option.space == *SERVER {
            true => self.take_parameter(&option.name, &value, place),
            false => Err("options of other spaces are not translated"),
        }
    }

    fn take_option(&mut self, code: u32, value: Vec<u8>, place: Place) -> Result<(), &'static str> {
        const RENEWAL: u32 = 58;
        const REBINDING: u32 = 59;
        const CLIENT_IDENTIFIER: u32 = 61;
        let seconds = value.as_slice().try_into().ok().map(u32::from_be_bytes);
        match code {
            RENEWAL if place == Place::Network => self.renew = seconds,
            REBINDING if place == Place::Network => self.rebind = seconds,
            // It tells the host.
            CLIENT_IDENTIFIER if place == Place::Host => {}
            _ => {
                let option = OptionData::new(code, value)?;
                self.options.retain(|other| other.code != option.code);
                self.options.push(option);
            }
        }
        Ok(())
    }

    fn take_parameter(&mut self, name: &[u8], value: &[u8], place: Place) -> Result<(), &'static str> {
        let is_pool = place == Place::Pool;
        let number = || value.try_into().ok().map(u32::from_be_bytes);
        let flag = value.first().map(|flag| *flag == 1);
        match name.to_ascii_lowercase().as_slice() {
            b"next-server" if !is_pool => {
                let octets: [u8; 4] = value.try_into().map_err(|_| "it is no address")?;
                self.next_server = Some(octets.into());
            }
            b"filename" if !is_pool => self.file_name = Some(text(value, 127)?),
            b"server-name" if !is_pool => self.server_name = Some(text(value, 63)?),
            b"default-lease-time" if place == Place::Network => self.lifetimes[0] = number(),
            b"min-lease-time" if place == Place::Network => self.lifetimes[1] = number(),
            b"max-lease-time" if place == Place::Network => self.lifetimes[2] = number(),
            b"default-lease-time" | b"min-lease-time" | b"max-lease-time" => {
                return Err("in Kea, lifetimes belong to networks");
            }
            b"authoritative" if place == Place::Network => self.authoritative = flag,
            b"boot-unknown-clients" if place == Place::Network => self.unknown_clients = flag,
            b"use-host-decl-names" if !is_pool => self.use_host_decl_names = flag,
            b"next-server" | b"filename" | b"server-name" => return Err("in Kea, pools do not have it"),
            _ => return Err(NO_COUNTERPART),
        }
        Ok(())
    }

    /// Writes it as a part of the server, of a shared network or of a subnet, with lifetimes that are in effect there.
    pub(super) fn write_network(&self, json: &mut Json<'_>, lifetimes: &Lifetimes) -> Result<()> {
        // dhcpd gives the longest where the usual one is longer; to Kea that is a mistake.
        let Lifetimes { default, min, max } = *lifetimes;
        let default = default.min(max);
        json.number("valid-lifetime", default)?;
        if let Some(min) = min {
            json.number("min-valid-lifetime", min.min(default))?;
        }
        json.number("max-valid-lifetime", max)?;
        for (name, timer) in [("renew-timer", self.renew), ("rebind-timer", self.rebind)] {
            if let Some(seconds) = timer {
                json.number(name, seconds)?;
            }
        }
        if let Some(authoritative) = self.authoritative {
            json.raw("authoritative", if authoritative { "true" } else { "false" })?;
        }
        self.write_boot(json)?;
        self.write_options(json, false)
    }

    pub(super) fn has_options(&self) -> bool {
        !self.options.is_empty()
    }

    pub(super) fn write_boot(&self, json: &mut Json<'_>) -> Result<()> {
        if let Some(server) = self.next_server {
            json.text("next-server", &server.to_string())?;
        }
        for (name, text) in [("server-hostname", &self.server_name), ("boot-file-name", &self.file_name)] {
            if let Some(text) = text {
                json.text(name, text)?;
            }
        }
        Ok(())
    }

    /// Writes the options; the host's name may be said elsewhere.
    pub(super) fn write_options(&self, json: &mut Json<'_>, without_host_name: bool) -> Result<()> {
        let is_wanted = |option: &&OptionData| !(without_host_name && option.code == HOST_NAME);
        let mut options = self.options.iter().filter(is_wanted).peekable();
        if options.peek().is_none() {
            return Ok(());
        }
        json.open(Some("option-data"), '[')?;
        for option in options {
            json.element(&option.json())?;
        }
        json.close(']')
    }

    /// The host's name that the options say, where it can be a name.
    pub(super) fn host_name(&self) -> Option<&str> {
        let option = self.options.iter().find(|option| option.code == HOST_NAME)?;
        std::str::from_utf8(&option.value).ok().filter(|name| is_host_name(name))
    }
}

/// Whether that is a name that Kea takes for a host.
pub(super) fn is_host_name(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let labels = name.strip_suffix('.').unwrap_or(name).split('.');
    !name.is_empty()
        && name.len() <= 253
        && name.bytes().all(is_sign)
        && labels.into_iter().all(|label| (1..=63).contains(&label.len()))
}

fn text(value: &[u8], longest: usize) -> Result<String, &'static str> {
    if value.len() > longest {
        return Err("it is longer than Kea takes");
    }
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    match std::str::from_utf8(value) {
        Ok(text) if value.iter().all(is_plain) => Ok(text.to_owned()),
        _ => Err("there are characters in it that do not print"),
    }
}
