//! A code of which little is asked: the features as they are, perhaps kept small or sparse.

use burn::tensor::Tensor;
use concertina_kernels::Activation;
use serde::{Deserialize, Serialize};

use super::squares::half_squares;
use super::{Condition, Size};

/// The features are the code; nothing is asked of it but to be small.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plain {
    /// Numbers in the code, or "full" for the encoder's last feature map as it is.
    pub size: Size,
    /// What the layer before the code ends in. A full feature map has been through its own already.
    #[serde(default)]
    pub activation: CodeActivation,
    /// Price of the sum of absolute values of a code, mean over the batch: what makes an autoencoder sparse (the Keras blog's has
    /// 1e-4). In the reconstruction's unit, as the other prices are. 0, the default, for none.
    #[serde(default)]
    pub l1: f32,
    /// Price of half the sum of squares of a code, mean over the batch: what makes an autoencoder regularised (RAE, Ghosh et al. 2020,
    /// section 3). 0, the default, for none.
    #[serde(default)]
    pub l2: f32,
    /// Price of half the sum of squares of the decoder's parameters: the second half of a regularised autoencoder (RAE-L2,
    /// equation 11), which keeps the decoder smooth. 0, the default, for none.
    #[serde(default)]
    pub decoder_l2: f32,
    /// What encoder and decoder are told beside image and code.
    #[serde(default)]
    pub condition: Condition,
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

impl Plain {
    /// A code of which nothing is asked but its size.
    pub fn new(size: Size) -> Self {
        Self {
            size,
            activation: CodeActivation::Linear,
            l1: 0.0,
            l2: 0.0,
            decoder_l2: 0.0,
            condition: Condition::None,
        }
    }

    pub(super) fn activation(&self) -> Activation {
        match self.activation {
            CodeActivation::Linear => Activation::Identity,
            CodeActivation::Relu => Activation::Relu,
        }
    }

    /// The weighted sums of absolute values and squares of the codes `[B, D]`, averaged over the batch, and of the squares of
    /// the decoder's parameters; `None` if none of them costs anything.
    pub(super) fn price(&self, z: &Tensor<2>, decoder: &Tensor<1>) -> Option<Tensor<1>> {
        let sizes = (self.l1 > 0.0).then(|| z.clone().abs() * self.l1);
        let squares = (self.l2 > 0.0).then(|| z.clone() * z.clone() * (0.5 * self.l2));
        let of_codes = [sizes, squares].into_iter().flatten().reduce(|a, b| a + b);
        let of_codes = of_codes.map(|both| both.sum_dim(1).mean());
        let of_decoder = (self.decoder_l2 > 0.0).then(|| half_squares(decoder) * self.decoder_l2);
        [of_codes, of_decoder].into_iter().flatten().reduce(|a, b| a + b)
    }

    pub(super) fn numbers(&self) -> Vec<(&'static str, f32)> {
        vec![("l1", self.l1), ("l2", self.l2), ("decoder-l2", self.decoder_l2)]
    }
}
