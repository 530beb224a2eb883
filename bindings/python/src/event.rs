//! The events of a run as dicts.

use std::path::Path;

use concertina::Warning;
use concertina::train::{Event, StepReport};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Value, json};

use crate::error::typed;
use crate::plain::to_python;

/// Tells of an event: to the callback; without one, warnings as Python's.
pub(crate) fn tell(
    py: Python<'_>,
    on_event: Option<&Bound<'_, PyAny>>,
    event: &Event,
) -> PyResult<()> {
    let Some(on_event) = on_event else {
        let Event::Warning(warning) = event else { return Ok(()) };
        let category = py.get_type::<PyUserWarning>();
        let message = std::ffi::CString::new(in_words(warning).replace('\0', " "))?;
        return PyErr::warn(py, &category, &message, 1);
    };
    let Some(dict) = as_dict(py, event)? else { return Ok(()) };
    on_event.call1((dict,)).map(drop)
}

/// `None` for an event of a kind that Python does not know yet.
fn as_dict<'py>(py: Python<'py>, event: &Event) -> PyResult<Option<Bound<'py, PyDict>>> {
    let (kind, value) = match event {
        Event::Step(report) => ("step", step(report)),
        Event::Epoch(metrics) => {
            ("epoch", serde_json::to_value(metrics).expect("metrics are plain numbers"))
        }
        Event::Checkpoint(path) => ("checkpoint", file(path)),
        Event::Written(path) => ("written", file(path)),
        Event::Warning(warning) => ("warning", json!({"message": in_words(warning)})),
        _ => return Ok(None),
    };
    let dict = PyDict::new(py);
    dict.set_item("kind", kind)?;
    dict.update(to_python(py, &value)?.cast()?)?;
    Ok(Some(dict))
}

fn step(report: &StepReport) -> Value {
    let StepReport { epoch, step, steps_per_epoch, epochs, loss, reconstruction, .. } = report;
    let mut value = json!({
        "epoch": epoch,
        "step": step,
        "steps_per_epoch": steps_per_epoch,
        "epochs": epochs,
        "loss": loss,
        "reconstruction": reconstruction,
        "gradient_norm": report.gradient_norm,
        "images_per_second": report.images_per_second,
        "seconds_left": report.seconds_left,
    });
    value["terms"] = serde_json::to_value(&report.terms).expect("terms are plain numbers");
    value
}

fn file(path: &Path) -> Value {
    json!({"path": path.display().to_string()})
}

fn in_words(warning: &Warning) -> String {
    let hint = warning.hint.as_ref().map(|hint| format!("; {}", typed(hint)));
    format!("{}{}", warning.message, hint.unwrap_or_default())
}
