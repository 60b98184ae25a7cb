//! `conf`: whether dhcpd.conf is sound, what it says, and what that comes to for a host or an address.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::io::Write;
use std::net::IpAddr;

use anyhow::{Context, Result, anyhow};

use crate::dhcpd::Family;
use crate::dhcpd::conf::{Conf, Item, ScopeKind, Stated};
use crate::dhcpd::inventory::{Networks, Reservations};
use crate::render::text::{colon_hex, visible, visible_line};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::report::{Report, Screen, Wanted};
use super::site::read_conf;
use super::spelling::hardware_address;

/// What is asked of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfQuestion {
    /// Whether it is sound.
    Check,
    /// What it says.
    Show {
        /// Of this part; everything where it is empty.
        path: String,
    },
    /// Which options somebody gets.
    Options {
        /// A host or an address.
        word: String,
    },
}

pub(super) static OPTIONS: [Column; 6] = [
    Column::text("kind", "KIND", "option, parameter, or depends for what depends on the client"),
    Column::text("name", "NAME", "the option or the parameter"),
    Column::text("value", "VALUE", "its value, as it is written"),
    Column::text("scope", "SCOPE", "the part of dhcpd.conf that says so"),
    Column::text("origin", "ORIGIN", "the file and the line"),
    Column::text("overrides", "OVERRIDES", "where the same is said to no effect").on_request(),
];

pub(super) fn run(
    asked: &Asked<'_>,
    question: &ConfQuestion,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    match question {
        ConfQuestion::Check => check(asked, screen, err),
        ConfQuestion::Show { path } => show(asked, path, screen),
        ConfQuestion::Options { word } => options(asked, word, screen, err),
    }
}

fn check(asked: &Asked<'_>, screen: &mut Screen<'_>, err: &mut dyn Write) -> Result<ExitStatus> {
    let conf = match read_conf(asked) {
        Ok(conf) => conf,
        Err(error) if error.is::<crate::dhcpd::conf::ConfError>() => {
            let _ = writeln!(err, "{error}");
            return Ok(ExitStatus::Incomplete);
        }
        Err(error) => return Err(error),
    };
    let family = match conf.family() {
        Some(Family::V4) => "DHCPv4",
        Some(Family::V6) => "DHCPv6",
        None => "either family",
    };
    let several = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let counts = [
        several(
            conf.shared_networks.iter().filter(|network| network.name.is_some()).count(),
            "shared network",
            "shared networks",
        ),
        several(conf.subnets.len() + conf.subnets6.len(), "subnet", "subnets"),
        several(conf.ranges.len() + conf.ranges6.len() + conf.prefixes6.len(), "range", "ranges"),
        several(conf.hosts.len(), "host", "hosts"),
        several(conf.groups.len(), "named group", "named groups"),
        several(conf.classes.len(), "class or subclass", "classes and subclasses"),
        several(conf.keys.len(), "key", "keys"),
    ];
    let name = conf.files.first().map(|file| file.display().to_string()).unwrap_or_default();
    writeln!(screen.out, "{name}: sound, for {family}: {}", counts.join(", ")).context("cannot write the answer")?;
    for file in conf.files.iter().skip(1) {
        writeln!(screen.out, "includes {}", file.display())?;
    }
    for doubt in doubts(&conf).into_iter().chain(quoted_key(&conf)) {
        writeln!(screen.out, "{doubt}")?;
    }
    Ok(ExitStatus::Done)
}

/// `omapi-key "NAME"`, which not every dhcpd takes.
fn quoted_key(conf: &Conf) -> Option<String> {
    let is_quoted = |text: &[u8]| {
        let (word, rest) = text.split_at_checked(b"omapi-key".len())?;
        Some(word.eq_ignore_ascii_case(b"omapi-key") && rest.trim_ascii_start().starts_with(b"\""))
    };
    let stated = conf.scopes.first()?.statements().find(|stated| is_quoted(&stated.text) == Some(true))?;
    let name = visible(conf.omapi_key.as_deref().unwrap_or_default());
    Some(format!(
        "{}: omapi-key has its name in quotes, which dhcpd 4.1.1, 4.2, 4.3 and 4.4.1 refuse: write `omapi-key {name};`",
        conf.show(stated.place)
    ))
}

/// So many hosts of one address are named.
const MOST_HOLDERS: usize = 10;

/// What dhcpd takes and nobody can have meant.
fn doubts(conf: &Conf) -> Vec<String> {
    let networks = Networks::of(conf);
    let reservations = Reservations::of(conf);
    let mut doubts = Vec::new();
    let mut by_mac: HashMap<&[u8], &[u8]> = HashMap::new();
    let mut told = HashSet::new();
    for reservation in reservations.iter() {
        let host = &reservation.host;
        let place = host.scope.map(|scope| conf.show(conf.scopes[scope].place)).unwrap_or_default();
        let name = visible(&host.name);
        for address in reservation.addresses() {
            if let Some(range) = networks.range_of(address) {
                let span = networks.ranges[range].span;
                doubts
                    .push(format!("{place}: {name} has {address}, which clients of the range {span} may get as well"));
            } else if networks.subnet_of(address).is_none() {
                doubts.push(format!("{place}: {name} has {address}, which lies in no subnet: it never gets it"));
            }
            // Said once of an address, however many have it.
            if told.insert(address)
                && let Some(holders) = several_holders(&reservations, address)
            {
                doubts.push(format!("{place}: {holders} have {address}"));
            }
        }
        if let Some((_, mac)) = &host.hardware
            && let Some(other) = by_mac.insert(mac, &host.name)
            && reservation.addresses().next().is_none()
        {
            let mac = colon_hex(mac);
            doubts.push(format!("{place}: {name} has the hardware address {mac}, and so has {}", visible(other)));
        }
    }
    doubts
}

/// The hosts that have an address, where there are several; not all of them where there are many.
fn several_holders(reservations: &Reservations, address: IpAddr) -> Option<String> {
    let mut names: Vec<&[u8]> = reservations.of_address(address).map(|one| one.host.name.as_slice()).collect();
    // A host may have an address twice, or with a prefix that it lies in.
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    let shown: Vec<String> = names.iter().take(MOST_HOLDERS).map(|name| visible(name)).collect();
    match (shown.as_slice(), names.len() - shown.len()) {
        ([] | [_], _) => None,
        ([one, other], _) => Some(format!("{one} and {other} both")),
        ([all @ .., last], 0) => Some(format!("{} and {last} all", all.join(", "))),
        (shown, more) => Some(format!("{} and {more} more all", shown.join(", "))),
    }
}

fn show(asked: &Asked<'_>, path: &str, screen: &mut Screen<'_>) -> Result<ExitStatus> {
    let conf = read_conf(asked)?;
    let scope = conf.scope_at(path).map_err(|error| anyhow!("{error}"))?;
    let mut text = String::new();
    tree(&conf, scope, &mut text);
    screen.out.write_all(text.as_bytes()).context("cannot write the configuration")?;
    Ok(ExitStatus::Done)
}

/// A scope with all that is in it, as dhcpd.conf has it, with the place of each scope behind it.
fn tree(conf: &Conf, from: usize, text: &mut String) {
    // Depth is bounded by what the reader takes, but the stack need not bear it.
    enum Step<'c> {
        Open(usize, usize),
        Line(usize, &'c [u8]),
        Close(usize),
    }
    let mut steps = vec![Step::Open(from, 0)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Open(scope, depth) => {
                let outermost = matches!(conf.scopes[scope].kind, ScopeKind::Outermost);
                let inner = if outermost { depth } else { depth + 1 };
                if !outermost {
                    let place = conf.show(conf.scopes[scope].place);
                    let _ = writeln!(text, "{:indent$}{} {{  # {place}", "", head(conf, scope), indent = 2 * depth);
                    steps.push(Step::Close(depth));
                }
                for item in conf.scopes[scope].items.iter().rev() {
                    steps.push(match item {
                        Item::Stated(stated) => Step::Line(inner, &stated.text),
                        Item::Scope(child) => Step::Open(*child, inner),
                    });
                }
            }
            Step::Line(depth, line) if is_password(line) => {
                let _ = writeln!(text, "{:indent$}ldap-password {HIDDEN};", "", indent = 2 * depth);
            }
            Step::Line(depth, line) => {
                let _ = writeln!(text, "{:indent$}{}", "", visible_line(line), indent = 2 * depth);
            }
            Step::Close(depth) => {
                let _ = writeln!(text, "{:indent$}}}", "", indent = 2 * depth);
            }
        }
    }
}

/// What stands in place of a secret.
const HIDDEN: &str = "[secret]";

/// Whether a statement has the password of a directory.
fn is_password(statement: &[u8]) -> bool {
    let word = b"ldap-password";
    statement.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word))
}

fn head(conf: &Conf, scope: usize) -> String {
    match conf.scopes[scope].kind {
        ScopeKind::Subnet(number) => {
            let subnet = &conf.subnets[number];
            format!("subnet {} netmask {}", subnet.address, subnet.netmask)
        }
        ScopeKind::Subnet6(number) => {
            let subnet = &conf.subnets6[number];
            format!("subnet6 {}/{}", subnet.address, subnet.prefix_length)
        }
        ScopeKind::Pool(_) => "pool".to_owned(),
        ScopeKind::Pool6(_) => "pool6".to_owned(),
        ScopeKind::Group(None) => "group".to_owned(),
        _ => visible_line(conf.step_of(scope).as_bytes()),
    }
}

fn options(asked: &Asked<'_>, word: &str, screen: &mut Screen<'_>, err: &mut dyn Write) -> Result<ExitStatus> {
    let conf = read_conf(asked)?;
    let (address, host) = who(&conf, word)?;
    if let Some(address) = address
        && conf.network_of(address).is_none()
    {
        asked.say(err, &format!("{address} lies in no subnet: what follows is said for all clients"));
    }
    let effective = conf.effective_for(address, host);
    let mut report = Report::new(screen, &OPTIONS, asked.output)?;
    let mut wanted = Wanted::More;
    for setting in &effective.settings {
        let space = visible(&setting.option.space);
        let name = visible(&setting.option.name);
        let name = if space == "dhcp" || setting.is_parameter() || space == "dhcp6" {
            name
        } else {
            format!("{space}.{name}")
        };
        let last = setting.parts.last();
        let overrides = setting.overridden.iter().map(|other| Value::text(conf.show(other.place))).collect();
        let row = [
            (if setting.is_parameter() { "parameter" } else { "option" }).into(),
            name.into(),
            Value::text(if is_password(&setting.option.name) {
                HIDDEN.to_owned()
            } else {
                visible_line(&setting.value())
            }),
            Value::of(last, |part| Value::text(conf.path_of(part.scope))),
            Value::of(last, |part| Value::text(conf.show(part.place))),
            Value::List(overrides),
        ];
        wanted = report.row(&row)?;
        if wanted == Wanted::NoMore {
            break;
        }
    }
    if let (Some((is_authoritative, scope)), Wanted::More) = (effective.authoritative, wanted) {
        let says_so = |stated: &&Stated| {
            let text = stated.text.trim_ascii_end();
            text.eq_ignore_ascii_case(b"authoritative;") || text.eq_ignore_ascii_case(b"not authoritative;")
        };
        let stated = conf.scopes[scope].statements().rev().find(says_so);
        let place = stated.map_or(conf.scopes[scope].place, |stated| stated.place);
        let row = [
            "parameter".into(),
            "authoritative".into(),
            (if is_authoritative { "true" } else { "false" }).into(),
            Value::text(conf.path_of(scope)),
            Value::text(conf.show(place)),
            Value::List(Vec::new()),
        ];
        wanted = report.row(&row)?;
    }
    for depending in effective.depending.iter().filter(|_| wanted == Wanted::More) {
        let names: Vec<String> = depending.options.iter().map(|option| visible(&option.name)).collect();
        let row = [
            "depends".into(),
            Value::text(names.join(", ")),
            Value::text(visible_line(&depending.text)),
            Value::text(conf.path_of(depending.scope)),
            Value::text(conf.show(depending.place)),
            Value::List(Vec::new()),
        ];
        if report.row(&row)? == Wanted::NoMore {
            break;
        }
    }
    report.finish()?;
    Ok(ExitStatus::Done)
}

/// The address and the host that a word means, by its number.
fn who(conf: &Conf, word: &str) -> Result<(Option<IpAddr>, Option<usize>)> {
    if let Ok(address) = word.parse::<IpAddr>() {
        let reserved = Reservations::of(conf);
        let name = reserved.of_address(address).next().map(|reservation| reservation.host.name.clone());
        let host = name.and_then(|name| conf.hosts.iter().position(|host| host.name == name));
        return Ok((Some(address), host));
    }
    let by_name = conf.hosts.iter().position(|host| host.name == word.as_bytes());
    let mac = hardware_address(word);
    let by_mac = || {
        let has = |host: &crate::dhcpd::declarations::Host| {
            host.hardware.as_ref().is_some_and(|(_, address)| Some(address) == mac.as_ref())
        };
        conf.hosts.iter().position(has)
    };
    match by_name.or_else(by_mac) {
        Some(host) => Ok((None, Some(host))),
        None => Err(anyhow!(
            "dhcpd.conf has no host `{}`; give its name, its hardware address or an address",
            visible(word.as_bytes())
        )),
    }
}
