//! Every shipped recipe trained on a GPU beside the CPU, and a model used there.
//!
//! The device is $CONCERTINA_DEVICE, or the first that is found; the software Vulkan of Mesa does.
//! Without any the tests say that they are passed over.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

#[expect(dead_code, reason = "nothing is trained to its end here")]
#[path = "../../../fixtures/every_recipe.rs"]
mod every_recipe;

use std::env;
use std::path::Path;
use std::time::Instant;

use concertina::ImageShape;
use concertina::data::music::MusicSet;
use concertina::data::{Data, Dataset, OpenOptions};
use concertina::device::Device;
use concertina::model::{Architecture, Draw, Model};
use concertina::recipe::{Recipe, shipped};
use concertina::rng::Seed;
use concertina::train::{Event, ResumeOptions, Run};
use concertina::validate::validate;

use self::every_recipe::images;

/// Examples, few and in small batches: the device may be a program. With one held out they are six
/// steps an epoch.
const EXAMPLES: usize = 12;
const BATCH: usize = 2;
const EPOCHS: usize = 4;

/// The device to test, or a notice that there is none.
fn device() -> Option<Device> {
    let name = env::var("CONCERTINA_DEVICE").unwrap_or_else(|_| "vulkan".to_owned());
    match Device::named(&name) {
        Ok(device) => Some(device),
        Err(error) => {
            eprintln!("passed over: {error}");
            None
        }
    }
}

/// A recipe for a short run, and its data.
fn setting(name: &str) -> (Recipe, Box<dyn Data>) {
    let mut recipe = Recipe::named(name).unwrap();
    let training = &mut recipe.training;
    (training.epochs, training.min_steps, training.batch_size) = (EPOCHS, 0, BATCH);
    if recipe.wanted_music().is_some() {
        // Narrow networks: what they are made of does not depend on their sizes.
        let is_multitrack = name == "multitrack-vae";
        recipe = recipe
            .with("network.encoder", if is_multitrack { "[20, 20]" } else { "[20]" })
            .and_then(|recipe| recipe.with("network.decoder", "[24, 20]"))
            .and_then(|recipe| recipe.with("network.conductor", "[24]"))
            .unwrap();
        if !is_multitrack {
            recipe.data.bars = Some(1);
        }
    }
    if let Some(wanted) = recipe.wanted_music() {
        let options = OpenOptions { limit: Some(EXAMPLES), ..recipe.open_options() };
        let set = MusicSet::open("tunes", wanted, &options).unwrap();
        return (recipe, Box::new(set));
    }
    // Large images are a part of their size where the network takes that.
    if recipe.data.size.is_some_and(|size| size > 32) {
        let channels = recipe.data.channels.unwrap_or(3);
        let fits = |size: &usize| {
            Architecture::new(&recipe, ImageShape::new(channels, *size, *size), 10).is_ok()
        };
        recipe.data.size = [16, 32].into_iter().find(fits).or(recipe.data.size);
    }
    let (images, labels) = images(&recipe, EXAMPLES);
    // What is trained on patches is a network for images of their size.
    recipe.data.patch = None;
    let options = OpenOptions { valid_fraction: 0.1, ..recipe.open_options() };
    let data = Dataset::from_images(images, Some(labels), &options).unwrap();
    (recipe, Box::new(data))
}

/// The mean loss of the epoch after each step, and the validation loss after each epoch.
fn losses(run: &mut Run<'_>) -> Vec<f64> {
    let mut losses = Vec::new();
    while let Some(event) = run.step().unwrap() {
        losses.extend(loss(&event));
    }
    losses
}

fn loss(event: &Event) -> Option<f64> {
    match event {
        Event::Step(report) => Some(report.loss),
        Event::Epoch(metrics) => Some(metrics.valid.loss),
        _ => None,
    }
}

#[track_caller]
fn check_close(found: &[f64], expected: &[f64], within: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        // Written so that NaN fails.
        let close = (found - expected).abs() <= within * expected.abs().max(1e-3);
        assert!(close, "{what}, {place}: {found} on the device, {expected} on the CPU");
    }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

#[test]
fn every_recipe_trains_as_on_the_cpu() {
    let Some(device) = device() else { return };
    let only = env::var("CONCERTINA_RECIPE").ok();
    let dir = tempfile::tempdir().unwrap();
    for name in shipped().iter().map(|recipe| recipe.name) {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let (recipe, data) = setting(name);
        let run = |device: &Device, folder: &Path| {
            let plan = recipe.plan(&*data).unwrap().on(device).unwrap();
            let begun = Instant::now();
            let mut run = plan.start(&*data, folder).unwrap();
            (losses(&mut run), begun.elapsed().as_secs_f32(), run.history().len())
        };
        let [on_cpu, on_device] =
            ["cpu", "device"].map(|of| dir.path().join(format!("{name}-{of}")));
        let (expected, on_cpu, epochs) = run(&Device::cpu(), &on_cpu);
        let (found, on_device, _) = run(&device, &on_device);
        assert!(expected.len() - epochs >= 20, "{name}: {} steps", expected.len() - epochs);
        check_close(&found, &expected, 1e-3, name);
        let furthest = found.iter().zip(&expected).map(|(found, of)| (found / of - 1.0).abs());
        let furthest = furthest.fold(0.0, f64::max);
        eprintln!("{name}: within {furthest:.1e}; {on_device:.1} s on {device}, {on_cpu:.1} s");
    }
}

#[test]
fn a_model_is_used_as_on_the_cpu() {
    let Some(device) = device() else { return };
    let dir = tempfile::tempdir().unwrap();
    for name in ["conv-vae", "vq-vae", "melody-vae"] {
        let (recipe, data) = setting(name);
        let run = dir.path().join(name);
        let model = recipe.plan(&*data).unwrap().start(&*data, &run).unwrap().finish().unwrap();
        let there = Model { device: device.clone(), ..model.clone() };
        let examples = data.training().examples;
        let codes = model.encode(examples).unwrap();
        let found = there.encode(examples).unwrap();
        check_close(&wide(found.values()), &wide(codes.values()), 1e-3, name);
        let [found, expected] =
            [&there, &model].map(|model| model.reconstruction_errors(examples).unwrap());
        check_close(&wide(&found), &wide(&expected), 1e-3, name);
        let [found, expected] =
            [&there, &model].map(|model| validate(model, data.validation()).unwrap().losses.loss);
        check_close(&[found], &[expected], 1e-3, name);
        if name == "melody-vae" {
            // A decoder that reads its own past, and chooses by the same random numbers.
            let draw = Draw::Sampled { seed: Seed(1), temperature: 0.7 };
            let [found, expected] =
                [&there, &model].map(|model| model.decode_with(&codes, draw).unwrap());
            let pairs = found.values().iter().zip(expected.values());
            let same = pairs.filter(|(found, expected)| found == expected).count();
            assert!(same * 100 >= 95 * found.values().len(), "{same} tokens are the same");
        }
    }
}

/// A run may change its device; the checkpoint is the same file.
#[test]
fn a_run_goes_on_on_another_device() {
    let Some(device) = device() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (recipe, data) = setting("conv-vae");
    let plan = || recipe.plan(&*data).unwrap();
    let mut whole = plan().start(&*data, dir.path().join("whole")).unwrap();
    let expected = losses(&mut whole);
    let folder = dir.path().join("moved");
    let mut run = plan().on(&device).unwrap().start(&*data, &folder).unwrap();
    let half = expected.len() / 2;
    let mut found = Vec::new();
    while found.len() < half {
        found.extend(loss(&run.step().unwrap().unwrap()));
    }
    run.checkpoint().unwrap();
    drop(run);
    for device in [Device::cpu(), device] {
        let options = ResumeOptions { device: device.clone(), ..ResumeOptions::default() };
        let copy = dir.path().join(device.name());
        copy_folder(&folder, &copy);
        let mut run = Run::resume_with(&*data, &copy, &options).unwrap();
        let all = [found.clone(), losses(&mut run)].concat();
        check_close(&all, &expected, 1e-3, device.name());
        let remarks = run.into_trained().remarks;
        assert!(remarks.iter().any(|remark| remark.contains("the device vulkan")), "{remarks:?}");
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
