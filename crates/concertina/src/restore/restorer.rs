//! A model that restores pictures of any size.

use concertina_kernels::{STRIPS, Tiling};

use super::blind_spots::{self, Part};
use super::colour::Colours;
use super::network::Network;
use super::noise;
use super::plan::{Costs, Plan, Span, WORKSPACE};
use crate::data::FloatImages;
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::memory;
use crate::model::Model;
use crate::parallel;
use crate::shape::ImageShape;
use crate::task::Task;

/// How far bicubic interpolation reads, in pixels of the small picture.
const BICUBIC: usize = 2;

/// A model on pictures of any size.
#[derive(Clone, Copy, Debug)]
pub struct Restorer<'a> {
    pub(super) model: &'a Model,
    tiling: Tiling,
    workspace: usize,
}

/// A picture's tiles, and the networks that are run on them.
#[derive(Debug)]
pub(super) struct Tiles<'a> {
    pub(super) plan: Plan,
    network: Network<'a>,
    colours: Colours,
    pub(super) factor: usize,
    /// The standard deviation of the picture's noise, for a model that was trained on blind spots.
    pub(super) noise: Option<f32>,
}

impl<'a> Restorer<'a> {
    /// Of a model of images.
    ///
    /// # Errors
    /// If the model does not treat every part of a picture alike: it has dense layers, say, or its
    /// code is not a feature map.
    pub fn new(model: &'a Model) -> Result<Self> {
        Self::of(model).ok_or_else(|| {
            Error::config(format!(
                "expected a model that takes pictures of any size, found one for images of {}",
                model.architecture.input
            ))
            .with_hint(
                Hint::text("train one whose network is fully convolutional, such as ")
                    .with(HintPart::Recipe("enlarge-2x".to_owned())),
            )
        })
    }

    /// As [`Restorer::new`], if there is one.
    pub fn of(model: &'a Model) -> Option<Self> {
        let tiling = model.architecture.tiling(&model.recipe)?;
        Some(Self { model, tiling, workspace: WORKSPACE })
    }

    /// With so many bytes of memory for the tile that each thread works on, about, in place of 64
    /// MiB: less memory takes more time, since tiles overlap. The result is the same.
    #[must_use]
    pub fn with_workspace(self, bytes: usize) -> Self {
        Self { workspace: bytes, ..self }
    }

    /// Sides of what it gives, in those of what it takes.
    pub fn factor(&self) -> usize {
        self.tiling.factor
    }

    /// How far a pixel of the result sees, in pixels of the picture.
    pub fn reach(&self) -> usize {
        let network = self.tiling.margin.div_ceil(self.tiling.factor).max(BICUBIC);
        if self.hides_pixels() { network + blind_spots::REACH } else { network }
    }

    /// Whether the model infers each pixel from those around it, and has to be told of the noise
    /// ([`Tiles::noise`]).
    pub(super) fn hides_pixels(&self) -> bool {
        matches!(self.model.recipe.task, Task::BlindSpots { .. })
    }

    /// What the model makes of each picture: values in 0..1, with the picture's channels and
    /// [`factor`](Restorer::factor) times its sides. The result does not depend on the number of
    /// threads.
    ///
    /// # Errors
    /// If the pictures have neither 1 channel nor 3, or there is not enough memory.
    pub fn restore(&self, pictures: &FloatImages) -> Result<FloatImages> {
        let shape = pictures.shape();
        let mut tiles = self.tiles(shape, 0)?;
        let factor = self.factor();
        let large =
            ImageShape { height: shape.height * factor, width: shape.width * factor, ..shape };
        let n: usize = pictures.into_iter().count();
        let mut all = memory::zeros(n, large.len(), "restored pictures")?;
        for (picture, restored) in pictures.into_iter().zip(all.chunks_exact_mut(large.len())) {
            tiles.noise = self.hides_pixels().then(|| noise::of_picture(pictures, picture));
            let Plan { rows, columns, .. } = &tiles.plan;
            let spans: Vec<(&Span, &Span)> = rows
                .iter()
                .flat_map(|row| columns.iter().map(move |column| (row, column)))
                .collect();
            let pieces = parallel::map(&spans, |(row, column)| {
                let tile = tiles.cut(row, column, shape.channels, |channel, y, x| {
                    let y = y.min(shape.height - 1);
                    picture[(channel * shape.height + y) * shape.width + x.min(shape.width - 1)]
                });
                tiles.run(row, column, &tile)
            });
            for ((row, column), piece) in spans.iter().zip(pieces) {
                let sides = [&row.kept, &column.kept].map(|kept| kept.len() * factor);
                let x = column.kept.start * factor;
                let width = sides[1].min(large.width - x);
                for (n, line) in piece.chunks_exact(sides[1]).enumerate() {
                    let (channel, y) = (n / sides[0], n % sides[0] + row.kept.start * factor);
                    if y < large.height {
                        let start = (channel * large.height + y) * large.width + x;
                        restored[start..start + width].copy_from_slice(&line[..width]);
                    }
                }
            }
        }
        Ok(FloatImages::new(large, all))
    }

    /// The tiles of a picture of this shape, of which a row takes so many bytes in memory.
    ///
    /// # Errors
    /// If it has neither 1 channel nor 3 where the model has the other, or the model cannot be of
    /// such a size.
    pub(super) fn tiles(&self, shape: ImageShape, row: usize) -> Result<Tiles<'a>> {
        let Tiling { multiple, step, factor, .. } = self.tiling;
        let channels = self.model.architecture.input.channels;
        if shape.channels != channels
            && [shape.channels, channels].iter().any(|n| ![1, 3].contains(n))
        {
            return Err(Error::data(format!(
                "expected pictures of {channels} channels, as the model's, found {}",
                shape.channels
            )));
        }
        let sides = [shape.height, shape.width].map(|side| side.next_multiple_of(multiple));
        // A network of so many pixels that what each tile takes besides hardly counts tells what a
        // pixel takes.
        let side = 32 * step;
        let sample = [side, side * STRIPS];
        let bytes = Network::new(self.model, sample, step)?.bytes() as usize;
        let costs = Costs {
            step,
            halo: self.reach().next_multiple_of(step),
            pixel: bytes / (side * (side + 2) * STRIPS),
            workspace: self.workspace,
            row,
            threads: rayon::current_num_threads(),
        };
        let plan = Plan::new(sides, costs);
        let network = Network::new(self.model, [plan.height, plan.width], step)?;
        let colours = Colours::of(channels, shape.channels, factor);
        Ok(Tiles { plan, network, colours, factor, noise: None })
    }
}

impl Tiles<'_> {
    /// A tile's values, `[C, H, W]`, given those of the picture at a channel, row and column; these
    /// may be a little beyond the picture's end, where the last ones are to be repeated.
    pub(super) fn cut(
        &self,
        row: &Span,
        column: &Span,
        channels: usize,
        value: impl Fn(usize, usize, usize) -> f32,
    ) -> Vec<f32> {
        let Plan { height, width, .. } = self.plan;
        let mut tile = Vec::with_capacity(channels * height * width);
        for channel in 0..channels {
            for y in row.start..row.start + height {
                let columns = column.start..column.start + width;
                tile.extend(columns.map(|x| value(channel, y, x)));
            }
        }
        tile
    }

    /// What the model makes of a tile, as far as it is kept: `[C, H, W]`, values in 0..1.
    pub(super) fn run(&self, row: &Span, column: &Span, tile: &[f32]) -> Vec<f32> {
        let Plan { height, width, .. } = self.plan;
        let part = Part { sides: [height, width], first: [row.start, column.start] };
        let run = |planes: &[f32]| match self.noise {
            Some(noise) => {
                blind_spots::restore(planes, part, noise, |planes| self.network.run(planes))
            }
            None => self.network.run(planes),
        };
        let whole = self.colours.restore(tile, [height, width], self.factor, run);
        self.kept(row, column, &whole)
    }

    /// Planes of a tile's size that are enlarged by bicubic interpolation alone, as far as they are
    /// kept.
    pub(super) fn enlarge(&self, row: &Span, column: &Span, planes: &[f32]) -> Vec<f32> {
        let Plan { height, width, .. } = self.plan;
        let enlarge = |plane: &[f32]| super::colour::enlarge(plane, [height, width], self.factor);
        let whole: Vec<f32> = planes.chunks_exact(height * width).flat_map(enlarge).collect();
        self.kept(row, column, &whole)
    }

    fn kept(&self, row: &Span, column: &Span, whole: &[f32]) -> Vec<f32> {
        let [height, width] = [self.plan.height, self.plan.width].map(|side| side * self.factor);
        let within = |span: &Span| {
            let kept = [span.kept.start, span.kept.end].map(|at| (at - span.start) * self.factor);
            kept[0]..kept[1]
        };
        let (rows, columns) = (within(row), within(column));
        let planes = whole.chunks_exact(height * width);
        let lines =
            planes.flat_map(|plane| plane.chunks_exact(width).take(rows.end).skip(rows.start));
        lines.flat_map(|line| &line[columns.clone()]).map(|value| value.clamp(0.0, 1.0)).collect()
    }
}
