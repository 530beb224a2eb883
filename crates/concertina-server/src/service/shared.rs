//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::admission::Admission;
use super::limits::Limits;
use super::metrics::Metrics;
use super::problem::Problem;
use super::room::Memory;
use super::served::Served;

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
    decoding: Semaphore,
    pub(crate) memory: Memory,
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
            memory: Memory::new(limits.memory_bytes),
            is_ending: AtomicBool::new(false),
        }
    }

    /// A turn to decode a picture, which may be large.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let turn = tokio::time::timeout(self.limits.wait, self.decoding.acquire()).await;
        let turn = turn.map_err(|_| {
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "waited too long for a turn to decode")
        })?;
        turn.map_err(|_| Problem::ours())
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
                        StatusCode::NOT_FOUND,
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

    /// An error when requests should no longer come here.
    pub(crate) fn expect_ready(&self) -> Result<(), Problem> {
        if self.is_ending() { Err(Problem::busy("the server is ending")) } else { Ok(()) }
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }
}
