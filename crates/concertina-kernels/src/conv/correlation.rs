//! The tables of a gathering sum in two dimensions, and its weights in the order the kernels read
//! them.

use std::ops::Range;

use super::axis::Axis;
use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::Registers;

/// Targets of one residue in both axes, and where each reads. Distances are in
/// [`Lanes`](crate::lanes::Lanes).
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
    /// The same in bytes.
    pub(super) tap_bytes: Vec<usize>,
    /// The taps of the layer's own kernel, `ky * kernel + kx`, that each tap sums.
    pub(super) kernel: Vec<Vec<usize>>,
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

/// `target[t, p] = sum over s and taps of weight[t, s, tap] * source[s, p + tap]`, for channels `t`
/// and `s`.
#[derive(Clone, Debug)]
pub(crate) struct Correlation {
    pub(super) sources: usize,
    pub(super) targets: usize,
    /// Distance between source channels.
    pub(super) source_channel: usize,
    pub(super) sections: Vec<Section>,
    /// Distances in the layer's own weight between two target channels, and between two source
    /// channels.
    pub(super) strides: [usize; 2],
    /// How many values the layer's own kernel has.
    pub(super) kernel_area: usize,
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
                    tap_bytes: Vec::new(),
                    kernel: Vec::new(),
                    weights,
                };
                for tap_y in &y.taps {
                    for tap_x in &x.taps {
                        let row = (source.top as isize + tap_y.offset) as usize;
                        let column = (source.left as isize + tap_x.offset) as usize;
                        let tap = row * source.columns + column;
                        section.taps.push(tap);
                        section.tap_bytes.push(tap * size_of::<Lanes>());
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
        Correlation {
            sources: source.channels,
            targets,
            source_channel: source.channel_len(),
            sections,
            strides,
            kernel_area: kernel * kernel,
            packed_len: weights,
            largest_block: registers.channels(),
        }
    }

    /// How many packed weights there are.
    pub(crate) fn packed_len(&self) -> usize {
        self.packed_len
    }

    /// The blocks of target channels that are computed together: as many as the registers hold,
    /// then 4, 3 (colours), 2 or 1.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (targets, largest) = (self.targets, self.largest_block);
        let mut start = 0;
        std::iter::from_fn(move || {
            let size = match targets - start {
                left if left >= largest => largest,
                0 => return None,
                left => left.min(4),
            };
            start += size;
            Some(start - size..start)
        })
    }

    /// Where the weights of a block lie in the packed order: `[source, tap, target of the block]`.
    pub(super) fn block_weights(&self, section: &Section, block: &Range<usize>) -> Range<usize> {
        let per_target = section.taps.len() * self.sources;
        section.weights + block.start * per_target..section.weights + block.end * per_target
    }
}
