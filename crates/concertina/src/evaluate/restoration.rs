//! How well a model restores pictures of any size, whole pictures at their own size.

mod linear;

use std::borrow::Cow;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use self::linear::{Halves, LINEAR};
use super::finding::conventions;
use super::linear_filter;
use super::quality::{self, Quality};
use super::{About, Conventions, Step};
use crate::data::FloatImages;
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::model::Model;
use crate::restore::{PictureFile, Restorer, enlarge_bicubic};
use crate::rng::{Seed, Stream};
use crate::shape::ImageShape;
use crate::task::{Amount, Task};

/// The name of the model's own figures.
const MODEL: &str = "model";
/// Offset and weights of red, green and blue in the luma of 16 to 235 (ITU-R BT.601, MATLAB's
/// `rgb2ycbcr`), in 255ths.
const LUMA: [f32; 4] = [16.0, 65.481, 128.553, 24.966];

/// The quality of restored pictures.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Restoration {
    /// The model and the data.
    #[serde(flatten)]
    pub about: About,
    /// What was done to the pictures, as in a recipe.
    pub task: Task,
    /// The mean quality over pictures: of what the model gets, of simple methods, and of what the
    /// model makes of it, in that order.
    pub compared: Vec<Restored>,
    /// Where the size stays: the correlation of what was taken away (input less output) with itself
    /// so many pixels beside, along rows and columns; mean over pictures. That of noise is 0; where
    /// there is more, structure was taken away too.
    pub residual_autocorrelation: Option<[f64; 2]>,
    /// The quality of each picture.
    pub pictures: Vec<OfPicture>,
    /// The definitions of the metrics.
    pub conventions: Conventions,
}

/// The quality of what one method makes of the pictures.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Restored {
    /// The method.
    pub name: String,
    /// Mean over pictures.
    pub quality: Quality,
}

/// The quality of one restored picture.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct OfPicture {
    /// Its name.
    pub name: String,
    /// Height and width.
    pub sides: [usize; 2],
    /// Of what the model makes of it.
    pub quality: Quality,
}

/// Pictures to restore.
#[derive(Clone, Debug)]
pub struct RestorationSubject<'a> {
    /// The model.
    pub model: &'a Model,
    /// The name of the data.
    pub name: String,
    /// Files of clean pictures, and their names.
    pub pictures: &'a [(PathBuf, String)],
    /// How strong the corruption is, in place of the recipe's.
    pub strength: Option<Strength>,
}

/// How strong a corruption is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strength {
    /// The standard deviation of Gaussian noise, in values of 0..1.
    Std(f32),
    /// The quality of JPEG, 1 to 100.
    Quality(f32),
}

/// Corrupts each picture as the model's task does, restores it and compares. The noise of a picture
/// depends on the recipe's seed and on the picture's place among them alone.
///
/// # Errors
/// If there are no pictures, one of them cannot be read, the model takes only images of one size,
/// or the strength is that of another task's corruption.
pub fn evaluate_restoration(
    subject: &RestorationSubject<'_>,
    working: &dyn Fn(Step<'_>),
) -> Result<Restoration> {
    let RestorationSubject { model, name, pictures, strength } = subject;
    let restorer = Restorer::new(model)?;
    let task = task(&model.recipe.task, *strength)?;
    let seed = Seed(model.recipe.training.seed);
    if pictures.is_empty() {
        return Err(Error::data(format!("expected pictures, found none in `{name}`")));
    }
    let pair = |index: usize| -> Result<[FloatImages; 2]> {
        let clean = cropped(&PictureFile::open(&pictures[index].0)?.read()?, restorer.factor())?;
        let [mut stream, _] = Stream::validation(seed, index as u32);
        Ok([corrupted(&task, &clean, restorer.factor(), &mut stream), clean])
    };
    let total = pictures.len();
    let filters = Halves::fit(total, restorer.factor(), |index| {
        working(Step { what: "fitting a linear filter", done: index, total });
        pair(index)
    })?;
    let mut of_pictures = Vec::new();
    let mut sums: Vec<(&str, [f64; 3])> = Vec::new();
    let mut correlations = [0.0; 2];
    for (index, (_, file)) in pictures.iter().enumerate() {
        let working = |done| working(Step { what: "restoring pictures", done, total });
        working(index);
        let [input, clean] = pair(index)?;
        let output = restorer.restore(&input)?;
        let simple = match task {
            Task::Downscale { factor, .. } => {
                ("bicubic interpolation", Cow::Owned(enlarge_bicubic(&input, factor)))
            }
            _ => ("input", Cow::Borrowed(&input)),
        };
        let filtered = filters.as_ref().map(|filters| filters.apply(index, &input, &clean));
        let filtered = filtered.map(|filtered| (linear_filter::NAME, Cow::Owned(filtered)));
        let made = [Some(simple), filtered, Some((MODEL, Cow::Borrowed(&output)))];
        for (place, (name, made)) in made.into_iter().flatten().enumerate() {
            let quality = measured(&clean, &made, restorer.factor());
            if sums.len() == place {
                sums.push((name, [0.0; 3]));
            }
            let parts = [quality.mse, quality.psnr_db, quality.ssim];
            sums[place].1.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            if name == MODEL {
                let ImageShape { height, width, .. } = clean.shape();
                let sides = [height, width];
                of_pictures.push(OfPicture { name: file.clone(), sides, quality });
            }
        }
        if restorer.factor() == 1 {
            let residual = autocorrelation(&input, &output);
            correlations.iter_mut().zip(residual).for_each(|(sum, part)| *sum += part);
        }
        working(index + 1);
    }
    let n = pictures.len() as f64;
    let mean = |(name, sums): (&str, [f64; 3])| {
        let [mse, psnr_db, ssim] = sums.map(|sum| sum / n);
        Restored { name: name.to_owned(), quality: Quality { mse, psnr_db, ssim } }
    };
    Ok(Restoration {
        about: About::new(model, name, false),
        residual_autocorrelation: (restorer.factor() == 1).then(|| correlations.map(|sum| sum / n)),
        task,
        compared: sums.into_iter().map(mean).collect(),
        pictures: of_pictures,
        conventions: self::conventions_of(restorer.factor()),
    })
}

fn task(task: &Task, strength: Option<Strength>) -> Result<Task> {
    let Some(strength) = strength else { return Ok(task.clone()) };
    match (task, strength) {
        (&Task::Noise { mean, clip, .. }, Strength::Std(std)) => {
            Ok(Task::Noise { mean, clip, std: Amount::Fixed(std) })
        }
        (Task::BlindSpots { .. }, Strength::Std(std)) => {
            Ok(Task::Noise { mean: 0.0, clip: false, std: Amount::Fixed(std) })
        }
        (Task::Jpeg { .. }, Strength::Quality(quality)) => {
            Ok(Task::Jpeg { quality: Amount::Fixed(quality) })
        }
        _ => {
            let [taken_away, chosen] = match strength {
                Strength::Std(_) => ["Gaussian noise", "standard deviation"],
                Strength::Quality(_) => ["JPEG's artefacts", "quality"],
            };
            Err(Error::config(format!(
                "expected a model that takes {taken_away} away to choose its {chosen}, found one \
                 of another task"
            ))
            .with_hint(Hint::text("leave it out")))
        }
    }
}

fn conventions_of(factor: usize) -> Conventions {
    let mut all = Quality::conventions();
    all.extend(conventions([("linear filter", LINEAR)]));
    if factor > 1 {
        all.extend(conventions([
            (
                "border",
                "pictures are cut to multiples of the factor at their lower right; so many pixels \
                 at each edge are not compared",
            ),
            (
                "luma",
                "of colour pictures the luma of 16 to 235 is compared (ITU-R BT.601, as MATLAB's \
                 rgb2ycbcr)",
            ),
            ("bicubic interpolation", "a = -0.5, mirrored at the edges, clipped to 0..1"),
        ]));
    }
    all
}

/// The picture with sides that are multiples of the factor.
fn cropped(picture: &FloatImages, factor: usize) -> Result<FloatImages> {
    let shape = picture.shape();
    let [height, width] = [shape.height, shape.width].map(|side| side / factor * factor);
    if height == 0 || width == 0 {
        return Err(Error::data(format!(
            "expected pictures of at least {factor} x {factor} pixels, found {} x {}",
            shape.width, shape.height
        )));
    }
    Ok(part(picture, 0, [height, width]))
}

fn corrupted(task: &Task, clean: &FloatImages, factor: usize, stream: &mut Stream) -> FloatImages {
    let shape = clean.shape();
    let small = ImageShape { height: shape.height / factor, width: shape.width / factor, ..shape };
    let mut input = vec![0.0; small.len()];
    task.corrupt(clean.values(), shape, stream, &mut input);
    FloatImages::new(small, input)
}

/// The quality of a picture: of all values, or, if it was enlarged, of the luma without a border.
fn measured(clean: &FloatImages, made: &FloatImages, factor: usize) -> Quality {
    if factor == 1 {
        return quality::of_one(clean.shape(), clean.values(), made.values());
    }
    let [clean, made] = [clean, made].map(|picture| without_border(&luma(picture), factor));
    quality::of_one(clean.shape(), clean.values(), made.values())
}

fn luma(picture: &FloatImages) -> FloatImages {
    let shape = picture.shape();
    if shape.channels != 3 {
        return picture.clone();
    }
    let (area, [offset, weights @ ..]) = (shape.area(), LUMA);
    let value = |at| {
        let parts = weights.iter().enumerate();
        let sum: f32 = parts.map(|(c, weight)| weight * picture.values()[c * area + at]).sum();
        (offset + sum) / 255.0
    };
    FloatImages::new(ImageShape { channels: 1, ..shape }, (0..area).map(value).collect())
}

/// A picture without so many pixels at each edge, as far as something is left.
fn without_border(picture: &FloatImages, border: usize) -> FloatImages {
    let shape = picture.shape();
    let border = border.min((shape.height.min(shape.width) - 1) / 2);
    let [height, width] = [shape.height, shape.width].map(|side| side - 2 * border);
    part(picture, border, [height, width])
}

/// So many rows and columns of a picture, from this row and column on.
fn part(picture: &FloatImages, from: usize, [height, width]: [usize; 2]) -> FloatImages {
    let shape = picture.shape();
    let planes = picture.values().chunks_exact(shape.area());
    let rows = planes.flat_map(|plane| plane.chunks_exact(shape.width).skip(from).take(height));
    let values = rows.flat_map(|row| &row[from..from + width]).copied().collect();
    FloatImages::new(ImageShape { height, width, ..shape }, values)
}

/// The correlation of `input - output` with itself one and two pixels beside, mean over both axes
/// and all channels; 0 where nothing was taken away.
fn autocorrelation(input: &FloatImages, output: &FloatImages) -> [f64; 2] {
    let shape = input.shape();
    let pairs = input.values().iter().zip(output.values());
    let residual: Vec<f64> = pairs.map(|(a, b)| f64::from(a - b)).collect();
    let mean = residual.iter().sum::<f64>() / residual.len() as f64;
    let at = |place: usize| residual[place] - mean;
    let energy =
        (0..residual.len()).map(|place| at(place).powi(2)).sum::<f64>() / residual.len() as f64;
    let along = |step: usize, lag: usize, side: usize| {
        let places = (0..residual.len()).filter(|place| place / step % side + lag < side);
        let (sum, n) = places
            .fold((0.0, 0), |(sum, n), place| (sum + at(place) * at(place + lag * step), n + 1));
        if n == 0 || energy == 0.0 { 0.0 } else { sum / f64::from(n) / energy }
    };
    [1, 2]
        .map(|lag| f64::midpoint(along(1, lag, shape.width), along(shape.width, lag, shape.height)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_white_does_not_correlate_and_a_checkerboard_does() {
        let shape = ImageShape::new(1, 30, 40);
        let zero = FloatImages::new(shape, vec![0.0; shape.len()]);
        let mut noise = vec![0.0; shape.len()];
        Stream::validation(Seed(1), 0)[0].fill_normal(&mut noise);
        let white = autocorrelation(&FloatImages::new(shape, noise), &zero);
        assert!(white.iter().all(|value| value.abs() < 0.06), "{white:?}");
        let board: Vec<f32> = (0..shape.len())
            .map(|at| if (at % 40 + at / 40) % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let [one, two] = autocorrelation(&FloatImages::new(shape, board), &zero);
        assert!((one + 1.0).abs() < 1e-9 && (two - 1.0).abs() < 1e-9, "{one} {two}");
        assert_eq!(autocorrelation(&zero, &zero), [0.0; 2]);
    }

    #[test]
    fn luma_and_border_are_those_of_the_literature() {
        let white = FloatImages::new(ImageShape::new(3, 5, 7), vec![1.0; 105]);
        let found = luma(&white);
        assert!(found.values().iter().all(|value| (value - 235.0 / 255.0).abs() < 1e-6));
        assert_eq!(without_border(&found, 2).shape(), ImageShape::new(1, 1, 3));
        assert_eq!(cropped(&white, 2).unwrap().shape(), ImageShape::new(3, 4, 6));
    }
}
