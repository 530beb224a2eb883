//! Networks of any lists of layers.

use super::{GREY28, run_through};
use crate::model::Architecture;
use crate::recipe::Recipe;
use crate::testing::plain;

/// Listed layer by layer, a network of kind `dense` is the same network.
#[test]
fn a_list_of_dense_layers_is_a_dense_network() {
    let relu = "activation = \"relu\"";
    let dense = format!(
        "{{ kind = \"layers\", encoder = [{{ kind = \"dense\", outputs = 8, {relu} }}], decoder = [\
         {{ kind = \"dense\", outputs = 8, {relu} }}, {{ kind = \"dense\", outputs = 784 }}, \
         {{ kind = \"reshape\", shape = [1, 28, 28] }}] }}"
    );
    let recipe = plain().with("network", dense).unwrap();
    for (bottleneck, code) in [
        ("{ kind = \"plain\", latent-dim = 3 }", 3),
        ("{ kind = \"gaussian\", latent-dim = 5 }", 5),
    ] {
        let [listed, named] =
            [recipe.clone(), plain()].map(|recipe| recipe.with("bottleneck", bottleneck).unwrap());
        assert_eq!(run_through(&listed, GREY28), [[2, code], [2, 784]]);
        let [listed, named] =
            [listed, named].map(|recipe| Architecture::new(&recipe, GREY28, 0).unwrap());
        assert_eq!(listed.encoder.layers(), named.encoder.layers());
        assert_eq!(listed.decoder.layers(), named.decoder.layers());
    }
    // Without a dense layer to the code, the encoder's last feature map is the code.
    let map = recipe.with("bottleneck.latent-dim", "feature-map").unwrap();
    assert_eq!(run_through(&map, GREY28), [[2, 8], [2, 784]]);
    let text = recipe.to_toml();
    assert_eq!(Recipe::from_toml(&text).unwrap(), recipe, "{text}");
}

#[test]
fn branches_may_be_nested_and_empty() {
    let conv =
        |channels| format!("{{ kind = \"conv2d\", out-channels = {channels}, kernel-size = 3 }}");
    let block = format!("{{ kind = \"residual\", layers = [{}] }}", conv(4));
    let inner =
        format!("{{ kind = \"pixel-unshuffle\" }}, {block}, {{ kind = \"pixel-shuffle\" }}");
    let network = format!(
        "{{ kind = \"layers\", encoder = [{{ kind = \"concatenate\", layers = [{inner}] }}], \
         decoder = [{}, {{ kind = \"residual\", layers = [] }}] }}",
        conv(1)
    );
    let recipe = plain().with("network", network).unwrap();
    let recipe = recipe.with("bottleneck.latent-dim", "feature-map").unwrap();
    assert_eq!(run_through(&recipe, GREY28), [[2, 2 * 784], [2, 784]]);
    let architecture = Architecture::new(&recipe, GREY28, 0).unwrap();
    // A convolution of 4 channels to 4, and one of 2 to 1.
    assert_eq!(architecture.encoder.n_parameters(), 4 * 4 * 9 + 4);
    assert_eq!(architecture.decoder.n_parameters(), 2 * 9 + 1);
    let text = recipe.to_toml();
    assert_eq!(Recipe::from_toml(&text).unwrap(), recipe, "{text}");

    // A shortcut of the image around all, enlarged.
    let up = format!(
        "{{ kind = \"residual\", enlarge = 2, layers = [{}, {{ kind = \"pixel-shuffle\" }}] }}",
        conv(4)
    );
    let network = format!(
        "{{ kind = \"layers\", encoder = [{{ kind = \"concatenate\", layers = [{}] }}], \
         decoder = [{up}] }}",
        conv(8)
    );
    let recipe = recipe.with("network", network).unwrap();
    let recipe = recipe.with("task", "{ kind = \"downscale\" }").unwrap();
    assert_eq!(run_through(&recipe, GREY28), [[2, 9 * 14 * 14], [2, 784]]);
    let text = recipe.to_toml();
    assert_eq!(Recipe::from_toml(&text).unwrap(), recipe, "{text}");
}

#[test]
fn lists_of_layers_that_do_not_fit_are_refused() {
    let layers = |encoder: &str, decoder: &str| {
        let lists =
            format!("{{ kind = \"layers\", encoder = [{encoder}], decoder = [{decoder}] }}");
        plain().with("network", lists).unwrap()
    };
    for (recipe, begins) in [
        (
            layers("", "{ kind = \"dense\", outputs = 783 }"),
            "`network.decoder`: expected 784 values at its end, those of images of 1x28x28, found",
        ),
        (layers("{ kind = \"dense\", outputs = 0 }", ""), "`network.encoder"),
        (layers("{ kind = \"reshape\", shape = [1, 1, 5] }", ""), "`network.encoder"),
        (
            layers(
                "{ kind = \"max-pool2d\" }, \
                 { kind = \"residual\", layers = [{ kind = \"dense\", outputs = 196 }] }",
                "",
            ),
            "`network.encoder`: layer 1 (residual) on an input of 1x14x14: layer 1: expected an \
             image-local layer",
        ),
        (
            layers("{ kind = \"residual\", layers = [], enlarge = 2 }", ""),
            "`network.encoder`: layer 0 (residual) on an input of 1x28x28: cannot join \
             [1, 28, 28] and [1, 28, 28]",
        ),
        (
            layers("{ kind = \"residual\", layers = [{ kind = \"max-pool2d\" }] }", ""),
            "`network.encoder`: layer 0 (residual) on an input of 1x28x28: cannot join \
             [1, 28, 28] and [1, 14, 14]",
        ),
        (
            layers(
                "{ kind = \"concatenate\", \
                 layers = [{ kind = \"upsample2d\" }, { kind = \"pixel-shuffle\" }] }",
                "",
            ),
            "`network.encoder[0].layers`: layer 1 (pixel-shuffle) on an input of 1x56x56: a pixel \
             shuffle by 2 cannot take [1, 56, 56]",
        ),
        (
            layers("", "{ kind = \"dense\", outputs = 784 }")
                .with("bottleneck.latent-dim", "feature-map")
                .unwrap(),
            "`bottleneck.latent-dim`: expected a number for this network and bottleneck",
        ),
    ] {
        let error = Architecture::new(&recipe, GREY28, 0).unwrap_err();
        assert!(error.is_config());
        assert!(error.to_string().starts_with(begins), "{error}");
    }
}
