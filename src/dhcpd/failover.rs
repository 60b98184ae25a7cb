//! The states of a failover partner, as dhcpd names and numbers them.

/// The state that a server of a failover pair is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FailoverState {
    Unknown,
    Startup,
    Normal,
    CommunicationsInterrupted,
    PartnerDown,
    PotentialConflict,
    Recover,
    Paused,
    Shutdown,
    RecoverDone,
    ResolutionInterrupted,
    ConflictDone,
    RecoverWait,
}

/// All of them, with their numbers in OMAPI and their names in the lease file.
const ALL: [(FailoverState, u32, &str); 13] = [
    (FailoverState::Unknown, 0, "unknown"),
    (FailoverState::Startup, 1, "startup"),
    (FailoverState::Normal, 2, "normal"),
    (FailoverState::CommunicationsInterrupted, 3, "communications-interrupted"),
    (FailoverState::PartnerDown, 4, "partner-down"),
    (FailoverState::PotentialConflict, 5, "potential-conflict"),
    (FailoverState::Recover, 6, "recover"),
    (FailoverState::Paused, 7, "paused"),
    (FailoverState::Shutdown, 8, "shutdown"),
    (FailoverState::RecoverDone, 9, "recover-done"),
    (FailoverState::ResolutionInterrupted, 10, "resolution-interrupted"),
    (FailoverState::ConflictDone, 11, "conflict-done"),
    (FailoverState::RecoverWait, 254, "recover-wait"),
];

impl FailoverState {
    /// Their numbers in OMAPI, and their names in the lease file.
    pub const NUMBERED: [(u32, &str); ALL.len()] = {
        let mut numbered = [(0, ""); ALL.len()];
        let mut at = 0;
        while at < numbered.len() {
            numbered[at] = (ALL[at].1, ALL[at].2);
            at += 1;
        }
        numbered
    };

    /// The state of that name, in any case.
    pub fn from_name(name: &[u8]) -> Option<FailoverState> {
        let name = if name.eq_ignore_ascii_case(b"unknown-state") { b"unknown" } else { name };
        let found = ALL.iter().find(|(_, _, known)| known.as_bytes().eq_ignore_ascii_case(name));
        found.map(|(state, ..)| *state)
    }

    /// The state of that number in OMAPI.
    pub fn from_number(number: u32) -> Option<FailoverState> {
        ALL.iter().find(|(_, known, _)| *known == number).map(|(state, ..)| *state)
    }

    /// Its number in OMAPI.
    pub fn number(self) -> u32 {
        ALL.iter().find(|(state, ..)| *state == self).map_or(0, |(_, number, _)| *number)
    }

    /// Its name in the lease file.
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(state, ..)| *state == self).map_or("unknown", |(_, _, name)| name)
    }

    /// Whether a server in this state answers DHCP clients at all.
    pub fn serves(self) -> bool {
        use FailoverState::{CommunicationsInterrupted, Normal, PartnerDown};
        matches!(self, Normal | CommunicationsInterrupted | PartnerDown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_found_by_its_name_and_its_number() {
        for (state, number, name) in ALL {
            assert_eq!(FailoverState::from_name(name.to_ascii_uppercase().as_bytes()), Some(state), "{name}");
            assert_eq!(FailoverState::from_number(number), Some(state), "{number}");
            assert_eq!((state.number(), state.name()), (number, name));
        }
        assert_eq!(FailoverState::from_name(b"unknown-state"), Some(FailoverState::Unknown));
        assert_eq!((FailoverState::from_name(b"down"), FailoverState::from_number(12)), (None, None));
    }
}
