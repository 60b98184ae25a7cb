//! dhcpd.conf out of tokens.

use std::net::Ipv4Addr;
use std::path::Path;

use crate::dhcpd::declarations::{
    Group, expect_word, is_authoritative, name, not_here, number, skip, string_or_word, word,
};
use crate::dhcpd::options::OptionDefinition;
use crate::dhcpd::statements::{Fault, Statement, begins_definition, expect, ip_address, semicolon, unexpected};
use crate::dhcpd::syntax::{Lexer, Position, TokenKind, explain, read_base64};

use super::error::Stop;
use super::failover::failover_peer;
use super::network::{Pool, Range, Subnet};
use super::option_format::option_format;
use super::{Conf, ConfError, Key};

/// How deep declarations may be nested, files included.
const MAX_DEPTH: usize = 100;

/// Addresses that all ranges may have together: dhcpd needs a gigabyte for as many.
const MAX_ADDRESSES: u64 = 1 << 22;

/// What a declaration stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outermost,
    Group,
    SharedNetwork,
    Subnet,
    Pool,
}

/// What a declaration inherits from those around it.
#[derive(Clone, Copy, Debug)]
struct Around {
    place: Place,
    depth: usize,
    shared_network: Option<usize>,
    subnet: Option<usize>,
    pool: Option<usize>,
}

pub(super) fn read(path: &Path) -> Result<Conf, ConfError> {
    let text = std::fs::read(path).map_err(|cause| ConfError::Unreadable {
        path: path.display().to_string(),
        included: None,
        cause,
    })?;
    let mut conf = parse(&path.display().to_string(), &text)?;
    conf.files.insert(0, path.to_owned());
    Ok(conf)
}

pub(super) fn parse(source: &str, text: &[u8]) -> Result<Conf, ConfError> {
    let mut parser = Parser { conf: Conf::default(), shared_networks: 0, addresses: 0 };
    let around = Around { place: Place::Outermost, depth: 0, shared_network: None, subnet: None, pool: None };
    parser.file(source, text, around)?;
    parser.finish(source, text)
}

struct Parser {
    conf: Conf,
    shared_networks: usize,
    addresses: u64,
}

impl Parser {
    fn file(&mut self, source: &str, text: &[u8], around: Around) -> Result<(), ConfError> {
        let mut lexer = Lexer::for_file(text);
        let outcome = self.statements(&mut lexer, source, text, around, |kind| kind == TokenKind::End);
        match outcome {
            Ok(_) => Ok(()),
            Err(Stop::There(error)) => Err(error),
            Err(Stop::Here(fault)) => Err(ConfError::Syntax(explain(source, text, &fault.error))),
        }
    }

    fn finish(self, source: &str, text: &[u8]) -> Result<Conf, ConfError> {
        if let Some(key) = &self.conf.omapi_key
            && self.conf.keys.iter().all(|known| !known.name.eq_ignore_ascii_case(key))
        {
            let fault = Fault::at(
                text.len(),
                format!("omapi-key names the key `{}`, which is not declared", key.escape_ascii()),
            );
            return Err(ConfError::Syntax(explain(source, text, &fault.error)));
        }
        Ok(self.conf)
    }

    /// Reads statements up to a token that ends them, which is taken; returns those that are to be
    /// kept.
    fn statements(
        &mut self,
        lexer: &mut Lexer<'_>,
        source: &str,
        text: &[u8],
        around: Around,
        is_end: impl Fn(TokenKind) -> bool,
    ) -> Result<Vec<Statement>, Stop> {
        let mut kept = Vec::new();
        loop {
            if is_end(lexer.peek().kind) {
                lexer.next();
                return Ok(kept);
            }
            if word(lexer) == b"include" {
                self.include(lexer, source, text, around)?;
            } else {
                self.statement(lexer, source, text, around, &mut kept)?;
            }
            // What dhcpd only warns of elsewhere keeps it from starting here.
            if let Some(warning) = lexer.take_warnings().into_iter().next() {
                return Err(Fault::at(warning.offset, String::from_utf8_lossy(&warning.text)).into());
            }
        }
    }

    fn block(
        &mut self,
        lexer: &mut Lexer<'_>,
        source: &str,
        text: &[u8],
        around: Around,
    ) -> Result<Vec<Statement>, Stop> {
        if around.depth > MAX_DEPTH {
            let too_deep = format!("declarations are nested more than {MAX_DEPTH} levels deep");
            return Err(Fault::at(lexer.token_start(), too_deep).into());
        }
        expect(lexer, b'{', "`{`")?;
        self.statements(lexer, source, text, around, |kind| kind == TokenKind::Byte(b'}'))
    }

    fn include(&mut self, lexer: &mut Lexer<'_>, source: &str, text: &[u8], around: Around) -> Result<(), Stop> {
        lexer.next();
        let token = lexer.next();
        if token.kind != TokenKind::String {
            return Err(unexpected(lexer, "a file's name in quotes", &token).into());
        }
        let Position { line, column } = Position::of(text, lexer.token_start());
        let place = format!("{source}:{line}:{column}");
        let start = lexer.token_start();
        semicolon(lexer)?;
        let around = Around { depth: around.depth + 1, ..around };
        if around.depth > MAX_DEPTH {
            return Err(Fault::at(start, "files include one another without end").into());
        }
        let path = String::from_utf8_lossy(token.c_text()).into_owned();
        match std::fs::read(&path) {
            Ok(included) => {
                self.conf.files.push(path.clone().into());
                self.file(&path, &included, around).map_err(Stop::There)
            }
            Err(cause) => Err(Stop::There(ConfError::Unreadable { path, included: Some(place), cause })),
        }
    }

    fn statement(
        &mut self,
        lexer: &mut Lexer<'_>,
        source: &str,
        text: &[u8],
        around: Around,
        kept: &mut Vec<Statement>,
    ) -> Result<(), Stop> {
        let in_network = matches!(around.place, Place::SharedNetwork | Place::Subnet);
        match word(lexer).as_slice() {
            b"host" => {
                lexer.next();
                let start = lexer.token_start();
                let host = self.conf.context.host(lexer)?;
                if let Some(group) = &host.group
                    && self.conf.groups.iter().all(|known| known.name != *group)
                {
                    return Err(Fault::at(start, format!("there is no group `{}`", group.escape_ascii())).into());
                }
                self.conf.hosts.push(host);
            }
            b"group" => self.group(lexer, source, text, around)?,
            b"class" | b"subclass" | b"vendor-class" | b"user-class" => self.class(lexer)?,
            b"shared-network" => self.shared_network(lexer, source, text, around)?,
            b"subnet" => self.subnet(lexer, source, text, around)?,
            b"pool" if in_network => self.pool(lexer, source, text, around)?,
            b"range" if around.shared_network.is_some() => self.range(lexer, around)?,
            b"subnet6" | b"pool6" | b"range6" | b"prefix6" | b"server-duid" | b"lease-id-format" => skip(lexer)?,
            b"interface" if in_network => skip(lexer)?,
            b"allow" | b"deny" | b"ignore" if around.place == Place::Pool => {
                self.permit(lexer)?;
                self.conf.pools[around.pool.expect("inside of one")].restricted = true;
            }
            b"failover" => self.failover(lexer, around)?,
            b"key" => self.key(lexer)?,
            b"omapi-key" => self.omapi_key(lexer)?,
            b"omapi-port" => {
                lexer.next();
                let port = number(lexer)?;
                let fits = u16::try_from(port).ok().filter(|port| *port > 0);
                let start = lexer.token_start();
                self.conf.omapi_port = Some(fits.ok_or_else(|| Fault::at(start, format!("{port} is no TCP port")))?);
                semicolon(lexer)?;
            }
            b"server-identifier" => skip(lexer)?,
            b"option" if defines(lexer) => self.option_definition(lexer)?,
            b"hardware" => {
                lexer.next();
                return Err(Fault::at(lexer.token_start(), "`hardware` belongs inside of a host").into());
            }
            b"fixed-address" => {
                lexer.next();
                return Err(Fault::at(lexer.token_start(), "`fixed-address` belongs inside of a host").into());
            }
            _ if is_authoritative(lexer)? => {}
            _ => match self.conf.context.statement(lexer)? {
                Some(Statement::Nothing) => {}
                Some(statement) => kept.push(statement),
                None => return Err(not_here(lexer, "a declaration or a parameter").into()),
            },
        }
        Ok(())
    }

    fn group(&mut self, lexer: &mut Lexer<'_>, source: &str, text: &[u8], around: Around) -> Result<(), Stop> {
        lexer.next();
        let name = match lexer.peek().kind {
            TokenKind::Byte(b'{') => None,
            _ => Some(string_or_word(lexer, "a group's name or `{`")?),
        };
        let place = if around.place == Place::Outermost { Place::Group } else { around.place };
        let inner = Around { place, depth: around.depth + 1, ..around };
        let statements = self.block(lexer, source, text, inner)?;
        if let Some(name) = name {
            self.conf.groups.push(Group { name, statements, ..Group::default() });
        }
        Ok(())
    }

    fn class(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Stop> {
        let kind = word(lexer);
        lexer.next();
        match kind.as_slice() {
            b"vendor-class" | b"user-class" => {
                // They belong to classes that no client of OMAPI can name.
                let class = self.conf.context.class(lexer, false)?;
                if !self.conf.context.classes.contains(&class.name) {
                    let name = class.name.escape_ascii();
                    return Err(Fault::at(lexer.token_start(), format!("there is no class `{name}`")).into());
                }
            }
            _ => {
                let class = self.conf.context.class(lexer, kind == b"subclass")?;
                self.conf.context.classes.insert(class.name.clone());
                self.conf.classes.push(class);
            }
        }
        Ok(())
    }

    /// `allow` and `deny` in a pool: who may have its addresses.
    fn permit(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Stop> {
        let mut ahead = lexer.fork();
        ahead.next();
        if word(&mut ahead) != b"members" {
            return Ok(skip(lexer)?);
        }
        lexer.next();
        lexer.next();
        expect_word(lexer, b"of")?;
        let class = string_or_word(lexer, "a class's name in quotes")?;
        if !self.conf.context.classes.contains(&class) {
            let class = class.escape_ascii();
            return Err(Fault::at(lexer.token_start(), format!("there is no class `{class}`")).into());
        }
        Ok(semicolon(lexer)?)
    }

    fn shared_network(&mut self, lexer: &mut Lexer<'_>, source: &str, text: &[u8], around: Around) -> Result<(), Stop> {
        lexer.next();
        let start = lexer.token_start();
        if !matches!(around.place, Place::Outermost | Place::Group) {
            return Err(Fault::at(start, "a shared network cannot stand in here").into());
        }
        match lexer.peek().kind {
            TokenKind::String => {
                lexer.next();
            }
            _ => {
                name(lexer, "the shared network's name")?;
            }
        }
        let shared_network = self.new_shared_network();
        let before = self.conf.subnets.len();
        let inner = Around {
            place: Place::SharedNetwork,
            depth: around.depth + 1,
            shared_network: Some(shared_network),
            ..around
        };
        self.block(lexer, source, text, inner)?;
        if self.conf.subnets.len() == before && !source_has_subnet6(text) {
            return Err(Fault::at(start, "this shared network has no subnet").into());
        }
        Ok(())
    }

    fn new_shared_network(&mut self) -> usize {
        self.shared_networks += 1;
        self.shared_networks - 1
    }

    fn subnet(&mut self, lexer: &mut Lexer<'_>, source: &str, text: &[u8], around: Around) -> Result<(), Stop> {
        lexer.next();
        if matches!(around.place, Place::Subnet | Place::Pool) {
            return Err(Fault::at(lexer.token_start(), "a subnet cannot stand in here").into());
        }
        let address = address(lexer, "the subnet's address")?;
        let start = lexer.token_start();
        expect_word(lexer, b"netmask")?;
        let netmask = self::address(lexer, "the subnet's mask")?;
        if u32::from(address) & !u32::from(netmask) != 0 {
            return Err(Fault::at(start, format!("the address {address} does not go with the mask {netmask}")).into());
        }
        let shared_network = match around.shared_network {
            Some(shared_network) => shared_network,
            None => self.new_shared_network(),
        };
        self.conf.subnets.push(Subnet { address, netmask, shared_network });
        let inner = Around {
            place: Place::Subnet,
            depth: around.depth + 1,
            shared_network: Some(shared_network),
            subnet: Some(self.conf.subnets.len() - 1),
            ..around
        };
        self.block(lexer, source, text, inner)?;
        Ok(())
    }

    fn pool(&mut self, lexer: &mut Lexer<'_>, source: &str, text: &[u8], around: Around) -> Result<(), Stop> {
        lexer.next();
        let start = lexer.token_start();
        let shared_network = around.shared_network.expect("inside of a network");
        self.conf.pools.push(Pool { shared_network, ..Pool::default() });
        let pool = self.conf.pools.len() - 1;
        let before = self.conf.ranges.len();
        let inner = Around { place: Place::Pool, depth: around.depth + 1, pool: Some(pool), ..around };
        self.block(lexer, source, text, inner)?;
        if self.conf.ranges.len() == before {
            return Err(Fault::at(start, "this pool has no range").into());
        }
        Ok(())
    }

    /// `range [dynamic-bootp] ADDRESS [ADDRESS];`, in either order.
    fn range(&mut self, lexer: &mut Lexer<'_>, around: Around) -> Result<(), Stop> {
        lexer.next();
        if word(lexer) == b"dynamic-bootp" {
            lexer.next();
        }
        let low = address(lexer, "the range's first address")?;
        let start = lexer.token_start();
        let high = match lexer.peek().kind {
            TokenKind::Byte(b';') => low,
            _ => address(lexer, "the range's last address or a semicolon")?,
        };
        semicolon(lexer)?;
        let (low, high) = (low.min(high), low.max(high));
        let shared_network = around.shared_network.expect("inside of a network");
        let holds = |number: &usize| {
            let subnet = self.conf.subnets[*number];
            subnet.shared_network == shared_network && subnet.contains(low) && subnet.contains(high)
        };
        let mut candidates = match around.subnet {
            Some(subnet) => subnet..subnet + 1,
            None => 0..self.conf.subnets.len(),
        };
        let Some(subnet) = candidates.find(holds) else {
            return Err(Fault::at(start, format!("the range {low} to {high} does not lie in the subnet")).into());
        };
        self.addresses += u64::from(u32::from(high) - u32::from(low)) + 1;
        if self.addresses > MAX_ADDRESSES {
            return Err(Fault::at(start, format!("the ranges have more than {MAX_ADDRESSES} addresses")).into());
        }
        let pool = around.pool.unwrap_or_else(|| self.common_pool(shared_network));
        self.conf.ranges.push(Range { low, high, subnet, pool });
        Ok(())
    }

    /// The pool of the ranges outside of pools: the first one that is open to everyone.
    fn common_pool(&mut self, shared_network: usize) -> usize {
        let is_common =
            |pool: &Pool| pool.shared_network == shared_network && !pool.restricted && pool.failover_peer.is_none();
        self.conf.pools.iter().position(is_common).unwrap_or_else(|| {
            self.conf.pools.push(Pool { shared_network, ..Pool::default() });
            self.conf.pools.len() - 1
        })
    }

    fn failover(&mut self, lexer: &mut Lexer<'_>, around: Around) -> Result<(), Stop> {
        lexer.next();
        let start = lexer.token_start();
        expect_word(lexer, b"peer")?;
        let name = string_or_word(lexer, "the failover relation's name")?;
        if let Some(pool) = around.pool {
            semicolon(lexer)?;
            if self.conf.failover_peers.iter().all(|peer| peer.name != name) {
                let name = name.escape_ascii();
                return Err(Fault::at(start, format!("there is no failover peer `{name}`")).into());
            }
            self.conf.pools[pool].failover_peer = Some(name);
            return Ok(());
        }
        if matches!(around.place, Place::Subnet | Place::SharedNetwork) {
            return Ok(semicolon(lexer)?);
        }
        let peer = failover_peer(lexer, name)?;
        self.conf.failover_peers.push(peer);
        Ok(())
    }

    fn key(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Stop> {
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
                    secret = read_base64(lexer);
                    if secret.is_none() {
                        return Err(Fault::at(at, "the secret is not base64").into());
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
        self.conf.keys.retain(|other| !other.name.eq_ignore_ascii_case(&key.name));
        self.conf.keys.push(key);
        Ok(())
    }

    fn omapi_key(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Stop> {
        lexer.next();
        let key = match lexer.peek().kind {
            TokenKind::String => lexer.next().text.into_owned(),
            _ => name(lexer, "a key's name")?,
        };
        self.conf.omapi_key = Some(key);
        Ok(semicolon(lexer)?)
    }

    /// `option space NAME …;`, `option NAME code N = FORMAT;`
    fn option_definition(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Stop> {
        lexer.next();
        let definitions = &mut self.conf.context.definitions;
        let (space, option, _) = crate::dhcpd::statements::bare_option_name(lexer)?;
        if word(lexer) != b"code" {
            let name = string_or_word(lexer, "the option space's name")?;
            definitions.define_space(&name);
            while lexer.peek().kind != TokenKind::Byte(b';') {
                match word(lexer).as_slice() {
                    b"code" | b"length" | b"hash" | b"size" | b"width" => {
                        lexer.next();
                    }
                    _ if lexer.peek().kind == TokenKind::Number => {
                        lexer.next();
                    }
                    _ => return Err(not_here(lexer, "a semicolon").into()),
                }
            }
            return Ok(semicolon(lexer)?);
        }
        lexer.next();
        if !definitions.has_space(&space) {
            let space = space.escape_ascii();
            return Err(Fault::at(lexer.token_start(), format!("there is no option space `{space}`")).into());
        }
        let code = number(lexer)?;
        expect(lexer, b'=', "`=`")?;
        let format = option_format(lexer, definitions)?;
        semicolon(lexer)?;
        let (space, name, format) = (space.into(), option.into(), format.into());
        definitions.define(OptionDefinition { space, name, code, format });
        Ok(())
    }
}

/// Whether `option` begins a definition rather than a statement.
fn defines(lexer: &Lexer<'_>) -> bool {
    let mut ahead = lexer.fork();
    ahead.next();
    begins_definition(&ahead)
}

fn address(lexer: &mut Lexer<'_>, what: &str) -> Result<Ipv4Addr, Fault> {
    match ip_address(lexer) {
        Some(address) => Ok(address.into()),
        None => Err(not_here(lexer, what)),
    }
}

/// Names of the algorithms that dhcpd signs with, with or without their suffix.
fn check_algorithm(name: &[u8]) -> Result<(), String> {
    const KNOWN: [&str; 6] = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];
    let bare = name.split(|&byte| byte == b'.').next().unwrap_or_default();
    match KNOWN.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(bare)) {
        true => Ok(()),
        false => Err(format!("the algorithm `{}` is unknown; known are {}", name.escape_ascii(), KNOWN.join(", "))),
    }
}

/// Whether a file is about DHCPv6, where a shared network may have no IPv4 subnet.
fn source_has_subnet6(text: &[u8]) -> bool {
    text.windows(7).any(|window| window.eq_ignore_ascii_case(b"subnet6"))
}
