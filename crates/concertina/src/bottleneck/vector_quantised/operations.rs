//! The codebook in ordinary Burn operations, for the devices that custom nodes do not run on.

use burn::tensor::Tensor;

/// As [`Codebook::quantise_with_gradient`](super::codebook::Codebook), on any device.
pub(super) fn quantise(
    features: Tensor<2>,
    embeddings: Tensor<1>,
    embedding_dim: usize,
) -> Tensor<2> {
    let chosen = chosen(&features, embeddings, embedding_dim).detach();
    features.clone() + (chosen - features.detach())
}

/// As [`Codebook::loss`](super::codebook::Codebook), on any device.
pub(super) fn vq_loss(
    features: Tensor<2>,
    embeddings: Tensor<1>,
    embedding_dim: usize,
    commitment: f32,
) -> Tensor<1> {
    let chosen = chosen(&features, embeddings, embedding_dim);
    let squared = |a: Tensor<2>, b: Tensor<2>| {
        let difference = a - b;
        (difference.clone() * difference).sum_dim(1).squeeze_dim(1)
    };
    squared(chosen.clone(), features.clone().detach())
        + squared(features, chosen.detach()) * commitment
}

/// The embeddings nearest to the vectors of features `[B, D]`, in the same layout. Differentiable
/// with respect to the embeddings.
fn chosen(features: &Tensor<2>, embeddings: Tensor<1>, embedding_dim: usize) -> Tensor<2> {
    let [batch, size] = features.dims();
    let n = size / embedding_dim;
    let [n_embeddings] = embeddings.dims();
    let embeddings = embeddings.reshape([n_embeddings / embedding_dim, embedding_dim]);
    // Vectors as rows: [B n, embedding_dim].
    let vectors = features.clone().detach().reshape([batch, embedding_dim, n]).swap_dims(1, 2);
    let vectors = vectors.reshape([batch * n, embedding_dim]);
    let detached = embeddings.clone().detach();
    let squares = (detached.clone() * detached.clone()).sum_dim(1).transpose();
    let distances = squares - vectors.matmul(detached.transpose()) * 2.0;
    let indices = distances.argmin(1).reshape([batch * n]);
    let rows = embeddings.select(0, indices).reshape([batch, n, embedding_dim]);
    rows.swap_dims(1, 2).reshape([batch, size])
}
