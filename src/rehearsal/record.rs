//! What is known about a lease: its state and how that goes on, and its block of the lease file.

use crate::dhcpd::leases::{Binding, State};

/// A flag of a lease: a BOOTP client has it, for ever.
pub(super) const BOOTP: u8 = 0x02;
/// A flag of a lease: it is kept for its client.
pub(super) const RESERVED: u8 = 0x04;
/// What is known about who has, or had, a lease.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Seconds since 1970, as all times; 0 for none.
    pub starts: u32,
    /// When it ends.
    pub ends: u32,
    /// When the failover peer believes it to end.
    pub tstp: u32,
    /// When the failover peer says that it ends.
    pub tsfp: u32,
    /// When the failover peer acknowledged that it ends.
    pub atsfp: u32,
    /// When the client was last heard.
    pub cltt: u32,
    /// Its state.
    pub state: State,
    /// What it becomes when it ends.
    pub next_state: State,
    /// What it may be taken back to.
    pub rewind_state: State,
    /// Hardware type and address.
    pub hardware: Option<(u8, Vec<u8>)>,
    /// The DHCP client identifier.
    pub client_identifier: Vec<u8>,
    /// The name that the client gave.
    pub client_hostname: Option<Vec<u8>>,
    /// The class that it is billed to, by number, and the statement that says so.
    pub billing: Option<(u32, Vec<u8>)>,
    /// 2 where a BOOTP client has it, 4 where it is reserved.
    pub flags: u8,
    /// Values under a name, the newest first.
    pub bindings: Vec<(Vec<u8>, Binding)>,
    /// Statements `option agent.…`, as they are written.
    pub agent_options: Vec<Vec<u8>>,
    /// Statements `on expiry …`, as they are written.
    pub on_expiry: Option<Vec<u8>>,
    /// Statements `on release …`, as they are written.
    pub on_release: Option<Vec<u8>>,
}

impl Record {
    /// Makes the lease what it is to become next, and forgets what was about its client when it ends.
    pub(super) fn make_transition(&mut self, failover: bool) {
        use State::{Active, Backup, Expired, Free, Released};
        let (from, to) = (self.state, self.next_state);
        let expires = match failover {
            true => matches!(from, Expired | Active) && matches!(to, Free | Backup),
            false => from == Active && to != Released,
        };
        let is_released = match failover {
            true => from == Released && matches!(to, Free | Backup),
            false => from == Active && to == Released,
        };
        if from != to && (expires || is_released) {
            (self.on_expiry, self.on_release) = (None, None);
            self.billing = None;
            self.agent_options.clear();
            self.client_hostname = None;
            self.tstp = self.ends;
        }
        self.state = to;
        self.next_state = match to {
            Active if failover => Expired,
            Backup => Backup,
            _ => Free,
        };
    }
}
