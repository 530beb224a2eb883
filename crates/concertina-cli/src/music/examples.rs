//! Windows that were asked for one by one.

use concertina::data::music::Windows;
use concertina::model::Model;

use super::inputs::{encoding, open_for};
use crate::data::Wanted;
use crate::example::{Example, open_each};
use crate::printer::Printer;

/// Windows, and the chords of all, where they have one. Of a source without an index the first
/// window is taken.
pub(super) fn open(
    model: &Model,
    examples: &[Example<'_>],
    printer: Printer,
) -> anyhow::Result<(Windows, Option<Vec<String>>)> {
    let open = |source: &str| open_for(model, &[source.to_owned()], Wanted::default(), printer);
    let (opened, places) = open_each(examples, open)?;
    let (mut tokens, mut labels) = (Vec::new(), Vec::new());
    for (example, place) in examples.iter().zip(places) {
        let inputs = &opened[place];
        let number = example.of_or_first(inputs.windows.len(), "window")?;
        tokens.extend_from_slice(inputs.windows.window(number));
        labels.extend(inputs.labels.as_ref().map(|labels| labels[number].clone()));
    }
    let windows = Windows::new(encoding(model)?, tokens);
    Ok((windows, (labels.len() == examples.len()).then_some(labels)))
}
