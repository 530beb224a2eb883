//! Tests of recipes: what they say, and what is said of bad ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad;
mod renamed;

use proptest::prelude::*;

use super::*;
use crate::bottleneck::{
    Bottleneck, Condition, Gaussian, LatentDim, Plain, VarianceParameterisation,
};
use crate::data::OpenOptions;
use crate::data::music::{Music, MusicSet};
use crate::network::{Conv, Dense, HiddenActivation, Network};
use crate::reconstruction::{self, Bernoulli, Reduction};
use crate::task::{Amount, Filter, Task};
use crate::testing::{digits, plain, shades, variational};

const GOOD: &str = r#"
name = "mine"
task = { kind = "noise", std = 0.25 }
network = { kind = "conv" }
bottleneck = { kind = "gaussian", latent-dim = 4, variance-parameterisation = "lesson" }
reconstruction = { kind = "gaussian", reduction = "mean" }
training = { optimiser = { kind = "rmsprop" }, schedule = { kind = "cosine" } }
"#;

#[test]
fn what_is_left_out_has_its_default() {
    let recipe = Recipe::from_toml(GOOD).unwrap();
    assert_eq!(recipe.summary, "");
    assert_eq!(recipe.data, DataSource::default());
    assert_eq!(recipe.task, Task::Noise { mean: 0.5, std: Amount::Fixed(0.25), clip: true });
    assert_eq!(
        recipe.network,
        Network::Conv(Conv { channels: vec![32, 64, 128, 256], kernel: 4, leaky_slope: 0.0 })
    );
    assert_eq!(
        recipe.bottleneck,
        Bottleneck::new(
            LatentDim::Number(4),
            Gaussian {
                variance_parameterisation: VarianceParameterisation::Lesson,
                ..Gaussian::default()
            }
        )
    );
    assert_eq!(
        recipe.reconstruction,
        reconstruction::Gaussian { reduction: Reduction::Mean, sigma: None, ..Default::default() }
            .into()
    );
    assert_eq!(
        recipe.training,
        Training {
            optimiser: Optimiser::Rmsprop { rho: 0.9, epsilon: 1e-7 },
            schedule: Schedule::Cosine { warm_up_steps: 0, final_fraction: 0.0 },
            ..Training::default()
        }
    );
}

#[test]
fn shipped_recipes_are_called_by_their_files_names() {
    assert_eq!(shipped().len(), 35);
    for recipe in shipped() {
        let read = Recipe::named(recipe.name).unwrap();
        assert_eq!(read.name, recipe.name);
        assert!(!read.summary.is_empty() && read.data.source.is_none());
        read.training.check().unwrap();
    }
    let error = Recipe::named("conv").unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "no recipe is called `conv`; there are conv-ae, conv-ae-2d, denoise, super-resolution, \
         dense-vae, conv-vae, aae, dense-ae, sparse-ae, deep-ae, wide-denoise, sequence-ae, \
         kvfrans-vae, conditional-vae, iwae, iwae-paper, wae, vq-vae, sigma-vae, rae, enlarge-2x, \
         enlarge-4x, photo-denoise, photo-self-denoise, photo-jpeg, photo-2x, photo-4x, \
         inspect-ae, image-ae, image-vae, conv-vae64, melody-vae, drums-vae, trio-vae, \
         multitrack-vae"
    );
}

#[test]
fn shipped_recipes_fit_the_images_that_they_are_for() {
    let digits = digits(12);
    let for_folders = [
        "image-ae",
        "image-vae",
        "conv-vae64",
        "photo-denoise",
        "photo-self-denoise",
        "photo-jpeg",
        "photo-2x",
        "photo-4x",
        "inspect-ae",
    ];
    for recipe in shipped().iter().filter(|recipe| !for_folders.contains(&recipe.name)) {
        let recipe = Recipe::named(recipe.name).unwrap();
        match recipe.wanted_music() {
            None => drop(recipe.plan(&digits).unwrap()),
            Some(wanted) => {
                let music = MusicSet::open("tunes", wanted, &OpenOptions::default()).unwrap();
                recipe.plan(&music).unwrap();
                let error = recipe.plan(&digits).unwrap_err().to_string();
                assert!(error.contains("is for music, found images (digits)"), "{error}");
                let of_images = Recipe::named("conv-vae").unwrap();
                let error = of_images.plan(&music).unwrap_err().to_string();
                assert!(error.contains("is for images, found music (tunes)"), "{error}");
            }
        }
    }
    for data in [digits, shades(20)] {
        let suited = Recipe::suited_to(data.train.shape()).unwrap();
        suited.plan(&data).unwrap();
        Recipe::named("image-ae").unwrap().plan(&data).unwrap();
    }
    let name =
        |channels, side| Recipe::suited_to(ImageShape::new(channels, side, side)).unwrap().name;
    assert_eq!([name(1, 28), name(3, 28), name(1, 64)], ["conv-vae", "image-vae", "image-vae"]);
}

#[test]
fn a_recipe_written_and_read_again_is_the_same() {
    let mut recipes: Vec<Recipe> =
        shipped().iter().map(|recipe| Recipe::named(recipe.name).unwrap()).collect();
    recipes.extend([plain(), variational(), Recipe::from_toml(GOOD).unwrap()]);
    let mut full = plain();
    full.data = DataSource {
        source: Some("a \"folder\"\\\u{e9}".to_owned()),
        limit: Some(7),
        size: Some(32),
        patch: Some(16),
        stream: true,
        channels: Some(1),
        classes: vec!["8".to_owned()],
        music: Some(Music::Trio),
        bars: Some(16),
        transpose: 5,
        remix: 0.5,
        validation: 0.25,
    };
    recipes.push(full);
    for recipe in recipes {
        let text = recipe.to_toml();
        assert_eq!(Recipe::from_toml(&text).unwrap(), recipe, "{text}");
    }
}

#[test]
fn every_default_is_written_out() {
    let text = Recipe::named("conv-ae").unwrap().to_toml();
    for line in [
        "validation = 0.1",
        "latent-dim = \"feature-map\"",
        "seed = 42",
        "learning-rate = 0.001",
        "min-steps = 0",
        "keep-checkpoints = 2",
        "beta2 = 0.999",
        "epsilon = 0.0000001",
        "kind = \"constant\"",
    ] {
        assert!(text.lines().any(|found| found == line), "no line `{line}` in\n{text}");
    }
}

#[test]
fn values_are_replaced_by_their_dotted_names() {
    let good = Recipe::from_toml(GOOD).unwrap();
    let set = |key: &str, value: &str| good.with(key, value).unwrap();
    assert_eq!(set("name", "other").name, "other");
    assert_eq!(set("name", "\"5\"").name, "5");
    assert_eq!(set("name", "a\nb = 3").name, "a\nb = 3");
    assert_eq!(set("training.epochs", "7").training.epochs, 7);
    assert_eq!(set("training.learning-rate", "1").training.learning_rate, 1.0);
    assert_eq!(set("training.learning-rate", "3e-4").training.learning_rate, 3e-4);
    assert_eq!(set("data.size", "32").data.size, Some(32));
    assert_eq!(set("data.source", "./my folder").data.source.unwrap(), "./my folder");
    assert_eq!(
        set("bottleneck.latent-dim", "feature-map").bottleneck.latent_dim,
        LatentDim::FeatureMap
    );
    assert_eq!(
        set("task.clip", "false").task,
        Task::Noise { mean: 0.5, std: Amount::Fixed(0.25), clip: false }
    );
    let recipe = set("training.optimiser.rho", "0.5");
    assert_eq!(recipe.training.optimiser, Optimiser::Rmsprop { rho: 0.5, epsilon: 1e-7 });
    assert_eq!(
        set("network.channels", "[4, 8]").network,
        Conv { channels: vec![4, 8], kernel: 4, leaky_slope: 0.0 }.into()
    );
    let dense = set("network", "{ kind = \"dense\", hidden = [3] }");
    assert_eq!(dense.network, Dense { hidden: vec![3], activation: HiddenActivation::Relu }.into());
    assert_eq!(good.with("training.epochs", 8).unwrap().training.epochs, 8);
    // All else is as it was.
    assert_eq!(Recipe { training: good.training.clone(), ..set("training.epochs", "7") }, good);
}

#[test]
fn a_new_kind_drops_the_old_ones_keys_and_keeps_what_both_have() {
    let good = Recipe::from_toml(GOOD).unwrap();
    assert_eq!(good.with("task.kind", "identity").unwrap().task, Task::Identity {});
    assert_eq!(
        good.with("task.kind", "downscale").unwrap().task,
        Task::Downscale { factor: 2, filter: Filter::Average }
    );
    assert_eq!(
        good.with("bottleneck.kind", "plain").unwrap().bottleneck,
        Bottleneck::new(LatentDim::Number(4), Plain::default())
    );
    assert_eq!(
        good.with("reconstruction.kind", "bernoulli").unwrap().reconstruction,
        Bernoulli { reduction: Reduction::Mean }.into()
    );
    let recipe = good.with("bottleneck.condition", "label").unwrap();
    for kind in ["plain", "adversarial", "mmd"] {
        let recipe = recipe.with("bottleneck.kind", kind).unwrap();
        assert_eq!(recipe.bottleneck.condition, Condition::Label, "{kind}");
    }
    let recipe = good.with("training.optimiser.epsilon", 0.25).unwrap();
    assert_eq!(
        recipe.with("training.optimiser.kind", "adam").unwrap().training.optimiser,
        Optimiser::Adam { beta1: 0.9, beta2: 0.999, epsilon: 0.25 }
    );
    let recipe = good.with("training.schedule.warm-up-steps", 9).unwrap();
    assert_eq!(
        recipe.with("training.schedule.kind", "constant").unwrap().training.schedule,
        Schedule::Constant { warm_up_steps: 9 }
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*", at in 0usize..200, key in "[a-z.-]{0,12}") {
        let _ = Recipe::from_toml(&text);
        let mut mixed = GOOD.to_owned();
        mixed.insert_str((0..=at).rev().find(|at| GOOD.is_char_boundary(*at)).unwrap_or(0), &text);
        let _ = Recipe::from_toml(&mixed);
        let _ = plain().with(&key, &text);
    }

    #[test]
    fn numbers_survive_being_written(
        rate in prop::num::f32::POSITIVE | prop::num::f32::SUBNORMAL,
        beta in 0f32..1e6,
        seed in 0..=i64::MAX,
    ) {
        let recipe = variational()
            .with("training.learning-rate", rate)
            .and_then(|recipe| recipe.with("bottleneck.beta", beta))
            .and_then(|recipe| recipe.with("training.seed", seed))
            .unwrap();
        prop_assert_eq!(recipe.training.learning_rate.to_bits(), rate.to_bits());
        prop_assert_eq!(recipe.training.seed, seed as u64);
        prop_assert_eq!(Recipe::from_toml(&recipe.to_toml()).unwrap(), recipe);
    }
}

#[test]
fn classes_are_named_or_numbered() {
    let recipe = Recipe::named("image-ae").unwrap();
    let classes = |value: &str| recipe.with("data.classes", value).unwrap().data.classes;
    assert_eq!(classes("[8]"), ["8"]);
    assert_eq!(classes("[\"cat\", 3]"), ["cat", "3"]);
    let chosen = recipe.with("data.classes", "[8]").unwrap();
    assert_eq!(Recipe::from_toml(&chosen.to_toml()).unwrap(), chosen);
    assert_eq!(chosen.open_options().classes, ["8"]);
    for value in ["8", "[-1]", "[[1]]"] {
        let error = recipe.with("data.classes", value).unwrap_err().to_string();
        assert!(error.contains("`data.classes`") || error.contains("data.classes="), "{error}");
    }
    let music = Recipe::named("melody-vae").unwrap().with("data.classes", "[8]").unwrap();
    let error = music.encoding().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("is of images"), "{error}");
}
