//! Several cases at a time, each worker with networks of its own.

use super::net::Net;
use super::require_programs;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// What `work` made of each item, in the order of the items. Two to four workers share them; each
/// has `N` networks that no other worker uses at the time.
pub fn share<const N: usize, T: Sync, R: Send>(items: &[T], work: impl Fn(&T, &[Net; N]) -> R + Sync) -> Vec<R> {
    // Here rather than in a worker, whose failure would be reported twice.
    require_programs();
    let workers = thread::available_parallelism().map_or(2, NonZero::get).clamp(2, 4);
    let queue = Mutex::new(items.iter().enumerate());
    let next = || queue.lock().expect("no worker panics here").next();
    let results = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let nets = std::array::from_fn(|_| Net::new());
                while let Some((index, item)) = next() {
                    let result = work(item, &nets);
                    results.lock().expect("no worker panics here").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no worker has panicked");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
