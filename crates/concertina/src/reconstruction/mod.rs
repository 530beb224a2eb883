//! The fourth choice: the reconstruction loss, which also defines the meaning of the decoder's raw
//! output.
//!
//! ```
//! use concertina::recipe::Recipe;
//! use concertina::reconstruction::{Gaussian, Reduction, Sigma};
//!
//! let sigma = Some(Sigma::Learned);
//! let squared = Gaussian { reduction: Reduction::Sum, sigma, ..Gaussian::default() };
//! let recipe = Recipe { reconstruction: squared.into(), ..Recipe::named("image-vae")? };
//! assert_eq!(recipe.reconstruction.unit(), "nats per image");
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! Errors are per example, so that a figure can show the best and the worst; their mean over the
//! batch is the reconstruction term of the loss. Each kind implements `Compare`; other code does
//! not depend on the kind.

mod bernoulli;
mod categorical;
mod compare;
mod errors;
mod gaussian;
mod laplace;
mod measure;
mod operations;
mod output;
mod reduction;
mod sigma;
mod ssim;
mod structure;
mod values;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

pub use self::bernoulli::Bernoulli;
pub use self::categorical::Categorical;
pub(crate) use self::compare::{Compare, Likelihood};
pub(crate) use self::errors::cross_entropy;
pub use self::gaussian::Gaussian;
pub use self::laplace::Laplace;
pub use self::output::Output;
pub use self::reduction::Reduction;
pub use self::sigma::Sigma;
pub use self::ssim::Ssim;
pub(crate) use self::values::Values;
use crate::math::NamedValues;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// The reconstruction loss: how output and target are compared.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Reconstruction { $($(#[$doc])* $kind($kind),)* }

        impl Reconstruction {
            pub(crate) fn kind(&self) -> &dyn Compare {
                match self { $(Self::$kind(kind) => kind,)* }
            }
        }

        $(impl From<$kind> for Reconstruction {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })*
    };
}

kinds! {
    /// Binary cross-entropy: the output is the logit of the probability of a white pixel.
    Bernoulli,
    /// Squared error, or the likelihood of a Gaussian around each value.
    Gaussian,
    /// Absolute error.
    Laplace,
    /// Structural dissimilarity beside absolute error.
    Ssim,
    /// Cross-entropy of tokens: the outputs are logits of classes. For music.
    Categorical,
}

impl Reconstruction {
    /// The error of each example, `[B]`, from raw outputs `[B, M]` and targets `[B, N]`, with the
    /// recipe's reduction over the N values. `own` are the reconstruction's own parameters.
    pub(crate) fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        own: Tensor<1>,
        values: Values<'_>,
    ) -> Tensor<1> {
        let sums = self.kind().errors(output, target, own, values);
        match self.reduction() {
            Reduction::Sum => sums,
            Reduction::Mean => sums / values.n() as f32,
        }
    }

    /// The same without a gradient.
    pub(crate) fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        own: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        let mut errors = self.kind().plain_errors(output, target, own, values);
        if self.reduction() == Reduction::Mean {
            for error in &mut errors {
                *error /= values.n() as f32;
            }
        }
        errors
    }

    /// The log-likelihood, in nats, of an example of `n_values` values with this error; `None` if
    /// the error is no likelihood.
    pub(crate) fn log_likelihood(&self, error: f64, n_values: usize) -> Option<f64> {
        let sum = match self.reduction() {
            Reduction::Sum => error,
            Reduction::Mean => error * n_values as f64,
        };
        self.kind().log_likelihood(sum, n_values)
    }

    /// The reduction over the values of an example.
    pub fn reduction(&self) -> Reduction {
        self.kind().reduction()
    }

    /// The unit of the errors, for instance "nats per image" or, of music, "nats per window".
    pub fn unit(&self) -> String {
        let [example, value] = self.kind().words();
        let per = match self.reduction() {
            Reduction::Sum => example,
            Reduction::Mean => value,
        };
        format!("{} per {per}", self.kind().quantity())
    }

    /// Statistics of the reconstruction's own parameters, by name.
    pub(crate) fn statistics(&self, own: &[f32]) -> NamedValues {
        self.kind().statistics(own)
    }
}

#[cfg(test)]
mod tests;
