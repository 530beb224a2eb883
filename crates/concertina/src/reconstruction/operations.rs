//! The errors in ordinary Burn operations, for the devices that `concertina-kernels` does not run
//! on.

use burn::tensor::{Device, Tensor, activation};
use concertina_kernels::Loss;

use super::output::Output;
use super::structure::Structure;
use crate::math::similarity::{STABILISERS, window};

/// The error of each image, summed over its values: `[B]` from logits and targets `[B, N]`, on any
/// device. Targets that are not numbers cost nothing.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    let nothing_asked = target.clone().is_nan();
    // In the target, too: the gradient of an error that is left out would be zero times NaN.
    let target = target.mask_fill(nothing_asked.clone(), 0.0);
    let errors = match loss {
        // log(1 + exp(l)) = max(l, 0) + log(1 + exp(-|l|)) does not overflow. The maximum is
        // written (l + |l|) / 2, so that the gradient at zero is 1/2, which is correct.
        Loss::CrossEntropy => {
            let magnitude = logits.clone().abs();
            let positive = (logits.clone() + magnitude.clone()) * 0.5;
            positive + magnitude.neg().exp().log1p() - logits * target
        }
        Loss::SquaredError => square(activation::sigmoid(logits) - target),
        Loss::AbsoluteError => (activation::sigmoid(logits) - target).abs(),
        Loss::LinearSquaredError => square(logits - target),
        Loss::LinearAbsoluteError => (logits - target).abs(),
    };
    errors.mask_fill(nothing_asked, 0.0).sum_dim(1).squeeze_dim(1)
}

fn square(difference: Tensor<2>) -> Tensor<2> {
    difference.clone() * difference
}

/// As [`Structure`] has it: `[B]` from outputs and targets `[B, N]`, on any device.
pub(super) fn structural(structure: Structure, output: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    let Structure { shape, output: kind, weight } = structure;
    let absolute = summed(kind.absolute_error(), output.clone(), target.clone());
    let x_hat = match kind {
        Output::Sigmoid => activation::sigmoid(output),
        Output::Linear => output,
    };
    let [batch, n] = x_hat.dims();
    let device = x_hat.device();
    let [down, across] = [shape.height, shape.width].map(|side| means_along(side, &device));
    let across = across.transpose();
    let planes =
        |values: Tensor<2>| values.reshape([batch * shape.channels, shape.height, shape.width]);
    let means = |planes: Tensor<3>| {
        down.clone().unsqueeze::<3>().matmul(planes).matmul(across.clone().unsqueeze::<3>())
    };
    let (a, b) = (planes(target), planes(x_hat));
    let (mean_a, mean_b) = (means(a.clone()), means(b.clone()));
    let squares = means(a.clone() * a.clone() + b.clone() * b.clone());
    let covariance = means(a * b) - mean_a.clone() * mean_b.clone();
    let both = mean_a.clone() * mean_a.clone() + mean_b.clone() * mean_b.clone();
    let [small, large] = STABILISERS.map(|constant| constant as f32);
    let brightness = (mean_a * mean_b * 2.0 + small) / (both.clone() + small);
    let structure = (covariance * 2.0 + large) / (squares - both + large);
    let of_planes = (brightness * structure).mean_dim(2).mean_dim(1);
    let of_images: Tensor<2> = of_planes.reshape([batch, shape.channels]).mean_dim(1);
    let similarity: Tensor<1> = of_images.reshape([batch]);
    absolute * (1.0 - weight) + (similarity.neg() + 1.0) * (weight * n as f32)
}

/// The weighted means along a side at all positions of the window, as a matrix `[positions, side]`.
fn means_along(side: usize, device: &Device) -> Tensor<2> {
    let window = window(side);
    let positions = side + 1 - window.len();
    let mut weights = vec![0.0; positions * side];
    for (at, row) in weights.chunks_exact_mut(side).enumerate() {
        for (to, weight) in row[at..].iter_mut().zip(&window) {
            *to = *weight as f32;
        }
    }
    let weights: Tensor<1> = Tensor::from_floats(weights.as_slice(), device);
    weights.reshape([positions, side])
}

/// The cross-entropy of each example's tokens, `[B]`, from logits `[B, T * classes of all voices]`
/// and tokens `[B, T * V]`, on any device. A number that is none of the classes costs nothing.
pub(super) fn categorical(logits: Tensor<2>, tokens: Tensor<2>, classes: &[usize]) -> Tensor<1> {
    let ([batch, _], voices) = (tokens.dims(), classes.len());
    let width: usize = classes.iter().sum();
    let [_, n_logits] = logits.dims();
    let steps = n_logits / width;
    let logits: Tensor<3> = logits.reshape([batch, steps, width]);
    let tokens: Tensor<3> = tokens.reshape([batch, steps, voices]);
    let mut first = 0;
    let mut sums: Option<Tensor<1>> = None;
    for (voice, &n) in classes.iter().enumerate() {
        let own = activation::log_softmax(logits.clone().narrow(2, first, n), 2);
        first += n;
        let token = tokens.clone().narrow(2, voice, 1);
        let numbers: Tensor<1> = Tensor::from_floats(
            (0..n).map(|class| class as f32).collect::<Vec<_>>().as_slice(),
            &own.device(),
        );
        let is_class = token.sub(numbers.reshape([1, 1, n])).abs().lower_elem(0.5).float();
        let nats: Tensor<1> = (own * is_class).sum_dim(2).sum_dim(1).reshape([batch]).neg();
        sums = Some(match sums {
            Some(sums) => sums + nats,
            None => nats,
        });
    }
    sums.unwrap_or_else(|| Tensor::zeros([batch], &logits.device()))
}

#[cfg(test)]
mod tests;
