//! The ends of an interpolation: `song.mid`, or `DATA#NUMBER`.

use concertina::data::music::Windows;
use concertina::model::Model;
use concertina::{Error, Result};

use super::inputs::{Inputs, encoding, open_for};
use crate::data::Wanted;
use crate::printer::Printer;

/// Two windows, and the chords of both, where they have one.
pub(super) fn open(
    model: &Model,
    arguments: [&str; 2],
    printer: Printer,
) -> anyhow::Result<(Windows, Option<Vec<String>>)> {
    let (mut tokens, mut labels) = (Vec::new(), Vec::new());
    for argument in arguments {
        let (source, number) = split(argument)?;
        let inputs = open_for(model, &[source.to_owned()], Wanted::default(), printer)?;
        let number = number.unwrap_or(0);
        expect_below(argument, number, &inputs)?;
        tokens.extend_from_slice(inputs.windows.window(number));
        labels.extend(inputs.labels.map(|labels| labels[number].clone()));
    }
    let windows = Windows::new(encoding(model)?, tokens);
    Ok((windows, (labels.len() == 2).then_some(labels)))
}

/// A source, and the number of a window, where it has one; of a file the first window is taken.
fn split(argument: &str) -> Result<(&str, Option<usize>)> {
    match argument.rsplit_once('#') {
        Some((source, number)) if !std::path::Path::new(argument).exists() => {
            let parsed = number.parse().map_err(|_| {
                Error::config(format!(
                    "`{argument}`: expected an index after `#`, found `{number}`"
                ))
            })?;
            Ok((source, Some(parsed)))
        }
        _ => Ok((argument, None)),
    }
}

fn expect_below(argument: &str, number: usize, inputs: &Inputs) -> Result<()> {
    let n = inputs.windows.len();
    if number < n {
        return Ok(());
    }
    Err(Error::data(format!(
        "`{argument}`: expected an index below {n}, the number of windows, found {number}"
    )))
}
