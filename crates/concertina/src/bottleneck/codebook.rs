//! A codebook: the nearest entry of each vector, and what the distance from it costs.

use burn::tensor::Tensor;
use rayon::prelude::*;

use super::{Quantised, operations};
use crate::node::{Node, Numbers, Value, apply, runs_at};

/// The vectors of features `[B, D]`, each replaced by the nearest of the entries: `[B, D]`. The gradient passes to the features
/// as if nothing had been replaced (van den Oord et al. 2017, section 3.2), and not to the entries.
pub(super) fn nearest(features: Tensor<2>, entries: Tensor<1>, quantised: &Quantised) -> Tensor<2> {
    if runs_at(&features) {
        apply(Nearest(Codebook::of(&features, quantised)), features, entries)
    } else {
        operations::nearest(features, entries, quantised.width)
    }
}

/// What codes that are not entries cost, `[B]`: |e - f|^2, for which only the entries move, and `commitment` times the same,
/// for which only the features do. The terms of a code are summed over its vectors.
pub(super) fn price(features: Tensor<2>, entries: Tensor<1>, quantised: &Quantised) -> Tensor<1> {
    let commitment = quantised.commitment;
    if runs_at(&features) {
        let codebook = Codebook::of(&features, quantised);
        apply(Price { codebook, commitment }, features, entries)
    } else {
        operations::price(features, entries, quantised.width, commitment)
    }
}

/// The number of the entry nearest to each vector of codes `[N, D]`: `[N, D / width]`. Of two as near, the first.
pub(crate) fn numbers(codes: &[f32], entries: &[f32], code_size: usize, width: usize) -> Vec<u32> {
    Codebook { size: code_size, width }.numbers(codes, entries)
}

/// Codes `[N, D]` with every vector replaced by the nearest entry.
pub(crate) fn snapped(codes: &[f32], entries: &[f32], code_size: usize, width: usize) -> Vec<f32> {
    Codebook { size: code_size, width }.snapped(codes, entries)
}

/// How vectors lie in codes, and entries in a codebook.
#[derive(Clone, Debug)]
struct Codebook {
    /// D.
    size: usize,
    width: usize,
}

impl Codebook {
    fn of(features: &Tensor<2>, quantised: &Quantised) -> Self {
        let [_, size] = features.dims();
        Self { size, width: quantised.width }
    }

    /// Vectors in a code.
    fn n(&self) -> usize {
        self.size / self.width
    }

    fn numbers(&self, codes: &[f32], entries: &[f32]) -> Vec<u32> {
        let n = self.n();
        // |v - e|^2 but for |v|^2, which is the same for every entry.
        let squares: Vec<f32> =
            entries.chunks_exact(self.width).map(|e| e.iter().map(|x| x * x).sum()).collect();
        let mut numbers = vec![0; codes.len() / self.width];
        let rows = codes.par_chunks_exact(self.size).zip(numbers.par_chunks_exact_mut(n));
        rows.for_each(|(code, numbers)| {
            let mut vector = vec![0.0; self.width];
            for (i, number) in numbers.iter_mut().enumerate() {
                for (c, value) in vector.iter_mut().enumerate() {
                    *value = code[c * n + i];
                }
                let mut least = f32::INFINITY;
                for (k, entry) in entries.chunks_exact(self.width).enumerate() {
                    let product: f32 = entry.iter().zip(&vector).map(|(e, v)| e * v).sum();
                    let distance = squares[k] - 2.0 * product;
                    if distance < least {
                        (least, *number) = (distance, k as u32);
                    }
                }
            }
        });
        numbers
    }

    fn snapped(&self, codes: &[f32], entries: &[f32]) -> Vec<f32> {
        self.codes_of(&self.numbers(codes, entries), entries)
    }

    /// The codes that are made of the entries of these numbers.
    fn codes_of(&self, numbers: &[u32], entries: &[f32]) -> Vec<f32> {
        let (n, width) = (self.n(), self.width);
        let mut codes = vec![0.0; numbers.len() * width];
        for (code, numbers) in codes.chunks_exact_mut(self.size).zip(numbers.chunks_exact(n)) {
            for (i, &number) in numbers.iter().enumerate() {
                for c in 0..width {
                    code[c * n + i] = entries[number as usize * width + c];
                }
            }
        }
        codes
    }
}

/// A function of features and entries, for the gradient a function of the features alone: itself.
#[derive(Clone, Debug)]
struct Nearest(Codebook);

impl Node for Nearest {
    type Saved = ();

    fn forward(&self, [features, entries]: [Numbers; 2]) -> Value {
        Value::matrix(self.0.snapped(&features, &entries), features.len() / self.0.size)
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, ()) {
        (self.forward(inputs), ())
    }

    fn backward(&self, (): &(), gradient: &[f32], _wanted: [bool; 2]) -> [Option<Vec<f32>>; 2] {
        [Some(gradient.to_vec()), None]
    }
}

/// A function of features and entries.
#[derive(Clone, Debug)]
struct Price {
    codebook: Codebook,
    commitment: f32,
}

impl Node for Price {
    /// Features less their entries, the numbers of the entries, and the length of the codebook.
    type Saved = (Vec<f32>, Vec<u32>, usize);

    fn forward(&self, inputs: [Numbers; 2]) -> Value {
        self.forward_saved(inputs).0
    }

    fn forward_saved(&self, [features, entries]: [Numbers; 2]) -> (Value, Self::Saved) {
        let codebook = &self.codebook;
        let numbers = codebook.numbers(&features, &entries);
        let mut differences = codebook.codes_of(&numbers, &entries);
        for (difference, feature) in differences.iter_mut().zip(features.iter()) {
            *difference = feature - *difference;
        }
        let of_row = |row: &[f32]| {
            (1.0 + self.commitment)
                * row.iter().map(|difference| difference * difference).sum::<f32>()
        };
        let values: Vec<f32> = differences.chunks_exact(codebook.size).map(of_row).collect();
        let shape = vec![values.len()];
        (Value { values, shape }, (differences, numbers, entries.len()))
    }

    fn backward(
        &self,
        (differences, numbers, n_entries): &Self::Saved,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let Codebook { size, width } = self.codebook;
        let n = size / width;
        let mut to_features = vec![0.0; differences.len()];
        let mut to_entries = vec![0.0; *n_entries];
        let rows = differences.chunks_exact(size).zip(numbers.chunks_exact(n)).zip(gradient);
        for (((differences, numbers), gradient), to_features) in
            rows.zip(to_features.chunks_exact_mut(size))
        {
            for (i, &number) in numbers.iter().enumerate() {
                for c in 0..width {
                    let slope = 2.0 * gradient * differences[c * n + i];
                    to_features[c * n + i] = self.commitment * slope;
                    to_entries[number as usize * width + c] -= slope;
                }
            }
        }
        [Some(to_features), Some(to_entries)]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
