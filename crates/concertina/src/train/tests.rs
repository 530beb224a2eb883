//! Tests of training: it learns, it repeats itself to the byte, and it goes on where it stopped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use super::batch::{Draw, batch, order};
use super::*;
use crate::artifact::RunFolder;
use crate::data::{Dataset, OpenOptions};
use crate::error::Error;
use crate::model::{Architecture, Model};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::testing::{plain, shades, variational};

/// 36 images to train on: three steps of 16, 16 and 4 in each epoch of [`plain`] and [`variational`], nine in all.
fn data() -> Dataset {
    shades(40)
}

/// Trains until the model is written; draws no figures.
fn train(run: &mut Run<'_>) {
    let model = run.folder().model();
    while let Some(event) = run.step().unwrap() {
        if matches!(event, Event::Written(path) if path == model) {
            return;
        }
    }
    panic!("the run ended without a model");
}

fn train_until(run: &mut Run<'_>, steps: usize) {
    while run.steps_done() < steps {
        run.step().unwrap().unwrap();
    }
}

/// The model file, and the metrics without their times.
fn outcome(folder: &Path) -> (Vec<u8>, Vec<Metrics>) {
    let folder = RunFolder::open(folder).unwrap();
    let lines = fs::read_to_string(folder.metrics()).unwrap();
    let metrics = lines.lines().map(|line| {
        let metrics: Metrics = serde_json::from_str(line).unwrap();
        Metrics { seconds: 0.0, images_per_second: 0.0, ..metrics }
    });
    (fs::read(folder.model()).unwrap(), metrics.collect())
}

/// What a run makes that is never stopped.
fn uninterrupted(recipe: &Recipe, data: &Dataset) -> (Vec<u8>, Vec<Metrics>) {
    let dir = TempDir::new().unwrap();
    train(&mut recipe.plan(data).unwrap().start(data, dir.path()).unwrap());
    outcome(dir.path())
}

/// The events of a run up to its first step, and the run.
fn events_before_the_first_step<'d>(mut run: Run<'d>) -> (Vec<Event>, Run<'d>) {
    let mut events = Vec::new();
    loop {
        match run.step().unwrap().unwrap() {
            Event::Step(_) => return (events, run),
            event => events.push(event),
        }
    }
}

fn warnings(events: &[Event]) -> Vec<&str> {
    let warning = |event| if let Event::Warning(text) = event { Some(text) } else { None };
    events.iter().filter_map(warning).map(String::as_str).collect()
}

fn checkpoints(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("checkpoints")).unwrap();
    let names: BTreeSet<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.into_iter().collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes_on_any_number_of_threads() {
    let data = data();
    for recipe in [plain(), variational()] {
        let expected = uninterrupted(&recipe, &data);
        assert_eq!(expected.1.len(), 3);
        for threads in [1, 3] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| uninterrupted(&recipe, &data));
            assert!(found == expected, "{}: other results on {threads} threads", recipe.name);
        }
        let other = uninterrupted(&recipe.with("training.seed", 43).unwrap(), &data);
        assert_ne!(other.1, expected.1);
    }
}

#[test]
fn a_resumed_run_ends_as_if_it_had_never_stopped() {
    let data = data();
    for recipe in [plain(), variational()] {
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
                // Without a checkpoint on request, the newest is that of the last whole epoch.
                assert_eq!(run.steps_done(), if asked { stop } else { stop / 3 * 3 });
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
    type Damage<'a> = &'a dyn Fn(&Path);
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
        assert_eq!(checkpoints(dir.path()), ["step-0000000003", "step-0000000005"]);
        damage(&dir.path().join("checkpoints/step-0000000005"));

        let (events, mut run) =
            events_before_the_first_step(Run::resume(&data, dir.path()).unwrap());
        let found = warnings(&events);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("passed over a damaged checkpoint: `"), "{found:?}");
        assert!(found[0].contains("step-0000000005") && found[0].contains(reason), "{found:?}");
        train(&mut run);
        assert!(outcome(dir.path()) == expected, "{reason}");
    }
}

#[test]
fn a_run_without_a_whole_checkpoint_is_told_so() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let begins = format!(
        "`{}`: expected a checkpoint to go on from, found ",
        dir.path().join("checkpoints").display()
    );
    fs::write(dir.path().join("checkpoints/step-0000000000/state.json"), "{}").unwrap();
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert!(error.is_data());
    assert!(error.to_string().starts_with(&format!("{begins}1 that cannot be read")), "{error}");
    assert!(error.to_string().ends_with("does not match its checksum in the manifest"), "{error}");

    fs::remove_dir_all(dir.path().join("checkpoints/step-0000000000")).unwrap();
    let error = Run::resume(&data, dir.path()).err().unwrap();
    assert_eq!(error.to_string(), format!("{begins}none"));
}

#[test]
fn what_a_killed_run_was_writing_is_swept_away() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let half = dir.path().join("checkpoints/step-0000000007.part");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("state.json"), "{").unwrap();
    let run = Run::resume(&data, dir.path()).unwrap();
    assert_eq!(run.steps_done(), 0);
    assert_eq!(checkpoints(dir.path()), ["step-0000000000"]);
}

#[test]
fn only_the_same_recipe_on_the_same_data_is_resumed() {
    let data = data();
    let dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, dir.path()).unwrap());
    let error = Run::resume(&shades(41), dir.path()).err().unwrap();
    assert!(error.is_data());
    assert_eq!(
        error.to_string(),
        "`array` does not hold the images that the run was started with"
    );

    let config = dir.path().join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    // What is only written in another way is the same.
    fs::write(&config, format!("# A remark.\n{text}")).unwrap();
    assert!(Run::resume(&data, dir.path()).is_ok());
    fs::write(&config, text.replace("epochs = 3", "epochs = 4")).unwrap();
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
        assert!(error.hint().unwrap().contains("--out"));
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
        format!(
            "`{}`: expected a run folder with a `config.toml`, found none",
            taken.display()
        )
    );
}

#[test]
fn training_lowers_the_loss() {
    let data = shades(140);
    let long = |recipe: Recipe| recipe.with("training.epochs", 15).unwrap();
    let plain = plain().with("reconstruction", "{ kind = \"gaussian\" }").unwrap();
    for recipe in [long(plain), long(variational())] {
        let (_, metrics) = uninterrupted(&recipe, &data);
        let (first, last) = (&metrics[0], &metrics[14]);
        assert_eq!((last.epoch, last.step), (15, 15 * 8));
        for (first, last) in [(first.train, last.train), (first.valid, last.valid)] {
            assert!(
                last.reconstruction < 0.4 * first.reconstruction,
                "{}: {first:?} {last:?}",
                recipe.name
            );
            assert_eq!(last.kl.is_some(), recipe.bottleneck.is_variational());
        }
    }
}

#[test]
fn a_finished_run_leaves_everything_in_its_folder() {
    let data = data();
    for recipe in [plain(), variational()] {
        let dir = TempDir::new().unwrap();
        let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
        let mut written = Vec::new();
        while let Some(event) = run.step().unwrap() {
            if let Event::Written(path) = event {
                assert!(fs::metadata(&path).unwrap().len() > 0);
                written.push(path.strip_prefix(dir.path()).unwrap().to_owned());
            }
        }
        assert!(run.step().unwrap().is_none());
        assert_eq!(written.first().unwrap(), Path::new("model.safetensors"));
        assert_eq!(written.last().unwrap(), Path::new("report.html"));
        assert!(written.contains(&PathBuf::from("figures/reconstructions.png")), "{written:?}");
        let mut names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            ["checkpoints", "config.toml", "figures", "metrics.jsonl", "model.safetensors", "report.html"]
        );

        // The model in memory and the one in the file do the same.
        let (model, opened) = (run.into_model(), Model::open(dir.path()).unwrap());
        assert_eq!(model.weights, opened.weights);
        assert_eq!(model.recipe, opened.recipe);
        let samples = [&model, &opened].map(|model| model.sample(5, Seed(1)).unwrap());
        assert_eq!(samples[0], samples[1]);
        assert_eq!(
            serde_json::to_string(&model.evaluate(&data.valid).unwrap()).unwrap(),
            serde_json::to_string(&opened.evaluate(&data.valid).unwrap()).unwrap()
        );
    }
}

#[test]
fn what_a_step_reports_is_what_happened() {
    let data = data();
    let dir = TempDir::new().unwrap();
    let mut run = variational().plan(&data).unwrap().start(&data, dir.path()).unwrap();
    let mut reports = Vec::new();
    let mut epochs = Vec::new();
    while epochs.len() < 3 {
        match run.step().unwrap().unwrap() {
            Event::Step(report) => reports.push(report),
            Event::Epoch(metrics) => epochs.push((metrics, reports.len())),
            _ => {}
        }
    }
    let numbers: Vec<_> = reports.iter().map(|report| (report.epoch, report.step)).collect();
    assert_eq!(numbers, [1, 2, 3].map(|epoch| [1, 2, 3].map(|step| (epoch, step))).concat());
    for report in &reports {
        assert_eq!((report.steps_per_epoch, report.epochs), (3, 3));
        assert!(report.loss > 0.0 && report.reconstruction > 0.0 && report.gradient_norm > 0.0);
        assert!(report.kl.unwrap() > 0.0 && report.seconds_left >= 0.0, "{report:?}");
    }
    for (metrics, steps) in epochs {
        let last = reports[steps - 1];
        assert_eq!(metrics.step, steps);
        assert_eq!(metrics.train.loss, last.loss);
        assert_eq!(metrics.train.reconstruction, last.reconstruction);
        assert_eq!(metrics.train.kl, last.kl);
        assert!(metrics.valid.active_units.unwrap() <= 3 && metrics.train.active_units.is_none());
    }
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
    for part in [
        "at step 2 (epoch 1): last finite loss 0.",
        "learning rate 1e30, inputs 0.",
        "targets 0.",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(error.hint().unwrap().contains("training.learning-rate=1e29"), "{error:?}");
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

#[test]
fn small_sets_are_passed_over_more_often() {
    let data = data();
    for (epochs, min_steps, expected) in [(2, 0, 2), (2, 6, 2), (2, 7, 3), (2, 100, 34), (5, 6, 5)] {
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
        "`training.epochs`: expected fewer than 2^32 steps in all, found 4294967295 epochs of 3 steps"
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

#[test]
fn one_huge_batch_is_all_the_images() {
    let data = data();
    let recipe = plain().with("training.batch-size", i64::MAX).unwrap();
    let (_, metrics) = uninterrupted(&recipe.with("training.epochs", 9).unwrap(), &data);
    assert_eq!(metrics[8].step, 9);
}

#[test]
fn every_epoch_has_an_order_of_its_own() {
    let [first, second] = [1, 2].map(|epoch| order(Seed(1), epoch, 100));
    assert_ne!(first, second);
    assert_ne!(first, order(Seed(2), 1, 100));
    for mut order in [first, second] {
        order.sort_unstable();
        assert!(order.into_iter().eq(0..100));
    }
}

#[test]
fn what_is_drawn_for_an_image_does_not_depend_on_its_batch() {
    let data = data();
    let recipe = variational();
    let architecture = Architecture::new(&recipe, data.train.shape()).unwrap();
    let of = |indices: &[u32], draw| {
        batch(&data.train, indices, &recipe, &architecture, Seed(1), draw)
    };
    for draw in [Draw::Training { epoch: 3 }, Draw::Validation] {
        let three = of(&[7, 2, 5], draw);
        let one = of(&[5], draw);
        assert_eq!((three.len, one.len), (3, 1));
        assert_eq!(three.input[2 * 64..], one.input);
        assert_eq!(three.target[2 * 64..], one.target);
        assert_eq!(three.noise[2 * 3..], one.noise);
        assert_ne!(one.input, one.target);
        assert_ne!(three.noise[..3], three.noise[3..6]);
    }
    let [third, fourth] = [3, 4].map(|epoch| of(&[5], Draw::Training { epoch }));
    assert_ne!(third.input, fourth.input);
    assert_ne!(third.noise, fourth.noise);
    assert_eq!(third.target, fourth.target);
}
