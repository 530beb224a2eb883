//! The loss of an autoencoder, whatever its four choices are.

use burn::tensor::{Device, Tensor, TensorData};

use super::condition::one_hot;
use super::inference::floats;
use super::{Architecture, Batch};
use crate::bottleneck::{Phase, Term};
use crate::components::{Components, Weights};
use crate::recipe::Recipe;
use crate::sequential::forward;

/// A loss and what it is made of.
pub(crate) struct Objective {
    /// What is minimised: the mean reconstruction error and the bottleneck's penalty, or what the bottleneck makes of both.
    /// `[1]`
    pub(crate) loss: Tensor<1>,
    /// What the encoder gave the bottleneck, `[B, heads * D]`.
    pub(crate) features: Tensor<2>,
    /// The reconstruction error of each example, `[B]`, as the recipe reduces it, averaged over its codes.
    pub(crate) errors: Tensor<1>,
    /// The terms that the bottleneck tells of, before their weights.
    pub(crate) terms: Vec<Term>,
}

/// The loss of `batch`: encode, pass the bottleneck, decode, compare.
///
/// `epochs` is how far training has come, for weights that are annealed; infinity for every weight in full.
/// Differentiable with respect to the parameters on an autodiff device.
pub(crate) fn objective(
    recipe: &Recipe,
    architecture: &Architecture,
    parameters: Components<Tensor<1>>,
    batch: Batch,
    epochs: f32,
) -> Objective {
    let device = parameters.encoder.device();
    let Batch { input, target, noise, labels, len } = batch;
    let k = recipe.bottleneck.settings().codes_per_example();
    let x = matrix(input, len, &device);
    let target = matrix(for_each_code(target, len, k), len * k, &device);
    let noise = matrix(noise, len, &device);

    let features = forward(&architecture.encoder, parameters.encoder, x);
    let bottleneck = &architecture.bottleneck;
    let code = bottleneck.sample(features.clone(), noise, parameters.bottleneck);
    let z = if architecture.classes > 0 {
        let hot = one_hot(&labels, architecture.classes, architecture.decoder_block());
        let hot = matrix(for_each_code(hot, len, k), len * k, &device);
        Tensor::cat(vec![code.z.clone(), hot], 1)
    } else {
        code.z.clone()
    };
    let decoder = parameters.decoder;
    let output = forward(&architecture.decoder, decoder.clone(), z);

    let errors = recipe.reconstruction.errors(output, target, parameters.reconstruction);
    let loss = bottleneck.loss(errors.clone(), &code, &decoder, epochs);
    let errors =
        if k > 1 { errors.reshape([len, k]).mean_dim(1).reshape([len]) } else { errors };
    Objective { loss, features, errors, terms: code.terms }
}

/// The loss of a further phase of a step, summed over the examples of `batch`: encode, and whatever the phase asks.
pub(crate) fn phase_objective(
    architecture: &Architecture,
    phase: &Phase<'_>,
    parameters: Components<Tensor<1>>,
    batch: &Batch,
) -> Tensor<1> {
    let device = parameters.encoder.device();
    let x = matrix(batch.input.clone(), batch.len, &device);
    let noise = matrix(batch.noise.clone(), batch.len, &device);
    let features = forward(&architecture.encoder, parameters.encoder, x);
    (phase.loss)(features, noise, parameters.bottleneck)
}

/// Parameters as tensors that no gradient is wanted of.
pub(crate) fn constants(weights: &Weights) -> Components<Tensor<1>> {
    let device = Device::flex();
    let tensor = |values: &Vec<f32>| {
        Tensor::<1>::from_data(TensorData::new(values.clone(), [values.len()]), &device)
    };
    weights.as_ref().map(tensor)
}

/// The gradient of a loss with respect to each component; `None` for one that it does not depend on or that does not
/// move.
pub(crate) type Gradients = Components<Option<Vec<f32>>>;

/// The value of a loss, its gradient with respect to the components that `trained` marks, and whatever else `loss` returns.
/// There are no gradients if the loss is not finite.
///
/// The weights are lent to the graph and come back, whatever comes of it: with millions of them a copy costs as much as a
/// step.
pub(crate) fn gradients<T>(
    weights: &mut Weights,
    trained: Components<bool>,
    loss: impl FnOnce(Components<Tensor<1>>) -> (Tensor<1>, T),
) -> (f32, Option<Gradients>, T) {
    let device = Device::flex().autodiff();
    let leaves = weights.as_mut().zip(trained).map(|(values, trained)| {
        let n = values.len();
        let leaf = Tensor::<1>::from_data(TensorData::new(std::mem::take(values), [n]), &device);
        if trained { leaf.require_grad() } else { leaf }
    });
    let (loss, rest) = loss(leaves.clone());
    let value: f32 = loss.clone().inner().into_scalar();
    let gradients = value.is_finite().then(|| {
        let mut tape = loss.backward();
        let gradient = |leaf: &Tensor<1>| leaf.grad_remove(&mut tape);
        leaves.as_ref().map(gradient).map(|part| Some(floats(part?.into_data())))
    });
    *weights = leaves.map(|leaf| floats(leaf.inner().into_data()));
    (value, gradients, rest)
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
