//! Tokens as rows of a matrix: the place of a one among zeros, instead of a product with it.

use std::ops::Range;

use rayon::prelude::*;

use crate::layer::Voice;
use crate::simd::{Kernel, Level, Simd};

/// The tokens of a step, and which rows of a table each stands for.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    voices: Vec<Voice>,
    /// Rows of the table.
    pub(crate) width: usize,
}

impl Tokens {
    pub(crate) fn new(voices: &[Voice]) -> Self {
        Tokens { voices: voices.to_vec(), width: Voice::widths(voices) }
    }

    /// V, the tokens of a step.
    pub(crate) fn len(&self) -> usize {
        self.voices.len()
    }

    /// Calls `f` with each row that the tokens of a step stand for, in ascending order.
    #[inline(always)]
    pub(crate) fn for_each_row(&self, tokens: &[f32], mut f: impl FnMut(usize)) {
        let mut first = 0;
        for (voice, &token) in self.voices.iter().zip(tokens) {
            // Not a number, or negative, is none of the classes.
            if token >= 0.0 && token < voice.classes as f32 {
                let class = token as usize;
                match voice.bits {
                    None => f(first + class),
                    Some(bits) if class == 0 => f(first + bits),
                    Some(bits) => {
                        (0..bits)
                            .filter(|bit| class >> bit & 1 == 1)
                            .for_each(|bit| f(first + bit));
                    }
                }
            }
            first += voice.width();
        }
    }

    /// Adds to `to` the rows of `table`, `[width, to.len()]`, that the tokens stand for.
    #[inline(always)]
    pub(crate) fn add_rows(&self, tokens: &[f32], table: &[f32], to: &mut [f32]) {
        let n = to.len();
        self.for_each_row(tokens, |row| {
            to.iter_mut().zip(&table[row * n..][..n]).for_each(|(to, value)| *to += value);
        });
    }

    /// Ones among zeros, `[width]` for each step.
    pub(crate) fn one_hot(&self, tokens: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; tokens.len() / self.len() * self.width];
        let steps = tokens.chunks_exact(self.len()).zip(y.chunks_exact_mut(self.width));
        steps.for_each(|(tokens, y)| self.for_each_row(tokens, |row| y[row] = 1.0));
        y
    }

    /// The gradient of a weight `[columns, width]` whose columns stand for tokens: the sum of
    /// `grads`, `[n, columns]`, over the steps with each. `tokens(k)` are those of step k.
    pub(crate) fn weight_gradient<'t>(
        &self,
        level: Level,
        tokens: impl Fn(usize) -> &'t [f32] + Sync,
        grads: &[f32],
        weight: &mut [f32],
    ) {
        let columns = weight.len() / self.width;
        let jobs: Vec<Range<usize>> = (0..columns)
            .step_by(COLUMNS_PER_JOB)
            .map(|first| first..columns.min(first + COLUMNS_PER_JOB))
            .collect();
        let parts = weight.par_chunks_mut(COLUMNS_PER_JOB * self.width).zip(jobs);
        parts.for_each(|(part, range)| {
            let mut sums = vec![0.0; self.width * range.len()];
            level.run(Sums { of: self, tokens: &tokens, grads, columns, range, sums: &mut sums });
            let n = sums.len() / self.width;
            for (column, to) in part.chunks_exact_mut(self.width).enumerate() {
                for (row, to) in to.iter_mut().enumerate() {
                    *to = sums[row * n + column];
                }
            }
        });
    }
}

/// Their sums stay in a core's second-level cache for some hundred tokens, and what is read lies
/// together in long pieces.
const COLUMNS_PER_JOB: usize = 128;

struct Sums<'a, F> {
    of: &'a Tokens,
    tokens: &'a F,
    grads: &'a [f32],
    columns: usize,
    range: Range<usize>,
    /// `[width, range]`.
    sums: &'a mut [f32],
}

impl<'t, F: Fn(usize) -> &'t [f32]> Kernel for Sums<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let n = self.range.len();
        for (step, grads) in self.grads.chunks_exact(self.columns).enumerate() {
            let grads = &grads[self.range.clone()];
            self.of.for_each_row((self.tokens)(step), |row| {
                let sums = &mut self.sums[row * n..][..n];
                sums.iter_mut().zip(grads).for_each(|(sum, grad)| *sum += grad);
            });
        }
    }
}
