//! The kinds of bottleneck that there are.

use serde::{Deserialize, Serialize};

use super::adversarial::Adversarial;
use super::gaussian::Gaussian;
use super::latent::Settings;
use super::mmd::Mmd;
use super::plain::Plain;
use super::vector_quantised::VectorQuantised;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// What kind of latent it is. In a recipe, `kind` and the keys of that kind.
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
    /// A plain autoencoder's: the features are the code.
    Plain,
    /// A variational autoencoder's: sampled from a Gaussian.
    Gaussian,
    /// An adversarial autoencoder's: like samples of the prior, as far as a discriminator can tell.
    Adversarial,
    /// A Wasserstein autoencoder's: as a whole like samples of the prior, as far as kernels can tell.
    Mmd,
    /// A vector-quantised autoencoder's: embeddings of a codebook.
    VectorQuantised,
}
