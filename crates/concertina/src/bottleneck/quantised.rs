//! The code of a vector-quantised autoencoder: vectors out of a codebook, and so a handful of whole numbers.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{Code, Condition, Size, codebook};
use crate::error::{Error, Result};

/// A vector-quantised autoencoder (van den Oord, Vinyals, Kavukcuoglu 2017): the features are cut into vectors, and each is
/// replaced by the nearest entry of a codebook, which is learned too. A code is then one entry's number for each vector: a few
/// bytes.
///
/// The numbers of a code are laid out as those of a feature map are, channel by channel: number `c * n + i` is channel c of
/// vector i, of n vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Quantised {
    /// Numbers in the code, D: `width` for each vector.
    pub size: Size,
    /// Entries in the codebook; 512 if left out.
    #[serde(default = "entries")]
    pub entries: usize,
    /// Numbers in an entry, and in each vector; the channels of the encoder's last feature map, to have one vector for each of
    /// its places.
    pub width: usize,
    /// Price of the squared distance of the features from their entries, beside the 1 that entries pay for it (the paper's
    /// beta, equation 3). 0.25 if left out.
    #[serde(default = "commitment")]
    pub commitment: f32,
    /// What encoder and decoder are told beside image and code.
    #[serde(default)]
    pub condition: Condition,
}

fn entries() -> usize {
    512
}

fn commitment() -> f32 {
    0.25
}

impl Quantised {
    /// With the paper's codebook of 512 and its commitment.
    pub fn new(size: Size, width: usize) -> Self {
        let (entries, commitment) = (entries(), commitment());
        Self { size, entries, width, commitment, condition: Condition::None }
    }

    /// `entries`, `[entries * width]`, are the codebook.
    pub(super) fn draw(&self, features: Tensor<2>, entries: Tensor<1>) -> Code {
        let distance = codebook::price(features.clone(), entries.clone(), self).mean();
        let z = codebook::nearest(features, entries, self);
        Code { distance: Some(distance), ..Code::of(z) }
    }

    pub(super) fn numbers(&self) -> Vec<(&'static str, f32)> {
        vec![("commitment", self.commitment)]
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.width == 0 {
            return Err(Error::config("`bottleneck.width`: expected at least 1, found 0"));
        }
        if self.entries < 2 {
            let found = self.entries;
            return Err(Error::config(format!(
                "`bottleneck.entries`: expected at least 2, found {found}"
            )));
        }
        Ok(())
    }

    /// Whether codes of `code_size` numbers can be cut into vectors.
    ///
    /// # Errors
    /// If not.
    pub(crate) fn check_size(&self, code_size: usize) -> Result<()> {
        if code_size.is_multiple_of(self.width) {
            return Ok(());
        }
        Err(Error::config(format!(
            "`bottleneck.width`: expected a divisor of the code's {code_size} numbers, found {}",
            self.width
        )))
    }
}
