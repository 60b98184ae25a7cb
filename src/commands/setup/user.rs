//! `check --user`: whether another account can do with the server what we can.

use std::path::{Path, PathBuf};

use crate::commands::live::shell_word;
use crate::render::text::visible;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::account::{Account, EXECUTE, Obstacle, READ};
use super::check::Found;
use super::program::version_said_by;
use super::steps::Steps;

/// Where programs look for omshell.
const OMSHELL: &str = "/usr/bin/omshell";

/// Checks what the account needs.
pub(super) fn check(steps: &mut Steps, user: &str, found: &Found) {
    let shown = visible(user.as_bytes());
    let Some(account) = Account::named(user) else {
        steps.fail(
            "user",
            ExitStatus::Usage,
            format!("there is no account {shown} in /etc/passwd"),
            "give the name of an account of this machine; those of a directory service are not looked for",
        );
        return;
    };
    let groups = match account.groups.len() {
        1 => "1 group".to_owned(),
        count => format!("{count} groups"),
    };
    steps.ok("user", format!("{shown}, with {groups}; access control lists are not looked at"));
    let mut files: Vec<(&'static str, &Path)> = Vec::new();
    files.extend(found.conf_path.as_deref().map(|path| ("user: conf", path)));
    // What it includes has to be read as well, by us and by a smart proxy.
    files.extend(found.included().map(|path| ("user: include", path)));
    files.extend(found.leases.as_deref().map(|path| ("user: leases", path)));
    let key_file = found.key_file.as_deref();
    match key_file.filter(|_| found.is_key_of_profile) {
        Some(path) => steps.skip(
            "user: key",
            format!("{} belongs to a profile of yours, and {shown} has profiles of its own", path.shown()),
        ),
        None => files.extend(key_file.map(|path| ("user: key", path))),
    }
    for (name, path) in files {
        can_read(steps, name, &shown, &account, path);
    }
    omshell(steps, &shown, &account);
}

fn can_read(steps: &mut Steps, name: &'static str, user: &str, account: &Account, path: &Path) {
    match account.obstacle(READ, path) {
        None => steps.ok(name, format!("{user} can read {}", path.shown())),
        Some(Obstacle::Denied(place)) => {
            steps.fail(
                name,
                ExitStatus::Usage,
                format!("{user} cannot read {}, because of the permissions of {}", path.shown(), place.shown()),
                way_in(user, &place),
            );
        }
        Some(Obstacle::Unknown(place, why)) => unknown(steps, name, path, &place, &why),
    }
}

fn unknown(steps: &mut Steps, name: &'static str, path: &Path, place: &Path, why: &str) {
    let advice = match why.contains("denied") {
        true => "run this as root, who may look at all folders",
        false => "",
    };
    let details = format!("{} cannot be looked at: {}: {why}", path.shown(), place.shown());
    steps.fail(name, ExitStatus::Usage, details, advice);
}

/// What lets an account in, without letting in all.
fn way_in(user: &str, place: &Path) -> String {
    let word = shell_word(&place.shown().to_string());
    let right = if place.is_dir() { "x" } else { "r" };
    format!(
        "let it in through the group: chgrp GROUP {word} && chmod g+{right} {word}, with a group that {user} is in \
         (usermod -aG GROUP {} puts it into one)",
        shell_word(user)
    )
}

fn omshell(steps: &mut Steps, user: &str, account: &Account) {
    let program = Path::new(OMSHELL);
    if program.symlink_metadata().is_err() {
        let advice = "the package of omsh puts one there; or `ln -s` to where omsh is";
        steps.fail("user: omshell", ExitStatus::Usage, format!("there is no {OMSHELL}"), advice);
        return;
    }
    let target = program.canonicalize().unwrap_or_else(|_| PathBuf::from(OMSHELL));
    let shown = match target == program {
        true => OMSHELL.to_owned(),
        false => format!("{OMSHELL} ({})", target.shown()),
    };
    match account.obstacle(EXECUTE, program) {
        Some(Obstacle::Denied(place)) => {
            let details = format!("{user} cannot execute {shown}, because of the permissions of {}", place.shown());
            let advice = format!("chmod +x {}", shell_word(&place.shown().to_string()));
            steps.fail("user: omshell", ExitStatus::Usage, details, advice);
        }
        Some(Obstacle::Unknown(place, why)) => unknown(steps, "user: omshell", program, &place, &why),
        None if is_ours(program) => steps.ok("user: omshell", format!("{user} can execute {shown}, which is omsh")),
        None => steps.warn(
            "user: omshell",
            format!("{user} can execute {shown}, which is not omsh"),
            "`update-alternatives --config omshell` chooses, where the package of omsh is installed",
        ),
    }
}

/// Whether a program says that it is omsh. One that says nothing for long is not.
fn is_ours(program: &Path) -> bool {
    const NAME: &[u8] = b"omsh ";
    version_said_by(program, NAME.len()) == NAME
}
