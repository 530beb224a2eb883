//! Initial weights.

use concertina_kernels::{Role, Sequential};

use crate::rng::{Purpose, Seed, Stream};

/// Glorot uniform weights and zero biases, Keras's default and so the lesson's: weights are uniform
/// in +-limit, limit = sqrt(6 / (`fan_in` + `fan_out`)) (Glorot and Bengio 2010, equation 16). The
/// bias of an LSTM's forget gates is 1, as in Keras (Jozefowicz, Zaremba, Sutskever 2015, section
/// 2.2).
///
/// The outputs of the last dense layer consist of `heads` equal blocks that count as separate
/// layers (mean and log-variance): its `fan_out` is that of one block. `component` distinguishes
/// the streams of encoder (0), decoder (1) and bottleneck (2). Returns the flat parameter vector.
pub(crate) fn initialise(
    network: &Sequential,
    heads: usize,
    seed: Seed,
    component: u32,
) -> Vec<f32> {
    let mut values = vec![0.0; network.n_parameters()];
    let last_layer = network.layers().len() - 1;
    for layer in network.parameters().chunk_by(|one, next| one.layer == next.layer) {
        for (number, tensor) in layer.iter().enumerate() {
            let values = &mut values[tensor.range.clone()];
            match tensor.role {
                Role::Weight => {
                    let heads = if tensor.layer == last_layer { heads } else { 1 };
                    let position = [component, tensor.layer as u32, number as u32];
                    let mut stream = Stream::new(seed, Purpose::Initialisation, position);
                    let limit = (6.0 / (tensor.fan_in + tensor.fan_out / heads) as f32).sqrt();
                    for value in values {
                        *value = stream.uniform_in(-limit, limit);
                    }
                }
                Role::GateBias => {
                    // The gates are in the order input, forget, cell, output.
                    let quarter = values.len() / 4;
                    values[quarter..2 * quarter].fill(1.0);
                }
                Role::Bias => {}
            }
        }
    }
    values
}
