//! A block of a product: some rows, and columns for at most three vectors.

use std::ops::Range;

use super::factors::Product;
use super::pack::pack;
use super::target::Target;
use crate::lanes::{LANES, Lanes};
use crate::layer::Activation;
use crate::simd::{Kernel, Registers, Simd};

/// The most rows, about, of a panel of the right factor: it stays in a core's first-level cache.
const MOST_DEPTH: usize = 192;

/// The block, and where it goes.
pub(super) struct Strip<'a> {
    pub(super) product: &'a Product<'a>,
    pub(super) rows: Range<usize>,
    /// At least one, at most 48; the first is at a whole number of vectors.
    pub(super) columns: Range<usize>,
    pub(super) target: Target,
}

/// Working memory.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Part of the left factor, if that is packed.
    pub(super) left: Vec<f32>,
    /// Part of the right factor's strip, row after row.
    pub(super) panel: Vec<Lanes>,
    /// Sums that are not finished.
    pub(super) sums: Vec<Lanes>,
}

impl<'a> Strip<'a> {
    /// The work, ready to run.
    pub(super) fn with(self, scratch: &'a mut Scratch) -> impl Kernel<Output = ()> {
        Compute { strip: self, scratch }
    }
}

struct Compute<'a> {
    strip: Strip<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Compute<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Compute { mut strip, scratch } = self;
        // A tile has as many sums as there are registers, except for those that hold the factors.
        match (S::REGISTERS, strip.columns.len().div_ceil(LANES)) {
            (Registers::Many, 3) => strip.compute::<S, 8, 3>(simd, scratch),
            (Registers::Many, 2) => strip.compute::<S, 8, 2>(simd, scratch),
            (Registers::Many, _) => strip.compute::<S, 8, 1>(simd, scratch),
            (registers, _) => {
                let all = strip.columns.clone();
                for first in all.clone().step_by(LANES) {
                    strip.columns = first..all.end.min(first + LANES);
                    match registers {
                        Registers::Few => strip.compute::<S, 2, 1>(simd, scratch),
                        _ => strip.compute::<S, 6, 1>(simd, scratch),
                    }
                }
            }
        }
    }
}

/// What a pass over some of the left factor's columns needs.
struct Pass<'a, const VECTORS: usize> {
    /// The same rows of the right factor.
    panel: &'a [[Lanes; VECTORS]],
    /// The first column and row of those.
    depth: usize,
    bias: &'a [Lanes; VECTORS],
    /// Of each row of the strip; not used if there is one pass only.
    sums: &'a mut [[Lanes; VECTORS]],
    is_first: bool,
    is_last: bool,
}

impl Strip<'_> {
    /// In tiles of `ROWS` rows.
    #[inline(always)]
    fn compute<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        scratch: &mut Scratch,
    ) {
        let depth = self.product.left.columns();
        let passes = depth.div_ceil(MOST_DEPTH).max(1);
        let step = depth.div_ceil(passes).next_multiple_of(LANES).max(LANES);
        let mut bias = [Lanes::ZERO; VECTORS];
        if let Some(values) = self.product.bias {
            let lanes = bias.iter_mut().flat_map(|lanes| &mut lanes.0);
            lanes.zip(&values[self.columns.clone()]).for_each(|(to, from)| *to = *from);
        }
        let enough = |lanes: &mut Vec<Lanes>, rows: usize| {
            lanes.resize(lanes.len().max(rows * VECTORS), Lanes::ZERO);
        };
        enough(&mut scratch.panel, step);
        enough(&mut scratch.sums, if passes > 1 { self.rows.len() } else { 0 });
        let panel = scratch.panel.as_chunks_mut::<VECTORS>().0;
        let sums = scratch.sums.as_chunks_mut::<VECTORS>().0;
        for first in (0..depth.max(1)).step_by(step) {
            let range = first..depth.min(first + step);
            let panel = &mut panel[..range.len()];
            pack(simd, &self.product.right, range.clone(), self.columns.clone(), panel);
            let mut pass = Pass {
                panel,
                depth: first,
                bias: &bias,
                sums,
                is_first: first == 0,
                is_last: range.end == depth,
            };
            let mut row = self.rows.start;
            self.tiles::<S, ROWS, VECTORS>(simd, &mut row, &mut pass);
            if ROWS > 4 {
                self.tiles::<S, 4, VECTORS>(simd, &mut row, &mut pass);
            }
            if ROWS > 2 {
                self.tiles::<S, 2, VECTORS>(simd, &mut row, &mut pass);
            }
            self.tiles::<S, 1, VECTORS>(simd, &mut row, &mut pass);
        }
    }

    /// All tiles of `ROWS` rows from `row` on; sets `row` to where they end.
    #[inline(always)]
    fn tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        row: &mut usize,
        pass: &mut Pass<VECTORS>,
    ) {
        while *row + ROWS <= self.rows.end {
            self.tile::<S, ROWS, VECTORS>(simd, *row, pass);
            *row += ROWS;
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        row: usize,
        pass: &mut Pass<VECTORS>,
    ) {
        let at = row - self.rows.start;
        let mut sums = [load(simd, pass.bias); ROWS];
        if !pass.is_first {
            for (sums, from) in sums.iter_mut().zip(&pass.sums[at..at + ROWS]) {
                *sums = load(simd, from);
            }
        }
        let [row_step, depth_step] = self.product.left.steps();
        let mut left = self.product.left.from(row, pass.depth).as_ptr();
        for right in pass.panel {
            let right = load(simd, right);
            for (n, sums) in sums.iter_mut().enumerate() {
                // SAFETY: `row + n` is a row of the left factor, and `left` is in the column of
                // `right`'s row.
                let factor = simd.splat(unsafe { *left.add(n * row_step) });
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = simd.mul_add(factor, right, *sum);
                }
            }
            left = left.wrapping_add(depth_step);
        }
        if pass.is_last {
            for (n, sums) in sums.into_iter().enumerate() {
                self.finish(simd, row + n, sums);
            }
        } else {
            for (to, sums) in pass.sums[at..at + ROWS].iter_mut().zip(sums) {
                for (to, sum) in to.iter_mut().zip(sums) {
                    simd.store(to, sum);
                }
            }
        }
    }

    /// Writes a row of the target.
    #[inline(always)]
    fn finish<S: Simd, const VECTORS: usize>(
        &self,
        simd: S,
        row: usize,
        sums: [S::Vector; VECTORS],
    ) {
        let width = self.columns.len();
        // SAFETY: these columns are within the target, and only this strip's.
        let target = unsafe { self.target.at(row, self.columns.start) };
        for (vector, sum) in sums.into_iter().enumerate() {
            let first = vector * LANES;
            // SAFETY: as above; `first` is less than `width`.
            let to = unsafe { target.add(first) };
            if width - first >= LANES {
                // SAFETY: as above; all places of the vector are within the strip.
                simd.store_to(unsafe { &mut *to.cast::<[f32; LANES]>() }, sum);
            } else {
                let mut lanes = Lanes::ZERO;
                simd.store(&mut lanes, sum);
                // SAFETY: as above.
                unsafe { to.copy_from_nonoverlapping(lanes.0.as_ptr(), width - first) };
            }
        }
        if self.product.activation != Activation::Identity {
            // SAFETY: as above, and they were written just now.
            self.product.activation.apply(unsafe { std::slice::from_raw_parts_mut(target, width) });
        }
    }
}

#[inline(always)]
fn load<S: Simd, const VECTORS: usize>(simd: S, lanes: &[Lanes; VECTORS]) -> [S::Vector; VECTORS] {
    let mut vectors = [simd.splat(0.0); VECTORS];
    for (vector, lanes) in vectors.iter_mut().zip(lanes) {
        *vector = simd.load(lanes);
    }
    vectors
}
