//! Initial weights.

use concertina_kernels::{Layer, Sequential};

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
    for parameter in network.parameters() {
        let values = &mut values[parameter.range.clone()];
        let tensor = match parameter.name {
            "weight" => 0,
            "recurrent_weight" => 1,
            _ => {
                initial_biases(&network.layers()[parameter.layer], values);
                continue;
            }
        };
        let heads = if parameter.layer == last_layer { heads } else { 1 };
        let position = [component, parameter.layer as u32, tensor];
        let mut stream = Stream::new(seed, Purpose::Initialisation, position);
        let limit = (6.0 / (parameter.fan_in + parameter.fan_out / heads) as f32).sqrt();
        for value in values {
            *value = stream.uniform_in(-limit, limit);
        }
    }
    values
}

/// Sets the biases of a layer; `values` are zeros.
fn initial_biases(layer: &Layer, values: &mut [f32]) {
    if let Layer::Lstm { hidden, .. } = *layer {
        // The gates are in the order input, forget, cell, output.
        values[hidden..2 * hidden].fill(1.0);
    }
}
