//! Room in memory: what requests take together is bounded.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;

/// What a permit stands for, in bytes.
const UNIT: usize = 1024;

/// What all requests may take.
pub(crate) struct Memory {
    free: Arc<Semaphore>,
    most: usize,
}

/// What is kept for a request, and is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    kept: OwnedSemaphorePermit,
    most: usize,
}

impl Memory {
    /// So many bytes.
    pub(crate) fn new(most: usize) -> Self {
        let units = (most / UNIT).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(units)), most }
    }

    /// None of it yet.
    pub(crate) fn none(&self) -> Room {
        let none = Arc::clone(&self.free).try_acquire_many_owned(0);
        Room { kept: none.expect("the semaphore is never closed"), most: self.most }
    }
}

impl Room {
    /// Keeps so many more bytes.
    ///
    /// # Errors
    /// If there are not so many at all, or at the moment.
    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), Problem> {
        let most = self.most;
        let kept = self.kept.num_permits().saturating_mul(UNIT);
        if kept.saturating_add(bytes) > most {
            return Err(Problem::too_large(format!(
                "expected a request that takes at most {most} bytes in all, found one that takes \
                 more"
            ))
            .with_hint("send fewer examples at a time"));
        }
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let more = Arc::clone(self.kept.semaphore())
            .try_acquire_many_owned(units)
            .map_err(|_| Problem::busy("other requests take all the memory at the moment"))?;
        self.kept.merge(more);
        Ok(())
    }
}
