//! What a word of a command line can be: hosts, leases, subnets, groups and the like, out of the server's files.
//!
//! - [`candidates()`] answers before its deadline, whatever the files are like;
//! - `index`: what there is to offer, in order, out of the files; `gather`: how it gets there;
//! - `cache`: an index in a file, looked up without being read; [`refresh`] writes it;
//! - `place`: which files are meant; `offer`: which texts may be offered at all;
//! - `kinds`: where the candidates of each kind come from; `hardware`: hardware addresses as they are typed.
//!
//! Whoever is at a prompt is not to be disturbed: nothing is printed, no failure is told, and nothing that is
//! no ordinary file is opened, since reading a pipe would take its bytes from somebody else.
//!
//! dhcpd lists nothing over OMAPI, so no server is asked.

mod cache;
mod candidate;
mod gather;
mod hardware;
mod index;
mod kinds;
mod offer;
mod place;
mod wanted;

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use crate::commands::profile::Profiles;

use cache::Cache;

use gather::Files;
use index::Lines;
use place::Place;

pub use cache::LONGEST_REFRESH;
pub use candidate::{Candidate, LIMIT};
pub use kinds::Kind;
pub use offer::is_offerable;
pub use wanted::{AskedServer, Wanted};

/// The candidates that could be found in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Them.
    pub candidates: Vec<Candidate>,
    /// They are not of the cache as it should be: [`refresh`] would make it so.
    pub wants_refresh: bool,
}

/// Finds candidates until the deadline: what is known then is the answer.
pub fn candidates(wanted: Wanted, deadline: Instant) -> Answer {
    let (sender, receiver) = channel();
    let worker = thread::Builder::new().spawn(move || find(&wanted, &sender));
    let mut best = Answer::default();
    if worker.is_err() {
        return best;
    }
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(answer) => best = answer,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return best,
        }
    }
}

/// Hands out answers, each better than the one before.
fn find(wanted: &Wanted, sender: &Sender<Answer>) {
    // Whoever does not listen any longer has seen enough.
    let answer = |lines: Option<&dyn Lines>, wants_refresh| {
        let candidates = kinds::choose(&wanted.kind, &wanted.typed, lines);
        let _ = sender.send(Answer { candidates, wants_refresh });
    };
    if wanted.kind == Kind::Profile {
        let candidates = profiles(&wanted.typed);
        let _ = sender.send(Answer { candidates, wants_refresh: false });
        return;
    }
    if !wanted.kind.needs_files() {
        return answer(None, false);
    }
    let Some(place) = Place::of(wanted) else { return answer(None, false) };
    let cache = Cache::of(&place);
    let old = cache.as_ref().and_then(Cache::open);
    if let Some(old) = &old {
        let is_fresh = old.is_fresh(&place, wanted.kind.needs_leases());
        answer(Some(old), !is_fresh && old.may_be_replaced());
        if is_fresh || old.took_long() {
            return;
        }
    } else {
        answer(None, cache.is_some());
    }
    let wants_refresh = cache.is_some() && old.as_ref().is_none_or(|old| old.may_be_replaced());
    let files = Files::read(&place);
    if old.is_some() && files.is_broken {
        return;
    }
    let without_leases = old.is_none() || !wanted.kind.needs_leases();
    if without_leases {
        answer(Some(&gather::index(&files, None)), wants_refresh);
    }
    if wanted.kind.needs_leases()
        && let Some(leases) = files.read_leases()
    {
        answer(Some(&gather::index(&files, Some(&leases))), wants_refresh);
    }
}

/// Reads the files and writes the cache, however long that takes. One process does so at a time; what goes
/// wrong leaves the cache as it was.
pub fn refresh(wanted: &Wanted) {
    let Some(place) = Place::of(wanted) else { return };
    let Some(cache) = Cache::of(&place) else { return };
    let Some(_lock) = cache.lock() else { return };
    let start = Instant::now();
    let files = Files::read(&place);
    if files.is_broken && cache.open().is_some() {
        // What was known before is better.
        return;
    }
    let leases = files.read_leases();
    let index = gather::index(&files, leases.as_ref());
    cache.write(&files.seen, &index, start.elapsed());
}

/// The profiles of `config.toml`.
fn profiles(typed: &str) -> Vec<Candidate> {
    let profiles = Profiles::read().unwrap_or_default();
    let named = profiles.all.into_iter().filter(|(name, _)| name.starts_with(typed) && is_offerable(name.as_bytes()));
    let about = |server: Option<String>| server.filter(|server| is_offerable(server.as_bytes())).unwrap_or_default();
    named.map(|(name, profile)| Candidate::new(name, about(profile.server))).take(LIMIT).collect()
}
