//! Plain values between Python and the formats of the library: JSON to Python, Python to TOML.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde_json::Value;

/// JSON as dicts, lists, strings, numbers, booleans and `None`.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(count), _) => count.into_pyobject(py)?.into_any(),
            (None, Some(integer)) => integer.into_pyobject(py)?.into_any(),
            (None, None) => number.as_f64().into_pyobject(py)?.into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(values) => {
            let values = values.iter().map(|value| to_python(py, value));
            PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        Value::Object(entries) => {
            let dict = PyDict::new(py);
            for (key, value) in entries {
                dict.set_item(key, to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

/// A value of a recipe: a string, a boolean, a number, or a list or dict of these.
pub(crate) fn to_toml(value: &Bound<'_, PyAny>) -> PyResult<toml::Value> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(toml::Value::String(text.extract()?));
    }
    if let Ok(value) = value.extract::<bool>() {
        return Ok(toml::Value::Boolean(value));
    }
    if let Ok(value) = value.extract::<i64>() {
        return Ok(toml::Value::Integer(value));
    }
    if let Ok(value) = value.extract::<f64>() {
        return Ok(toml::Value::Float(value));
    }
    if let Ok(entries) = value.cast::<PyDict>() {
        let entries = entries.iter().map(|(key, value)| Ok((key.extract()?, to_toml(&value)?)));
        return entries.collect::<PyResult<_>>().map(toml::Value::Table);
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let values = value.try_iter()?.map(|value| to_toml(&value?));
        return values.collect::<PyResult<_>>().map(toml::Value::Array);
    }
    Err(PyTypeError::new_err(format!(
        "expected a string, a boolean, a number, a list or a dict as the value of a recipe, found \
         {}",
        value.get_type().name()?
    )))
}
