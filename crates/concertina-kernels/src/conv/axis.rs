//! A convolution along one axis, and its adjoint, as a gathering sum over a small kernel.
//!
//! The convolution reads an image that was first upsampled by `scale` (nearest neighbour): output
//! `y` sums over the taps `k` of `w[k] * x[floor((stride * y + k - before) / scale)]`. The division
//! makes the pattern of sources repeat only every few outputs; outputs of one residue are a
//! [`Phase`]. Within a phase, taps that read the same source are one tap with the sum of their
//! weights: 3x3 after upsampling is four times 2x2. The adjoint, which the gradient and the
//! transposed convolution need, has the same form.

use crate::divisor::greatest_common_divisor;
use crate::plane::Margin;

/// A convolution's geometry along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    /// Factor of the nearest-neighbour upsampling that comes before; 1 if there is none.
    pub(crate) scale: usize,
    /// Zeros before the upsampled image.
    pub(crate) before: usize,
}

/// One tap: the source's offset, and the taps of the layer's kernel that fall on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tap {
    pub(crate) offset: isize,
    pub(crate) kernel: Vec<usize>,
}

/// Targets `first, first + target_step, ..`, `count` of them, and what each reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) first: usize,
    pub(crate) count: usize,
    pub(crate) taps: Vec<Tap>,
}

/// All targets along one axis: the n-th target of a phase reads at `n * source_step + offset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) target_step: usize,
    pub(crate) source_step: usize,
    pub(crate) phases: Vec<Phase>,
}

impl Geometry {
    /// From the image to `n` outputs.
    pub(crate) fn forward(self, n: usize) -> Axis {
        let Geometry { kernel, stride, scale, before } = self;
        let common = greatest_common_divisor(stride, scale);
        let signed = |x: usize| x as isize;
        Axis::new(scale / common, stride / common, n, |first| {
            let source =
                |k| (signed(stride * first + k) - signed(before)).div_euclid(signed(scale));
            (0..kernel).map(|k| (source(k), k)).collect()
        })
    }

    /// From the outputs back to `n` pixels of the image.
    pub(crate) fn adjoint(self, n: usize) -> Axis {
        let Geometry { kernel, stride, scale, before } = self;
        let common = greatest_common_divisor(stride, scale);
        Axis::new(stride / common, scale / common, n, |first| {
            let mut reads = Vec::new();
            for r in 0..scale {
                for k in 0..kernel {
                    let numerator = (scale * first + r + before) as isize - k as isize;
                    if numerator.rem_euclid(stride as isize) == 0 {
                        reads.push((numerator.div_euclid(stride as isize), k));
                    }
                }
            }
            reads
        })
    }
}

impl Axis {
    fn new(
        target_step: usize,
        source_step: usize,
        n: usize,
        reads: impl Fn(usize) -> Vec<(isize, usize)>,
    ) -> Axis {
        let phase = |first: usize| {
            let mut taps: Vec<Tap> = Vec::new();
            let mut reads = reads(first);
            reads.sort_unstable();
            for (offset, k) in reads {
                match taps.last_mut().filter(|tap| tap.offset == offset) {
                    Some(tap) => tap.kernel.push(k),
                    None => taps.push(Tap { offset, kernel: vec![k] }),
                }
            }
            Phase { first, count: (n - first).div_ceil(target_step), taps }
        };
        let phases = (0..target_step.min(n)).map(phase).collect();
        Axis { target_step, source_step, phases }
    }

    /// How far outside of `n` sources the taps read.
    pub(crate) fn margin(&self, n: usize) -> Margin {
        let mut margin = Margin::default();
        for phase in &self.phases {
            let last = (phase.count - 1) * self.source_step;
            for tap in &phase.taps {
                margin.before = margin.before.max((-tap.offset).max(0) as usize);
                let beyond = last as isize + tap.offset + 1 - n as isize;
                margin.after = margin.after.max(beyond.max(0) as usize);
            }
        }
        margin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_taps_after_upsampling_are_two() {
        let geometry = Geometry { kernel: 3, stride: 1, scale: 2, before: 1 };
        let tap = |offset, kernel: &[usize]| Tap { offset, kernel: kernel.to_vec() };
        let expected = Axis {
            target_step: 2,
            source_step: 1,
            phases: vec![
                Phase { first: 0, count: 4, taps: vec![tap(-1, &[0]), tap(0, &[1, 2])] },
                Phase { first: 1, count: 4, taps: vec![tap(0, &[0, 1]), tap(1, &[2])] },
            ],
        };
        assert_eq!(geometry.forward(8), expected);
        assert_eq!(expected.margin(4), Margin { before: 1, after: 1 });
    }

    #[test]
    fn the_adjoint_reads_where_the_convolution_wrote() {
        for kernel in 1..6 {
            for (stride, scale) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
                for before in 0..kernel {
                    let geometry = Geometry { kernel, stride, scale, before };
                    let mut forward = pairs(&geometry.forward(9));
                    let mut adjoint: Vec<_> = pairs(&geometry.adjoint(9))
                        .into_iter()
                        .map(|(x, y, k)| (y, x, k))
                        .collect();
                    // Each covers targets 0..9 only: compare where both do.
                    let inside = |&(y, x, _): &(isize, isize, usize)| {
                        (0..9).contains(&y) && (0..9).contains(&x)
                    };
                    forward.retain(inside);
                    adjoint.retain(inside);
                    forward.sort_unstable();
                    adjoint.sort_unstable();
                    assert_eq!(forward, adjoint, "{geometry:?}");
                }
            }
        }
    }

    /// All `(target, source, k)`.
    fn pairs(axis: &Axis) -> Vec<(isize, isize, usize)> {
        let mut pairs = Vec::new();
        for phase in &axis.phases {
            for n in 0..phase.count {
                for tap in &phase.taps {
                    let target = (phase.first + n * axis.target_step) as isize;
                    let source = (n * axis.source_step) as isize + tap.offset;
                    pairs.extend(tap.kernel.iter().map(|&k| (target, source, k)));
                }
            }
        }
        pairs
    }
}
