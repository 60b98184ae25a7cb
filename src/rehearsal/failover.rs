//! Failover peers, as far as OMAPI shows them. A rehearsal talks to no peer: it stays as it was
//! loaded.

use crate::omapi::ResultCode;
use crate::omapi::server::ValueList;

use super::object::Object;
use crate::omapi::message::integer;

/// A failover relation as dhcpd.conf declares it, with its state as the lease file has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FailoverPeer {
    /// The name of the relation.
    pub name: Vec<u8>,
    /// Whether this server is the secondary.
    pub is_secondary: bool,
    /// The peer's address, 4 bytes each.
    pub partner_address: Vec<u8>,
    /// The peer's TCP port.
    pub partner_port: u32,
    /// This server's address.
    pub local_address: Vec<u8>,
    /// This server's TCP port.
    pub local_port: u32,
    /// Updates that may be under way.
    pub max_outstanding_updates: u32,
    /// Maximum client lead time, in seconds.
    pub mclt: u32,
    /// Seconds after which load balancing is off for a client.
    pub load_balance_max_secs: u32,
    /// The hash buckets that are the primary's, 32 bytes.
    pub load_balance_hba: Option<[u8; 32]>,
    /// The peer's state, by its number in OMAPI.
    pub partner_state: u32,
    /// This server's state, by its number in OMAPI.
    pub local_state: u32,
    /// Since when the peer is in its state, in seconds since 1970.
    pub partner_stos: u32,
    /// Since when this server is in its state.
    pub local_stos: u32,
    /// Seconds of silence after which the connection counts as lost.
    pub max_response_delay: u32,
}

impl FailoverPeer {
    /// Sets one attribute. dhcpd takes most of them and does nothing.
    pub(super) fn set(&mut self, name: &[u8], value: Option<&[u8]>, now: u32) -> Result<(), ResultCode> {
        const IGNORED: [&[u8]; 18] = [
            b"partner-address",
            b"partner-port",
            b"local-address",
            b"local-port",
            b"max-outstanding-updates",
            b"mclt",
            b"load-balance-max-secs",
            b"load-balance-hba",
            b"partner-state",
            b"partner-stos",
            b"local-stos",
            b"hierarchy",
            b"last-packet-sent",
            b"last-timestamp-received",
            b"skew",
            b"max-response-delay",
            b"cur-unacked-updates",
            b"name",
        ];
        match name {
            b"local-state" => {
                let state = value.and_then(integer).ok_or(ResultCode::INVALID_ARGUMENT)?;
                (self.local_state, self.local_stos) = (state, now);
                Ok(())
            }
            _ if IGNORED.contains(&name) => Ok(()),
            _ => Err(ResultCode::NOT_FOUND),
        }
    }

    pub(super) fn values(&self, list: &mut ValueList<'_, Object>) {
        list.bytes(b"name", &self.name);
        if !self.partner_address.is_empty() {
            list.bytes(b"partner-address", &self.partner_address);
        }
        list.integer(b"partner-port", self.partner_port);
        if !self.local_address.is_empty() {
            list.bytes(b"local-address", &self.local_address);
        }
        list.integer(b"local-port", self.local_port);
        list.integer(b"max-outstanding-updates", self.max_outstanding_updates);
        list.integer(b"mclt", self.mclt);
        list.integer(b"load-balance-max-secs", self.load_balance_max_secs);
        if let Some(buckets) = &self.load_balance_hba {
            list.bytes(b"load-balance-hba", buckets);
        }
        list.integer(b"partner-state", self.partner_state);
        list.integer(b"local-state", self.local_state);
        list.integer(b"partner-stos", self.partner_stos);
        list.integer(b"local-stos", self.local_stos);
        list.integer(b"hierarchy", u32::from(self.is_secondary));
        for name in [&b"last-packet-sent"[..], b"last-timestamp-received", b"skew"] {
            list.integer(name, 0);
        }
        list.integer(b"max-response-delay", self.max_response_delay);
        list.integer(b"cur-unacked-updates", 0);
    }
}
