//! The layers of a model as a text table.

use std::fmt::Write as _;

use concertina_kernels::{Activation, Join, Layer, LstmDecoder, Padding, Sequential, Shape};

use super::Architecture;
use crate::text::thousands;

/// Minimum widths of the columns.
const WIDTHS: [usize; 3] = [44, 12, 12];

impl Architecture {
    /// The layers of encoder, decoder and any network of the bottleneck, each with its output shape
    /// (channels x height x width, or the length of a vector) and its number of parameters.
    ///
    /// The decoder's last layer gives raw outputs; the reconstruction converts them to pixels.
    pub fn table(&self) -> String {
        let mut table = String::new();
        let own = self.bottleneck.networks();
        let networks = [("encoder", &*self.encoder), ("decoder", &*self.decoder)];
        for (component, network) in networks.into_iter().chain(own.iter().copied()) {
            row(&mut table, [component, "output", "parameters"]);
            row(&mut table, ["  input", &shape(network.input()), ""]);
            for (number, layer) in network.layers().iter().enumerate() {
                let size = parameters_of(network, number);
                let size = if size == 0 { String::new() } else { thousands(size) };
                let name = format!("  {}", name(layer));
                row(&mut table, [&name, &shape(network.shapes()[number]), &size]);
            }
        }
        let in_networks = |name: &str| own.iter().any(|(network, _)| name.starts_with(network));
        for (name, shape) in self.bottleneck.parameters() {
            if !in_networks(&name) {
                let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
                let size = thousands(shape.iter().product());
                row(&mut table, [&name, &sides.join("x"), &size]);
            }
        }
        for name in self.reconstruction {
            row(&mut table, [&format!("reconstruction.{name}"), "1", "1"]);
        }
        row(&mut table, ["total", "", &thousands(self.n_parameters())]);
        table
    }
}

fn row(table: &mut String, [first, second, third]: [&str; 3]) {
    let [a, b, c] = WIDTHS;
    let line = format!("{first:<a$}{second:>b$}{third:>c$}");
    writeln!(table, "{}", line.trim_end()).expect("writing to a string does not fail");
}

fn parameters_of(network: &Sequential, layer: usize) -> usize {
    let parameters = network.parameters().iter().filter(|parameter| parameter.layer == layer);
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
            let padding = if *padding == Padding::Valid { ", valid padding" } else { "" };
            let what = format!("convolution {kernel}x{kernel}{}{padding}", strided(*stride));
            with_activation(&what, *activation)
        }
        Layer::ConvTranspose2d { kernel, stride, activation, .. } => {
            let what = format!("transposed convolution {kernel}x{kernel}{}", strided(*stride));
            with_activation(&what, *activation)
        }
        Layer::Dense { activation, .. } => with_activation("dense", *activation),
        Layer::TimeDistributedDense { activation, .. } => {
            with_activation("time-distributed dense", *activation)
        }
        Layer::MaxPool2d => "max pooling 2x2".to_owned(),
        Layer::Upsample2d => "upsampling x2 (nearest)".to_owned(),
        Layer::Reshape(_) => "reshape".to_owned(),
        Layer::Fork => "input kept".to_owned(),
        Layer::Join(Join::Add) => "kept input added".to_owned(),
        Layer::Join(Join::Concatenate) => "kept input concatenated".to_owned(),
        Layer::Join(Join::AddEnlarged { factor: 1 }) => "kept image added".to_owned(),
        Layer::Join(Join::AddEnlarged { factor }) => {
            format!("kept image added, enlarged x{factor} (bicubic)")
        }
        Layer::PixelShuffle(factor) => format!("pixel shuffle x{factor}"),
        Layer::PixelUnshuffle(factor) => format!("pixel unshuffle x{factor}"),
        Layer::Lstm { return_sequences: false, .. } => "LSTM, last state".to_owned(),
        Layer::Lstm { return_sequences: true, .. } => "LSTM, returns sequences".to_owned(),
        Layer::BidirectionalLstm { return_sequences, segments, .. } => {
            let returned = if *return_sequences { "returns sequences" } else { "last states" };
            match segments {
                1 => format!("bidirectional LSTM, {returned}"),
                _ => format!("bidirectional LSTM on {segments} segments, {returned}"),
            }
        }
        Layer::OneHot { .. } => "one-hot tokens".to_owned(),
        Layer::LstmDecoder(decoder) => decoder_name(decoder),
        Layer::RepeatVector { .. } => "repeat vector".to_owned(),
    }
}

fn decoder_name(LstmDecoder { segments, conductor, cores, .. }: &LstmDecoder) -> String {
    let sizes = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("+");
    let cores: Vec<String> = cores.iter().map(|core| sizes(&core.hidden)).collect();
    let cores = cores.join(", ");
    match segments {
        1 => format!("LSTM decoder {cores}"),
        _ => format!("LSTM decoder {cores}, conductor {}", sizes(conductor)),
    }
}

fn strided(stride: usize) -> String {
    if stride == 1 { String::new() } else { format!(", stride {stride}") }
}

fn with_activation(what: &str, activation: Activation) -> String {
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
        assert_eq!(cells(n_layers + 4), ["total", "4,385"]);
        let rest = lines[n_layers + 3];
        assert!(rest.starts_with("  convolution 3x3 ") && rest.ends_with("145"), "{rest}");
    }
}
