//! Training: one loop for every model.
//!
//! [`Plan`] is a recipe checked against data; only a plan can be started. [`Run`] is the loop: each call of
//! [`Run::step`] does a little work and says in an [`Event`] what happened. Who prints, draws a bar or writes a log reads
//! these events; the loop knows nothing of them.

mod checkpoint;
mod event;
mod loader;
mod optimiser;
mod plan;
mod run;
mod schedule;
mod start;
mod state;
mod watch;

pub use self::event::{Event, StepReport};
pub(crate) use self::loader::Loader;
pub use self::plan::Plan;
pub use self::run::{Run, Trained};
pub(crate) use self::state::{StepContext, TrainingState};

#[cfg(test)]
mod tests;
