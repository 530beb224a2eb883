//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::admission::Admission;
use super::limits::Limits;
use super::metrics::Metrics;
use super::problem::Problem;
use super::served::Served;

/// What a permit of [`Shared::room`] stands for, in bytes.
const UNIT: usize = 1024;
/// Pictures that are decoded at the same time: each may take all the pixels that are allowed.
const DECODING: usize = 2;

/// What handlers are given.
pub(crate) type App = Arc<Shared>;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) models: Vec<Arc<Served>>,
    pub(crate) limits: Limits,
    pub(crate) admission: Admission,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) decoding: Semaphore,
    memory: Arc<Semaphore>,
    is_ending: AtomicBool,
}

impl Shared {
    pub(crate) fn new(models: Vec<Arc<Served>>, limits: Limits, admission: Admission) -> Self {
        Self {
            models,
            limits,
            admission,
            metrics: Arc::new(Metrics::new()),
            decoding: Semaphore::new(DECODING),
            memory: Arc::new(Semaphore::new(limits.memory_bytes / UNIT)),
            is_ending: AtomicBool::new(false),
        }
    }

    /// Room for so many bytes, which is free again when the permit is dropped.
    pub(crate) fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        if units as usize > self.limits.memory_bytes / UNIT {
            return Err(Problem::too_large(format!(
                "the answer takes {bytes} bytes, more than the {} of this server",
                self.limits.memory_bytes
            ))
            .with_hint("send fewer examples at a time"));
        }
        Arc::clone(&self.memory)
            .try_acquire_many_owned(units)
            .map_err(|_| Problem::busy("other requests take all the memory at the moment"))
    }

    /// The model of this name, which may be left out if there is one alone.
    pub(crate) fn served(&self, name: Option<&str>) -> Result<&Arc<Served>, Problem> {
        let names = || {
            let names: Vec<&str> = self.models.iter().map(|served| served.name()).collect();
            names.join(", ")
        };
        match (name, &self.models[..]) {
            (None, [served]) => Ok(served),
            (None, _) => Err(Problem::unfit(format!(
                "expected the name of a model (`model`), one of {}, found none",
                names()
            ))),
            (Some(name), models) => {
                models.iter().find(|served| served.name() == name).ok_or_else(|| {
                    Problem::new(
                        axum::http::StatusCode::NOT_FOUND,
                        format!("no model is called `{name}`; there are {}", names()),
                    )
                })
            }
        }
    }

    /// From now on the server ends.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }
}
