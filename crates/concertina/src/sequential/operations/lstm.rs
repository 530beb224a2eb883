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

/// Runs two LSTMs over the rows of `x`, `[B, C, H, W]`, cut into segments, the second from the last
/// row to the first. Returns the last outputs of both side by side, `[B, 1, segments, 2 hidden]`
/// (`[B, 2 hidden, 1, 1]` for one segment), or those of all steps, `[B, 1, H, 2 hidden]`.
pub(super) fn bidirectional(
    x: Tensor<4>,
    [there, back]: [(Tensor<2>, Tensor<2>, Tensor<1>); 2],
    return_sequences: bool,
    segments: usize,
) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let steps = height / segments;
    // Segments become examples.
    let x: Tensor<5> = x.reshape([batch, channels, segments, steps, width]);
    let x = x.swap_dims(1, 2).reshape([batch * segments, channels, steps, width]);
    let from_end = lstm(x.clone().flip([2]), back, return_sequences);
    let from_start = lstm(x, there, return_sequences);
    if return_sequences {
        let both = Tensor::cat(vec![from_start, from_end.flip([2])], 3);
        let [.., width] = both.dims();
        return both.reshape([batch, 1, height, width]);
    }
    let both = Tensor::cat(vec![from_start, from_end], 1);
    let [_, width, ..] = both.dims();
    match segments {
        1 => both.reshape([batch, width, 1, 1]),
        _ => both.reshape([batch, 1, segments, width]),
    }
}
