//! Reads `fixtures/*.json`; `fixtures/README.md` says what stands in them.

use concertina_kernels::{Activation, Layer, Padding};
use serde_json::{Value, json};

use super::{CLOSE, check_close};

pub(crate) const LOSSES: &str = include_str!("../../../../fixtures/losses.json");
pub(crate) const MAPS: &str = include_str!("../../../../fixtures/maps.json");
pub(crate) const METRICS: &str = include_str!("../../../../fixtures/metrics.json");
pub(crate) const OBJECTIVES: &str = include_str!("../../../../fixtures/objectives.json");
pub(crate) const OPTIMISERS: &str = include_str!("../../../../fixtures/optimisers.json");
pub(crate) const RECIPES: &str = include_str!("../../../../fixtures/recipes.json");

/// The cases of a file with their names, those of which `wanted` is true.
pub(crate) fn cases(file: &str, wanted: impl Fn(&Value) -> bool) -> Vec<(String, Value)> {
    let cases: Vec<Value> = serde_json::from_str(file).unwrap();
    let cases: Vec<_> = cases
        .into_iter()
        .filter(wanted)
        .map(|case| (case["name"].as_str().unwrap().to_owned(), case))
        .collect();
    assert!(!cases.is_empty(), "the file has no such case");
    cases
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

pub(crate) fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(number).collect()
}

/// The shape and the values of a tensor, listed or described by their seed.
pub(crate) fn tensor(description: &Value) -> (Vec<usize>, Vec<f32>) {
    let shape: Vec<usize> = numbers(&description["shape"]).iter().map(|&n| n as usize).collect();
    let n: usize = shape.iter().product();
    let values = if let Some(list) = description.get("values") {
        numbers(list).iter().map(|&value| value as f32).collect()
    } else {
        let seed = description["seed"].as_u64().unwrap() as u32;
        let [scale, offset] = ["scale", "offset"].map(|key| number(&description[key]) as f32);
        (0..n as u32).map(|i| value(seed, i) * scale + offset).collect::<Vec<f32>>()
    };
    assert_eq!(values.len(), n);
    (shape, values)
}

/// As a matrix: the first axis, and all the others as one.
pub(crate) fn matrix(description: &Value) -> ([usize; 2], Vec<f32>) {
    let (shape, values) = tensor(description);
    ([shape[0], values.len() / shape[0]], values)
}

/// Points around some centres, `[N, D]`, and the class of each: point i is noise[i] + centres[i % classes].
pub(crate) fn clustered(description: &Value) -> ([usize; 2], Vec<f32>, Vec<u32>) {
    let ([classes, size], centres) = matrix(&description["centres"]);
    let ([n, _], mut values) = matrix(&description["noise"]);
    let labels: Vec<u32> = (0..n).map(|i| (i % classes) as u32).collect();
    for (point, label) in values.chunks_exact_mut(size).zip(&labels) {
        let centre = &centres[*label as usize * size..][..size];
        point.iter_mut().zip(centre).for_each(|(value, centre)| *value += centre);
    }
    ([n, size], values, labels)
}

/// Tensors one after the other, as a stack has its parameters.
pub(crate) fn joined(descriptions: &Value) -> Vec<f32> {
    descriptions.as_array().unwrap().iter().flat_map(|one| tensor(one).1).collect()
}

/// In [-0.5, 0.5).
fn value(seed: u32, i: u32) -> f32 {
    let mut h = seed.wrapping_mul(0x9E37_79B9).wrapping_add(i);
    h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
    h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    h ^= h >> 16;
    (h >> 8) as f32 / 16_777_216.0 - 0.5
}

/// `found` has the sum, the norm and the first values that a fixture keeps of a long tensor.
#[track_caller]
pub(crate) fn check_summary(found: &[f32], expected: &Value, what: &str) {
    let first = numbers(&expected["first"]);
    check_close(&found[..first.len()], &first, what);
    let norm = found.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    let sum: f64 = found.iter().map(|&v| f64::from(v)).sum();
    let [expected_norm, expected_sum] = ["norm", "sum"].map(|key| number(&expected[key]));
    let root = (found.len() as f64).sqrt();
    assert!(
        (norm - expected_norm).abs() <= CLOSE * expected_norm,
        "{what}: norm {norm}, expected {expected_norm}"
    );
    // Rounding errors of the terms add up as their number's root.
    assert!(
        (sum - expected_sum).abs() <= CLOSE * expected_norm * root,
        "{what}: sum {sum}, expected {expected_sum}"
    );
}

/// Layers as a fixture writes them.
pub(crate) fn written(layers: &[Layer]) -> Value {
    layers.iter().map(layer).collect()
}

fn layer(layer: &Layer) -> Value {
    let activation = |activation: &Activation| match activation {
        Activation::Identity => json!("identity"),
        Activation::Relu => json!("relu"),
        Activation::Sigmoid => json!("sigmoid"),
        Activation::Tanh => json!("tanh"),
        Activation::LeakyRelu(slope) => json!({ "leaky_relu": slope }),
    };
    match layer {
        Layer::Conv2d { out_channels, kernel, stride, padding, activation: f } => {
            let padding = if *padding == Padding::Same { "same" } else { "valid" };
            json!({ "conv2d": {
                "out_channels": out_channels, "kernel": kernel, "stride": stride, "padding": padding,
                "activation": activation(f),
            } })
        }
        Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation: f } => {
            json!({ "conv_transpose2d": {
                "out_channels": out_channels, "kernel": kernel, "stride": stride,
                "output_size": output_size, "activation": activation(f),
            } })
        }
        Layer::Dense { outputs, activation: f } => {
            json!({ "dense": { "outputs": outputs, "activation": activation(f) } })
        }
        Layer::TimeDistributedDense { outputs, activation: f } => {
            json!({ "time_distributed_dense": { "outputs": outputs, "activation": activation(f) } })
        }
        Layer::Lstm { hidden, return_sequences } => {
            json!({ "lstm": { "hidden": hidden, "return_sequences": return_sequences } })
        }
        Layer::RepeatVector { steps } => json!({ "repeat_vector": { "steps": steps } }),
        Layer::MaxPool2d => json!("max_pool2d"),
        Layer::Upsample2d => json!("upsample2d"),
        Layer::Reshape(shape) => json!({ "reshape": { "shape": shape } }),
    }
}

#[test]
fn the_formula_gives_the_documented_values() {
    let found: Vec<f32> = (0..4).map(|i| value(1, i)).collect();
    assert_eq!(found, [0.073_397_58, 0.088_393_75, 0.204_133_69, 0.427_762_87]);
}
