//! `ia-na "IAID+DUID" { … }`, the same for `ia-ta` and `ia-pd`: what a DHCPv6 client holds.

use std::fmt::Write as _;
use std::net::Ipv6Addr;

use crate::dhcpd::declarations::{not_here, number, skip, string_or_bytes, word};
use crate::dhcpd::statements::{Fault, expect, semicolon};
use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind, decimal};

use super::flaw::{Flaw, pass_over, up_to_mistake, word_before};
use super::lease::{Binding, State, binding, state};
use super::time::Time;

/// What an identity association is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IaKind {
    /// `ia-na`: addresses.
    Na,
    /// `ia-ta`: temporary addresses.
    Ta,
    /// `ia-pd`: prefixes.
    Pd,
}

impl IaKind {
    /// All of them.
    pub const ALL: [IaKind; 3] = [IaKind::Na, IaKind::Ta, IaKind::Pd];

    /// Its name in the lease file.
    pub fn name(self) -> &'static str {
        match self {
            IaKind::Na => "ia-na",
            IaKind::Ta => "ia-ta",
            IaKind::Pd => "ia-pd",
        }
    }
}

/// The order of an IAID's bytes, as `authoring-byte-order` says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByteOrder {
    /// `little-endian`. Where a file does not say, its server's order is meant, and few are big-endian.
    #[default]
    Little,
    /// `big-endian`.
    Big,
}

/// An identity association as one block has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ia {
    /// What it is for.
    pub kind: IaKind,
    /// The client's number for it.
    pub iaid: u32,
    /// The client.
    pub duid: Vec<u8>,
    /// `cltt`.
    pub cltt: Option<Time>,
    /// Its addresses or prefixes, in order.
    pub addresses: Vec<IaAddress>,
    /// The first statement that dhcpd does not read as it stands.
    pub flaw: Option<Flaw>,
}

/// An address or a prefix of an identity association.
#[derive(Clone, Debug, PartialEq)]
pub struct IaAddress {
    /// The address, or the prefix's.
    pub address: Ipv6Addr,
    /// The length of a prefix in bits; 128 for an address.
    pub length: u8,
    /// `binding state`.
    pub state: State,
    /// `ends`.
    pub ends: Time,
    /// `preferred-life` in seconds.
    pub preferred_life: Option<u32>,
    /// `max-life` in seconds.
    pub max_life: Option<u32>,
    /// `set NAME = VALUE`, in order.
    pub bindings: Vec<(Vec<u8>, Binding)>,
}

impl IaAddress {
    /// What it is at a time, in seconds since 1970: an active one, and an abandoned one as well, expires at its end.
    pub fn state_at(&self, now: i64) -> State {
        match self.state {
            State::Active | State::Abandoned if self.ends <= Time::At(now) => State::Expired,
            state => state,
        }
    }
}

/// A DUID in the usual notation, `00:01:00:01:2c:b0:…`.
pub fn duid_text(duid: &[u8]) -> String {
    let mut text = String::with_capacity(duid.len() * 3);
    for (i, byte) in duid.iter().enumerate() {
        let colon = if i > 0 { ":" } else { "" };
        write!(text, "{colon}{byte:02x}").expect("a string takes all");
    }
    text
}

/// An association's name: its IAID, and the DUID, which begins with two bytes of a type.
pub(super) fn split_name(name: &[u8]) -> Option<(&[u8; 4], &[u8])> {
    name.split_first_chunk::<4>().filter(|(_, duid)| duid.len() >= 2)
}

impl Ia {
    /// Reads one behind its first word.
    pub(super) fn read(lexer: &mut Lexer<'_>, input: &[u8], kind: IaKind, order: ByteOrder) -> Result<Ia, Fault> {
        let start = lexer.peeked_start();
        let id = string_or_bytes(lexer)?;
        let Some((iaid, duid)) = split_name(&id) else {
            return Err(Fault::at(start, "an IA's name is the four bytes of its IAID and two of a DUID at least"));
        };
        let iaid = match order {
            ByteOrder::Little => u32::from_le_bytes(*iaid),
            ByteOrder::Big => u32::from_be_bytes(*iaid),
        };
        let mut ia = Ia { kind, iaid, duid: duid.to_vec(), cltt: None, addresses: Vec::new(), flaw: None };
        expect(lexer, b'{', "`{`")?;
        loop {
            let before = lexer.fork();
            match (word(lexer).as_slice(), kind) {
                (b"}", _) => {
                    lexer.next();
                    return Ok(ia);
                }
                (b"cltt", _) => {
                    lexer.next();
                    match Time::read(lexer) {
                        Ok(cltt) => ia.cltt = cltt,
                        Err(fault) => {
                            *lexer = before;
                            pass_over(lexer, fault, &mut ia.flaw)?;
                        }
                    }
                }
                (b"iaaddr", IaKind::Na | IaKind::Ta) | (b"iaprefix", IaKind::Pd) => {
                    let address = IaAddress::read(lexer, kind == IaKind::Pd, input, &mut ia.flaw)?;
                    ia.addresses.push(address);
                }
                _ if is_word(lexer) => {
                    // In an address it goes on without one.
                    let text = "dhcpd knows no such statement of an association, and leaves the block out";
                    let error = SyntaxError::new(lexer.peeked_start(), text);
                    Flaw { error, costs_block: true }.add(&mut ia.flaw);
                    skip(lexer)?;
                }
                _ => return Err(not_here(lexer, "`iaaddr`, `iaprefix`, `cltt` or `}`")),
            }
        }
    }
}

/// What the statements of an address say.
#[derive(Default)]
struct Said {
    state: Option<State>,
    ends: Option<Time>,
    preferred_life: Option<u32>,
    max_life: Option<u32>,
    bindings: Vec<(Vec<u8>, Binding)>,
}

impl Said {
    fn statement(&mut self, lexer: &mut Lexer<'_>, first: &[u8]) -> Result<(), Fault> {
        match first {
            b"binding" => self.state = Some(state(lexer, 1)?),
            b"ends" => {
                lexer.next();
                // Of a time that means nothing dhcpd makes the first second there is.
                self.ends = Some(Time::read(lexer)?.unwrap_or(Time::At(0)));
            }
            b"preferred-life" => self.preferred_life = Some(seconds(lexer)?),
            b"max-life" => self.max_life = Some(seconds(lexer)?),
            b"set" => self.bindings.push(binding(lexer)?),
            _ if is_word(lexer) => skip(lexer)?,
            _ => return Err(not_here(lexer, "a statement of the address or `}`")),
        }
        Ok(())
    }

    /// Takes what dhcpd takes of a statement with a mistake, if it goes on behind it.
    fn take(&mut self, input: &[u8], start: usize, first: &[u8], fault: &Fault) -> bool {
        let word_before = word_before(input, fault);
        match first {
            b"ends" => self.ends = Some(Time::At(0)),
            b"preferred-life" | b"max-life" | b"binding" | b"set" if fault.lacks_semicolon => {
                let sound = up_to_mistake(input, start, fault);
                drop(self.statement(&mut Lexer::for_file(&sound), first));
            }
            b"preferred-life" | b"max-life" => {}
            // A state that there is not costs the block.
            b"binding" if word_before != b"state" => {}
            b"set" if word_before == b"set" => {}
            _ => return false,
        }
        true
    }
}

impl IaAddress {
    fn read(lexer: &mut Lexer<'_>, is_prefix: bool, input: &[u8], flaw: &mut Option<Flaw>) -> Result<IaAddress, Fault> {
        lexer.next();
        let start = lexer.token_start();
        let address = ip6_address(lexer)?;
        let length = if is_prefix { prefix_length(lexer)? } else { 128 };
        expect(lexer, b'{', "`{`")?;
        let mut said = Said::default();
        loop {
            let before = lexer.fork();
            let first = word(lexer);
            if first == b"}" {
                break;
            }
            let at = lexer.peeked_start();
            if let Err(fault) = said.statement(lexer, &first) {
                if !said.take(input, at, &first, &fault) {
                    return Err(fault);
                }
                *lexer = before;
                pass_over(lexer, fault, flaw)?;
            }
        }
        lexer.next();
        match said {
            Said { state: Some(state), ends: Some(ends), preferred_life, max_life, bindings } => {
                Ok(IaAddress { address, length, state, ends, preferred_life, max_life, bindings })
            }
            Said { state: None, .. } => Err(Fault::at(start, format!("{address} has no `binding state`"))),
            _ => Err(Fault::at(start, format!("{address} has no `ends`"))),
        }
    }
}

fn is_word(lexer: &mut Lexer<'_>) -> bool {
    matches!(lexer.peek().kind, TokenKind::Name | TokenKind::NumberOrName)
}

/// `WORD NUMBER;`
fn seconds(lexer: &mut Lexer<'_>) -> Result<u32, Fault> {
    lexer.next();
    let seconds = number(lexer)?;
    semicolon(lexer)?;
    Ok(seconds)
}

/// An address, which has no blanks inside.
fn ip6_address(lexer: &mut Lexer<'_>) -> Result<Ipv6Addr, Fault> {
    const LONGEST: usize = 45;
    let start = lexer.peeked_start();
    let mut text = String::new();
    while text.len() <= LONGEST && lexer.peeked_start() == start + text.len() {
        let token = lexer.peek();
        match token.kind {
            TokenKind::Number | TokenKind::NumberOrName | TokenKind::Byte(b':' | b'.') => {
                text.push_str(&String::from_utf8_lossy(&lexer.next().text));
            }
            _ => break,
        }
    }
    match text.parse() {
        Ok(address) => Ok(address),
        Err(_) if text.is_empty() => Err(not_here(lexer, "an IPv6 address")),
        Err(_) => Err(Fault::at(start, format!("expected an IPv6 address, found `{}`", text.escape_default()))),
    }
}

fn prefix_length(lexer: &mut Lexer<'_>) -> Result<u8, Fault> {
    expect(lexer, b'/', "`/` and the prefix's length")?;
    if lexer.peek().kind != TokenKind::Number {
        return Err(not_here(lexer, "a prefix's length"));
    }
    let token = lexer.next();
    let length = u8::try_from(decimal(&token.text)).ok().filter(|length| *length <= 128);
    length.ok_or_else(|| Fault::at(lexer.token_start(), "a prefix's length is from 0 to 128"))
}
