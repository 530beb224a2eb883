//! The errors in ordinary Burn operations, for the devices that `concertina-kernels` does not run
//! on.

use burn::tensor::{Tensor, activation};
use concertina_kernels::Loss;

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
