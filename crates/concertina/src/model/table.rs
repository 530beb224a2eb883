//! The layers of a model as a table that people read.

use std::fmt::Write as _;

use concertina_kernels::{Activation, Layer, Padding, Shape, Stack};

use super::Architecture;
use crate::text::thousands;

/// What the columns have room for; what is longer pushes the rest to the right.
const WIDTHS: [usize; 3] = [44, 12, 12];

impl Architecture {
    /// The layers of encoder, decoder and discriminator, each with the shape of its output (channels x height x width, or the
    /// length of a vector) and its number of parameters.
    ///
    /// The decoder ends in logits: what makes them pixels belongs to the reconstruction.
    pub fn table(&self) -> String {
        let mut table = String::new();
        let stacks = [("encoder", Some(&self.encoder)), ("decoder", Some(&self.decoder))];
        let stacks = stacks.into_iter().chain([("discriminator", self.discriminator.as_ref())]);
        for (part, stack) in stacks.filter_map(|(part, stack)| Some((part, stack?))) {
            row(&mut table, [part, "output", "parameters"]);
            row(&mut table, ["  input", &shape(stack.input()), ""]);
            for (number, layer) in stack.layers().iter().enumerate() {
                let size = parameters_of(stack, number);
                let size = if size == 0 { String::new() } else { thousands(size) };
                let name = format!("  {}", name(layer));
                row(&mut table, [&name, &shape(stack.shapes()[number]), &size]);
            }
        }
        if let Some([entries, width]) = self.codebook {
            let size = thousands(entries * width);
            row(&mut table, ["codebook", &format!("{entries}x{width}"), &size]);
        }
        if self.n_reconstruction > 0 {
            row(&mut table, ["spread of the reconstruction", "1", "1"]);
        }
        row(&mut table, ["together", "", &thousands(self.n_parameters())]);
        table
    }
}

fn row(table: &mut String, [first, second, third]: [&str; 3]) {
    let [a, b, c] = WIDTHS;
    let line = format!("{first:<a$}{second:>b$}{third:>c$}");
    writeln!(table, "{}", line.trim_end()).expect("writing to a string does not fail");
}

fn parameters_of(stack: &Stack, layer: usize) -> usize {
    let parameters = stack.parameters().iter().filter(|parameter| parameter.layer == layer);
    parameters.map(|parameter| parameter.range.len()).sum()
}

fn shape([channels, height, width]: Shape) -> String {
    if [height, width] == [1, 1] {
        channels.to_string()
    } else {
        format!("{channels}x{height}x{width}")
    }
}

fn name(layer: &Layer) -> String {
    match layer {
        Layer::Conv2d { kernel, stride, padding, activation, .. } => {
            let inside = if *padding == Padding::Valid { ", without border" } else { "" };
            let what = format!("convolution {kernel}x{kernel}{}{inside}", strided(*stride));
            ending_in(&what, *activation)
        }
        Layer::ConvTranspose2d { kernel, stride, activation, .. } => {
            let what = format!("transposed convolution {kernel}x{kernel}{}", strided(*stride));
            ending_in(&what, *activation)
        }
        Layer::Dense { activation, .. } => ending_in("dense", *activation),
        Layer::DenseRows { activation, .. } => ending_in("dense, each row", *activation),
        Layer::MaxPool2 => "max pooling 2x2".to_owned(),
        Layer::Upsample2 => "enlarging by 2".to_owned(),
        Layer::Reshape(_) => "reshape".to_owned(),
        Layer::Lstm { every_step: false, .. } => "LSTM over the rows, last state".to_owned(),
        Layer::Lstm { every_step: true, .. } => "LSTM over the rows, every state".to_owned(),
        Layer::Repeat { .. } => "repeat as rows".to_owned(),
    }
}

fn strided(stride: usize) -> String {
    if stride == 1 { String::new() } else { format!(", stride {stride}") }
}

fn ending_in(what: &str, activation: Activation) -> String {
    match activation {
        Activation::Identity => what.to_owned(),
        Activation::Relu => format!("{what}, ReLU"),
        Activation::LeakyRelu(slope) => format!("{what}, leaky ReLU {slope}"),
        Activation::Sigmoid => format!("{what}, sigmoid"),
        Activation::Tanh => format!("{what}, tanh"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::recipe::Recipe;
    use crate::shape::ImageShape;

    #[test]
    fn every_layer_has_its_line() {
        let recipe = Recipe::named("conv-ae").unwrap();
        let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 10).unwrap();
        let table = architecture.table();
        let lines: Vec<&str> = table.lines().collect();
        let n_layers = architecture.encoder.layers().len() + architecture.decoder.layers().len();
        // Two heads, two inputs, and the sum.
        assert_eq!(lines.len(), n_layers + 5);
        let cells = |line: usize| lines[line].split_whitespace().collect::<Vec<_>>();
        assert_eq!(cells(0), ["encoder", "output", "parameters"]);
        assert_eq!(cells(1), ["input", "1x28x28"]);
        assert_eq!(cells(2), ["convolution", "3x3,", "ReLU", "16x28x28", "160"]);
        assert_eq!(cells(3), ["max", "pooling", "2x2", "16x14x14"]);
        assert_eq!(cells(n_layers + 4), ["together", "4,385"]);
        let rest = lines[n_layers + 3];
        assert!(rest.starts_with("  convolution 3x3 ") && rest.ends_with("145"), "{rest}");
    }
}
