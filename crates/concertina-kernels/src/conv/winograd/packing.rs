//! Weights between the layer's own order and the transformed ones that kernels read.

use std::array::from_fn;

use super::transform::{weights, weights_gradient};
use super::{FREQUENCIES, Winograd};

impl Winograd {
    /// Transforms the layer's weights and puts them into packed order: `[frequency, block, source,
    /// target of the block]`.
    pub(in super::super) fn pack(&self, of_layer: &[f32], packed: &mut [f32]) {
        self.for_each_pair(|places, layer| {
            let kernel: [f32; 9] = self.taps.map(|tap| of_layer[layer + tap]);
            let rows: [[f32; 4]; 3] =
                from_fn(|y| weights([kernel[3 * y], kernel[3 * y + 1], kernel[3 * y + 2]]));
            for x in 0..4 {
                let column = weights([rows[0][x], rows[1][x], rows[2][x]]);
                for (y, value) in column.into_iter().enumerate() {
                    packed[places[4 * y + x]] = value;
                }
            }
        });
    }

    /// Overwrites the gradient with respect to the layer's weights by that with respect to the
    /// packed ones.
    pub(in super::super) fn unpack_gradient(&self, packed: &[f32], gradient: &mut [f32]) {
        self.for_each_pair(|places, layer| {
            let rows: [[f32; 3]; 4] =
                from_fn(|y| weights_gradient(from_fn(|x| packed[places[4 * y + x]])));
            for x in 0..3 {
                let column = weights_gradient(from_fn(|y| rows[y][x]));
                for (y, value) in column.into_iter().enumerate() {
                    gradient[layer + self.taps[3 * y + x]] = value;
                }
            }
        });
    }

    /// For each target and source channel: the places of their weights, packed, and the first in
    /// the layer's.
    fn for_each_pair(&self, mut f: impl FnMut([usize; FREQUENCIES], usize)) {
        let [of_target, of_source] = self.strides;
        for block in self.blocks() {
            let firsts: [usize; FREQUENCIES] =
                from_fn(|frequency| self.block_weights(frequency, block).start);
            for source in 0..self.sources {
                for target in 0..self.block {
                    let places = firsts.map(|first| first + source * self.block + target);
                    f(places, (block + target) * of_target + source * of_source);
                }
            }
        }
    }
}
