//! Work that is shared out among rayon's threads.
//!
//! All loops of the library that run on many threads pass through here. rayon's own iterators are
//! compiled anew for every loop, with all that splits, hands over and waits: that was a sixth of
//! the library's code. Here ordinary iterators say what there is to do, and what splits it sees any
//! job as a `Task`, so that it is compiled once.
//!
//! Results come in the order of the jobs. Who adds them up in that order gets the same sum for any
//! number of threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;

/// Indices that a thread takes at a time, of many with little work each.
const RUN: usize = 64;

/// Does `work` on each of the jobs. A job costs some 50 ns beside its own work, and should take
/// longer than a microsecond.
///
/// # Panics
/// If `work` does, when the others have come to their end.
pub fn each<J: Send>(jobs: impl IntoIterator<Item = J>, work: impl Fn(J) + Sync) {
    done(jobs, &work);
}

/// What `work` makes of each of the jobs, in their order; otherwise as [`each`].
///
/// # Panics
/// As [`each`].
pub fn map<J: Send, T: Send>(
    jobs: impl IntoIterator<Item = J>,
    work: impl Fn(J) -> T + Sync,
) -> Vec<T> {
    let slots = done(jobs, &work);
    let mut results = Vec::with_capacity(slots.len());
    for slot in slots {
        results.push(slot.result.expect("every task has been run"));
    }
    results
}

/// As [`map`], for work that can fail.
///
/// # Errors
/// The first in the order of the jobs, whichever thread came to one first. Jobs that come after one
/// that failed are left undone if they have not begun.
///
/// # Panics
/// As [`each`].
pub fn try_map<J: Send, T: Send>(
    jobs: impl IntoIterator<Item = J>,
    work: impl Fn(J) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let first_failed = AtomicUsize::new(usize::MAX);
    let results = map(jobs.into_iter().enumerate(), |(index, job)| {
        if index > first_failed.load(Ordering::Relaxed) {
            return None;
        }
        let result = work(job);
        if result.is_err() {
            first_failed.fetch_min(index, Ordering::Relaxed);
        }
        Some(result)
    });
    // What was left undone comes after an error.
    results.into_iter().flatten().collect()
}

/// What `work` makes of each index below `n`, in their order, where that takes less than some
/// microseconds: a thread takes many indices at a time.
///
/// # Panics
/// As [`each`].
pub fn map_indices<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let run = |first: usize| -> Vec<T> { (first..n.min(first + RUN)).map(&work).collect() };
    let mut results = Vec::with_capacity(n);
    for mut run in map((0..n).step_by(RUN), run) {
        results.append(&mut run);
    }
    results
}

/// A job, whatever its kind.
trait Task: Send {
    /// Does it.
    fn run(&mut self);
}

/// A job until it is done, and what came of it.
struct Slot<'a, J, T, W> {
    job: Option<J>,
    result: Option<T>,
    work: &'a W,
}

impl<J: Send, T: Send, W: Fn(J) -> T + Sync> Task for Slot<'_, J, T, W> {
    fn run(&mut self) {
        self.result = self.job.take().map(self.work);
    }
}

/// The jobs after `work` was done on them. Plain loops, since what is here is compiled for every
/// use, and collected iterators are twice as much code.
fn done<J: Send, T: Send, W: Fn(J) -> T + Sync>(
    jobs: impl IntoIterator<Item = J>,
    work: &W,
) -> Vec<Slot<'_, J, T, W>> {
    let mut slots = Vec::new();
    for job in jobs {
        slots.push(Slot { job: Some(job), result: None, work });
    }
    let mut tasks: Vec<&mut dyn Task> = Vec::with_capacity(slots.len());
    for slot in &mut slots {
        tasks.push(slot);
    }
    run(&mut tasks);
    slots
}

/// Runs tasks, halves of them on idle threads.
fn run(tasks: &mut [&mut dyn Task]) {
    match tasks {
        [] => {}
        [task] => task.run(),
        _ => {
            let (first, second) = tasks.split_at_mut(tasks.len() / 2);
            rayon::join(|| run(first), || run(second));
        }
    }
}

#[cfg(test)]
mod tests;
