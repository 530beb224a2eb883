//! Labels as Python gives them: numbers or names of classes, one for all or one for each.

use concertina::model::Model;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::{config, data, raised};

/// The labels of `n` images or codes for a model; `None` if it has no condition.
pub(crate) fn of_model(
    model: &Model,
    labels: Option<&Bound<'_, PyAny>>,
    n: usize,
) -> PyResult<Option<Vec<u32>>> {
    let is_conditional = model.architecture.classes > 0;
    let Some(labels) = labels else {
        if is_conditional {
            return Err(config(
                "expected labels, since the model's condition is the label, found none",
                "give `labels=`: a class for all or one for each; see `classes`",
            ));
        }
        return Ok(None);
    };
    if !is_conditional {
        // The error says that the model has no condition, and which recipe would have one.
        model.conditioned_on(&[]).map_err(|error| raised(&error))?;
    }
    let class = |label: &Bound<'_, PyAny>| match label.cast::<PyString>() {
        Ok(name) => model.class(&name.extract::<String>()?).map_err(|error| raised(&error)),
        Err(_) => number(label),
    };
    let is_single = labels.is_instance_of::<PyString>() || labels.len().is_err();
    let found = if is_single {
        vec![class(labels)?; n]
    } else {
        labels.try_iter()?.map(|label| class(&label?)).collect::<PyResult<_>>()?
    };
    if found.len() != n {
        return Err(data(
            format!("expected a label for each of {n} images or codes, found {}", found.len()),
            "a single label is for all of them",
        ));
    }
    model.conditioned_on(&found).map_err(|error| raised(&error))?;
    Ok(Some(found))
}

/// The labels of images to train on.
pub(crate) fn of_data(labels: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    labels.try_iter()?.map(|label| number(&label?)).collect()
}

fn number(label: &Bound<'_, PyAny>) -> PyResult<u32> {
    label.extract().map_err(|_| {
        data(
            format!("expected labels as whole numbers from 0, found {label}"),
            "numbers of classes are indices into their names",
        )
    })
}
