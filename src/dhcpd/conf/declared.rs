//! Hosts, groups, classes and keys of dhcpd.conf out of tokens.

use crate::dhcpd::declarations::{Group, Host, name, not_here, string_or_word, word};
use crate::dhcpd::statements::{Fault, expect, semicolon};
use crate::dhcpd::syntax::{Lexer, TokenKind, read_base64};

use super::Key;
use super::error::Stop;
use super::parser::{Around, Parser, Reading, Taken, Within};
use super::scope::{Place, ScopeKind};

impl Parser {
    pub(super) fn host(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        if matches!(around.within, Within::Host | Within::Class) {
            return Err(Fault::at(lexer.token_start(), "a host cannot stand in here").into());
        }
        let name = name(lexer, "a host's name")?;
        if !self.host_names.insert(name.clone()) {
            let what = format!("the host `{}` is declared already", name.escape_ascii());
            return Err(Fault::at(lexer.token_start(), what).into());
        }
        let number = self.conf.hosts.len();
        let inner = self.open(ScopeKind::Host(number), Within::Host, around, place);
        self.conf.hosts.push(Host { name, scope: Some(inner.scope), ..Host::default() });
        self.block(reading, Around { subject: number, ..inner })
    }

    pub(super) fn group(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        if matches!(around.within, Within::Host | Within::Class) {
            return Err(Fault::at(lexer.token_start(), "a group cannot stand in here").into());
        }
        let name = match lexer.peek().kind {
            TokenKind::Byte(b'{') => None,
            _ => Some(string_or_word(lexer, "a group's name or `{`")?),
        };
        let number = name.is_some().then_some(self.conf.groups.len());
        let inner = self.open(ScopeKind::Group(number), Within::Group, around, place);
        // What stands in a group stands in no network, to dhcpd.
        let inner = Around { shared_network: None, subnet: None, pool: None, ..inner };
        if let Some(name) = &name {
            self.conf.groups.push(Group { name: name.clone(), scope: Some(inner.scope), ..Group::default() });
        }
        self.block(reading, inner)?;
        // Hosts inside of it do not know it yet.
        self.group_names.extend(name);
        Ok(())
    }

    pub(super) fn class(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        first: &[u8],
        place: Place,
    ) -> Result<Taken, Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let start = lexer.token_start();
        if around.within == Within::Class {
            return Err(Fault::at(start, "a class cannot stand in here").into());
        }
        let is_subclass = first == b"subclass";
        let mut class = self.conf.context.class_head(lexer, is_subclass)?;
        let name = class.name.clone();
        // `vendor-class` and `user-class` belong to classes that no client of OMAPI can name.
        let is_old = !is_subclass && first != b"class";
        if is_old && !self.conf.context.classes.contains(&name) {
            return Err(Fault::at(start, format!("there is no class `{}`", name.escape_ascii())).into());
        }
        if is_old {
            // To dhcpd it is a subclass that stands for its own name.
            class.hash_string = Some(name.clone());
        }
        class.matches_data = !is_subclass && self.matching_classes.contains(&name);
        let number = self.conf.classes.len();
        self.conf.classes.push(class);
        if is_subclass && lexer.peek().kind == TokenKind::Byte(b';') {
            lexer.next();
            return Ok(Taken::Line);
        }
        let kind = if is_subclass { ScopeKind::Subclass(number) } else { ScopeKind::Class(number) };
        let inner = self.open(kind, Within::Class, around, place);
        self.conf.classes[number].scope = Some(inner.scope);
        self.block(reading, Around { subject: number, ..inner })?;
        if self.conf.classes[number].matches_data {
            self.matching_classes.insert(name.clone());
        }
        self.conf.context.classes.insert(name);
        Ok(Taken::Other)
    }

    /// Reads a key. Returns the text that is shown for it.
    pub(super) fn key(&mut self, reading: &mut Reading<'_>) -> Result<Vec<u8>, Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let key_name = match lexer.peek().kind {
            TokenKind::String => lexer.next().text.into_owned(),
            _ => name(lexer, "the key's name")?,
        };
        let start = lexer.token_start();
        expect(lexer, b'{', "`{`")?;
        let (mut algorithm, mut secret) = (None, None);
        loop {
            match word(lexer).as_slice() {
                b"algorithm" if algorithm.is_none() => {
                    lexer.next();
                    let written = name(lexer, "the key's algorithm")?;
                    let at = lexer.token_start();
                    check_algorithm(&written).map_err(|text| Fault::at(at, text))?;
                    algorithm = Some(written);
                    semicolon(lexer)?;
                }
                b"secret" if secret.is_none() => {
                    lexer.next();
                    let at = lexer.token_start();
                    if lexer.peek().kind == TokenKind::End {
                        return Err(not_here(lexer, "the secret").into());
                    }
                    secret = read_base64(lexer);
                    if secret.is_none() {
                        return Err(Fault::at(at, "the secret is not base64").into());
                    }
                    if secret.as_ref().is_some_and(|secret| secret.is_empty()) {
                        // dhcpd forgets a key without a secret, whatever else is in it.
                        to_closing_brace(lexer);
                        return Ok([b"key ", &key_name[..], b" { secret [secret]; }"].concat());
                    }
                    semicolon(lexer)?;
                }
                b"}" => break,
                _ => return Err(not_here(lexer, "`algorithm`, `secret` or `}`, each once").into()),
            }
        }
        lexer.next();
        if lexer.peek().kind == TokenKind::Byte(b';') {
            lexer.next();
        }
        let missing = |what| Fault::at(start, format!("this key has no {what}"));
        let key = Key {
            name: key_name,
            algorithm: algorithm.ok_or_else(|| missing("algorithm"))?,
            secret: secret.ok_or_else(|| missing("secret"))?,
        };
        let text = [b"key ", &key.name[..], b" { algorithm ", &key.algorithm, b"; secret [secret]; }"].concat();
        match self.key_numbers.get(&key.name.to_ascii_lowercase()) {
            Some(number) => self.conf.keys[*number] = key,
            None => {
                self.key_numbers.insert(key.name.to_ascii_lowercase(), self.conf.keys.len());
                self.conf.keys.push(key);
            }
        }
        Ok(text)
    }
}

/// Goes on behind the brace that closes a block.
fn to_closing_brace(lexer: &mut Lexer<'_>) {
    let mut open = 1_usize;
    while open > 0 {
        let token = lexer.next();
        match token.kind {
            TokenKind::Byte(b'{') => open += 1,
            TokenKind::Byte(b'}') => open -= 1,
            // The file may end in there.
            TokenKind::End => return,
            _ => {}
        }
    }
}

/// Names of the algorithms that dhcpd signs with, with or without their suffix.
fn check_algorithm(name: &[u8]) -> Result<(), String> {
    const LONGEST: usize = 15;
    const KNOWN: [&str; 6] = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];
    let bare = name.split(|&byte| byte == b'.').next().unwrap_or_default();
    match KNOWN.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(bare)) {
        true => Ok(()),
        // Anything else may be the secret, in the wrong place; a secret has no such sign in it.
        false if bare.len() <= LONGEST && bare.to_ascii_lowercase().starts_with(b"hmac-") => {
            Err(format!("the algorithm `{}` is unknown; known are {}", bare.escape_ascii(), KNOWN.join(", ")))
        }
        false => Err(format!("the algorithm is unknown; known are {}", KNOWN.join(", "))),
    }
}
