//! `train` and `resume`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use concertina::artifact::RunFolder;
use concertina::data::{Dataset, OpenOptions};
use concertina::model::Architecture;
use concertina::recipe::Recipe;
use concertina::rng::Seed;
use concertina::text::thousands;
use concertina::train::{Event, Metrics, Run};
use concertina::{Error, Result};
use fs_err as fs;

use crate::args;
use crate::data;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress::{Progress, duration, number};

/// `concertina train`
pub(crate) fn train(args: args::Train, printer: &Printer) -> anyhow::Result<Exit> {
    use_threads(&args.threads)?;
    let interrupt = Interrupt::listen()?;
    let asked = args.recipe.as_deref().map(read_recipe).transpose()?;
    // Flags and `--set` are checked before the data is read: a slip of the keyboard shows at once.
    let source = absolute(&args.data);
    let first = settings(asked.clone().unwrap_or(Recipe::named("image-vae")?), &args, &source)?;
    let data = open(&first, args.data.as_str(), *printer)?;
    let recipe = match asked {
        Some(_) => first,
        None => settings(Recipe::suited_to(data.train.shape())?, &args, &source)?,
    };
    let out = args.out.clone().unwrap_or_else(|| free_folder(&recipe.name, &args.data));
    let plan = recipe.plan(&data)?;
    describe(&recipe, &data, &plan.architecture, &out, *printer);
    let run = plan.start(&data, &out)?;
    drive(run, &interrupt, *printer)
}

/// `concertina resume`
pub(crate) fn resume(args: &args::Resume, printer: &Printer) -> anyhow::Result<Exit> {
    use_threads(&args.threads)?;
    let interrupt = Interrupt::listen()?;
    let recipe = RunFolder::open(&args.run)?.recipe()?;
    let source = recipe.data.source.clone().ok_or_else(|| {
        Error::config(format!(
            "`{}`: expected `data.source` to say what the run is trained on, found none",
            args.run.join("config.toml").display()
        ))
    })?;
    let data = open(&recipe, &source, *printer)?;
    let run = Run::resume(&data, &args.run)?;
    let (done, all) = (run.steps_done(), run.plan().n_steps());
    printer.say(format_args!("going on from step {done} of {all} in {}", args.run.display()));
    drive(run, &interrupt, *printer)
}

/// Runs to the end, or to the first signal.
fn drive(mut run: Run<'_>, interrupt: &Interrupt, printer: Printer) -> anyhow::Result<Exit> {
    let begun = Instant::now();
    let mut progress = Progress::new(printer, run.plan().n_steps(), run.steps_done());
    let mut last: Option<Metrics> = None;
    let folder = run.folder().path().to_owned();
    loop {
        if interrupt.came() {
            run.checkpoint()?;
            progress.end();
            printer.say(format_args!(
                "stopped at step {}; `concertina resume {}` goes on",
                run.steps_done(),
                folder.display()
            ));
            return Ok(Exit::Interrupted);
        }
        match run.step() {
            Ok(Some(event)) => {
                progress.event(&event);
                if let Event::Epoch(metrics) = event {
                    last = Some(metrics);
                }
            }
            Ok(None) => break,
            Err(error) => {
                progress.end();
                return Err(error.into());
            }
        }
    }
    progress.end();
    let loss =
        last.map_or(String::new(), |m| format!(", validation loss {}", number(m.valid.loss)));
    printer.say(format_args!("done in {}{loss}", duration(begun.elapsed().as_secs_f64())));
    printer.say(format_args!("open {} in a browser", folder.join("report.html").display()));
    printer.data(folder.display())?;
    Ok(Exit::Done)
}

/// What was asked, in two lines.
fn describe(
    recipe: &Recipe,
    data: &Dataset,
    architecture: &Architecture,
    out: &Path,
    printer: Printer,
) {
    let card = &data.card;
    printer.say(format_args!(
        "{}: {} images to train on, {} to validate, {}",
        card.source,
        thousands(card.train),
        thousands(card.valid),
        card.shape
    ));
    printer.say(format_args!(
        "{}: {} parameters, a code of {} numbers, {} epochs; seed {}; writing {}",
        recipe.name,
        thousands(architecture.n_parameters()),
        architecture.code_size,
        recipe.training.epochs,
        recipe.training.seed,
        out.display()
    ));
}

/// The recipe with what the command line says.
fn settings(recipe: Recipe, args: &args::Train, source: &str) -> Result<Recipe> {
    let mut recipe = recipe;
    for pair in &args.set {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Error::config(format!("`--set {pair}`: expected KEY=VALUE, found no `=`"))
        })?;
        recipe = recipe.with(key.trim(), value.trim())?;
    }
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

fn read_recipe(name: &str) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") || path.is_file() {
        return Recipe::from_toml(&fs::read_to_string(path)?).map_err(|error| error.in_file(path));
    }
    Recipe::named(name)
}

fn open(recipe: &Recipe, source: &str, printer: Printer) -> anyhow::Result<Dataset> {
    let options = OpenOptions {
        size: recipe.data.size,
        limit: recipe.data.limit,
        valid_fraction: recipe.data.validation,
        seed: Seed(recipe.training.seed),
        ..OpenOptions::default()
    };
    data::open(source, options, printer)
}

/// A path as an absolute one, so that `resume` works from anywhere; a name as it is.
fn absolute(source: &str) -> String {
    let path = Path::new(source);
    match path.exists().then(|| std::path::absolute(path)) {
        Some(Ok(path)) => path.display().to_string(),
        _ => source.to_owned(),
    }
}

/// `runs/RECIPE-DATA`, or with a number behind it the first that is not there.
fn free_folder(recipe: &str, source: &str) -> PathBuf {
    let data = Path::new(source).file_stem().map_or("data".into(), |stem| stem.to_string_lossy());
    let name = format!("{recipe}-{data}");
    let numbered =
        |n: usize| Path::new("runs").join(if n < 2 { name.clone() } else { format!("{name}-{n}") });
    (1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1))
}

fn use_threads(threads: &args::Threads) -> anyhow::Result<()> {
    let Some(threads) = threads.threads else { return Ok(()) };
    if !(1..=1024).contains(&threads) {
        return Err(
            Error::config(format!("`--threads`: expected 1 to 1024, found {threads}")).into()
        );
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    Ok(())
}
