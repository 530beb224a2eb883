//! Looking at codes: as points, as pictures, and with noise added.

use super::examples::row;
use super::{Source, figure};
use crate::error::Result;
use crate::math::code_variances;
use crate::data::FloatImages;
use crate::math::Codes;
use crate::plot::{ImageGrid, Row, Scatter};
use crate::report::Figure;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// Noise added to codes, in standard deviations of the codes.
const STRENGTHS: [f32; 8] = [0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5];

impl Source<'_> {
    /// The validation codes as points, coloured by label where there are labels.
    pub(crate) fn scatter(&self) -> Result<Figure> {
        let codes = &self.judgement.codes;
        let points: Vec<[f32; 2]> = codes.rows().map(|code| [code[0], code[1]]).collect();
        let variational = self.model.recipe.bottleneck.is_variational();
        let prior = self.model.recipe.bottleneck.has_prior();
        let scatter = Scatter {
            points: &points,
            labels: self.data.valid_labels.as_deref().unwrap_or_default(),
            class_names: &self.data.class_names,
            x_name: "z1",
            y_name: "z2",
            circles: if prior { &[1.0, 2.0] } else { &[] },
            ..Scatter::default()
        };
        let coloured = match &self.data.valid_labels {
            Some(_) if self.model.architecture.classes > 0 => {
                " The colours are the labels, which encoder and decoder are told: the code has to hold only the rest."
            }
            Some(_) => " The colours are the labels, which the model never saw.",
            None => "",
        };
        let circles = if prior {
            " The circles are one and two standard deviations of the prior."
        } else {
            ""
        };
        let what = if variational { "code means" } else { "codes" };
        let caption =
            format!("The {what} of {} validation images.{coloured}{circles}", points.len());
        figure(|theme| scatter.to_png(theme), caption)
    }

    /// Some codes as small pictures: number by number, lightest the largest.
    pub(crate) fn codes(&self) -> Result<Figure> {
        let indices = self.first(5);
        let [_, inputs, _] = self.examples(&indices)?;
        let codes = self.model.with_known_labels(self.labels(&indices).as_deref()).encode_pictures(&inputs);
        let (shape, values) = self.as_picture(&codes);
        let word = self.model.recipe.task.input_word();
        let rows = vec![row(word, &inputs)?, Row::values("code", shape, &values)?];
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let fold = |first: f32, choose: fn(f32, f32) -> f32| {
            codes.values().iter().copied().fold(first, choose)
        };
        let (low, high) = (fold(f32::INFINITY, f32::min), fold(f32::NEG_INFINITY, f32::max));
        let caption = format!(
            "{} images and their codes of {} numbers, drawn as {} rows of {}. The numbers lie between {low:.3} and {high:.3}.",
            indices.len(),
            codes.size(),
            shape.height,
            shape.width
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Codes folded into rows: a feature map as one row per place and one column per channel, as the lesson does it; a
    /// plain list of numbers as nearly square as it goes.
    fn as_picture(&self, codes: &Codes) -> (ImageShape, Vec<f32>) {
        let [channels, height, width] = self.model.architecture.encoder.output();
        let places = height * width;
        if places > 1 && codes.size() == channels * places {
            let transpose = |code: &[f32]| -> Vec<f32> {
                (0..places * channels).map(|i| code[i % channels * places + i / channels]).collect()
            };
            let values = codes.rows().flat_map(transpose).collect();
            return (ImageShape::new(1, places, channels), values);
        }
        let size = codes.size();
        let columns =
            (1..=size).filter(|c| size.is_multiple_of(*c) && c * c <= size).max().unwrap_or(1);
        (ImageShape::new(1, size / columns, columns), codes.values().to_vec())
    }

    /// The lesson's exercise: noise of rising strength added to a code, and the result decoded.
    pub(crate) fn noise_in_code(&self) -> Result<Figure> {
        let indices = self.first(4);
        let [_, inputs, _] = self.examples(&indices)?;
        let codes = self.model.with_known_labels(self.labels(&indices).as_deref()).encode_pictures(&inputs);
        let deviation = standard_deviation(&self.judgement.codes);
        let mut rows = Vec::new();
        for (number, code) in codes.rows().enumerate() {
            let mut stream = Stream::new(Seed(0), Purpose::Figure, [1, number as u32, 0]);
            let mut noise = vec![0.0; code.len()];
            stream.fill_normal(&mut noise);
            let noisy = STRENGTHS.iter().flat_map(|strength| {
                code.iter().zip(&noise).map(move |(z, e)| z + strength * deviation * e)
            });
            let labels = self.all_as(indices[number], STRENGTHS.len());
            let noisy = Codes::new(codes.size(), noisy.collect());
            let pictures = self.model.with_known_labels(labels.as_deref()).decode(&noisy)?;
            rows.push(row(&format!("image {}", number + 1), &pictures)?);
        }
        let columns = STRENGTHS.iter().map(|strength| format!("{strength}")).collect();
        let grid = ImageGrid { columns, rows, ..ImageGrid::default() };
        let caption = format!(
            "Noise added to the code of an image, then decoded: none at the left, more to the right (in units of {deviation:.2}, \
             the standard deviation of the codes)."
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Codes drawn uniformly from the range of the codes: what an autoencoder without a prior makes of them.
    pub(crate) fn random_codes(&self) -> Result<Figure> {
        let all = &self.judgement.codes;
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
        let pictures: FloatImages =
            self.model.with_known_labels(labels.as_deref()).decode(&Codes::new(all.size(), values))?;
        let grid =
            ImageGrid { rows: vec![row("random codes", &pictures)?], ..ImageGrid::default() };
        let caption = "Codes with every number drawn by itself from its range, decoded: mostly not what the training \
                       images are. Nothing in a plain autoencoder asks that random codes mean something."
            .to_owned();
        figure(|theme| grid.to_png(theme), caption)
    }
}

/// Of all numbers of the codes, about the mean of their own dimension.
fn standard_deviation(codes: &Codes) -> f32 {
    let variances = code_variances(codes);
    (variances.iter().sum::<f64>() / variances.len() as f64).sqrt() as f32
}
