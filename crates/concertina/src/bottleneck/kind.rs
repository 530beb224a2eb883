//! The list of the kinds of bottleneck.

use serde::{Deserialize, Serialize};

use super::adversarial::Adversarial;
use super::gaussian::Gaussian;
use super::latent::Settings;
use super::mmd::Mmd;
use super::plain::Plain;
use super::vector_quantised::VectorQuantised;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// The kind of bottleneck. In a recipe, `kind` and the keys of that kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $kind($kind),)* }

        impl Kind {
            pub(crate) fn settings(&self) -> &dyn Settings {
                match self { $(Self::$kind(settings) => settings,)* }
            }
        }

        $(impl From<$kind> for Kind {
            fn from(settings: $kind) -> Self {
                Self::$kind(settings)
            }
        })*
    };
}

kinds! {
    /// Plain autoencoder: the features are the code.
    Plain,
    /// Variational autoencoder: the code is sampled from a Gaussian.
    Gaussian,
    /// Adversarial autoencoder: a discriminator matches the distribution of codes to the prior.
    Adversarial,
    /// Wasserstein autoencoder: the maximum mean discrepancy matches the distribution of codes to
    /// the prior.
    Mmd,
    /// Vector-quantised autoencoder: the code consists of embeddings of a codebook.
    VectorQuantised,
}
