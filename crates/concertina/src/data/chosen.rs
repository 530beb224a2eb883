//! The images of chosen classes alone.

use super::part::{Part, Source};
use crate::error::{Error, Result};

/// Checks that classes of these names exist.
///
/// # Errors
/// If there are no labels, or no class of such a name.
pub(super) fn check(wanted: &[String], names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Err(Error::data(
            "`data.classes`: expected data with labels to choose classes by, found no labels",
        ));
    }
    match wanted.iter().find(|class| !names.contains(class)) {
        Some(class) => Err(Error::data(format!(
            "`data.classes`: expected classes of the data ({}), found `{class}`",
            names.join(", ")
        ))),
        None => Ok(()),
    }
}

/// The source with the training images of these classes alone, numbered anew, and without its test
/// images; all of it if no class is named.
///
/// # Errors
/// If there are no labels, no class of such a name, or no image of these classes.
pub(super) fn of_classes(source: Source, wanted: &[String]) -> Result<Source> {
    if wanted.is_empty() {
        return Ok(source);
    }
    check(wanted, &source.class_names)?;
    // In their order in the source, each once.
    let numbers: Vec<u32> = (0..source.class_names.len() as u32)
        .filter(|number| wanted.contains(&source.class_names[*number as usize]))
        .collect();
    let Source { train, valid, class_names, mut notes, .. } = source;
    let train = with_labels(&train, &numbers)?;
    if train.images.is_empty() {
        return Err(Error::data(format!(
            "`data.classes`: expected images of the classes {}, found none",
            wanted.join(", ")
        )));
    }
    if valid.is_some() {
        notes.push("test images are left for `inspect`, since classes were chosen".to_owned());
    }
    let class_names = numbers.iter().map(|&number| class_names[number as usize].clone()).collect();
    Ok(Source { train, valid: None, class_names, notes, ..source })
}

/// The images of these labels, which become 0, 1 and so on.
fn with_labels(part: &Part, numbers: &[u32]) -> Result<Part> {
    let place = |label: &u32| numbers.iter().position(|number| number == label);
    let labels = part.labels.as_deref().unwrap_or_default();
    let indices: Vec<usize> =
        (0..labels.len()).filter(|&index| place(&labels[index]).is_some()).collect();
    let renumbered = indices.iter().filter_map(|&index| place(&labels[index]));
    let labels = Some(renumbered.map(|place| place as u32).collect());
    Ok(Part { labels, ..part.select(&indices)? })
}
