//! Key files: the secret that a command must not be given as an argument.
//!
//! Three syntaxes are read, and told apart by what is in the file. BIND's `K….key` has its key as a DNS record, and the
//! `.private` file beside it is read instead:
//!
//! - dhcpd's and BIND's `key NAME { algorithm …; secret …; };`, as `omsh keygen`, `tsig-keygen` and
//!   dhcpd.conf have it;
//! - the `.private` file that BIND's dnssec-keygen used to write, whose key is named by the file;
//! - the lines of omshell, `key-algorithm NAME` and `key NAME SECRET`.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::syntax::{Lexer, TokenKind, read_base64};
use crate::omapi::{Algorithm, Key, Secret};
use crate::render::text::{visible, visible_line};

/// The largest file that can be a key file, in bytes.
const MAX_SIZE: u64 = 64 << 10;

/// Others than the owner and the group may read the file, or change it.
const FOR_OTHERS: u32 = 0o006;

/// omshell's algorithm, unless another one is said.
const DEFAULT_ALGORITHM: &str = "hmac-md5";

/// In which way a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `key NAME { … }`.
    Dhcpd,
    /// BIND's `.private`.
    Private,
    /// omshell's lines.
    Omshell,
}

/// A key out of a file.
#[derive(Clone)]
pub struct KeyFile {
    /// How it was written.
    pub syntax: Syntax,
    /// The key's name.
    pub name: Vec<u8>,
    /// Its algorithm.
    pub algorithm: Algorithm,
    /// The `.private` file of BIND that was read in the place of the `.key` file beside it.
    pub beside: Option<PathBuf>,
    secret: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile {{ name: {:?}, algorithm: {}, .. }}", visible(&self.name), self.algorithm.name())
    }
}

/// Why there is no key in a file. None of these shows what is in it.
#[derive(Debug)]
pub enum KeyFileError {
    /// It cannot be read.
    Read(io::Error),
    /// Others may read or change it.
    ForOthers {
        /// Its permissions.
        mode: u32,
    },
    /// It is too large.
    TooLarge,
    /// There is no key in it.
    NoKey,
    /// There are several keys in it.
    Several(Vec<String>),
    /// Something is wrong in it.
    Wrong(String),
    /// It is BIND's `K….key`, and the file beside it that is read instead cannot be.
    Beside {
        /// The `.private` file.
        path: PathBuf,
        /// What is wrong with that.
        why: Box<KeyFileError>,
    },
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyFileError::Read(error) => error.fmt(f),
            KeyFileError::ForOthers { mode } => write!(
                f,
                "all users of this machine may read or change it (mode {mode:03o}), and so know its secret; use \
                 `chmod o= FILE` and a new key, or --allow-readable-key if that is as it should be"
            ),
            KeyFileError::TooLarge => write!(f, "it has more than {} KiB, which no key file has", MAX_SIZE >> 10),
            KeyFileError::NoKey => f.write_str(
                "there is no key in it; it has to be `key NAME { algorithm hmac-sha256; secret BASE64; };`, a .private \
                 file of BIND, or omshell's lines `key-algorithm NAME` and `key NAME SECRET`",
            ),
            KeyFileError::Several(names) => {
                write!(
                    f,
                    "there are several keys in it ({}); put the one that is meant into a file of its own",
                    names.join(", ")
                )
            }
            KeyFileError::Wrong(what) => f.write_str(what),
            KeyFileError::Beside { path, why } => write!(
                f,
                "it is the .key file of a pair that BIND has made, and {}, which is read instead, cannot be used: {why}; put the \
                 pair into one folder, or give a file with `key NAME {{ algorithm …; secret …; }};`",
                visible_line(path.as_os_str().as_encoded_bytes())
            ),
        }
    }
}

impl std::error::Error for KeyFileError {}

impl KeyFile {
    /// Reads a key file. One that others may read or change is refused, unless `allow_readable` says that
    /// this is as it should be.
    pub fn read(path: &Path, allow_readable: bool) -> Result<KeyFile, KeyFileError> {
        let text = Self::text(path, allow_readable)?;
        if !is_dns_record(&text) {
            return Self::parse(&text, path);
        }
        let beside = path.with_extension("private");
        let read = Self::text(&beside, allow_readable).and_then(|text| Self::parse(&text, &beside));
        match read {
            Ok(file) => Ok(KeyFile { beside: Some(beside), ..file }),
            Err(why) => Err(KeyFileError::Beside { path: beside, why: Box::new(why) }),
        }
    }

    /// What is in a key file that may be used.
    fn text(path: &Path, allow_readable: bool) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        let mut file = crate::limits::open_file(path).map_err(KeyFileError::Read)?;
        let metadata = file.metadata().map_err(KeyFileError::Read)?;
        if metadata.is_file() && metadata.mode() & FOR_OTHERS != 0 && !allow_readable {
            return Err(KeyFileError::ForOthers { mode: metadata.mode() & 0o777 });
        }
        // Room for all of it, so that no copy is left behind where it grew.
        let mut text = Zeroizing::new(Vec::with_capacity(MAX_SIZE as usize + 1));
        file.by_ref().take(MAX_SIZE + 1).read_to_end(&mut text).map_err(KeyFileError::Read)?;
        if text.len() as u64 > MAX_SIZE {
            return Err(KeyFileError::TooLarge);
        }
        Ok(text)
    }

    /// Whether others than the owner and the group may read or change a file.
    pub fn is_for_others(path: &Path) -> io::Result<bool> {
        Ok(fs::metadata(path)?.mode() & FOR_OTHERS != 0)
    }

    /// Reads the text of a key file. Its path names the key where the text does not.
    pub fn parse(text: &[u8], path: &Path) -> Result<KeyFile, KeyFileError> {
        let lines = || text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let mut lines_that_say = lines().filter(|line| !line.is_empty() && !line.starts_with(b"#"));
        if lines().any(|line| line.starts_with(b"Private-key-format:")) {
            return parse_private(lines(), path);
        }
        let first_word =
            |line: &[u8]| line.split(u8::is_ascii_whitespace).next().unwrap_or_default().to_ascii_lowercase();
        let is_omshell = lines_that_say.any(|line| match first_word(line).as_slice() {
            b"key-algorithm" => true,
            b"key" => {
                !line.contains(&b'{')
                    && line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() == 3
            }
            _ => false,
        });
        if is_omshell { parse_omshell(lines()) } else { parse_dhcpd(text) }
    }

    /// What signs with it.
    pub fn key(&self) -> Key {
        Key::new(&self.name, self.algorithm.name().as_bytes(), &Secret::new(self.secret.clone()))
    }

    /// Whether it is the same secret.
    pub fn has_secret(&self, secret: &[u8]) -> bool {
        *self.secret == secret
    }
}

/// Whether a text has a DNS record with a key, as BIND's `K….key`: `NAME [TTL] [CLASS] KEY FLAGS PROTOCOL ALGORITHM BASE64`.
fn is_dns_record(text: &[u8]) -> bool {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.starts_with(b";")).any(|line| {
        let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let types: [&[u8]; 2] = [b"KEY", b"DNSKEY"];
        let is_type = |word: &&[u8]| types.iter().any(|name| name.eq_ignore_ascii_case(word));
        let Some(at) = words.iter().position(is_type).filter(|at| *at > 0) else { return false };
        let numbers = words.get(at + 1..at + 4);
        numbers.is_some_and(|all| all.iter().all(|word| word.iter().all(u8::is_ascii_digit))) && words.len() > at + 4
    })
}

fn algorithm(name: &[u8]) -> Result<Algorithm, KeyFileError> {
    Algorithm::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
        KeyFileError::Wrong(format!("`{}` is no algorithm of OMAPI; there are {}", visible(name), known.join(", ")))
    })
}

/// A secret in base64 as dhcpd takes it: bits that are left over at the end are no mistake. Nothing where it is
/// not base64.
pub fn decoded_secret(secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if secret.is_empty() {
        return Some(Zeroizing::default());
    }
    let mut lexer = Lexer::for_file(secret);
    read_base64(&mut lexer).filter(|_| lexer.peek().kind == TokenKind::End)
}

fn decoded(secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    match decoded_secret(secret) {
        Some(secret) if !secret.is_empty() => Ok(secret),
        Some(_) => Err(KeyFileError::Wrong("its secret is empty".to_owned())),
        None => Err(KeyFileError::Wrong("its secret is not base64".to_owned())),
    }
}

fn parse_dhcpd(text: &[u8]) -> Result<KeyFile, KeyFileError> {
    let conf = Conf::parse("", text).map_err(|error| {
        // What is said of a mistake may quote the secret; its place does not.
        let said = error.to_string();
        let mut place = said.trim_start_matches(':').splitn(3, ':');
        match (place.next().map(str::parse::<u64>), place.next().map(str::parse::<u64>)) {
            (Some(Ok(line)), Some(Ok(column))) => KeyFileError::Wrong(format!(
                "line {line}, column {column}: this is not as dhcpd wants it; a key is `key NAME {{ algorithm \
                 hmac-sha256; secret BASE64; }};`"
            )),
            _ => KeyFileError::NoKey,
        }
    })?;
    match conf.keys.as_slice() {
        [] => Err(KeyFileError::NoKey),
        [key] => Ok(KeyFile {
            syntax: Syntax::Dhcpd,
            name: key.name.clone(),
            algorithm: algorithm(&key.algorithm)?,
            beside: None,
            secret: key.secret.clone(),
        }),
        several => Err(KeyFileError::Several(several.iter().map(|key| visible(&key.name)).collect())),
    }
}

/// The algorithms of DNSSEC by their numbers, as far as they are HMACs.
const NUMBERS: [(&[u8], Algorithm); 6] = [
    (b"157", Algorithm::HmacMd5),
    (b"161", Algorithm::HmacSha1),
    (b"162", Algorithm::HmacSha224),
    (b"163", Algorithm::HmacSha256),
    (b"164", Algorithm::HmacSha384),
    (b"165", Algorithm::HmacSha512),
];

fn parse_private<'t>(lines: impl Iterator<Item = &'t [u8]>, path: &Path) -> Result<KeyFile, KeyFileError> {
    let wrong = |what: &str| Err(KeyFileError::Wrong(what.to_owned()));
    let (mut found, mut secret) = (None, None);
    for line in lines {
        if let Some(value) = line.strip_prefix(b"Algorithm:") {
            let number = value.trim_ascii().split(u8::is_ascii_whitespace).next().unwrap_or_default();
            found = NUMBERS.iter().find(|(known, _)| *known == number).map(|(_, algorithm)| *algorithm);
            if found.is_none() {
                return Err(KeyFileError::Wrong(format!(
                    "its algorithm, number {}, is none of OMAPI; it has to be one of the HMACs, 157 and 161 to 165",
                    visible(number)
                )));
            }
        } else if let Some(value) = line.strip_prefix(b"Key:") {
            secret = Some(decoded(value.trim_ascii())?);
        }
    }
    // `Komapi_key.+157+12345.private`
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name =
        file_name.strip_prefix('K').and_then(|name| name.split_once(".+")).map(|(name, _)| name.as_bytes().to_vec());
    let (Some(algorithm), Some(secret)) = (found, secret) else {
        return wrong("it has no line `Algorithm:` or no line `Key:`");
    };
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return wrong("a .private file does not say its key's name: it has to be called KNAME.+NUMBER+NUMBER.private");
    };
    Ok(KeyFile { syntax: Syntax::Private, name, algorithm, beside: None, secret })
}

fn parse_omshell<'t>(lines: impl Iterator<Item = &'t [u8]>) -> Result<KeyFile, KeyFileError> {
    let mut chosen = algorithm(DEFAULT_ALGORITHM.as_bytes())?;
    let mut keys = Vec::new();
    for line in lines {
        let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [word, name] if word.eq_ignore_ascii_case(b"key-algorithm") => chosen = algorithm(name)?,
            [word, name, secret] if word.eq_ignore_ascii_case(b"key") => {
                let unquoted = |word: &[u8]| {
                    word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")).map(<[u8]>::to_vec)
                };
                let secret = Zeroizing::new(unquoted(secret).unwrap_or_else(|| secret.to_vec()));
                keys.push((unquoted(name).unwrap_or_else(|| name.to_vec()), decoded(&secret)?));
            }
            _ => {}
        }
    }
    if keys.len() > 1 {
        return Err(KeyFileError::Several(keys.iter().map(|(name, _)| visible(name)).collect()));
    }
    let (name, secret) = keys.pop().ok_or(KeyFileError::NoKey)?;
    Ok(KeyFile { syntax: Syntax::Omshell, name, algorithm: chosen, beside: None, secret })
}
