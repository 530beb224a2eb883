//! Weights between the layer's own order and the one that kernels read them in.

use std::ops::Range;

use rayon::prelude::*;

use super::correlation::{Correlation, Section};

/// Fewer weights than this are not worth a second thread.
const FEW: usize = 16 * 1024;
/// Source channels of one part of a gradient, where the layer's weight has them outermost.
const SOURCES: usize = 8;

impl Correlation {
    /// Puts the layer's weights into packed order.
    pub(crate) fn pack(&self, weights: &[f32], packed: &mut [f32]) {
        let mut blocks = Vec::new();
        let mut rest = packed;
        for section in &self.sections {
            for block in self.blocks() {
                let (packed, after) = rest.split_at_mut(self.block_weights(section, &block).len());
                rest = after;
                blocks.push((section, block, packed));
            }
        }
        let least = self.least_per_thread(blocks.len());
        blocks.into_par_iter().with_min_len(least).for_each(|(section, block, packed)| {
            self.pack_block(section, &block, weights, packed);
        });
    }

    fn pack_block(
        &self,
        section: &Section,
        block: &Range<usize>,
        weights: &[f32],
        packed: &mut [f32],
    ) {
        let [target_stride, source_stride] = self.strides;
        let mut packed = packed.chunks_exact_mut(block.len());
        for source in 0..self.sources {
            let first = block.start * target_stride + source * source_stride;
            for (taps, packed) in section.kernel.iter().zip(&mut packed) {
                for (n, tap) in taps.iter().enumerate() {
                    let weights = weights[first + tap..].iter().step_by(target_stride);
                    for (packed, weight) in packed.iter_mut().zip(weights) {
                        *packed = if n == 0 { *weight } else { *packed + weight };
                    }
                }
            }
        }
    }

    /// Overwrites the gradient with respect to the layer's weights by that with respect to the
    /// packed ones.
    pub(crate) fn unpack_gradient(&self, packed: &[f32], gradient: &mut [f32]) {
        let [target_stride, source_stride] = self.strides;
        // Parts that lie in one piece: channels of whichever side is the outer one.
        let parts: Vec<[Range<usize>; 2]> = if target_stride >= source_stride {
            self.blocks().map(|block| [block, 0..self.sources]).collect()
        } else {
            let starts = (0..self.sources).step_by(SOURCES);
            starts.map(|s| [0..self.targets, s..self.sources.min(s + SOURCES)]).collect()
        };
        let mut rest = gradient;
        let mut jobs = Vec::with_capacity(parts.len());
        for [targets, sources] in parts {
            let (gradient, after) =
                rest.split_at_mut(targets.len() * sources.len() * self.kernel_area);
            rest = after;
            jobs.push((targets, sources, gradient));
        }
        let least = self.least_per_thread(jobs.len());
        jobs.into_par_iter().with_min_len(least).for_each(|(targets, sources, gradient)| {
            self.unpack_part(&targets, &sources, packed, gradient);
        });
    }

    /// How many of `n` parts one thread should do at least.
    fn least_per_thread(&self, n: usize) -> usize {
        if self.packed_len() < FEW { n } else { 1 }
    }

    /// Overwrites the gradient with respect to some channels' weights.
    fn unpack_part(
        &self,
        targets: &Range<usize>,
        sources: &Range<usize>,
        packed: &[f32],
        gradient: &mut [f32],
    ) {
        let [target_stride, source_stride] = self.strides;
        gradient.fill(0.0);
        for section in &self.sections {
            for block in self.blocks().filter(|block| targets.contains(&block.start)) {
                let of_source = section.taps.len() * block.len();
                let packed = &packed[self.block_weights(section, &block)];
                for source in sources.clone() {
                    let first = (block.start - targets.start) * target_stride
                        + (source - sources.start) * source_stride;
                    let packed = &packed[source * of_source..(source + 1) * of_source];
                    for (taps, packed) in
                        section.kernel.iter().zip(packed.chunks_exact(block.len()))
                    {
                        for tap in taps {
                            let totals = gradient[first + tap..].iter_mut().step_by(target_stride);
                            totals.zip(packed).for_each(|(total, part)| *total += part);
                        }
                    }
                }
            }
        }
    }
}
