//! A codebook: the nearest embedding of each vector, and the loss of the distance from it.

use burn::tensor::Tensor;
use rayon::prelude::*;

use super::operations;
use crate::autodiff::{Node, Numbers, Value, apply, runs_at};

/// How vectors lie in codes, and embeddings in a codebook.
///
/// The indices of a code are laid out as those of a feature map are, channel by channel: number `c * n + i` is channel c of
/// vector i, of n vectors.
#[derive(Clone, Debug)]
pub(super) struct Codebook {
    /// D.
    pub(super) latent_dim: usize,
    pub(super) embedding_dim: usize,
}

impl Codebook {
    /// The vectors of features `[B, D]`, each replaced by the nearest embedding: `[B, D]`. The gradient passes to the
    /// features as if nothing had been replaced (the straight-through estimator, van den Oord et al. 2017, section 3.2),
    /// and not to the embeddings.
    pub(super) fn quantise_with_gradient(&self, features: Tensor<2>, embeddings: Tensor<1>) -> Tensor<2> {
        if runs_at(&features) {
            apply(StraightThrough(self.clone()), features, embeddings)
        } else {
            operations::quantise(features, embeddings, self.embedding_dim)
        }
    }

    /// The loss of codes that are not embeddings, `[B]`: |e - f|^2, for which only the embeddings move (the codebook loss),
    /// and `commitment` times the same, for which only the features do. The terms of a code are summed over its vectors.
    pub(super) fn loss(&self, features: Tensor<2>, embeddings: Tensor<1>, commitment: f32) -> Tensor<1> {
        if runs_at(&features) {
            apply(VqLoss { codebook: self.clone(), commitment }, features, embeddings)
        } else {
            operations::vq_loss(features, embeddings, self.embedding_dim, commitment)
        }
    }

    /// Vectors in a code.
    pub(super) fn n_vectors(&self) -> usize {
        self.latent_dim / self.embedding_dim
    }

    /// The number of the embedding nearest to each vector of codes `[N, D]`: `[N, n]`. Of two as near, the first.
    pub(super) fn indices(&self, codes: &[f32], embeddings: &[f32]) -> Vec<u32> {
        let n = self.n_vectors();
        // |v - e|^2 but for |v|^2, which is the same for every embedding.
        let squares: Vec<f32> =
            embeddings.chunks_exact(self.embedding_dim).map(|e| e.iter().map(|x| x * x).sum()).collect();
        let mut indices = vec![0; codes.len() / self.embedding_dim];
        let rows = codes.par_chunks_exact(self.latent_dim).zip(indices.par_chunks_exact_mut(n));
        rows.for_each(|(code, indices)| {
            let mut vector = vec![0.0; self.embedding_dim];
            for (i, index) in indices.iter_mut().enumerate() {
                for (c, value) in vector.iter_mut().enumerate() {
                    *value = code[c * n + i];
                }
                let mut least = f32::INFINITY;
                for (k, embedding) in embeddings.chunks_exact(self.embedding_dim).enumerate() {
                    let product: f32 = embedding.iter().zip(&vector).map(|(e, v)| e * v).sum();
                    let distance = squares[k] - 2.0 * product;
                    if distance < least {
                        (least, *index) = (distance, k as u32);
                    }
                }
            }
        });
        indices
    }

    /// Codes `[N, D]` with every vector replaced by the nearest embedding.
    pub(super) fn quantise(&self, codes: &[f32], embeddings: &[f32]) -> Vec<f32> {
        self.codes_of(&self.indices(codes, embeddings), embeddings)
    }

    /// The codes that are made of the embeddings of these indices.
    fn codes_of(&self, indices: &[u32], embeddings: &[f32]) -> Vec<f32> {
        let (n, embedding_dim) = (self.n_vectors(), self.embedding_dim);
        let mut codes = vec![0.0; indices.len() * embedding_dim];
        for (code, indices) in codes.chunks_exact_mut(self.latent_dim).zip(indices.chunks_exact(n)) {
            for (i, &index) in indices.iter().enumerate() {
                for c in 0..embedding_dim {
                    code[c * n + i] = embeddings[index as usize * embedding_dim + c];
                }
            }
        }
        codes
    }
}

/// A function of features and embeddings, for the gradient a function of the features alone: itself.
#[derive(Clone, Debug)]
struct StraightThrough(Codebook);

impl Node for StraightThrough {
    type Saved = ();

    fn forward(&self, [features, embeddings]: [Numbers; 2]) -> Value {
        Value::matrix(self.0.quantise(&features, &embeddings), features.len() / self.0.latent_dim)
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, ()) {
        (self.forward(inputs), ())
    }

    fn backward(&self, (): &(), gradient: &[f32], _wanted: [bool; 2]) -> [Option<Vec<f32>>; 2] {
        [Some(gradient.to_vec()), None]
    }
}

/// A function of features and embeddings.
#[derive(Clone, Debug)]
struct VqLoss {
    codebook: Codebook,
    commitment: f32,
}

impl Node for VqLoss {
    /// Features less their embeddings, the indices of these, and the length of the codebook.
    type Saved = (Vec<f32>, Vec<u32>, usize);

    fn forward(&self, inputs: [Numbers; 2]) -> Value {
        self.forward_saved(inputs).0
    }

    fn forward_saved(&self, [features, embeddings]: [Numbers; 2]) -> (Value, Self::Saved) {
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
        let mut to_features = vec![0.0; differences.len()];
        let mut to_embeddings = vec![0.0; *n_values];
        let rows = differences.chunks_exact(latent_dim).zip(indices.chunks_exact(n)).zip(gradient);
        for (((differences, indices), gradient), to_features) in
            rows.zip(to_features.chunks_exact_mut(latent_dim))
        {
            for (i, &index) in indices.iter().enumerate() {
                for c in 0..embedding_dim {
                    let difference_gradient = 2.0 * gradient * differences[c * n + i];
                    to_features[c * n + i] = self.commitment * difference_gradient;
                    to_embeddings[index as usize * embedding_dim + c] -= difference_gradient;
                }
            }
        }
        [Some(to_features), Some(to_embeddings)]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
