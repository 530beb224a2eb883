//! The third choice: what the latent is, and what is asked of it.
//!
//! The encoder ends in *features*. A bottleneck reads the latent code `z` from them, and may add a penalty to the loss:
//! a KL divergence in nats per example, all else in the unit of the reconstruction, each with its weight in the recipe.
//!
//! [`Bottleneck`] is what a recipe says. A new kind is a folder here and a line in the list of [`Kind`]s: the folder has
//! its settings ([`Settings`]) and what they make for codes of a given length ([`Latent`]): parameters, loss terms with
//! their names, further phases of a step, state between epochs, and the words in which its results are told. Nothing
//! else knows which kinds there are.

mod adversarial;
mod condition;
mod gaussian;
mod kind;
mod latent;
mod latent_dim;
mod mmd;
mod phase;
mod plain;
mod posterior;
mod ramp;
mod terms;
mod vector_quantised;

use serde::{Deserialize, Serialize};

pub use self::adversarial::Adversarial;
pub use self::condition::Condition;
pub use self::gaussian::Gaussian;
pub use self::kind::Kind;
pub(crate) use self::latent::{Latent, OwnState, Settings, n_parameters};
pub use self::latent::{Metric, MetricKind};
pub use self::latent_dim::LatentDim;
pub use self::mmd::Mmd;
pub(crate) use self::phase::Phase;
pub use self::plain::{CodeActivation, Plain};
pub use self::posterior::VarianceParameterisation;
pub(crate) use self::terms::{Term, TermValue};
pub use self::vector_quantised::VectorQuantised;
use crate::error::{Error, Result};

/// What the latent is, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bottleneck {
    /// Latent dimensions, D, or "feature-map".
    pub latent_dim: LatentDim,
    /// What encoder and decoder are told besides the example and its code.
    #[serde(default)]
    pub condition: Condition,
    /// What kind of latent it is, with its own keys.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Bottleneck {
    /// A bottleneck of this kind, without a condition.
    pub fn new(latent_dim: LatentDim, kind: impl Into<Kind>) -> Self {
        Self { latent_dim, condition: Condition::None, kind: kind.into() }
    }

    pub(crate) fn settings(&self) -> &dyn Settings {
        self.kind.settings()
    }

    /// Whether every value is in its range.
    pub(crate) fn check(&self) -> Result<()> {
        if self.latent_dim == LatentDim::Number(0) {
            return Err(Error::config("`bottleneck.latent-dim`: expected at least 1, found 0"));
        }
        self.settings().check()
    }
}

#[cfg(test)]
mod tests;
