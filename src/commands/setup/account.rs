//! What another account may do: computed from its groups and the files' permissions.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::render::text::visible;
use crate::shell::ExitStatus;

use super::check::Found;
use super::steps::Steps;

/// Where programs look for omshell.
const OMSHELL: &str = "/usr/bin/omshell";

/// How long omshell may take to tell what it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    user: u32,
    groups: Vec<u32>,
}

impl Account {
    /// Reads /etc/passwd and /etc/group.
    fn named(name: &str) -> Option<Account> {
        let passwd = fs::read_to_string("/etc/passwd").ok()?;
        let group = fs::read_to_string("/etc/group").unwrap_or_default();
        Self::find(name, &passwd, &group)
    }

    fn find(name: &str, passwd: &str, group: &str) -> Option<Account> {
        let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
        let (user, own) = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
        let also = group.lines().filter_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let is_member = fields.get(3)?.split(',').any(|member| member == name);
            if is_member { fields.get(2)?.parse().ok() } else { None }
        });
        Some(Account { user, groups: std::iter::once(own).chain(also).collect() })
    }

    /// Whether it may do that (4 read, 1 execute or search) with such a file.
    fn may(&self, what: u32, owner: u32, group: u32, mode: u32) -> bool {
        let bits = if self.user == owner {
            mode >> 6
        } else if self.groups.contains(&group) {
            mode >> 3
        } else {
            mode
        };
        // root may all, but execute what nobody can.
        (self.user == 0 && (what != 1 || mode & 0o111 != 0)) || bits & what == what
    }

    /// What keeps it from doing that with a file: the file itself, or a folder on the way to it.
    fn obstacle(&self, what: u32, path: &Path) -> Option<String> {
        let path = match path.canonicalize() {
            Ok(path) => path,
            Err(error) => return Some(format!("{}: {error}", path.display())),
        };
        let folders: Vec<&Path> = path.ancestors().skip(1).collect();
        for (place, needed) in folders.into_iter().rev().map(|folder| (folder, 1)).chain([(path.as_path(), what)]) {
            let metadata = match fs::metadata(place) {
                Ok(metadata) => metadata,
                Err(error) => return Some(format!("{}: {error}", place.display())),
            };
            if !self.may(needed, metadata.uid(), metadata.gid(), metadata.mode()) {
                return Some(place.display().to_string());
            }
        }
        None
    }
}

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
    steps.ok("user", format!("{shown}, with {} groups; access control lists are not looked at", account.groups.len()));
    for (name, path) in
        [("user: conf", &found.conf_path), ("user: leases", &found.leases), ("user: key", &found.key_file)]
    {
        let Some(path) = path else { continue };
        match account.obstacle(4, path) {
            None => steps.ok(name, format!("{shown} can read {}", path.display())),
            Some(obstacle) => steps.fail(
                name,
                ExitStatus::Usage,
                format!("{shown} cannot read {}, because of {obstacle}", path.display()),
                format!("setfacl -m u:{shown}:rX {obstacle}, or a group that both have"),
            ),
        }
    }
    let omshell = Path::new(OMSHELL);
    if !omshell.exists() {
        let advice = "the package of omsh puts one there; or `ln -s` to where omsh is";
        steps.fail("user: omshell", ExitStatus::Usage, format!("there is no {OMSHELL}"), advice);
        return;
    }
    match account.obstacle(1, omshell) {
        Some(obstacle) => {
            let details = format!("{shown} cannot execute {OMSHELL}, because of {obstacle}");
            steps.fail("user: omshell", ExitStatus::Usage, details, format!("chmod +x {obstacle}"));
        }
        None if is_ours(omshell) => steps.ok("user: omshell", format!("{shown} can execute {OMSHELL}, which is omsh")),
        None => steps.warn(
            "user: omshell",
            format!("{shown} can execute {OMSHELL}, which is not omsh"),
            "`update-alternatives --config omshell` chooses, where the package of omsh is installed",
        ),
    }
}

/// Whether a program says that it is omsh. One that says nothing for long is not.
fn is_ours(program: &Path) -> bool {
    let child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return false };
    let end = Instant::now() + PATIENCE;
    while let Ok(None) = child.try_wait() {
        if Instant::now() > end {
            // It may end by itself in between.
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().is_ok_and(|output| output.stdout.starts_with(b"omsh "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_those_of_the_first_that_fits() {
        let passwd = "root:x:0:0::/root:/bin/sh\nproxy:x:13:14::/:/bin/false\n";
        let group = "dhcpd:x:70:proxy,other\nnobody:x:99:\n";
        let proxy = Account::find("proxy", passwd, group).expect("it is there");
        assert_eq!(proxy, Account { user: 13, groups: vec![14, 70] });
        assert!(proxy.may(4, 0, 70, 0o640) && !proxy.may(4, 0, 71, 0o640) && proxy.may(4, 0, 71, 0o644));
        assert!(!proxy.may(4, 13, 70, 0o044), "the owner is not the others");
        let root = Account::find("root", passwd, group).expect("it is there");
        assert!(root.may(4, 1, 1, 0) && !root.may(1, 1, 1, 0o644) && root.may(1, 1, 1, 0o755));
        assert_eq!(Account::find("prox", passwd, group), None);
    }
}
