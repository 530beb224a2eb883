//! A latent of which little is asked: the features as they are, perhaps kept small or sparse.

mod squares;

use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::Activation;
use serde::{Deserialize, Serialize};

use self::squares::half_squares;
use super::latent::{Latent, Settings, check_weights};
use super::terms::Code;
use crate::error::Result;
use crate::hint::{Hint, Warning};
use crate::math::{Codes, NamedValues, code_variances};

/// The features are the code; nothing is asked of it but to be small.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plain {
    /// What the layer before the code ends in. A feature map has been through its own already.
    #[serde(default)]
    pub activation: CodeActivation,
    /// Weight of the L1 penalty, the sum of absolute values of a code, mean over the batch: what makes an autoencoder
    /// sparse (the Keras blog's has 1e-4). In the reconstruction's unit, as the other weights are. 0, the default, for
    /// none.
    #[serde(default)]
    pub l1: f32,
    /// Weight of the L2 penalty, half the sum of squares of a code, mean over the batch: what makes an autoencoder
    /// regularised (RAE, Ghosh et al. 2020, section 3). 0, the default, for none.
    #[serde(default)]
    pub l2: f32,
    /// Weight of half the sum of squares of the decoder's parameters: the second part of a regularised autoencoder
    /// (RAE-L2, equation 11), which keeps the decoder smooth. 0, the default, for none.
    #[serde(default)]
    pub decoder_l2: f32,
}

/// What a plain code went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeActivation {
    /// Nothing: any number.
    #[default]
    Linear,
    /// max(x, 0): numbers of at least 0, many of them 0.
    Relu,
}

impl Settings for Plain {
    fn check(&self) -> Result<()> {
        check_weights(&[("l1", self.l1), ("l2", self.l2), ("decoder-l2", self.decoder_l2)])
    }

    fn build(&self, _: usize) -> Result<Arc<dyn Latent>> {
        Ok(Arc::new(self.clone()))
    }

    fn activation(&self) -> Activation {
        match self.activation {
            CodeActivation::Linear => Activation::Identity,
            CodeActivation::Relu => Activation::Relu,
        }
    }
}

impl Latent for Plain {
    fn sample(&self, features: Tensor<2>, _: Tensor<2>, _: Tensor<1>) -> Code {
        Code::of(features)
    }

    /// The weighted sums of absolute values and squares of the codes, averaged over the batch, and of the squares of the
    /// decoder's parameters.
    fn penalty(&self, code: &Code, decoder: &Tensor<1>, _: f32) -> Option<Tensor<1>> {
        let z = &code.z;
        let sizes = (self.l1 > 0.0).then(|| z.clone().abs() * self.l1);
        let squares = (self.l2 > 0.0).then(|| z.clone() * z.clone() * (0.5 * self.l2));
        let of_codes = [sizes, squares].into_iter().flatten().reduce(|a, b| a + b);
        let of_codes = of_codes.map(|both| both.sum_dim(1).mean());
        let of_decoder = (self.decoder_l2 > 0.0).then(|| half_squares(decoder) * self.decoder_l2);
        [of_codes, of_decoder].into_iter().flatten().reduce(|a, b| a + b)
    }

    fn description(&self) -> &'static str {
        if self.l1 > 0.0 {
            "The code is all that the decoder gets to know of an example, and its absolute values are part of the \
             loss (an L1 penalty), which keeps most of them near 0."
        } else if self.l2 > 0.0 {
            "The code is all that the decoder gets to know of an example, and its squares are part of the loss (an L2 \
             penalty), so that all codes stay near the origin."
        } else {
            "The code is all that the decoder gets to know of an example."
        }
    }

    fn warning(&self, _: &NamedValues, codes: &Codes) -> Option<Warning> {
        code_variances(codes).iter().all(|variance| *variance < 1e-10).then(|| {
            Warning::new("the code is the same for every example: all of its ReLUs are off").with_hint(
                Hint::text("lower the learning rate (")
                    .set("training.learning-rate", 3e-4)
                    .then(") or try another seed (")
                    .set("training.seed", 1)
                    .then(")"),
            )
        })
    }
}
