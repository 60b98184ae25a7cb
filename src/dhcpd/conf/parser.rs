//! dhcpd.conf out of tokens: what may stand where, and where each thing is kept.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::dhcpd::Family;
use crate::dhcpd::declarations::{expect_word, is_authoritative, not_here, word};
use crate::dhcpd::statements::{
    Expression, Fault, OptionName, Statement, begins_definition, expect, host_name, semicolon,
};
use crate::dhcpd::syntax::{Lexer, Position, TokenKind, explain, foreign, lookalike, without_secret};

use super::error::Stop;
use super::fold::fold;
use super::includes::Includes;
use super::scope::{Item, Place, Scope, ScopeKind, Stated};
use super::{Conf, ConfError, ConfOptions};

/// How deep declarations may be nested, files included.
const MAX_DEPTH: usize = 100;

/// A parameter that has a value no more, and the value.
const DDNS_UPDATE_STYLE: &[u8] = b"ddns-update-style";
const AD_HOC: u8 = 1;

/// What dhcpd takes a declaration to stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Outermost,
    Group,
    SharedNetwork,
    Subnet,
    Subnet6,
    Pool,
    Pool6,
    Host,
    Class,
}

/// What a declaration inherits from those around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) within: Within,
    /// In the very block of a host, a class or a pool, and not in a file included there.
    pub(super) direct: bool,
    pub(super) depth: usize,
    pub(super) scope: usize,
    /// The shared network, in the block of one and of its subnets and pools.
    pub(super) shared_network: Option<usize>,
    /// The subnet of this family, in the block of one and of its pools.
    pub(super) subnet: Option<usize>,
    pub(super) pool: Option<usize>,
    /// The number of the host or class.
    pub(super) subject: usize,
}

/// A file while it is read.
pub(super) struct Reading<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) text: &'a [u8],
    pub(super) source: &'a str,
    pub(super) file: usize,
}

/// What was read.
pub(super) enum Taken {
    /// A statement.
    Statement(Statement),
    /// Something that is kept elsewhere; the text is shown in its place.
    Line,
    /// The same, with a text that hides a secret.
    Secret(Vec<u8>),
    /// A scope, which has its place already, or nothing.
    Other,
}

pub(super) struct Parser {
    pub(super) conf: Conf,
    pub(super) options: ConfOptions,
    pub(super) includes: Includes,
    pub(super) group_names: HashSet<Vec<u8>>,
    pub(super) host_names: HashSet<Vec<u8>>,
    /// Classes that match by data.
    pub(super) matching_classes: HashSet<Vec<u8>>,
    pub(super) peer_names: HashSet<Vec<u8>>,
    /// Failover relations that a pool belongs to.
    pub(super) peers_in_use: HashSet<Vec<u8>>,
    /// Keys' numbers, by their names in lower case.
    pub(super) key_numbers: HashMap<Vec<u8>, usize>,
    /// The masks of a shared network's subnets, and the subnets by shared network, mask and address.
    pub(super) masks: HashMap<usize, Vec<Ipv4Addr>>,
    pub(super) subnets: HashMap<(usize, Ipv4Addr, Ipv4Addr), usize>,
    /// The pools for ranges outside of pools, by shared network and whether they are `dynamic-bootp`.
    pub(super) common_pools: HashMap<(usize, bool), usize>,
    /// The same for DHCPv6, by subnet.
    pub(super) common_pools6: HashMap<usize, usize>,
    /// All ranges, by their lowest addresses.
    pub(super) taken: BTreeMap<u32, u32>,
    /// A range has a host part that a mask with holes has no room for.
    pub(super) taken_without_room: bool,
    /// Interfaces that are named, and the shared networks that are on one.
    interfaces: HashSet<Vec<u8>>,
    networks_on_interfaces: HashSet<usize>,
}

pub(super) fn parse(source: &str, text: &[u8], options: ConfOptions) -> Result<Conf, ConfError> {
    let mut parser = Parser {
        conf: Conf { told_family: options.family, ..Conf::default() },
        options,
        includes: Includes::default(),
        group_names: HashSet::new(),
        host_names: HashSet::new(),
        matching_classes: HashSet::new(),
        peer_names: HashSet::new(),
        peers_in_use: HashSet::new(),
        key_numbers: HashMap::new(),
        masks: HashMap::new(),
        subnets: HashMap::new(),
        common_pools: HashMap::new(),
        common_pools6: HashMap::new(),
        taken: BTreeMap::new(),
        taken_without_room: false,
        interfaces: HashSet::new(),
        networks_on_interfaces: HashSet::new(),
    };
    parser.conf.files.push(PathBuf::from(source));
    let place = Place { file: 0, line: 1, column: 1 };
    parser.conf.scopes.push(Scope::new(ScopeKind::Outermost, None, place));
    let around = Around {
        within: Within::Outermost,
        direct: true,
        depth: 0,
        scope: 0,
        shared_network: None,
        subnet: None,
        pool: None,
        subject: 0,
    };
    parser.includes.enter_first(source);
    parser.file(source, text, 0, around)?;
    parser.finish(source, text)
}

impl Parser {
    pub(super) fn file(&mut self, source: &str, text: &[u8], file: usize, around: Around) -> Result<(), ConfError> {
        let mut reading = Reading { lexer: Lexer::for_conf(text), text, source, file };
        let (fault, is_in_key) = match self.statements(&mut reading, around, TokenKind::End) {
            // White space that is too long may stand behind the last statement.
            Ok(()) => match reading.lexer.take_warnings().into_iter().next() {
                None => {
                    self.note_unread(&reading);
                    return Ok(());
                }
                Some(warning) => (Fault::at(warning.offset, String::from_utf8_lossy(&warning.text)), false),
            },
            Err(Stop::There(error)) => return Err(error),
            Err(Stop::Here(fault)) => (fault, false),
            Err(Stop::InKey(fault)) => (fault, true),
        };
        // What was warned of before the mistake is the first one.
        let warnings = reading.lexer.take_warnings();
        let first = warnings.into_iter().find(|warning| warning.offset <= fault.error.offset);
        let fault = first
            .map_or(fault, |warning| Fault::at(warning.offset, String::from_utf8_lossy(&warning.text).into_owned()));
        let strange = strange_character(text, fault.error.offset);
        let fault = strange.map_or(fault, |(offset, text)| Fault::at(offset, text));
        Err(ConfError::Syntax(if is_in_key {
            let Position { line, column } = Position::of(text, fault.error.offset);
            format!("{source}:{line}:{column}: {}", without_secret(&fault.error.text))
        } else {
            explain(source, text, &fault.error)
        }))
    }

    /// Remembers where a file goes on after what is taken for its end.
    fn note_unread(&mut self, reading: &Reading<'_>) {
        if reading.lexer.is_at_end() {
            return;
        }
        let before = &reading.text[..reading.lexer.offset().saturating_sub(1)];
        let Position { line, column } = Position::of(before, before.len());
        let bounded = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.conf.unread.push(Place { file: reading.file, line: bounded(line), column: bounded(column) });
    }

    fn finish(mut self, source: &str, text: &[u8]) -> Result<Conf, ConfError> {
        let fault = |what: String| {
            let fault = Fault::at(text.trim_ascii_end().len(), what);
            Err(ConfError::Syntax(explain(source, text, &fault.error)))
        };
        if let Some(key) = &self.conf.omapi_key
            && self.conf.keys.iter().all(|known| !known.name.eq_ignore_ascii_case(key))
        {
            let what = format!("omapi-key names the key `{}`, which is not declared", key.escape_ascii());
            return match self.place_of_parameter(b"omapi-key") {
                Some(place) => self.fault_at(place, source, text, what),
                None => fault(what),
            };
        }
        self.conf.number_scopes();
        if self.conf.effective_at_start(DDNS_UPDATE_STYLE).concat() == [AD_HOC] {
            let what = "ddns-update-style ad-hoc is no more: say interim, standard or none";
            let said = self.conf.scopes[0].statements().rev().find(|stated| {
                let text = stated.text.to_ascii_lowercase();
                text.windows(DDNS_UPDATE_STYLE.len()).any(|part| part == DDNS_UPDATE_STYLE)
            });
            return match said.map(|stated| stated.place) {
                Some(place) => self.fault_at(place, source, text, what.to_owned()),
                None => fault(what.to_owned()),
            };
        }
        if let Some(peer) = self.conf.failover_peers.iter().find(|peer| !self.peers_in_use.contains(&peer.name)) {
            return fault(format!("no pool has the failover peer `{}`", peer.name.escape_ascii()));
        }
        Ok(self.conf)
    }

    /// A mistake in one of the files, the first of which has that text.
    fn fault_at(&self, place: Place, source: &str, text: &[u8], what: String) -> Result<Conf, ConfError> {
        if place.file != 0 {
            return Err(ConfError::Syntax(format!("{}:{}: {what}", self.conf.show(place), place.column)));
        }
        let lines = text.split_inclusive(|&byte| byte == b'\n').take(place.line as usize - 1);
        let offset = lines.map(<[u8]>::len).sum::<usize>() + place.column as usize - 1;
        Err(ConfError::Syntax(explain(source, text, &Fault::at(offset, what).error)))
    }

    /// Where a parameter is said in the outermost scope, the last time.
    fn place_of_parameter(&self, name: &[u8]) -> Option<Place> {
        let is_it = |stated: &&Stated| match &stated.statement {
            Statement::Option(_, option, _) => option.name.eq_ignore_ascii_case(name),
            _ => false,
        };
        self.conf.scopes.first()?.statements().rev().find(is_it).map(|stated| stated.place)
    }

    /// Reads statements up to a token that ends them, which is taken.
    fn statements(&mut self, reading: &mut Reading<'_>, around: Around, end: TokenKind) -> Result<(), Stop> {
        loop {
            if reading.lexer.peek().kind == end {
                reading.lexer.next();
                return Ok(());
            }
            let start = reading.lexer.peeked_start();
            let place = reading.place();
            let taken = match word(&mut reading.lexer).as_slice() {
                b"include" => {
                    self.include(reading, around)?;
                    Taken::Other
                }
                word => self.statement(reading, around, word, place)?,
            };
            // What dhcpd only warns of elsewhere keeps it from starting here.
            if let Some(warning) = reading.lexer.take_warnings().into_iter().next() {
                return Err(Fault::at(warning.offset, String::from_utf8_lossy(&warning.text)).into());
            }
            let (statement, text) = match taken {
                Taken::Other => continue,
                Taken::Secret(text) => (Statement::Nothing, text.into()),
                Taken::Line => (Statement::Nothing, reading.folded_from(start)),
                Taken::Statement(statement) => {
                    let hides = matches!(&statement, Statement::Option(_, name, _) if is_secret(name));
                    let text = match hides {
                        true => (*b"ldap-password [secret];").into(),
                        false => reading.folded_from(start),
                    };
                    (statement, text)
                }
            };
            let stated = Stated { place, text, statement };
            self.conf.scopes[around.scope].items.push(Item::Stated(stated));
        }
    }

    /// Reads a block with its braces.
    pub(super) fn block(&mut self, reading: &mut Reading<'_>, around: Around) -> Result<(), Stop> {
        if around.depth > MAX_DEPTH {
            let too_deep = format!("declarations are nested more than {MAX_DEPTH} levels deep");
            return Err(Fault::at(reading.lexer.token_start(), too_deep).into());
        }
        expect(&mut reading.lexer, b'{', "`{`")?;
        self.statements(reading, around, TokenKind::Byte(b'}'))
    }

    /// A new scope in the one around, and what stands in it inherits.
    pub(super) fn open(&mut self, kind: ScopeKind, within: Within, around: Around, place: Place) -> Around {
        let scope = self.conf.scopes.len();
        self.conf.scopes.push(Scope::new(kind, Some(around.scope), place));
        self.conf.scopes[around.scope].items.push(Item::Scope(scope));
        Around { within, direct: true, scope, depth: around.depth + 1, ..around }
    }

    fn statement(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        first: &[u8],
        place: Place,
    ) -> Result<Taken, Stop> {
        if around.direct && self.of_this_block(reading, around, first, place)? {
            return Ok(Taken::Line);
        }
        let in_network = matches!(around.within, Within::SharedNetwork | Within::Subnet | Within::Subnet6);
        match first {
            b"host" => self.host(reading, around, place)?,
            b"group" => self.group(reading, around, place)?,
            b"class" | b"subclass" | b"vendor-class" | b"user-class" => {
                return self.class(reading, around, first, place);
            }
            b"shared-network" => self.shared_network(reading, around, place)?,
            b"subnet" => self.subnet(reading, around, place)?,
            b"subnet6" => self.subnet6(reading, around, place)?,
            b"pool" => self.pool(reading, around, place)?,
            b"pool6" => self.pool6(reading, around, place)?,
            b"range" | b"range6" | b"prefix6" => {
                self.range(reading, around, first, place)?;
                return Ok(Taken::Line);
            }
            b"interface" if in_network => {
                self.interface(reading, around)?;
                return Ok(Taken::Line);
            }
            // A directive for others, which has no meaning here.
            b"%" => {
                reading.lexer.skip_statement();
                return Ok(Taken::Line);
            }
            b"failover" => {
                self.failover(reading, around)?;
                return Ok(Taken::Line);
            }
            b"key" => return self.key(reading).map(Taken::Secret).map_err(Stop::in_key),
            b"server-duid" => {
                reading.lexer.next();
                self.conf.server_duid = Some(super::duid::server_duid(&mut reading.lexer)?);
                return Ok(Taken::Line);
            }
            b"lease-id-format" => {
                reading.lexer.next();
                if !matches!(word(&mut reading.lexer).as_slice(), b"octal" | b"hex") {
                    return Err(not_here(&mut reading.lexer, "`octal` or `hex`").into());
                }
                reading.lexer.next();
                semicolon(&mut reading.lexer)?;
                return Ok(Taken::Line);
            }
            b"option" if defines(&reading.lexer) => {
                self.option_definition(reading, around)?;
                return Ok(Taken::Line);
            }
            b"hardware" | b"fixed-address" | b"fixed-address6" | b"fixed-prefix6" => {
                reading.lexer.next();
                let what = format!("`{}` belongs inside of a host", first.escape_ascii());
                return Err(Fault::at(reading.lexer.token_start(), what).into());
            }
            b"server-identifier" => {
                let statement = self.conf.context.server_identifier(&mut reading.lexer)?;
                return Ok(Taken::Statement(statement));
            }
            b"authoritative" | b"not" => {
                let start = reading.lexer.peeked_start();
                let authoritative = is_authoritative(&mut reading.lexer)?;
                if around.within == Within::Host {
                    return Err(Fault::at(start, "`authoritative` makes no sense in a host").into());
                }
                self.conf.scopes[around.scope].authoritative = authoritative;
                return Ok(Taken::Line);
            }
            _ => return self.parameter(reading, around, first),
        }
        Ok(Taken::Other)
    }

    /// `interface "NAME";`. A network is on one at most, and so is each of its subnets; one that another network has
    /// is not looked at.
    fn interface(&mut self, reading: &mut Reading<'_>, around: Around) -> Result<(), Fault> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let start = lexer.token_start();
        let name = lexer.next().text.into_owned();
        let network = around.shared_network.expect("inside of a network");
        if self.networks_on_interfaces.contains(&network) {
            let what = "a subnet or shared network has one `interface` at most; its subnets count, too";
            return Err(Fault::at(start, what));
        }
        if self.interfaces.insert(name) {
            self.networks_on_interfaces.insert(network);
        }
        semicolon(lexer)
    }

    /// What may stand only in the very block of a host, a class or a pool; whether there was any.
    fn of_this_block(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        first: &[u8],
        place: Place,
    ) -> Result<bool, Stop> {
        match around.within {
            Within::Host => {
                let host = &mut self.conf.hosts[around.subject];
                if !self.conf.context.host_line(&mut reading.lexer, host)? {
                    return Ok(false);
                }
                if let (b"group", Some(group)) = (first, &host.group)
                    && !self.group_names.contains(group)
                {
                    let what = format!("there is no group `{}`", group.escape_ascii());
                    return Err(Fault::at(reading.lexer.token_start(), what).into());
                }
                Ok(true)
            }
            Within::Class => {
                let class = &mut self.conf.classes[around.subject];
                Ok(self.conf.context.class_line(&mut reading.lexer, class)?)
            }
            Within::Pool | Within::Pool6 => self.of_this_pool(reading, around, first, place),
            _ => Ok(false),
        }
    }

    /// A statement as it may stand anywhere.
    fn parameter(&mut self, reading: &mut Reading<'_>, around: Around, first: &[u8]) -> Result<Taken, Stop> {
        let lexer = &mut reading.lexer;
        let start = lexer.peeked_start();
        let Some(statement) = self.conf.context.statement(lexer)? else {
            return Err(not_here(lexer, "a declaration or a parameter").into());
        };
        let value = match &statement {
            Statement::Nothing => {
                if first == b"zone" {
                    self.known_keys(&reading.text[start..reading.lexer.token_start()], start)?;
                }
                return Ok(Taken::Line);
            }
            // dhcpd looks for its own parameters in the outermost scope.
            Statement::Option(_, _, value) if around.scope == 0 => value,
            _ => return Ok(Taken::Statement(statement)),
        };
        match (first, value) {
            (b"omapi-port", value) => match value.constant().as_deref() {
                None => {}
                Some([high, low]) => {
                    let port = u16::from_be_bytes([*high, *low]);
                    self.conf.omapi_port = (port != 0).then_some(port);
                }
                Some(_) => return Err(Fault::at(lexer.token_start(), "a port is a number of 16 bits").into()),
            },
            (b"omapi-key", Expression::Data(key)) => self.conf.omapi_key = Some(key.clone()),
            (b"lease-file-name", Expression::Data(name)) => self.conf.lease_file_name = Some(name.clone()),
            (b"dhcpv6-lease-file-name", Expression::Data(name)) => {
                self.conf.dhcpv6_lease_file_name = Some(name.clone());
            }
            _ => {}
        }
        Ok(Taken::Statement(statement))
    }

    /// Refuses a zone, whose text this is, with a key that is not declared.
    fn known_keys(&self, zone: &[u8], start: usize) -> Result<(), Fault> {
        let mut lexer = Lexer::for_conf(zone);
        let mut before = TokenKind::End;
        while lexer.peek().kind != TokenKind::End {
            let begins = matches!(before, TokenKind::Byte(b';' | b'{')) && word(&mut lexer) == b"key";
            before = lexer.next().kind;
            if begins {
                let name = match lexer.peek().kind {
                    TokenKind::String => lexer.next().text.into_owned(),
                    _ => host_name(&mut lexer).unwrap_or_default(),
                };
                if !self.key_numbers.contains_key(&name.to_ascii_lowercase()) {
                    let what = format!("there is no key `{}`", name.escape_ascii());
                    return Err(Fault::at(start + lexer.token_start(), what));
                }
            }
        }
        Ok(())
    }

    /// Refuses what belongs to the other family than dhcpd was told to be.
    pub(super) fn only(&mut self, family: Family, lexer: &Lexer<'_>, what: &str) -> Result<(), Fault> {
        let other = self.options.family.filter(|told| *told != family);
        match other {
            None => Ok(()),
            Some(_) => {
                let version = if family == Family::V4 { "4" } else { "6" };
                Err(Fault::at(lexer.token_start(), format!("`{what}` is for DHCPv{version} only")))
            }
        }
    }

    /// Remembers the family that a subnet belongs to; a server is of one.
    pub(super) fn is_of(&mut self, family: Family, lexer: &Lexer<'_>) -> Result<(), Fault> {
        match self.conf.subnet_family.replace(family) {
            Some(other) if other != family => {
                Err(Fault::at(lexer.token_start(), "`subnet` and `subnet6` cannot stand in one configuration"))
            }
            _ => Ok(()),
        }
    }

    fn option_definition(&mut self, reading: &mut Reading<'_>, around: Around) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        if around.within != Within::Outermost {
            return Err(Fault::at(lexer.token_start(), "options are defined outside of everything").into());
        }
        Ok(super::option_format::define(lexer, &mut self.conf.context.definitions)?)
    }
}

impl Reading<'_> {
    /// Where the next token is.
    pub(super) fn place(&mut self) -> Place {
        let position = self.lexer.peeked_position();
        let bounded = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place { file: self.file, line: bounded(position.line), column: bounded(position.column) }
    }

    /// What was read from there to the token taken last, which is a word or one byte.
    pub(super) fn folded_from(&self, start: usize) -> Box<[u8]> {
        let last = self.lexer.token_start().min(self.text.len());
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let word = self.text[last..].iter().position(|byte| !is_word(byte)).unwrap_or(self.text.len() - last);
        let end = (last + word.max(1)).min(self.text.len());
        fold(&self.text[start..end.max(start)])
    }
}

/// A character that is none of the language at the place of a mistake, or one that looks like another before it on the same
/// line: what there is to say, and where.
fn strange_character(text: &[u8], offset: usize) -> Option<(usize, String)> {
    let offset = offset.min(text.len());
    if let Some(what) = foreign(text, offset) {
        return Some((offset, what));
    }
    // Or in the middle of the word that is to blame.
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let behind = offset + text[offset..].iter().take_while(|byte| is_word(byte)).count();
    if let Some(what) = lookalike(text, behind).filter(|_| behind > offset) {
        return Some((behind, what));
    }
    let start = text[..offset].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let mut quoted = false;
    (start..offset).find_map(|at| {
        quoted ^= text[at] == b'"';
        Some((at, lookalike(text, at).filter(|_| !quoted)?))
    })
}

fn is_secret(name: &OptionName) -> bool {
    *name.space == *crate::dhcpd::options::SERVER && name.name.eq_ignore_ascii_case(b"ldap-password")
}

/// Whether `option` begins a definition rather than a statement.
fn defines(lexer: &Lexer<'_>) -> bool {
    let mut ahead = lexer.fork();
    ahead.next();
    begins_definition(&ahead)
}

/// `WORD WORD …`
pub(super) fn words(lexer: &mut Lexer<'_>, wanted: &[&[u8]]) -> Result<(), Fault> {
    wanted.iter().try_for_each(|word| expect_word(lexer, word))
}
