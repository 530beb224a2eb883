//! The code of a Wasserstein autoencoder: all codes together lie as draws from the prior do, by the distance of their kernels.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{Code, Condition, Size, discrepancy};

/// A Wasserstein autoencoder (Tolstikhin et al. 2018, WAE-MMD): the features are the code, and the maximum mean discrepancy
/// (Gretton et al. 2012) between a batch of codes and as many draws from the standard normal is the price. Unlike a variational
/// autoencoder's, no single code is asked to be like the prior, only all of them together, so reconstructions stay sharp.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mmd {
    /// Numbers in the code, D.
    pub size: Size,
    /// Price of the discrepancy, in the reconstruction's unit. The discrepancy is at most 14, the sum of seven kernels of at
    /// most 1 within codes and within draws; the paper's price is 10 to 100 beside squared errors per image. 100 if left out.
    #[serde(default = "weight")]
    pub weight: f32,
    /// What encoder and decoder are told beside image and code.
    #[serde(default)]
    pub condition: Condition,
}

fn weight() -> f32 {
    100.0
}

impl Mmd {
    /// With the price that it has if none is said.
    pub fn new(size: Size) -> Self {
        Self { size, weight: weight(), condition: Condition::None }
    }

    /// `prior`, `[B, D]`, is standard normal.
    pub(super) fn draw(features: Tensor<2>, prior: Tensor<2>) -> Code {
        let distance = discrepancy::discrepancy(features.clone(), prior);
        Code { distance: Some(distance), ..Code::of(features) }
    }

    pub(super) fn numbers(&self) -> Vec<(&'static str, f32)> {
        vec![("weight", self.weight)]
    }
}
