//! A codebook: quantisation to the nearest embedding, and the VQ loss.

use burn::tensor::Tensor;

use super::operations;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};
use crate::parallel;

/// The layout of codes and of the codebook.
///
/// A code has the layout of a feature map, channel by channel: element `c * n + i` is channel c of
/// vector i, of n vectors.
#[derive(Clone, Debug)]
pub(super) struct Codebook {
    /// D.
    pub(super) latent_dim: usize,
    pub(super) embedding_dim: usize,
}

impl Codebook {
    /// Replaces each vector of features `[B, D]` by the nearest embedding: `[B, D]`. The gradient
    /// is copied to the features (the straight-through estimator, van den Oord et al. 2017, section
    /// 3.2) and does not pass to the embeddings.
    pub(super) fn quantise_with_gradient(
        &self,
        features: Tensor<2>,
        embeddings: Tensor<1>,
    ) -> Tensor<2> {
        if runs_at(&features) {
            apply(StraightThrough(self.clone()), features, embeddings)
        } else {
            operations::quantise(features, embeddings, self.embedding_dim)
        }
    }

    /// The VQ loss, `[B]`: |e - f|^2 with a gradient to the embeddings only (the codebook loss),
    /// plus `commitment` times the same with a gradient to the features only (the commitment loss).
    /// Both are summed over the vectors of a code.
    pub(super) fn loss(
        &self,
        features: Tensor<2>,
        embeddings: Tensor<1>,
        commitment: f32,
    ) -> Tensor<1> {
        if runs_at(&features) {
            apply(VqLoss { codebook: self.clone(), commitment }, features, embeddings)
        } else {
            operations::vq_loss(features, embeddings, self.embedding_dim, commitment)
        }
    }

    /// Vectors per code, n.
    pub(super) fn n_vectors(&self) -> usize {
        self.latent_dim / self.embedding_dim
    }

    /// The index of the embedding nearest to each vector of codes `[N, D]`: `[N, n]`; the first one
    /// in a tie.
    pub(super) fn indices(&self, codes: &[f32], embeddings: &[f32]) -> Vec<u32> {
        let n = self.n_vectors();
        let num_embeddings = embeddings.len() / self.embedding_dim;
        // |v - e|^2 without |v|^2, which is the same for every embedding.
        let squares: Vec<f32> = embeddings
            .chunks_exact(self.embedding_dim)
            .map(|e| e.iter().map(|x| x * x).sum())
            .collect();
        // Channel by channel, so that distances to neighbouring embeddings are computed at once.
        let channels = transpose(embeddings, self.embedding_dim);
        let mut indices = vec![0; codes.len() / self.embedding_dim];
        let rows = codes.chunks_exact(self.latent_dim).zip(indices.chunks_exact_mut(n));
        parallel::each(rows, |(code, indices)| {
            let mut distances = vec![0.0_f32; num_embeddings];
            for (i, index) in indices.iter_mut().enumerate() {
                distances.copy_from_slice(&squares);
                for (c, channel) in channels.chunks_exact(num_embeddings).enumerate() {
                    let factor = -2.0 * code[c * n + i];
                    for (distance, e) in distances.iter_mut().zip(channel) {
                        *distance += factor * e;
                    }
                }
                *index = first_least(&distances) as u32;
            }
        });
        indices
    }

    /// Codes `[N, D]` with each vector replaced by the nearest embedding.
    pub(super) fn quantise(&self, codes: &[f32], embeddings: &[f32]) -> Vec<f32> {
        self.codes_of(&self.indices(codes, embeddings), embeddings)
    }

    /// The codes that consist of the embeddings at these indices.
    fn codes_of(&self, indices: &[u32], embeddings: &[f32]) -> Vec<f32> {
        let (n, embedding_dim) = (self.n_vectors(), self.embedding_dim);
        let mut codes = vec![0.0; indices.len() * embedding_dim];
        for (code, indices) in codes.chunks_exact_mut(self.latent_dim).zip(indices.chunks_exact(n))
        {
            for (i, &index) in indices.iter().enumerate() {
                for c in 0..embedding_dim {
                    code[c * n + i] = embeddings[index as usize * embedding_dim + c];
                }
            }
        }
        codes
    }
}

/// Rows of `n_columns` values, column by column.
fn transpose(rows: &[f32], n_columns: usize) -> Vec<f32> {
    let column = |c| rows[c..].iter().step_by(n_columns).copied();
    (0..n_columns).flat_map(column).collect()
}

/// The place of the least value; the first one in a tie.
fn first_least(values: &[f32]) -> usize {
    let mut least = 0;
    for (i, value) in values.iter().enumerate() {
        if *value < values[least] {
            least = i;
        }
    }
    least
}

/// The quantised features; for the gradient, the identity of the features.
#[derive(Clone, Debug)]
struct StraightThrough(Codebook);

impl Node for StraightThrough {
    type Saved = ();

    fn forward(&self, [features, embeddings]: [Floats; 2]) -> Value {
        Value::matrix(self.0.quantise(&features, &embeddings), features.len() / self.0.latent_dim)
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, ()) {
        (self.forward(inputs), ())
    }

    fn backward(&self, (): &(), gradient: &[f32], _wanted: [bool; 2]) -> [Option<Vec<f32>>; 2] {
        [Some(gradient.to_vec()), None]
    }
}

/// The VQ loss as a function of features and embeddings.
#[derive(Clone, Debug)]
struct VqLoss {
    codebook: Codebook,
    commitment: f32,
}

impl Node for VqLoss {
    /// Features minus their embeddings, the indices of these, and the length of the codebook.
    type Saved = (Vec<f32>, Vec<u32>, usize);

    fn forward(&self, inputs: [Floats; 2]) -> Value {
        self.forward_saved(inputs).0
    }

    fn forward_saved(&self, [features, embeddings]: [Floats; 2]) -> (Value, Self::Saved) {
        let codebook = &self.codebook;
        let indices = codebook.indices(&features, &embeddings);
        let mut differences = codebook.codes_of(&indices, &embeddings);
        for (difference, feature) in differences.iter_mut().zip(features.iter()) {
            *difference = feature - *difference;
        }
        let of_row = |row: &[f32]| {
            (1.0 + self.commitment)
                * row.iter().map(|difference| difference * difference).sum::<f32>()
        };
        let values: Vec<f32> = differences.chunks_exact(codebook.latent_dim).map(of_row).collect();
        let shape = vec![values.len()];
        (Value { values, shape }, (differences, indices, embeddings.len()))
    }

    fn backward(
        &self,
        (differences, indices, n_values): &Self::Saved,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let Codebook { latent_dim, embedding_dim } = self.codebook;
        let n = latent_dim / embedding_dim;
        let mut features_gradient = vec![0.0; differences.len()];
        let mut embeddings_gradient = vec![0.0; *n_values];
        let rows = differences.chunks_exact(latent_dim).zip(indices.chunks_exact(n)).zip(gradient);
        for (((differences, indices), gradient), features_gradient) in
            rows.zip(features_gradient.chunks_exact_mut(latent_dim))
        {
            for (i, &index) in indices.iter().enumerate() {
                for c in 0..embedding_dim {
                    let difference_gradient = 2.0 * gradient * differences[c * n + i];
                    features_gradient[c * n + i] = self.commitment * difference_gradient;
                    embeddings_gradient[index as usize * embedding_dim + c] -= difference_gradient;
                }
            }
        }
        [Some(features_gradient), Some(embeddings_gradient)]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
