//! Where layers are written: a graph that grows, and the parameters.

use concertina_formats::onnx::Attribute;

use super::super::{Activation, Node, Tensor};
use super::build::{Builder, ints};

/// One network of a model.
pub(super) struct Network<'a> {
    pub(super) build: Builder,
    /// All parameters.
    pub(super) weights: &'a [f32],
    /// Before the names of tensors: "encoder" or "decoder".
    pub(super) name: &'static str,
}

impl Network<'_> {
    pub(super) fn activation(&mut self, activation: Activation, value: String) -> String {
        let (op, attributes) = match activation {
            Activation::Identity => return value,
            Activation::Relu => ("Relu", Vec::new()),
            Activation::LeakyRelu { slope } => {
                ("LeakyRelu", vec![("alpha", Attribute::Float(slope))])
            }
            Activation::Sigmoid => ("Sigmoid", Vec::new()),
            Activation::Tanh => ("Tanh", Vec::new()),
        };
        self.build.node(op, &[&value], attributes)
    }

    /// Those of a layer that has no others.
    pub(super) fn weight_and_bias(&mut self, node: &Node, number: usize) -> [String; 2] {
        ["weight", "bias"].map(|name| self.parameter(node.tensor(name), number))
    }

    /// A tensor as it is, under PyTorch's name for it.
    pub(super) fn parameter(&mut self, tensor: &Tensor, number: usize) -> String {
        let name = format!("{}.{number}.{}", self.name, tensor.name);
        let values = self.values(tensor).to_vec();
        self.build.tensor(name, tensor.shape.clone(), values)
    }

    /// The values of a tensor.
    pub(super) fn values(&self, tensor: &Tensor) -> &[f32] {
        &self.weights[tensor.offset..][..tensor.shape.iter().product()]
    }

    /// All values of an example in a row: `[N, n]`.
    pub(super) fn flat(&mut self, shape: [usize; 3], value: &str) -> String {
        self.build.reshape(value, &[-1, shape.iter().product::<usize>() as i64])
    }

    /// The values of an example as `[C, H, W]`.
    pub(super) fn shaped(&mut self, [channels, height, width]: [usize; 3], value: &str) -> String {
        self.build.reshape(value, &[-1, channels as i64, height as i64, width as i64])
    }
}

/// The attributes of what looks through a square window.
pub(super) fn window(
    kernel: usize,
    stride: usize,
    pads: [usize; 4],
) -> Vec<(&'static str, Attribute)> {
    vec![
        ("kernel_shape", ints(&[kernel as i64; 2])),
        ("strides", ints(&[stride as i64; 2])),
        ("pads", ints(&pads.map(|n| n as i64))),
    ]
}
