//! Simple baselines of a model: principal components, interpolation, filters.

use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::filter::{gaussian, median};
use super::linear_filter::{LinearFilter, SIDE};
use super::quality::Measured;
use super::subject::Material;
use super::upsample::{Method, upsample};
use super::{Conventions, Finding, Quality, quality};
use crate::data::FloatImages;
use crate::error::Result;
use crate::shape::ImageShape;
use crate::task::Task;
use crate::text::{percent, thousands};

/// Side of the median filter's window.
const MEDIAN: usize = 3;
/// Standard deviation of the Gaussian filter, in pixels.
const SIGMA: f64 = 1.0;
/// Maximum number of training images that filters are fitted to.
const FITTED: usize = 1000;
/// How the linear filter is found.
const LINEAR: &str = "the linear filter is fitted by least squares to at most 1,000 training \
                      images, the same for each channel, and clipped to 0..1";
/// Errors whose ratio differs from 1 by less than this count as equal.
const EQUAL: f64 = 0.01;
/// The same of the difference of two PSNR.
const EQUAL_DB: f64 = 0.05;

/// The model and its baselines, on the same test images.
#[derive(Clone, Debug, Serialize)]
pub struct Baselines {
    /// A description of the baselines.
    pub what: String,
    /// The model, then the baselines.
    pub compared: Vec<Baseline>,
    /// A comparison of the model with the best baseline, in a sentence.
    pub verdict: String,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// One of the compared methods.
#[derive(Clone, Debug, Serialize)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// Its quality.
    #[serde(flatten)]
    pub quality: Quality,
    /// The fraction of the images that the model returns with a smaller squared error than this
    /// baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_better_fraction: Option<f64>,
}

pub(super) fn measure(material: &Material<'_>, model: &Measured) -> Result<Finding<Baselines>> {
    let found = match material.model.recipe.task {
        Task::Downscale { factor } => interpolated(material, factor),
        Task::Noise { .. } | Task::Mask { .. } | Task::SaltAndPepper { .. } => filtered(material),
        Task::Identity {} | Task::Binarise {} => components(material),
    };
    Finding::of(found.map(|others| others.beside(model)))
}

/// The baselines, without the model.
struct Others {
    what: String,
    compared: Vec<(String, Measured)>,
    convention: String,
}

impl Others {
    fn beside(self, model: &Measured) -> Baselines {
        let mut conventions = Quality::conventions();
        conventions.insert("compared", self.convention);
        let better = "fraction of the images with a smaller squared error of the model";
        conventions.insert("model_better_fraction", better.to_owned());
        let baseline = |(name, found): (String, Measured)| {
            let better = model.errors.iter().zip(&found.errors).filter(|(own, other)| own < other);
            let fraction = better.count() as f64 / model.errors.len().max(1) as f64;
            Baseline { name, quality: found.quality, model_better_fraction: Some(fraction) }
        };
        let others: Vec<Baseline> = self.compared.into_iter().map(baseline).collect();
        let verdict = verdict(model.quality, &others);
        let own = Baseline {
            name: "this model".to_owned(),
            quality: model.quality,
            model_better_fraction: None,
        };
        let compared = std::iter::once(own).chain(others).collect();
        Baselines { what: self.what, compared, verdict, conventions }
    }
}

/// Compares the model with the baseline of the smallest squared error, by the mean squared error
/// and by the mean PSNR, which large errors of few images weigh on less.
fn verdict(model: Quality, others: &[Baseline]) -> String {
    let best = others.iter().min_by(|a, b| a.quality.mse.total_cmp(&b.quality.mse));
    let Some(Baseline { name, quality: best, model_better_fraction }) = best else {
        return "there is nothing to compare with".to_owned();
    };
    let ratio = model.mse / best.mse;
    let psnr = model.psnr_db - best.psnr_db;
    // If both errors are 0, neither is less or more.
    let by_error = sign(-(ratio - 1.0), EQUAL);
    let by_psnr = sign(psnr, EQUAL_DB);
    let lead = match (by_error, by_psnr) {
        (0, 0) => "equal to",
        (1, 0 | 1) | (0, 1) => "better than",
        (-1, 0 | -1) | (0, -1) => "worse than",
        _ => "neither better nor worse than",
    };
    let ratio = if ratio.is_finite() {
        format!("{ratio:.2} times its squared error")
    } else {
        "the squared errors are 0".to_owned()
    };
    let fraction = model_better_fraction.map_or(String::new(), |fraction| {
        format!(", closer on {} of the images", percent(fraction))
    });
    format!(
        "{lead} {name}: {ratio}, PSNR {psnr:+.2} dB{fraction}; SSIM {:.3} against {:.3}",
        model.ssim, best.ssim
    )
}

/// 1 or -1 if `x` is above or below 0 by more than `least`.
fn sign(x: f64, least: f64) -> i8 {
    i8::from(x > least) - i8::from(x < -least)
}

/// As many principal components as the model has latent dimensions.
fn components(material: &Material<'_>) -> Result<Others> {
    let pca = material.pca()?;
    material.working("reconstructing the test images from principal components");
    let images = &material.test.images;
    let reconstruct = |range: Range<usize>, clean: &FloatImages, clipped: bool| {
        // The model's inputs, which are binarised if its task does that.
        let inputs = material.model.corrupted(clean, &range.collect::<Vec<_>>());
        let codes = pca.encode(inputs.as_points("test images")?)?;
        let mut values = pca.decode(&codes)?;
        if clipped {
            clip(&mut values);
        }
        Ok(FloatImages::new(clean.shape(), values))
    };
    let name = format!("PCA, {} components", pca.n_components());
    let clipped = format!("{name}, clipped to 0..1");
    let compared = vec![
        (name, quality::of(images, |range, clean| reconstruct(range, clean, false))?),
        (clipped, quality::of(images, |range, clean| reconstruct(range, clean, true))?),
    ];
    let what = format!(
        "principal components fitted to {} training images, as many as latent dimensions",
        thousands(material.n_train())
    );
    let convention = format!(
        "{what}, with the same inputs as the model; the model's outputs are always in 0..1"
    );
    Ok(Others { what, compared, convention })
}

/// The downscaled input upsampled by interpolation.
fn interpolated(material: &Material<'_>, factor: usize) -> Result<Others> {
    let input = material.model.architecture.input;
    let mut compared = Vec::new();
    for method in [Method::Nearest, Method::Bilinear, Method::Bicubic] {
        material.working(&format!("upsampling the test images, {}", method.name()));
        let quality = made_of_inputs(material, input, |small| {
            let mut large = upsample(input, small, factor, method);
            clip(&mut large);
            large
        })?;
        compared.push((method.name().to_owned(), quality));
    }
    linear(material, input, factor, &mut compared)?;
    let what = format!("the downscaled image upsampled x{factor} by interpolation");
    let convention = format!(
        "{what}: pixel centres at half-integers, the border replicated, bicubic with a = -0.5, \
         clipped to 0..1; {LINEAR}"
    );
    Ok(Others { what, compared, convention })
}

/// Adds the linear filter that fits training images best; nothing without any.
fn linear(
    material: &Material<'_>,
    input: ImageShape,
    factor: usize,
    compared: &mut Vec<(String, Measured)>,
) -> Result<()> {
    if material.n_train() == 0 {
        return Ok(());
    }
    let name = format!("linear filter {SIDE}x{SIDE}");
    material.working(&format!("fitting and applying the {name}"));
    let [inputs, clean] = to_fit(material)?;
    if let Some(filter) = LinearFilter::fit(&inputs, &clean, factor) {
        let made = |image: &[f32]| {
            let mut made = filter.apply(input, image);
            clip(&mut made);
            made
        };
        compared.push((name, made_of_inputs(material, input, made)?));
    }
    Ok(())
}

/// A denoising filter.
type Filter<'a> = dyn Fn(&[f32]) -> Vec<f32> + Sync + 'a;

/// The noisy input itself, and denoised by filters.
fn filtered(material: &Material<'_>) -> Result<Others> {
    let shape = material.model.architecture.input;
    let as_it_is = made_of_inputs(material, shape, <[f32]>::to_vec)?;
    let mut compared = vec![("the noisy input".to_owned(), as_it_is)];
    let filters: [(String, &Filter<'_>); 2] = [
        (format!("median {MEDIAN}x{MEDIAN}"), &|noisy| median(shape, noisy, MEDIAN)),
        (format!("Gaussian, sigma {SIGMA}"), &|noisy| gaussian(shape, noisy, SIGMA)),
    ];
    for (name, filter) in filters {
        material.working(&format!("denoising the test images: {name}"));
        let line = fitted(material, filter)?;
        let quality = made_of_inputs(material, shape, |noisy| line.apply(&filter(noisy)))?;
        compared.push((name, quality));
    }
    linear(material, shape, 1, &mut compared)?;
    let what = "the noisy image itself, and denoised by filters".to_owned();
    let levels = match material.n_train().min(FITTED) {
        0 => "clipped to 0..1".to_owned(),
        n => format!(
            "with a scale and a shift fitted to {} clean training images by least squares, and \
             clipped to 0..1",
            thousands(n)
        ),
    };
    let convention = format!(
        "{what}: the border replicated, the Gaussian truncated at 4 sigma; {levels}; {LINEAR}"
    );
    Ok(Others { what, compared, convention })
}

/// A linear map from filtered values to clean ones, since noise with a mean, or clipped to 0..1,
/// changes their level.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    scale: f64,
    shift: f64,
}

impl Line {
    /// The least squares fit from filtered values to as many clean values.
    fn fit(filtered: &[f32], clean: &[f32]) -> Self {
        let pairs = || filtered.iter().zip(clean).map(|(&x, &y)| (f64::from(x), f64::from(y)));
        let n = filtered.len() as f64;
        let (x, y) = pairs().fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x / n, sums.1 + y / n));
        let (of_x, of_both) = pairs().fold((0.0, 0.0), |sums, (a, b)| {
            (sums.0 + (a - x).powi(2), sums.1 + (a - x) * (b - y))
        });
        let scale = if of_x > 0.0 { of_both / of_x } else { 0.0 };
        Self { scale, shift: y - scale * x }
    }

    /// Maps values, and clips them to 0..1.
    fn apply(self, values: &[f32]) -> Vec<f32> {
        let on_line = |&value: &f32| (self.scale * f64::from(value) + self.shift) as f32;
        let mut values: Vec<f32> = values.iter().map(on_line).collect();
        clip(&mut values);
        values
    }
}

/// The linear map for a filter, fitted to training images with the task's corruption; the identity
/// without training images.
fn fitted(material: &Material<'_>, filter: &Filter<'_>) -> Result<Line> {
    if material.n_train() == 0 {
        return Ok(Line { scale: 1.0, shift: 0.0 });
    }
    let [inputs, clean] = to_fit(material)?;
    let values = inputs.values().par_chunks_exact(inputs.shape().len());
    let filtered = values.map(filter).collect::<Vec<_>>().concat();
    Ok(Line::fit(&filtered, clean.values()))
}

/// Training images that filters are fitted to: with the task's corruption, and clean.
fn to_fit(material: &Material<'_>) -> Result<[FloatImages; 2]> {
    let clean = FloatImages::from(&material.some_train(FITTED)?);
    let inputs = material.model.corrupted(&clean, &(0..clean.len()).collect::<Vec<_>>());
    Ok([inputs, clean])
}

/// The quality of the images that `make` computes from each of the task's inputs.
fn made_of_inputs(
    material: &Material<'_>,
    input: ImageShape,
    make: impl Fn(&[f32]) -> Vec<f32> + Sync,
) -> Result<Measured> {
    quality::of(&material.test.images, |range, clean| {
        let inputs = material.model.corrupted(clean, &range.collect::<Vec<_>>());
        let made: Vec<Vec<f32>> =
            inputs.values().par_chunks_exact(input.len()).map(&make).collect();
        Ok(FloatImages::new(clean.shape(), made.concat()))
    })
}

fn clip(values: &mut [f32]) {
    for value in values {
        *value = value.clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_points_and_stays_in_range() {
        let line = Line::fit(&[0.0, 0.25, 1.0], &[0.25, 0.375, 0.75]);
        assert_eq!(line, Line { scale: 0.5, shift: 0.25 });
        assert_eq!(line.apply(&[0.5, -1.0, 2.0]), [0.5, 0.0, 1.0]);
        // Of noise that tells nothing, the mean is the best guess.
        assert_eq!(Line::fit(&[0.5, 0.5], &[0.0, 1.0]), Line { scale: 0.0, shift: 0.5 });
    }

    #[test]
    fn a_verdict_names_the_best_baseline_and_what_disagrees() {
        let quality = |mse, psnr_db| Quality { mse, psnr_db, ssim: 0.5 };
        let baseline = |name: &str, mse| Baseline {
            name: name.to_owned(),
            quality: quality(mse, 20.0),
            model_better_fraction: Some(0.48),
        };
        let others = [baseline("bad", 0.2), baseline("good", 0.1)];
        for (mse, psnr_db, words) in [
            (0.05, 21.0, "better than good: 0.50 times its squared error, PSNR +1.00 dB"),
            (0.05, 20.0, "better than good: 0.50 times its squared error, PSNR +0.00 dB"),
            (0.0995, 20.0, "equal to good: 0.99 times its squared error, PSNR +0.00 dB"),
            (0.0995, 19.0, "worse than good: 0.99 times its squared error, PSNR -1.00 dB"),
            (0.15, 19.0, "worse than good: 1.50 times its squared error, PSNR -1.00 dB"),
            (
                0.098,
                17.8,
                "neither better nor worse than good: 0.98 times its squared error, PSNR -2.20 dB",
            ),
        ] {
            let expected =
                format!("{words}, closer on 48 % of the images; SSIM 0.500 against 0.500");
            assert_eq!(verdict(quality(mse, psnr_db), &others), expected);
        }
    }
}
