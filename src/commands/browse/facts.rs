//! What is known of a lease, a binding of DHCPv6, or a reservation: as something to filter.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::dhcpd::Span;
use crate::dhcpd::declarations::{Address, Hardware};
use crate::dhcpd::inventory::{Reservation, View};
use crate::dhcpd::leases::{Binding, Ia, IaAddress, Lease, State, Summary, Time};
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::render::Value;

use super::filter::Subject;

impl<'a> Subject<'a> {
    /// Something that has addresses and names and nothing else.
    pub(super) fn of_addresses(addresses: &'a [Span], names: &'a [&'a [u8]]) -> Self {
        Subject {
            addresses,
            hardware: None,
            identifiers: &[],
            names,
            states: &[],
            reserved: false,
            ends: None,
            starts: None,
            seen: None,
        }
    }
}

/// An address as a span of its own.
pub(super) fn single(address: IpAddr) -> Span {
    Span { low: address, high: address }
}

/// Seconds since 1970; the largest number for never.
pub(in crate::commands) fn seconds(time: Time) -> i64 {
    match time {
        Time::At(seconds) => seconds,
        Time::Never => i64::MAX,
    }
}

/// A time as a value.
pub(super) fn time_value(time: Option<Time>) -> Value<'static> {
    match time {
        None => Value::None,
        Some(Time::Never) => Value::Never,
        Some(Time::At(seconds)) => Value::Time(seconds),
    }
}

/// How long it is until a time.
pub(super) fn left_value(time: Option<Time>, now: i64) -> Value<'static> {
    match time {
        None => Value::None,
        Some(Time::Never) => Value::Never,
        Some(Time::At(seconds)) => Value::Left(seconds.saturating_sub(now)),
    }
}

/// Whether a client that is still there would have renewed its lease by now: a lease is to be renewed
/// after half of its time, from anybody after seven eighths.
pub(super) fn is_expiring(starts: Option<Time>, ends: Option<Time>, now: i64) -> bool {
    match (starts, ends) {
        (Some(Time::At(starts)), Some(Time::At(ends))) if ends > starts => (ends - now) * 8 < ends - starts,
        (None, Some(Time::At(ends))) => ends - now < 3600,
        _ => false,
    }
}

/// The states that a lease can be asked for by, the first of which is shown.
pub(super) fn states(summary: &Summary, view: View<'_>) -> Vec<&'static str> {
    states_in(view.state(summary), summary, view.now)
}

fn states_in(state: State, summary: &Summary, now: i64) -> Vec<&'static str> {
    let mut states = vec![state.name()];
    if state == State::Active && is_expiring(summary.starts, summary.ends, now) {
        states.push("expiring");
    }
    if summary.reserved {
        states.push("reserved");
    }
    states
}

/// What is known of a lease, to filter it by.
pub(in crate::commands) fn with_lease<T>(lease: &Lease, view: View<'_>, use_it: impl FnOnce(&Subject<'_>) -> T) -> T {
    let summary = Summary::of(lease, 0);
    let addresses = [single(lease.address.into())];
    let identifiers: Vec<&[u8]> = lease.client_identifier.as_deref().into_iter().collect();
    let names: Vec<&[u8]> = lease.client_hostname.as_deref().into_iter().collect();
    use_it(&Subject {
        addresses: &addresses,
        hardware: lease.hardware.as_ref().map(|(_, address)| address.as_slice()),
        identifiers: &identifiers,
        names: &names,
        states: &states_in(view.of_lease(lease).state, &summary, view.now),
        reserved: lease.reserved,
        ends: lease.ends.map(seconds),
        starts: lease.starts.map(seconds),
        seen: lease.cltt.map(seconds),
    })
}

/// Whether a lease can be one that is wanted, as far as its summary tells.
pub(in crate::commands) fn may_match(filter: &super::filter::Filter, summary: &Summary, view: View<'_>) -> bool {
    use super::filter::{Criterion, Moment, has_address};
    filter.criteria.iter().all(|criterion| match criterion {
        Criterion::Within(spans) => has_address(spans, summary.address.into()),
        Criterion::State(wanted) => {
            states(summary, view).iter().any(|state| wanted.iter().any(|wanted| wanted == state))
        }
        Criterion::Reserved(wanted) => summary.reserved == *wanted,
        Criterion::Time { moment: Moment::Expires | Moment::Ended, .. } => summary.ends.is_some(),
        _ => true,
    })
}

/// The addresses of a binding of DHCPv6: one, or all of a prefix.
pub(super) fn binding_span(binding: &IaAddress) -> Span {
    Span::prefix(binding.address.into(), binding.length).unwrap_or(single(binding.address.into()))
}

/// What is known of a binding of DHCPv6, to filter it by.
pub(in crate::commands) fn with_binding<T>(
    ia: &Ia,
    binding: &IaAddress,
    now: i64,
    use_it: impl FnOnce(&Subject<'_>) -> T,
) -> T {
    let addresses = [binding_span(binding)];
    let iaid = ia.iaid.to_be_bytes();
    let state = binding.state_at(now);
    let starts = ia.cltt;
    let mut states = vec![state.name()];
    if state == State::Active && is_expiring(starts, Some(binding.ends), now) {
        states.push("expiring");
    }
    use_it(&Subject {
        addresses: &addresses,
        hardware: hardware_of_duid(&ia.duid),
        identifiers: &[&ia.duid, &iaid],
        names: &[],
        states: &states,
        reserved: false,
        ends: Some(seconds(binding.ends)),
        starts: starts.map(seconds),
        seen: ia.cltt.map(seconds),
    })
}

/// The hardware address that a DUID is made of, if it is of such a kind (RFC 8415, 11.2 and 11.4).
pub(super) fn hardware_of_duid(duid: &[u8]) -> Option<&[u8]> {
    match duid {
        [0, 1, _, _, _, _, _, _, address @ ..] | [0, 3, _, _, address @ ..] if !address.is_empty() => Some(address),
        _ => None,
    }
}

/// What is known of a reservation, to filter it by.
pub(in crate::commands) fn with_reservation<T>(reservation: &Reservation, use_it: impl FnOnce(&Subject<'_>) -> T) -> T {
    let host = &reservation.host;
    let addresses: Vec<Span> = reservation.addresses().map(single).chain(reservation.prefixes()).collect();
    let identifier = reservation.client_identifier.as_deref();
    let by_name = host.addresses.iter().filter_map(|address| match address {
        Address::Name(name) => Some(name.as_slice()),
        Address::Ip(_) => None,
    });
    let names: Vec<&[u8]> = std::iter::once(host.name.as_slice()).chain(by_name).collect();
    let duid = host.identifier.as_ref().map(|identifier| identifier.value.as_slice());
    let identifiers: Vec<&[u8]> = identifier.into_iter().chain(duid).collect();
    use_it(&Subject {
        addresses: &addresses,
        hardware: host
            .hardware
            .as_ref()
            .map(|(_, address)| address.as_slice())
            .or_else(|| duid.and_then(hardware_of_duid)),
        identifiers: &identifiers,
        names: &names,
        states: &[],
        reserved: true,
        ends: None,
        starts: None,
        seen: None,
    })
}

/// A hardware address as a value; a type without an address says nothing.
pub(super) fn mac_value(hardware: Option<&Hardware>) -> Value<'_> {
    Value::of(hardware.filter(|(_, address)| !address.is_empty()), |(_, address)| Value::hex(address.as_slice()))
}

/// What `set` has given names, of a lease or a binding, the last of each name.
pub(super) fn variables(bindings: &[(Vec<u8>, Binding)]) -> Value<'_> {
    let mut members: Vec<(Cow<'_, [u8]>, Value<'_>)> = Vec::new();
    for (name, binding) in bindings {
        let value = match binding {
            Binding::Data(data) => Value::bytes(data.as_slice()),
            Binding::Number(number) => Value::Number((*number).into()),
            Binding::Boolean(flag) => Value::Flag(*flag),
        };
        match members.iter_mut().find(|(known, _)| **known == **name) {
            Some((_, known)) => *known = value,
            None => members.push((name.as_slice().into(), value)),
        }
    }
    if members.is_empty() { Value::None } else { Value::Object(members) }
}

/// A variable that holds text.
pub(super) fn variable<'a>(bindings: &'a [(Vec<u8>, Binding)], name: &[u8]) -> Value<'a> {
    let found = bindings.iter().rev().find_map(|(known, value)| match value {
        Binding::Data(data) if known.eq_ignore_ascii_case(name) => Some(data.as_slice()),
        _ => None,
    });
    Value::of(found, Value::bytes)
}

/// All that a relay said of a client: the options `agent.…`, each by its name. Bytes are as text where they print;
/// what is neither text nor bytes is as it stands.
pub(super) fn relay_options(lease: &Lease) -> Value<'static> {
    let members: Vec<(Cow<'static, [u8]>, Value<'static>)> =
        lease.agent_options.iter().filter_map(|statement| relay_option(lease, statement)).collect();
    if members.is_empty() { Value::None } else { Value::Object(members) }
}

fn relay_option(lease: &Lease, statement: &[u8]) -> Option<(Cow<'static, [u8]>, Value<'static>)> {
    let mut lexer = Lexer::for_file(statement);
    let words = [&b"option"[..], b"agent", b"."];
    if !words.into_iter().all(|word| lexer.next().text.eq_ignore_ascii_case(word)) {
        return None;
    }
    // dhcpd knows it in any case.
    let name = lexer.next().text.to_ascii_lowercase();
    let start = lexer.peeked_start();
    // These two are octets, also when there is only one.
    let known = match name.as_slice() {
        b"circuit-id" => agent_option(lease, "circuit-id"),
        b"remote-id" => agent_option(lease, "remote-id"),
        _ => None,
    };
    let value = match known.or_else(|| value_of_option(&mut lexer)) {
        Some(bytes) => Value::identifier(bytes),
        None => {
            let rest = statement[start..].trim_ascii_end();
            Value::bytes(rest.strip_suffix(b";").unwrap_or(rest).trim_ascii_end().to_vec())
        }
    };
    Some((name.into(), value))
}

/// One text, or bytes in hexadecimal, up to the semicolon.
fn value_of_option(lexer: &mut Lexer<'_>) -> Option<Vec<u8>> {
    let first = lexer.next();
    let ends = |lexer: &mut Lexer<'_>| matches!(lexer.peek().kind, TokenKind::Byte(b';') | TokenKind::End);
    if first.kind == TokenKind::String {
        return ends(lexer).then(|| first.text.into_owned());
    }
    let octet = |text: &[u8]| {
        let digits = std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u8::from_str_radix(digits, 16).ok()
    };
    let mut bytes = vec![octet(&first.text)?];
    while lexer.peek().kind == TokenKind::Byte(b':') {
        lexer.next();
        bytes.push(octet(&lexer.next().text)?);
    }
    // One number alone is no list of octets.
    (ends(lexer) && bytes.len() > 1).then_some(bytes)
}

/// The class that is billed for a lease: the text behind `billing class` or `billing subclass`.
pub(super) fn billing_class(lease: &Lease) -> Value<'static> {
    let name = lease.billing.as_deref().and_then(|statement| {
        let mut lexer = Lexer::for_file(statement);
        lexer.next();
        lexer.next();
        Some(lexer.next()).filter(|token| token.kind == TokenKind::String).map(|token| token.text.into_owned())
    });
    Value::of(name, Value::bytes)
}

/// What a relay said of a client: the value of one of the options `agent.…` that a lease keeps.
pub(super) fn agent_option(lease: &Lease, name: &str) -> Option<Vec<u8>> {
    lease.agent_options.iter().find_map(|statement| {
        let mut lexer = Lexer::for_file(statement);
        let words = [&b"option"[..], b"agent", b".", name.as_bytes()];
        if !words.into_iter().all(|word| lexer.next().text.eq_ignore_ascii_case(word)) {
            return None;
        }
        let mut bytes = Vec::new();
        loop {
            let token = lexer.next();
            match token.kind {
                TokenKind::String => return Some(token.text.into_owned()),
                TokenKind::Byte(b':') => {}
                TokenKind::Byte(b';') | TokenKind::End => return Some(bytes),
                _ => bytes.push(u8::from_str_radix(std::str::from_utf8(&token.text).ok()?, 16).ok()?),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_expires_when_its_client_should_have_renewed_it() {
        let at = |seconds| Some(Time::At(seconds));
        for (starts, ends, now, expiring) in [
            (at(0), at(800), 600, false),
            (at(0), at(800), 701, true),
            (None, at(10_000), 7_000, true),
            (None, at(10_000), 6_000, false),
            (at(0), Some(Time::Never), 5, false),
            (at(9), at(9), 5, false),
        ] {
            assert_eq!(is_expiring(starts, ends, now), expiring, "{starts:?} {ends:?} {now}");
        }
    }

    #[test]
    fn a_duid_may_be_made_of_a_hardware_address() {
        assert_eq!(hardware_of_duid(b"\0\x01\0\x01\x2a\0\0\0\x02\0\0\0\0\x01"), Some(&b"\x02\0\0\0\0\x01"[..]));
        assert_eq!(hardware_of_duid(b"\0\x03\0\x01\x02\0\0\0\0\x01"), Some(&b"\x02\0\0\0\0\x01"[..]));
        assert_eq!(hardware_of_duid(b"\0\x02\0\0\0\x09abc"), None);
    }
}
