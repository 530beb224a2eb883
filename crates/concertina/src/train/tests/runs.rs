//! Whole runs: the same bytes again, a falling loss, and what they leave and report.

use std::path::Path;

use fs_err as fs;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use super::{data, uninterrupted};
use crate::artifact::RunFolder;
use crate::model::{HeldOutErrors, Model};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::testing::{all_kinds, plain, shades, variational};
use crate::train::{AtWork, Event};

#[test]
fn the_same_plan_gives_the_same_bytes_on_any_number_of_threads() {
    let data = data();
    for recipe in all_kinds() {
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
fn training_lowers_the_loss() {
    let data = shades(140);
    let long = |recipe: Recipe| recipe.with("training.epochs", 15).unwrap();
    let plain = plain().with("reconstruction", "{ kind = \"gaussian\" }").unwrap();
    // These images differ too little to be worth a nat.
    let variational = variational().with("bottleneck.beta", 0.01).unwrap();
    for recipe in [long(plain), long(variational)] {
        let (_, metrics) = uninterrupted(&recipe, &data);
        let (first, last) = (&metrics[0], &metrics[14]);
        assert_eq!((last.epoch, last.step), (15, 15 * 8));
        for (first, last) in [(&first.train, &last.train), (&first.valid, &last.valid)] {
            assert!(
                last.reconstruction < 0.4 * first.reconstruction,
                "{}: {first:?} {last:?}",
                recipe.name
            );
            assert_eq!(last.term("kl").is_some(), recipe.name == "small-variational");
        }
    }
}

#[test]
fn a_run_at_work_can_be_looked_at_and_keeps_its_models_if_asked() {
    let data = data();
    let recipe = variational().with("training.keep-snapshots", true).unwrap();
    let dir = TempDir::new().unwrap();
    let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
    // What another process may be writing at this moment.
    let half = dir.path().join("checkpoints/.step-0000000007.part");
    fs::create_dir_all(&half).unwrap();
    let at_work = AtWork::open(dir.path(), &data).unwrap();
    let (step, untrained) = at_work.newest().unwrap().unwrap();
    assert_eq!((step, at_work.history().unwrap().len(), at_work.has_ended()), (0, 0, false));
    while run.step().unwrap().is_some() {}
    let model = run.into_model();
    fs::create_dir_all(&half).unwrap();
    let (step, newest) = at_work.newest().unwrap().unwrap();
    assert!(step > 0 && half.is_dir());
    assert_eq!(newest.weights, model.weights);
    assert_eq!((at_work.history().unwrap().len(), at_work.has_ended()), (3, true));
    let folder = RunFolder::open(dir.path()).unwrap();
    let kept = folder.kept_snapshots().unwrap();
    let epochs: Vec<usize> = kept.iter().map(|(epochs, _)| *epochs).collect();
    assert_eq!(epochs, [0, 1, 2, 3]);
    let weights = |n: usize| Model::open(&kept[n].1).unwrap().weights;
    assert_eq!([weights(0), weights(3)], [untrained.weights, model.weights]);
    assert_ne!(weights(1), weights(2));
}

#[test]
fn one_huge_batch_is_all_the_images() {
    let data = data();
    let recipe = plain().with("training.batch-size", i64::MAX).unwrap();
    let (_, metrics) = uninterrupted(&recipe.with("training.epochs", 9).unwrap(), &data);
    assert_eq!(metrics[8].step, 9);
}

#[test]
fn a_finished_run_leaves_everything_in_its_folder() {
    let data = data();
    for recipe in all_kinds() {
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
        assert_eq!(written, [Path::new("model.safetensors")]);
        let mut names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected =
            [".lock", "checkpoints", "config.toml", "metrics.jsonl", "model.safetensors"];
        assert_eq!(names, expected);

        // The model in memory and the one in the file do the same.
        let (model, opened) = (run.into_model(), Model::open(dir.path()).unwrap());
        assert_eq!(model.weights, opened.weights);
        assert_eq!(model.recipe, opened.recipe);
        let samples = [&model, &opened].map(|model| model.sample(5, Seed(1)).unwrap());
        assert_eq!(samples[0], samples[1]);
        let errors = model.reconstruction_errors(&data.valid).unwrap();
        assert_eq!(errors, opened.reconstruction_errors(&data.valid).unwrap());
        assert_eq!(opened.held_out, HeldOutErrors::of(&errors));
        assert_eq!(opened.held_out, model.held_out);
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
        let kl = report.terms.get("kl").unwrap();
        assert!(kl > 0.0 && report.seconds_left >= 0.0, "{report:?}");
    }
    for (metrics, steps) in epochs {
        let last = &reports[steps - 1];
        assert_eq!(metrics.step, steps);
        assert_eq!(metrics.train.loss, last.loss);
        assert_eq!(metrics.train.reconstruction, last.reconstruction);
        assert_eq!(metrics.train.terms, last.terms);
        assert!(metrics.valid.term("active_units").unwrap() <= 3.0);
        assert_eq!(metrics.train.term("active_units"), None);
    }
}
