//! The loss of an autoencoder, whatever its four choices are.

use burn::tensor::{Device, Tensor, TensorData};

use super::condition::{beside, one_hot};
use super::{Architecture, Parts};
use crate::network::forward;
use crate::recipe::Recipe;

/// A batch on its way through the network.
#[derive(Clone)]
pub(crate) struct Batch {
    /// What the encoder sees, `[B, input]`.
    pub(crate) input: Vec<f32>,
    /// What the decoder should return, `[B, target]`.
    pub(crate) target: Vec<f32>,
    /// Standard normal numbers for the bottleneck: as many for each image as it takes.
    pub(crate) noise: Vec<f32>,
    /// The class of each image, where there is a condition; else none.
    pub(crate) labels: Vec<u32>,
    /// The number of images, B.
    pub(crate) len: usize,
}

impl Batch {
    /// With the classes beside what the encoder sees, if there is a condition.
    pub(crate) fn with_classes(self, architecture: &Architecture) -> Self {
        let classes = architecture.classes;
        let width: usize = architecture.encoder.input().iter().product();
        if classes == 0 || self.input.len() == self.len * width {
            return self;
        }
        let hot = one_hot(&self.labels, classes, architecture.encoder_block());
        Self { input: beside(&self.input, &hot, self.len), ..self }
    }
}

/// A loss and what it is made of.
pub(crate) struct Terms {
    /// What is minimised: the reconstruction and the bottleneck's price, or what the bottleneck makes of both. `[1]`
    pub(crate) loss: Tensor<1>,
    /// What the encoder gave the bottleneck, `[B, heads * D]`.
    pub(crate) features: Tensor<2>,
    /// The reconstruction error of each image, `[B]`, as the recipe reduces it, averaged over its codes.
    pub(crate) errors: Tensor<1>,
    /// For a variational bottleneck: the divergence of each image and code dimension, `[B, D]`, in nats, before weight
    /// and free bits.
    pub(crate) kl: Option<Tensor<2>>,
    /// How far the codes of the batch are from where they are wanted, before its weight; `None` for most bottlenecks. `[1]`
    pub(crate) distance: Option<Tensor<1>>,
}

/// The loss of `batch`: encode, pass the bottleneck, decode, compare.
///
/// `epochs` is how far training has come, for the warm-up of the divergence's weight; infinity for the full weight.
/// Differentiable with respect to the parameters on an autodiff device.
pub(crate) fn objective(
    recipe: &Recipe,
    architecture: &Architecture,
    parameters: Parts<Tensor<1>>,
    batch: Batch,
    epochs: f32,
) -> Terms {
    let device = parameters.encoder.device();
    let Batch { input, target, noise, labels, len } = batch.with_classes(architecture);
    let samples = recipe.bottleneck.samples();
    let classes = architecture.classes;
    let x = matrix(input, len, &device);
    let target = matrix(for_each_code(target, len, samples), len * samples, &device);
    let noise = matrix(noise, len, &device);

    let features = forward(&architecture.encoder, parameters.encoder, x);
    let code = recipe.bottleneck.draw(features.clone(), noise, parameters.bottleneck);
    let z = if classes > 0 {
        let hot = one_hot(&labels, classes, architecture.decoder_block());
        let hot = matrix(for_each_code(hot, len, samples), len * samples, &device);
        Tensor::cat(vec![code.z.clone(), hot], 1)
    } else {
        code.z.clone()
    };
    let decoder = parameters.decoder;
    let logits = forward(&architecture.decoder, decoder.clone(), z);

    let errors = recipe.reconstruction.errors(logits, target, parameters.reconstruction);
    let loss = recipe.bottleneck.loss(errors.clone(), &code, &decoder, epochs);
    let errors = if samples > 1 {
        errors.reshape([len, samples]).mean_dim(1).reshape([len])
    } else {
        errors
    };
    Terms { loss, features, errors, kl: code.kl, distance: code.distance }
}

/// `[B k, N]` from `[B, N]`: every row k times.
fn for_each_code(rows: Vec<f32>, batch: usize, k: usize) -> Vec<f32> {
    if k == 1 {
        return rows;
    }
    let mut all = Vec::with_capacity(rows.len() * k);
    for row in rows.chunks_exact(rows.len() / batch) {
        for _ in 0..k {
            all.extend_from_slice(row);
        }
    }
    all
}

/// `[batch, rest]` of `values`.
fn matrix(values: Vec<f32>, batch: usize, device: &Device) -> Tensor<2> {
    let width = values.len() / batch;
    Tensor::from_data(TensorData::new(values, [batch, width]), device)
}
