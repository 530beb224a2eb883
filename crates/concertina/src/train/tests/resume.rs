//! A run that is stopped goes on as if it had not been, from the newest checkpoint that is whole.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use tempfile::TempDir;

use super::{checkpoints, data, outcome, train, train_until, uninterrupted};
use crate::testing::{all_kinds, as_trained, plain, shades, variational};
use crate::train::{Event, Run};

#[test]
fn a_resumed_run_ends_as_if_it_had_never_stopped() {
    let data = data();
    for recipe in all_kinds() {
        let expected = uninterrupted(&recipe, &data);
        // In the midst of an epoch and at its end, at the first step and after the last.
        for stop in [1, 2, 3, 5, 6, 9] {
            for asked in [true, false] {
                let dir = TempDir::new().unwrap();
                let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
                train_until(&mut run, stop);
                if asked {
                    run.checkpoint().unwrap();
                }
                drop(run);
                let mut run = Run::resume(&data, dir.path()).unwrap();
                // Without a checkpoint on request there are those of the beginning and the end.
                let last = if stop == 9 { 9 } else { 0 };
                assert_eq!(run.steps_done(), if asked { stop } else { last });
                train(&mut run);
                let what = if asked { "with" } else { "without" };
                assert!(
                    outcome(dir.path()) == expected,
                    "{}, stopped at {stop} {what} a checkpoint",
                    recipe.name
                );
            }
        }
    }
}

#[test]
fn a_run_can_be_stopped_again_and_again() {
    let data = data();
    let recipe = variational();
    let dir = TempDir::new().unwrap();
    drop(recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap());
    for steps in 1..=9 {
        let mut run = Run::resume(&data, dir.path()).unwrap();
        train_until(&mut run, steps);
        run.checkpoint().unwrap();
    }
    train(&mut Run::resume(&data, dir.path()).unwrap());
    assert!(outcome(dir.path()) == uninterrupted(&recipe, &data));
    // A finished run has nothing left to train; it only writes again.
    train(&mut Run::resume(&data, dir.path()).unwrap());
    assert!(outcome(dir.path()) == uninterrupted(&recipe, &data));
}

#[test]
fn a_checkpoint_that_is_there_is_not_written_again() {
    let data = data();
    let dir = TempDir::new().unwrap();
    let mut run = plain().plan(&data).unwrap().start(&data, dir.path()).unwrap();
    train_until(&mut run, 3);
    run.checkpoint().unwrap();
    let mark = dir.path().join("checkpoints/step-0000000003/mark");
    fs::write(&mark, "").unwrap();
    run.checkpoint().unwrap();
    assert!(mark.exists());
    drop(run);
    let mut run = Run::resume(&data, dir.path()).unwrap();
    run.checkpoint().unwrap();
    assert!(mark.exists());
    train_until(&mut run, 4);
    run.checkpoint().unwrap();
    assert_eq!(checkpoints(dir.path()), ["step-0000000003", "step-0000000004"]);
}

#[test]
fn after_an_epoch_a_checkpoint_comes_earlier_than_within_one() {
    let data = data();
    // A fifth of a second after an epoch, six seconds within one.
    let recipe = plain().with("training.checkpoint-minutes", 0.1).unwrap();
    let dir = TempDir::new().unwrap();
    let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
    train_until(&mut run, 3);
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
    std::thread::sleep(Duration::from_millis(250));
    train_until(&mut run, 5);
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
    train_until(&mut run, 6);
    assert_eq!(checkpoints(dir.path()), ["step-0000000000", "step-0000000006"]);
}

#[test]
fn checkpoints_come_with_time_and_only_the_newest_stay() {
    let data = data();
    let recipe = plain().with("training.checkpoint-minutes", 1e-9).unwrap();
    for (keep, expected) in [
        (1, vec!["step-0000000004"]),
        (3, vec!["step-0000000002", "step-0000000003", "step-0000000004"]),
    ] {
        let recipe = recipe.with("training.keep-checkpoints", keep).unwrap();
        let dir = TempDir::new().unwrap();
        let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
        train_until(&mut run, 4);
        assert_eq!(checkpoints(dir.path()), expected);
    }
}

/// The events of a run up to its first step, and the run.
fn events_before_the_first_step(mut run: Run<'_>) -> (Vec<Event>, Run<'_>) {
    let mut events = Vec::new();
    loop {
        match run.step().unwrap().unwrap() {
            Event::Step(_) => return (events, run),
            event => events.push(event),
        }
    }
}

fn warnings(events: &[Event]) -> Vec<String> {
    let mut warnings = Vec::new();
    for event in events {
        if let Event::Warning(warning) = event {
            warnings.push(warning.to_string());
        }
    }
    warnings
}

/// What is done to the folder of a checkpoint.
type Damage<'a> = &'a dyn Fn(&Path);

#[test]
fn damaged_checkpoints_are_passed_over() {
    let data = data();
    let recipe = plain();
    let expected = uninterrupted(&recipe, &data);
    let flip = |path: PathBuf, index: usize| {
        let mut bytes = fs::read(&path).unwrap();
        let index = index.min(bytes.len() - 1);
        bytes[index] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let cut = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    let damages: [(&str, Damage<'_>); 7] = [
        ("`state.safetensors` does not match its checksum", &|path| {
            flip(path.join("state.safetensors"), usize::MAX);
        }),
        ("`state.safetensors` does not match its checksum", &|path| {
            cut(path.join("state.safetensors"));
        }),
        ("`state.json` does not match its checksum", &|path| flip(path.join("state.json"), 20)),
        ("`state.json` does not match its checksum", &|path| cut(path.join("state.json"))),
        ("expected JSON of a checkpoint", &|path| cut(path.join("manifest.json"))),
        ("failed to open file", &|path| fs::remove_file(path.join("manifest.json")).unwrap()),
        ("failed to open file", &|path| fs::remove_file(path.join("state.safetensors")).unwrap()),
    ];
    for (reason, damage) in damages {
        let dir = TempDir::new().unwrap();
        let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
        train_until(&mut run, 5);
        run.checkpoint().unwrap();
        drop(run);
        assert_eq!(checkpoints(dir.path()), ["step-0000000000", "step-0000000005"]);
        damage(&dir.path().join("checkpoints/step-0000000005"));

        let (events, mut run) =
            events_before_the_first_step(Run::resume(&data, dir.path()).unwrap());
        let found = warnings(&events);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("skipped a damaged checkpoint: `"), "{found:?}");
        assert!(found[0].contains("step-0000000005") && found[0].contains(reason), "{found:?}");
        train(&mut run);
        assert!(outcome(dir.path()) == expected, "{reason}");
    }
}

#[test]
fn what_else_lies_among_the_checkpoints_is_left_alone() {
    let data = data();
    let expected = uninterrupted(&plain(), &data);
    let dir = TempDir::new().unwrap();
    let mut run = plain().plan(&data).unwrap().start(&data, dir.path()).unwrap();
    train_until(&mut run, 5);
    run.checkpoint().unwrap();
    drop(run);
    let place = dir.path().join("checkpoints");
    let files = ["step-9999999999", "step-2", ".step-0000000007.part", "notes.txt"];
    for name in files {
        fs::write(place.join(name), "mine").unwrap();
    }
    let folders = ["step-best", ".mine.part"];
    for name in folders {
        fs::create_dir(place.join(name)).unwrap();
    }
    let mut run = Run::resume(&data, dir.path()).unwrap();
    assert_eq!(run.steps_done(), 5);
    train(&mut run);
    assert!(outcome(dir.path()) == expected);
    for name in files {
        assert_eq!(fs::read_to_string(place.join(name)).unwrap(), "mine");
    }
    for name in folders {
        assert!(place.join(name).is_dir());
    }
}

#[test]
fn a_run_whose_checkpoints_are_all_damaged_is_told_so() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let begins = format!(
        "`{}`: expected a checkpoint to resume from, found ",
        dir.path().join("checkpoints").display()
    );
    fs::write(dir.path().join("checkpoints/step-0000000000/state.json"), "{}").unwrap();
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert!(error.is_data());
    assert!(error.to_string().starts_with(&format!("{begins}1 that cannot be read")), "{error}");
    assert!(error.to_string().ends_with("does not match its checksum in the manifest"), "{error}");
}

#[test]
fn a_run_that_was_killed_before_its_first_checkpoint_begins_again() {
    let data = data();
    let recipe = plain();
    let dir = TempDir::new().unwrap();
    drop(recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap());
    fs::remove_dir_all(dir.path().join("checkpoints/step-0000000000")).unwrap();
    let mut run = Run::resume(&data, dir.path()).unwrap();
    assert_eq!(run.steps_done(), 0);
    train(&mut run);
    assert!(outcome(dir.path()) == uninterrupted(&recipe, &data));
}

#[test]
fn what_a_killed_run_was_writing_is_swept_away() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let half = dir.path().join("checkpoints/.step-0000000007.part");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("state.json"), "{").unwrap();
    let run = Run::resume(&data, dir.path()).unwrap();
    assert_eq!(run.steps_done(), 0);
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
}

#[test]
fn a_run_is_trained_by_one_at_a_time() {
    let data = data();
    let recipe = plain();
    let dir = TempDir::new().unwrap();
    let mut first = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
    train_until(&mut first, 2);
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert!(error.is_data());
    assert_eq!(
        error.to_string(),
        format!(
            "`{}`: expected a run that has stopped, found one that is being trained",
            dir.path().display()
        )
    );
    // The second has left everything as it was.
    train(&mut first);
    drop(first);
    assert!(outcome(dir.path()) == uninterrupted(&recipe, &data));
    assert!(Run::resume(&data, dir.path()).is_ok());
}

#[test]
fn only_the_same_recipe_on_the_same_data_is_resumed() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let error = Run::resume(&shades(41), dir.path()).err().unwrap();
    assert!(error.is_data());
    assert_eq!(error.to_string(), "`array` does not hold the images that the run was started with");

    let config = dir.path().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    // What is only written in another way is the same.
    fs::write(&config, format!("# A remark.\n{text}")).unwrap();
    assert!(Run::resume(&data, dir.path()).is_ok());
    fs::write(&config, text.replace("seed = 42", "seed = 43")).unwrap();
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        format!("`{}` is not the recipe that the run was started with", config.display())
    );
    fs::write(&config, text.replace("epochs = 3", "epoch = 3")).unwrap();
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert!(error.to_string().starts_with(&format!("`{}`: recipe: ", config.display())), "{error}");
}

#[test]
fn a_run_goes_on_longer_and_elsewhere() {
    let (data, recipe) = (data(), plain());
    let longer = recipe.with("training.epochs", 5).unwrap();
    let expected = uninterrupted(&longer, &data);
    let dir = TempDir::new().unwrap();
    let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
    train(&mut run);
    assert!(run.into_trained().remarks.is_empty());

    let error = Run::resume_to(&data, dir.path(), 2).err().unwrap();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "`training.epochs`: expected at least 3, which were begun, found 2"
    );
    // The same images under another name.
    let mut elsewhere = data.clone();
    elsewhere.card.source = "elsewhere".to_owned();
    let mut run = Run::resume_to(&elsewhere, dir.path(), 5).unwrap();
    train_until(&mut run, 11);
    run.checkpoint().unwrap();
    drop(run);
    let mut run = Run::resume(&data, dir.path()).unwrap();
    train(&mut run);
    assert_eq!(
        run.into_trained().remarks,
        ["The run was planned for 3 epochs, and after 3 for 5."]
    );
    assert!(outcome(dir.path()) == expected);
}

#[test]
fn a_run_begins_with_the_weights_of_a_model() {
    let (data, recipe) = (data(), plain());
    let mut model = as_trained(&recipe, &data);
    model.weights.encoder.fill(0.125);
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    let run = recipe.plan(&data).unwrap().start_from(&data, &path, &model).unwrap();
    drop(run);
    // It was killed before its first step.
    let run = Run::resume(&data, &path).unwrap();
    let trained = run.into_trained();
    assert_eq!(trained.model.weights, model.weights);
    assert_eq!(
        trained.remarks,
        ["Training began with the weights of a model of the recipe small, trained on array."]
    );

    let wider = recipe.with("network.hidden", "[9]").unwrap();
    let plan = wider.plan(&data).unwrap();
    let error = plan.start_from(&data, dir.path().join("wide"), &model).err().unwrap();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "expected a model with the recipe's parameters, here `encoder.0.weight` of shape [9, 64], \
         found `encoder.0.weight` of shape [8, 64]"
    );
    assert!(!dir.path().join("wide").exists());
}
