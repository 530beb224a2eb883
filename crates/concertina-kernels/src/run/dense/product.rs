//! Matrix products, in pieces that are computed at once on several threads.

use std::cell::RefCell;
use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::dots::{self, Dots};
use super::matrix::Matrix;
use super::strip::{Scratch, Strip};
use crate::lanes::LANES;
use crate::layer::Activation;
use crate::simd::Level;

/// `left * right`, to whose rows `bias` is added if there is one, all sent through `activation`.
///
/// In which order an element's products are added depends on the sizes only, not on how the work is divided.
#[derive(Clone, Copy, Debug)]
pub(in crate::run) struct Product<'a> {
    pub(in crate::run) left: Matrix<'a>,
    pub(in crate::run) right: Matrix<'a>,
    pub(in crate::run) bias: Option<&'a [f32]>,
    pub(in crate::run) activation: Activation,
}

/// A strip has at most so many vectors of columns.
const MOST_VECTORS: usize = 3;
/// A strip is computed in blocks of at most so many rows.
const MOST_ROWS: usize = 256;
/// There should be a multiple of so many pieces of work, of about the same size.
const PIECES: usize = 4;
/// Fewer multiply-adds than this are done before another thread has woken up.
const WORTH_A_THREAD: usize = 1 << 17;

impl<'a> Product<'a> {
    /// Without bias and activation.
    pub(in crate::run) fn new(left: Matrix<'a>, right: Matrix<'a>) -> Self {
        assert_eq!(left.columns(), right.rows(), "the sizes of the factors of a product");
        Product { left, right, bias: None, activation: Activation::Identity }
    }

    /// As a new vector, row after row.
    pub(in crate::run) fn to_vec(self, level: Level) -> Vec<f32> {
        let len = self.left.rows() * self.right.columns();
        let mut target = Vec::with_capacity(len);
        self.write(level, &mut target.spare_capacity_mut()[..len]);
        // SAFETY: `write` has written all of them.
        unsafe { target.set_len(len) };
        target
    }

    /// Overwrites `target`, row after row.
    pub(in crate::run) fn write_to(self, level: Level, target: &mut [f32]) {
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
        let target = Target { start: target.as_mut_ptr().cast(), columns };
        if dots::suits(&self) {
            self.write_dots(level, target);
        } else {
            self.write_strips(level, target);
        }
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

/// A matrix of which several threads write different parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    start: *mut f32,
    columns: usize,
}

// SAFETY: the pointer is only used to write disjoint parts, while the slice it comes from is borrowed.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    /// Where an element is.
    ///
    /// # Safety
    /// It must be within the matrix.
    #[inline(always)]
    pub(super) unsafe fn at(self, row: usize, column: usize) -> *mut f32 {
        // SAFETY: the caller vouches for it.
        unsafe { self.start.add(row * self.columns + column) }
    }
}

/// Lends the thread's working memory, which is kept between products.
fn with_scratch(f: impl FnOnce(&mut Scratch)) {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::default();
    }
    SCRATCH.with_borrow_mut(f);
}
