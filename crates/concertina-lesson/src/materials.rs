//! What a lesson is taught with: its images, and how many of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Images, OpenOptions};
use crate::error::{Error, Result};
use crate::rng::Seed;
use crate::shape::ImageShape;

/// How much is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// All images, and as many epochs as the lesson and its articles have.
    Full,
    /// Some of the images and a few epochs: everything can be seen, the numbers are a little worse.
    Quick,
    /// A few images, once: to test the lesson itself. Nothing can be seen.
    SmokeTest,
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Quick => "quick",
            Self::SmokeTest => "smoke-test",
        })
    }
}

impl Effort {
    /// Training images at most; a sixth of it are held out.
    pub(super) fn limit(self) -> Option<usize> {
        match self {
            Self::Full => None,
            Self::Quick => Some(15_000),
            Self::SmokeTest => Some(96),
        }
    }

    /// The same for the exercise in colour, whose images have four times the numbers.
    pub(super) fn limit_in_colour(self) -> Option<usize> {
        match self {
            Self::Full => None,
            Self::Quick => Some(6_000),
            Self::SmokeTest => Some(48),
        }
    }
}

/// The size of the lesson's images, which its networks are made for.
pub(super) const SHAPE: ImageShape = ImageShape::new(1, 28, 28);

/// The images of a lesson.
#[derive(Clone, Debug)]
pub struct Materials {
    /// What all models but a few are trained on, 1x28x28: digits, as a rule.
    pub digits: Dataset,
    /// Images of another kind, 1x28x28, that a denoiser of digits is tried on. Left out: the digits' negatives.
    pub other: Option<Dataset>,
    /// Images to enlarge, their sides multiples of 4. Left out: the digits once more.
    pub colour: Option<Dataset>,
}

impl Materials {
    /// How to open [`Materials::digits`], and [`Materials::other`]: any images are fitted to 28x28 grey.
    pub fn options(effort: Effort) -> OpenOptions {
        OpenOptions {
            size: Some(SHAPE.height),
            channels: Some(SHAPE.channels),
            limit: effort.limit(),
            seed: Seed(42),
            ..OpenOptions::default()
        }
    }

    /// How to open [`Materials::colour`].
    pub fn colour_options(effort: Effort) -> OpenOptions {
        let (size, limit) = (Some(32), effort.limit_in_colour());
        OpenOptions { size, channels: Some(3), limit, seed: Seed(42), ..OpenOptions::default() }
    }

    /// Refuses what the lesson's networks are not made for.
    fn check(&self) -> Result<()> {
        for data in [Some(&self.digits), self.other.as_ref()].into_iter().flatten() {
            if data.train.shape() != SHAPE || data.valid.shape() != SHAPE {
                return Err(Error::data(format!(
                    "`{}`: expected images of {SHAPE}, as the lesson's networks take them, found {}",
                    data.card.source,
                    data.train.shape()
                )));
            }
        }
        // Rows of examples, two components, ten clusters: below this there is nothing to see.
        let (train, valid) = (self.digits.train.len(), self.digits.valid.len());
        if train < LEAST || valid < LEAST_HELD_OUT {
            return Err(Error::data(format!(
                "`{}`: expected at least {LEAST} images to train on and {LEAST_HELD_OUT} held out, found {train} and {valid}",
                self.digits.card.source
            ))
            .with_hint("`--data digits` needs nothing but the program"));
        }
        Ok(())
    }
}

const LEAST: usize = 60;
const LEAST_HELD_OUT: usize = 10;

/// Materials with a substitute for each set that is missing.
pub(super) struct Stock {
    pub(super) digits: Dataset,
    pub(super) other: Dataset,
    pub(super) colour: Option<Dataset>,
    /// Whether `other` is the digits in negative.
    pub(super) negative: bool,
}

impl Stock {
    /// # Errors
    /// If the lesson's networks do not take the images, or there are too few.
    pub(super) fn new(materials: Materials) -> Result<Self> {
        materials.check()?;
        let Materials { digits, other, colour } = materials;
        let negative = other.is_none();
        let other = other.unwrap_or_else(|| negatives(&digits));
        Ok(Self { digits, other, colour, negative })
    }

    /// The images to enlarge.
    pub(super) fn to_enlarge(&self) -> &Dataset {
        self.colour.as_ref().unwrap_or(&self.digits)
    }
}

/// Every image of `data` in negative, without labels.
fn negatives(data: &Dataset) -> Dataset {
    let negative = |images: &Images| {
        let pixels = images.pixels().iter().map(|pixel| 255 - pixel).collect();
        Images::new(images.shape(), pixels).expect("a negative has as many pixels")
    };
    let mut other = data.clone();
    other.train = negative(&data.train);
    other.valid = negative(&data.valid);
    other.card.source = format!("{} in negative", data.card.name());
    other
}
