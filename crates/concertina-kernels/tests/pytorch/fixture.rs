//! Reads `fixtures/*.json`; `fixtures/README.md` says what stands in them.

use concertina_kernels::{Activation, Layer, Padding};

/// One case, or a part of it.
pub(crate) type Fixture = serde_json::Value;

/// A tensor of B C H W.
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl Tensor {
    pub(crate) fn batch(&self) -> usize {
        self.shape[0]
    }

    pub(crate) fn image(&self) -> [usize; 3] {
        [self.shape[1], self.shape[2], self.shape[3]]
    }
}

pub(crate) const LAYERS: &str = include_str!("../../../../fixtures/layers.json");
pub(crate) const RECIPES: &str = include_str!("../../../../fixtures/recipes.json");

/// The cases of a file.
pub(crate) fn cases(text: &str) -> Vec<Fixture> {
    let cases: Vec<Fixture> = serde_json::from_str(text).unwrap();
    assert!(!cases.is_empty());
    cases
}

pub(crate) fn numbers(list: &Fixture) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

/// A tensor that is described by the seed of its values.
pub(crate) fn tensor(description: &Fixture) -> Tensor {
    let shape: Vec<usize> = numbers(&description["shape"]).iter().map(|&n| n as usize).collect();
    let seed = description["seed"].as_u64().unwrap() as u32;
    let [scale, offset] = ["scale", "offset"].map(|key| description[key].as_f64().unwrap() as f32);
    let n: usize = shape.iter().product();
    let values = (0..n as u32).map(|i| value(seed, i) * scale + offset).collect();
    Tensor { shape, values }
}

/// Tensors one after the other, as a stack has its parameters.
pub(crate) fn joined(descriptions: &Fixture) -> Vec<f32> {
    descriptions.as_array().unwrap().iter().flat_map(|one| tensor(one).values).collect()
}

/// In [-0.5, 0.5).
fn value(seed: u32, i: u32) -> f32 {
    let mut h = seed.wrapping_mul(0x9E37_79B9).wrapping_add(i);
    h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
    h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    h ^= h >> 16;
    (h >> 8) as f32 / 16_777_216.0 - 0.5
}

pub(crate) fn layers(list: &Fixture) -> Vec<Layer> {
    list.as_array().unwrap().iter().map(layer).collect()
}

fn layer(description: &Fixture) -> Layer {
    if let Some(name) = description.as_str() {
        return match name {
            "max_pool2d" => Layer::MaxPool2d,
            "upsample2d" => Layer::Upsample2d,
            _ => panic!("no such layer: {name}"),
        };
    }
    let (kind, options) = description.as_object().unwrap().iter().next().unwrap();
    let number = |key: &str| options[key].as_u64().unwrap() as usize;
    let list = |key: &str| numbers(&options[key]).iter().map(|&n| n as usize).collect::<Vec<_>>();
    match kind.as_str() {
        "conv2d" => Layer::Conv2d {
            out_channels: number("out_channels"),
            kernel: number("kernel"),
            stride: number("stride"),
            padding: if options["padding"] == "same" { Padding::Same } else { Padding::Valid },
            activation: activation(&options["activation"]),
        },
        "conv_transpose2d" => Layer::ConvTranspose2d {
            out_channels: number("out_channels"),
            kernel: number("kernel"),
            stride: number("stride"),
            output_size: list("output_size").try_into().unwrap(),
            activation: activation(&options["activation"]),
        },
        "dense" => Layer::Dense {
            outputs: number("outputs"),
            activation: activation(&options["activation"]),
        },
        "lstm" => Layer::Lstm {
            hidden: number("hidden"),
            return_sequences: options["return_sequences"].as_bool().unwrap(),
        },
        "repeat_vector" => Layer::RepeatVector { steps: number("steps") },
        "time_distributed_dense" => Layer::TimeDistributedDense {
            outputs: number("outputs"),
            activation: activation(&options["activation"]),
        },
        "reshape" => Layer::Reshape(list("shape").try_into().unwrap()),
        _ => panic!("no such layer: {kind}"),
    }
}

fn activation(description: &Fixture) -> Activation {
    match description.as_str() {
        Some("identity") => Activation::Identity,
        Some("relu") => Activation::Relu,
        Some("sigmoid") => Activation::Sigmoid,
        Some("tanh") => Activation::Tanh,
        _ => Activation::LeakyRelu(description["leaky_relu"].as_f64().unwrap() as f32),
    }
}

#[test]
fn the_formula_gives_the_documented_values() {
    let found: Vec<f32> = (0..4).map(|i| value(1, i)).collect();
    assert_eq!(found, [0.073_397_58, 0.088_393_75, 0.204_133_69, 0.427_762_87]);
}
