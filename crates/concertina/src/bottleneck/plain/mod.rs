//! The bottleneck of a plain autoencoder: the features are the code, optionally with L1 and L2
//! penalties.

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

/// A plain autoencoder: the features are the code. L1 and L2 penalties are optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plain {
    /// The activation of the dense layer that leads to the code. It is not applied to a feature
    /// map.
    #[serde(default)]
    pub activation: CodeActivation,
    /// Weight of the L1 penalty, the sum of absolute values of a code, mean over the batch: a
    /// sparse autoencoder (the Keras blog's weight is 1e-4). The penalty is in the reconstruction's
    /// unit, as the others. Default 0.
    #[serde(default)]
    pub l1: f32,
    /// Weight of the L2 penalty, half the sum of squares of a code, mean over the batch: a
    /// regularised autoencoder (RAE, Ghosh et al. 2020, section 3). Default 0.
    #[serde(default)]
    pub l2: f32,
    /// Weight of half the sum of squares of the decoder's parameters: the second penalty of a
    /// regularised autoencoder (RAE-L2, equation 11), which keeps the decoder smooth. Default 0.
    #[serde(default)]
    pub decoder_l2: f32,
}

/// The activation of a plain code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeActivation {
    /// The identity: codes have any sign.
    #[default]
    Linear,
    /// max(x, 0): codes are at least 0, and many values are 0.
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

    /// The weighted L1 and L2 penalties on codes, averaged over the batch, and the L2 penalty on
    /// the decoder's parameters.
    fn penalty(&self, code: &Code, decoder: &Tensor<1>, _: f32) -> Option<Tensor<1>> {
        let z = &code.z;
        let magnitudes = (self.l1 > 0.0).then(|| z.clone().abs() * self.l1);
        let squares = (self.l2 > 0.0).then(|| z.clone() * z.clone() * (0.5 * self.l2));
        let of_codes = [magnitudes, squares].into_iter().flatten().reduce(|a, b| a + b);
        let of_codes = of_codes.map(|both| both.sum_dim(1).mean());
        let of_decoder = (self.decoder_l2 > 0.0).then(|| half_squares(decoder) * self.decoder_l2);
        [of_codes, of_decoder].into_iter().flatten().reduce(|a, b| a + b)
    }

    fn description(&self) -> &'static str {
        if self.l1 > 0.0 {
            "The code is the decoder's only input. An L1 penalty, the sum of its absolute values, \
             is part of the \
             loss and keeps most of them near 0."
        } else if self.l2 > 0.0 {
            "The code is the decoder's only input. An L2 penalty, half the sum of its squares, is \
             part of the loss \
             and keeps all codes near the origin."
        } else {
            "The code is the decoder's only input."
        }
    }

    fn warning(&self, _: &NamedValues, codes: &Codes) -> Option<Warning> {
        code_variances(codes).iter().all(|variance| *variance < 1e-10).then(|| {
            Warning::new("the code is the same for every example: all of its ReLUs are off")
                .with_hint(
                    Hint::text("lower the learning rate (")
                        .set("training.learning-rate", 3e-4)
                        .then(") or try another seed (")
                        .set("training.seed", 1)
                        .then(")"),
                )
        })
    }
}

#[cfg(test)]
mod tests;
