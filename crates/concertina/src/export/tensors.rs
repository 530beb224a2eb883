//! Where a graph's parameters lie.

use std::collections::BTreeMap;

use concertina_kernels::Sequential;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::components::Weights;

/// A tensor of parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tensor {
    /// Its name within the layer, for instance "weight".
    pub name: String,
    /// Its shape; the last axis is the fastest.
    pub shape: Vec<usize>,
    /// Where it begins among [`weights`].
    pub offset: usize,
}

/// All parameters that graphs speak of, in one vector: the encoder's, the decoder's, the
/// bottleneck's.
pub fn weights(weights: &Weights) -> Vec<f32> {
    [&weights.encoder[..], &weights.decoder, &weights.bottleneck].concat()
}

/// The tensors of a layer of a network whose parameters begin at `start`.
pub(super) fn of_layer(network: &Sequential, layer: usize, start: usize) -> Vec<Tensor> {
    let own = network.parameters().iter().filter(|parameter| parameter.layer == layer);
    own.map(|parameter| Tensor {
        name: parameter.name.clone(),
        shape: parameter.shape.clone(),
        offset: start + parameter.range.start,
    })
    .collect()
}

/// As fields by their names; those of a layer that is made of others, "core.0.bias" say, as a map
/// of their own.
pub(super) fn by_name<S: Serializer>(tensors: &[Tensor], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    if tensors.iter().any(|tensor| tensor.name.contains('.')) {
        let all: BTreeMap<&str, &Tensor> =
            tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        map.serialize_entry("tensors", &all)?;
        return map.end();
    }
    for tensor in tensors {
        let field = match tensor.name.as_str() {
            "recurrent_weight" => "recurrent",
            "weight_reverse" => "weightReverse",
            "recurrent_weight_reverse" => "recurrentReverse",
            "bias_reverse" => "biasReverse",
            name => name,
        };
        map.serialize_entry(field, tensor)?;
    }
    map.end()
}
