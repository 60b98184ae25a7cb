//! Which dhcpd a key is for: its version, and who says so. Distributions change dhcpd without another version, so what a
//! server does counts for more than what is read here.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::commands::browse::FileOptions;
use crate::commands::browse::files::{Kind, ThisMachine, locate};
use crate::commands::browse::lease_file_of;
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::omapi::Algorithm;
use crate::render::text::{visible, visible_line};

use super::program::version_said_by;

/// The first dhcpd whose OMAPI signs with another algorithm than hmac-md5.
const KNOWS_ALL: [u32; 3] = [4, 4, 3];

/// What stands before the version in the header of a lease file, which is a comment, and before it in what dhcpd says.
const IN_LEASES: &str = "# This lease file was written by isc-dhcp-";
const IN_ANSWER: &str = "isc-dhcpd-";

/// The header is among the first bytes.
const HEAD: u64 = 4096;

/// Where dhcpd is, beside the folders of `PATH`.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// dhcpd's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: [u32; 3],
    text: String,
}

impl Version {
    /// Reads `4.4.1`, `4.4.3-P1`, `4.1-ESV-R16`, with or without `isc-dhcpd-` before it. Numbers that are left out are 0.
    pub(super) fn parse(text: &str) -> Option<Version> {
        let text = text.trim();
        let text = text.strip_prefix(IN_ANSWER).or_else(|| text.strip_prefix("isc-dhcp-")).unwrap_or(text);
        let plain = text.split(|ch: char| !(ch.is_ascii_digit() || ch == '.')).next().unwrap_or_default();
        let mut numbers = [0; 3];
        let mut parts = plain.trim_end_matches('.').split('.');
        for (place, number) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) => *number = part.parse().ok()?,
                // A number alone is no version.
                None if place < 2 => return None,
                None => {}
            }
        }
        Some(Version { numbers, text: visible(text.as_bytes()) })
    }

    /// Whether its OMAPI signs with that algorithm.
    pub(super) fn knows(&self, algorithm: Algorithm) -> bool {
        algorithm == Algorithm::HmacMd5 || self.numbers >= KNOWS_ALL
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dhcpd {}", self.text)
    }
}

/// Who says which version it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Option,
    Leases(PathBuf),
    Program(PathBuf),
}

/// A version, and who says that it is the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerVersion {
    pub(super) version: Version,
    by: By,
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = &self.version;
        match &self.by {
            By::Option => write!(f, "{version} (--for-version)"),
            By::Leases(path) => {
                write!(f, "{version} (the header of {})", visible_line(path.as_os_str().as_encoded_bytes()))
            }
            By::Program(path) => {
                write!(f, "{version} ({} --version)", visible_line(path.as_os_str().as_encoded_bytes()))
            }
        }
    }
}

impl ServerVersion {
    /// What an option says.
    pub(super) fn said(text: &str) -> Result<ServerVersion> {
        let version = Version::parse(text).with_context(|| {
            format!("`{}` is no version of dhcpd: give one such as 4.4.1 or 4.4.3-P1", visible(text.as_bytes()))
        })?;
        Ok(ServerVersion { version, by: By::Option })
    }

    /// What the header of a lease file says, which dhcpd writes whenever it starts.
    pub(super) fn of_leases(path: &Path) -> Option<ServerVersion> {
        let kind = path.metadata().ok()?.file_type();
        if kind.is_fifo() || kind.is_char_device() {
            return None;
        }
        let mut head = Vec::new();
        File::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
        let head = String::from_utf8_lossy(&head);
        let line = head.lines().take_while(|line| line.is_empty() || line.starts_with('#'));
        let version = line.filter_map(|line| line.strip_prefix(IN_LEASES)).find_map(Version::parse)?;
        Some(ServerVersion { version, by: By::Leases(path.to_owned()) })
    }

    /// What the dhcpd that is installed says.
    pub(super) fn installed() -> Option<ServerVersion> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
        let mut programs = folders.chain(FOLDERS.map(PathBuf::from)).map(|folder| folder.join("dhcpd"));
        let program = programs.find(|program| program.is_file())?;
        let said = version_said_by(&program, 200);
        let said = String::from_utf8_lossy(&said);
        let version = said.lines().filter_map(|line| line.strip_prefix(IN_ANSWER)).find_map(Version::parse)?;
        Some(ServerVersion { version, by: By::Program(program) })
    }

    /// The version of the server whose files are these: that of its lease file, or else, where the server runs on this
    /// machine, that of the dhcpd that is installed.
    pub(super) fn of_files(files: &FileOptions, is_here: bool) -> Option<ServerVersion> {
        let conf = locate(Kind::Conf, files, None, &ThisMachine).ok().filter(|path| path.is_file());
        let options = ConfOptions { family: files.family, include_beside: true };
        let conf = conf.and_then(|path| Conf::read_with(&path, options).ok());
        let leases = lease_file_of(files, conf.as_ref()).ok();
        Self::of(leases.as_deref(), is_here)
    }

    /// The same where the lease file is known.
    pub(super) fn of(leases: Option<&Path>, is_here: bool) -> Option<ServerVersion> {
        leases.and_then(Self::of_leases).or_else(|| Self::installed().filter(|_| is_here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (text, knows_all) in [
            ("4.4.3-P1", true),
            ("isc-dhcpd-4.4.3-P1", true),
            ("4.4.3", true),
            ("4.4.4b1", true),
            ("4.10.0", true),
            ("5.0", true),
            ("4.4.2-P1", false),
            ("4.4.1", false),
            ("4.4", false),
            ("4.3.6", false),
            ("4.2.5", false),
            ("4.1-ESV-R16", false),
            ("4.1.1-P1", false),
            ("3.0.5", false),
        ] {
            let version = Version::parse(text).unwrap_or_else(|| panic!("{text} is a version"));
            assert_eq!(version.knows(Algorithm::HmacSha256), knows_all, "{text}: {version:?}");
            assert!(version.knows(Algorithm::HmacMd5), "{text}");
        }
        for text in ["", "4", "dhcpd", "x4.4.1", "4..1", "99999999999.1", "-4.4"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_header_of_a_lease_file_names_its_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("leases");
        let version = |text: &str| {
            std::fs::write(&path, text).expect("a file of ours");
            ServerVersion::of_leases(&path).map(|found| found.version.text)
        };
        let format = "# The format of this file is documented in the dhcpd.leases(5) manual page.\n";
        let header = "# This lease file was written by isc-dhcp-4.4.1\n";
        assert_eq!(version(&format!("{format}{header}\nlease 10.0.0.1 {{\n}}\n")).as_deref(), Some("4.4.1"));
        assert_eq!(version(header).as_deref(), Some("4.4.1"));
        assert_eq!(version(""), None);
        assert_eq!(version(&format!("lease 10.0.0.1 {{\n}}\n{header}")), None, "it is no header there");
        assert_eq!(ServerVersion::of_leases(Path::new("/dev/zero")), None);
        assert_eq!(ServerVersion::of_leases(&folder.path().join("none")), None);
    }
}
