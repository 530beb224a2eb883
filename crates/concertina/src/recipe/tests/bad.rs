//! Bad recipes are told what is wrong, and where.

use super::GOOD;
use crate::recipe::Recipe;
use crate::testing::{plain, shades, variational};

#[test]
fn bad_recipes_are_told_what_and_where() {
    for (from, to, message) in [
        (
            "std = 0.25",
            "stdd = 0.25",
            "`task`: unknown field `stdd`, expected one of `mean`, `std`, `clip`",
        ),
        (
            "std = 0.25",
            "std = \"much\"",
            "`task.std`: expected a number, or the ends of a range, as [0, 0.2]",
        ),
        (
            "std = 0.25",
            "clip = 1",
            "`task.clip`: invalid type: integer `1`, expected true or false",
        ),
        (
            "kind = \"noise\", std = 0.25",
            "kind = \"identity\", std = 0.25",
            "`task`: unknown field `std`, there are no fields",
        ),
        (
            "kind = \"noise\"",
            "kind = \"nois\"",
            "`task.kind`: unknown variant `nois`, expected one of `identity`, `noise`, `mask`, \
             `salt-and-pepper`, `blind-spots`, `defects`, `jpeg`, `binarise`, `downscale`",
        ),
        ("kind = \"noise\", ", "", "`task`: missing field `kind`"),
        ("kind = \"noise\"", "kind = 3", "`task.kind`: invalid type: integer `3`, expected a name"),
        (
            "task = { kind = \"noise\", std = 0.25 }",
            "task = \"noise\"",
            "`task`: invalid type: string \"noise\", expected a table with `kind`",
        ),
        ("task = { kind = \"noise\", std = 0.25 }", "", "missing field `task`"),
        (
            "name =",
            "nam =",
            "unknown field `nam`, expected one of `name`, `summary`, `data`, `task`, `network`, \
             `bottleneck`, `reconstruction`, `training`",
        ),
        ("name = \"mine\"", "name = 5", "`name`: invalid type: integer `5`, expected a string"),
        ("kind = \"conv\"", "kind = \"dense\"", "`network`: missing field `hidden`"),
        (
            "kind = \"conv\"",
            "kind = \"conv\", channels = [8, -1]",
            "`network.channels`: invalid value: integer `-1`, expected a whole number of at least \
             0",
        ),
        (
            "latent-dim = 4",
            "latent-dim = \"ful\"",
            "`bottleneck.latent-dim`: invalid value: string \"ful\", expected a whole number of \
             at least 1, or \"feature-map\"",
        ),
        (
            "latent-dim = 4",
            "latent-dim = -4",
            "`bottleneck.latent-dim`: invalid value: integer `-4`, expected a whole number of at \
             least 1, or \"feature-map\"",
        ),
        (
            "latent-dim = 4",
            "latent-dim = 4.5",
            "`bottleneck.latent-dim`: invalid type: floating point `4.5`, expected a whole number \
             of at least 1, or \"feature-map\"",
        ),
        ("latent-dim = 4, ", "", "`bottleneck`: missing field `latent-dim`"),
        (
            "variance-parameterisation = \"lesson\"",
            "variance-parameterisation = \"log-sigma\"",
            "`bottleneck.variance-parameterisation`: unknown variant `log-sigma`, expected \
             `log-variance` or `lesson`",
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
            "`training.optimiser.rho`: invalid type: boolean `true`, expected a number",
        ),
        (
            "kind = \"rmsprop\"",
            "kind = \"adagrad\"",
            "`training.optimiser.kind`: unknown variant `adagrad`, expected one of `adam`, \
             `rmsprop`, `adadelta`",
        ),
        (
            "kind = \"cosine\"",
            "kind = \"linear\"",
            "`training.schedule.kind`: unknown variant `linear`, expected one of `constant`, \
             `cosine`, `stages`",
        ),
        (
            "training = { ",
            "training = { epochs = -1, ",
            "`training.epochs`: invalid value: integer `-1`, expected a whole number of at least 0",
        ),
        (
            "training = { ",
            "training = { seed = 1.5, ",
            "`training.seed`: invalid type: floating point `1.5`, expected a whole number of at \
             least 0",
        ),
        (
            "training = { ",
            "training = { epoch = 1, ",
            "`training`: unknown field `epoch`, expected one of `epochs`, `min-steps`, \
             `batch-size`, `shards`, `seed`, `learning-rate`, `clip-norm`, \
             `checkpoint-minutes`, `keep-checkpoints`, `keep-snapshots`, `optimiser`, `schedule`",
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let error = Recipe::from_toml(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), format!("recipe: {message}"));
        assert!(error.hint().unwrap().to_string().contains("the shipped recipe `conv-ae`"));
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
fn bad_replacements_are_told_what_and_where() {
    let good = Recipe::from_toml(GOOD).unwrap();
    for (key, value, message) in [
        (
            "task.stdd",
            "1",
            "`task.stdd=1`: recipe: `task`: unknown field `stdd`, expected one of `mean`, `std`, \
             `clip`",
        ),
        (
            "bottleneck.beta",
            "strong",
            "`bottleneck.beta=strong`: recipe: `bottleneck.beta`: invalid type: string \
             \"strong\", expected a number",
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
            "`trainin.epochs=1`: recipe: unknown field `trainin`, expected one of `name`, \
             `summary`, `data`, `task`, `network`, `bottleneck`, `reconstruction`, `training`",
        ),
        (
            "training",
            "3",
            "`training=3`: recipe: `training`: invalid type: integer `3`, expected struct Training",
        ),
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
        ("shards", "0", "expected a power of two from 1 to 1024, found 0"),
        ("shards", "6", "expected a power of two from 1 to 1024, found 6"),
        ("shards", "2048", "expected a power of two from 1 to 1024, found 2048"),
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
