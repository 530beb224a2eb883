//! The ends of an interpolation.

use concertina::data::music::Windows;
use concertina::model::Model;

use super::inputs::{Inputs, encoding, open_for};
use crate::data::Wanted;
use crate::end::End;
use crate::printer::Printer;

/// Two windows, and the chords of both, where they have one. Of a file without an index the first
/// window is taken.
pub(super) fn open(
    model: &Model,
    ends: &[End<'_>; 2],
    printer: Printer,
) -> anyhow::Result<(Windows, Option<Vec<String>>)> {
    let open = |end: &End<'_>| -> anyhow::Result<Inputs> {
        open_for(model, &[end.source.to_owned()], Wanted::default(), printer)
    };
    let first = open(&ends[0])?;
    // Two windows of one set are the usual case: it is read once.
    let other = if ends[0].source == ends[1].source { None } else { Some(open(&ends[1])?) };
    let (mut tokens, mut labels) = (Vec::new(), Vec::new());
    for (end, inputs) in ends.iter().zip([&first, other.as_ref().unwrap_or(&first)]) {
        let number = end.of_or_first(inputs.windows.len(), "window")?;
        tokens.extend_from_slice(inputs.windows.window(number));
        labels.extend(inputs.labels.as_ref().map(|labels| labels[number].clone()));
    }
    let windows = Windows::new(encoding(model)?, tokens);
    Ok((windows, (labels.len() == 2).then_some(labels)))
}
