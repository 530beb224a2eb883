//! 3x3 convolutions by less than half the products: Winograd's minimal filtering F(2x2, 3x3)
//! (Lavin & Gray 2016, arXiv:1509.09308).
//!
//! The targets lie in tiles of 2x2, each of which reads 4x4 sources. Both the 4x4 sources and the
//! 3x3 weights are transformed to 4x4 values; target by target, the sum over the source channels of
//! their products is transformed back to 2x2: 16 products where the sum itself has 36. The
//! transforms are a few additions (`transform`), in lanes as everything else. They cost what a
//! dozen channels' products do, so the sum is left as it is where there are few channels.
//!
//! How a target is rounded depends on its place in its tile. A picture that is computed in parts
//! must be cut at even places ([`Tiling`](crate::tiling::Tiling)).

mod correlate;
mod packing;
mod transform;
mod weight_gradient;

pub(super) use correlate::Correlate;
pub(super) use weight_gradient::WeightGradient;

use std::ops::Range;

use super::axis::Axis;
use crate::plane::{Margin, Plane};
use crate::simd::Registers;

/// Fewer channels, on either side, are not worth the transforms.
const CHANNELS: usize = 16;
/// The most target channels that are computed together. Numbers of channels are multiples of it.
const BLOCK: usize = 8;
/// The most tiles, or source channels, that are computed together.
const GROUP: usize = 3;
/// How many products stand for a tile, by name: rows and columns of four.
const FREQUENCIES: usize = 16;
/// Of how many tiles the transformed sources are kept at once: those of 32 channels should stay in
/// the second-level cache.
const CHUNK: usize = 6;
/// The same for the gradient with respect to the weights, of which a quarter is kept at once. The
/// order of the sums depends on it.
const GRADIENT_CHUNK: usize = 32;

/// A sum over 3x3 neighbours in tiles.
#[derive(Clone, Debug)]
pub(crate) struct Winograd {
    sources: usize,
    targets: usize,
    /// Tiles down and across.
    tiles: [usize; 2],
    /// Rows and columns of targets.
    size: [usize; 2],
    /// Distances between source channels and rows.
    source_channel: usize,
    source_row: usize,
    /// Where the first tile's sources start.
    first: usize,
    /// Distances in the layer's own weight between two target channels, and between two source
    /// channels.
    strides: [usize; 2],
    /// The tap of the layer's own kernel that each neighbour is weighted by, row after row.
    taps: [usize; 9],
    /// Target channels that are computed together.
    block: usize,
}

impl Winograd {
    /// Whether a sum is one over 3x3 neighbours, of enough channels, in whole blocks.
    pub(super) fn suits(axes: [&Axis; 2], [sources, targets]: [usize; 2]) -> bool {
        let are_enough = |channels: usize| channels >= CHANNELS && channels.is_multiple_of(BLOCK);
        axes.iter().all(|axis| is_of_three(axis)) && are_enough(sources) && are_enough(targets)
    }

    /// What a source plane needs beside the image along an axis with `n` sources: the last tile may
    /// be half beyond the image.
    pub(super) fn margin(axis: &Axis, n: usize) -> Margin {
        let Margin { before, after } = axis.margin(n);
        Margin { before, after: after + axis.phases[0].count % 2 }
    }

    /// `source` must have the margins that [`Winograd::margin`] asks for.
    pub(super) fn new(
        axes: [&Axis; 2],
        source: &Plane,
        targets: usize,
        strides: [usize; 2],
        registers: Registers,
    ) -> Self {
        let [y, x] = axes.map(|axis| &axis.phases[0]);
        let place = |at: usize, offset: isize| (at as isize + offset) as usize;
        let row = place(source.top, y.taps[0].offset);
        let column = place(source.left, x.taps[0].offset);
        let sources = source.channels;
        Self {
            sources,
            targets,
            tiles: [y.count.div_ceil(2), x.count.div_ceil(2)],
            size: [y.count, x.count],
            source_channel: source.channel_len(),
            source_row: source.columns,
            first: row * source.columns + column,
            strides,
            taps: std::array::from_fn(|n| y.taps[n / 3].kernel[0] * 3 + x.taps[n % 3].kernel[0]),
            block: registers.channels(),
        }
    }

    /// How many packed weights there are.
    pub(super) fn packed_len(&self) -> usize {
        FREQUENCIES * self.sources * self.targets
    }

    /// How many values the kernels need besides sources and targets: transformed ones.
    pub(super) fn scratch_len(&self) -> usize {
        let values = FREQUENCIES * CHUNK * (self.sources + BLOCK);
        let gradient = 4 * GRADIENT_CHUNK * (self.sources.next_multiple_of(GROUP) + BLOCK);
        values.max(gradient)
    }

    /// The first channel of each block of targets.
    fn blocks(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.targets).step_by(self.block)
    }

    /// Where the weights of a block lie in the packed order: `[source, target of the block]`.
    fn block_weights(&self, frequency: usize, block: usize) -> Range<usize> {
        let first = (frequency * self.targets + block) * self.sources;
        first..first + self.block * self.sources
    }

    fn n_tiles(&self) -> usize {
        self.tiles[0] * self.tiles[1]
    }

    /// The row and column of a tile's first target.
    #[inline(always)]
    fn target_of(&self, tile: usize) -> [usize; 2] {
        [tile / self.tiles[1] * 2, tile % self.tiles[1] * 2]
    }

    /// Where a tile's sources start within a channel.
    #[inline(always)]
    fn source_of(&self, tile: usize) -> usize {
        let [y, x] = self.target_of(tile);
        self.first + y * self.source_row + x
    }
}

/// Whether each target reads three neighbours, each by one tap.
fn is_of_three(axis: &Axis) -> bool {
    let [phase] = axis.phases.as_slice() else { return false };
    let [a, b, c] = phase.taps.as_slice() else { return false };
    [axis.source_step, axis.target_step] == [1, 1]
        && [b.offset, c.offset] == [a.offset + 1, a.offset + 2]
        && phase.taps.iter().all(|tap| tap.kernel.len() == 1)
}
