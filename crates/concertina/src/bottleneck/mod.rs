//! The third choice: the bottleneck, which defines the latent space and its regulariser.
//!
//! ```
//! use concertina::bottleneck::{Bottleneck, Gaussian, LatentDim};
//! use concertina::recipe::Recipe;
//!
//! let beta_vae = Gaussian { beta: 4.0, ..Gaussian::default() };
//! let bottleneck = Bottleneck::new(LatentDim::Number(10), beta_vae);
//! let recipe = Recipe { bottleneck, ..Recipe::named("image-vae")? };
//! assert!(recipe.to_toml().contains("beta = 4.0"));
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! The encoder ends in *features*. A bottleneck reads the latent code `z` from them, and may add a
//! penalty to the loss: a KL divergence in nats per example, all else in the unit of the
//! reconstruction, each with its weight in the recipe.
//!
//! [`Bottleneck`] holds the settings of a recipe. Each kind has a folder here and a line in the
//! list of [`Kind`]s. The folder contains its settings (`Settings`) and the bottleneck that they
//! build for a given number of latent dimensions (`Latent`): parameters, named loss terms,
//! further phases of a step, state between epochs, and descriptions of its results. Other code does
//! not depend on the kind.

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
pub(crate) use self::posterior::{LARGEST_S, Posterior};
pub(crate) use self::terms::{Term, TermValue};
pub use self::vector_quantised::VectorQuantised;
use crate::error::{Error, Result};

/// The latent space and its regulariser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bottleneck {
    /// The number of latent dimensions, D, or "feature-map".
    pub latent_dim: LatentDim,
    /// An additional input of encoder and decoder.
    #[serde(default)]
    pub condition: Condition,
    /// The kind of bottleneck, with its own keys.
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

    /// Checks that every value is in range.
    pub(crate) fn check(&self) -> Result<()> {
        if self.latent_dim == LatentDim::Number(0) {
            return Err(Error::config("`bottleneck.latent-dim`: expected at least 1, found 0"));
        }
        self.settings().check()
    }
}

#[cfg(test)]
mod tests;
