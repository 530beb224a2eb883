//! The loss of every autoencoder.

use burn::tensor::Tensor;

use super::tensors::{floats, matrix, vector};
use super::{Architecture, Batch};
use crate::bottleneck::{Phase, Term};
use crate::components::{Components, Weights};
use crate::device::Device;
use crate::recipe::Recipe;
use crate::sequential::forward;

/// A loss and its terms.
pub(crate) struct Objective {
    /// The minimised loss, `[1]`: the mean reconstruction error plus the bottleneck's penalty, or a
    /// bound that the bottleneck computes from the errors.
    pub(crate) loss: Tensor<1>,
    /// The encoder's output, `[B, heads * D]`.
    pub(crate) features: Tensor<2>,
    /// The reconstruction error of each example, `[B]`, with the recipe's reduction, averaged over
    /// its codes.
    pub(crate) errors: Tensor<1>,
    /// The bottleneck's terms, before their weights.
    pub(crate) terms: Vec<Term>,
}

/// The loss of `batch`: encode, pass the bottleneck, decode, compare.
///
/// `epochs` is the number of epochs trained so far, for weights that are annealed; infinity gives
/// every weight in full. Differentiable with respect to the parameters on an autodiff device.
pub(crate) fn objective(
    recipe: &Recipe,
    architecture: &Architecture,
    parameters: Components<Tensor<1>>,
    batch: Batch,
    epochs: f32,
) -> Objective {
    let device = parameters.encoder.device();
    let Batch { input, target, noise, labels, guide, len } = batch;
    let k = recipe.bottleneck.settings().codes_per_example();
    let x = matrix(input, len, &device);
    let target = matrix(for_each_code(target, len, k), len * k, &device);
    let noise = matrix(noise, len, &device);

    let features = forward(&architecture.encoder, parameters.encoder, x);
    let bottleneck = &architecture.bottleneck;
    let code = bottleneck.sample(features.clone(), noise, parameters.bottleneck);
    let behind = architecture.behind_codes(Some(&labels), &guide);
    let z = if behind.is_empty() {
        code.z.clone()
    } else {
        let behind = matrix(for_each_code(behind, len, k), len * k, &device);
        Tensor::cat(vec![code.z.clone(), behind], 1)
    };
    let decoder = parameters.decoder;
    let output = forward(&architecture.decoder, decoder.clone(), z);

    let values = architecture.values();
    let errors = recipe.reconstruction.errors(output, target, parameters.reconstruction, values);
    let loss = bottleneck.loss(errors.clone(), &code, &decoder, epochs);
    let errors = if k > 1 { errors.reshape([len, k]).mean_dim(1).reshape([len]) } else { errors };
    Objective { loss, features, errors, terms: code.terms }
}

/// The terms of the loss of a further phase of a step: encode, then what the phase makes of codes.
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

/// Parameters as tensors without a gradient.
pub(crate) fn constants(weights: &Weights, device: &Device) -> Components<Tensor<1>> {
    weights.as_ref().map(|values| vector(values.clone(), &device.tensors()))
}

/// The gradient of a loss with respect to each component; `None` for a component that it does not
/// depend on or that is not trained.
pub(crate) type Gradients = Components<Option<Vec<f32>>>;

/// The value of a loss, its gradient with respect to the components marked in `trained`, and the
/// second result of `loss`. There are no gradients if the loss is not finite.
///
/// The weights are moved into the graph and back in any case: with millions of weights a copy would
/// cost as much as a step.
pub(crate) fn gradients<T>(
    weights: &mut Weights,
    trained: Components<bool>,
    loss: impl FnOnce(Components<Tensor<1>>) -> (Tensor<1>, T),
) -> (f32, Option<Gradients>, T) {
    let device = Device::cpu().tensors().autodiff();
    let leaves = weights.as_mut().zip(trained).map(|(values, trained)| {
        let leaf = vector(std::mem::take(values), &device);
        if trained { leaf.require_grad() } else { leaf }
    });
    let (loss, rest) = loss(leaves.clone());
    let value: f32 = loss.clone().inner().into_scalar();
    let gradients = value.is_finite().then(|| {
        let mut tape = loss.backward();
        let gradient = |leaf: &Tensor<1>| leaf.grad_remove(&mut tape);
        leaves.as_ref().map(gradient).map(|tensor| Some(floats(tensor?.into_data())))
    });
    *weights = leaves.map(|leaf| floats(leaf.inner().into_data()));
    (value, gradients, rest)
}

/// Repeats each row k times: `[B k, N]` from `[B, N]`.
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
