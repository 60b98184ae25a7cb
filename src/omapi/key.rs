//! Keys: a name, an algorithm and a secret that sign messages.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::ResultCode;

/// What ends an algorithm's full name on the wire.
const SUFFIX: &str = ".SIG-ALG.REG.INT.";

/// A signing algorithm that dhcpd 4.4 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Algorithm {
    HmacMd5,
    HmacSha1,
    HmacSha224,
    HmacSha256,
    HmacSha384,
    HmacSha512,
}

impl Algorithm {
    /// All of them, oldest first.
    pub const ALL: [Algorithm; 6] = [
        Algorithm::HmacMd5,
        Algorithm::HmacSha1,
        Algorithm::HmacSha224,
        Algorithm::HmacSha256,
        Algorithm::HmacSha384,
        Algorithm::HmacSha512,
    ];

    /// The name in configuration files and in omshell's `key-algorithm`.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::HmacMd5 => "hmac-md5",
            Algorithm::HmacSha1 => "hmac-sha1",
            Algorithm::HmacSha224 => "hmac-sha224",
            Algorithm::HmacSha256 => "hmac-sha256",
            Algorithm::HmacSha384 => "hmac-sha384",
            Algorithm::HmacSha512 => "hmac-sha512",
        }
    }

    /// The algorithm of that name, in any case: `hmac-md5`, `HMAC-MD5.SIG-ALG.REG.INT` and the same with a dot at its
    /// end are one. Every name of an algorithm that a person or a file gives is read here.
    pub fn from_name(name: &[u8]) -> Option<Algorithm> {
        let bare = bare_name(name);
        Self::ALL.into_iter().find(|algorithm| bare.eq_ignore_ascii_case(algorithm.name().as_bytes()))
    }

    /// Bytes of a signature.
    pub fn signature_size(self) -> usize {
        match self {
            Algorithm::HmacMd5 => 16,
            Algorithm::HmacSha1 => 20,
            Algorithm::HmacSha224 => 28,
            Algorithm::HmacSha256 => 32,
            Algorithm::HmacSha384 => 48,
            Algorithm::HmacSha512 => 64,
        }
    }
}

/// A name without what ends an algorithm's full name.
fn bare_name(name: &[u8]) -> &[u8] {
    let without = |suffix: &str| {
        let (bare, end) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
        end.eq_ignore_ascii_case(suffix.as_bytes()).then_some(bare)
    };
    without(SUFFIX).or_else(|| without(SUFFIX.trim_end_matches('.'))).unwrap_or(name)
}

/// The secret part of a key. Zeroed when dropped, and never printed.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the secret's bytes, decoded from base64.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Secret(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Why a key cannot sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Its algorithm is none that we have.
    UnknownAlgorithm,
    /// Its secret is empty.
    EmptySecret,
}

impl Unusable {
    /// The code under which ISC's clients report it.
    pub fn code(self) -> ResultCode {
        match self {
            Unusable::UnknownAlgorithm => ResultCode::ALGORITHM_UNSUPPORTED,
            Unusable::EmptySecret => ResultCode::NULL_KEY,
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::UnknownAlgorithm => f.write_str(
                "the key's algorithm is unknown; hmac-md5, hmac-sha1, -sha224, -sha256, -sha384 and -sha512 are known",
            ),
            Unusable::EmptySecret => f.write_str("the key's secret is empty; give it in base64, as in dhcpd.conf"),
        }
    }
}

/// A key as both sides of a connection have it.
#[derive(Clone)]
pub struct Key {
    name: Vec<u8>,
    algorithm_name: Vec<u8>,
    algorithm: Option<Algorithm>,
    /// Ready to sign: the secret has gone into it, and it zeroes itself.
    signer: Result<Signer, Unusable>,
}

impl Key {
    /// A key. The server compares the algorithm's name, in any case but with all its dots: one that is known, and any
    /// other one without a dot, gets the `.SIG-ALG.REG.INT.` that it lacks. A key that cannot sign is found out by
    /// [`Key::sign`]: the server is asked about its name first, as by omshell.
    pub fn new(name: &[u8], algorithm: &[u8], secret: &Secret) -> Self {
        let known = Algorithm::from_name(algorithm);
        let bare = if known.is_some() { bare_name(algorithm) } else { algorithm };
        let mut algorithm_name = bare.to_vec();
        if !bare.contains(&b'.') {
            algorithm_name.extend_from_slice(SUFFIX.as_bytes());
        }
        let signer = match known {
            None => Err(Unusable::UnknownAlgorithm),
            Some(_) if secret.0.is_empty() => Err(Unusable::EmptySecret),
            Some(algorithm) => Ok(Signer::new(algorithm, &secret.0)),
        };
        Key { name: name.to_vec(), algorithm_name, algorithm: known, signer }
    }

    /// The name that the server knows the key by.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The algorithm's full name as it is sent.
    pub fn algorithm_name(&self) -> &[u8] {
        &self.algorithm_name
    }

    /// The algorithm, if it is one that we have.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Bytes of this key's signatures.
    pub fn signature_size(&self) -> Result<usize, Unusable> {
        self.signer.as_ref().map(Signer::size).map_err(|why| *why)
    }

    /// Appends the signature of `message` to `out`.
    pub fn sign(&self, message: &[u8], out: &mut Vec<u8>) -> Result<(), Unusable> {
        self.signer.as_ref().map_err(|why| *why)?.sign(message, out);
        Ok(())
    }

    /// Whether `signature` is this key's signature of `message`, compared in constant time.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.signer.as_ref().is_ok_and(|signer| signer.verify(message, signature))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("name", &String::from_utf8_lossy(&self.name))
            .field("algorithm", &String::from_utf8_lossy(&self.algorithm_name))
            .field("secret", &Secret::default())
            .finish()
    }
}

/// An HMAC keyed with the secret, to be cloned for each message.
#[derive(Clone)]
enum Signer {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha224(Hmac<Sha224>),
    Sha256(Hmac<Sha256>),
    Sha384(Box<Hmac<Sha384>>),
    Sha512(Box<Hmac<Sha512>>),
}

/// Does the same with the HMAC of whichever algorithm it is.
macro_rules! with_hmac {
    ($signer:expr, $hmac:ident => $body:expr) => {
        match $signer {
            Signer::Md5($hmac) => $body,
            Signer::Sha1($hmac) => $body,
            Signer::Sha224($hmac) => $body,
            Signer::Sha256($hmac) => $body,
            Signer::Sha384($hmac) => $body,
            Signer::Sha512($hmac) => $body,
        }
    };
}

impl Signer {
    fn new(algorithm: Algorithm, secret: &[u8]) -> Self {
        const ANY_LENGTH: &str = "HMAC takes a secret of any length";
        match algorithm {
            Algorithm::HmacMd5 => Signer::Md5(Hmac::new_from_slice(secret).expect(ANY_LENGTH)),
            Algorithm::HmacSha1 => Signer::Sha1(Hmac::new_from_slice(secret).expect(ANY_LENGTH)),
            Algorithm::HmacSha224 => Signer::Sha224(Hmac::new_from_slice(secret).expect(ANY_LENGTH)),
            Algorithm::HmacSha256 => Signer::Sha256(Hmac::new_from_slice(secret).expect(ANY_LENGTH)),
            Algorithm::HmacSha384 => Signer::Sha384(Box::new(Hmac::new_from_slice(secret).expect(ANY_LENGTH))),
            Algorithm::HmacSha512 => Signer::Sha512(Box::new(Hmac::new_from_slice(secret).expect(ANY_LENGTH))),
        }
    }

    fn size(&self) -> usize {
        match self {
            Signer::Md5(_) => Algorithm::HmacMd5,
            Signer::Sha1(_) => Algorithm::HmacSha1,
            Signer::Sha224(_) => Algorithm::HmacSha224,
            Signer::Sha256(_) => Algorithm::HmacSha256,
            Signer::Sha384(_) => Algorithm::HmacSha384,
            Signer::Sha512(_) => Algorithm::HmacSha512,
        }
        .signature_size()
    }

    fn sign(&self, message: &[u8], out: &mut Vec<u8>) {
        with_hmac!(self, hmac => {
            let mut hmac = hmac.clone();
            hmac.update(message);
            out.extend_from_slice(&hmac.finalize().into_bytes());
        });
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        with_hmac!(self, hmac => {
            let mut hmac = hmac.clone();
            hmac.update(message);
            hmac.verify_slice(signature).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: &str, secret: &[u8]) -> Key {
        Key::new(b"k", algorithm.as_bytes(), &Secret::new(Zeroizing::new(secret.to_vec())))
    }

    #[test]
    fn algorithms_are_found_by_any_spelling() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::from_name(algorithm.name().to_uppercase().as_bytes()), Some(algorithm));
            for full in ["{}.sig-alg.reg.int.", "{}.SIG-ALG.REG.INT", "{}.Sig-Alg.Reg.Int"] {
                let full = full.replace("{}", algorithm.name());
                assert_eq!(Algorithm::from_name(full.as_bytes()), Some(algorithm), "{full}");
                let sent = key(&full, b"s").algorithm_name().to_ascii_lowercase();
                assert_eq!(sent, format!("{}.sig-alg.reg.int.", algorithm.name()).as_bytes(), "{full}");
            }
            assert_eq!(key(algorithm.name(), b"s").signature_size(), Ok(algorithm.signature_size()));
        }
        assert_eq!(Algorithm::from_name(b"hmac-whirlpool"), None);
        for none in ["", ".", ".SIG-ALG.REG.INT.", "hmac-md5.", "hmac-md5.foo", "hmac-md5.SIG-ALG.REG.INT.."] {
            assert_eq!(Algorithm::from_name(none.as_bytes()), None, "{none}");
        }
        assert_eq!(key("hmac-md5.foo", b"s").algorithm_name(), b"hmac-md5.foo");
    }

    /// RFC 2202 and RFC 4231, test case 2.
    #[test]
    fn signatures_are_hmacs() {
        let mut signature = Vec::new();
        key("hmac-md5", b"Jefe").sign(b"what do ya want for nothing?", &mut signature).unwrap();
        assert_eq!(signature[..4], [0x75, 0x0c, 0x78, 0x3e]);
        signature.clear();
        key("HMAC-SHA512", b"Jefe").sign(b"what do ya want for nothing?", &mut signature).unwrap();
        assert_eq!(signature[..4], [0x16, 0x4b, 0x7a, 0x7b]);
        assert!(key("hmac-sha512", b"Jefe").verify(b"what do ya want for nothing?", &signature));
        signature[63] ^= 1;
        assert!(!key("hmac-sha512", b"Jefe").verify(b"what do ya want for nothing?", &signature));
        assert!(!key("hmac-sha512", b"Jefe").verify(b"what do ya want for nothing?", &signature[..63]));
    }

    #[test]
    fn keys_that_cannot_sign_say_why() {
        assert_eq!(key("hmac-md5", b"").sign(b"", &mut Vec::new()), Err(Unusable::EmptySecret));
        assert_eq!(key("hmac-foo", b"s").signature_size(), Err(Unusable::UnknownAlgorithm));
    }

    #[test]
    fn a_secret_is_never_printed() {
        let printed = format!("{:?} {:?}", Secret::new(Zeroizing::new(b"hush".to_vec())), key("hmac-md5", b"hush"));
        assert!(printed.contains("[secret]") && !printed.contains("hush"), "{printed}");
    }
}
