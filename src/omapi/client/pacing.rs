//! How fast requests go that make the server write.
//!
//! dhcpd waits for its disk at each change, and works through all requests that wait for it before it looks at its
//! clients again. So changes go in bursts: the next burst is sent when all of the last one is answered, and a burst is no
//! more than the server carries out in [`BUDGET`], by the time that it took for those before. Between two bursts the
//! clients have their turn.

use std::num::NonZeroU32;
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

/// The changes on one connection.
#[derive(Debug)]
pub(super) struct Pacing {
    pace: Pace,
    /// How long the server takes for a change.
    service: Option<Duration>,
    /// How many may be in a burst.
    allowed: usize,
    /// How many are in the present one, and how many of them are not answered.
    sent: usize,
    unanswered: usize,
    /// When its first one was sent.
    start: Instant,
    /// When the next change may go at this rate.
    next: Option<Instant>,
}

impl Pacing {
    pub(super) fn new(pace: Pace) -> Self {
        Pacing { pace, service: None, allowed: 1, sent: 0, unanswered: 0, start: Instant::now(), next: None }
    }

    /// How many changes may go now, beside those that are under way, and before an answer has come.
    pub(super) fn room(&self, now: Instant) -> usize {
        match (self.pace.rate, self.next) {
            (Some(_), Some(next)) if now < next => 0,
            (Some(_), _) => self.room_in_burst().min(1),
            (None, _) => self.room_in_burst(),
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
        self.next.and_then(|next| next.checked_duration_since(now)).filter(|pause| !pause.is_zero())
    }

    /// A change is sent.
    pub(super) fn sent(&mut self, now: Instant) {
        if self.sent == 0 {
            self.start = now;
        }
        self.sent += 1;
        self.unanswered += 1;
        self.next = self.pace.rate.map(|rate| self.next.map_or(now, |next| next.max(now)) + Duration::from_secs(1) / rate.get());
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
