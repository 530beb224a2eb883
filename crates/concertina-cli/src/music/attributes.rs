//! Codes with more or less of an attribute.

use concertina::Error;
use concertina::math::Codes;
use concertina::model::{AttributeVectors, Model};

use super::inputs::open_for;
use crate::args;
use crate::condition::classes;
use crate::data::Wanted;
use crate::printer::Printer;

/// Codes, moved as `--attribute` says.
pub(super) fn moved(
    codes: Codes,
    model: &Model,
    flags: &args::Attributes,
    printer: Printer,
) -> anyhow::Result<Codes> {
    if flags.shifts.is_empty() {
        return Ok(codes);
    }
    let vectors = match &flags.attribute_data {
        Some(data) => measured(model, data, printer)?,
        None => model.attributes.clone().ok_or_else(|| {
            Error::config("`--attribute`: expected a model file with attributes, found none in it")
                .with_hint(
                    "models of earlier versions have none: measure them with `--attribute-data \
                     DATA`, on the data that the model was trained on, or train it again",
                )
        })?,
    };
    let move_along =
        |codes: Codes, shift: &args::Shift| vectors.moved(&codes, shift.attribute, shift.amount);
    Ok(flags.shifts.iter().try_fold(codes, move_along)?)
}

/// The vectors that the model has on data.
fn measured(model: &Model, data: &str, printer: Printer) -> anyhow::Result<AttributeVectors> {
    let wanted = Wanted { train: true, ..Wanted::default() };
    let inputs = open_for(model, &[data.to_owned()], wanted, printer)?;
    let classes = classes(model, inputs.windows.len(), inputs.labels.as_deref(), None)?;
    Ok(model.with_labels(classes.as_deref())?.attribute_vectors(&inputs.windows)?)
}
