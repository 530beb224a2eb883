//! The errors in ordinary Burn operations, for the devices that `concertina-kernels` does not run
//! on.

use burn::tensor::{Tensor, activation};
use concertina_kernels::Loss;

/// The error of each image, summed over its values: `[B]` from logits and targets `[B, N]`, on any
/// device.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    let errors = match loss {
        // log(1 + exp(l)) = max(l, 0) + log(1 + exp(-|l|)) does not overflow. The maximum is
        // written (l + |l|) / 2, so that the gradient at zero is 1/2, which is correct.
        Loss::CrossEntropy => {
            let magnitude = logits.clone().abs();
            let positive = (logits.clone() + magnitude.clone()) * 0.5;
            positive + magnitude.neg().exp().log1p() - logits * target
        }
        Loss::SquaredError => {
            let difference = activation::sigmoid(logits) - target;
            difference.clone() * difference
        }
    };
    errors.sum_dim(1).squeeze_dim(1)
}

#[cfg(test)]
mod tests;
