//! Training: one loop for every model.
//!
//! [`Plan`] is a recipe checked against data; only a plan can be started. [`Run`] is the loop: each call of
//! [`Run::step`] does a little work and says in an [`Event`] what happened. Who prints, draws a bar or writes a log reads
//! these events; the loop knows nothing of them.

mod adversary;
mod batch;
mod checkpoint;
mod codebook;
mod event;
mod feed;
mod learner;
mod metrics;
mod optimiser;
mod plan;
mod run;
mod schedule;
mod validate;
mod watch;

pub(crate) use self::batch::Examples;
pub use self::event::{Event, StepReport};
pub(crate) use self::feed::Feed;
pub(crate) use self::learner::{Learner, Moment};
pub use self::metrics::{CodebookUse, Losses, Metrics};
pub use self::plan::Plan;
pub use self::run::Run;
pub(crate) use self::validate::{Judgement, judge};

#[cfg(test)]
mod tests;
