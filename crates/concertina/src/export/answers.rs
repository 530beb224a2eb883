//! What a model makes of examples: for holding another program's answers against them.

use concertina_formats::npy::{Array, Values};
use concertina_formats::npz::Named;

use super::graph::{Codes, Graph};
use crate::data::{Examples, FloatImages};
use crate::error::Result;
use crate::model::{Draw, Model};

/// What pixels are given as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Bytes of 0..=255, as they lie in files: `uint8`.
    Bytes,
    /// Numbers of 0..1, as the network takes them, noisy ones beyond: `float32`.
    Floats,
}

/// Inputs and outputs of encoder and decoder for examples, under the names that an export gives
/// them: "encoder.input.pixels", "encoder.output.code", "decoder.input.code",
/// "decoder.output.picture", and so on.
///
/// As bytes, inputs are rounded, and the answers are those for the rounded ones.
///
/// # Errors
/// As [`ConditionedModel::encode`](crate::model::ConditionedModel::encode), or if a conditional
/// model gets no labels.
pub fn answers(
    model: &Model,
    examples: &dyn Examples,
    labels: Option<&[u32]>,
    pixels: Pixels,
) -> Result<Vec<Named>> {
    let graph = Graph::new(&model.recipe, &model.architecture);
    let conditioned = model.with_labels(labels)?;
    let n = examples.len();
    conditioned.check(n)?;
    let (given, inputs) = given(&graph, model.inputs(examples)?, pixels);
    let features = conditioned.features(inputs.values(), 0..n);
    let codes = conditioned.encode_inputs(&inputs);
    let decoded = conditioned.decode_with(&codes, Draw::MostProbable)?;

    let labels = labels.filter(|_| graph.classes > 0).map(|labels| {
        let labels = labels.iter().map(|label| i64::from(*label)).collect();
        Array { shape: vec![n], values: Values::I64(labels) }
    });
    let [d, heads] = [graph.latent_dim, graph.heads];
    let shape = match graph.multiple {
        Some(_) => [&[n][..], &model.architecture.feature_shape()].concat(),
        None => vec![n, d],
    };
    let code = |values: Vec<f32>| Array { shape: shape.clone(), values: Values::F32(values) };
    let mut arrays = vec![(format!("encoder.input.{}", graph.input_name()), given)];
    arrays.extend(labels.iter().map(|labels| ("encoder.input.label".to_owned(), labels.clone())));
    let name = graph.code_name();
    arrays.push((format!("encoder.output.{name}"), code(codes.values().to_vec())));
    if let Codes::Gaussian { largest, .. } = graph.codes {
        let s = features.chunks(heads * d).flat_map(|features| &features[d..]);
        let s = s.map(|s| s.clamp(-largest, largest)).collect();
        arrays.push((format!("encoder.output.{}", graph.spread_name()), code(s)));
    }
    arrays.push(("decoder.input.code".to_owned(), code(codes.values().to_vec())));
    arrays.extend(labels.map(|labels| ("decoder.input.label".to_owned(), labels)));
    let shape = decoded.shape();
    let decoded = if graph.is_music() {
        tokens(&decoded)
    } else {
        let shape = vec![n, shape.channels, shape.height, shape.width];
        Array { shape, values: Values::F32(decoded.values().to_vec()) }
    };
    arrays.push((format!("decoder.output.{}", graph.output_name()), decoded));
    Ok(arrays)
}

/// What the encoder is given, and what the library makes of the same.
fn given(graph: &Graph, inputs: FloatImages, pixels: Pixels) -> (Array, FloatImages) {
    if graph.is_music() {
        return (tokens(&inputs), inputs);
    }
    let shape = [&[inputs.len()][..], &graph.input].concat();
    match pixels {
        Pixels::Floats => (Array { shape, values: Values::F32(inputs.values().to_vec()) }, inputs),
        Pixels::Bytes => {
            let bytes: Vec<u8> =
                inputs.values().iter().map(|value| (value * 255.0).round() as u8).collect();
            let rounded = bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect();
            let rounded = FloatImages::new(inputs.shape(), rounded);
            (Array { shape, values: Values::U8(bytes) }, rounded)
        }
    }
}

/// Windows of music as whole numbers, `[N, steps, voices]`.
fn tokens(windows: &FloatImages) -> Array {
    let shape = vec![windows.len(), windows.shape().height, windows.shape().width];
    let tokens = windows.values().iter().map(|token| *token as i64).collect();
    Array { shape, values: Values::I64(tokens) }
}
