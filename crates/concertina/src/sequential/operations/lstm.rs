//! An LSTM in Burn operations.

use burn::tensor::module::linear;
use burn::tensor::{Tensor, activation};

/// Runs an LSTM over the rows of `x`, `[B, C, H, W]`, as time steps. Returns the last output,
/// `[B, hidden, 1, 1]`, or the outputs of all steps, `[B, 1, H, hidden]`. The tensors are the
/// weight `[4 hidden, C * W]`, the recurrent weight `[4 hidden, hidden]` and the bias `[4 hidden]`.
pub(super) fn lstm(
    x: Tensor<4>,
    (weight, recurrent, bias): (Tensor<2>, Tensor<2>, Tensor<1>),
    return_sequences: bool,
) -> Tensor<4> {
    let [batch, channels, steps, width] = x.dims();
    let [_, hidden] = recurrent.dims();
    let rows: Tensor<3> = x.swap_dims(1, 2).reshape([batch, steps, channels * width]);
    let projected: Tensor<3> = linear(rows, weight.transpose(), Some(bias));
    let recurrent = recurrent.transpose();
    let mut h: Tensor<2> = Tensor::zeros([batch, hidden], &projected.device());
    let mut c = h.clone();
    let mut outputs = Vec::with_capacity(steps);
    for step in 0..steps {
        let gates =
            projected.clone().narrow(1, step, 1).squeeze_dim(1) + h.matmul(recurrent.clone());
        let [i, f, g, o] = [0, 1, 2, 3].map(|gate| gates.clone().narrow(1, gate * hidden, hidden));
        c = activation::sigmoid(f) * c + activation::sigmoid(i) * g.tanh();
        h = activation::sigmoid(o) * c.clone().tanh();
        outputs.push(h.clone());
    }
    if return_sequences {
        Tensor::<2>::stack::<3>(outputs, 1).reshape([batch, 1, steps, hidden])
    } else {
        h.reshape([batch, hidden, 1, 1])
    }
}
