//! Where a layer's weights and bias lie in the flat vector.

use std::ops::Range;

/// One tensor of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Number of its layer, from 0.
    pub layer: usize,
    /// `"weight"`, `"recurrent_weight"` or `"bias"`.
    pub name: &'static str,
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
