//! First weights.

use concertina_kernels::Stack;

use crate::rng::{Purpose, Seed, Stream};

/// Glorot's uniform weights and zero biases, Keras's default and so the lesson's: weights uniform in +-limit,
/// limit = sqrt(6 / (`fan_in` + `fan_out`)) (Glorot and Bengio 2010, equation 16).
///
/// `heads` is the number of equal parts of the last dense layer's outputs that count as layers of their own (mean and
/// log-variance), for which `fan_out` is that of one part. `part` numbers encoder and decoder. Returns the flat vector.
pub(crate) fn initialise(stack: &Stack, heads: usize, seed: Seed, part: u32) -> Vec<f32> {
    let mut values = vec![0.0; stack.n_parameters()];
    let last_layer = stack.layers().len() - 1;
    for parameter in stack.parameters().iter().filter(|parameter| parameter.name == "weight") {
        let heads = if parameter.layer == last_layer { heads } else { 1 };
        let limit = (6.0 / (parameter.fan_in + parameter.fan_out / heads) as f32).sqrt();
        let position = [part, parameter.layer as u32, 0];
        let mut stream = Stream::new(seed, Purpose::Initialisation, position);
        for value in &mut values[parameter.range.clone()] {
            *value = stream.uniform_in(-limit, limit);
        }
    }
    values
}
