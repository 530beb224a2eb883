//! The similarity of reconstructions to their targets: MSE, PSNR and SSIM.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::Conventions;
use super::finding::conventions;
use super::subject::Material;
use crate::data::FloatImages;
use crate::error::Result;
use crate::metric::{mean_squared_error, psnr_db, ssim};
use crate::parallel;
use crate::shape::{ImageShape, at_once};

/// Images per chunk.
pub(super) const CHUNK: usize = 512;
/// The minimum squared error in the PSNR (100 dB), so that an exact image does not make the mean
/// infinite.
const MIN_ERROR: f64 = 1e-10;

/// The mean quality of images.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Quality {
    /// Mean squared error per value, values in 0..1.
    pub mse: f64,
    /// Peak signal-to-noise ratio, in dB.
    pub psnr_db: f64,
    /// Structural similarity, at most 1.
    pub ssim: f64,
}

impl Quality {
    /// The definitions of the metrics.
    pub(super) fn conventions() -> Conventions {
        conventions([
            (
                "mse",
                "squared error per value, values in 0..1; mean over values, channels and images",
            ),
            ("psnr_db", "10 log10(1 / mse) of each image, in dB, 100 at most; mean over images"),
            (
                "ssim",
                "Gaussian window of 11x11 pixels, sigma 1.5, no padding; mean over positions, \
                 channels and images",
            ),
        ])
    }
}

/// The quality of images, and the squared error of each.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) quality: Quality,
    pub(super) errors: Vec<f64>,
}

/// The quality of one image.
pub(super) fn of_one(shape: ImageShape, clean: &[f32], made: &[f32]) -> Quality {
    let mse = mean_squared_error(clean, made);
    Quality { mse, psnr_db: psnr_db(mse.max(MIN_ERROR)), ssim: ssim(shape, clean, made) }
}

/// The quality of the images that `make` computes from a range of indices and the clean test images
/// there, a chunk at a time.
pub(super) fn of(
    material: &Material<'_>,
    mut make: impl FnMut(Range<usize>, &FloatImages) -> Result<FloatImages>,
) -> Result<Measured> {
    let images = &material.test.images;
    let shape = images.shape();
    let (mut sums, mut errors) = ([0.0; 3], Vec::with_capacity(images.len()));
    let at_once = at_once(CHUNK, shape.len());
    for start in (0..images.len()).step_by(at_once) {
        let range = start..images.len().min(start + at_once);
        let clean = FloatImages::range(images, range.clone())?;
        let end = range.end;
        let made = make(range, &clean)?;
        let pairs = clean.values().chunks_exact(shape.len());
        let pairs = pairs.zip(made.values().chunks_exact(shape.len()));
        let measured = parallel::map(pairs, |(clean, made)| {
            let Quality { mse, psnr_db, ssim } = of_one(shape, clean, made);
            [mse, psnr_db, ssim]
        });
        for image in measured {
            errors.push(image[0]);
            sums.iter_mut().zip(image).for_each(|(sum, x)| *sum += x);
        }
        material.at(end, images.len());
    }
    let [mse, psnr_db, ssim] = sums.map(|sum| sum / images.len() as f64);
    Ok(Measured { quality: Quality { mse, psnr_db, ssim }, errors })
}

/// The quality of the model's reconstructions of inputs with the task's corruption; codes are means
/// if they are sampled.
pub(super) fn of_model(material: &Material<'_>) -> Result<Measured> {
    let model = material.model;
    of(material, |range, clean| {
        let labels = material.test.labels.as_ref().map(|labels| &labels[range.clone()]);
        let inputs = model.corrupted(clean, &range.collect::<Vec<_>>());
        let model = model.with_labels(labels)?;
        model.decode(&model.encode_inputs(&inputs))
    })
}

/// Values as those of images: within 0..1.
pub(super) fn clip(values: &mut [f32]) {
    for value in values {
        *value = value.clamp(0.0, 1.0);
    }
}
