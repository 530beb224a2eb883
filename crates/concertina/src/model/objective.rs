//! The loss of an autoencoder, whatever its four choices are.

use burn::tensor::{Device, Tensor, TensorData};

use super::Architecture;
use crate::network::forward;
use crate::recipe::Recipe;

/// A batch on its way through the network.
#[derive(Clone)]
pub(crate) struct Batch {
    /// What the encoder sees, `[B, input]`.
    pub(crate) input: Vec<f32>,
    /// What the decoder should return, `[B, target]`.
    pub(crate) target: Vec<f32>,
    /// Standard normal numbers for the bottleneck, `[B, D]`.
    pub(crate) noise: Vec<f32>,
    /// The number of images, B.
    pub(crate) len: usize,
}

/// A loss and what it is made of.
pub(crate) struct Terms {
    /// Reconstruction, averaged over the batch, and the bottleneck's price: what is minimised. `[1]`
    pub(crate) loss: Tensor<1>,
    /// What the encoder gave the bottleneck, `[B, heads * D]`.
    pub(crate) features: Tensor<2>,
    /// The reconstruction error of each image, `[B]`, as the recipe reduces it.
    pub(crate) errors: Tensor<1>,
    /// For a variational bottleneck: the divergence of each image and code dimension, `[B, D]`, in nats, before weight
    /// and free bits.
    pub(crate) kl: Option<Tensor<2>>,
}

/// The loss of `batch`: encode, pass the bottleneck, decode, compare.
///
/// `epochs` is how far training has come, for the warm-up of the divergence's weight; infinity for the full weight.
/// Differentiable with respect to both parameter vectors on an autodiff device.
pub(crate) fn objective(
    recipe: &Recipe,
    architecture: &Architecture,
    [encoder, decoder]: [Tensor<1>; 2],
    batch: Batch,
    epochs: f32,
) -> Terms {
    let device = encoder.device();
    let Batch { input, target, noise, len } = batch;
    let [x, target, noise] = [input, target, noise].map(|values| matrix(values, len, &device));

    let features = forward(&architecture.encoder, encoder, x);
    let code = recipe.bottleneck.draw(features.clone(), noise);
    let logits = forward(&architecture.decoder, decoder, code.z.clone());

    let errors = recipe.reconstruction.errors(logits, target);
    let reconstruction = errors.clone().mean();
    let loss = match recipe.bottleneck.price(&code, epochs) {
        Some(price) => reconstruction + price,
        None => reconstruction,
    };
    Terms { loss, features, errors, kl: code.kl }
}

/// `[batch, rest]` of `values`.
fn matrix(values: Vec<f32>, batch: usize, device: &Device) -> Tensor<2> {
    let width = values.len() / batch;
    Tensor::from_data(TensorData::new(values, [batch, width]), device)
}
