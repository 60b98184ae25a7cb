//! What a lease comes to, in a few bytes.

use std::net::Ipv4Addr;

use super::lease::{Lease, State};
use super::time::{MAX_SECONDS, Time};

/// What counts of a lease where many of them are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its address.
    pub address: Ipv4Addr,
    /// `starts`.
    pub starts: Option<Time>,
    /// `ends`.
    pub ends: Option<Time>,
    /// `binding state`.
    pub state: Option<State>,
    /// `next binding state`.
    pub next_state: Option<State>,
    /// `reserved`.
    pub reserved: bool,
    /// `dynamic-bootp`.
    pub bootp: bool,
    /// Where in the file its block begins, in bytes.
    pub offset: u64,
}

impl Summary {
    /// That of a lease whose block begins at `offset`.
    pub fn of(lease: &Lease, offset: u64) -> Summary {
        Summary {
            address: lease.address,
            starts: lease.starts,
            ends: lease.ends,
            state: lease.state,
            next_state: lease.next_state,
            reserved: lease.reserved,
            bootp: lease.bootp,
            offset,
        }
    }
}

/// A summary in 24 bytes: from the top, an address, 16 bits of states and flags, and three times 48 bits:
/// the place, the end, the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed([u64; 3]);

const BITS: u32 = 48;
const LOW: u64 = (1 << BITS) - 1;
const RESERVED: u16 = 1 << 8;
const BOOTP: u16 = 1 << 9;
const IS_THERE: u16 = 1 << 10;

impl Packed {
    /// None.
    pub(super) const NONE: Packed = Packed([0; 3]);

    pub(super) fn new(summary: &Summary) -> Packed {
        let meta = state_bits(summary.state)
            | state_bits(summary.next_state) << 4
            | if summary.reserved { RESERVED } else { 0 }
            | if summary.bootp { BOOTP } else { 0 }
            | IS_THERE;
        // A file of 256 TiB or more is not read to its end.
        let offset = summary.offset & LOW;
        Packed([
            u64::from(u32::from(summary.address)) << 32 | u64::from(meta) << 16 | offset >> 32,
            offset >> 16 << 48 | time_bits(summary.ends),
            offset << 48 | time_bits(summary.starts),
        ])
    }

    pub(super) fn is_there(self) -> bool {
        self.meta() & IS_THERE != 0
    }

    pub(super) fn address(self) -> u32 {
        (self.0[0] >> 32) as u32
    }

    pub(super) fn offset(self) -> u64 {
        (self.0[0] & 0xffff) << 32 | self.0[1] >> 48 << 16 | self.0[2] >> 48
    }

    fn meta(self) -> u16 {
        (self.0[0] >> 16) as u16
    }

    pub(super) fn summary(self) -> Summary {
        let meta = self.meta();
        Summary {
            address: self.address().into(),
            starts: time(self.0[2] & LOW),
            ends: time(self.0[1] & LOW),
            state: state(meta),
            next_state: state(meta >> 4),
            reserved: meta & RESERVED != 0,
            bootp: meta & BOOTP != 0,
            offset: self.offset(),
        }
    }
}

fn state_bits(state: Option<State>) -> u16 {
    state.map_or(0, |state| state as u16 + 1)
}

fn state(bits: u16) -> Option<State> {
    State::ALL.get(usize::from(bits & 0xf).checked_sub(1)?).copied()
}

/// Times have room: see [`Time::within_bounds`].
fn time_bits(time: Option<Time>) -> u64 {
    match time {
        None => 0,
        Some(Time::Never) => LOW,
        Some(Time::At(seconds)) => (seconds.clamp(-MAX_SECONDS, MAX_SECONDS) + MAX_SECONDS + 1) as u64,
    }
}

fn time(bits: u64) -> Option<Time> {
    match bits {
        0 => None,
        LOW => Some(Time::Never),
        _ => Some(Time::At(bits as i64 - 1 - MAX_SECONDS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_time() -> impl Strategy<Value = Option<Time>> {
        prop_oneof![
            Just(None),
            Just(Some(Time::Never)),
            (-MAX_SECONDS..=MAX_SECONDS).prop_map(|seconds| Some(Time::At(seconds))),
        ]
    }

    fn any_state() -> impl Strategy<Value = Option<State>> {
        proptest::option::of(proptest::sample::select(State::ALL.to_vec()))
    }

    proptest! {
        #[test]
        fn packing_loses_nothing(
            address in any::<u32>(), starts in any_time(), ends in any_time(), state in any_state(),
            next_state in any_state(), reserved in any::<bool>(), bootp in any::<bool>(), offset in 0_u64..1 << 48,
        ) {
            let address = address.into();
            let summary = Summary { address, starts, ends, state, next_state, reserved, bootp, offset };
            let packed = Packed::new(&summary);
            prop_assert_eq!(packed.summary(), summary);
            prop_assert!(packed.is_there() && !Packed::NONE.is_there());
        }
    }
}
