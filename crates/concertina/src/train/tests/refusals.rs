//! Runs that must not begin, and runs that must not go on.

use std::path::Path;

use fs_err as fs;
use tempfile::TempDir;

use super::{checkpoints, data};
use crate::data::{Dataset, OpenOptions};
use crate::error::Error;
use crate::testing::{digits, plain};
use crate::train::Run;

#[test]
fn a_folder_that_is_taken_is_refused() {
    let data = data();
    let dir = TempDir::new().unwrap();
    let start = |path: &Path| plain().plan(&data).unwrap().start(&data, path).err();
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("letter.txt"), "dear").unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "dear").unwrap();
    for path in [&taken, &file] {
        let error = start(path).unwrap();
        assert!(error.is_data());
        let found = path.display();
        assert_eq!(
            error.to_string(),
            format!("expected a new run folder, found `{found}`, which exists already")
        );
        assert!(error.hint().unwrap().to_string().contains("name another folder"));
    }
    assert_eq!(fs::read_dir(&taken).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), "dear");

    // An empty folder and a missing one are new.
    assert!(start(dir.path().join("a/b").as_path()).is_none());
    fs::create_dir(dir.path().join("empty")).unwrap();
    assert!(start(&dir.path().join("empty")).is_none());

    let error = Run::resume(&data, &taken).err().unwrap();
    assert_eq!(
        error.to_string(),
        format!("`{}`: expected a run folder with a `config.toml`, found none", taken.display())
    );
}

#[test]
fn a_plan_is_for_the_data_that_it_was_made_for() {
    let data = digits(60);
    let recipe = plain().with("bottleneck.condition", "label").unwrap();
    let mut other = data.clone();
    other.class_names.pop();
    let dir = TempDir::new().unwrap();
    let error = recipe.plan(&data).unwrap().start(&other, dir.path()).err().unwrap();
    assert!(error.is_config());
    assert!(error.to_string().ends_with("steps per epoch, with 9 labelled classes"), "{error}");
}

#[test]
fn small_sets_are_passed_over_more_often() {
    let data = data();
    for (epochs, min_steps, expected) in [(2, 0, 2), (2, 6, 2), (2, 7, 3), (2, 100, 34), (5, 6, 5)]
    {
        let recipe = plain()
            .with("training.epochs", epochs)
            .and_then(|recipe| recipe.with("training.min-steps", min_steps))
            .unwrap();
        let plan = recipe.plan(&data).unwrap();
        assert_eq!((plan.recipe.training.epochs, plan.steps_per_epoch), (expected, 3));
        assert_eq!(plan.n_steps(), 3 * expected);
        // A plan of the plan's recipe is the same plan, or a run could not be resumed.
        assert_eq!(plan.recipe.plan(&data).unwrap().recipe, plan.recipe);
    }
}

#[test]
fn plans_that_cannot_be_are_refused() {
    let mut data = data();
    let error = plain().with("training.epochs", u32::MAX).unwrap().plan(&data).unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "`training.epochs`: expected fewer than 2^32 steps in total, found 4294967295 epochs of 3 \
         steps"
    );
    let endless = plain().with("training.epochs", i64::MAX).unwrap();
    assert!(endless.plan(&data).unwrap_err().is_config());

    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    data = Dataset::from_images(data.train, None, &options).unwrap();
    let error = plain().plan(&data).unwrap_err();
    assert!(error.is_data());
    assert_eq!(
        error.to_string(),
        "expected images to train on and to validate with, found 36 and 0"
    );
}

/// Runs to the error that it must end in.
fn failure(mut run: Run<'_>) -> Error {
    loop {
        match run.step() {
            Ok(event) => assert!(event.is_some(), "the run ended well"),
            Err(error) => return error,
        }
    }
}

#[test]
fn a_loss_that_is_not_finite_ends_the_run_and_keeps_the_checkpoints() {
    let data = data();
    let recipe = plain().with("training.learning-rate", "1e30").unwrap();
    let dir = TempDir::new().unwrap();
    let error = failure(recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap());
    assert!(error.is_failed(), "{error}");
    let message = error.to_string();
    for part in
        ["at step 2 (epoch 1): last finite loss 0.", "learning rate 1e30, inputs 0.", "targets 0."]
    {
        assert!(message.contains(part), "{message}");
    }
    assert!(
        error.hint().unwrap().to_string().contains("`training.learning-rate = 1e-3`"),
        "{error:?}"
    );
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
    assert_eq!(Run::resume(&data, dir.path()).unwrap().steps_done(), 0);
}

#[test]
fn a_validation_loss_that_is_not_finite_ends_the_run_too() {
    let data = data();
    let recipe = plain()
        .with("training.learning-rate", "1e30")
        .and_then(|recipe| recipe.with("training.batch-size", 64))
        .unwrap();
    let dir = TempDir::new().unwrap();
    let error = failure(recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap());
    assert!(error.is_failed(), "{error}");
    assert!(error.to_string().starts_with("the validation loss is "), "{error}");
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
}
