//! Rows of numbers that are written piece by piece.

use concertina::{Error, Result, memory};
use concertina_formats::csv;

use super::place::{Pieces, Place};

/// A table that is being written.
pub(crate) enum Rows {
    /// Numbers alone.
    Npy(Pieces),
    Csv(Csv),
    #[cfg(feature = "arrow")]
    Columnar(super::columnar::Columnar),
}

/// A .csv that is being written.
pub(crate) struct Csv {
    pieces: Pieces,
    columns: Vec<String>,
    /// Whether there is a row already.
    is_begun: bool,
}

impl Rows {
    /// A .npy of shape `[n, size]`.
    pub(crate) fn npy(place: Place<'_>, n: usize, size: usize) -> Result<Self> {
        place.begin_npy(&[n, size]).map(Self::Npy)
    }

    /// A .csv with names, labels if there are any, and these columns.
    pub(crate) fn csv(place: Place<'_>, columns: Vec<String>) -> Result<Self> {
        Ok(Self::Csv(Csv { pieces: place.begin()?, columns, is_begun: false }))
    }

    /// The next rows.
    pub(crate) fn push(
        &mut self,
        values: &[f32],
        names: &[String],
        labels: Option<&[String]>,
    ) -> Result<()> {
        match self {
            Self::Npy(pieces) => pieces.write_values(values.iter().copied()),
            Self::Csv(Csv { pieces, columns, is_begun }) => {
                let bytes = csv_bytes(columns.clone(), values, names, labels)?;
                let rows = if *is_begun { without_header(&bytes)? } else { &bytes };
                *is_begun = true;
                pieces.write(rows)
            }
            #[cfg(feature = "arrow")]
            Self::Columnar(columnar) => columnar.push(values, names, labels),
        }
    }

    /// The file appears.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::Npy(pieces) | Self::Csv(Csv { pieces, .. }) => pieces.finish(),
            #[cfg(feature = "arrow")]
            Self::Columnar(columnar) => columnar.finish(),
        }
    }
}

/// A table without its first line, in which no name has a line break.
fn without_header(table: &[u8]) -> Result<&[u8]> {
    let end = table.iter().position(|byte| *byte == b'\n');
    let end = end.ok_or_else(|| Error::data("expected a table with a header, found none"))?;
    Ok(&table[end + 1..])
}

/// Numbers for each image, with its name and its label, as a .csv.
pub(crate) fn csv_bytes(
    columns: Vec<String>,
    values: &[f32],
    names: &[String],
    labels: Option<&[String]>,
) -> Result<Vec<u8>> {
    let mut copy = memory::room_for(values.len(), 1, "numbers")?;
    copy.extend_from_slice(values);
    let texts = names.iter().chain(labels.into_iter().flatten());
    let length = texts.map(|text| size_of::<String>() + text.len()).sum();
    memory::expect_room(1, length, "set of names")?;
    Ok(csv::write(&csv::Table {
        columns,
        values: copy,
        names: Some(names.to_vec()),
        labels: labels.map(<[String]>::to_vec),
    })?)
}
