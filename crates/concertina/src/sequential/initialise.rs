//! First weights.

use concertina_kernels::{Layer, Sequential};

use crate::rng::{Purpose, Seed, Stream};

/// Glorot's uniform weights and zero biases, Keras's default and so the lesson's: weights uniform in +-limit,
/// limit = sqrt(6 / (`fan_in` + `fan_out`)) (Glorot and Bengio 2010, equation 16). Only an LSTM's forget gates begin with a
/// bias of 1, as Keras has them, so that they keep what they hold (Jozefowicz, Zaremba, Sutskever 2015, section 2.2).
///
/// `heads` is the number of equal parts of the last dense layer's outputs that count as layers of their own (mean and
/// log-variance), for which `fan_out` is that of one part. `part` numbers encoder and decoder. Returns the flat vector.
pub(crate) fn initialise(stack: &Sequential, heads: usize, seed: Seed, part: u32) -> Vec<f32> {
    let mut values = vec![0.0; stack.n_parameters()];
    let last_layer = stack.layers().len() - 1;
    for parameter in stack.parameters() {
        let values = &mut values[parameter.range.clone()];
        let number = match parameter.name {
            "weight" => 0,
            "recurrent_weight" => 1,
            _ => {
                first_biases(&stack.layers()[parameter.layer], values);
                continue;
            }
        };
        let heads = if parameter.layer == last_layer { heads } else { 1 };
        let position = [part, parameter.layer as u32, number];
        let mut stream = Stream::new(seed, Purpose::Initialisation, position);
        let limit = (6.0 / (parameter.fan_in + parameter.fan_out / heads) as f32).sqrt();
        for value in values {
            *value = stream.uniform_in(-limit, limit);
        }
    }
    values
}

/// `values` are zeros.
fn first_biases(layer: &Layer, values: &mut [f32]) {
    if let Layer::Lstm { hidden, .. } = *layer {
        // The gates are input, forget, new value, output.
        values[hidden..2 * hidden].fill(1.0);
    }
}
