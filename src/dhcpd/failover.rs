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

impl FailoverState {
    /// All of them.
    const ALL: [FailoverState; 13] = {
        use FailoverState::*;
        [
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
        ]
    };

    /// Their numbers in OMAPI, and their names in the lease file.
    pub const NUMBERED: [(u32, &str); 13] = [
        (0, "unknown"),
        (1, "startup"),
        (2, "normal"),
        (3, "communications-interrupted"),
        (4, "partner-down"),
        (5, "potential-conflict"),
        (6, "recover"),
        (7, "paused"),
        (8, "shutdown"),
        (9, "recover-done"),
        (10, "resolution-interrupted"),
        (11, "conflict-done"),
        (254, "recover-wait"),
    ];

    /// The state of that name, in any case.
    pub fn from_name(name: &[u8]) -> Option<FailoverState> {
        let name = if name.eq_ignore_ascii_case(b"unknown-state") { b"unknown" } else { name };
        Self::ALL.into_iter().find(|state| state.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// The state of that number in OMAPI.
    pub fn from_number(number: u32) -> Option<FailoverState> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }

    /// Its number in OMAPI.
    pub fn number(self) -> u32 {
        Self::NUMBERED[self as usize].0
    }

    /// Its name in the lease file.
    pub fn name(self) -> &'static str {
        Self::NUMBERED[self as usize].1
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
        for (state, (number, name)) in FailoverState::ALL.into_iter().zip(FailoverState::NUMBERED) {
            assert_eq!(FailoverState::from_name(name.to_ascii_uppercase().as_bytes()), Some(state), "{name}");
            assert_eq!(FailoverState::from_number(number), Some(state), "{number}");
            assert_eq!((state.number(), state.name()), (number, name));
        }
        assert_eq!(FailoverState::from_name(b"unknown-state"), Some(FailoverState::Unknown));
        assert_eq!((FailoverState::from_name(b"down"), FailoverState::from_number(12)), (None, None));
    }
}
