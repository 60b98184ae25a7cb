//! One block, by the full grammar.

use crate::dhcpd::declarations::{Class, Context, Group, Host, expect_word, not_here, string_or_bytes};
use crate::dhcpd::declarations::{string_or_word, word};
use crate::dhcpd::statements::{Fault, expect, semicolon, unexpected};
use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind, decimal};

use super::flaw::Flaw;
use super::frame::scan;
use super::ia::{ByteOrder, Ia, IaKind};
use super::inside::{Inside, inside};
use super::lease::Lease;
use super::time::Time;

/// What one block is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// `lease`.
    Lease(Box<Lease>),
    /// `host`, made or removed by OMAPI.
    Host(Host),
    /// `group`, made or removed by OMAPI.
    Group(Group),
    /// `class` and `subclass`, made or removed by OMAPI or spawned.
    Class(Class),
    /// `failover peer "NAME" state { … }`: this server's state and the peer's, in words, and since
    /// when.
    FailoverState {
        /// The failover relation.
        name: Vec<u8>,
        /// This server's.
        mine: Option<(Vec<u8>, Option<Time>)>,
        /// The peer's.
        partner: Option<(Vec<u8>, Option<Time>)>,
        /// The maximum client lead time in seconds, which a secondary has learned from its partner.
        mclt: Option<u32>,
    },
    /// `ia-na`, `ia-ta` and `ia-pd`.
    Ia(Ia),
    /// `server-duid`.
    ServerDuid(Vec<u8>),
    /// `authoring-byte-order`: how the IAIDs that follow are written.
    ByteOrder(ByteOrder),
}

/// What a block begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lease,
    Host,
    Group,
    Class {
        is_subclass: bool,
    },
    Failover,
    Ia(IaKind),
    ServerDuid,
    ByteOrder,
    /// Nothing that is known.
    Unknown,
}

/// The first words of blocks.
const WORDS: [(&[u8], Kind); 11] = [
    (b"lease", Kind::Lease),
    (b"host", Kind::Host),
    (b"group", Kind::Group),
    (b"class", Kind::Class { is_subclass: false }),
    (b"subclass", Kind::Class { is_subclass: true }),
    (b"failover", Kind::Failover),
    (b"ia-na", Kind::Ia(IaKind::Na)),
    (b"ia-ta", Kind::Ia(IaKind::Ta)),
    (b"ia-pd", Kind::Ia(IaKind::Pd)),
    (b"server-duid", Kind::ServerDuid),
    (b"authoring-byte-order", Kind::ByteOrder),
];

impl Kind {
    /// What the block begins with that these bytes begin with.
    pub(super) fn of(bytes: &[u8]) -> Kind {
        let is_in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let end = bytes.iter().take(32).position(|byte| !is_in_word(byte)).unwrap_or(bytes.len().min(32));
        let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(&bytes[..end]));
        found.map_or(Kind::Unknown, |(_, kind)| *kind)
    }

    /// Whether bytes that end here may be the beginning of a block's first word.
    pub(super) fn may_begin(bytes: &[u8]) -> bool {
        WORDS.iter().any(|(word, _)| bytes.len() < word.len() && word[..bytes.len()].eq_ignore_ascii_case(bytes))
    }
}

/// Reads the block that `bytes` are all of, and finds the first statement that dhcpd does not read as it stands. A class
/// that it declares is known to `context` then.
pub(super) fn block(
    bytes: &[u8],
    context: &mut Context,
    order: ByteOrder,
) -> Result<(Block, Option<Flaw>), SyntaxError> {
    let (block, flaw) = match strictly(bytes, context, order) {
        Ok(block) => {
            let flaw = block.flaw();
            (block, flaw)
        }
        Err(error) => without_statements(bytes, context, order, error)?,
    };
    // Where a text goes on over other blocks, or the file ends for dhcpd, it does not go on behind a statement.
    if let Some(Flaw { error, costs_block: false }) = &flaw
        && (memchr::memchr(0xff, bytes).is_some() || scan(bytes).1.is_some())
    {
        return Err(error.clone());
    }
    if let Block::Class(class) = &block {
        context.classes.insert(class.name.clone());
    }
    Ok((block, flaw))
}

/// Statements that are left out of a host or a group before it is given up.
const MAX_LEFT_OUT: usize = 16;

/// Reads a host or a group without the statements that dhcpd cannot read, as it does.
fn without_statements(
    bytes: &[u8],
    context: &Context,
    order: ByteOrder,
    first: SyntaxError,
) -> Result<(Block, Option<Flaw>), SyntaxError> {
    if !matches!(Kind::of(bytes), Kind::Host | Kind::Group) {
        return Err(first);
    }
    let mut left = bytes.to_vec();
    let mut error = first.clone();
    for _ in 0..MAX_LEFT_OUT {
        let Inside::Statement(statement) = inside(&left, error.offset) else { break };
        left[statement].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        error = match strictly(&left, context, order) {
            Ok(block) => return Ok((block, Some(Flaw { error: first, costs_block: false }))),
            Err(error) => error,
        };
    }
    Err(first)
}

fn strictly(bytes: &[u8], context: &Context, order: ByteOrder) -> Result<Block, SyntaxError> {
    let mut lexer = Lexer::for_file(bytes);
    let outcome = read(&mut lexer, bytes, context, order);
    let is_at_end = lexer.peek().kind == TokenKind::End && lexer.is_at_end();
    let outcome = outcome.and_then(|block| match is_at_end {
        true => Ok(block),
        false => Err(not_here(&mut lexer, "the end of the block")),
    });
    // A bad escape in a string is no reason to lose a block; a bad number is one, as to dhcpd.
    let bad_number = lexer
        .take_warnings()
        .into_iter()
        .find(|warning| warning.text.starts_with(b"Bogus number") || warning.text.ends_with(b"for precision."));
    match (outcome, bad_number) {
        // dhcpd takes the last bits of it.
        (Ok(Block::Lease(mut lease)), Some(warning)) if warning.text.ends_with(b"for precision.") => {
            let error = SyntaxError::new(warning.offset, String::from_utf8_lossy(&warning.text));
            Flaw { error, costs_block: false }.add(&mut lease.flaw);
            Ok(Block::Lease(lease))
        }
        (Ok(_), Some(warning)) => Err(SyntaxError::new(warning.offset, String::from_utf8_lossy(&warning.text))),
        (Ok(block), None) => Ok(block),
        (Err(fault), _) => Err(fault.error),
    }
}

/// The mistake of bytes that begin as no block does.
pub(super) fn no_block(bytes: &[u8]) -> SyntaxError {
    not_here(&mut Lexer::for_file(bytes), "`lease`, `host`, `group` or another block").error
}

impl Block {
    fn flaw(&self) -> Option<Flaw> {
        match self {
            Block::Lease(lease) => lease.flaw.clone(),
            Block::Ia(ia) => ia.flaw.clone(),
            _ => None,
        }
    }
}

fn read(lexer: &mut Lexer<'_>, bytes: &[u8], context: &Context, order: ByteOrder) -> Result<Block, Fault> {
    let kind = Kind::of(bytes);
    if kind == Kind::Unknown {
        return Err(not_here(lexer, "`lease`, `host`, `group` or another block"));
    }
    lexer.next();
    match kind {
        Kind::Lease => Ok(Block::Lease(Box::new(Lease::read(lexer, bytes)?))),
        Kind::Host => Ok(Block::Host(context.host(lexer)?)),
        Kind::Group => Ok(Block::Group(context.group(lexer)?)),
        Kind::Class { is_subclass } => Ok(Block::Class(context.class(lexer, is_subclass)?)),
        Kind::Failover => failover_state(lexer),
        Kind::Ia(kind) => Ok(Block::Ia(Ia::read(lexer, bytes, kind, order)?)),
        Kind::ServerDuid => {
            let duid = string_or_bytes(lexer)?;
            semicolon(lexer)?;
            Ok(Block::ServerDuid(duid))
        }
        Kind::ByteOrder | Kind::Unknown => byte_order(lexer),
    }
}

fn byte_order(lexer: &mut Lexer<'_>) -> Result<Block, Fault> {
    let order = match word(lexer).as_slice() {
        b"little-endian" => ByteOrder::Little,
        b"big-endian" => ByteOrder::Big,
        _ => return Err(not_here(lexer, "`little-endian` or `big-endian`")),
    };
    lexer.next();
    semicolon(lexer)?;
    Ok(Block::ByteOrder(order))
}

/// `peer "NAME" state { my state STATE at TIME; partner state STATE at TIME; mclt N; }`
fn failover_state(lexer: &mut Lexer<'_>) -> Result<Block, Fault> {
    expect_word(lexer, b"peer")?;
    let name = string_or_word(lexer, "the failover relation's name")?;
    expect_word(lexer, b"state")?;
    expect(lexer, b'{', "`{`")?;
    let (mut mine, mut partner, mut mclt) = (None, None, None);
    loop {
        let token = lexer.next();
        match token.text.to_ascii_lowercase().as_slice() {
            b"}" => return Ok(Block::FailoverState { name, mine, partner, mclt }),
            b"my" => mine = Some(peer_state(lexer)?),
            b"partner" => partner = Some(peer_state(lexer)?),
            b"mclt" => {
                let token = lexer.next();
                mclt = (token.kind == TokenKind::Number).then(|| decimal(&token.text) as u32);
                semicolon(lexer)?;
            }
            _ => return Err(unexpected(lexer, "`my state`, `partner state`, `mclt` or `}`", &token)),
        }
    }
}

fn peer_state(lexer: &mut Lexer<'_>) -> Result<(Vec<u8>, Option<Time>), Fault> {
    expect_word(lexer, b"state")?;
    let state = string_or_word(lexer, "a failover state")?;
    if word(lexer) != b"at" {
        semicolon(lexer)?;
        return Ok((state, None));
    }
    lexer.next();
    Ok((state, Time::read(lexer)?))
}
