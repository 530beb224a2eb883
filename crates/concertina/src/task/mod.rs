//! The first choice: what the network sees, and what it must return.
//!
//! A task turns a clean image into an input; the target is the clean image itself, or for one task its input. Nothing here looks at labels.

mod binarise;
mod downscale;
mod lost;
mod noise;

use serde::{Deserialize, Serialize};

use self::lost::Instead;

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// What is done to a clean image before the encoder sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Task {
    /// Nothing: the network returns what it sees.
    Identity {},
    /// Gaussian noise, `x + Normal(mean, std)` for every value of its own, fresh for each image and epoch. The
    /// network learns to return the clean image.
    Noise {
        /// Mean of the noise, in units of the value range 0..1. The lesson's 0.5, the default, also brightens the picture.
        #[serde(default = "half")]
        mean: f32,
        /// Standard deviation of the noise, in the same units. At least 0; 0.5 if left out.
        #[serde(default = "half")]
        std: f32,
        /// Whether the noisy values are cut to 0..1, as a picture's are; they are if left out.
        #[serde(default = "yes")]
        clip: bool,
    },
    /// Masking noise: each pixel is lost with probability `probability`, all channels at once, and black in its place (Vincent
    /// et al. 2008, section 2.3). Fresh for each image and epoch.
    Mask {
        /// At least 0, below 1; 0.25 if left out.
        #[serde(default = "quarter")]
        probability: f32,
    },
    /// Salt and pepper: as `mask`, but black or white in its place, each as often as the other.
    SaltAndPepper {
        /// At least 0, below 1; 0.25 if left out.
        #[serde(default = "quarter")]
        probability: f32,
    },
    /// Every value of the image is drawn, 1 with its own value as the probability, else 0, afresh for each image and epoch;
    /// the network returns what it sees. So likelihoods of grey images are measured (Burda et al. 2015, section 5.1).
    Binarise {},
    /// A smaller picture, each of its values the mean of `factor` x `factor` values. The network learns to enlarge.
    Downscale {
        /// 2 or 4; 2 if left out. Both sides of the images must be multiples of it.
        #[serde(default = "two")]
        factor: usize,
    },
}

fn quarter() -> f32 {
    0.25
}

fn half() -> f32 {
    0.5
}

fn yes() -> bool {
    true
}

fn two() -> usize {
    2
}

impl Task {
    /// Checks the task against the shape of the clean images and returns the shape of the inputs.
    pub(crate) fn input_shape(&self, target: ImageShape) -> Result<ImageShape> {
        match *self {
            Self::Identity {} | Self::Binarise {} => Ok(target),
            Self::Noise { mean, std, .. } => {
                if !mean.is_finite() || !std.is_finite() || std < 0.0 {
                    return Err(Error::config(format!(
                        "`task`: expected a finite `mean` and a `std` of at least 0, found mean {mean} and std {std}"
                    )));
                }
                Ok(target)
            }
            Self::Mask { probability } | Self::SaltAndPepper { probability } => {
                lost::check(probability)?;
                Ok(target)
            }
            Self::Downscale { factor } => downscale::shape(target, factor),
        }
    }

    /// Writes the input made from the clean image `clean` (shape `target`, values 0..1) into `input`. The random
    /// numbers are taken from `stream`, which belongs to this image in this epoch.
    pub(crate) fn corrupt(
        &self,
        clean: &[f32],
        target: ImageShape,
        stream: &mut Stream,
        input: &mut [f32],
    ) {
        match *self {
            Self::Identity {} => input.copy_from_slice(clean),
            Self::Noise { mean, std, clip } => {
                noise::gaussian(clean, mean, std, clip, stream, input);
            }
            Self::Mask { probability } => {
                lost::lose(clean, target, probability, Instead::Black, stream, input);
            }
            Self::SaltAndPepper { probability } => {
                lost::lose(clean, target, probability, Instead::BlackOrWhite, stream, input);
            }
            Self::Binarise {} => binarise::draw(clean, stream, input),
            Self::Downscale { factor } => downscale::average(clean, target, factor, input),
        }
    }

    /// The word for an input in a figure: "noisy", "binarised", "small", or "original".
    pub fn input_word(&self) -> &'static str {
        match self {
            Self::Identity {} => "original",
            Self::Binarise {} => "binarised",
            Self::Noise { .. } | Self::Mask { .. } | Self::SaltAndPepper { .. } => "noisy",
            Self::Downscale { .. } => "small",
        }
    }

    /// The word for an output in a figure: "cleaned", "enlarged", or "reconstruction".
    pub fn output_word(&self) -> &'static str {
        match self {
            Self::Identity {} | Self::Binarise {} => "reconstruction",
            Self::Noise { .. } | Self::Mask { .. } | Self::SaltAndPepper { .. } => "cleaned",
            Self::Downscale { .. } => "enlarged",
        }
    }

    /// True if the network is to return the input, and not the clean image.
    pub(crate) fn corrupts_target(&self) -> bool {
        matches!(self, Self::Binarise {})
    }

    /// True if input and target are the same picture.
    pub fn is_identity(&self) -> bool {
        matches!(self, Self::Identity {})
    }
}

#[cfg(test)]
mod tests;
