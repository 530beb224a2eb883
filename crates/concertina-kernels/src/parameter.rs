//! Where a layer's weights and bias lie in the flat vector.

use std::ops::Range;

/// What a tensor of parameters is for, and so how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is multiplied with an input or a state.
    Weight,
    /// It is added to a sum.
    Bias,
    /// A bias of the gates of LSTMs: input, forget, new value, output, a quarter each.
    GateBias,
}

/// One tensor of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Number of its layer, from 0.
    pub layer: usize,
    /// Its name within the layer, for instance "weight".
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Convolution `[out, in, k, k]`, transposed convolution `[in, out, k, k]`, dense
    /// `[outputs, inputs]`, LSTM `[4 hidden, inputs]` and `[4 hidden, hidden]`, bias `[out]`.
    pub shape: Vec<usize>,
    /// Its place in the flat vector.
    pub range: Range<usize>,
    /// Inputs that one output sums over, as Keras counts them for Glorot's initialisation. A bias
    /// has its weight's.
    pub fan_in: usize,
    /// Outputs that one input reaches, as Keras counts them.
    pub fan_out: usize,
}
