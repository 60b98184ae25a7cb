//! `conf options`: what a client is sent, an answer for each subnet that it can ask from.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;

use anyhow::{Result, anyhow};

use crate::dhcpd::Family;
use crate::dhcpd::conf::{Client, Conf, Effective, Fact, Network, Permit, Permitted, Stated};
use crate::dhcpd::hardware::ETHERNET;
use crate::dhcpd::leases::State;
use crate::dhcpd::options::{DHCP, SERVER};
use crate::render::text::{visible, visible_line};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::report::{Report, Screen, Wanted};
use super::site::{Need, Site, read_conf};
use super::spelling::hardware_address;

/// Subnets and pools that a client is shown the options of.
const MOST: usize = 64;

const KIND: Column = Column::text("kind", "KIND", "option, parameter, or depends for what depends on the client");
const NAME: Column = Column::text("name", "NAME", "the option or the parameter");
const VALUE: Column = Column::text("value", "VALUE", "its value, as it is written");
const SCOPE: Column = Column::text("scope", "SCOPE", "the part of dhcpd.conf that says so");
const ORIGIN: Column = Column::text("origin", "ORIGIN", "the file and the line");
const OVERRIDES: Column = Column::text("overrides", "OVERRIDES", "where the same is said to no effect").on_request();
const SUBNET: Column = Column::text("subnet", "SUBNET", "the subnet that the client asks from");
const ADDRESS: Column = Column::text("address", "ADDRESS", "the address that is reserved for it, or was asked about");
const POOL: Column = Column::text("pool", "POOL", "the range of a pool that it gets an address of");

/// For one answer.
pub(super) static OPTIONS: [Column; 9] =
    [KIND, NAME, VALUE, SCOPE, ORIGIN, OVERRIDES, SUBNET.on_request(), ADDRESS.on_request(), POOL.on_request()];

/// For several.
pub(super) static OPTIONS_OF_SEVERAL: [Column; 9] =
    [KIND, NAME, VALUE, SCOPE, ORIGIN, OVERRIDES, SUBNET, ADDRESS.on_request(), POOL.on_request()];

/// A client where it may ask.
struct Answer {
    client: Client,
    subnet: Option<Network>,
    /// The range that its address is from.
    pool: Option<String>,
    /// Whether its address is more than one of a range.
    has_address: bool,
}

pub(super) fn run(
    asked: &Asked<'_>,
    word: &str,
    with: &[String],
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    // The lease file has what OMAPI has made; without one there is nothing of it.
    let mut site = Site::read(asked, Need { conf: true, leases: false }, err)?;
    let conf = match site.take_conf() {
        Some(conf) => conf,
        None => read_conf(asked)?,
    };
    let conf = with_made(conf, &site);
    let mut answers = answers(&conf, &site, word, with)?;
    for answer in &answers {
        tell_of(asked, err, &conf, answer);
    }
    let columns = if answers.len() > 1 { &OPTIONS_OF_SEVERAL } else { &OPTIONS };
    let mut report = Report::new(screen, columns, asked.output)?;
    for answer in &mut answers {
        if write(&conf, answer, &mut report)? == Wanted::NoMore {
            break;
        }
    }
    report.finish()?;
    Ok(ExitStatus::Done)
}

/// The configuration with what clients of OMAPI have made.
fn with_made(mut conf: Conf, site: &Site) -> Conf {
    if let Some(source) = &site.source {
        let file = conf.adopt_file(source.name().into());
        conf.adopt_blocks(file, site.table.blocks());
    }
    conf
}

/// Says why a client may get nothing of what follows.
fn tell_of(asked: &Asked<'_>, err: &mut dyn Write, conf: &Conf, answer: &Answer) {
    match (answer.client.address, answer.subnet) {
        (Some(address), None) => {
            asked.say(err, &format!("{address} lies in no subnet: what follows is said for all clients"));
        }
        (None, None) => {
            asked.say(err, "no subnet has an address for it: what follows is said wherever it asks");
        }
        _ => {}
    }
    let effective = conf.effective(&answer.client);
    let is_denied = |name: &[u8]| {
        let setting = effective.get(SERVER, name);
        setting.and_then(|setting| setting.parts.last()).is_some_and(|part| part.constant.as_deref() == Some(&[0]))
    };
    let place = answer.subnet.map_or_else(String::new, |subnet| format!(" in {}", name_of(&subnet)));
    if is_denied(b"allow-booting") {
        asked.say(err, &format!("dhcpd gives it no answer{place}: `deny booting`"));
    } else if answer.client.known == Some(false) && is_denied(b"boot-unknown-clients") {
        asked.say(err, &format!("dhcpd gives it no answer{place}: `deny unknown-clients`"));
    }
}

fn name_of(network: &Network) -> String {
    match network.prefix_length {
        Some(length) => format!("{}/{length}", network.address),
        None => network.address.to_string(),
    }
}

/// The clients that a word means, each where it may ask.
fn answers(conf: &Conf, site: &Site, word: &str, with: &[String]) -> Result<Vec<Answer>> {
    let given = |client: Client| -> Result<Client> {
        let mut client = client;
        for option in with {
            client.give(&conf.context.definitions, option).map_err(|error| anyhow!("--with: {error}"))?;
        }
        Ok(client)
    };
    if let Ok(address) = word.parse::<IpAddr>() {
        let client = given(of_address(conf, site, address))?;
        let range = conf.range_name(address).filter(|_| !client.is_reserved);
        return Ok(vec![Answer { client, subnet: conf.network_of(address), pool: range, has_address: true }]);
    }
    let named = conf.hosts.iter().position(|host| !host.deleted && host.name == word.as_bytes());
    let (client, hosts) = match (named, hardware_address(word)) {
        (Some(host), _) => (given(Client::of_host(conf, host, None))?, vec![host]),
        (None, Some(octets)) => {
            let hardware = Fact::Known([&[hardware_type(conf, &octets)][..], &octets].concat());
            let client = given(Client { family: conf.family(), hardware, ..Client::default() })?;
            let hosts = conf.hosts_of(&client);
            (Client { known: Some(!hosts.is_empty()), ..client }, hosts)
        }
        (None, None) => {
            return Err(anyhow!(
                "dhcpd.conf has no host `{}`; give its name, its hardware address or an address",
                visible(word.as_bytes())
            ));
        }
    };
    // An address in each network that has one for it.
    let mut answered = HashSet::new();
    let mut all = Vec::new();
    for host in &hosts {
        for address in conf.hosts[*host].ip_addresses() {
            if let Some(network) = conf.network_of(address)
                && answered.insert(network.shared_network)
            {
                let client = client.clone().as_host(conf, *host, Some(address));
                all.push(Answer { client, subnet: Some(network), pool: None, has_address: true });
            }
        }
    }
    if !all.is_empty() {
        return Ok(all);
    }
    let anywhere = match hosts.first() {
        Some(host) => client.as_host(conf, *host, None),
        None => client,
    };
    let pools = in_pools(conf, &anywhere);
    if pools.is_empty() || pools.len() > MOST {
        let client = Client { host: hosts.first().copied(), ..anywhere };
        return Ok(vec![Answer { client, subnet: None, pool: None, has_address: false }]);
    }
    Ok(pools)
}

/// The type that a hardware address is of: that of the first host that has it, or else Ethernet.
fn hardware_type(conf: &Conf, octets: &[u8]) -> u8 {
    let mut declared = conf.hosts.iter().filter(|host| !host.deleted).filter_map(|host| host.hardware.as_ref());
    declared.find(|(_, own)| own == octets).map_or(ETHERNET, |(kind, _)| *kind)
}

/// The client that has an address, or is to have it, as far as anybody knows.
fn of_address(conf: &Conf, site: &Site, address: IpAddr) -> Client {
    let holder = conf.hosts.iter().position(|host| !host.deleted && host.has(address));
    if let Some(host) = holder {
        return Client::of_host(conf, host, Some(address));
    }
    let nobody =
        Client { family: conf.family().or(Some(Family::of(address))), address: Some(address), ..Client::default() };
    let IpAddr::V4(v4) = address else { return nobody };
    let active = site.table.get(v4).filter(|lease| lease.state_at(site.now) == State::Active);
    let lease = active.zip(site.source.as_ref()).and_then(|(summary, source)| site.table.lease(source, &summary).ok());
    let Some(lease) = lease else { return nobody };
    let mut client = nobody;
    if let Some((kind, octets)) = lease.hardware {
        client.hardware = Fact::Known([&[kind][..], &octets].concat());
    }
    if let Some(identifier) = lease.client_identifier {
        client.says(DHCP, b"dhcp-client-identifier", identifier);
    }
    let hosts = conf.hosts_of(&client);
    match hosts.iter().find(|host| conf.hosts[**host].addresses.is_empty()) {
        Some(host) => client.as_host(conf, *host, Some(address)),
        None => Client { known: Some(!hosts.is_empty()), ..client },
    }
}

/// A client in each pool that lets it in, once for each subnet and each set of statements.
fn in_pools(conf: &Conf, client: &Client) -> Vec<Answer> {
    let mut seen = HashSet::new();
    let v4 = conf.ranges.iter().map(|range| {
        let pool = &conf.pools[range.pool];
        (IpAddr::V4(range.low), range.span(), pool.scope, &pool.permits)
    });
    let v6 = conf.ranges6.iter().map(|range| {
        let pool = &conf.pools6[range.pool];
        (IpAddr::V6(range.low), range.span(), pool.scope, &pool.permits)
    });
    let mut answers = Vec::new();
    for (low, span, scope, permits) in v4.chain(v6) {
        let Some(network) = conf.network_of(low) else { continue };
        if !is_let_in(conf, client, permits) || !seen.insert((network.scope, scope)) {
            continue;
        }
        let client = Client { address: Some(low), ..client.clone() };
        answers.push(Answer { client, subnet: Some(network), pool: Some(span.to_string()), has_address: false });
    }
    answers
}

/// Whether a pool may let a client in. What cannot be decided is no reason not to.
fn is_let_in(conf: &Conf, client: &Client, permits: &[Permit]) -> bool {
    let classes = conf.classes_of(client);
    let applies = |permit: &Permit, undecided: bool| match &permit.whom {
        Permitted::Known => client.known.unwrap_or(undecided),
        Permitted::Unknown => client.known.map_or(undecided, |known| !known),
        Permitted::Authenticated | Permitted::DynamicBootp => false,
        Permitted::Unauthenticated | Permitted::All => true,
        Permitted::MembersOf(class) => match classes.iter().find(|(name, _)| name == class) {
            Some((_, is_certain)) => *is_certain || undecided,
            None => false,
        },
        Permitted::After(_) => undecided,
    };
    let mut allowed = permits.iter().filter(|permit| permit.allowed).peekable();
    let is_open = allowed.peek().is_none() || allowed.any(|permit| applies(permit, true));
    is_open && !permits.iter().any(|permit| !permit.allowed && applies(permit, false))
}

fn write(conf: &Conf, answer: &Answer, report: &mut Report<'_, '_>) -> Result<Wanted> {
    let effective = conf.effective(&answer.client);
    let address = answer.client.address.filter(|_| answer.has_address);
    let place = || {
        [
            Value::of(answer.subnet, |subnet| Value::text(name_of(&subnet))),
            Value::of(address, Value::Address),
            Value::of(answer.pool.clone(), Value::text),
        ]
    };
    let mut row = |kind: &'static str,
                   name: String,
                   value: String,
                   scope: Option<usize>,
                   origin: Option<String>,
                   overrides: Vec<Value<'static>>| {
        let [subnet, address, pool] = place();
        let scope = Value::of(scope, |scope| Value::text(conf.path_of(scope)));
        let origin = Value::of(origin, Value::text);
        report.row(&[
            kind.into(),
            Value::text(name),
            Value::text(value),
            scope,
            origin,
            Value::List(overrides),
            subnet,
            address,
            pool,
        ])
    };
    for setting in &effective.settings {
        let last = setting.parts.last();
        let overrides = setting.overridden.iter().map(|other| Value::text(conf.show(other.place))).collect();
        let kind = if setting.is_parameter() { "parameter" } else { "option" };
        let value = visible_line(&setting.value());
        let (scope, origin) = (last.map(|part| part.scope), last.map(|part| conf.show(part.place)));
        if row(kind, called(&setting.option, setting.is_parameter()), value, scope, origin, overrides)?
            == Wanted::NoMore
        {
            return Ok(Wanted::NoMore);
        }
    }
    if let Some((is_authoritative, scope)) = effective.authoritative {
        let value = if is_authoritative { "true" } else { "false" };
        let origin = conf.show(place_of_authoritative(conf, scope));
        let wanted =
            row("parameter", "authoritative".to_owned(), value.to_owned(), Some(scope), Some(origin), Vec::new())?;
        if wanted == Wanted::NoMore {
            return Ok(wanted);
        }
    }
    depends(conf, &effective, &mut row)
}

/// Makes a row: its kind, name, value, scope, origin, and what it overrides.
type MakeRow<'a> = dyn FnMut(&'static str, String, String, Option<usize>, Option<String>, Vec<Value<'static>>) -> std::io::Result<Wanted>
    + 'a;

fn depends(conf: &Conf, effective: &Effective, row: &mut MakeRow<'_>) -> Result<Wanted> {
    for depending in &effective.depending {
        let names: Vec<String> = depending.options.iter().map(|option| visible(&option.name)).collect();
        let (text, origin) = (visible_line(&depending.text), conf.show(depending.place));
        if row("depends", names.join(", "), text, Some(depending.scope), Some(origin), Vec::new())? == Wanted::NoMore {
            return Ok(Wanted::NoMore);
        }
    }
    Ok(Wanted::More)
}

fn called(option: &crate::dhcpd::statements::OptionName, is_parameter: bool) -> String {
    let (space, name) = (visible(&option.space), visible(&option.name));
    match is_parameter || space == "dhcp" || space == "dhcp6" {
        true => name,
        false => format!("{space}.{name}"),
    }
}

fn place_of_authoritative(conf: &Conf, scope: usize) -> crate::dhcpd::conf::Place {
    let says_so = |stated: &&Stated| {
        let text = stated.text.trim_ascii_end();
        text.eq_ignore_ascii_case(b"authoritative;") || text.eq_ignore_ascii_case(b"not authoritative;")
    };
    let stated = conf.scopes[scope].statements().rev().find(says_so);
    stated.map_or(conf.scopes[scope].place, |stated| stated.place)
}
