//! `keygen`: a key for OMAPI.

use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::commands::browse::FileOptions;
use crate::commands::browse::files::{Kind as FileKind, Machine, ThisMachine, is_named};
use crate::commands::connection::{KeyFile, is_local};
use crate::omapi::Algorithm;
use crate::render::text::visible;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::version::ServerVersion;
use super::write::private_file;

/// The algorithms by the names that `--algorithm` takes.
pub const ALGORITHM_NAMES: [&str; 6] =
    ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

/// The longest name, in bytes, and the longest part of one without dots: those of a domain name.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// A key that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Keygen {
    /// Its name.
    pub name: String,
    /// Its algorithm, by name; without it what the server knows.
    pub algorithm: Option<String>,
    /// `--for-version`: the dhcpd that it is for.
    pub for_version: Option<String>,
    /// The files of the server that it is for.
    pub files: FileOptions,
    /// The server that a shell talks to.
    pub server: Option<String>,
    /// The file that it is written to; `NAME.key` otherwise.
    pub key_file: Option<PathBuf>,
    /// A file that is there is replaced.
    pub force: bool,
    /// The secret is shown, for a dhcpd.conf on another machine.
    pub show_secret: bool,
}

impl Keygen {
    /// Makes the key, writes it, and shows the lines for dhcpd.conf.
    pub fn run(self, out: &mut dyn Write, say: &mut dyn FnMut(&str)) -> Result<ExitStatus> {
        let name = key_name(&self.name)?;
        let wanted = self.algorithm.as_deref().map(algorithm).transpose()?;
        let server = match &self.for_version {
            Some(version) => Some(ServerVersion::said(version)?),
            None => server_version(self.files, self.server, say)?,
        };
        let (algorithm, why) = choose(wanted, server.as_ref());
        let path = self.key_file.unwrap_or_else(|| PathBuf::from(format!("{name}.key")));
        let mut secret = Zeroizing::new(vec![0; algorithm.signature_size()]);
        random(&mut secret)?;
        let declaration = declaration(name, algorithm, &secret);
        let made = KeyFile::parse(declaration.as_bytes(), &path).context("the key cannot be read again")?;
        anyhow::ensure!(made.name == name.as_bytes() && made.has_secret(&secret), "the key cannot be read again");
        private_file(&path, declaration.as_bytes(), self.force)?;
        let shown = path.canonicalize().unwrap_or(path);
        say(&why);
        say(&format!("the key {name} is in {}, which only you can read", shown.shown()));
        say("put these lines into dhcpd.conf, and restart dhcpd:");
        let include = include(&shown);
        let first = if self.show_secret { declaration.as_bytes() } else { include.as_slice() };
        let rest = format!("omapi-key {name};\nomapi-port 7911;\n");
        let written = out.write_all(first).and_then(|()| out.write_all(rest.as_bytes())).and_then(|()| out.flush());
        written.with_context(|| {
            format!("the key {name} is made, and in {}, but the answer cannot be written", shown.shown())
        })?;
        Ok(ExitStatus::Done)
    }
}

/// The algorithm, and the reason in a sentence: the one that is asked for, or else the best that the server knows.
fn choose(wanted: Option<Algorithm>, server: Option<&ServerVersion>) -> (Algorithm, String) {
    const BEST: Algorithm = Algorithm::HmacSha256;
    match (wanted, server) {
        (Some(wanted), Some(server)) if !server.version.knows(wanted) => (
            wanted,
            format!(
                "warning: {} as asked for, but the server is {server}, and before 4.4.3 OMAPI knows hmac-md5 only: a key of \
                 {} will not work, unless the distribution has added it; `--algorithm hmac-md5` makes one that does",
                wanted.name(),
                wanted.name()
            ),
        ),
        (Some(wanted), _) => (wanted, format!("algorithm {}, as asked for", wanted.name())),
        (None, Some(server)) if server.version.knows(BEST) => {
            (BEST, format!("algorithm {}, since the server is {server}", BEST.name()))
        }
        (None, Some(server)) => (
            Algorithm::HmacMd5,
            format!("algorithm hmac-md5, since the server is {server}, and before 4.4.3 OMAPI knows no other"),
        ),
        (None, None) => (
            BEST,
            format!(
                "algorithm {}, since the server's version is unknown; for dhcpd before 4.4.3, or for Foreman without an \
                 algorithm setting, use `--algorithm hmac-md5`",
                BEST.name()
            ),
        ),
    }
}

/// The version of the server that commands would talk to. Where that is another machine, only files that are named tell of
/// it.
fn server_version(
    files: FileOptions,
    server: Option<String>,
    say: &mut dyn FnMut(&str),
) -> Result<Option<ServerVersion>> {
    let files = files.with_profile(say)?;
    let variable = || ThisMachine.variable("OMSH_SERVER").filter(|server| !server.is_empty());
    let server = server.or_else(|| Some(variable()?.to_string_lossy().into_owned()));
    let server = server.or_else(|| files.profile.server.clone());
    let is_here = server.is_none_or(|server| is_local(&server));
    let is_named = is_named(FileKind::Conf, &files, &ThisMachine) || is_named(FileKind::Leases, &files, &ThisMachine);
    Ok(if is_here || is_named { ServerVersion::of_files(&files, is_here) } else { None })
}

/// A key as dhcpd.conf has it.
pub(super) fn declaration(name: &str, algorithm: Algorithm, secret: &[u8]) -> Zeroizing<String> {
    let secret = Zeroizing::new(STANDARD.encode(secret));
    let parts = ["key ", name, " {\n  algorithm ", algorithm.name(), ";\n  secret ", secret.as_str(), ";\n};\n"];
    // Room for all of it, so that no copy is left behind where it grew.
    let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// The line of dhcpd.conf that includes a file.
fn include(path: &Path) -> Vec<u8> {
    let mut line = b"include \"".to_vec();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', byte]),
            b' '..=b'~' | 0x80.. => line.push(byte),
            _ => line.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    line.extend(b"\";\n");
    line
}

/// A key's name, if dhcpd and BIND both take it.
pub(super) fn key_name(name: &str) -> Result<&str> {
    let wrong = |sign: &(usize, char)| !(sign.1.is_ascii_alphanumeric() || matches!(sign.1, '-' | '_' | '.'));
    let shown = visible(name.as_bytes());
    match name.chars().enumerate().find(wrong) {
        Some((at, sign)) => {
            let sign = visible(sign.encode_utf8(&mut [0; 4]).as_bytes());
            bail!("`{shown}` cannot be a key's name: `{sign}` in column {}; use letters, digits, -, _ and .", at + 1)
        }
        None if !name.starts_with(|sign: char| sign.is_ascii_alphanumeric()) => {
            bail!("`{shown}` cannot be a key's name: it has to begin with a letter or a digit")
        }
        // dhcpd takes longer ones, and nobody can use them then.
        None if name.len() > MAX_NAME || name.split('.').any(|part| part.len() > MAX_LABEL) => {
            bail!(
                "`{shown}` cannot be a key's name: it may have {MAX_NAME} characters, and {MAX_LABEL} without a dot \
                 between them"
            )
        }
        None if name.contains("..") => bail!("`{shown}` cannot be a key's name: there is nothing between two dots"),
        None => Ok(name),
    }
}

/// The algorithm of that name, as [`Algorithm::from_name`] reads it, with or without `hmac-`.
pub(super) fn algorithm(name: &str) -> Result<Algorithm> {
    let found =
        Algorithm::from_name(name.as_bytes()).or_else(|| Algorithm::from_name(format!("hmac-{name}").as_bytes()));
    found.with_context(|| {
        let shown = visible(name.as_bytes());
        format!("`{shown}` is no algorithm of OMAPI; there are {}", ALGORITHM_NAMES.join(", "))
    })
}

fn random(bytes: &mut [u8]) -> Result<()> {
    let mut generator = std::fs::File::open("/dev/urandom").context("the system's generator cannot be read")?;
    generator.read_exact(bytes).context("the system's generator cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("k");
        for name in ALGORITHM_NAMES {
            let make = |force| {
                let keygen = Keygen {
                    name: "omapi_key".to_owned(),
                    algorithm: Some(name.trim_start_matches("hmac-").to_uppercase()),
                    for_version: None,
                    files: FileOptions { conf: Some("none".into()), ..FileOptions::default() },
                    server: Some("192.0.2.1".to_owned()),
                    key_file: Some(path.clone()),
                    force,
                    show_secret: false,
                };
                let mut out = Vec::new();
                keygen.run(&mut out, &mut |_| {}).map(|_| String::from_utf8(out).expect("text"))
            };
            let lines = make(name != "hmac-md5").expect("it is made");
            assert!(lines.starts_with("include \"/") && lines.ends_with("\nomapi-key omapi_key;\nomapi-port 7911;\n"));
            let key = KeyFile::read(&path, false).expect("a key of mode 600");
            assert_eq!((key.name.as_slice(), key.algorithm.name()), (&b"omapi_key"[..], name));
            let error = make(false).expect_err("it is there").to_string();
            assert!(error.contains("--force"), "{error}");
        }
    }

    #[test]
    fn the_algorithm_is_one_that_the_server_knows() {
        let server = |version: &str| ServerVersion::said(version).expect("a version");
        let chosen = |wanted, version: Option<&str>| choose(wanted, version.map(server).as_ref());
        for (version, algorithm, why) in [
            (Some("4.4.3-P1"), Algorithm::HmacSha256, "since the server is dhcpd 4.4.3-P1 (--for-version)"),
            (Some("4.4.2"), Algorithm::HmacMd5, "since the server is dhcpd 4.4.2 (--for-version)"),
            (Some("4.1-ESV-R16"), Algorithm::HmacMd5, "before 4.4.3"),
            (None, Algorithm::HmacSha256, "for dhcpd before 4.4.3, or for Foreman without an algorithm setting"),
        ] {
            let (found, said) = chosen(None, version);
            assert!(found == algorithm && said.contains(why), "{version:?}: {said}");
        }
        let (found, said) = chosen(Some(Algorithm::HmacSha512), Some("4.3.6"));
        assert!(found == Algorithm::HmacSha512 && said.contains("warning") && said.contains("4.3.6"), "{said}");
        for version in [Some("4.4.3"), None] {
            let (found, said) = chosen(Some(Algorithm::HmacSha512), version);
            assert!(found == Algorithm::HmacSha512 && !said.contains("warning"), "{said}");
        }
    }

    #[test]
    fn a_path_is_included_whatever_is_in_it() {
        let line = |path: &str| String::from_utf8(include(Path::new(path))).expect("text");
        assert_eq!(line("/a b/c.key"), "include \"/a b/c.key\";\n");
        assert_eq!(line("/\"; x\\\n"), "include \"/\\\"; x\\\\\\012\";\n");
    }

    #[test]
    fn names_and_algorithms_that_are_none_are_told() {
        let (long, longest) = ("a".repeat(64), "a.".repeat(127) + "a");
        assert!(key_name(&long[1..]).is_ok() && key_name(&longest[2..]).is_ok());
        for (name, part) in [
            (long.as_str(), "63"),
            (&longest, "253"),
            ("a..b", "two dots"),
            ("a b", "column 2"),
            ("", "begin with"),
            ("-a", "begin with"),
            ("é", "column 1"),
        ] {
            let why = key_name(name).unwrap_err().to_string();
            assert!(why.contains(part), "{name}: {why}");
        }
        assert!(algorithm("sha3").unwrap_err().to_string().contains("hmac-sha512"));
    }
}
