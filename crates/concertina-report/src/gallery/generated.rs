//! New pictures: samples, ways between images, and the manifold of a two-dimensional code.

use super::examples::row;
use super::{Source, figure};
use crate::error::Result;
use crate::latent::{gaussian_quantiles, grid};
use crate::math::Codes;
use crate::plot::{ImageGrid, Manifold, Theme};
use crate::report::Figure;
use crate::rng::Seed;

/// Pictures along one side of the manifold.
const SIDE: usize = 20;
/// Rows of a figure of classes, at most.
const MOST_CLASSES: usize = 20;

impl Source<'_> {
    /// Pictures decoded from new codes.
    pub(crate) fn samples(&self) -> Result<Figure> {
        let columns = 10;
        let pictures = self.model.sample(60, Seed(self.model.recipe.training.seed))?;
        let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), columns)?;
        let from = if self.model.recipe.bottleneck.has_prior() {
            "the standard normal prior"
        } else {
            "a mixture of Gaussians fitted to the codes of the training images"
        };
        let caption = format!(
            "{} pictures that never were: decoded from codes drawn from {from}.",
            pictures.len()
        );
        figure(|theme| sheet.to_png(theme), caption)
    }

    /// A row for each class: the same new codes down each column, decoded as every class.
    pub(crate) fn classes(&self) -> Result<Figure> {
        let columns = 10;
        let seed = Seed(self.model.recipe.training.seed);
        let codes = self.model.sample_codes(columns, seed)?;
        let mut rows = Vec::new();
        for (label, name) in self.data.class_names.iter().enumerate().take(MOST_CLASSES) {
            let labels = Some(vec![label as u32; columns]);
            rows.push(row(name, &self.model.with_known_labels(labels.as_deref()).decode(&codes)?)?);
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let caption = "Pictures that never were, as they were asked for: a row for each class. Down a column the code is the \
                       same, so that what it holds beside the class, the style, is the same as well."
            .to_owned();
        figure(|theme| grid.to_png(theme), caption)
    }

    /// From one validation image to the next by straight lines in code space.
    pub(crate) fn interpolations(&self) -> Result<Figure> {
        let mut rows = Vec::new();
        let indices = self.first(8);
        for (number, ends) in indices.chunks_exact(2).enumerate() {
            let [_, inputs, _] = self.examples(ends)?;
            let codes = self.model.with_known_labels(self.labels(ends).as_deref()).encode_pictures(&inputs);
            let way = crate::math::interpolate(codes.row(0), codes.row(1), 10);
            let pictures =
                self.model.with_known_labels(self.all_as(ends[0], way.len()).as_deref()).decode(&way)?;
            rows.push(row(&format!("pair {}", number + 1), &pictures)?);
        }
        if rows.is_empty() {
            // A single validation image: from the image to itself.
            let [_, _, outputs] = self.examples(&indices)?;
            rows.push(row("image", &outputs)?);
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let caption =
            "From one image to another: codes at equal steps between the codes of both, decoded."
                .to_owned();
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Decoded codes at equally likely steps of a 2-D code.
    pub(crate) fn manifold(&self) -> Result<Figure> {
        let (ticks, how) = if self.model.recipe.bottleneck.has_prior() {
            let ticks = gaussian_quantiles(SIDE);
            (
                [ticks.clone(), ticks],
                "the quantiles of the standard normal prior: all equally likely",
            )
        } else {
            (
                [0, 1].map(|axis| self.quantiles(axis)),
                "the quantiles of the validation codes along each axis",
            )
        };
        let class = match self.all_as(0, 1).filter(|_| self.model.architecture.classes > 0) {
            Some(labels) => format!(" as class {}", self.data.class_names[labels[0] as usize]),
            None => String::new(),
        };
        let caption = format!(
            "The map of the code: {SIDE} x {SIDE} codes at {how}, decoded{class}; z1 grows to the right, z2 upwards."
        );
        figure(|theme| self.sheet(&ticks, theme), caption)
    }

    /// The lesson's 10 x 10 grid over -1..1, the first number of the code down the rows.
    pub(crate) fn lesson_grid(&self) -> Result<Figure> {
        let ticks: Vec<f32> = (0..10).map(|i| -1.0 + 2.0 * i as f32 / 9.0).collect();
        let pairs =
            ticks.iter().flat_map(|&down| ticks.iter().flat_map(move |&right| [down, right]));
        let labels = self.all_as(0, ticks.len() * ticks.len());
        let pictures =
            self.model.with_known_labels(labels.as_deref()).decode(&Codes::new(2, pairs.collect()))?;
        let manifold = Manifold {
            title: "",
            shape: pictures.shape(),
            pixels: pictures.values(),
            x_values: &ticks,
            y_values: &ticks,
            x_name: "z2",
            y_name: "z1",
            note: "",
        };
        let caption =
            "The map as the lesson draws it: both numbers of the code from -1 to 1, the first down the rows."
                .to_owned();
        figure(|theme| manifold.to_png(theme), caption)
    }

    /// Decoded pictures at all pairs of ticks, first axis across, second up.
    fn sheet(&self, [across, up]: &[Vec<f32>; 2], theme: Theme) -> Result<Vec<u8>> {
        let codes = grid(across, up);
        let pictures =
            self.model.with_known_labels(self.all_as(0, codes.len()).as_deref()).decode(&codes)?;
        let downwards: Vec<f32> = up.iter().rev().copied().collect();
        let manifold = Manifold {
            title: "",
            shape: pictures.shape(),
            pixels: pictures.values(),
            x_values: across,
            y_values: &downwards,
            x_name: "z1",
            y_name: "z2",
            note: "",
        };
        manifold.to_png(theme)
    }

    /// Quantiles of the validation codes along one axis, at equal steps of probability.
    fn quantiles(&self, axis: usize) -> Vec<f32> {
        let mut values: Vec<f32> = self.judgement.codes.rows().map(|code| code[axis]).collect();
        values.sort_by(f32::total_cmp);
        (0..SIDE).map(|i| values[(2 * i + 1) * values.len() / (2 * SIDE)]).collect()
    }
}
