//! The statements that a command line says, by their own option or by others that stand for some.

use crate::commands::live::failure::Failure;
use crate::commands::live::values;
use crate::commands::live::{Session, usage};
use crate::dhcpd::options::{DHCP, Definitions, UNKNOWN_FORMAT};
use crate::dhcpd::statements::parse_attribute;
use crate::render::text::visible;

use super::text::{LeaseForm, lease_form, normal_statements, not_kept, written_statements};
use super::wish::{HostWords, NONE};

impl Session<'_, '_> {
    /// The statements that the words come to, always in the same words; empty for `none`. Says which options are not
    /// known.
    pub(in crate::commands::live) fn statements(&mut self, words: &HostWords) -> Result<Option<String>, Failure> {
        let is_said = words.statements.is_some()
            || !words.option.is_empty()
            || words.filename.is_some()
            || words.next_server.is_some();
        if !is_said {
            return match words.define_option.is_empty() {
                true => Ok(None),
                false => Err(usage("--define-option: it belongs to --option or --statements, which are missing")),
            };
        }
        // dhcpd.conf is read only where its options may be named.
        let names_options = words.statements.is_some() || !words.option.is_empty();
        let known = if names_options { self.known_options(&words.define_option)? } else { Default::default() };
        let text = text_of(words, &known.definitions)?;
        let statements = normal_statements(&text, &known.definitions)?;
        if let LeaseForm::Lost(why) = lease_form(&statements) {
            return Err(not_kept(&text, why));
        }
        for remark in known.remarks_on(&statements) {
            self.warn(remark);
        }
        Ok(Some(statements))
    }
}

/// What the words say, as dhcpd.conf could have it.
fn text_of(words: &HostWords, definitions: &Definitions) -> Result<String, Failure> {
    let mut text = String::new();
    if let Some(statements) = words.statements.as_deref().filter(|text| !text.eq_ignore_ascii_case(NONE)) {
        text += statements.trim();
        if !text.is_empty() && !text.ends_with([';', '}']) {
            text.push(';');
        }
    }
    for option in &words.option {
        let (name, value) = values::assignment(option).map_err(|why| usage(format!("--option: {why}")))?;
        text += &option_statement(name.trim(), &value, definitions)?;
    }
    if let Some(filename) = &words.filename {
        text += &format!("filename {};", quoted(filename).map_err(|why| usage(format!("--filename: {why}")))?);
    }
    if let Some(server) = &words.next_server {
        let address = values::address_or_name(server, words.resolve);
        text += &format!("next-server {};", address.map_err(|why| usage(format!("--next-server: {why}")))?);
    }
    Ok(text)
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

/// `option NAME VALUE;`, the value in quotes where the option is text and it is in none. An option may be said by its code.
fn option_statement(name: &str, value: &str, definitions: &Definitions) -> Result<String, Failure> {
    let name = with_code(name, definitions);
    let is_sound = |text: &str| {
        let (parsed, outcome) = parse_attribute(text.as_bytes(), definitions, &|_| true);
        outcome.is_ok() && parsed.len() == 1
    };
    let (bare, in_quotes) =
        (format!("option {name} {value};"), quoted(value).map(|value| format!("option {name} {value};")));
    let is_bare = match format_of(&name, definitions) {
        Some(UNKNOWN_FORMAT) => looks_bare(value),
        // dhcpd takes any word for a byte.
        Some(b"X") => value.trim_start().starts_with(['"', '=']) || are_octets(value),
        _ => true,
    };
    if is_bare && is_sound(&bare) {
        return Ok(bare);
    }
    if let Ok(in_quotes) = in_quotes
        && is_sound(&in_quotes)
    {
        return Ok(in_quotes);
    }
    let why = match written_statements(&bare, definitions) {
        Err(why) => why,
        Ok(_) => "it is more than one statement".to_owned(),
    };
    Err(usage(format!("--option: `{}={}`: {why}", visible(name.as_bytes()), visible(value.as_bytes()))))
}

/// A name that says an option by its code, `CODE` or `SPACE.CODE`, as dhcpd wants it; any other one as it is.
fn with_code(name: &str, definitions: &Definitions) -> String {
    let (space, last) = name.rsplit_once('.').map_or((None, name), |(space, last)| (Some(space), last));
    let code = last.parse::<u32>().ok().filter(|_| last.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(code) = code else { return name.to_owned() };
    let known = definitions.with_code(space.map_or(DHCP, str::as_bytes), code);
    let last = match known {
        Some(definition) => String::from_utf8_lossy(&definition.name).into_owned(),
        None => format!("unknown-{code}"),
    };
    space.map_or(last.clone(), |space| format!("{space}.{last}"))
}

/// The format of an option; `None` where there is no such option.
fn format_of<'d>(name: &str, definitions: &'d Definitions) -> Option<&'d [u8]> {
    let (space, last) = name.rsplit_once('.').map_or((DHCP, name), |(space, last)| (space.as_bytes(), last));
    match definitions.get(space, last.as_bytes()) {
        Some(definition) => Some(&definition.format),
        None if last.starts_with("unknown-") => Some(b"X"),
        None => definitions.takes_unknown().then_some(UNKNOWN_FORMAT),
    }
}

/// Whether a value of an option that is not known stands for itself, rather than for a text: in quotes, addresses, numbers,
/// octets, flags.
fn looks_bare(value: &str) -> bool {
    let is_item = |item: &str| {
        let item = item.trim();
        item.parse::<std::net::IpAddr>().is_ok()
            || item.parse::<i64>().is_ok()
            || matches!(item, "true" | "false" | "on" | "off")
            || item.contains(':') && are_octets(item)
    };
    value.trim_start().starts_with(['"', '=']) || value.split(',').all(is_item)
}

/// Whether a value is octets in hexadecimal with colons between them.
fn are_octets(value: &str) -> bool {
    let is_octet = |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    value.trim().split(':').all(is_octet)
}
