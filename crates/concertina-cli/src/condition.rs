//! The classes that a conditional model is told: those of the data, or one that was asked for.

use concertina::model::Model;
use concertina::{Error, Result};

/// The class of each of `n` images or codes; `None` for a model without a condition. `labels` are
/// those of the data, by name; `asked` is for all, and comes before them.
pub(crate) fn classes(
    model: &Model,
    n: usize,
    labels: Option<&[String]>,
    asked: Option<&str>,
) -> Result<Option<Vec<u32>>> {
    if let Some(name) = asked {
        return Ok(Some(vec![class(model, name)?; n]));
    }
    if model.architecture.classes == 0 {
        return Ok(None);
    }
    let labels = labels.ok_or_else(|| {
        Error::data("expected labels, since the model is conditional, found none")
            .with_hint("give one for all images: `--label NAME`")
    })?;
    labels.iter().map(|name| model.class(name)).collect::<Result<Vec<u32>>>().map(Some)
}

/// The class that `--label` names.
pub(crate) fn class(model: &Model, name: &str) -> Result<u32> {
    model.class(name).map_err(|error| {
        if error.is_config() { error } else { Error::config(format!("`--label`: {error}")) }
    })
}
