//! The header of a `.npy` file: a Python dictionary of three keys, as text.

use crate::{Error, Result};

/// What a header says.
pub(super) struct Header {
    /// The number type, for instance `<f4`.
    pub(super) descr: String,
    /// True if the first axis is the fastest.
    pub(super) fortran_order: bool,
    /// Length of each axis.
    pub(super) shape: Vec<usize>,
}

/// Reads a header such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
pub(super) fn parse(text: &str) -> Result<Header> {
    let mut reader = Reader { text, rest: text };
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    reader.expect('{')?;
    while !reader.take('}') {
        let key = reader.quoted()?;
        reader.expect(':')?;
        match key {
            "descr" => descr = Some(reader.descr()?),
            "fortran_order" => fortran_order = Some(reader.boolean()?),
            "shape" => shape = Some(reader.tuple()?),
            _ => return Err(reader.malformed()),
        }
        if !reader.take(',') {
            reader.expect('}')?;
            break;
        }
    }
    match (descr, fortran_order, shape) {
        (Some(descr), Some(fortran_order), Some(shape)) if reader.rest.trim().is_empty() => {
            Ok(Header { descr, fortran_order, shape })
        }
        _ => Err(reader.malformed()),
    }
}

/// The header of version 1 for values in C order: its length, then its text, padded so that the
/// values begin at a multiple of 64 bytes.
pub(super) fn write(descr: &str, shape: &[usize]) -> Vec<u8> {
    let axes = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    // In Python a tuple of one is told by its comma.
    let axes = if shape.len() == 1 { axes + "," } else { axes };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
    // Before the text stand 6 bytes of magic, 2 of version and 2 of length.
    let padding = (10 + text.len() + 1).next_multiple_of(64) - (10 + text.len() + 1);
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    let length = u16::try_from(text.len()).expect("a header of 64 axes has far less than 64 KiB");
    [&length.to_le_bytes(), text.as_bytes()].concat()
}

/// Walks through the text; spaces before a token are passed over.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    #[cold]
    fn malformed(&self) -> Error {
        Error::malformed(format!(
            "expected a npy header with descr, fortran_order and shape, found `{}`",
            shorten(self.text.trim())
        ))
    }

    fn take(&mut self, token: char) -> bool {
        let stripped = self.rest.trim_start().strip_prefix(token);
        self.rest = stripped.unwrap_or(self.rest);
        stripped.is_some()
    }

    fn expect(&mut self, token: char) -> Result<()> {
        if self.take(token) { Ok(()) } else { Err(self.malformed()) }
    }

    /// A text in single or double quotes; `NumPy` puts no escapes into those of a header.
    fn quoted(&mut self) -> Result<&'a str> {
        let quote = if self.take('"') {
            '"'
        } else {
            self.expect('\'')?;
            '\''
        };
        let (text, rest) = self.rest.split_once(quote).ok_or_else(|| self.malformed())?;
        self.rest = rest;
        Ok(text)
    }

    fn descr(&mut self) -> Result<String> {
        if self.rest.trim_start().starts_with('[') {
            let structure = self.rest.trim_start();
            let end = structure.find(']').map_or(structure.len(), |end| end + 1);
            return Err(Error::malformed(format!(
                "expected an array of plain numbers, found the structured type `{}`",
                shorten(&structure[..end])
            )));
        }
        self.quoted().map(str::to_owned)
    }

    fn boolean(&mut self) -> Result<bool> {
        let rest = self.rest.trim_start();
        let (value, rest) = match (rest.strip_prefix("True"), rest.strip_prefix("False")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(self.malformed()),
        };
        self.rest = rest;
        Ok(value)
    }

    fn tuple(&mut self) -> Result<Vec<usize>> {
        let mut numbers = Vec::new();
        self.expect('(')?;
        while !self.take(')') {
            let rest = self.rest.trim_start();
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, rest) = rest.split_at(end);
            numbers.push(digits.parse().map_err(|_| self.malformed())?);
            // Python 2 wrote long integers as `3L`.
            self.rest = rest.strip_prefix('L').unwrap_or(rest);
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(numbers)
    }
}

/// At most 80 characters of a text, for a message.
fn shorten(text: &str) -> &str {
    text.char_indices().nth(80).map_or(text, |(end, _)| &text[..end])
}
