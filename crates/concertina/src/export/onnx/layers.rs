//! Layers as operators: each from a value of `[N, C, H, W]` to another.

use concertina_formats::onnx::Attribute;

use super::super::{Half, Join, Node, Op};
use super::build::ints;
use super::network::{Network, window};
use super::{decoder, lstm};

impl Network<'_> {
    /// Writes the layers of one half; `value` is `[N, C, H, W]`, and so is what comes out.
    pub(super) fn half(&mut self, half: &Half, value: String) -> String {
        let mut kept: Vec<String> = Vec::new();
        half.nodes.iter().enumerate().fold(value, |value, (number, node)| match &node.op {
            Op::Fork => {
                kept.push(value.clone());
                value
            }
            Op::Join(join) => {
                let kept = kept.pop().expect("a join has a fork");
                self.join(*join, node, &kept, &value)
            }
            _ => self.layer(node, number, &value),
        })
    }

    fn layer(&mut self, node: &Node, number: usize, value: &str) -> String {
        match &node.op {
            Op::Conv { kernel, stride, pads, activation } => {
                let [weight, bias] = self.weight_and_bias(node, number);
                let attributes = window(*kernel, *stride, *pads);
                let sum = self.build.node("Conv", &[value, &weight, &bias], attributes);
                self.activation(*activation, sum)
            }
            Op::ConvTranspose { kernel, stride, pads, output_padding, activation } => {
                let [weight, bias] = self.weight_and_bias(node, number);
                let mut attributes = window(*kernel, *stride, *pads);
                attributes.push(("output_padding", ints(&output_padding.map(|n| n as i64))));
                let sum = self.build.node("ConvTranspose", &[value, &weight, &bias], attributes);
                self.activation(*activation, sum)
            }
            Op::Dense { activation } => {
                let [weight, bias] = self.weight_and_bias(node, number);
                let value = self.flat(node.input, value);
                let transposed = vec![("transB", Attribute::Int(1))];
                let sum = self.build.node("Gemm", &[&value, &weight, &bias], transposed);
                let sum = self.activation(*activation, sum);
                self.shaped(node.output, &sum)
            }
            Op::MaxPool => {
                // A window that hangs over the edge: padding is not counted as a value.
                let [_, height, width] = node.input;
                let attributes = window(2, 2, [0, 0, height % 2, width % 2]);
                self.build.node("MaxPool", &[value], attributes)
            }
            Op::Upsample => {
                let scales = self.build.floats(vec![4], vec![1.0, 1.0, 2.0, 2.0]);
                let attributes = vec![
                    ("mode", Attribute::Text("nearest")),
                    ("coordinate_transformation_mode", Attribute::Text("asymmetric")),
                    ("nearest_mode", Attribute::Text("floor")),
                ];
                self.build.node("Resize", &[value, "", &scales], attributes)
            }
            Op::Reshape => self.shaped(node.output, value),
            Op::PixelShuffle { factor } => self.pixel_shuffle(*factor, value),
            Op::PixelUnshuffle { factor } => self.pixel_unshuffle(node.input[0], *factor, value),
            Op::Repeat { steps } => {
                let value = self.flat(node.input, value);
                let row = self.build.reshape(&value, &[-1, 1, 1, node.output[2] as i64]);
                self.build.expand(&row, &[1, 1, *steps as i64, 1])
            }
            Op::Rows { activation } => {
                let [weight, bias] = self.weight_and_bias(node, number);
                let sum = self.build.linear([&weight, &bias], value);
                self.activation(*activation, sum)
            }
            Op::Lstm { .. } | Op::BidirectionalLstm { .. } => {
                lstm::layer(self, node, number, value)
            }
            Op::OneHot { voices } => lstm::one_hot(&mut self.build, voices, value),
            Op::LstmDecoder { .. } => decoder::layer(self, node, number, value),
            Op::Fork | Op::Join(_) => unreachable!("brackets are not layers"),
        }
    }

    fn join(&mut self, join: Join, node: &Node, kept: &str, value: &str) -> String {
        let kept = match join {
            Join::Concatenate => {
                let both = [kept.to_owned(), value.to_owned()];
                return self.build.concat(&both, 1);
            }
            Join::Add => kept.to_owned(),
            Join::AddEnlarged { factor } => {
                let channels = node.output[0];
                let first = self.build.slice(kept, 1, [0, channels]);
                self.enlarged(channels, factor, &first)
            }
        };
        self.build.node("Add", &[&kept, value], Vec::new())
    }
}
