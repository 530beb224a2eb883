//! New images: samples, interpolations, and the manifold of a two-dimensional latent space.

use concertina::Result;
use concertina::latent::{gaussian_quantiles, grid};
use concertina::math::{Codes, interpolate};
use concertina::rng::Seed;

use super::figures::{Figures, figure, row};
use crate::plot::{ImageGrid, Manifold, Theme};
use crate::report::Figure;

/// Images along one side of the manifold.
const SIDE: usize = 20;
/// Rows of a figure of classes, at most.
const MOST_CLASSES: usize = 20;

impl Figures<'_> {
    /// Images decoded from new codes.
    ///
    /// # Errors
    /// As [`Model::sample`](concertina::model::Model::sample).
    pub fn samples(&self) -> Result<Figure> {
        let columns = 10;
        let images = self.model.sample(60, Seed(self.model.recipe.training.seed))?;
        let sheet = ImageGrid::sheet("", images.shape(), images.values(), columns)?;
        let from = if self.model.has_prior() {
            "the standard normal prior"
        } else {
            "a mixture of Gaussians fitted to the codes of the training images"
        };
        let caption =
            format!("{} new images, decoded from codes sampled from {from}.", images.len());
        figure(|theme| sheet.to_png(theme), caption)
    }

    /// A row for each class: the same new codes down each column, decoded as every class.
    ///
    /// # Errors
    /// If the model is not conditional, or as [`Figures::samples`].
    pub fn classes(&self) -> Result<Figure> {
        let columns = 10;
        let seed = Seed(self.model.recipe.training.seed);
        let codes = self.model.sample_codes(columns, seed)?;
        let mut rows = Vec::new();
        for (label, name) in self.data.class_names.iter().enumerate().take(MOST_CLASSES) {
            let labels = vec![label as u32; columns];
            rows.push(row(name, &self.model.conditioned_on(&labels)?.decode(&codes)?)?);
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let caption = "New images of each class, one class to a row. All images of a column are \
                       decoded from the same code, so they share what the code holds besides the \
                       class: the style.";
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Interpolations in latent space between pairs of validation images.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn interpolations(&self) -> Result<Figure> {
        let mut rows = Vec::new();
        let indices = self.first(8);
        for (number, ends) in indices.chunks_exact(2).enumerate() {
            let [_, inputs, _] = self.examples(ends)?;
            let labels = self.labels(ends)?;
            let codes = self.model.with_labels(labels.as_deref())?.encode(&inputs)?;
            let steps = interpolate(codes.row(0), codes.row(1), 10);
            let labels = self.label_repeated(ends[0], steps.len())?;
            let images = self.model.with_labels(labels.as_deref())?.decode(&steps)?;
            rows.push(row(&format!("pair {}", number + 1), &images)?);
        }
        if rows.is_empty() {
            // A single validation image: there is nothing to interpolate with.
            let [_, _, outputs] = self.examples(&indices)?;
            rows.push(row("image", &outputs)?);
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let caption = "Linear interpolation between the codes of two images, decoded: the first \
                       image on the left, the second on the right.";
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Images decoded from a grid of codes, at equal steps of probability.
    ///
    /// # Errors
    /// If there are not two latent dimensions.
    pub fn manifold(&self) -> Result<Figure> {
        let (ticks, how) = if self.model.has_prior() {
            let ticks = gaussian_quantiles(SIDE);
            ([ticks.clone(), ticks], "quantiles of the standard normal prior")
        } else {
            (
                [0, 1].map(|axis| self.quantiles(axis)),
                "quantiles of the validation codes in each dimension",
            )
        };
        let class = match self.label_repeated(0, 1)? {
            Some(labels) if self.model.architecture.classes > 0 => {
                format!(" as class {}", self.data.class_names[labels[0] as usize])
            }
            _ => String::new(),
        };
        let caption = format!(
            "A map of the latent space: a grid of {SIDE} x {SIDE} codes, decoded{class}. The codes \
             lie at {how}; z1 increases to the right and z2 upwards."
        );
        figure(|theme| self.sheet(&ticks, theme), caption)
    }

    /// The lesson's 10 x 10 grid over -1..1, the first latent dimension down the rows.
    ///
    /// # Errors
    /// If there are not two latent dimensions.
    pub fn lesson_grid(&self) -> Result<Figure> {
        let ticks: Vec<f32> = (0..10).map(|i| -1.0 + 2.0 * i as f32 / 9.0).collect();
        let pairs =
            ticks.iter().flat_map(|&down| ticks.iter().flat_map(move |&right| [down, right]));
        let codes = Codes::new(2, pairs.collect());
        let labels = self.label_repeated(0, codes.len())?;
        let images = self.model.with_labels(labels.as_deref())?.decode(&codes)?;
        let manifold = Manifold {
            title: "",
            shape: images.shape(),
            pixels: images.values(),
            x_values: &ticks,
            y_values: &ticks,
            x_name: "z2",
            y_name: "z1",
            note: "",
        };
        let caption = "The same map as the lesson draws it: both latent dimensions from -1 to 1, \
                       the first down the rows.";
        figure(|theme| manifold.to_png(theme), caption)
    }

    /// Images decoded at all pairs of ticks, the first dimension across, the second up.
    fn sheet(&self, [across, up]: &[Vec<f32>; 2], theme: Theme) -> Result<Vec<u8>> {
        let codes = grid(across, up);
        let labels = self.label_repeated(0, codes.len())?;
        let images = self.model.with_labels(labels.as_deref())?.decode(&codes)?;
        let downwards: Vec<f32> = up.iter().rev().copied().collect();
        let manifold = Manifold {
            title: "",
            shape: images.shape(),
            pixels: images.values(),
            x_values: across,
            y_values: &downwards,
            x_name: "z1",
            y_name: "z2",
            note: "",
        };
        manifold.to_png(theme)
    }

    /// Quantiles of the validation codes in one dimension, at equal steps of probability.
    fn quantiles(&self, axis: usize) -> Vec<f32> {
        let mut values: Vec<f32> = self.validation.codes.rows().map(|code| code[axis]).collect();
        values.sort_by(f32::total_cmp);
        (0..SIDE).map(|i| values[(2 * i + 1) * values.len() / (2 * SIDE)]).collect()
    }
}
