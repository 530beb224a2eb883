//! `train` and `resume`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use concertina::artifact::RunFolder;
use concertina::compare::{Comparison, RunSummary};
use concertina::data::absolute_source;
use concertina::data::music::is_music;
use concertina::device::Device;
use concertina::group::Group;
use concertina::model::{Architecture, Model};
use concertina::recipe::Recipe;
use concertina::text::{counted, duration, number, thousands};
use concertina::train::{Event, ResumeOptions, Run};
use concertina::validate::Metrics;
use concertina::{Error, Result};
use concertina_report::gallery::{Gallery, Of};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args;
use crate::data;
use crate::exit::Exit;
use crate::hint;
use crate::interrupt::Interrupt;
use crate::memory;
use crate::opened::{self, Opened};
use crate::output::expect_folder;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::recipe;
use crate::stdin;
use crate::sweep::{Variant, variants};
use crate::tensorboard::TensorBoard;

/// `concertina train`
pub(crate) fn train(
    args: &args::Train,
    group: &Arc<dyn Group>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    if args.data == stdin::DASH {
        return Err(Error::config("expected training data with a name or a path, found `-`")
            .with_hint("a run is resumed with its data, and what was piped in is gone by then")
            .into());
    }
    if let Some(out) = &args.out {
        expect_folder("--out", out)?;
    }
    let device = args.device.find()?;
    let variants = variants(&args.seeds, &args.set)?;
    let from = args.from.as_deref().map(Model::open).transpose()?;
    let asked = asked(args, from.as_ref())?;
    // A wrong value of the last run shows before the first one begins.
    for variant in &variants {
        check(args, variant, asked.as_ref(), &**group)?;
    }
    let n = variants.len();
    let mut trained = Vec::new();
    for (number, variant) in variants.into_iter().enumerate() {
        if n > 1 {
            printer.say(format_args!("run {} of {n}:", number + 1));
        }
        match train_one(args, &variant, asked.clone(), from.as_ref(), group, &device, printer)? {
            Some(folder) => trained.push(folder),
            None => return Ok(Exit::Interrupted),
        }
    }
    if n > 1 {
        printer.say("compare them with `concertina compare` and their folders");
    }
    Trained::tell(&trained, printer)
}

/// The recipe that is asked for, or that all music of this kind gets; images decide by their shape.
fn asked(args: &args::Train, from: Option<&Model>) -> Result<Option<Recipe>> {
    match (&args.recipe, from) {
        (Some(recipe), _) => recipe::read(recipe).map(Some),
        (None, Some(model)) => Ok(Some(model.recipe.clone())),
        (None, None) if is_music(&args.data) => Recipe::suited_to_music(&args.data).map(Some),
        (None, None) => Ok(None),
    }
}

/// What can be found wrong with a run before the data is read.
fn check(
    args: &args::Train,
    variant: &Variant,
    asked: Option<&Recipe>,
    group: &dyn Group,
) -> Result<()> {
    if let Some(out) = args.out.as_ref().filter(|_| group.is_first()) {
        RunFolder::check_new(&variant.folder(out))?;
    }
    let checked = |recipe: Recipe| settings(recipe, args, variant, &args.data)?.check();
    match asked {
        Some(recipe) => checked(recipe.clone()),
        // One of them will be taken.
        None => checked(Recipe::named("image-vae")?)
            .or_else(|error| checked(Recipe::named("conv-vae")?).map_err(|_| error)),
    }
}

/// Trains a run, unless a signal stops it.
fn train_one(
    args: &args::Train,
    variant: &Variant,
    asked: Option<Recipe>,
    from: Option<&Model>,
    group: &Arc<dyn Group>,
    device: &Device,
    printer: Printer,
) -> anyhow::Result<Option<RunFolder>> {
    let out = args.out.as_ref().map(|out| variant.folder(out));
    let source = absolute_source(&args.data);
    let first =
        settings(asked.clone().unwrap_or(Recipe::named("image-vae")?), args, variant, &source)?;
    memory::expect_by_size(&first, printer)?;
    let data = opened::open_to_train(&first, &source, printer)?;
    let recipe = match (asked, &data) {
        (None, Opened::Images(_) | Opened::Stored(..)) => {
            let shape = data.as_data().card().shape;
            settings(Recipe::suited_to(shape)?, args, variant, &source)?
        }
        _ => first,
    };
    let out = out.unwrap_or_else(|| free_folder(&recipe.name, &source, &variant.name));
    let plan = recipe.plan(data.as_data())?.in_group(group)?.on(device)?;
    memory::expect(&plan.memory(data.as_data()), printer)?;
    describe(&recipe, &data, plan.architecture(), &out, printer);
    tell_device(device, printer);
    let interrupt = Interrupt::listen();
    let run = match from {
        Some(model) => plan.start_from(data.as_data(), &out, model)?,
        None => plan.start(data.as_data(), &out)?,
    };
    drive(run, &data, args.tensorboard, group, interrupt, printer)
}

/// `concertina resume`
pub(crate) fn resume(
    args: &args::Resume,
    group: &Arc<dyn Group>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let device = args.device.find()?;
    let (recipe, source) = resumed(args, &**group)?;
    let data = opened::open_to_train(&recipe, &source, printer)?;
    let interrupt = Interrupt::listen();
    memory::expect(&recipe.plan(data.as_data())?.memory(data.as_data()), printer)?;
    let options = ResumeOptions { epochs: args.epochs, device, group: Arc::clone(group) };
    let run = Run::resume_with(data.as_data(), &args.run, &options)?;
    let (done, all) = (run.steps_done(), run.plan().n_steps());
    printer.say(format_args!("resuming at step {done} of {all} in {}", args.run.display()));
    tell_device(&options.device, printer);
    match drive(run, &data, args.tensorboard, group, interrupt, printer)? {
        Some(folder) => Trained::tell(&[folder], printer),
        None => Ok(Exit::Interrupted),
    }
}

/// Where it is computed, if that is not the usual place.
fn tell_device(device: &Device, printer: Printer) {
    if !device.is_cpu() {
        printer.say(format_args!("computing on {device}"));
    }
}

/// The recipe of the run and where its data lies. Only the first process reads the run folder.
fn resumed(args: &args::Resume, group: &dyn Group) -> Result<(Recipe, String)> {
    let mut recipe = String::new();
    if group.is_first() {
        let folder = RunFolder::open(&args.run)?;
        let mut found = folder.recipe()?;
        found.data.source = Some(match &args.data {
            Some(source) => absolute_source(source),
            None => data::trained_on(&folder)
                .map_err(|error| error.with_hint("say where it is: `--data DATA`"))?,
        });
        recipe = found.to_toml();
    }
    let recipe = group.broadcast(recipe.as_bytes());
    let recipe = Recipe::from_toml(&String::from_utf8_lossy(&recipe))?;
    let source = recipe.data.source.clone().unwrap_or_default();
    Ok((recipe, source))
}

/// Runs that are complete.
#[derive(JsonSchema, Serialize)]
pub(super) struct Trained {
    /// In the order in which they were trained.
    runs: Vec<TrainedRun>,
}

#[derive(JsonSchema, Serialize)]
struct TrainedRun {
    #[serde(flatten)]
    summary: RunSummary,
    /// The path of its model file.
    model: String,
    /// The path of its report.
    report: String,
}

impl Trained {
    /// Tells of runs to a program; a person was told of each when it was complete.
    fn tell(folders: &[RunFolder], printer: Printer) -> anyhow::Result<Exit> {
        if !printer.answers_in_json() {
            return Ok(Exit::Done);
        }
        let found = Comparison::of(folders)?;
        let runs = folders.iter().zip(found.runs).map(|(folder, summary)| TrainedRun {
            summary,
            model: folder.model().display().to_string(),
            report: folder.report().display().to_string(),
        });
        printer.document(&Self { runs: runs.collect() })?;
        Ok(Exit::Done)
    }
}

/// How the steps of a run ended.
enum Ended {
    /// The model is trained; the metrics of the last epoch, if it was trained just now.
    Trained(Option<Box<Metrics>>),
    /// A signal came, and a checkpoint was written.
    Stopped,
}

/// Trains to the end, draws the figures and writes the report; or stops at the first signal, and
/// gives back nothing.
fn drive(
    mut run: Run<'_>,
    data: &Opened,
    with_tensorboard: bool,
    group: &Arc<dyn Group>,
    interrupt: Interrupt,
    printer: Printer,
) -> anyhow::Result<Option<RunFolder>> {
    let begun = Instant::now();
    let folder = run.folder().clone();
    let again = hint::resume(folder.path(), if with_tensorboard { " --tensorboard" } else { "" });
    let mendable = |error: Error| match error.hint() {
        // The disk is full, say.
        None => error.with_hint(format!(
            "once this is fixed, run {again} to continue from the last checkpoint"
        )),
        Some(_) => error,
    };
    let board = (with_tensorboard && group.is_first())
        .then(|| TensorBoard::create(folder.path(), run.history()))
        .transpose();
    let board = board.map_err(mendable)?;
    let mut readers =
        Readers { progress: Progress::of_run(printer, run.plan(), run.steps_done()), board };
    let ended = steps(&mut run, &**group, interrupt, &mut readers);
    let mut progress = readers.progress;
    let last = match ended {
        Ok(Ended::Trained(last)) => last,
        Ok(Ended::Stopped) => {
            progress.end();
            let step = run.steps_done();
            printer.say(format_args!("stopped at step {step}; run {again} to continue"));
            return Ok(None);
        }
        Err(error) => {
            progress.end();
            return Err(mendable(error).into());
        }
    };
    if !group.is_first() {
        return Ok(Some(folder));
    }
    progress.working("drawing figures");
    let mut gallery = Gallery::new(run.into_trained());
    let sampled;
    let shown: Of<'_> = match data {
        Opened::Images(images) => (&**images).into(),
        Opened::Stored(stored, options) => {
            sampled = opened::sample(&**stored, options, opened::SAMPLE, printer)?;
            (&sampled).into()
        }
        Opened::Music(music) => (&**music).into(),
    };
    let drawn = draw(&mut gallery, shown, interrupt);
    progress.end();
    if !drawn.map_err(mendable)? {
        printer.say(format_args!(
            "stopped while drawing figures; the model is complete; run {again} to draw them"
        ));
        return Ok(None);
    }
    for figure in gallery.left_out() {
        printer.warn(figure);
    }
    let loss =
        last.map_or(String::new(), |m| format!(", validation loss {}", number(m.valid.loss)));
    printer.say(format_args!("done in {}{loss}", duration(begun.elapsed().as_secs_f64())));
    printer.say(format_args!("open {} in a browser", folder.report().display()));
    printer.words(folder.path().display())?;
    Ok(Some(folder))
}

/// Who is told of a run's events.
struct Readers {
    progress: Progress,
    board: Option<TensorBoard>,
}

/// Trains until the model is written or a process was told to stop: all stop after the same step.
fn steps(
    run: &mut Run<'_>,
    group: &dyn Group,
    interrupt: Interrupt,
    readers: &mut Readers,
) -> Result<Ended> {
    let mut last = None;
    let mut is_to_stop = group.any(interrupt.came());
    while !is_to_stop {
        let Some(event) = run.step()? else { return Ok(Ended::Trained(last)) };
        readers.progress.event(&event);
        // Checkpoints and the model, which the first process writes, are events of its own.
        let is_of_all = matches!(event, Event::Step(_) | Event::Epoch(_));
        if let Event::Epoch(metrics) = event {
            readers.board.iter_mut().try_for_each(|board| board.epoch(&metrics))?;
            last = Some(metrics);
        }
        is_to_stop = is_of_all && group.any(interrupt.came());
    }
    run.checkpoint()?;
    Ok(Ended::Stopped)
}

/// Draws the figures and writes the report; false if a signal came first.
fn draw(gallery: &mut Gallery, data: Of<'_>, interrupt: Interrupt) -> Result<bool> {
    while !interrupt.came() {
        if gallery.next(data)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The data and the model, a line each, and which files were skipped.
fn describe(
    recipe: &Recipe,
    data: &Opened,
    architecture: &Architecture,
    out: &Path,
    printer: Printer,
) {
    let card = data.as_data().card();
    let (what, shape) = match card.music() {
        Some(music) => {
            ("windows", format!("{} of {}", counted(music.bars, "bar"), music.music.word()))
        }
        None => ("images", card.shape.to_string()),
    };
    printer.say(format_args!(
        "{}: {} training and {} validation {what}, {shape}",
        card.name(),
        thousands(card.train),
        thousands(card.valid),
    ));
    printer.say(format_args!(
        "{}: {}, {}, {}, seed {}; writing to {}",
        recipe.name,
        counted(architecture.n_parameters(), "parameter"),
        counted(architecture.latent_dim, "latent dimension"),
        counted(recipe.training.epochs, "epoch"),
        recipe.training.seed,
        out.display()
    ));
    data::warn_of_skipped(card, printer);
    let Opened::Images(images) = data else { return };
    let same = images.duplicates();
    if same.train > 0 {
        printer.warn(format_args!(
            "training images that are identical to others of them: {} of {}",
            thousands(same.train),
            thousands(card.train)
        ));
    }
    // A set of one image is said to be validated with it.
    if same.valid > 0 && card.train > 1 {
        printer.warn(format_args!(
            "validation images that are training images too: {} of {}; the validation loss is too \
             good",
            thousands(same.valid),
            thousands(card.valid)
        ));
    }
}

/// The recipe with what the command line says.
fn settings(recipe: Recipe, args: &args::Train, variant: &Variant, source: &str) -> Result<Recipe> {
    let mut recipe = recipe::set(recipe, &variant.set)?;
    if let Some(epochs) = args.epochs {
        recipe.training.epochs = epochs;
        // An explicit number of epochs is not extended.
        recipe.training.min_steps = 0;
    }
    recipe.training.seed = variant.seed.or(args.seed).unwrap_or(recipe.training.seed);
    recipe.data.limit = args.limit.or(recipe.data.limit);
    recipe.data.source = Some(source.to_owned());
    Ok(recipe)
}

/// `runs/RECIPE-DATA` and the variant's name, with a number behind it if that exists.
fn free_folder(recipe: &str, source: &str, variant: &str) -> PathBuf {
    let data = Path::new(source).file_stem().map_or("data".into(), |stem| stem.to_string_lossy());
    // A recipe's name is somebody's text: it must not lead to another folder.
    let name = format!("{recipe}-{data}{variant}").replace(['/', '\\'], "-");
    let mut path = Path::new("runs").join(&name);
    let mut number = 1;
    while path.exists() {
        number += 1;
        path = Path::new("runs").join(format!("{name}-{number}"));
    }
    path
}
