//! Training.
//!
//! ```
//! use concertina::prelude::*;
//!
//! # let name = format!("concertina-doc-train-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! # let options = OpenOptions { limit: Some(24), ..OpenOptions::default() };
//! # let data = Dataset::open("digits", &options)?;
//! let recipe = Recipe::named("conv-ae")?.with("training.epochs", 1)?;
//! let mut run = recipe.plan(&data)?.start(&data, &folder)?;
//! while let Some(event) = run.step()? {
//!     if let Event::Epoch(metrics) = event {
//!         println!("validation loss {:.4}", metrics.valid.loss);
//!     }
//! }
//! let model = run.into_model();
//! # assert_eq!(model.recipe.name, "conv-ae");
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! [`Plan`] is a recipe checked against data; only a plan can be started. [`Run`] is the training
//! loop for every model: each call of [`Run::step`] returns an [`Event`]. The loop itself does not
//! print; callers use the events for progress bars or logs. With [`Plan::in_group`] several
//! processes train one model, with [`Plan::on`] a GPU does.

mod at_work;
mod checkpoint;
mod engine;
mod event;
mod fingerprint;
mod handshake;
mod loader;
mod measured;
mod memory;
mod plan;
mod replaced;
mod run;
mod schedule;
mod shards;
mod start;
mod state;
mod streams;
mod watch;

pub use self::at_work::AtWork;
pub(crate) use self::engine::{StepContext, engine};
pub use self::event::{Event, StepReport};
pub(crate) use self::loader::Loader;
pub use self::memory::MemoryEstimate;
pub use self::plan::Plan;
pub use self::run::{ResumeOptions, Run, Trained};
pub(crate) use self::state::TrainingState;
pub use self::watch::PastWarning;

#[cfg(test)]
mod tests;
