//! Models to try: the lesson's, and any.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::numbers::size;
use crate::layer::{Activation, Join, Layer, Padding, Shape};
use crate::sequential::Sequential;

/// Encoder and decoder of the lesson's convolutional autoencoder in one.
pub(super) fn conv_ae() -> Sequential {
    let conv = |out_channels, padding, activation| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride: 1,
        padding,
        activation,
    };
    let relu = |channels| conv(channels, Padding::Same, Activation::Relu);
    let layers = [
        relu(16),
        Layer::MaxPool2d,
        relu(8),
        Layer::MaxPool2d,
        relu(8),
        Layer::MaxPool2d,
        relu(8),
        Layer::Upsample2d,
        relu(8),
        Layer::Upsample2d,
        conv(16, Padding::Valid, Activation::Relu),
        Layer::Upsample2d,
        conv(1, Padding::Same, Activation::Sigmoid),
    ];
    Sequential::new([1, 28, 28], &layers).expect("the layers fit together")
}

fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        Just(Activation::Identity),
        Just(Activation::Relu),
        Just(Activation::LeakyRelu(0.25)),
        Just(Activation::Sigmoid),
        Just(Activation::Tanh),
    ]
}

/// A layer, given its input's size when it is used.
pub(super) fn layer() -> impl Strategy<Value = Layer> {
    let padding = prop_oneof![Just(Padding::Same), Just(Padding::Valid)];
    let conv = (1..20_usize, 1..6_usize, 1..3_usize, padding, activation());
    let transposed = (1..20_usize, 1..6_usize, 1..3_usize, [0..2_usize, 0..2], activation());
    prop_oneof![
        4 => conv.prop_map(|(out_channels, kernel, stride, padding, activation)| Layer::Conv2d {
            out_channels, kernel, stride, padding, activation,
        }),
        // The size is how much is missing from the largest that is possible, until the input's size
        // is known.
        2 => transposed.prop_map(|(out_channels, kernel, stride, output_size, activation)| {
            Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation }
        }),
        1 => (1..30_usize, activation())
            .prop_map(|(outputs, activation)| Layer::Dense { outputs, activation }),
        2 => Just(Layer::MaxPool2d),
        2 => Just(Layer::Upsample2d),
        1 => Just(Layer::Reshape([0, 0, 0])),
        // The end of a branch, which is put before it when the input is known.
        2 => Just(Layer::Join(Join::Add)),
        2 => Just(Layer::Join(Join::Concatenate)),
        2 => (1..4_usize).prop_map(|factor| Layer::Join(Join::AddEnlarged { factor })),
        1 => (1..4_usize).prop_map(Layer::PixelShuffle),
        1 => (1..4_usize).prop_map(Layer::PixelUnshuffle),
        2 => (1..20_usize, any::<bool>())
            .prop_map(|(hidden, return_sequences)| Layer::Lstm { hidden, return_sequences }),
        2 => (1..20_usize, any::<bool>(), 1..4_usize).prop_map(
            |(hidden, return_sequences, segments)| {
                Layer::BidirectionalLstm { hidden, return_sequences, segments }
            }
        ),
        1 => (1..9_usize).prop_map(|steps| Layer::RepeatVector { steps }),
        1 => (1..30_usize, activation())
            .prop_map(|(outputs, activation)| Layer::TimeDistributedDense { outputs, activation }),
    ]
}

/// Makes the layers fit their input; those that cannot are left out.
pub(super) fn fitted(input: Shape, layers: Vec<Layer>) -> Vec<Layer> {
    let mut fitted = Vec::new();
    for mut layer in layers {
        let [channels, height, width] = Sequential::new(input, &fitted).unwrap().output();
        let before = fitted.len();
        // The weights of an enlargement are rounded, and what is rounded is no longer the same in
        // two places of a pooling's window: the textbook may find another maximum.
        let is_enlarged = |layer: &Layer| matches!(layer, Layer::Join(Join::AddEnlarged { .. }));
        if layer == Layer::MaxPool2d && fitted.iter().any(is_enlarged) {
            continue;
        }
        match &mut layer {
            Layer::ConvTranspose2d { stride, output_size, .. } => {
                *output_size = [height, width].map(|n| n * *stride);
                if *stride == 2 {
                    output_size[0] -= usize::from(channels % 2 == 0);
                    output_size[1] -= usize::from(height % 2 == 0);
                }
            }
            Layer::BidirectionalLstm { segments, .. } => {
                *segments = if height % *segments == 0 { *segments } else { height };
            }
            Layer::Reshape(to) => *to = [width, height, channels],
            Layer::Join(Join::Add) => fitted.extend([Layer::Fork, same(channels)]),
            Layer::Join(Join::Concatenate) => {
                // One branch in another, and one that is empty.
                let [add, concatenate] = [Join::Add, Join::Concatenate].map(Layer::Join);
                fitted.extend([Layer::Fork, same(3), Layer::Fork, same(3), add]);
                fitted.extend([Layer::Fork, concatenate]);
            }
            Layer::Join(Join::AddEnlarged { factor }) => {
                // Of some channels, or of one of them, and of nothing but the enlargement.
                let some = if width % 2 == 0 { 1 } else { channels };
                let shuffled = Layer::PixelShuffle(*factor);
                fitted.extend([Layer::Fork, same(some * *factor * *factor), shuffled]);
            }
            Layer::PixelShuffle(factor) if channels % (*factor * *factor) != 0 => *factor = 1,
            Layer::PixelUnshuffle(factor) if height % *factor + width % *factor != 0 => {
                *factor = 1;
            }
            Layer::TimeDistributedDense { .. } => {
                fitted.push(Layer::Reshape([1, channels * height, width]))
            }
            _ => {}
        }
        fitted.push(layer);
        if Sequential::new(input, &fitted).map_or(usize::MAX, |model| size(model.output())) > 3000 {
            fitted.truncate(before);
        }
    }
    fitted
}

/// A convolution that keeps height and width.
fn same(out_channels: usize) -> Layer {
    let (padding, activation) = (Padding::Same, Activation::Relu);
    Layer::Conv2d { out_channels, kernel: 3, stride: 1, padding, activation }
}
