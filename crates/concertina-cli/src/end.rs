//! An end of an interpolation.

use std::path::Path;

use concertina::{Error, Result};

/// A file, or `DATA#NUMBER`.
pub(crate) struct End<'a> {
    argument: &'a str,
    pub(crate) source: &'a str,
    /// A file of one example needs none.
    pub(crate) number: Option<usize>,
}

impl<'a> End<'a> {
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
