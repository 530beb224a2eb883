//! The first choice: the task, which defines the network's input and its target.
//!
//! ```
//! use concertina::recipe::Recipe;
//! use concertina::task::Task;
//!
//! let recipe = Recipe::named("denoise")?.with("task", "{ kind = \"mask\", probability = 0.5 }")?;
//! assert_eq!(recipe.task, Task::Mask { probability: 0.5 });
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! A task makes an input from a clean image. The target is the clean image, except for
//! [`Task::Binarise`], whose target is the input, and [`Task::BlindSpots`], whose target is a part
//! of the image. Tasks do not use labels.

mod amount;
mod binarise;
mod blind_spots;
mod defects;
mod downscale;
mod jpeg;
mod mask;
mod noise;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::amount::Amount;
pub(crate) use self::blind_spots::{REACH as MEDIAN_REACH, median_around};
pub use self::downscale::Filter;
use self::mask::Replacement;
use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// How a clean image is corrupted or transformed before it enters the encoder.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Task {
    /// No change: the network reconstructs its input.
    Identity {},
    /// Additive Gaussian noise: `x + Normal(mean, std)`, independent for each value, new for each
    /// image and epoch. The network learns to return the clean image.
    Noise {
        /// Mean of the noise, in units of the value range 0..1. Default 0.5, as in the lesson,
        /// which also brightens the image.
        #[serde(default = "half")]
        mean: f32,
        /// Standard deviation of the noise, in the same units: a number of at least 0, or the ends
        /// of a range, from which it is drawn for each image (blind denoising). Default 0.5.
        #[serde(default = "lessons_std")]
        std: Amount,
        /// Whether the noisy values are clipped to 0..1; default true.
        #[serde(default = "yes")]
        clip: bool,
    },
    /// Masking noise: each pixel is set to black, in all channels, with probability `probability`
    /// (Vincent et al. 2008, section 2.3). New for each image and epoch.
    Mask {
        /// Probability that a pixel is corrupted. At least 0, below 1; default 0.25.
        #[serde(default = "quarter")]
        probability: f32,
    },
    /// Salt-and-pepper noise: as `mask`, but a corrupted pixel is black or white with equal
    /// probability.
    SaltAndPepper {
        /// Probability that a pixel is corrupted. At least 0, below 1; default 0.25.
        #[serde(default = "quarter")]
        probability: f32,
    },
    /// Blind spots, for denoising by noisy images alone (Noise2Void: Krull et al. 2019): some
    /// pixels, in all channels, are replaced by the median of those around them, at most two rows
    /// and columns away (N2V2: Höck et al. 2022), and only these are compared. From its
    /// surroundings a network can infer what a pixel should be, but not its noise, if that is
    /// independent from pixel to pixel. New for each image and epoch.
    BlindSpots {
        /// Probability that a pixel is one of them. Above 0, at most 0.5; default 0.1.
        #[serde(default = "few")]
        probability: f32,
    },
    /// Drawn defects: one to three stains, scratches, or pieces of the image in a wrong place, on
    /// some of the images; new for each image and epoch. The network learns to return the image
    /// without them, so that what it changes in another image looks like a defect (as in
    /// CutPaste, Li et al. 2021, and DRAEM, Zavrtanik et al. 2021).
    Defects {
        /// Probability that an image has defects. Above 0, at most 1; default 0.8.
        #[serde(default = "most")]
        probability: f32,
    },
    /// JPEG compression: the artefacts of a quality, in a place of the grid of squares that is
    /// drawn for each image. The network learns to return the image as it was. For images of 1
    /// channel or 3, whose chroma is halved.
    Jpeg {
        /// The quality: a number from 1 to 100, as libjpeg has it, or the ends of a range, from
        /// which it is drawn for each image and rounded. Default `[10, 80]`.
        #[serde(default = "qualities")]
        quality: Amount,
    },
    /// Stochastic binarisation: each value becomes 1 with the value itself as probability,
    /// otherwise 0; new for each image and epoch. The target is the binarised image.
    /// Log-likelihoods of grey images are usually reported in this setting (Burda et al. 2015,
    /// section 5.1).
    Binarise {},
    /// Super-resolution: the input is the image downscaled by `factor`. The network learns to
    /// return the original.
    Downscale {
        /// 2, 3 or 4; default 2. Both sides of the images must be multiples of it.
        #[serde(default = "two")]
        factor: usize,
        /// How images are made smaller. Default "average".
        #[serde(default, skip_serializing_if = "Filter::is_average")]
        filter: Filter,
    },
}

fn quarter() -> f32 {
    0.25
}

fn few() -> f32 {
    0.1
}

fn half() -> f32 {
    0.5
}

fn lessons_std() -> Amount {
    Amount::Fixed(0.5)
}

fn most() -> f32 {
    0.8
}

fn qualities() -> Amount {
    Amount::Range([10.0, 80.0])
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
                if !mean.is_finite() || !std.is_within([0.0, f32::MAX]) {
                    return Err(Error::config(format!(
                        "`task`: expected a finite `mean` and a `std` of at least 0, or a range of \
                         it in ascending order, found mean {mean} and std {std}"
                    )));
                }
                Ok(target)
            }
            Self::Mask { probability } | Self::SaltAndPepper { probability } => {
                mask::check(probability)?;
                Ok(target)
            }
            Self::BlindSpots { probability } => {
                blind_spots::check(probability)?;
                Ok(target)
            }
            Self::Defects { probability } => {
                defects::check(probability)?;
                Ok(target)
            }
            Self::Jpeg { quality } => {
                jpeg::check(quality, target.channels)?;
                Ok(target)
            }
            Self::Downscale { factor, .. } => downscale::shape(target, factor),
        }
    }

    /// Makes an example to learn from: writes the input for `image` (shape `target`, values in
    /// 0..1) into `input`, and makes of the image what the output is compared with, not a number
    /// where it is not. `stream` provides the random numbers for this image in this epoch.
    pub(crate) fn example(
        &self,
        image: &mut [f32],
        target: ImageShape,
        stream: &mut Stream,
        input: &mut [f32],
    ) {
        match *self {
            Self::BlindSpots { probability } => {
                blind_spots::hide(image, target, probability, stream, input);
            }
            _ => self.corrupt(image, target, stream, input),
        }
        if self.corrupts_target() {
            image.copy_from_slice(input);
        }
    }

    /// Writes what a trained network gets for the clean image `clean` (shape `target`, values in
    /// 0..1) into `input`.
    pub(crate) fn corrupt(
        &self,
        clean: &[f32],
        target: ImageShape,
        stream: &mut Stream,
        input: &mut [f32],
    ) {
        match *self {
            Self::Identity {} | Self::BlindSpots { .. } => input.copy_from_slice(clean),
            Self::Noise { mean, std, clip } => {
                let std = std.draw(stream);
                noise::gaussian(clean, mean, std, clip, stream, input);
            }
            Self::Mask { probability } => {
                mask::mask(clean, target, probability, Replacement::Black, stream, input);
            }
            Self::SaltAndPepper { probability } => {
                mask::mask(clean, target, probability, Replacement::BlackOrWhite, stream, input);
            }
            Self::Defects { probability } => {
                defects::draw(clean, target, probability, stream, input);
            }
            Self::Jpeg { quality } => {
                let quality = quality.draw(stream);
                jpeg::compress(clean, target, quality, stream, input);
            }
            Self::Binarise {} => binarise::sample(clean, stream, input),
            Self::Downscale { factor, filter } => {
                downscale::downscale(clean, target, factor, filter, input);
            }
        }
    }

    /// The label of an input in a figure: "noisy", "binarised", "small", "original" and so on.
    pub fn input_word(&self) -> &'static str {
        match self {
            Self::Identity {} => "original",
            Self::Binarise {} => "binarised",
            Self::Noise { .. }
            | Self::Mask { .. }
            | Self::SaltAndPepper { .. }
            | Self::BlindSpots { .. } => "noisy",
            Self::Defects { .. } => "defective",
            Self::Jpeg { .. } => "compressed",
            Self::Downscale { .. } => "small",
        }
    }

    /// What it does to an image, in a few words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Identity {} => "unchanged".to_owned(),
            Self::Binarise {} => "binarised".to_owned(),
            Self::Noise { mean, std, clip } => {
                let mean = if *mean == 0.0 { String::new() } else { format!(" and mean {mean}") };
                let clipped = if *clip { ", clipped" } else { "" };
                format!("noise of std {std}{mean}{clipped}")
            }
            Self::Mask { probability } => format!("a part of {probability} of the pixels black"),
            Self::SaltAndPepper { probability } => {
                format!("a part of {probability} of the pixels black or white")
            }
            Self::BlindSpots { probability } => {
                format!("a part of {probability} of the pixels replaced by others")
            }
            Self::Defects { probability } => {
                format!("defects drawn on a part of {probability} of the images")
            }
            Self::Jpeg { quality } => format!("compressed as JPEG of quality {quality}"),
            Self::Downscale { factor, filter: Filter::Average } => {
                format!("made smaller by {factor}, by averages")
            }
            Self::Downscale { factor, filter: Filter::Bicubic } => {
                format!("made smaller by {factor}, bicubic")
            }
        }
    }

    /// The label of an output in a figure: "denoised", "upscaled", "reconstruction" and so on.
    pub fn output_word(&self) -> &'static str {
        match self {
            Self::Identity {} | Self::Binarise {} => "reconstruction",
            Self::Noise { .. }
            | Self::Mask { .. }
            | Self::SaltAndPepper { .. }
            | Self::BlindSpots { .. } => "denoised",
            Self::Defects { .. } => "mended",
            Self::Jpeg { .. } => "restored",
            Self::Downscale { .. } => "upscaled",
        }
    }

    /// What a model of this task undoes, in one word: "noise", "defects", "downscale"; or
    /// "identity" if it gives back what it sees.
    pub fn undoes(&self) -> &'static str {
        match self {
            Self::Identity {} | Self::Binarise {} => "identity",
            Self::Noise { .. }
            | Self::Mask { .. }
            | Self::SaltAndPepper { .. }
            | Self::BlindSpots { .. }
            | Self::Jpeg { .. } => "noise",
            Self::Defects { .. } => "defects",
            Self::Downscale { .. } => "downscale",
        }
    }

    /// True if the target is the input and not the clean image.
    pub(crate) fn corrupts_target(&self) -> bool {
        matches!(self, Self::Binarise {})
    }

    /// True if the target has pixels of the clean image alone, and the rest is not a number.
    pub(crate) fn leaves_gaps(&self) -> bool {
        matches!(self, Self::BlindSpots { .. })
    }

    /// True for [`Task::Identity`].
    pub fn is_identity(&self) -> bool {
        matches!(self, Self::Identity {})
    }
}

#[cfg(test)]
mod tests;
