//! The library's errors as Python's exceptions, with hints as they are typed in Python.

use concertina::{Error, Hint, HintPart};
use pyo3::PyErr;

/// The classes, which Python defines: they have several bases, and can be pickled.
mod classes {
    pyo3::import_exception!(concertina._errors, ConfigError);
    pyo3::import_exception!(concertina._errors, DataError);
    pyo3::import_exception!(concertina._errors, WorkError);
}

pub(crate) use self::classes::{ConfigError, DataError, WorkError};

/// The exception of the error's kind, with its message and its hint.
pub(crate) fn raised(error: &Error) -> PyErr {
    let parts = (error.to_string(), error.hint().map(typed));
    if error.is_config() {
        ConfigError::new_err(parts)
    } else if error.is_data() {
        DataError::new_err(parts)
    } else {
        WorkError::new_err(parts)
    }
}

/// A `ConfigError` of this module's own.
pub(crate) fn config(message: impl Into<String>, hint: &str) -> PyErr {
    ConfigError::new_err((message.into(), hint.to_owned()))
}

/// A `DataError` of this module's own.
pub(crate) fn data(message: impl Into<String>, hint: &str) -> PyErr {
    DataError::new_err((message.into(), hint.to_owned()))
}

/// What to do next, as it is typed.
pub(crate) fn typed(hint: &Hint) -> String {
    hint.parts().iter().map(part).collect()
}

fn part(part: &HintPart) -> String {
    match part {
        HintPart::Set { key, value } => format!("`{}`", set(key, value)),
        HintPart::Recipe(name) => format!("`recipe=\"{name}\"`"),
        HintPart::ReadRecipe(name) => format!("`concertina.Recipe(\"{name}\").to_toml()`"),
        HintPart::Resume(path) => format!("`concertina.resume({:?})`", path.display().to_string()),
        HintPart::AnotherFolder => "another folder with `out=`".to_owned(),
        HintPart::InspectData => "look at the `card` of the `Dataset`".to_owned(),
        other => other.to_string(),
    }
}

/// A value of the recipe: by its own argument of `train`, where it has one.
fn set(key: &str, value: &str) -> String {
    match key {
        "training.seed" => format!("seed={value}"),
        "training.epochs" => format!("epochs={value}"),
        "data.limit" => format!("limit={value}"),
        _ => format!("set={{\"{key}\": {value}}}"),
    }
}
