//! Tests of recipes: what they say, and what is said of bad ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::bottleneck::{Form, Size};
use crate::reconstruction::Reduction;
use crate::testing::{digits, plain, shades, variational};

const GOOD: &str = r#"
name = "mine"
task = { kind = "noise", std = 0.25 }
network = { kind = "conv" }
bottleneck = { kind = "gaussian", size = 4, form = "lesson" }
reconstruction = { kind = "gaussian", reduction = "mean" }
training = { optimiser = { kind = "rmsprop" }, schedule = { kind = "cosine" } }
"#;

#[test]
fn what_is_left_out_has_its_default() {
    let recipe = Recipe::from_toml(GOOD).unwrap();
    assert_eq!(recipe.summary, "");
    assert_eq!(recipe.data, DataSource::default());
    assert_eq!(recipe.task, Task::Noise { mean: 0.5, std: 0.25, clip: true });
    assert_eq!(recipe.network, Network::Conv { channels: vec![32, 64, 128, 256] });
    assert_eq!(
        recipe.bottleneck,
        Bottleneck::Gaussian {
            size: Size::Number(4),
            beta: 1.0,
            warm_up_epochs: 0.0,
            free_bits_nats: 0.0,
            form: Form::Lesson
        }
    );
    assert_eq!(recipe.reconstruction, Reconstruction::Gaussian { reduction: Reduction::Mean });
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
    assert_eq!(shipped().len(), 9);
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
        "no recipe is called `conv`; there are conv-ae, conv-ae-2d, denoise, super-resolution, dense-vae, \
         conv-vae, image-ae, image-vae, conv-vae64"
    );
}

#[test]
fn shipped_recipes_fit_the_images_that_they_are_for() {
    let digits = digits(12);
    for name in ["conv-ae", "conv-ae-2d", "denoise", "super-resolution", "dense-vae", "conv-vae"] {
        Recipe::named(name).unwrap().plan(&digits).unwrap();
    }
    for data in [digits, shades(20)] {
        let suited = Recipe::suited_to(data.train.shape()).unwrap();
        suited.plan(&data).unwrap();
        Recipe::named("image-ae").unwrap().plan(&data).unwrap();
    }
    let name = |channels, side| {
        Recipe::suited_to(ImageShape::new(channels, side, side)).unwrap().name
    };
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
        "size = \"full\"",
        "seed = 42",
        "learning-rate = 0.001",
        "min-steps = 0",
        "keep-checkpoints = 2",
        "beta2 = 0.999",
        "epsilon = 1e-7",
        "kind = \"constant\"",
    ] {
        assert!(text.lines().any(|found| found == line), "no line `{line}` in\n{text}");
    }
}

#[test]
fn bad_recipes_are_told_what_and_where() {
    for (from, to, message) in [
        ("std = 0.25", "stdd = 0.25", "`task`: unknown field `stdd`, expected one of `mean`, `std`, `clip`"),
        ("std = 0.25", "std = \"much\"", "`task.std`: invalid type: string \"much\", expected f32"),
        ("std = 0.25", "clip = 1", "`task.clip`: invalid type: integer `1`, expected a boolean"),
        (
            "kind = \"noise\", std = 0.25",
            "kind = \"identity\", std = 0.25",
            "`task`: unknown field `std`, there are no fields",
        ),
        (
            "kind = \"noise\"",
            "kind = \"nois\"",
            "`task.kind`: unknown variant `nois`, expected one of `identity`, `noise`, `downscale`",
        ),
        ("kind = \"noise\", ", "", "`task`: missing field `kind`"),
        (
            "task = { kind = \"noise\", std = 0.25 }",
            "task = \"noise\"",
            "`task`: invalid type: string \"noise\", expected internally tagged enum Task",
        ),
        ("task = { kind = \"noise\", std = 0.25 }", "", "missing field `task`"),
        (
            "name =",
            "nam =",
            "unknown field `nam`, expected one of `name`, `summary`, `data`, `task`, `network`, `bottleneck`, \
             `reconstruction`, `training`",
        ),
        ("name = \"mine\"", "name = 5", "`name`: invalid type: integer `5`, expected a string"),
        (
            "kind = \"conv\"",
            "kind = \"dense\"",
            "`network`: missing field `hidden`",
        ),
        (
            "kind = \"conv\"",
            "kind = \"conv\", channels = [8, -1]",
            "`network.channels`: invalid value: integer `-1`, expected usize",
        ),
        (
            "size = 4",
            "size = \"ful\"",
            "`bottleneck.size`: invalid value: string \"ful\", expected a whole number of at least 1, or \"full\"",
        ),
        (
            "size = 4",
            "size = -4",
            "`bottleneck.size`: invalid value: integer `-4`, expected a whole number of at least 1, or \"full\"",
        ),
        (
            "size = 4",
            "size = 4.5",
            "`bottleneck.size`: invalid type: floating point `4.5`, expected a whole number of at least 1, or \
             \"full\"",
        ),
        ("size = 4, ", "", "`bottleneck`: missing field `size`"),
        (
            "form = \"lesson\"",
            "form = \"log-sigma\"",
            "`bottleneck.form`: unknown variant `log-sigma`, expected `log-variance` or `lesson`",
        ),
        (
            "reduction = \"mean\"",
            "reduction = \"max\"",
            "`reconstruction.reduction`: unknown variant `max`, expected `sum` or `mean`",
        ),
        (
            "kind = \"rmsprop\"",
            "kind = \"rmsprop\", beta1 = 0.5",
            "`training.optimiser`: unknown field `beta1`, expected `rho` or `epsilon`",
        ),
        (
            "kind = \"rmsprop\"",
            "kind = \"rmsprop\", rho = true",
            "`training.optimiser.rho`: invalid type: boolean `true`, expected f32",
        ),
        (
            "kind = \"cosine\"",
            "kind = \"linear\"",
            "`training.schedule.kind`: unknown variant `linear`, expected `constant` or `cosine`",
        ),
        (
            "training = { ",
            "training = { epochs = -1, ",
            "`training.epochs`: invalid value: integer `-1`, expected usize",
        ),
        (
            "training = { ",
            "training = { seed = 1.5, ",
            "`training.seed`: invalid type: floating point `1.5`, expected u64",
        ),
        (
            "training = { ",
            "training = { epoch = 1, ",
            "`training.epoch`: unknown field `epoch`, expected one of `epochs`, `min-steps`, `batch-size`, `seed`, \
             `learning-rate`, `clip-norm`, `checkpoint-minutes`, `keep-checkpoints`, `optimiser`, `schedule`",
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let error = Recipe::from_toml(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), format!("recipe: {message}"));
        assert!(error.hint().unwrap().contains("recipes show"));
    }
}

#[test]
fn what_is_not_toml_is_told_by_its_line() {
    for (text, begins) in [
        ("name = ", "recipe: line 1: "),
        ("\nname = \"x\n", "recipe: line 2: "),
        ("name = \"x\"\n\n[task\nkind = 1", "recipe: line 3: "),
        ("name = \"x\"\n= 3", "recipe: line 2: "),
        ("name = 1\nname = 2", "recipe: line 2: "),
        ("\u{e9}\u{e9} = \"\u{e9}", "recipe: line 1: "),
    ] {
        let error = Recipe::from_toml(text).unwrap_err();
        assert!(error.is_config());
        assert!(error.to_string().starts_with(begins), "{text:?}: {error}");
        assert!(!error.to_string().contains('\n'), "{error:?}");
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
    assert_eq!(set("bottleneck.size", "full").bottleneck.size(), Size::Full);
    assert_eq!(set("task.clip", "false").task, Task::Noise { mean: 0.5, std: 0.25, clip: false });
    let recipe = set("training.optimiser.rho", "0.5");
    assert_eq!(recipe.training.optimiser, Optimiser::Rmsprop { rho: 0.5, epsilon: 1e-7 });
    assert_eq!(set("network.channels", "[4, 8]").network, Network::Conv { channels: vec![4, 8] });
    let dense = set("network", "{ kind = \"dense\", hidden = [3] }");
    assert_eq!(dense.network, Network::Dense { hidden: vec![3] });
    assert_eq!(good.with("training.epochs", 8).unwrap().training.epochs, 8);
    // All else is as it was.
    assert_eq!(Recipe { training: good.training.clone(), ..set("training.epochs", "7") }, good);
}

#[test]
fn a_new_kind_drops_the_old_ones_keys_and_keeps_what_both_have() {
    let good = Recipe::from_toml(GOOD).unwrap();
    assert_eq!(good.with("task.kind", "identity").unwrap().task, Task::Identity {});
    assert_eq!(good.with("task.kind", "downscale").unwrap().task, Task::Downscale { factor: 2 });
    assert_eq!(
        good.with("bottleneck.kind", "plain").unwrap().bottleneck,
        Bottleneck::Plain { size: Size::Number(4) }
    );
    assert_eq!(
        good.with("reconstruction.kind", "bernoulli").unwrap().reconstruction,
        Reconstruction::Bernoulli { reduction: Reduction::Mean }
    );
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

#[test]
fn bad_replacements_are_told_what_and_where() {
    let good = Recipe::from_toml(GOOD).unwrap();
    for (key, value, message) in [
        (
            "task.stdd",
            "1",
            "`task.stdd=1`: recipe: `task`: unknown field `stdd`, expected one of `mean`, `std`, `clip`",
        ),
        (
            "bottleneck.beta",
            "strong",
            "`bottleneck.beta=strong`: recipe: `bottleneck.beta`: invalid type: string \"strong\", expected f32",
        ),
        (
            "training.epochs.first",
            "1",
            "recipe: `training.epochs.first`: `epochs` is a value, not a table",
        ),
        (
            "network.kind",
            "dense",
            "`network.kind=dense`: recipe: `network`: missing field `hidden`",
        ),
        (
            "trainin.epochs",
            "1",
            "`trainin.epochs=1`: recipe: unknown field `trainin`, expected one of `name`, `summary`, `data`, `task`, \
             `network`, `bottleneck`, `reconstruction`, `training`",
        ),
        ("training", "3", "`training=3`: recipe: `training`: invalid type: integer `3`, expected struct Training"),
    ] {
        let error = good.with(key, value).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), message);
        assert!(error.hint().is_some());
    }
    for key in ["", ".", "a..b", "kind", "task.", ".task"] {
        assert!(good.with(key, "1").unwrap_err().is_config(), "{key:?}");
    }
}

#[test]
fn training_out_of_range_is_refused() {
    let data = shades(20);
    for (key, value, message) in [
        ("epochs", "0", "expected at least 1, found 0"),
        ("batch-size", "0", "expected at least 1, found 0"),
        ("keep-checkpoints", "0", "expected at least 1, found 0"),
        ("learning-rate", "0", "expected a number above 0, found 0"),
        ("learning-rate", "-1e-3", "expected a number above 0, found -0.001"),
        ("learning-rate", "nan", "expected a number above 0, found NaN"),
        ("learning-rate", "inf", "expected a number above 0, found inf"),
        ("learning-rate", "1e300", "expected a number above 0, found inf"),
        ("clip-norm", "-1", "expected at least 0, found -1"),
        ("clip-norm", "nan", "expected at least 0, found NaN"),
        ("checkpoint-minutes", "0", "expected a number above 0, found 0"),
        ("optimiser.beta1", "1", "expected at least 0 and below 1, found 1"),
        ("optimiser.beta2", "nan", "expected at least 0 and below 1, found NaN"),
        ("optimiser.epsilon", "0", "expected a number above 0, found 0"),
    ] {
        let key = format!("training.{key}");
        let error = plain().with(&key, value).unwrap().plan(&data).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), format!("`{key}`: {message}"));
    }
    for (key, value, message) in [
        ("optimiser.rho", "-0.1", "expected at least 0 and below 1, found -0.1"),
        ("optimiser.epsilon", "-1", "expected a number above 0, found -1"),
        ("schedule.final-fraction", "1.5", "expected 0 to 1, found 1.5"),
    ] {
        let key = format!("training.{key}");
        let recipe = variational().with(&key, value).unwrap();
        assert_eq!(recipe.plan(&data).unwrap_err().to_string(), format!("`{key}`: {message}"));
    }
    let mut recipe = plain();
    recipe.training.seed = u64::MAX;
    assert_eq!(
        recipe.plan(&data).unwrap_err().to_string(),
        "`training.seed`: expected at most 9223372036854775807, found 18446744073709551615"
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
