//! What a host is to be, as a command line says it.

use std::net::IpAddr;

use crate::commands::live::failure::Failure;
use crate::commands::live::usage;
use crate::commands::live::values::{self, ETHERNET, NameOf};
use crate::dhcpd::Family;
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{self, Statement, Surroundings, parse_attribute, parse_statement, write_readably};
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::render::text::visible;

use super::state::{State, Untold};

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

/// The word that says that something is not to be there.
const NONE: &str = "none";

/// What a host is to be. Outer `None`: nothing was said; inner: nothing is to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Wish {
    /// The number of the hardware type, and the octets.
    pub(in crate::commands) hardware: Option<Option<(u32, Vec<u8>)>>,
    /// The type was said; otherwise a host that is there keeps its own.
    pub(in crate::commands) has_hardware_type: bool,
    /// As OMAPI has them; empty for none.
    pub(in crate::commands) addresses: Option<Vec<u8>>,
    /// Of which family these are, where there are any.
    pub(in crate::commands) family: Option<Family>,
    pub(in crate::commands) client_id: Option<Option<Vec<u8>>>,
    pub(in crate::commands) group: Option<Option<Vec<u8>>>,
    /// As dhcpd.conf can have them, always in the same words; empty for none.
    pub(in crate::commands) statements: Option<String>,
    /// dhcpd 4.4 takes it and does not keep it.
    pub(in crate::commands) known: Option<bool>,
}

impl Wish {
    pub(in crate::commands) fn read(words: &HostWords) -> Result<Wish, Failure> {
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
        let (mut addresses, mut family) = (None, None);
        if words.ip.iter().any(|text| none(text)) {
            if words.ip.len() > 1 {
                return Err(usage("--ip: none and an address cannot both be meant"));
            }
            addresses = Some(Vec::new());
        } else if !words.ip.is_empty() {
            let read = |text: &String| values::any_address_or_name(text, words.resolve);
            let all: Result<Vec<IpAddr>, String> = words.ip.iter().map(read).collect();
            let all = all.map_err(|why| usage(format!("--ip: {why}")))?;
            family = all.first().map(|address| Family::of(*address));
            if all.iter().any(|address| Some(Family::of(*address)) != family) {
                return Err(usage("--ip: a host has addresses of IPv4, or of IPv6 on a DHCPv6 server, and never both"));
            }
            addresses = Some(all.into_iter().flat_map(values::octets).collect());
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
        let has_hardware_type = words.hardware_type.is_some();
        Ok(Wish { hardware, has_hardware_type, addresses, family, client_id, group, statements, known: words.known })
    }

    /// Whether it says anything that only the files tell.
    pub(in crate::commands) fn wants_untold(&self) -> bool {
        self.group.is_some() || self.statements.is_some()
    }

    /// What the host becomes.
    pub(in crate::commands) fn applied_to(&self, state: &State) -> State {
        let mut after = state.clone();
        if let Some(hardware) = &self.hardware {
            after.hardware = hardware.clone();
            // Its type stays what it is, unless another one was said.
            if let (Some(after), Some(now), false) = (&mut after.hardware, &state.hardware, self.has_hardware_type) {
                after.0 = now.0;
            }
        }
        if let Some(addresses) = &self.addresses {
            after.addresses = addresses.clone();
            after.family = self.family.unwrap_or(state.family);
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

/// The statements that the words come to, always in the same words; empty for `none`.
pub(in crate::commands::live) fn statements(words: &HostWords) -> Result<Option<String>, Failure> {
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
    let statements = normal_statements(&text, &Definitions::standard())?;
    if are_written_amiss(&statements) {
        return Err(not_kept(&text, WRITTEN_AMISS));
    }
    Ok(Some(statements))
}

/// Statements as dhcpd.conf could have them, on one line and always in the same words, if they are such as a dhcpd with these
/// options reads.
pub(in crate::commands) fn normal_statements(text: &str, definitions: &Definitions) -> Result<String, Failure> {
    let wrong = |why: String| {
        usage(format!("the statements `{}` are not as dhcpd wants them: {why}", visible(text.as_bytes())))
    };
    let (number, once) = written_statements(text, definitions).map_err(wrong)?;
    // What is read of that may be written otherwise once more.
    match written_statements(&once, definitions) {
        Ok((again, normal)) if again == number => Ok(normal),
        _ => Err(not_kept(text, "")),
    }
}

/// Whether a dhcpd with these options takes statements, and its lease file can keep them.
///
/// # Errors
///
/// It knows an option not, or a text has quotes or backslashes.
pub(in crate::commands) fn check_kept(normal: &str, definitions: &Definitions) -> Result<(), Failure> {
    normal_statements(normal, definitions)?;
    if are_written_amiss(normal) {
        return Err(not_kept(normal, WRITTEN_AMISS));
    }
    Ok(())
}

/// Why the lease file cannot keep text.
const WRITTEN_AMISS: &str = ": text in statements cannot hold quotes or backslashes";

/// Whether a text in normal statements has quotes or backslashes, which the lease file cannot keep.
pub(in crate::commands) fn are_written_amiss(normal: &str) -> bool {
    // There are no backslashes outside of text.
    normal.contains('\\')
}

fn not_kept(text: &str, why: &str) -> Failure {
    let shown = visible(text.as_bytes());
    usage(format!("the lease file cannot keep the statements `{shown}`{why}"))
}

/// Statements of the server's files, on one line and always in the same words.
pub(in crate::commands) fn as_written(statements: &[Statement]) -> String {
    let text = on_one_line(statements);
    // What dhcpd has written can be read.
    normal_statements(&text, &Definitions::standard()).unwrap_or(text)
}

/// The client identifier that statements of a dhcpd with these options say.
pub(in crate::commands) fn client_identifier_in(text: &str, definitions: &Definitions) -> Option<Vec<u8>> {
    statements::client_identifier(&parse_attribute(text.as_bytes(), definitions, &|_| true).0)
}

/// The same statements without one that says the client identifier; as they are where they cannot be read.
pub(in crate::commands) fn without_client_identifier(text: &str, definitions: &Definitions) -> String {
    match parse_attribute(text.as_bytes(), definitions, &|_| true) {
        (statements, Ok(())) => on_one_line(&statements::without_client_identifier(statements)),
        (_, Err(_)) => text.to_owned(),
    }
}

fn on_one_line(statements: &[Statement]) -> String {
    let mut out = Vec::new();
    write_readably(statements, 0, &mut out);
    let written = String::from_utf8_lossy(&out);
    written.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many statements they are, and how they are written.
fn written_statements(text: &str, definitions: &Definitions) -> Result<(usize, String), String> {
    let mut lexer = Lexer::for_file(text.as_bytes());
    let mut statements = Vec::new();
    loop {
        // dhcpd itself takes whatever begins no statement, and a string without an end, for the end of all.
        match parse_statement(&mut lexer, definitions, Surroundings::new(&|_| true)) {
            Ok(Some(statement)) => statements.push(statement),
            Ok(None) if lexer.peek().kind == TokenKind::End => break,
            Ok(None) => return Err(format!("no statement begins with `{}`", visible(&lexer.peek().text))),
            Err(fault) => return Err(fault.error.text),
        }
    }
    Ok((statements.len(), on_one_line(&statements)))
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
