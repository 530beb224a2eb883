//! Computes matrix products, in pieces that are computed at once on several threads.

use std::cell::RefCell;
use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::deep::{self, Deep};
use super::dots::{self, Dots};
use super::factors::Product;
use super::few_rows::{self, FewRows};
use super::matrix::Matrix;
use super::packed::Packed;
use super::strip::{Scratch, Strip};
use super::target::Target;
use crate::lanes::LANES;
use crate::layer::Activation;
use crate::simd::Level;

/// The most vectors of columns that a strip has.
const MOST_VECTORS: usize = 3;
/// The most rows of a strip that are computed in one piece.
const MOST_ROWS: usize = 256;
/// The most rows and columns of a deep product that are computed in one piece: their sums, and some
/// steps of the left factor, stay in a core's second-level cache.
const MOST_DEEP_ROWS: usize = 128;
const MOST_DEEP_COLUMNS: usize = 384;
/// The work is divided into a multiple of this many pieces of about the same size.
const PIECES: usize = 4;
/// Fewer multiply-adds than this are done before another thread has started.
const WORTH_A_THREAD: usize = 1 << 17;

impl Product<'_> {
    /// As a new vector, row after row.
    pub(crate) fn to_vec(self, level: Level) -> Vec<f32> {
        let len = self.left.rows() * self.right.columns();
        let mut target = Vec::with_capacity(len);
        self.write(level, &mut target.spare_capacity_mut()[..len]);
        // SAFETY: `write` has written all of them.
        unsafe { target.set_len(len) };
        target
    }

    /// Overwrites `target`, row after row.
    pub(crate) fn write_to(self, level: Level, target: &mut [f32]) {
        // SAFETY: `write` writes numbers, and nothing else.
        self.write(level, unsafe { &mut *(std::ptr::from_mut(target) as *mut [MaybeUninit<f32>]) });
    }

    /// Writes every element of `target`.
    fn write(self, level: Level, target: &mut [MaybeUninit<f32>]) {
        let (rows, columns) = (self.left.rows(), self.right.columns());
        assert_eq!(target.len(), rows * columns, "the values of a product");
        if target.is_empty() {
            return;
        }
        if deep::suits(&self) {
            self.write_deep(level, Target::new(target, columns));
            return;
        }
        if self.is_better_transposed() {
            let [left, right] = [self.right.transposed(), self.left.transposed()];
            let transposed = Product::new(left, right).to_vec(level);
            let values = Matrix::of_rows(&transposed, rows).transposed().to_rows(level);
            target.write_copy_of_slice(&values);
            return;
        }
        let target = Target::new(target, columns);
        if dots::suits(&self) {
            self.write_dots(level, target);
        } else if few_rows::suits(&self) {
            self.write_few_rows(level, target);
        } else {
            self.write_strips(level, target);
        }
    }

    /// Whether its transpose takes less time: the gradient of a weight with many more outputs than
    /// inputs. A tile reads neighbours in a column of the left factor, then those in the next
    /// column; the further apart they lie, the fewer of them fit into a core's first-level cache.
    fn is_better_transposed(&self) -> bool {
        let are_columns = self.left.steps()[0] == 1 && self.right.steps()[1] == 1;
        let is_plain = self.bias.is_none() && self.activation == Activation::Identity;
        let (rows, columns) = (self.left.rows(), self.right.columns());
        are_columns && is_plain && columns >= 2 * LANES && rows >= 2 * columns
    }

    fn write_strips(&self, level: Level, target: Target) {
        let (rows, columns) = (self.left.rows(), self.right.columns());
        let vectors = columns.div_ceil(LANES);
        let strips = vectors.div_ceil(MOST_VECTORS).next_multiple_of(PIECES).min(vectors);
        let blocks = rows.div_ceil(MOST_ROWS).max(PIECES.div_ceil(strips));
        let block = rows.div_ceil(blocks).next_multiple_of(8);
        self.for_each(strips * rows.div_ceil(block), |n| {
            let (strip, first) = (n % strips, n / strips * block);
            let edge = |strip: usize| columns.min(strip * vectors / strips * LANES);
            let strip = Strip {
                product: self,
                rows: first..rows.min(first + block),
                columns: edge(strip)..edge(strip + 1),
                target,
            };
            with_scratch(|scratch| level.run(strip.with(scratch)));
        });
    }

    fn write_deep(&self, level: Level, target: Target) {
        let rows = self.left.rows();
        let block = rows.div_ceil(rows.div_ceil(MOST_DEEP_ROWS)).next_multiple_of(8);
        let down = rows.div_ceil(block);
        let right = Packed::new(self.right, level);
        let strips = self.right.columns().div_ceil(right.strip_columns());
        let most = MOST_DEEP_COLUMNS / right.strip_columns();
        let across = strips.div_ceil(most).max(PIECES.div_ceil(down)).min(strips);
        self.for_each(down * across, |n| {
            let (part, first) = (n % across, n / across * block);
            let deep = Deep {
                product: self,
                right: &right,
                rows: first..rows.min(first + block),
                strips: part * strips / across..(part + 1) * strips / across,
                target,
            };
            with_scratch(|scratch| level.run(deep.with(scratch)));
        });
    }

    fn write_few_rows(&self, level: Level, target: Target) {
        let columns = self.right.columns();
        let width = columns.div_ceil(PIECES).next_multiple_of(LANES);
        self.for_each(columns.div_ceil(width), |n| {
            let columns = n * width..columns.min((n + 1) * width);
            level.run(FewRows { product: self, columns, target });
        });
    }

    fn write_dots(&self, level: Level, target: Target) {
        let (rows, columns) = (self.left.rows(), self.right.columns());
        let block = [rows, columns].map(|n| n.div_ceil(PIECES).next_multiple_of(8));
        let across = columns.div_ceil(block[1]);
        self.for_each(rows.div_ceil(block[0]) * across, |n| {
            let first = [n / across * block[0], n % across * block[1]];
            level.run(Dots {
                product: self,
                rows: first[0]..rows.min(first[0] + block[0]),
                columns: first[1]..columns.min(first[1] + block[1]),
                target,
            });
        });
    }

    /// On several threads if the whole product is worth it.
    fn for_each(&self, pieces: usize, work: impl Fn(usize) + Send + Sync) {
        let sizes = [self.left.rows(), self.right.columns(), self.left.columns()];
        let multiply_adds = sizes.into_iter().fold(1, usize::saturating_mul);
        if multiply_adds < WORTH_A_THREAD {
            (0..pieces).for_each(work);
        } else {
            (0..pieces).into_par_iter().for_each(work);
        }
    }
}

/// Lends the thread's working memory, which is kept between products.
fn with_scratch(f: impl FnOnce(&mut Scratch)) {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::default();
    }
    SCRATCH.with_borrow_mut(f);
}
