//! The tables of a gathering sum in two dimensions, and its weights in the order the kernels read them.

use std::ops::Range;

use super::axis::Axis;
use crate::plane::Plane;
use crate::simd::Registers;

/// Targets of one residue in both axes, and where each reads. Distances are in [`Lanes`](crate::lanes::Lanes).
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// The first target's `y` and `x`.
    first: [usize; 2],
    /// From one target to the next, in pixels.
    step: [usize; 2],
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Distance between the sources of two targets, down and across.
    pub(super) source_row: usize,
    pub(super) source_column: usize,
    /// Distance of each tap's source from the first target's.
    pub(super) taps: Vec<usize>,
    /// The taps of the layer's own kernel, `ky * kernel + kx`, that each tap sums.
    kernel: Vec<Vec<usize>>,
    /// Where its weights start in the packed order.
    weights: usize,
}

/// Where a section's targets lie in a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets {
    pub(super) first: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Section {
    pub(super) fn targets(&self, plane: &Plane) -> Targets {
        Targets {
            first: plane.at(self.first[0], self.first[1]),
            row: self.step[0] * plane.columns,
            column: self.step[1],
        }
    }
}

/// `target[t, p] = sum over s and taps of weight[t, s, tap] * source[s, p + tap]`, for channels `t` and `s`.
#[derive(Clone, Debug)]
pub(crate) struct Correlation {
    pub(super) sources: usize,
    pub(super) targets: usize,
    /// Distance between source channels.
    pub(super) source_channel: usize,
    pub(super) sections: Vec<Section>,
    /// Distances in the layer's own weight between two target channels, and between two source channels.
    strides: [usize; 2],
    packed_len: usize,
    largest_block: usize,
}

impl Correlation {
    /// `source` must have the margins that the axes ask for.
    pub(super) fn new(
        axes: [&Axis; 2],
        kernel: usize,
        source: &Plane,
        targets: usize,
        strides: [usize; 2],
        registers: Registers,
    ) -> Correlation {
        let [vertical, horizontal] = axes;
        let mut sections = Vec::new();
        let mut weights = 0;
        for y in &vertical.phases {
            for x in &horizontal.phases {
                let mut section = Section {
                    first: [y.first, x.first],
                    step: [vertical.target_step, horizontal.target_step],
                    rows: y.count,
                    columns: x.count,
                    source_row: vertical.source_step * source.columns,
                    source_column: horizontal.source_step,
                    taps: Vec::new(),
                    kernel: Vec::new(),
                    weights,
                };
                for tap_y in &y.taps {
                    for tap_x in &x.taps {
                        let row = (source.top as isize + tap_y.offset) as usize;
                        let column = (source.left as isize + tap_x.offset) as usize;
                        section.taps.push(row * source.columns + column);
                        let pairs = tap_y
                            .kernel
                            .iter()
                            .flat_map(|ky| tap_x.kernel.iter().map(move |kx| ky * kernel + kx));
                        section.kernel.push(pairs.collect());
                    }
                }
                weights += section.taps.len() * source.channels * targets;
                sections.push(section);
            }
        }
        let largest_block = match registers {
            Registers::Many => 8,
            Registers::Some => 4,
            Registers::Few => 2,
        };
        Correlation {
            sources: source.channels,
            targets,
            source_channel: source.channel_len(),
            sections,
            strides,
            packed_len: weights,
            largest_block,
        }
    }

    /// How many packed weights there are.
    pub(crate) fn packed_len(&self) -> usize {
        self.packed_len
    }

    /// The blocks of target channels that are computed together: sizes 8 (or what the registers hold), 4, 2, 1.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (targets, mut size) = (self.targets, self.largest_block);
        let mut start = 0;
        std::iter::from_fn(move || {
            while start + size > targets && size > 0 {
                size /= 2;
            }
            (start < targets).then(|| {
                start += size;
                start - size..start
            })
        })
    }

    /// Where the weights of a block lie in the packed order: `[source, tap, target of the block]`.
    pub(super) fn block_weights(&self, section: &Section, block: &Range<usize>) -> Range<usize> {
        let per_target = section.taps.len() * self.sources;
        section.weights + block.start * per_target..section.weights + block.end * per_target
    }

    /// Puts the layer's weights into packed order.
    pub(crate) fn pack(&self, weights: &[f32], packed: &mut [f32]) {
        self.for_each(|at, taps, first| {
            packed[at] = taps.iter().map(|tap| weights[first + tap]).sum();
        });
    }

    /// Adds the gradient with respect to the packed weights to that with respect to the layer's.
    pub(crate) fn unpack_gradient(&self, packed: &[f32], gradient: &mut [f32]) {
        self.for_each(|at, taps, first| {
            for tap in taps {
                gradient[first + tap] += packed[at];
            }
        });
    }

    /// Calls `f(place in the packed order, kernel taps, place of the channels' kernel)`.
    fn for_each(&self, mut f: impl FnMut(usize, &[usize], usize)) {
        for section in &self.sections {
            for block in self.blocks() {
                let mut at = self.block_weights(section, &block).start;
                for source in 0..self.sources {
                    for taps in &section.kernel {
                        for target in block.clone() {
                            f(at, taps, target * self.strides[0] + source * self.strides[1]);
                            at += 1;
                        }
                    }
                }
            }
        }
    }
}
