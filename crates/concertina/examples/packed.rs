//! Trains on a pack for some steps, stops in the middle of an epoch and goes on, and says how long
//! each took and how much memory: `cargo run --release --example packed -- PACK [RECIPE] [STEPS]`.
//! Other data than a pack is trained on in memory. Without arguments, packs a few digits.

#![expect(clippy::print_stdout, reason = "an example talks")]

use std::time::Instant;

use concertina::Result;
use concertina::data::{Data, Dataset, OpenOptions, PackedSet, is_pack};
use concertina::packing::{PackOptions, Packing};
use concertina::recipe::Recipe;
use concertina::train::Run;

fn main() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("concertina-packed-{}", std::process::id()));
    let mut arguments = std::env::args().skip(1);
    let source = match arguments.next() {
        Some(source) => source,
        None => pack_digits(&folder.join("pack"))?,
    };
    let recipe = Recipe::named(&arguments.next().unwrap_or_else(|| "conv-vae".to_owned()))?;
    let steps = arguments.next().and_then(|steps| steps.parse().ok()).unwrap_or(5);

    let begun = Instant::now();
    let data: Box<dyn Data> = if is_pack(source.as_ref()) {
        Box::new(PackedSet::open(&source, &recipe.open_options())?)
    } else {
        Box::new(Dataset::open(&source, &recipe.open_options())?)
    };
    println!("{} training images of {}", data.card().train, data.card().shape);
    let mut run = recipe.plan(&*data)?.start(&*data, folder.join("run"))?;
    let first = train(&mut run, 1)?;
    println!("first step after {:.2} s", begun.elapsed().as_secs_f64());
    let images = (train(&mut run, steps)? - first) * recipe.training.batch_size;
    let speed = images as f64 / begun.elapsed().as_secs_f64();
    println!("{speed:.0} images a second, from the beginning of the run");
    run.checkpoint()?;
    drop(run);

    let begun = Instant::now();
    let mut run = Run::resume(&*data, folder.join("run"))?;
    let done = run.steps_done();
    train(&mut run, done + 1)?;
    println!("step {} resumed after {:.2} s", done + 1, begun.elapsed().as_secs_f64());
    drop(run);
    if let Ok(status) = fs_err::read_to_string("/proc/self/status") {
        println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    }
    Ok(fs_err::remove_dir_all(folder)?)
}

/// Trains up to this step, or the end. Returns the steps done.
fn train(run: &mut Run<'_>, steps: usize) -> Result<usize> {
    while run.steps_done() < steps && run.step()?.is_some() {}
    Ok(run.steps_done())
}

fn pack_digits(folder: &std::path::Path) -> Result<String> {
    let open = OpenOptions { limit: Some(600), ..OpenOptions::default() };
    let options = PackOptions { open, ..PackOptions::default() };
    let mut packing = Packing::begin("digits", folder, &options)?;
    while packing.step()?.is_some() {}
    Ok(folder.to_string_lossy().into_owned())
}
