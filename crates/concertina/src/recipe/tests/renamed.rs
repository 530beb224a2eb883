//! Recipes in the words of version 0.1 are told the new ones.

use super::GOOD;
use crate::recipe::Recipe;
use crate::recipe::renamed::{KEYS, VALUES};
use crate::testing::{plain, quantised};

#[test]
fn old_words_get_an_error_that_names_the_new_ones() {
    let task = |keys: &str| format!("task = {{ kind = \"mask\", {keys} }}\n");
    let network = |kind: &str| format!("network = {{ kind = \"{kind}\" }}\n");
    let bottleneck = |keys: &str| format!("bottleneck = {{ {keys} }}\n");
    let cases = [
        (bottleneck("size = 4"), "`bottleneck`: the key `size` is now called `latent-dim`"),
        (
            bottleneck("samples = 5"),
            "`bottleneck`: the key `samples` is now called `importance-samples`",
        ),
        (
            bottleneck("form = \"lesson\""),
            "`bottleneck`: the key `form` is now called `variance-parameterisation`",
        ),
        (
            bottleneck("rate = 0.5"),
            "`bottleneck`: the key `rate` is now called `learning-rate-scale`",
        ),
        (
            bottleneck("entries = 64"),
            "`bottleneck`: the key `entries` is now called `num-embeddings`",
        ),
        (bottleneck("width = 4"), "`bottleneck`: the key `width` is now called `embedding-dim`"),
        (task("share = 0.5"), "`task`: the key `share` is now called `probability`"),
        (
            bottleneck("latent-dim = \"full\""),
            "`bottleneck.latent-dim`: \"full\" is now called \"feature-map\"",
        ),
        (network("flat"), "`network.kind`: \"flat\" is now called \"fully-convolutional\""),
        (network("sequence"), "`network.kind`: \"sequence\" is now called \"lstm\""),
    ];
    for (line, message) in &cases {
        let table = line.split(' ').next().unwrap();
        let others = GOOD.lines().filter(|other| !other.starts_with(table));
        let text: String = others.map(|other| format!("{other}\n")).chain([line.clone()]).collect();
        let error = Recipe::from_toml(&text).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), format!("recipe: {message}"));
    }
    let listed = KEYS.len() + VALUES.len();
    assert_eq!(cases.len(), listed, "each old word has its case here");
}

#[test]
fn old_keys_that_are_set_are_told_too() {
    for (recipe, key, value, new) in [
        (plain(), "bottleneck.size", "3", "latent-dim"),
        (quantised(), "bottleneck.entries", "3", "num-embeddings"),
        (plain(), "network.kind", "flat", "fully-convolutional"),
        (plain(), "bottleneck.latent-dim", "full", "feature-map"),
    ] {
        let error = recipe.with(key, value).unwrap_err();
        assert!(error.is_config());
        assert!(error.to_string().contains(new), "{error}");
    }
}
