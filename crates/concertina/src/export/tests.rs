//! Every shipped recipe has a graph whose shapes and tensors fit together.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::model::Architecture;
use crate::recipe::Recipe;
use crate::testing::shape_for;

/// The graphs of all shipped recipes, for data that suits them.
fn graphs() -> Vec<(String, Graph, Architecture)> {
    let graph = |name: &str| {
        let recipe = Recipe::named(name).unwrap();
        let architecture = Architecture::new(&recipe, shape_for(&recipe), 10).unwrap();
        (name.to_owned(), Graph::new(&recipe, &architecture), architecture)
    };
    crate::recipe::shipped().iter().map(|shipped| graph(shipped.name)).collect()
}

#[test]
fn layers_follow_each_other_and_their_tensors_are_all_parameters() {
    for (name, graph, architecture) in graphs() {
        let mut end = 0;
        for half in [&graph.encoder, &graph.decoder] {
            let mut shape = half.input;
            for node in &half.nodes {
                assert_eq!(node.input, shape, "{name}: {node:?}");
                shape = node.output;
                for tensor in &node.tensors {
                    assert_eq!(tensor.offset, end, "{name}: {tensor:?}");
                    end += tensor.shape.iter().product::<usize>();
                }
            }
        }
        if let Codes::Codebook { ref tensor, embeddings, dim } = graph.codes {
            assert_eq!((tensor.offset, &tensor.shape[..]), (end, &[embeddings, dim][..]), "{name}");
            end += embeddings * dim;
        }
        let own = architecture.sizes();
        let all = own.encoder + own.decoder + own.bottleneck;
        // A discriminator is for training alone.
        assert!(end == all || name == "aae", "{name}: {end} of {all}");
        assert_eq!(graph.condition.is_some(), graph.classes > 0, "{name}");
        let json = serde_json::to_value(&graph).unwrap();
        assert_eq!(json["latentDim"], graph.latent_dim, "{name}");
    }
}

#[test]
fn paddings_are_those_of_the_layers() {
    use concertina_kernels::{Activation, Layer, Padding};
    for (side, kernel, stride, before, after) in
        [(28, 3, 1, 1, 1), (28, 4, 2, 1, 1), (7, 4, 2, 1, 2), (28, 3, 2, 0, 1), (9, 5, 2, 2, 2)]
    {
        let [small, large] = [usize::div_ceil(side, stride), side];
        let activation = Activation::Relu;
        let conv =
            Layer::Conv2d { out_channels: 2, kernel, stride, padding: Padding::Same, activation };
        let found = Op::of(&conv, [1, large, large], [2, small, small]);
        let pads = [before, before, after, after];
        let activation = super::Activation::Relu;
        assert_eq!(found, Op::Conv { kernel, stride, pads, activation });
    }
    // One row and column are beyond what a kernel of one reaches.
    let layer = Layer::ConvTranspose2d {
        out_channels: 1,
        kernel: 1,
        stride: 2,
        output_size: [6, 5],
        activation: Activation::LeakyRelu(0.25),
    };
    let activation = super::Activation::LeakyRelu { slope: 0.25 };
    assert_eq!(
        Op::of(&layer, [1, 3, 3], [1, 6, 5]),
        Op::ConvTranspose {
            kernel: 1,
            stride: 2,
            pads: [0; 4],
            output_padding: [1, 0],
            activation
        }
    );
}

#[test]
fn a_graph_is_told_in_plain_words() {
    let (_, graph, _) = graphs().into_iter().find(|(name, ..)| name == "conv-ae").unwrap();
    let json = serde_json::to_value(&graph).unwrap();
    let first = serde_json::json!({
        "op": "conv", "kernel": 3, "stride": 1, "pads": [1, 1, 1, 1],
        "activation": {"kind": "relu"}, "input": [1, 28, 28], "output": [16, 28, 28],
        "weight": {"name": "weight", "shape": [16, 1, 3, 3], "offset": 0},
        "bias": {"name": "bias", "shape": [16], "offset": 144},
    });
    assert_eq!(json["encoder"]["layers"][0], first);
    assert_eq!(json["codes"], serde_json::json!({"kind": "features"}));
    assert_eq!(json["picture"], "sigmoid");
}
