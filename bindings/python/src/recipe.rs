//! `concertina.Recipe`.

use std::path::{Path, PathBuf};

use concertina::Error;
use concertina::recipe::shipped;
use fs_err as fs;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::error::raised;
use crate::plain::to_toml;

/// What is trained, and how: task, network, bottleneck, reconstruction and schedule.
///
/// `Recipe("conv-ae")` is a shipped one, `Recipe("mine.toml")` one of a file.
#[pyclass(frozen, eq, module = "concertina", from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Recipe(pub(crate) concertina::recipe::Recipe);

#[pymethods]
impl Recipe {
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "it is read from Python's")]
    fn new(name: PathBuf) -> PyResult<Self> {
        read(&name).map(Self).map_err(|error| raised(&error))
    }

    /// Read the text of a recipe file.
    #[staticmethod]
    fn from_toml(text: &str) -> PyResult<Self> {
        concertina::recipe::Recipe::from_toml(text).map(Self).map_err(|error| raised(&error))
    }

    /// Name the recipes that ship.
    #[staticmethod]
    fn names() -> Vec<&'static str> {
        shipped().iter().map(|recipe| recipe.name).collect()
    }

    /// Write the recipe as a TOML file, with every default.
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    /// Return the recipe with one value replaced: `with_("bottleneck.latent-dim", 8)`.
    ///
    /// Setting a `kind` resets its table, so set the kind first, then its keys.
    fn with_(&self, key: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let value = to_toml(value)?;
        self.0.with(key, value).map(Self).map_err(|error| raised(&error))
    }

    /// Its name in reports.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is for, in a sentence.
    #[getter]
    fn summary(&self) -> &str {
        &self.0.summary
    }

    fn __repr__(&self) -> String {
        format!("<concertina.Recipe {:?}>", self.0.name)
    }

    fn __str__(&self) -> String {
        self.0.to_toml()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_toml")?, (self.0.to_toml(),)))
    }
}

/// A recipe as an argument: itself, its name, or its file.
pub(crate) fn of(recipe: &Bound<'_, PyAny>) -> PyResult<concertina::recipe::Recipe> {
    match recipe.cast::<Recipe>() {
        Ok(recipe) => Ok(recipe.get().0.clone()),
        Err(_) => read(&recipe.extract::<PathBuf>()?).map_err(|error| raised(&error)),
    }
}

/// The recipe with values set, one after the other.
pub(crate) fn with_all(
    mut recipe: concertina::recipe::Recipe,
    values: Option<&Bound<'_, PyMapping>>,
) -> PyResult<concertina::recipe::Recipe> {
    let Some(values) = values else { return Ok(recipe) };
    for item in values.items()? {
        let (key, value): (String, Bound<'_, PyAny>) = item.extract()?;
        let value = to_toml(&value)?;
        recipe = recipe.with(&key, value).map_err(|error| raised(&error))?;
    }
    Ok(recipe)
}

/// The recipe of a name that ships, or of a file.
fn read(name: &Path) -> concertina::Result<concertina::recipe::Recipe> {
    if name.extension().is_some_and(|extension| extension == "toml") || name.is_file() {
        let text = fs::read_to_string(name)?;
        return concertina::recipe::Recipe::from_toml(&text).map_err(|error| error.in_file(name));
    }
    let Some(text) = name.to_str() else {
        return Err(Error::config("expected the name of a recipe or its file, found neither"));
    };
    concertina::recipe::Recipe::named(text)
}
