//! `concertina.Dataset`.

use std::path::PathBuf;
use std::sync::Arc;

use concertina::data::{Data, FloatImages, FloatSet, Split, absolute_source};
use concertina::memory;
use concertina::recipe::{DataSource, Recipe};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::array::{self, Allowed, Pixels};
use crate::error::{config, raised};
use crate::plain::to_python;
use crate::process::compute;
use crate::source::{self, Opened};
use crate::{labels, recipe};

/// Images, or windows of music, to train on and to validate with.
///
/// `Dataset(images, labels)` splits an array, `Dataset.open(source)` opens a set by its name or a
/// path. Images are uint8, 0 for black and 255 for white, or float32 or float64 in 0..1, which are
/// taken as they are; of shape [N, C, H, W], or [N, H, W] for one channel. Labels are numbers from
/// 0; only a conditional model is trained with them. The fraction `validation` is held out, drawn
/// at random by `seed`; `limit` is the most images to train on.
#[pyclass(frozen, module = "concertina")]
pub(crate) struct Dataset {
    pub(crate) opened: Arc<Opened>,
    /// How it was opened, as a recipe says it.
    pub(crate) settings: DataSource,
    /// What decided which examples are held out.
    pub(crate) seed: u64,
}

impl Dataset {
    /// Opens a source, or splits an array, as a run of this recipe sees it.
    pub(crate) fn for_recipe(data: &Bound<'_, PyAny>, recipe: &Recipe) -> PyResult<Self> {
        if let Ok(source) = data.extract::<PathBuf>() {
            return Self::of_source(data.py(), &source.display().to_string(), recipe);
        }
        Self::of_arrays(data, None, recipe)
    }

    fn of_source(py: Python<'_>, source: &str, recipe: &Recipe) -> PyResult<Self> {
        let source = absolute_source(source);
        let opened = compute(py, || source::open(recipe, &source))?;
        let settings = DataSource { source: Some(source), ..recipe.data.clone() };
        Ok(Self { opened: Arc::new(opened), settings, seed: recipe.training.seed })
    }

    fn of_arrays(
        images: &Bound<'_, PyAny>,
        labels: Option<&Bound<'_, PyAny>>,
        recipe: &Recipe,
    ) -> PyResult<Self> {
        let pixels = Pixels::read(images, Allowed::Unit)?;
        let labels = labels.map(labels::of_data).transpose()?;
        let options = recipe.open_options();
        let opened = compute(images.py(), || {
            Ok(match pixels {
                Pixels::Bytes(images) => Opened::Images(concertina::data::Dataset::from_images(
                    images, labels, &options,
                )?),
                Pixels::Floats(images) => {
                    Opened::Floats(FloatSet::new(&images, labels.as_deref(), &options)?)
                }
            })
        })?;
        let settings = DataSource { source: None, ..recipe.data.clone() };
        Ok(Self { opened: Arc::new(opened), settings, seed: recipe.training.seed })
    }

    fn data(&self) -> &dyn Data {
        self.opened.as_data()
    }

    /// The examples of a split: bytes where they are bytes in memory, otherwise floats.
    fn examples<'py>(&self, py: Python<'py>, is_training: bool) -> PyResult<Bound<'py, PyAny>> {
        if let Opened::Images(data) = &*self.opened {
            let images = if is_training { &data.train } else { &data.valid };
            return array::from_bytes(py, images).map(Bound::into_any);
        }
        let examples = self.split(is_training).examples;
        let floats = compute(py, || FloatImages::of(examples))?;
        array::from_floats(py, &floats).map(Bound::into_any)
    }

    fn split(&self, is_training: bool) -> Split<'_> {
        if is_training { self.data().training() } else { self.data().validation() }
    }
}

fn labels_of<'py>(py: Python<'py>, split: Split<'_>) -> Option<Bound<'py, PyArray1<i64>>> {
    let labels = split.labels?.iter().map(|label| i64::from(*label));
    Some(PyArray1::from_iter(py, labels))
}

#[pymethods]
impl Dataset {
    #[new]
    #[pyo3(signature = (images, labels=None, *, validation=0.1, limit=None, seed=42))]
    fn new(
        images: &Bound<'_, PyAny>,
        labels: Option<&Bound<'_, PyAny>>,
        validation: f32,
        limit: Option<usize>,
        seed: u64,
    ) -> PyResult<Self> {
        let mut recipe = Recipe::named("conv-ae").map_err(|error| raised(&error))?;
        recipe.data = DataSource { validation, limit, ..DataSource::default() };
        recipe.training.seed = seed;
        Self::of_arrays(images, labels, &recipe)
    }

    /// Open a source as a run of the recipe would.
    ///
    /// A source is the name of a set (`digits` and `tunes` are built in; `mnist`, `fashion-mnist`,
    /// `kmnist`, `cifar10` and sets of music are looked for in `$CONCERTINA_DATA` and in the cache
    /// of the command), or the path of a folder of images or MIDI files, an IDX, .npy, .npz or
    /// CIFAR file. `size` is the side of the square that images are fitted to, `channels` is 1 for
    /// grey or 3 for colour.
    #[staticmethod]
    #[pyo3(signature = (
        source, recipe=None, *, limit=None, size=None, channels=None, validation=None, seed=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "it is read from Python's")]
    fn open(
        py: Python<'_>,
        source: PathBuf,
        recipe: Option<&Bound<'_, PyAny>>,
        limit: Option<usize>,
        size: Option<usize>,
        channels: Option<usize>,
        validation: Option<f32>,
        seed: Option<u64>,
    ) -> PyResult<Self> {
        let source = source.display().to_string();
        let mut recipe = match recipe {
            Some(recipe) => recipe::of(recipe)?,
            None => source::provisional(&source).map_err(|error| raised(&error))?,
        };
        recipe.data.limit = limit.or(recipe.data.limit);
        recipe.data.size = size.or(recipe.data.size);
        recipe.data.channels = channels.or(recipe.data.channels);
        recipe.data.validation = validation.unwrap_or(recipe.data.validation);
        recipe.training.seed = seed.unwrap_or(recipe.training.seed);
        Self::of_source(py, &source, &recipe)
    }

    fn __len__(&self) -> usize {
        self.split(true).examples.len() + self.split(false).examples.len()
    }

    /// Channels, rows and columns of an example.
    #[getter]
    fn shape(&self) -> (usize, usize, usize) {
        let shape = self.data().card().shape;
        (shape.channels, shape.height, shape.width)
    }

    /// The examples to train on, [N, C, H, W], as a new array.
    #[getter]
    fn train<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.examples(py, true)
    }

    /// The examples held out, [N, C, H, W], as a new array.
    #[getter]
    fn valid<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.examples(py, false)
    }

    /// The class of each example to train on, if there are labels.
    #[getter]
    fn train_labels<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<i64>>> {
        labels_of(py, self.split(true))
    }

    /// The class of each example held out, if there are labels.
    #[getter]
    fn valid_labels<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<i64>>> {
        labels_of(py, self.split(false))
    }

    /// The names of the classes; empty if there are no labels.
    #[getter]
    fn class_names(&self) -> Vec<String> {
        self.data().class_names().to_vec()
    }

    /// Where the examples came from and how they were processed.
    #[getter]
    fn card<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let card = serde_json::to_value(self.data().card()).expect("a card is plain data");
        to_python(py, &card)
    }

    fn __repr__(&self) -> String {
        let card = self.data().card();
        format!(
            "<concertina.Dataset {:?}: {} to train on, {} held out, {}>",
            card.name(),
            card.train,
            card.valid,
            card.shape
        )
    }
}

/// An error if a run of this data would take more memory than there is.
pub(crate) fn expect_memory(plan: &concertina::train::Plan, data: &dyn Data) -> PyResult<()> {
    let Some(available) = memory::available() else { return Ok(()) };
    plan.memory(data).expect_within(available).map_err(|error| raised(&error))
}

/// An error for settings of data that is open already.
pub(crate) fn refuse_settings(key: &str) -> PyErr {
    config(
        format!("`{key}` says how data is opened, found data that is open already"),
        "give it to `Dataset.open`, or give `train` the source itself",
    )
}
