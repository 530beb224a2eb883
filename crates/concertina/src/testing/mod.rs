//! What the tests of several modules share: reference values, tensors, small data and models.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod fixture;
mod models;
mod public;
#[path = "../../../concertina-base/src/testing.rs"]
mod random;
mod small;

use burn::tensor::{Device, Tensor, TensorData};

pub(crate) use self::models::{as_trained, shape_for, untrained};
pub(crate) use self::random::normal;
pub(crate) use self::small::{
    adversarial, all_kinds, digits, info_vae, pack_digits, plain, quantised, shades, small_music,
    static_noise, variational, wasserstein,
};
use crate::model::floats;

/// Largest difference from a reference value, relative to the largest magnitude of its tensor.
const CLOSE: f64 = 1e-5;

/// `found` is `expected`, except for rounding in f32.
#[track_caller]
pub(crate) fn check_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: the number of values");
    let scale = expected.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(found) - expected).abs();
        // Written so that NaN fails.
        assert!(difference <= CLOSE * scale, "{what}[{i}]: expected {expected}, found {found}");
    }
}

/// A tensor that gradients are wanted of.
pub(crate) fn leaf<const D: usize>(values: &[f32], shape: [usize; D]) -> Tensor<D> {
    let data = TensorData::new(values.to_vec(), shape);
    Tensor::from_data(data, &Device::flex().autodiff()).require_grad()
}

/// A tensor on the same device that none are wanted of.
pub(crate) fn constant<const D: usize>(values: &[f32], shape: [usize; D]) -> Tensor<D> {
    let data = TensorData::new(values.to_vec(), shape);
    Tensor::from_data(data, &Device::flex().autodiff())
}

/// No parameters, for what has none.
pub(crate) fn none() -> Tensor<1> {
    constant(&[], [0])
}

/// The numbers of a tensor.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    floats(tensor.into_data())
}

/// The gradients of `loss` with respect to `leaves`.
pub(crate) fn gradients<const D: usize, const N: usize>(
    loss: &Tensor<1>,
    leaves: [&Tensor<D>; N],
) -> [Vec<f32>; N] {
    let tape = loss.backward();
    leaves.map(|leaf| values(leaf.grad(&tape).unwrap()))
}
