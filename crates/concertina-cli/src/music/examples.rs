//! Windows that were asked for one by one.

use concertina::data::music::Windows;
use concertina::model::Model;

use super::inputs::{Inputs, encoding, open_for};
use crate::data::Wanted;
use crate::example::Example;
use crate::printer::Printer;

/// Windows, and the chords of all, where they have one. Of a source without an index the first
/// window is taken. Each source is read once.
pub(super) fn open(
    model: &Model,
    examples: &[Example<'_>],
    printer: Printer,
) -> anyhow::Result<(Windows, Option<Vec<String>>)> {
    let mut opened: Vec<(&str, Inputs)> = Vec::new();
    let (mut tokens, mut labels) = (Vec::new(), Vec::new());
    for example in examples {
        let source = example.source;
        let known = opened.iter().position(|(known, _)| *known == source);
        let place = known.unwrap_or(opened.len());
        if known.is_none() {
            let sources = [source.to_owned()];
            opened.push((source, open_for(model, &sources, Wanted::default(), printer)?));
        }
        let inputs = &opened[place].1;
        let number = example.of_or_first(inputs.windows.len(), "window")?;
        tokens.extend_from_slice(inputs.windows.window(number));
        labels.extend(inputs.labels.as_ref().map(|labels| labels[number].clone()));
    }
    let windows = Windows::new(encoding(model)?, tokens);
    Ok((windows, (labels.len() == examples.len()).then_some(labels)))
}
