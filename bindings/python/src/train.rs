//! `concertina.train` and `concertina.resume`.

use std::path::{Path, PathBuf};

use concertina::artifact::RunFolder;
use concertina::recipe::{DataSource, Recipe};
use concertina::train::Run;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use tempfile::TempDir;

use crate::dataset::{Dataset, expect_memory, refuse_settings};
use crate::error::{config, raised};
use crate::event::tell;
use crate::model::Model;
use crate::process::compute;
use crate::{recipe, source};

/// What `train` was told besides data and recipe.
struct Settings<'a, 'py> {
    epochs: Option<usize>,
    seed: Option<u64>,
    limit: Option<usize>,
    set: Option<&'a Bound<'py, PyMapping>>,
}

impl Settings<'_, '_> {
    /// The recipe with what was told.
    fn applied(&self, recipe: Recipe) -> PyResult<Recipe> {
        let mut recipe = recipe::with_all(recipe, self.set)?;
        if let Some(epochs) = self.epochs {
            recipe.training.epochs = epochs;
            // An explicit number of epochs is not extended.
            recipe.training.min_steps = 0;
        }
        recipe.training.seed = self.seed.unwrap_or(recipe.training.seed);
        recipe.data.limit = self.limit.or(recipe.data.limit);
        Ok(recipe)
    }

    /// An error if it was told how to open data.
    fn refuse_for_open_data(&self) -> PyResult<()> {
        if self.limit.is_some() {
            return Err(refuse_settings("limit"));
        }
        let Some(set) = self.set else { return Ok(()) };
        for key in set.keys()? {
            let key: String = key.extract()?;
            if key.starts_with("data.") {
                return Err(refuse_settings(&key));
            }
        }
        Ok(())
    }
}

/// Train a model on data: a source as of `Dataset.open`, a `Dataset`, or an array of images.
///
/// The recipe is a shipped one's name, a file or a `Recipe`; by default what suits the data, as the
/// command has it. `out` is the run folder, by default a temporary one, which goes when the model
/// is trained. `set` has values of the recipe by their keys. With `resume`, a stopped run in `out`
/// goes on.
///
/// `on_event` is called with a dict for each event; its `kind` is `step`, `epoch`, `checkpoint`,
/// `written` or `warning`. An exception in it, or Ctrl-C, ends training with a checkpoint, from
/// which `resume` goes on to the same bytes; its note names the folder. Without `on_event`,
/// warnings are Python's.
#[pyfunction]
#[pyo3(signature = (
    data, recipe=None, out=None, *, epochs=None, seed=None, limit=None, set=None, resume=false,
    on_event=None
))]
#[expect(clippy::too_many_arguments, reason = "they have names in Python")]
pub(crate) fn train(
    data: &Bound<'_, PyAny>,
    recipe: Option<&Bound<'_, PyAny>>,
    out: Option<PathBuf>,
    epochs: Option<usize>,
    seed: Option<u64>,
    limit: Option<usize>,
    set: Option<&Bound<'_, PyMapping>>,
    resume: bool,
    on_event: Option<&Bound<'_, PyAny>>,
) -> PyResult<Model> {
    let py = data.py();
    let settings = Settings { epochs, seed, limit, set };
    let asked = recipe.map(recipe::of).transpose()?;
    let out = out.map(|out| Out::asked(out, resume)).transpose()?;
    if resume && out.is_none() {
        return Err(config("expected the folder of the run to resume, found none", "give `out=`"));
    }
    let (dataset, recipe) = opened(data, asked, &settings)?;
    let dataset = dataset.get();
    let recipe = Recipe { data: recorded(dataset, &recipe), ..recipe };
    let data = dataset.opened.as_data();
    let plan = compute(py, || recipe.plan(data))?;
    expect_memory(&plan, data)?;
    match out {
        Some(Out::Stopped(folder)) => {
            expect_same_recipe(&folder, plan.recipe())?;
            let epochs = plan.recipe().training.epochs;
            let run = compute(py, || Run::resume_to(data, &folder, epochs))?;
            drive(py, run, on_event)
        }
        Some(Out::New(folder)) => {
            let run = compute(py, || plan.start(data, &folder))?;
            drive(py, run, on_event)
        }
        None => {
            let folder = TempDir::with_prefix("concertina-")?;
            let run = compute(py, || plan.start(data, folder.path()))?;
            let model = drive(py, run, on_event);
            if model.is_err() {
                // Its checkpoint is what the error speaks of.
                let _ = folder.keep();
            }
            model
        }
    }
}

/// Go on with a stopped run, to the bytes of one that was not stopped.
///
/// `data` is what it was started with, if that was an array or an open data set, or has moved.
/// `epochs` trains to this number in all instead of the recipe's.
#[pyfunction]
#[pyo3(signature = (folder, data=None, *, epochs=None, on_event=None))]
#[expect(clippy::needless_pass_by_value, reason = "it is read from Python's")]
pub(crate) fn resume(
    py: Python<'_>,
    folder: PathBuf,
    data: Option<&Bound<'_, PyAny>>,
    epochs: Option<usize>,
    on_event: Option<&Bound<'_, PyAny>>,
) -> PyResult<Model> {
    let run = RunFolder::open(&folder).map_err(|error| raised(&error))?;
    let recipe = run.recipe().map_err(|error| raised(&error))?;
    let dataset = match (data, &recipe.data.source) {
        (Some(data), _) => match data.cast::<Dataset>() {
            Ok(dataset) => dataset.clone(),
            Err(_) => Bound::new(py, Dataset::for_recipe(data, &recipe)?)?,
        },
        (None, Some(source)) => {
            let source = source.into_pyobject(py)?;
            Bound::new(py, Dataset::for_recipe(&source, &recipe)?)?
        }
        (None, None) => {
            return Err(config(
                format!(
                    "`{}`: expected the training data in `data.source`, found none: the run was \
                     started with arrays or an open data set",
                    run.config().display()
                ),
                "give the same again: `data=`",
            ));
        }
    };
    let data = dataset.get().opened.as_data();
    let run = compute(py, || {
        let plan = recipe.plan(data)?;
        if let Some(available) = concertina::memory::available() {
            plan.memory(data).expect_within(available)?;
        }
        Run::resume_to(data, &folder, epochs)
    })?;
    drive(py, run, on_event)
}

/// Where a run goes.
enum Out {
    New(PathBuf),
    Stopped(PathBuf),
}

impl Out {
    /// Checked before the data is read.
    fn asked(folder: PathBuf, resume: bool) -> PyResult<Self> {
        if resume && folder.join("config.toml").is_file() {
            return Ok(Self::Stopped(folder));
        }
        RunFolder::check_new(&folder).map_err(|error| raised(&error))?;
        Ok(Self::New(folder))
    }
}

/// The data, and the recipe to train on it: what was asked for, or what suits the data.
fn opened<'py>(
    data: &Bound<'py, PyAny>,
    asked: Option<Recipe>,
    settings: &Settings<'_, '_>,
) -> PyResult<(Bound<'py, Dataset>, Recipe)> {
    let py = data.py();
    if let Ok(dataset) = data.cast::<Dataset>() {
        settings.refuse_for_open_data()?;
        let recipe = asked.map_or_else(|| dataset.get().opened.suited(), Ok);
        let recipe = recipe.map_err(|error| raised(&error))?;
        return Ok((dataset.clone(), settings.applied(recipe)?));
    }
    let is_asked = asked.is_some();
    let recipe = match (asked, data.extract::<PathBuf>()) {
        (Some(recipe), _) => recipe,
        (None, Ok(path)) => {
            let source = path.display().to_string();
            source::provisional(&source).map_err(|error| raised(&error))?
        }
        (None, Err(_)) => Recipe::named("image-vae").map_err(|error| raised(&error))?,
    };
    let recipe = settings.applied(recipe)?;
    // What a recipe has wrong by itself shows before the data is read.
    recipe.check().map_err(|error| raised(&error))?;
    let dataset = Bound::new(py, Dataset::for_recipe(data, &recipe)?)?;
    if is_asked {
        return Ok((dataset, recipe));
    }
    let suited = dataset.get().opened.suited().map_err(|error| raised(&error))?;
    Ok((dataset, settings.applied(suited)?))
}

/// What the run's recipe says of its data. The source is left out if opening it with this recipe
/// would hold out other examples.
fn recorded(dataset: &Dataset, recipe: &Recipe) -> DataSource {
    let mut settings = dataset.settings.clone();
    settings.source = settings.source.filter(|_| dataset.seed == recipe.training.seed);
    settings
}

/// An error if the run in the folder has another recipe, except for the number of epochs.
fn expect_same_recipe(folder: &Path, asked: &Recipe) -> PyResult<()> {
    let found = RunFolder::open(folder).and_then(|folder| folder.recipe());
    let mut found = found.map_err(|error| raised(&error))?;
    let mut asked = asked.clone();
    for recipe in [&mut found, &mut asked] {
        (recipe.training.epochs, recipe.training.min_steps) = (1, 0);
        recipe.data.source = None;
    }
    if found == asked {
        return Ok(());
    }
    Err(config(
        format!("expected the recipe of the run in `{}`, found another", folder.display()),
        "give the same arguments as before, or another folder with `out=`; \
         `concertina.resume` goes on with what the folder says",
    ))
}

/// Trains to the end, or to the first exception: of the callback, or of a signal.
fn drive(py: Python<'_>, mut run: Run<'_>, on_event: Option<&Bound<'_, PyAny>>) -> PyResult<Model> {
    while let Some(event) = compute(py, || run.step())? {
        let told = tell(py, on_event, &event).and_then(|()| py.check_signals());
        if let Err(error) = told {
            compute(py, || run.checkpoint())?;
            return Err(noted(py, &run, error));
        }
    }
    Ok(Model(run.into_model()))
}

/// The exception, which says where training can go on.
fn noted(py: Python<'_>, run: &Run<'_>, error: PyErr) -> PyErr {
    let folder = run.folder().path().display().to_string();
    let note = format!(
        "training stopped at step {}; `concertina.resume({folder:?})` goes on",
        run.steps_done()
    );
    match error.value(py).call_method1("add_note", (note,)) {
        // Python 3.10 has no notes.
        Err(failed) if !failed.is_instance_of::<PyAttributeError>(py) => failed,
        _ => error,
    }
}
