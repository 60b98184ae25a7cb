//! `conf`: whether dhcpd.conf is sound, what it says, and what that comes to for a host or an address.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context, Result, anyhow};

use crate::dhcpd::Family;
use crate::dhcpd::conf::{Conf, Item, ScopeKind};
use crate::render::text::visible_line;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::Asked;
use super::report::Screen;
use super::site::read_conf;
use super::{conf_options, doubts};

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
        /// A host, a hardware address or an address.
        word: String,
        /// Options that it sends, as `NAME=VALUE`.
        with: Vec<String>,
    },
}

pub(super) fn run(
    asked: &Asked<'_>,
    question: &ConfQuestion,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    match question {
        ConfQuestion::Check => check(asked, screen, err),
        ConfQuestion::Show { path } => show(asked, path, screen),
        ConfQuestion::Options { word, with } => conf_options::run(asked, word, with, screen, err),
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
    let name = conf.files.first().map(|file| file.shown().to_string()).unwrap_or_default();
    writeln!(screen.out, "{name}: sound, for {family}: {}", counts.join(", ")).context("cannot write the answer")?;
    for file in conf.files.iter().skip(1) {
        writeln!(screen.out, "includes {}", file.shown())?;
    }
    for doubt in doubts::of(&conf) {
        writeln!(screen.out, "{doubt}")?;
    }
    Ok(ExitStatus::Done)
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
