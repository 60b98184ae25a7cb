//! Blocks one after the other.

use crate::dhcpd::declarations::{Class, Context, Group, Host, not_here, skip, string_or_word, word};
use crate::dhcpd::statements::{Fault, expect, semicolon, unexpected};
use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind};

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
    },
    /// `ia-na`, `ia-ta` and `ia-pd`, `server-duid`, `authoring-byte-order`: of DHCPv6, stepped over.
    Other,
}

/// A block with its place, or what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A block that begins at this byte.
    Block(usize, Block),
    /// A mistake; the block is left out, and what follows it is read.
    Mistake(SyntaxError),
    /// The last block has no end.
    HalfWritten(usize),
}

/// Reads blocks.
#[derive(Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    lexer: Lexer<'a>,
    context: Context,
    /// A block has run to the end of the file. From then on each ends where the next one begins, so that
    /// many blocks without an end are not each read to the end of the file.
    confined: bool,
}

/// The first words of blocks, at the beginning of a line.
const FIRST: [&[u8]; 8] =
    [b"lease ", b"host ", b"group ", b"class ", b"subclass ", b"failover ", b"ia-", b"server-duid "];

impl<'a> Reader<'a> {
    /// A reader of a lease file's bytes, which refer to what `context` defines.
    pub fn new(input: &'a [u8], context: Context) -> Self {
        Reader { input, lexer: Lexer::for_file(input), context, confined: false }
    }

    fn block(&mut self) -> Result<Block, Fault> {
        let lexer = &mut self.lexer;
        let first = word(lexer);
        match first.as_slice() {
            b"lease" => {
                lexer.next();
                Ok(Block::Lease(Box::new(Lease::read(lexer, self.input)?)))
            }
            b"host" => {
                lexer.next();
                Ok(Block::Host(self.context.host(lexer)?))
            }
            b"group" => {
                lexer.next();
                Ok(Block::Group(self.context.group(lexer)?))
            }
            b"class" | b"subclass" => {
                lexer.next();
                let class = self.context.class(lexer, first == b"subclass")?;
                self.context.classes.insert(class.name.clone());
                Ok(Block::Class(class))
            }
            b"failover" => {
                lexer.next();
                failover_state(lexer)
            }
            b"ia-na" | b"ia-ta" | b"ia-pd" | b"server-duid" | b"authoring-byte-order" => {
                skip(lexer)?;
                Ok(Block::Other)
            }
            _ => Err(not_here(lexer, "`lease`, `host`, `group` or another block")),
        }
    }

    /// Where the next line begins, behind that byte, that begins with the first word of a block.
    fn next_beginning(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(newline) = self.input[at..].iter().position(|&byte| byte == b'\n') {
            at += newline + 1;
            let line = &self.input[at..];
            if FIRST.iter().any(|word| line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word)) {
                return at;
            }
        }
        self.input.len()
    }

    /// Goes on at that byte.
    fn resume(&mut self, at: usize) {
        let limit = if self.confined { self.next_beginning(at) } else { self.input.len() };
        self.lexer = Lexer::for_file(&self.input[..limit]);
        self.lexer.seek(at);
    }

    /// What a mistake is: one of a block's, or that the last block has no end.
    fn mistake(&mut self, start: usize, fault: Fault) -> Entry {
        let ran_out = self.lexer.is_at_end();
        let next = self.next_beginning(start);
        self.confined |= ran_out && next < self.input.len();
        let is_block = FIRST.iter().any(|word| {
            let word = word.trim_ascii_end();
            let text = &self.input[start..];
            text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word)
        });
        self.resume(next);
        match ran_out && is_block && next == self.input.len() {
            true => Entry::HalfWritten(start),
            false => Entry::Mistake(fault.error),
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.lexer.peek().kind == TokenKind::End && self.lexer.is_at_end() {
            if self.lexer.end() == self.input.len() {
                return None;
            }
            self.resume(self.lexer.end());
            return self.next();
        }
        let start = self.lexer.peeked_start();
        let outcome = self.block();
        // A bad escape in a string is no reason to lose a block; a bad number is one, as to dhcpd.
        let mut warnings = self.lexer.take_warnings().into_iter();
        let bad_number = warnings
            .find(|warning| warning.text.starts_with(b"Bogus number") || warning.text.ends_with(b"for precision."));
        let outcome = outcome.and_then(|block| match bad_number {
            None => Ok(block),
            Some(warning) => Err(Fault::at(warning.offset, String::from_utf8_lossy(&warning.text))),
        });
        Some(match outcome {
            Ok(block) => Entry::Block(start, block),
            Err(fault) => self.mistake(start, fault),
        })
    }
}

/// `peer "NAME" state { my state STATE at TIME; partner state STATE at TIME; mclt N; }`
fn failover_state(lexer: &mut Lexer<'_>) -> Result<Block, Fault> {
    crate::dhcpd::declarations::expect_word(lexer, b"peer")?;
    let name = string_or_word(lexer, "the failover relation's name")?;
    crate::dhcpd::declarations::expect_word(lexer, b"state")?;
    expect(lexer, b'{', "`{`")?;
    let (mut mine, mut partner) = (None, None);
    loop {
        let token = lexer.next();
        match token.text.to_ascii_lowercase().as_slice() {
            b"}" => return Ok(Block::FailoverState { name, mine, partner }),
            b"my" => mine = Some(peer_state(lexer)?),
            b"partner" => partner = Some(peer_state(lexer)?),
            b"mclt" => {
                lexer.next();
                semicolon(lexer)?;
            }
            _ => return Err(unexpected(lexer, "`my state`, `partner state`, `mclt` or `}`", &token)),
        }
    }
}

fn peer_state(lexer: &mut Lexer<'_>) -> Result<(Vec<u8>, Option<Time>), Fault> {
    crate::dhcpd::declarations::expect_word(lexer, b"state")?;
    let state = string_or_word(lexer, "a failover state")?;
    if word(lexer) != b"at" {
        semicolon(lexer)?;
        return Ok((state, None));
    }
    lexer.next();
    Ok((state, Time::read(lexer)?))
}
