//! What another account may do: computed from its groups and the files' permissions.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// To read a file.
pub(super) const READ: u32 = 4;
/// To change a file.
pub(super) const WRITE: u32 = 2;
/// To execute a file, or to look for names in a folder.
pub(super) const EXECUTE: u32 = 1;

/// No account has this number: it stands for "no account" in the kernel's interfaces.
const NOBODY_AT_ALL: u32 = u32::MAX;

/// The kernel follows as many symbolic links.
const MAX_LINKS: usize = 40;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    user: u32,
    /// Its groups by number.
    pub(super) groups: Vec<u32>,
}

/// Why an account cannot do something with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// The permissions of the file, or of a folder on the way to it.
    Denied(PathBuf),
    /// It is not there, or we are not allowed to look.
    Unknown(PathBuf, String),
}

impl Account {
    /// Reads /etc/passwd and /etc/group.
    pub(super) fn named(name: &str) -> Option<Account> {
        let passwd = fs::read("/etc/passwd").ok()?;
        let group = fs::read("/etc/group").unwrap_or_default();
        Self::find(name, &String::from_utf8_lossy(&passwd), &String::from_utf8_lossy(&group))
    }

    /// Any account that owns nothing and is in no group of a file's: what all may do, it may do.
    pub(super) fn anybody() -> Account {
        Account { user: NOBODY_AT_ALL, groups: Vec::new() }
    }

    fn find(name: &str, passwd: &str, group: &str) -> Option<Account> {
        let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
        let (user, own) = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
        let also = group.lines().filter_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let is_member = fields.get(3)?.split(',').any(|member| member == name);
            if is_member { fields.get(2)?.parse().ok() } else { None }
        });
        let mut groups: Vec<u32> = std::iter::once(own).chain(also).collect();
        groups.sort_unstable();
        groups.dedup();
        Some(Account { user, groups })
    }

    /// Whether it may do that with something of that owner, group and mode.
    fn may(&self, what: u32, owner: u32, group: u32, mode: u32, is_folder: bool) -> bool {
        if self.user == 0 {
            // root may all, but execute what nobody can.
            return what != EXECUTE || is_folder || mode & 0o111 != 0;
        }
        let bits = if self.user == owner {
            mode >> 6
        } else if self.groups.contains(&group) {
            mode >> 3
        } else {
            mode
        };
        bits & what == what
    }

    fn may_with(&self, what: u32, metadata: &Metadata) -> bool {
        self.may(what, metadata.uid(), metadata.gid(), metadata.mode(), metadata.is_dir())
    }

    /// What keeps it from doing that with a file: the file itself, or a folder on the way to it, through all
    /// symbolic links.
    pub(super) fn obstacle(&self, what: u32, path: &Path) -> Option<Obstacle> {
        let unknown = |place: &Path, why: String| Some(Obstacle::Unknown(place.to_owned(), why));
        let path = match std::path::absolute(path) {
            Ok(path) => path,
            Err(error) => return unknown(path, error.to_string()),
        };
        let mut left = reversed(&path);
        let mut at = PathBuf::from("/");
        let mut links = 0;
        while let Some(name) = left.pop() {
            match fs::metadata(&at) {
                Ok(folder) if !self.may_with(EXECUTE, &folder) => return Some(Obstacle::Denied(at)),
                Ok(_) => {}
                Err(error) => return unknown(&at, error.to_string()),
            }
            if name == ".." {
                at.pop();
                continue;
            }
            let next = at.join(&name);
            match fs::read_link(&next) {
                Ok(target) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return unknown(&next, "too many symbolic links".to_owned());
                    }
                    if target.is_absolute() {
                        at = PathBuf::from("/");
                    }
                    left.extend(reversed(&target));
                }
                // It is no symbolic link; whether it is there is seen in the next round.
                Err(_) => at = next,
            }
        }
        match fs::metadata(&at) {
            Ok(file) if !self.may_with(what, &file) => Some(Obstacle::Denied(at)),
            Ok(_) => None,
            Err(error) => unknown(&at, error.to_string()),
        }
    }
}

/// The names of a path, the last one first.
fn reversed(path: &Path) -> Vec<OsString> {
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    };
    path.components().rev().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_are_those_of_the_first_that_fits() {
        let passwd = "root:x:0:0::/root:/bin/sh\nproxy:x:13:14::/:/bin/false\n";
        let group = "dhcpd:x:70:proxy,other\nproxy:x:14:proxy\nnobody:x:99:\n";
        let proxy = Account::find("proxy", passwd, group).expect("it is there");
        assert_eq!(proxy, Account { user: 13, groups: vec![14, 70] });
        let may = |account: &Account, what, owner, group, mode| account.may(what, owner, group, mode, false);
        assert!(may(&proxy, READ, 0, 70, 0o640) && !may(&proxy, READ, 0, 71, 0o640) && may(&proxy, READ, 0, 71, 0o644));
        assert!(!may(&proxy, READ, 13, 70, 0o044), "the owner is not the others");
        let root = Account::find("root", passwd, group).expect("it is there");
        assert!(may(&root, READ, 1, 1, 0) && !may(&root, EXECUTE, 1, 1, 0o644) && may(&root, EXECUTE, 1, 1, 0o755));
        assert!(root.may(EXECUTE, 1, 1, 0, true), "root searches every folder");
        assert_eq!(Account::find("prox", passwd, group), None);
    }

    #[test]
    fn every_folder_on_the_way_counts_also_those_of_links() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().canonicalize().expect("it is there").join(name);
        let mode = |name: &str, mode| {
            fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).expect("a file of ours");
        };
        for name in ["", "open", "closed"] {
            fs::create_dir_all(at(name)).expect("a folder");
            mode(name, 0o755);
        }
        fs::write(at("open/file"), "").expect("a file");
        mode("open/file", 0o644);
        symlink("../open/file", at("closed/link")).expect("a link");
        symlink(at("closed/link"), at("open/link")).expect("a link");
        symlink("round", at("round")).expect("a link");
        let anybody = Account::anybody();
        for name in ["open/file", "closed/link", "open/link", "closed/../open/./file"] {
            assert_eq!(anybody.obstacle(READ, &at(name)), None, "{name}");
        }
        mode("closed", 0o750);
        let closed = Some(Obstacle::Denied(at("closed")));
        assert_eq!(anybody.obstacle(READ, &at("open/file")), None);
        assert_eq!(anybody.obstacle(READ, &at("closed/link")), closed);
        assert_eq!(anybody.obstacle(READ, &at("open/link")), closed, "it leads through the closed folder");
        assert_eq!(anybody.obstacle(WRITE, &at("open/file")), Some(Obstacle::Denied(at("open/file"))));
        for name in ["round", "nothing", "open/file/none"] {
            let obstacle = anybody.obstacle(READ, &at(name));
            assert!(matches!(obstacle, Some(Obstacle::Unknown(..) | Obstacle::Denied(..))), "{name}: {obstacle:?}");
        }
    }
}
