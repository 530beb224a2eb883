//! A picture in strips and in tiles is what it is as a whole, to the bit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::numbers::{eighths, eighths_for, size};
use crate::layer::{Activation, Join, Layer, Padding, Shape};
use crate::sequential::Sequential;
use crate::simd::Level;
use crate::tiling::Tiling;

/// A part of a network, whatever the size of the picture.
#[derive(Clone, Debug)]
enum Part {
    Conv {
        channels: usize,
        kernel: usize,
        stride: usize,
    },
    Transposed {
        kernel: usize,
    },
    Layer(Layer),
    /// Around the parts before it, as far as they keep the size.
    Around(Join),
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => (1..6_usize, 1..3_usize)
            .prop_map(|(kernel, stride)| Part::Conv { channels: 4, kernel, stride }),
        3 => Just(Part::Conv { channels: 16, kernel: 3, stride: 1 }),
        1 => (1..6_usize).prop_map(|kernel| Part::Transposed { kernel }),
        1 => Just(Part::Layer(Layer::MaxPool2d)),
        1 => Just(Part::Layer(Layer::Upsample2d)),
        1 => (2..4_usize).prop_map(|factor| Part::Layer(Layer::PixelShuffle(factor))),
        1 => (2..4_usize).prop_map(|factor| Part::Layer(Layer::PixelUnshuffle(factor))),
        2 => Just(Part::Around(Join::Add)),
        2 => Just(Part::Around(Join::Concatenate)),
        2 => (1..4_usize).prop_map(|factor| Part::Around(Join::AddEnlarged { factor })),
    ]
}

/// The layers for a picture of some shape, as far as the parts fit.
fn layers(parts: &[Part], shape: Shape) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for part in parts {
        let [_, height, width] = output(shape, &layers).unwrap();
        let conv = |out_channels, kernel, stride| Layer::Conv2d {
            out_channels,
            kernel,
            stride,
            padding: Padding::Same,
            activation: Activation::Relu,
        };
        let more = match part {
            &Part::Conv { channels, kernel, stride } => vec![conv(channels, kernel, stride)],
            &Part::Transposed { kernel } => vec![Layer::ConvTranspose2d {
                out_channels: 3,
                kernel,
                stride: 2,
                output_size: [2 * height, 2 * width],
                activation: Activation::Identity,
            }],
            Part::Layer(Layer::PixelShuffle(factor)) => {
                vec![conv(factor * factor, 1, 1), Layer::PixelShuffle(*factor)]
            }
            Part::Layer(layer) => vec![layer.clone()],
            &Part::Around(join) => {
                // In place of what is there, if that fits, else around a convolution.
                let around: Vec<Layer> = [Layer::Fork]
                    .into_iter()
                    .chain(layers.clone())
                    .chain([Layer::Join(join)])
                    .collect();
                if output(shape, &around).is_some() {
                    layers = around;
                    continue;
                }
                match join {
                    Join::AddEnlarged { factor } => vec![
                        Layer::Fork,
                        conv(factor * factor, 3, 1),
                        Layer::PixelShuffle(factor),
                        Layer::Join(join),
                    ],
                    _ => vec![Layer::Fork, conv(2, 3, 1), Layer::Join(Join::Concatenate)],
                }
            }
        };
        let longer: Vec<Layer> = layers.iter().cloned().chain(more).collect();
        if output(shape, &longer).is_some_and(|[_, height, width]| height * width <= 10_000) {
            layers = longer;
        }
    }
    layers
}

fn output(shape: Shape, layers: &[Layer]) -> Option<Shape> {
    Sequential::new(shape, layers).ok().map(|network| network.output())
}

/// Numbers whose sums are rounded, so that their order shows in the bits.
fn picture(shape: Shape, seed: u64) -> Vec<f32> {
    let values = eighths(size(shape), seed).into_iter().enumerate();
    values.map(|(n, x)| x + (n as f32 * 0.618).fract() * 0.1).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

fn crop(
    values: &[f32],
    [channels, height, width]: Shape,
    [y, x]: [usize; 2],
    to: Shape,
) -> Vec<f32> {
    let rows = (0..channels).flat_map(|channel| (y..y + to[1]).map(move |y| channel * height + y));
    rows.flat_map(|row| &values[row * width + x..][..to[2]]).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn strips_and_tiles_give_the_bits_of_the_whole(
        parts in proptest::collection::vec(part(), 1..6),
        channels in 1..3_usize,
        sides in [1..24_usize, 1..60],
        tile in [0..12_usize, 0..12],
        seed in any::<u64>(),
    ) {
        // Sides that every network of these parts can halve and third as often as it does.
        let found = layers(&parts, [channels, 36, 36]);
        let tiling = Tiling::of(&found);
        prop_assume!(tiling.is_some_and(|tiling| tiling.step <= 36));
        let tiling = tiling.unwrap();
        let [height, width] = sides.map(|side| side * tiling.multiple);
        let shape = [channels, height, width];
        let whole_layers = layers_like(&found, [channels, 36, 36], shape);
        let strip = width.div_ceil(16).next_multiple_of(tiling.step);
        let strip_layers = layers_like(&found, [channels, 36, 36], [channels, height, strip]);
        for level in Level::all() {
            let whole = Sequential::with_level(shape, &whole_layers, level).unwrap();
            let parameters = eighths_for(&whole, seed);
            let x = picture(shape, seed + 1);
            let y = whole.forward(&parameters, &x, 1);
            let out = whole.output();
            prop_assert_eq!(out[1..].to_vec(), [height, width].map(|n| n * tiling.factor).to_vec());
            let strip = [channels, height, strip];
            let strips = Sequential::with_level(strip, &strip_layers, level).unwrap();
            for _ in 0..2 {
                let wide = strips.forward_wide(&parameters, &x, width);
                prop_assert!(bits(&wide) == bits(&y), "{whole_layers:?} {level:?}");
            }
            // A tile from somewhere inside to the lower right end.
            let place = [height, width].map(|side| (side - 1) / tiling.step);
            let place = [0, 1].map(|axis| tile[axis] % (place[axis] + 1) * tiling.step);
            let own = [channels, height - place[0], width - place[1]];
            let tile_layers = layers_like(&found, [channels, 36, 36], own);
            let network = Sequential::with_level(own, &tile_layers, level).unwrap();
            let part = network.forward(&parameters, &crop(&x, shape, place, own), 1);
            let margins = place.map(|place| if place > 0 { tiling.margin } else { 0 });
            let large = [0, 1].map(|axis| own[1 + axis] * tiling.factor);
            let [rows, columns] = [0, 1].map(|axis| large[axis].saturating_sub(margins[axis]));
            if rows == 0 || columns == 0 {
                continue;
            }
            let kept = [out[0], rows, columns];
            let places = [0, 1].map(|axis| place[axis] * tiling.factor + margins[axis]);
            let found = crop(&part, network.output(), margins, kept);
            let expected = crop(&y, out, places, kept);
            prop_assert!(bits(&found) == bits(&expected), "{tile_layers:?} {level:?} {tiling:?}");
        }
    }
}

/// The layers, whose transposed convolutions name their sizes, for a picture of another size.
fn layers_like(layers: &[Layer], from: Shape, to: Shape) -> Vec<Layer> {
    let sized = |layer: &Layer| match layer {
        Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation } => {
            let size = [0, 1].map(|axis| output_size[axis] * to[1 + axis] / from[1 + axis]);
            Layer::ConvTranspose2d {
                out_channels: *out_channels,
                kernel: *kernel,
                stride: *stride,
                output_size: size,
                activation: *activation,
            }
        }
        layer => layer.clone(),
    };
    layers.iter().map(sized).collect()
}

#[test]
fn tilings() {
    let conv = |kernel, stride| Layer::Conv2d {
        out_channels: 4,
        kernel,
        stride,
        padding: Padding::Same,
        activation: Activation::Relu,
    };
    let enlarged = Layer::Join(Join::AddEnlarged { factor: 2 });
    let cases: [(&[Layer], Option<[usize; 4]>); 10] = [
        (&[], Some([1, 1, 0, 1])),
        (&[conv(3, 1), conv(5, 1)], Some([1, 2, 3, 1])),
        (&[conv(5, 1), Layer::MaxPool2d, conv(5, 1), Layer::Upsample2d], Some([2, 2, 6, 1])),
        // Pixels of 2x2 of the input's, whose places must be even.
        (&[conv(3, 1), Layer::MaxPool2d, conv(3, 1), Layer::Upsample2d], Some([2, 4, 4, 1])),
        (&[conv(3, 2), conv(3, 1), Layer::PixelShuffle(2)], Some([2, 4, 4, 1])),
        (&[Layer::PixelUnshuffle(3), conv(3, 1), Layer::PixelShuffle(3)], Some([3, 6, 3, 1])),
        (&[Layer::Fork, conv(3, 1), Layer::PixelShuffle(2), enlarged], Some([1, 2, 4, 2])),
        (&[Layer::Upsample2d, conv(3, 1)], Some([1, 1, 1, 2])),
        // The output is smaller than the input, and layers that see all of it.
        (&[Layer::MaxPool2d], None),
        (&[Layer::Dense { outputs: 1, activation: Activation::Relu }], None),
    ];
    for (layers, expected) in cases {
        let expected = expected.map(|[multiple, step, margin, factor]| Tiling {
            multiple,
            step,
            margin,
            factor,
        });
        assert_eq!(Tiling::of(layers), expected, "{layers:?}");
    }
}
