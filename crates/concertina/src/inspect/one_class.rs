//! A model of good examples with how these lie in its latent space.

use std::ops::Range;

use super::inspector::Inspection;
use super::map::score as peak;
use super::threshold::Threshold;
use crate::data::{Examples, FloatImages};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::{Mahalanobis, Points, blur};
use crate::model::{Architecture, Model, wrong_shape};
use crate::parallel;
use crate::shape::{ImageShape, at_once};

/// Examples at a time, at most.
const CHUNK: usize = 256;
/// What is added to the covariance, in parts of its diagonal: few examples tell little of the
/// directions in which they vary least.
const RIDGE: f64 = 0.01;
/// The least squared error whose logarithm is taken.
const LEAST_ERROR: f32 = 1e-9;
/// The side of images, in pixels, for each pixel of their maps' smoothing.
const SIDE_BY_SMOOTHING: f32 = 32.0;

/// Finds what is unlike good examples, by a model with a latent vector that was trained on them, as
/// one-class classification does.
#[derive(Clone, Debug)]
pub struct OneClass<'a> {
    model: &'a Model,
    /// Of code and log error of the training examples.
    training: Mahalanobis,
    /// The mean distance of the held-out good examples: the unit of scores.
    usual: f64,
    /// The scores of the held-out good examples, in that unit.
    good: Vec<f64>,
    /// At each place, the unit of maps.
    places: Vec<f32>,
    /// Nearly the largest value of each held-out good example's map.
    peaks: Vec<f64>,
}

/// What a model makes of some examples.
struct Measured {
    /// Code and log error of each.
    points: Vec<f32>,
    /// Squared error at each place, smoothed; mean over channels.
    maps: Vec<f32>,
}

impl<'a> OneClass<'a> {
    /// Whether a model can inspect; [`OneClass::fit`] checks it again.
    ///
    /// # Errors
    /// If it is not of images, has a condition, or its code is no smaller than an image.
    pub fn check(model: &Model) -> Result<()> {
        let Architecture { input, latent_dim, classes, .. } = model.architecture;
        let found = if model.card.music().is_some() {
            "music"
        } else if classes > 0 {
            "images of a given class"
        } else if model.code_has_image() || latent_dim >= input.len() {
            "images whose code is no smaller than the image"
        } else {
            return Ok(());
        };
        Err(Error::config(format!(
            "expected a model that was trained to take away defects, or one that makes a small \
             code of an image, found one of {found}"
        ))
        .with_hint(
            Hint::text("train one on good examples, of pictures of any size: ")
                .with(HintPart::Recipe("inspect-ae".to_owned()))
                .then(", of small images: ")
                .with(HintPart::Recipe("image-ae".to_owned())),
        ))
    }

    /// Fits the mean and the covariance of the training examples, and what is usual to good
    /// examples that were held out of training.
    ///
    /// # Errors
    /// If the model cannot inspect, there are no examples, or they do not have its shape.
    pub fn fit(model: &'a Model, training: &dyn Examples, held_out: &dyn Examples) -> Result<Self> {
        Self::check(model)?;
        if training.is_empty() || held_out.is_empty() {
            return Err(Error::insufficient(
                "expected good examples that the model was not trained on, found none",
            )
            .with_hint(Hint::default().set("data.validation", 0.2)));
        }
        let area = model.architecture.target.area();
        let mut places = vec![0.0; area];
        let mut points = Vec::new();
        for_each_chunk(model, training, |measured| {
            for map in measured.maps.chunks_exact(area) {
                places.iter_mut().zip(map).for_each(|(sum, value)| *sum += f64::from(*value));
            }
            points.extend(measured.points);
            Ok(())
        })?;
        let n = training.len() as f64;
        let mean = places.iter().sum::<f64>() / (n * area as f64);
        // Halfway to the mean of all places: where hardly any error was, a little more is not much.
        let places = places.into_iter().map(|sum| {
            let usual = 0.5 * (sum / n + mean);
            usual.max(f64::from(f32::MIN_POSITIVE)) as f32
        });
        let size = model.architecture.latent_dim + 1;
        let training = Mahalanobis::fit(Points::new("codes and errors", size, &points)?, RIDGE)?;
        let mut fitted = Self {
            model,
            training,
            usual: 1.0,
            good: Vec::new(),
            places: places.collect(),
            peaks: Vec::new(),
        };
        let (mut good, mut peaks, mut sum) = (Vec::new(), Vec::new(), 0.0);
        for_each_chunk(model, held_out, |measured| {
            for Inspection { map, score, .. } in fitted.inspections(&measured) {
                good.push(score);
                peaks.push(peak(&map));
                sum += map.iter().map(|value| f64::from(*value)).sum::<f64>();
            }
            Ok(())
        })?;
        // Errors of examples that were not trained on are larger.
        let larger = (sum / (good.len() * area) as f64).max(f64::from(f32::MIN_POSITIVE));
        fitted.places.iter_mut().for_each(|place| *place *= larger as f32);
        fitted.peaks = peaks.into_iter().map(|peak| peak / larger).collect();
        fitted.usual = (good.iter().sum::<f64>() / good.len() as f64).max(f64::MIN_POSITIVE);
        fitted.good = good.into_iter().map(|score| score / fitted.usual).collect();
        Ok(fitted)
    }

    /// The threshold of scores for a rate of false alarms.
    ///
    /// # Errors
    /// If the rate is not above 0 and below 1.
    pub fn threshold(&self, false_alarms: f64) -> Result<Threshold> {
        Threshold::new(&self.good, &[], false_alarms)
    }

    /// The value that the largest of so many maps of good examples exceed, more or less.
    ///
    /// # Errors
    /// As [`OneClass::threshold`].
    pub fn map_threshold(&self, false_alarms: f64) -> Result<f64> {
        Ok(Threshold::new(&self.peaks, &[], false_alarms)?.score)
    }

    /// Inspects the examples in `range`, of which there are few.
    ///
    /// # Errors
    /// If they do not have the shape of the model's images.
    pub fn inspect(&self, examples: &dyn Examples, range: Range<usize>) -> Result<Vec<Inspection>> {
        Ok(self.inspections(&measured(self.model, examples, range)?))
    }

    fn inspections(&self, measured: &Measured) -> Vec<Inspection> {
        let ImageShape { height, width, .. } = self.model.architecture.target;
        let points = measured.points.chunks_exact(self.model.architecture.latent_dim + 1);
        let of = |(point, map): (&[f32], &[f32])| Inspection {
            sides: [height, width],
            map: map.iter().zip(&self.places).map(|(value, usual)| value / usual).collect(),
            score: self.training.distance(point) / self.usual,
        };
        points.zip(measured.maps.chunks_exact(height * width)).map(of).collect()
    }
}

fn for_each_chunk(
    model: &Model,
    examples: &dyn Examples,
    mut take: impl FnMut(Measured) -> Result<()>,
) -> Result<()> {
    let chunk = at_once(CHUNK, examples.shape().len());
    for start in (0..examples.len()).step_by(chunk) {
        take(measured(model, examples, start..examples.len().min(start + chunk))?)?;
    }
    Ok(())
}

fn measured(model: &Model, examples: &dyn Examples, range: Range<usize>) -> Result<Measured> {
    let shape = model.architecture.target;
    if examples.shape() != shape {
        return Err(wrong_shape(shape, examples.shape()));
    }
    let images = FloatImages::range(examples, range)?;
    let codes = model.encode(&images)?;
    let made = model.decode(&codes)?;
    let (area, sides) = (shape.area(), [shape.height, shape.width]);
    let smoothing = (shape.height.min(shape.width) as f32 / SIDE_BY_SMOOTHING).max(1.0);
    let pairs =
        images.values().chunks_exact(shape.len()).zip(made.values().chunks_exact(shape.len()));
    let compared = parallel::map(pairs, |(image, made)| {
        let mut squares = vec![0.0; area];
        for (place, (value, made)) in image.iter().zip(made).enumerate() {
            squares[place % area] += (value - made).powi(2);
        }
        let error: f32 = squares.iter().sum();
        for square in &mut squares {
            *square /= shape.channels as f32;
        }
        ((error + LEAST_ERROR).ln(), blur(&squares, sides, smoothing))
    });
    let points = codes.rows().zip(&compared);
    Ok(Measured {
        points: points.flat_map(|(code, (error, _))| [code, &[*error]].concat()).collect(),
        maps: compared.into_iter().flat_map(|(_, map)| map).collect(),
    })
}
