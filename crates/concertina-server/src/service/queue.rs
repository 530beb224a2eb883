//! What waits for a model, and the thread that works on it.
//!
//! No timer delays anybody: whatever waits when the thread is free is taken together, as far as it
//! asks for the same. Since a model's answer for an example does not depend on the examples beside
//! it, nobody can tell.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::problem::Problem;

/// What one request asks of a model.
pub(crate) trait Ask: Send + 'static {
    /// What it is answered with.
    type Answer: Send + 'static;

    /// Whether it can be computed together with another.
    fn goes_with(&self, other: &Self) -> bool;

    /// How many examples it has.
    fn examples(&self) -> usize;
}

/// An ask that waits.
pub(crate) struct Waiting<A: Ask> {
    pub(crate) ask: A,
    to: oneshot::Sender<Result<A::Answer, Problem>>,
    begun: Arc<AtomicBool>,
    since: Instant,
}

/// Asks in the order in which they came.
pub(crate) struct Queue<A: Ask> {
    state: Mutex<State<A>>,
    wake: Condvar,
    /// Asks that may wait.
    most: usize,
}

struct State<A: Ask> {
    waiting: VecDeque<Waiting<A>>,
    is_open: bool,
}

impl<A: Ask> Queue<A> {
    pub(crate) fn new(most: usize) -> Self {
        let state = Mutex::new(State { waiting: VecDeque::new(), is_open: true });
        Self { state, wake: Condvar::new(), most }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// The answer, when it is there.
    pub(crate) async fn ask(&self, ask: A, within: Duration) -> Result<A::Answer, Problem> {
        let begun = Arc::new(AtomicBool::new(false));
        let (to, mut answer) = oneshot::channel();
        {
            let mut state = self.lock();
            if !state.is_open {
                return Err(Problem::busy("the server is ending"));
            }
            if state.waiting.len() >= self.most {
                return Err(Problem::busy(format!("{} requests wait already", self.most)));
            }
            let since = Instant::now();
            state.waiting.push_back(Waiting { ask, to, begun: Arc::clone(&begun), since });
        }
        self.wake.notify_one();
        let answered = match tokio::time::timeout(within, &mut answer).await {
            Ok(answered) => answered,
            // What is being worked on is worth waiting for; the rest is passed over by the thread,
            // since nobody is there to take its answer.
            Err(_) if begun.load(Ordering::SeqCst) => answer.await,
            Err(_) => return Err(waited(within)),
        };
        answered.unwrap_or_else(|_| Err(Problem::ours()))
    }

    /// Answers asks until the queue is closed and empty. `most` is how many examples are computed
    /// together; `compute` gives an answer for each ask, in their order.
    pub(crate) fn work(
        &self,
        most: usize,
        mut compute: impl FnMut(&mut [Waiting<A>]) -> Vec<Result<A::Answer, Problem>>,
        mut failed: impl FnMut(),
    ) {
        while let Some(mut taken) = self.take(most) {
            let computed = catch_unwind(AssertUnwindSafe(|| compute(&mut taken)));
            let answers = computed.unwrap_or_else(|_| {
                failed();
                taken.iter().map(|_| Err(Problem::ours())).collect()
            });
            for (waiting, answer) in taken.into_iter().zip(answers) {
                // Who has gone does not take it.
                let _taken = waiting.to.send(answer);
            }
        }
    }

    /// The first ask, with those behind it that go with it; none when the queue is closed and
    /// empty.
    fn take(&self, most: usize) -> Option<Vec<Waiting<A>>> {
        let mut state = self.lock();
        loop {
            let Some(first) = state.waiting.pop_front() else {
                if !state.is_open {
                    return None;
                }
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if first.to.is_closed() {
                continue;
            }
            first.begun.store(true, Ordering::SeqCst);
            let mut examples = first.ask.examples();
            let mut taken = vec![first];
            let mut left = VecDeque::with_capacity(state.waiting.len());
            for next in state.waiting.drain(..) {
                let fits = examples + next.ask.examples() <= most;
                if fits && next.ask.goes_with(&taken[0].ask) && !next.to.is_closed() {
                    examples += next.ask.examples();
                    next.begun.store(true, Ordering::SeqCst);
                    taken.push(next);
                } else {
                    left.push_back(next);
                }
            }
            state.waiting = left;
            return Some(taken);
        }
    }

    /// Takes no more asks.
    pub(crate) fn close(&self) {
        self.lock().is_open = false;
        self.wake.notify_all();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Ask> Waiting<A> {
    /// How long it has waited.
    pub(crate) fn waited(&self) -> Duration {
        self.since.elapsed()
    }
}

fn waited(within: Duration) -> Problem {
    Problem::new(
        axum::http::StatusCode::GATEWAY_TIMEOUT,
        format!("waited for {} s, since others were there before", within.as_secs()),
    )
    .with_hint("ask again later, or send fewer examples at a time")
}
