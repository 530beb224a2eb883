//! Processes that are threads of one, for tests.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use rayon::ThreadPoolBuilder;

use super::Group;

/// One of several threads that stand for processes.
#[derive(Debug)]
pub(crate) struct Thread {
    rank: usize,
    to: Vec<Sender<Vec<u8>>>,
    from: Mutex<Vec<Receiver<Vec<u8>>>>,
}

/// Runs `work` in `n` threads that form a group, and returns what each found, in their order. Each
/// computes on a pool of its own: in a common one, those that wait would leave no thread for those
/// that are waited for.
pub(crate) fn in_threads<T: Send>(n: usize, work: impl Fn(Arc<dyn Group>) -> T + Sync) -> Vec<T> {
    let mut to: Vec<Vec<Sender<Vec<u8>>>> = (0..n).map(|_| Vec::new()).collect();
    let mut from: Vec<Vec<Receiver<Vec<u8>>>> = (0..n).map(|_| Vec::new()).collect();
    for senders in &mut to {
        for receivers in &mut from {
            let (sender, receiver) = channel();
            senders.push(sender);
            receivers.push(receiver);
        }
    }
    let ranks = to.into_iter().zip(from).enumerate();
    let ranks = ranks.map(|(rank, (to, from))| Thread { rank, to, from: Mutex::new(from) });
    let work = &work;
    let run = |rank: Thread| {
        let pool = ThreadPoolBuilder::new().num_threads(1 + rank.rank % 2).build().unwrap();
        pool.install(|| work(Arc::new(rank)))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = ranks.map(|rank| scope.spawn(move || run(rank))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

impl Group for Thread {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.to.len()
    }

    /// # Panics
    /// If another thread has ended.
    fn exchange(&self, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        for (to, part) in self.to.iter().zip(parts) {
            to.send(part.to_vec()).unwrap();
        }
        self.from.lock().unwrap().iter().map(|from| from.recv().unwrap()).collect()
    }
}
