//! Codes looked at: as points, as images, and with noise added.

use concertina::data::{Data, Images};
use concertina::math::{Codes, code_variances};
use concertina::rng::{Purpose, Seed, Stream};
use concertina::text::thousands;
use concertina::{ImageShape, Result};

use super::figures::{Figures, figure, row};
use super::words::Words;
use crate::plot::{ImageGrid, Row, Scatter};
use crate::report::Figure;

/// A feature map with more positions is drawn as its channels.
const MAX_POSITIONS: usize = 100;
/// Noise added to codes, in standard deviations of the codes.
const STRENGTHS: [f32; 8] = [0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5];

impl<D: Data> Figures<'_, D> {
    /// The validation codes as points, coloured by label where there are labels. `thumbnails` are
    /// the images of the points, for data without labels.
    pub(super) fn points(&self, thumbnails: Option<&Images>) -> Result<Figure> {
        let codes = &self.validation.codes;
        let points: Vec<[f32; 2]> = codes.rows().map(|code| [code[0], code[1]]).collect();
        let prior = self.model.has_prior();
        let labels = self.data.validation().labels;
        let words = Words::of(self.model);
        let scatter = Scatter {
            points: &points,
            labels: labels.unwrap_or_default(),
            class_names: self.data.class_names(),
            x_name: "z1",
            y_name: "z2",
            circles: if prior { &[1.0, 2.0] } else { &[] },
            thumbnails,
            ..Scatter::default()
        };
        let label = words.label;
        let coloured = match labels {
            Some(_) if self.model.architecture.classes > 0 => format!(
                " The colours show the {label}s. Encoder and decoder are given the {label}, so the \
                 code only has to hold the rest."
            ),
            Some(_) => format!(" The colours show the {label}s, which the model never saw."),
            None => String::new(),
        };
        let circles = if prior {
            " The circles mark one and two standard deviations of the prior."
        } else {
            ""
        };
        let (what, n, examples) = (self.model.codes_word(), thousands(points.len()), words.many);
        let caption = format!("The {what} of {n} validation {examples}.{coloured}{circles}");
        figure(|theme| scatter.to_png(theme), caption)
    }

    /// Codes as small images, a square for each latent dimension, below `rows`, and in `captions`
    /// what each of them is of.
    pub(super) fn squares(
        &self,
        mut rows: Vec<Row>,
        codes: &Codes,
        captions: Vec<String>,
    ) -> Result<Figure> {
        let (shape, values) = self.as_images(codes);
        rows.push(Row::values("code", shape, &values)?.with_captions(captions));
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let fold = |first: f32, choose: fn(f32, f32) -> f32| {
            codes.values().iter().copied().fold(first, choose)
        };
        let (low, high) = (fold(f32::INFINITY, f32::min), fold(f32::NEG_INFINITY, f32::max));
        let (n, examples) = (codes.len(), Words::of(self.model).many);
        let what = if grid.rows.len() > 1 {
            format!("{n} {examples} and their codes")
        } else {
            format!("The codes of {n} validation {examples}")
        };
        let caption = format!(
            "{what}. The {} latent dimensions are drawn as {} x {} squares, and their values lie \
             between {low:.3} and {high:.3}.",
            thousands(codes.size()),
            shape.height,
            shape.width
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Codes folded into rows: a feature map as one row per position and one column per channel, as
    /// the lesson does it, or, with many positions, as its channels side by side; a plain vector as
    /// nearly square as it goes.
    fn as_images(&self, codes: &Codes) -> (ImageShape, Vec<f32>) {
        let [channels, height, width] = self.model.architecture.feature_shape();
        let positions = height * width;
        let is_map = positions > 1 && codes.size() == channels * positions;
        if is_map && positions > MAX_POSITIONS {
            let across = nearly_square(channels);
            let [rows, columns] = [channels / across * height, across * width];
            let value = |code: &[f32], row: usize, column: usize| {
                let channel = row / height * across + column / width;
                code[channel * positions + row % height * width + column % width]
            };
            let tiled = |code: &[f32]| -> Vec<f32> {
                (0..rows * columns).map(|i| value(code, i / columns, i % columns)).collect()
            };
            let values = codes.rows().flat_map(tiled).collect();
            return (ImageShape::new(1, rows, columns), values);
        }
        if is_map {
            let transpose = |code: &[f32]| -> Vec<f32> {
                (0..positions * channels)
                    .map(|i| code[i % channels * positions + i / channels])
                    .collect()
            };
            let values = codes.rows().flat_map(transpose).collect();
            return (ImageShape::new(1, positions, channels), values);
        }
        let size = codes.size();
        let columns = nearly_square(size);
        (ImageShape::new(1, size / columns, columns), codes.values().to_vec())
    }
}

impl Figures<'_> {
    /// The validation codes as points, coloured by label where there are labels. Shows the first
    /// two latent dimensions.
    ///
    /// # Errors
    /// None that an ordinary model can cause.
    ///
    /// # Panics
    /// If there are fewer than two latent dimensions.
    pub fn scatter(&self) -> Result<Figure> {
        self.points(self.data.valid_labels.is_none().then_some(&self.data.valid))
    }

    /// Some codes as small images, a square for each latent dimension.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn codes(&self) -> Result<Figure> {
        let indices = self.first(5);
        let [_, inputs, _] = self.examples(&indices)?;
        let labels = self.labels(&indices)?;
        let codes = self.model.with_labels(labels.as_deref())?.encode(&inputs)?;
        let inputs = row(self.model.recipe.task.input_word(), &inputs)?;
        self.squares(vec![inputs], &codes, Vec::new())
    }

    /// The lesson's exercise: noise of rising strength added to a code, and the result decoded.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn noise_in_code(&self) -> Result<Figure> {
        let indices = self.first(4);
        let [_, inputs, _] = self.examples(&indices)?;
        let labels = self.labels(&indices)?;
        let codes = self.model.with_labels(labels.as_deref())?.encode(&inputs)?;
        let deviation = standard_deviation(&self.validation.codes);
        let mut rows = Vec::new();
        for (number, code) in codes.rows().enumerate() {
            let mut stream = Stream::new(Seed(0), Purpose::Figure, [1, number as u32, 0]);
            let mut noise = vec![0.0; code.len()];
            stream.fill_normal(&mut noise);
            let noisy = STRENGTHS.iter().flat_map(|strength| {
                code.iter().zip(&noise).map(move |(z, e)| z + strength * deviation * e)
            });
            let labels = self.label_repeated(indices[number], STRENGTHS.len())?;
            let noisy = Codes::new(codes.size(), noisy.collect());
            let images = self.model.with_labels(labels.as_deref())?.decode(&noisy)?;
            rows.push(row(&format!("image {}", number + 1), &images)?);
        }
        let columns = STRENGTHS.iter().map(|strength| format!("{strength}")).collect();
        let grid = ImageGrid { columns, rows, ..ImageGrid::default() };
        let caption = format!(
            "The code of an image with noise added, decoded: no noise on the left, more to the \
             right. The strength of the noise is given in standard deviations of the codes, here \
             {deviation:.2}."
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Codes sampled uniformly from the range of the codes, decoded: what an autoencoder without a
    /// prior makes of them.
    ///
    /// # Errors
    /// None that an ordinary model can cause.
    pub fn random_codes(&self) -> Result<Figure> {
        let all = &self.validation.codes;
        let n = 7;
        let mut ranges = vec![(f32::INFINITY, f32::NEG_INFINITY); all.size()];
        for code in all.rows() {
            for ((low, high), value) in ranges.iter_mut().zip(code) {
                (*low, *high) = (low.min(*value), high.max(*value));
            }
        }
        let mut values = Vec::with_capacity(n * all.size());
        for number in 0..n {
            let mut stream = Stream::new(Seed(0), Purpose::Figure, [2, number as u32, 0]);
            values.extend(ranges.iter().map(|(low, high)| stream.uniform_in(*low, *high)));
        }
        let labels = self.model.labels_in_turn(n);
        let codes = Codes::new(all.size(), values);
        let images = self.model.with_labels(labels.as_deref())?.decode(&codes)?;
        let rows = vec![row("random codes", &images)?];
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let caption = "Random codes, decoded. Each latent dimension is sampled uniformly from its \
                       own range. Few of these images resemble the training images, because \
                       nothing in the loss of a plain autoencoder asks that random codes be \
                       meaningful.";
        figure(|theme| grid.to_png(theme), caption)
    }
}

/// The largest divisor of `n` up to its square root.
fn nearly_square(n: usize) -> usize {
    (1..=n).take_while(|c| c * c <= n).filter(|c| n.is_multiple_of(*c)).last().unwrap_or(1)
}

/// Of all values of the codes, each about the mean of its own dimension.
fn standard_deviation(codes: &Codes) -> f32 {
    let variances = code_variances(codes);
    (variances.iter().sum::<f64>() / variances.len() as f64).sqrt() as f32
}
