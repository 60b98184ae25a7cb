//! Which kind of word each argument wants.

use clap::Arg;

use crate::commands::candidates::Kind;
use crate::commands::setup::ALGORITHM_NAMES;
use crate::commands::{browse, live};
use crate::dhcpd::hardware;
use crate::render::Column;
use crate::schema::TYPE_NAMES;

/// What `--scope` can begin with.
const SCOPES: [&str; 3] = ["name=", "subnet=", "group="];

/// What `diff` compares beside files that are named.
const SIDES: [&str; 2] = ["server", "files"];

/// The kind of word that an argument of the command with that path wants; `None` where that is free, or where clap
/// knows it: a file, or one of some words.
pub(super) fn kind(path: &[&str], argument: &Arg) -> Option<Kind> {
    Some(match (path, argument.get_id().as_str()) {
        (_, "profile") => Kind::Profile,
        (["profile", "show" | "test"], "name") => Kind::Profile,
        (_, "columns") => Kind::Columns(columns(path)),
        (_, "sort") => Kind::Order(columns(path)),
        (_, "group") => Kind::Group,
        (_, "algorithm") => Kind::Words(&ALGORITHM_NAMES),
        (_, "hardware-type") => Kind::Words(&hardware::NAMES),
        (["host", _], "which") | (["conf", "options"], "word") => Kind::Host,
        (["host", "ensure"], "name") => Kind::HostName,
        (["lease", _], "which") => Kind::Lease,
        (["group", "show" | "set" | "remove"], "name") => Kind::Group,
        (["class", _], "name") | (["subclass", _], "class") => Kind::Class,
        (["failover", _], "name") => Kind::Failover,
        (["failover", _], "state") => Kind::FailoverState,
        (["raw", _], "type") => Kind::Words(&TYPE_NAMES),
        (["find"], "word") => Kind::Anything,
        (["map" | "free"], "subnet") => Kind::Subnet,
        (["subnets" | "pools"], "filter") => Kind::Network,
        (["hosts"], "filter") => Kind::HostFilter,
        (["diff"], "from-side" | "to-side") => Kind::Words(&SIDES),
        (["apply"], "scope") => Kind::Words(&SCOPES),
        (["leases" | "watch" | "export"], "filter") => Kind::LeaseFilter,
        _ => return None,
    })
}

/// The columns that a command's answer may have.
fn columns(path: &[&str]) -> Vec<Column> {
    let all = || browse::COLUMNS.iter().chain(live::COLUMNS);
    let of = |wanted: &str| -> Vec<Column> {
        // `leases, DHCPv6` belongs to `leases`.
        let named = all().filter(|(name, _)| name.split(',').next() == Some(wanted));
        named.flat_map(|(_, columns)| columns.iter().copied()).collect()
    };
    let own = match path {
        ["raw", "open" | "refresh"] => of("raw"),
        ["subclass", "show"] => of("class show"),
        _ => of(&path.join(" ")),
    };
    if own.is_empty() { of("all changes") } else { own }
}

#[cfg(test)]
mod tests {
    use clap::{Command, ValueHint};

    use super::*;

    /// Words that somebody makes up.
    const FREE: [&str; 15] = [
        "group add name",
        "host add name",
        "host rename name",
        "subclass add value",
        "subclass show value",
        "subclass remove value",
        "raw open by",
        "raw create by",
        "raw update by",
        "raw refresh by",
        "raw remove by",
        "conf show path",
        "keygen name",
        "profile import new-name",
        "",
    ];

    fn check(command: &Command, path: &[&str], report: &mut Vec<String>) {
        for argument in command.get_positionals() {
            let name = format!("{} {}", path.join(" "), argument.get_id());
            let is_known = argument.get_value_hint() != ValueHint::Unknown
                || !argument.get_possible_values().is_empty()
                || kind(path, argument).is_some();
            if is_known == FREE.contains(&name.as_str()) {
                report.push(name);
            }
        }
        if command.get_arguments().any(|argument| argument.get_id() == "columns") && columns(path).is_empty() {
            report.push(format!("{}: no columns", path.join(" ")));
        }
        for inner in command.get_subcommands() {
            check(inner, &[path, &[inner.get_name()]].concat(), report);
        }
    }

    #[test]
    fn every_word_of_every_command_has_a_kind_or_is_known_to_be_free() {
        let mut command = crate::cli::command();
        command.build();
        let mut report = Vec::new();
        check(&command, &[], &mut report);
        assert!(report.is_empty(), "{report:?}");
    }
}
