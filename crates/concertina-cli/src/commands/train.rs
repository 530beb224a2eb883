//! `train` and `resume`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use concertina::artifact::RunFolder;
use concertina::data::Dataset;
use concertina::model::Architecture;
use concertina::recipe::Recipe;
use concertina::text::thousands;
use concertina::train::{Event, Metrics, Run};
use concertina::{Error, Result};

use crate::args;
use crate::data;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::recipe;
use crate::words::{counted, duration, number};

/// `concertina train`
pub(crate) fn train(args: &args::Train, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let asked = args.recipe.as_deref().map(recipe::read).transpose()?;
    // Flags and `--set` are checked before the data is read: a slip of the keyboard shows at once.
    let source = data::absolute(&args.data);
    let first = settings(asked.clone().unwrap_or(Recipe::named("image-vae")?), args, &source)?;
    if let Some(out) = &args.out {
        RunFolder::check_new(out)?;
    }
    let data = data::open_to_train(&first, &source, printer)?;
    let recipe = match asked {
        Some(_) => first,
        None => settings(Recipe::suited_to(data.train.shape())?, args, &source)?,
    };
    let out = args.out.clone().unwrap_or_else(|| free_folder(&recipe.name, &source));
    let plan = recipe.plan(&data)?;
    describe(&recipe, &data, plan.architecture(), &out, printer);
    let interrupt = Interrupt::listen()?;
    let run = plan.start(&data, &out)?;
    drive(run, &interrupt, printer)
}

/// `concertina resume`
pub(crate) fn resume(args: &args::Resume, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let recipe = RunFolder::open(&args.run)?.recipe()?;
    let source = recipe.data.source.clone().ok_or_else(|| {
        Error::config(format!(
            "`{}`: expected `data.source` to say what the run is trained on, found none",
            args.run.join("config.toml").display()
        ))
    })?;
    let data = data::open_to_train(&recipe, &source, printer)?;
    let interrupt = Interrupt::listen()?;
    let run = Run::resume(&data, &args.run)?;
    let (done, all) = (run.steps_done(), run.plan().n_steps());
    printer.say(format_args!("going on from step {done} of {all} in {}", args.run.display()));
    drive(run, &interrupt, printer)
}

/// How the steps of a run ended.
enum Ended {
    /// All is done; the metrics of the last epoch, if it was trained just now.
    Done(Option<Box<Metrics>>),
    /// A signal came, and a checkpoint was written.
    Stopped,
}

/// Runs to the end, or to the first signal, and tells of it.
fn drive(mut run: Run<'_>, interrupt: &Interrupt, printer: Printer) -> anyhow::Result<Exit> {
    let begun = Instant::now();
    let mut progress = Progress::new(printer, run.plan().n_steps(), run.steps_done());
    let ended = steps(&mut run, interrupt, &mut progress);
    progress.end();
    let folder = run.folder().path();
    let again = format!("`concertina resume {}` goes on", folder.display());
    let last = match ended {
        Ok(Ended::Done(last)) => last,
        Ok(Ended::Stopped) => {
            printer.say(format_args!("stopped at step {}; {again}", run.steps_done()));
            return Ok(Exit::Interrupted);
        }
        // The disk is full, say.
        Err(error) if error.hint().is_none() => {
            return Err(error
                .with_hint(format!("once that is mended, {again} from the last checkpoint"))
                .into());
        }
        Err(error) => return Err(error.into()),
    };
    let loss =
        last.map_or(String::new(), |m| format!(", validation loss {}", number(m.valid.loss)));
    printer.say(format_args!("done in {}{loss}", duration(begun.elapsed().as_secs_f64())));
    printer.say(format_args!("open {} in a browser", folder.join("report.html").display()));
    printer.data(folder.display())?;
    Ok(Exit::Done)
}

fn steps(run: &mut Run<'_>, interrupt: &Interrupt, progress: &mut Progress) -> Result<Ended> {
    let mut last = None;
    while !interrupt.came() {
        let Some(event) = run.step()? else { return Ok(Ended::Done(last)) };
        progress.event(&event);
        if let Event::Epoch(metrics) = event {
            last = Some(metrics);
        }
    }
    run.checkpoint()?;
    Ok(Ended::Stopped)
}

/// What was asked, in two lines; and what of the data was left out.
fn describe(
    recipe: &Recipe,
    data: &Dataset,
    architecture: &Architecture,
    out: &Path,
    printer: Printer,
) {
    let card = &data.card;
    printer.say(format_args!(
        "{}: {} to train on, {} to validate, {}",
        card.name(),
        counted(card.train, "image"),
        thousands(card.valid),
        card.shape
    ));
    printer.say(format_args!(
        "{}: {}, a code of {}, {}; seed {}; writing {}",
        recipe.name,
        counted(architecture.n_parameters(), "parameter"),
        counted(architecture.code_size, "number"),
        counted(recipe.training.epochs, "epoch"),
        recipe.training.seed,
        out.display()
    ));
    data::warn_of_skipped(card, printer);
}

/// The recipe with what the command line says.
fn settings(recipe: Recipe, args: &args::Train, source: &str) -> Result<Recipe> {
    let mut recipe = recipe::set(recipe, &args.set)?;
    if let Some(epochs) = args.epochs {
        recipe.training.epochs = epochs;
        // Who says how often means it.
        recipe.training.min_steps = 0;
    }
    recipe.training.seed = args.seed.unwrap_or(recipe.training.seed);
    recipe.data.limit = args.limit.or(recipe.data.limit);
    recipe.data.source = Some(source.to_owned());
    Ok(recipe)
}

/// `runs/RECIPE-DATA`, or with a number behind it the first that is not there.
fn free_folder(recipe: &str, source: &str) -> PathBuf {
    let data = Path::new(source).file_stem().map_or("data".into(), |stem| stem.to_string_lossy());
    // A recipe's name is somebody's text: it must not lead to another folder.
    let name = format!("{recipe}-{data}").replace(['/', '\\'], "-");
    let mut path = Path::new("runs").join(&name);
    let mut number = 1;
    while path.exists() {
        number += 1;
        path = Path::new("runs").join(format!("{name}-{number}"));
    }
    path
}
