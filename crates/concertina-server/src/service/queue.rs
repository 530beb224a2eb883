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
use super::room::Room;

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
    #[expect(
        dead_code,
        reason = "kept as long as the ask is here, though the client may have gone"
    )]
    room: Arc<Room>,
}

/// An ask whose answer somebody waits for. When nobody does any more, because he has gone or has
/// waited for too long, it leaves the queue.
struct Asked<'a, A: Ask> {
    queue: &'a Queue<A>,
    answer: Option<oneshot::Receiver<Result<A::Answer, Problem>>>,
}

impl<A: Ask> Asked<'_, A> {
    fn answer(&mut self) -> &mut oneshot::Receiver<Result<A::Answer, Problem>> {
        self.answer.as_mut().expect("it is taken when there is an answer")
    }
}

impl<A: Ask> Drop for Asked<'_, A> {
    fn drop(&mut self) {
        if self.answer.take().is_some() {
            self.queue.lock().waiting.retain(|waiting| !waiting.to.is_closed());
        }
    }
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
    pub(crate) async fn ask(
        &self,
        ask: A,
        room: &Arc<Room>,
        within: Duration,
    ) -> Result<A::Answer, Problem> {
        let begun = Arc::new(AtomicBool::new(false));
        let (to, answer) = oneshot::channel();
        {
            let mut state = self.lock();
            if !state.is_open {
                return Err(Problem::busy("the server is ending"));
            }
            if state.waiting.len() >= self.most {
                return Err(Problem::busy(format!("{} requests wait already", self.most)));
            }
            let since = Instant::now();
            let (begun, room) = (Arc::clone(&begun), Arc::clone(room));
            state.waiting.push_back(Waiting { ask, to, begun, since, room });
        }
        self.wake.notify_one();
        let mut asked = Asked { queue: self, answer: Some(answer) };
        let answered = match tokio::time::timeout(within, asked.answer()).await {
            Ok(answered) => answered,
            // What is being worked on is worth waiting for.
            Err(_) if begun.load(Ordering::SeqCst) => asked.answer().await,
            Err(_) => return Err(waited(within)),
        };
        asked.answer = None;
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::thread;

    use super::*;
    use crate::service::room::Memory;

    /// A number, which goes with others of its parity.
    struct Number(usize);

    impl Ask for Number {
        type Answer = usize;

        fn goes_with(&self, other: &Self) -> bool {
            self.0 % 2 == other.0 % 2
        }

        fn examples(&self) -> usize {
            1
        }
    }

    fn ask_all(queue: &Queue<Number>, numbers: &[usize]) -> Vec<Result<usize, u16>> {
        let room = Arc::new(Memory::new(1 << 20).none());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let within = Duration::from_secs(20);
        let asks = numbers.iter().map(|n| queue.ask(Number(*n), &room, within));
        let answers = runtime.block_on(futures_util::future::join_all(asks));
        answers.into_iter().map(|answer| answer.map_err(|why| why.status.as_u16())).collect()
    }

    #[test]
    fn a_mistake_costs_only_those_that_were_computed_together() {
        let queue = Queue::new(10);
        let (mut taken, mut n_failed) = (Vec::new(), 0);
        thread::scope(|scope| {
            let queue = &queue;
            let (taken, n_failed) = (&mut taken, &mut n_failed);
            let asked = scope.spawn(move || ask_all(queue, &[2, 3, 4, 5, 6, 8]));
            while queue.len() < 6 {
                thread::sleep(Duration::from_millis(1));
            }
            scope.spawn(move || {
                let compute = |asks: &mut [Waiting<Number>]| {
                    let numbers: Vec<usize> = asks.iter().map(|waiting| waiting.ask.0).collect();
                    taken.push(numbers.clone());
                    assert!(!numbers.contains(&3), "three is too much");
                    numbers.into_iter().map(|number| Ok(number * 10)).collect()
                };
                queue.work(3, compute, || *n_failed += 1);
            });
            let answers = asked.join().unwrap();
            assert_eq!(answers, [Ok(20), Err(500), Ok(40), Err(500), Ok(60), Ok(80)]);
            queue.close();
        });
        // At most three together, the first that waits decides with whom.
        assert_eq!(taken, [vec![2, 4, 6], vec![3, 5], vec![8]]);
        assert_eq!(n_failed, 1);
        assert_eq!(ask_all(&queue, &[1]), [Err(503)]);
    }

    #[test]
    fn who_waits_in_vain_leaves_the_queue() {
        let queue = Queue::new(2);
        let room = Arc::new(Memory::new(1 << 20).none());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let ask = |n, millis| queue.ask(Number(n), &room, Duration::from_millis(millis));
        let late = runtime.block_on(ask(1, 5)).unwrap_err();
        assert_eq!((late.status.as_u16(), queue.len()), (504, 0));
        // Whoever goes away does, too; three wait where two may.
        let gone = async {
            let left = tokio::time::timeout(Duration::from_millis(5), ask(1, 1000)).await;
            assert!(left.is_err());
        };
        runtime.block_on(gone);
        assert_eq!(queue.len(), 0);
        let (a, b, c) = runtime.block_on(async { tokio::join!(ask(1, 9), ask(2, 9), ask(3, 9)) });
        let statuses = [a, b, c].map(|answer| answer.unwrap_err().status.as_u16());
        assert_eq!(statuses, [504, 504, 503]);
    }
}
