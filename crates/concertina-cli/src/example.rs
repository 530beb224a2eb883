//! One example of a source: an image or a window that was asked for.

use std::path::Path;

use concertina::data::{Images, source_name};
use concertina::model::Model;
use concertina::{Error, Result};

use crate::data::{self, Inputs, Wanted};
use crate::printer::Printer;

/// A file, or `DATA#NUMBER`.
pub(crate) struct Example<'a> {
    argument: &'a str,
    pub(crate) source: &'a str,
    /// A file of one example needs none.
    pub(crate) number: Option<usize>,
}

impl<'a> Example<'a> {
    pub(crate) fn read(argument: &'a str) -> Result<Self> {
        match argument.rsplit_once('#') {
            Some((source, number)) if !Path::new(argument).exists() => {
                let number = number.parse().map_err(|_| {
                    Error::config(format!(
                        "`{argument}`: expected an index after `#`, found `{number}`"
                    ))
                })?;
                Ok(Self { argument, source, number: Some(number) })
            }
            _ => Ok(Self { argument, source: argument, number: None }),
        }
    }

    /// What it is called, without the folders that it lies in.
    pub(crate) fn name(&self) -> String {
        source_name(self.argument)
    }

    /// Its index among the `n` examples of its source, of which `word` is one. Without an index
    /// there must be one alone.
    pub(crate) fn of(&self, n: usize, word: &str) -> Result<usize> {
        if self.number.is_none() && n != 1 {
            let argument = self.argument;
            return Err(Error::config(format!("`{argument}`: expected one {word}, found {n}"))
                .with_hint(format!("give its index, counted from 0: `{argument}#0`")));
        }
        self.of_or_first(n, word)
    }

    /// The same; without an index, the first of them.
    pub(crate) fn of_or_first(&self, n: usize, word: &str) -> Result<usize> {
        let number = self.number.unwrap_or(0);
        if number < n {
            return Ok(number);
        }
        Err(Error::data(format!(
            "`{}`: expected an index below {n}, the number of {word}s, found {number}",
            self.argument
        )))
    }
}

/// The sources of examples, each opened once, and for each example the place of its own.
pub(crate) fn open_each<T>(
    examples: &[Example<'_>],
    mut open: impl FnMut(&str) -> anyhow::Result<T>,
) -> anyhow::Result<(Vec<T>, Vec<usize>)> {
    let (mut names, mut opened, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for Example { source, .. } in examples {
        let known = names.iter().position(|name| name == source);
        places.push(known.unwrap_or(names.len()));
        if known.is_none() {
            names.push(*source);
            opened.push(open(source)?);
        }
    }
    Ok((opened, places))
}

/// Images, and the names of their classes, if each has one.
pub(crate) fn open_images(
    model: &Model,
    examples: &[Example<'_>],
    printer: Printer,
) -> anyhow::Result<(Images, Option<Vec<String>>)> {
    let open = |source: &str| open_up_to_last(model, source, examples, printer);
    let (opened, places) = open_each(examples, open)?;
    let (mut pixels, mut labels, mut shape) = (Vec::new(), Vec::new(), None);
    for (example, place) in examples.iter().zip(places) {
        let inputs = &opened[place];
        let number = example.of(inputs.images.len(), "image")?;
        pixels.extend_from_slice(inputs.images.image(number));
        labels.push(inputs.label_names().and_then(|labels| labels.get(number).cloned()));
        shape.get_or_insert(inputs.images.shape());
    }
    let shape = shape.ok_or_else(|| Error::config("expected an image, found none"))?;
    Ok((Images::new(shape, pixels)?, labels.into_iter().collect()))
}

/// The images of a source up to the last of the examples that are from it, or all.
fn open_up_to_last(
    model: &Model,
    source: &str,
    examples: &[Example<'_>],
    printer: Printer,
) -> anyhow::Result<Inputs> {
    let own = examples.iter().filter(|example| example.source == source);
    let last = own.map(|example| example.number).max().flatten();
    let limit = last.map(|index| index.saturating_add(1));
    let wanted = Wanted { limit, fit_to_input: true, ..Wanted::default() };
    data::open_for(model, &[source.to_owned()], wanted, printer)
}
