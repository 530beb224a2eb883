//! What a lesson is taught with: its images and its music, and how much of them.

use std::fmt;

use concertina::data::music::MusicSet;
use concertina::data::{Dataset, Images, OpenOptions};
use concertina::recipe::Recipe;
use concertina::rng::Seed;
use concertina::{Error, ImageShape, Result};
use serde::{Deserialize, Serialize};

/// How much is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// All images, and as many epochs as the lesson and its articles have.
    Full,
    /// Some of the images and a few epochs: everything can be seen, though the numbers are a little
    /// worse.
    Quick,
    /// A few images for one epoch, to test the lesson itself. The figures show nothing of interest.
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
    /// Training images at most; a sixth as many are held out.
    pub(super) fn limit(self) -> Option<usize> {
        match self {
            Self::Full => None,
            Self::Quick => Some(15_000),
            Self::SmokeTest => Some(96),
        }
    }

    /// The same for the exercise in colour, whose images have four times as many values.
    pub(super) fn limit_in_colour(self) -> Option<usize> {
        match self {
            Self::Full => None,
            Self::Quick => Some(6_000),
            Self::SmokeTest => Some(48),
        }
    }

    /// Training windows of melodies at most.
    pub(super) fn limit_of_melodies(self) -> Option<usize> {
        match self {
            Self::Full | Self::Quick => None,
            Self::SmokeTest => Some(48),
        }
    }

    /// The same for bars of a whole band, which have sixteen times as many tokens.
    pub(super) fn limit_of_bars(self) -> Option<usize> {
        match self {
            Self::Full => None,
            Self::Quick => Some(1_500),
            Self::SmokeTest => Some(24),
        }
    }
}

/// The lesson's music: composed by the program, so that there is nothing to download.
pub(super) const MUSIC: &str = "tunes";

/// The shape of the lesson's images, which its networks are made for.
pub(super) const SHAPE: ImageShape = ImageShape::new(1, 28, 28);

/// The images of a lesson.
#[derive(Clone, Debug)]
pub struct Materials {
    /// What all models but a few are trained on, 1x28x28: digits, as a rule.
    pub digits: Dataset,
    /// Images of another kind, 1x28x28, that a denoiser of digits is tried on. If left out, the
    /// digits in negative.
    pub other: Option<Dataset>,
    /// Images for super-resolution, their sides multiples of 4. If left out, the digits again.
    pub colour: Option<Dataset>,
}

impl Materials {
    /// How to open [`Materials::digits`] and [`Materials::other`]: any images are fitted to 28x28
    /// grey.
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
                    "`{}`: expected images of {SHAPE}, as the lesson's networks take them, \
                     found {}",
                    data.card.source,
                    data.train.shape()
                )));
            }
        }
        // Rows of examples, two components, ten clusters: below this, there is nothing to see.
        let (train, valid) = (self.digits.train.len(), self.digits.valid.len());
        if train < LEAST || valid < LEAST_HELD_OUT {
            return Err(Error::data(format!(
                "`{}`: expected at least {LEAST} training and {LEAST_HELD_OUT} held-out images, \
                 found {train} and {valid}",
                self.digits.card.source
            ))
            .with_hint("take `digits`, which are built in"));
        }
        Ok(())
    }
}

const LEAST: usize = 60;
const LEAST_HELD_OUT: usize = 10;

/// Materials with a substitute for each missing set, and music.
pub(super) struct Stock {
    pub(super) digits: Dataset,
    pub(super) other: Dataset,
    pub(super) colour: Option<Dataset>,
    /// Whether `other` is the digits in negative.
    pub(super) negative: bool,
    /// Windows of two bars of a melody.
    pub(super) melodies: MusicSet,
    /// Bars of a whole band.
    pub(super) bars: MusicSet,
}

impl Stock {
    /// # Errors
    /// If the lesson's networks do not take the images, or there are too few.
    pub(super) fn new(materials: Materials, effort: Effort) -> Result<Self> {
        materials.check()?;
        let melodies = music("melody-vae", effort.limit_of_melodies())?;
        let bars = music("multitrack-vae", effort.limit_of_bars())?;
        let Materials { digits, other, colour } = materials;
        let negative = other.is_none();
        let other = other.unwrap_or_else(|| negatives(&digits));
        Ok(Self { digits, other, colour, negative, melodies, bars })
    }

    /// The images for super-resolution in colour.
    pub(super) fn to_upsample(&self) -> &Dataset {
        self.colour.as_ref().unwrap_or(&self.digits)
    }
}

/// The lesson's music as a recipe takes it.
fn music(recipe: &str, limit: Option<usize>) -> Result<MusicSet> {
    let recipe = Recipe::named(recipe)?;
    let wanted = recipe.wanted_music().expect("these recipes are for music");
    MusicSet::open(MUSIC, wanted, &OpenOptions { limit, ..recipe.open_options() })
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
