//! What dhcpd would do with a lease now: the one table of it.
//!
//! A lease file says what a lease was when dhcpd wrote about it last. What it is now depends on the time, and on the
//! failover relation of its pool: who may give it out, and whether the partner still has to agree. All rows of this
//! table are measured on dhcpd 4.4.3-P1 with real clients (`tests/field/states`).

use crate::dhcpd::failover::FailoverState;
use crate::dhcpd::leases::{IaAddress, Lease, State, Summary, Time};

/// Who gets an address from this server now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The client that has it.
    Holder,
    /// Any client that asks for an address.
    Any,
    /// Nobody but the client that had it, or one that asks for exactly this address: it is reserved, or it has not
    /// become free yet.
    Former,
    /// Only a client of the failover partner: the partner gives it out.
    Partner,
    /// Any client, when there is nothing else left: it is abandoned.
    Last,
    /// Nobody: this server answers no clients in its failover state.
    Nobody,
}

impl Access {
    /// Its word in columns.
    pub fn name(self) -> &'static str {
        match self {
            Access::Holder | Access::Former => "client",
            Access::Any => "any",
            Access::Partner => "partner",
            Access::Last => "last",
            Access::Nobody => "nobody",
        }
    }
}

/// What a lease is now, and who gets its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// Who gets it.
    pub access: Access,
}

impl Standing {
    /// That of an address of DHCPv6, which knows no failover.
    pub fn of_binding(binding: &IaAddress, now: i64) -> Standing {
        let state = binding.state_at(now);
        let access = match state {
            State::Active => Access::Holder,
            State::Abandoned => Access::Last,
            _ => Access::Any,
        };
        Standing { state, access }
    }
}

/// How a server of a failover pair serves clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// It gives out its own part of the addresses: normal, or communications-interrupted.
    Own,
    /// The partner is down. Since `since`, in seconds since 1970, and `mclt` seconds later its addresses are ours.
    PartnerDown {
        /// When this server came into the state.
        since: i64,
        /// The maximum client lead time.
        mclt: i64,
    },
    /// It answers nobody.
    None,
}

impl Service {
    /// That of a server in a state.
    pub fn of(state: FailoverState, since: Option<Time>, mclt: u32) -> Service {
        match state {
            FailoverState::PartnerDown => {
                let since = match since {
                    Some(Time::At(since)) => since,
                    Some(Time::Never) => i64::MAX / 2,
                    None => 0,
                };
                Service::PartnerDown { since, mclt: mclt.into() }
            }
            state if state.serves() => Service::Own,
            _ => Service::None,
        }
    }

    /// Whether the partner's addresses are to be had.
    fn is_sole(self, now: i64) -> bool {
        matches!(self, Service::PartnerDown { since, mclt } if since + mclt < now)
    }
}

/// By which rules the leases of a pool go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// This server has the pool for itself.
    Alone,
    /// It shares the pool with a failover partner.
    Failover {
        /// Whether it is the secondary.
        is_secondary: bool,
        /// How it serves clients.
        service: Service,
    },
}

/// What a lease file says about a lease, as far as it counts here.
#[derive(Clone, Copy, Debug)]
struct Recorded {
    state: Option<State>,
    next_state: Option<State>,
    ends: Option<Time>,
    reserved: bool,
    tsfp: Option<Time>,
}

impl Rules {
    /// What a lease is now. A summary does not keep `tsfp`, which counts while the partner is down
    /// ([`Rules::need_tsfp`]).
    pub fn standing(&self, lease: &Summary, tsfp: Option<Time>, now: i64) -> Standing {
        let Summary { state, next_state, ends, reserved, .. } = *lease;
        self.judge(Recorded { state, next_state, ends, reserved, tsfp }, now)
    }

    /// The same of a whole lease.
    pub fn standing_of(&self, lease: &Lease, now: i64) -> Standing {
        let Lease { state, next_state, ends, reserved, tsfp, .. } = *lease;
        self.judge(Recorded { state, next_state, ends, reserved, tsfp }, now)
    }

    /// Who gets an address of which the lease file says nothing.
    pub fn untouched(&self, now: i64) -> Access {
        self.access(State::Free, None, now)
    }

    /// Whether the time counts that the partner believes a lease to end.
    pub fn need_tsfp(&self) -> bool {
        matches!(self, Rules::Failover { service: Service::PartnerDown { .. }, .. })
    }

    fn judge(&self, recorded: Recorded, now: i64) -> Standing {
        let (state, is_unsettled, tsfp) = self.settle(&recorded, now);
        let is_after_end = recorded.ends.is_none_or(|ends| ends <= Time::At(now));
        let is_silent = matches!(self, Rules::Failover { service: Service::None, .. });
        let access = match state {
            State::Active => Access::Holder,
            // dhcpd takes it when nothing else is left, as one of those that the primary gives out.
            State::Abandoned => match self.access(State::Free, tsfp, now) {
                Access::Any => Access::Last,
                access => access,
            },
            _ if is_silent => Access::Nobody,
            State::Expired | State::Released | State::Reset if is_unsettled => Access::Former,
            State::Expired | State::Released | State::Reset => Access::Any,
            State::Free | State::Backup if is_unsettled => Access::Former,
            State::Free | State::Backup => match self.access(state, tsfp, now) {
                // dhcpd takes the lease that ended first, and gives out none that has not.
                Access::Any if !is_after_end => Access::Former,
                access => access,
            },
        };
        let access = if recorded.reserved && access == Access::Any { Access::Former } else { access };
        Standing { state, access }
    }

    /// The state that a lease has come to; whether that is not for others yet; and since when the partner's part is over.
    fn settle(&self, recorded: &Recorded, now: i64) -> (State, bool, Option<Time>) {
        use State::{Active, Backup, Expired, Free, Released, Reset};
        let &Recorded { next_state, ends, tsfp, .. } = recorded;
        let is_after_end = ends.is_none_or(|ends| ends <= Time::At(now));
        // One whose state is not said is active until its end.
        let state = recorded.state.unwrap_or(if is_after_end { Free } else { Active });
        let next = next_state.filter(|next| is_after_end && *next != state && recorded.state.is_some());
        match self {
            Rules::Alone => match (state, next) {
                // A server that has the pool for itself knows no other free ones.
                (Backup, None) => (Free, false, tsfp),
                (_, Some(Free | Expired | Released | Reset)) => (Free, false, tsfp),
                (_, Some(Backup)) => (Backup, true, tsfp),
                (_, Some(next)) => (next, false, tsfp),
                // Nothing is said of what comes next, or not yet: so it stays.
                (state, None) => (state, matches!(state, Expired | Released | Reset), tsfp),
            },
            Rules::Failover { service, .. } => match (state, next, service) {
                (Active, Some(Expired | Released | Reset), Service::PartnerDown { since, mclt }) => {
                    // The partner may have renewed it until then.
                    let tsfp = since.saturating_add(*mclt);
                    if tsfp < now { (Free, false, Some(Time::At(tsfp))) } else { (Expired, true, tsfp_at(tsfp)) }
                }
                (Active, Some(next), _) => (next, matches!(next, Expired | Released | Reset), tsfp),
                (Expired | Released | Reset, Some(next), Service::PartnerDown { .. }) => {
                    let is_over = tsfp.is_none_or(|tsfp| tsfp <= Time::At(now));
                    if is_over { (next, false, tsfp) } else { (state, !service.is_sole(now), tsfp) }
                }
                (Expired | Released | Reset, _, _) => (state, true, tsfp),
                (_, Some(next), _) => (next, false, tsfp),
                (state, None, _) => (state, false, tsfp),
            },
        }
    }

    /// Who gets an address that is free on one side.
    fn access(&self, state: State, tsfp: Option<Time>, now: i64) -> Access {
        let &Rules::Failover { is_secondary, service } = self else { return Access::Any };
        let is_own = is_secondary == (state == State::Backup);
        let lead = match service {
            Service::None => return Access::Nobody,
            Service::PartnerDown { mclt, .. } => mclt,
            Service::Own => 0,
        };
        // The partner may have given it out until then, without a word to us.
        let is_over = match tsfp {
            None => true,
            Some(Time::At(tsfp)) => tsfp.saturating_add(lead) < now,
            Some(Time::Never) => false,
        };
        if is_own || service.is_sole(now) && is_over { Access::Any } else { Access::Partner }
    }
}

impl Summary {
    /// What the lease is at a time, in seconds since 1970, on a server without a failover partner. With one it depends
    /// on more: see [`View`](super::View).
    pub fn state_at(&self, now: i64) -> State {
        Rules::Alone.standing(self, None, now).state
    }
}

fn tsfp_at(seconds: i64) -> Option<Time> {
    Some(Time::At(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 100_000;
    const PAST: Option<Time> = Some(Time::At(NOW));
    const FUTURE: Option<Time> = Some(Time::At(NOW + 1));

    fn failover(is_secondary: bool, state: FailoverState, since: i64) -> Rules {
        Rules::Failover { is_secondary, service: Service::of(state, Some(Time::At(since)), 600) }
    }

    fn standing(
        rules: Rules,
        state: Option<State>,
        next_state: Option<State>,
        ends: Option<Time>,
        tsfp: Option<i64>,
    ) -> (State, Access) {
        let tsfp = tsfp.map(Time::At);
        let Standing { state, access } = rules.judge(Recorded { state, next_state, ends, reserved: false, tsfp }, NOW);
        (state, access)
    }

    #[test]
    fn a_lease_without_failover_is_free_as_soon_as_it_is_over() {
        use Access::{Any, Former, Holder, Last};
        use State::{Abandoned, Active, Backup, Expired, Free, Released, Reset};
        for (state, next, ends, expected) in [
            (Some(Active), Some(Free), FUTURE, (Active, Holder)),
            (Some(Active), Some(Free), Some(Time::Never), (Active, Holder)),
            (Some(Active), Some(Free), PAST, (Free, Any)),
            (Some(Active), Some(Expired), PAST, (Free, Any)),
            (Some(Active), Some(Released), PAST, (Free, Any)),
            (Some(Active), None, PAST, (Active, Holder)),
            (Some(Active), None, None, (Active, Holder)),
            (Some(Active), Some(Free), None, (Free, Any)),
            (Some(Active), Some(Expired), None, (Free, Any)),
            (Some(Expired), Some(Free), PAST, (Free, Any)),
            (Some(Expired), Some(Free), FUTURE, (Expired, Former)),
            (Some(Expired), None, PAST, (Expired, Former)),
            (Some(Released), Some(Free), PAST, (Free, Any)),
            (Some(Reset), Some(Free), PAST, (Free, Any)),
            (Some(Reset), None, PAST, (Reset, Former)),
            (Some(Backup), None, None, (Free, Any)),
            (Some(Free), None, PAST, (Free, Any)),
            (Some(Free), None, FUTURE, (Free, Former)),
            (Some(Abandoned), Some(Free), FUTURE, (Abandoned, Last)),
            (Some(Abandoned), None, None, (Abandoned, Last)),
            (None, None, FUTURE, (Active, Holder)),
            (None, None, PAST, (Free, Any)),
            (None, Some(Expired), PAST, (Free, Any)),
            (None, None, None, (Free, Any)),
        ] {
            let found = standing(Rules::Alone, state, next, ends, None);
            assert_eq!(found, expected, "{state:?} then {next:?} at {ends:?}");
        }
    }

    #[test]
    fn a_partner_keeps_what_it_has_until_it_agrees_or_has_been_down_for_long() {
        use Access::{Any, Former, Holder, Nobody, Partner};
        use FailoverState::{CommunicationsInterrupted, Normal, PartnerDown, Recover};
        use State::{Active, Backup, Expired, Free};
        let expired = (Some(Expired), Some(Free), PAST);
        let over = (Some(Active), Some(Expired), PAST);
        let (free, backup) = ((Some(Free), None, PAST), (Some(Backup), None, PAST));
        // Less and more than the 600 seconds of mclt ago.
        let (soon, late) = (NOW - 60, NOW - 3600);
        for (secondary, state, since, (recorded, next, ends), tsfp, expected) in [
            (false, Normal, late, free, None, (Free, Any)),
            (false, Normal, late, backup, None, (Backup, Partner)),
            (true, Normal, late, free, None, (Free, Partner)),
            (true, CommunicationsInterrupted, late, backup, None, (Backup, Any)),
            (false, CommunicationsInterrupted, late, expired, None, (Expired, Former)),
            (true, CommunicationsInterrupted, late, expired, Some(late), (Expired, Former)),
            (false, CommunicationsInterrupted, late, over, None, (Expired, Former)),
            (false, CommunicationsInterrupted, late, (Some(Active), Some(Free), PAST), None, (Free, Any)),
            (false, CommunicationsInterrupted, late, (Some(Active), None, None), None, (Active, Holder)),
            (false, Normal, late, (Some(State::Abandoned), None, PAST), None, (State::Abandoned, Access::Last)),
            (true, Normal, late, (Some(State::Abandoned), None, PAST), None, (State::Abandoned, Partner)),
            (false, Recover, late, free, None, (Free, Nobody)),
            (false, Recover, late, expired, None, (Expired, Nobody)),
            (false, PartnerDown, soon, free, None, (Free, Any)),
            (false, PartnerDown, soon, backup, Some(late), (Backup, Partner)),
            (false, PartnerDown, late, backup, None, (Backup, Any)),
            (false, PartnerDown, late, backup, Some(late), (Backup, Any)),
            (false, PartnerDown, late, backup, Some(NOW - 300), (Backup, Partner)),
            (true, PartnerDown, soon, free, None, (Free, Partner)),
            (true, PartnerDown, late, free, None, (Free, Any)),
            (false, PartnerDown, soon, expired, None, (Free, Any)),
            (false, PartnerDown, soon, expired, Some(NOW + 9), (Expired, Former)),
            (false, PartnerDown, late, expired, Some(NOW + 9), (Expired, Any)),
            (true, PartnerDown, soon, expired, None, (Free, Partner)),
            (true, PartnerDown, late, expired, Some(NOW - 300), (Free, Partner)),
            (false, PartnerDown, soon, over, None, (Expired, Former)),
            (true, PartnerDown, late, over, Some(NOW - 300), (Free, Any)),
        ] {
            let found = standing(failover(secondary, state, since), recorded, next, ends, tsfp);
            assert_eq!(found, expected, "{state:?} since {since}: {recorded:?} then {next:?}, tsfp {tsfp:?}");
        }
    }

    #[test]
    fn what_nobody_has_ever_had_is_the_primarys() {
        use FailoverState::{Normal, PartnerDown, Paused};
        for (rules, access) in [
            (Rules::Alone, Access::Any),
            (failover(false, Normal, 0), Access::Any),
            (failover(true, Normal, 0), Access::Partner),
            (failover(true, PartnerDown, NOW - 60), Access::Partner),
            (failover(true, PartnerDown, NOW - 601), Access::Any),
            (failover(false, Paused, 0), Access::Nobody),
        ] {
            assert_eq!(rules.untouched(NOW), access, "{rules:?}");
        }
    }

    #[test]
    fn a_reserved_lease_is_for_its_client() {
        let recorded = Recorded { state: Some(State::Free), next_state: None, ends: PAST, reserved: true, tsfp: None };
        assert_eq!(Rules::Alone.judge(recorded, NOW).access, Access::Former);
        assert_eq!(failover(true, FailoverState::Normal, 0).judge(recorded, NOW).access, Access::Partner);
    }
}
