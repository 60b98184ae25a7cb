//! How fast requests go that make the server write.
//!
//! dhcpd waits for its disk at each change, and works through all requests that wait for it before it looks at its
//! clients again. So changes go in bursts: the next burst is sent when all of the last one is answered, and a burst is no
//! more than the server carries out in [`BUDGET`], by the time that it took for those before. Between two bursts the
//! clients have their turn.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a burst may keep the server busy.
pub const BUDGET: Duration = Duration::from_millis(10);

/// The most changes in a burst, however fast the server is.
pub const LARGEST_BURST: usize = 4;

/// What a new, shorter time counts for among those before it: one part of so many.
const SMOOTHING: u32 = 8;

/// How fast changes may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// The most changes a second.
    pub rate: Option<NonZeroU32>,
    /// The server's clients may wait: no change waits for the answers to others.
    pub full_speed: bool,
}

impl Pace {
    /// This one, or that one where this one says nothing.
    pub fn or(self, other: Pace) -> Pace {
        if self == Pace::default() { other } else { self }
    }
}

/// When the next change may go to each server at a rate. Clones share it: connections that are made one after another keep
/// to one rate.
#[derive(Clone, Debug, Default)]
pub struct Schedule(Arc<Mutex<HashMap<SocketAddr, Instant>>>);

impl Schedule {
    fn moments(&self) -> MutexGuard<'_, HashMap<SocketAddr, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The changes on one connection.
#[derive(Debug)]
pub(super) struct Pacing {
    pace: Pace,
    schedule: Schedule,
    /// Whom the changes go to.
    peer: SocketAddr,
    /// How long the server takes for a change.
    service: Option<Duration>,
    /// How many may be in a burst.
    allowed: usize,
    /// How many are in the present one, and how many of them are not answered.
    sent: usize,
    unanswered: usize,
    /// When its first one was sent.
    start: Instant,
}

impl Pacing {
    pub(super) fn new(pace: Pace, schedule: Schedule, peer: SocketAddr) -> Self {
        let start = Instant::now();
        Pacing { pace, schedule, peer, service: None, allowed: 1, sent: 0, unanswered: 0, start }
    }

    /// How many changes may go now, beside those that are under way, and before an answer has come.
    pub(super) fn room(&self, now: Instant) -> usize {
        match self.pace.rate {
            Some(_) if self.pause(now).is_some() => 0,
            Some(_) => self.room_in_burst().min(1),
            None => self.room_in_burst(),
        }
    }

    fn room_in_burst(&self) -> usize {
        match self.pace.full_speed {
            true => usize::MAX,
            // A burst that has begun to be answered is over.
            false if self.unanswered < self.sent => 0,
            false => self.allowed - self.sent,
        }
    }

    /// How many changes are worth keeping ready.
    pub(super) fn worth_having(&self) -> usize {
        match self.pace {
            Pace { rate: Some(_), .. } => 1,
            Pace { full_speed: true, .. } => usize::MAX,
            _ => 2 * self.allowed,
        }
    }

    /// How long to wait until a change may go, with none under way.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.pace.rate?;
        let next = self.schedule.moments().get(&self.peer).copied();
        next?.checked_duration_since(now).filter(|pause| !pause.is_zero())
    }

    /// A change is sent, in a burst or not.
    pub(super) fn count(&self, now: Instant) {
        if let Some(rate) = self.pace.rate {
            let mut moments = self.schedule.moments();
            let next = moments.entry(self.peer).or_insert(now);
            *next = now.max(*next) + Duration::from_secs(1) / rate.get();
        }
    }

    /// A change of a burst is sent.
    pub(super) fn sent(&mut self, now: Instant) {
        if self.sent == 0 {
            self.start = now;
        }
        self.sent += 1;
        self.unanswered += 1;
        self.count(now);
    }

    /// A change is answered.
    pub(super) fn answered(&mut self, now: Instant) {
        self.unanswered = self.unanswered.saturating_sub(1);
        if self.unanswered > 0 || self.sent == 0 {
            return;
        }
        let took = now.duration_since(self.start) / u32::try_from(self.sent).unwrap_or(u32::MAX);
        self.sent = 0;
        self.learn(took);
    }

    /// The server took so long for each change of a burst. A slower one counts at once, faster ones by and by.
    fn learn(&mut self, took: Duration) {
        let service = match self.service {
            Some(known) if took < known => known - (known - took) / SMOOTHING,
            _ => took,
        };
        self.service = Some(service);
        let fitting = BUDGET.as_nanos() / service.as_nanos().max(1);
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX).clamp(1, LARGEST_BURST);
        self.allowed = fitting.min(self.allowed + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn pacing(pace: Pace) -> Pacing {
        Pacing::new(pace, Schedule::default(), ([127, 0, 0, 1], 7911).into())
    }

    /// Sends as many as may go, answers them at that pace, and returns how many that were.
    fn burst(pacing: &mut Pacing, now: &mut Instant, service: Duration) -> usize {
        let count = pacing.room(*now);
        (0..count).for_each(|_| pacing.sent(*now));
        for _ in 0..count {
            assert_eq!(pacing.room(*now), if pacing.unanswered == pacing.sent { pacing.allowed - count } else { 0 });
            *now += service;
            pacing.answered(*now);
        }
        count
    }

    #[test]
    fn bursts_grow_by_one_and_shrink_at_once() {
        let (mut pacing, mut now) = (pacing(Pace::default()), Instant::now());
        let mut bursts = |service, count: usize| -> Vec<usize> {
            (0..count).map(|_| burst(&mut pacing, &mut now, service)).collect()
        };
        assert_eq!(bursts(MS / 5, 6), [1, 2, 3, 4, 4, 4]);
        // The first slow burst is known when it is over.
        assert_eq!(bursts(8 * MS, 3), [4, 1, 1]);
        // One slow answer is not forgotten with the next fast one.
        let later = bursts(MS / 5, 30);
        assert_eq!((later[0], later[1], later[29]), (1, 1, LARGEST_BURST));
        assert!(later.windows(2).all(|pair| pair[0] <= pair[1] && pair[1] <= pair[0] + 1), "{later:?}");
    }

    #[test]
    fn a_burst_is_what_the_server_makes_in_the_budget() {
        for (service, expected) in [(4 * MS, 2), (3 * MS, 3), (11 * MS, 1), (500 * MS, 1), (5 * MS, 2), (6 * MS, 1)] {
            let (mut pacing, mut now) = (pacing(Pace::default()), Instant::now());
            for _ in 0..10 {
                burst(&mut pacing, &mut now, service);
            }
            assert_eq!(burst(&mut pacing, &mut now, service), expected, "{service:?}");
        }
    }

    #[test]
    fn a_rate_spaces_changes_out() {
        let now = Instant::now();
        let mut pacing = pacing(Pace { rate: NonZeroU32::new(10), full_speed: false });
        assert_eq!((pacing.room(now), pacing.pause(now)), (1, None));
        pacing.sent(now);
        pacing.answered(now + MS);
        assert_eq!((pacing.room(now + MS), pacing.pause(now + MS)), (0, Some(99 * MS)));
        let late = now + 350 * MS;
        assert_eq!((pacing.room(late), pacing.pause(late)), (1, None));
        // What was not used is not made up for.
        pacing.sent(late);
        pacing.answered(late + MS);
        assert_eq!(pacing.pause(late + MS), Some(99 * MS));
    }

    #[test]
    fn at_full_speed_nothing_waits() {
        let now = Instant::now();
        let mut pacing = pacing(Pace { rate: None, full_speed: true });
        for _ in 0..100 {
            assert_eq!((pacing.room(now), pacing.pause(now)), (usize::MAX, None));
            pacing.sent(now);
        }
        pacing.answered(now + 500 * MS);
        assert_eq!(pacing.room(now), usize::MAX);
    }
}
