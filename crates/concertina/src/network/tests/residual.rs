//! Networks of residual blocks.

use super::{GREY28, run_through};
use crate::model::Architecture;
use crate::rng::Seed;
use crate::shape::ImageShape;
use crate::testing::{normal, plain};

#[test]
fn residual_networks_begin_as_what_they_add_to() {
    let recipe = |task: &str, network: &str| {
        let linear = "{ kind = \"laplace\", output = \"linear\" }";
        let set = [("task", task), ("network", network), ("reconstruction", linear)];
        let map = "{ kind = \"plain\", latent-dim = \"feature-map\" }";
        set.into_iter()
            .chain([("bottleneck", map)])
            .fold(plain(), |recipe, (key, value)| recipe.with(key, value).unwrap())
    };
    let small = "{ kind = \"residual\", channels = 8, blocks = [1, 2], unshuffle = 2 }";
    let plainly = "{ kind = \"residual\", channels = 4, blocks = [0, 0] }";
    for (task, network, target, code) in [
        ("{ kind = \"identity\" }", plainly, ImageShape::new(1, 3, 5), 5 * 15),
        ("{ kind = \"identity\" }", small, ImageShape::new(3, 8, 6), 5 * 48),
        ("{ kind = \"downscale\", factor = 2 }", small, ImageShape::new(1, 8, 12), 3 * 24),
        ("{ kind = \"downscale\", factor = 3 }", plainly, ImageShape::new(3, 6, 9), 7 * 6),
    ] {
        let recipe = recipe(task, network);
        let found = run_through(&recipe, target);
        assert_eq!(found, [[2, code], [2, target.len()]], "{task} {target}");
        // Without a last layer nothing is added: what comes out is the image, enlarged.
        let architecture = Architecture::new(&recipe, target, 0).unwrap();
        let mut weights = architecture.initial_weights(Seed(3));
        let last = architecture.decoder.parameters();
        let last = &last[last.len() - 2];
        weights.decoder[last.range.clone()].fill(0.0);
        let x = normal(architecture.input.len(), 4);
        let code = architecture.encoder.forward(&weights.encoder, &x, 1);
        assert_eq!(code[..x.len()], x);
        let y = architecture.decoder.forward(&weights.decoder, &code, 1);
        let means = [&x, &y].map(|values| values.iter().sum::<f32>() / values.len() as f32);
        assert!((means[0] - means[1]).abs() < 0.05, "{means:?}");
        if y.len() == x.len() {
            assert_eq!(y, x);
        }
    }
    for (task, network, message) in [
        (
            "{ kind = \"identity\" }",
            "{ kind = \"residual\", channels = 6, unshuffle = 2 }",
            "`network.channels`: expected a multiple of the square of `network.unshuffle`, at \
             least 1, found 6 and 2",
        ),
        (
            "{ kind = \"identity\" }",
            "{ kind = \"residual\", channels = 9, unshuffle = 3 }",
            "`network.unshuffle`: expected images whose sides are multiples of 3, found 1x28x28",
        ),
    ] {
        let error = Architecture::new(&recipe(task, network), GREY28, 0).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let sigmoid = recipe("{ kind = \"identity\" }", plainly);
    let sigmoid = sigmoid.with("reconstruction", "{ kind = \"laplace\" }").unwrap();
    let error = Architecture::new(&sigmoid, GREY28, 0).unwrap_err().to_string();
    assert!(error.starts_with("`reconstruction.output`: expected \"linear\""), "{error}");
}
