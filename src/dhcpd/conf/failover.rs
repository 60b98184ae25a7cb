//! `failover peer "NAME" { … }` out of tokens.

use std::net::{IpAddr, Ipv4Addr};

use crate::dhcpd::declarations::{Address, expect_word, ip_address_or_name, not_here, number, word};
use crate::dhcpd::statements::{Fault, describe, expect, hex_list, semicolon};
use crate::dhcpd::syntax::Lexer;

use super::network::FailoverPeer;

/// Reads the parameters of a failover relation, braces included.
pub(super) fn failover_peer(lexer: &mut Lexer<'_>, name: Vec<u8>) -> Result<FailoverPeer, Fault> {
    let mut peer = FailoverPeer::new(name);
    expect(lexer, b'{', "`{`")?;
    let start = lexer.token_start();
    loop {
        let first = word(lexer);
        lexer.next();
        match first.as_slice() {
            b"}" => return complete(peer).map_err(|what| Fault::at(start, what)),
            b"primary" => peer.is_secondary = false,
            b"secondary" => peer.is_secondary = true,
            b"address" => peer.address = host_address(lexer)?,
            b"port" => peer.port = number(lexer)?,
            b"peer" => match word(lexer).as_slice() {
                b"address" => {
                    lexer.next();
                    peer.peer_address = host_address(lexer)?;
                    peer.has_peer_address = true;
                }
                b"port" => {
                    lexer.next();
                    peer.peer_port = number(lexer)?;
                }
                _ => return Err(not_here(lexer, "`address` or `port`")),
            },
            b"mclt" => peer.mclt = number(lexer)?,
            b"max-unacked-updates" => peer.max_unacked_updates = number(lexer)?,
            b"max-response-delay" => peer.max_response_delay = number(lexer)?,
            b"load" => {
                for wanted in [&b"balance"[..], b"max", b"seconds"] {
                    expect_word(lexer, wanted)?;
                }
                peer.load_balance_max_seconds = number(lexer)?;
            }
            b"split" => {
                let split = number(lexer)?;
                if split > 256 {
                    return Err(Fault::at(lexer.token_start(), "`split` is from 0 to 256"));
                }
                peer.hba = Some(buckets(split));
            }
            b"hba" => {
                let start = lexer.token_start();
                let bytes = hex_list(lexer)?;
                let exact = bytes.try_into().map_err(|_| Fault::at(start, "`hba` takes 32 bytes"))?;
                peer.hba = Some(exact);
            }
            b"max-lease-misbalance"
            | b"max-lease-ownership"
            | b"min-balance"
            | b"max-balance"
            | b"auto-partner-down" => {
                number(lexer)?;
            }
            _ => {
                let token = lexer.peek().clone();
                let what = String::from_utf8_lossy(&first).into_owned();
                let text = format!("`{what}` is no parameter of a failover peer (before {})", describe(&token));
                return Err(Fault::at(lexer.token_start(), text));
            }
        }
        semicolon(lexer)?;
    }
}

/// What dhcpd wants a failover relation to have.
fn complete(peer: FailoverPeer) -> Result<FailoverPeer, &'static str> {
    match (peer.is_secondary, peer.hba.is_some()) {
        _ if !peer.has_peer_address => Err("this failover peer has no `peer address`"),
        (false, false) => Err("a primary failover peer has `split` or `hba`"),
        (false, true) if peer.mclt == 0 => Err("a primary failover peer has `mclt`"),
        (true, true) => Err("`split` and `hba` are for the primary failover peer"),
        _ => Ok(peer),
    }
}

/// An address; a name is taken and left to dhcpd.
fn host_address(lexer: &mut Lexer<'_>) -> Result<Option<Ipv4Addr>, Fault> {
    Ok(match ip_address_or_name(lexer)? {
        Address::Ip(IpAddr::V4(address)) => Some(address),
        _ => None,
    })
}

/// The first `split` of 256 buckets.
fn buckets(split: u32) -> [u8; 32] {
    let mut buckets = [0; 32];
    for bucket in 0..split.min(256) as usize {
        buckets[bucket / 8] |= 1 << (bucket % 8);
    }
    buckets
}
