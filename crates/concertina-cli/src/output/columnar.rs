//! Codes as a table of columns: a Parquet file, or one of Arrow.
//!
//! The columns are `name`, `label` if there are labels, and `code`, a list of as many 32-bit floats
//! as the model has latent dimensions.

use std::error::Error as StdError;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Float32Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use concertina::artifact::AtomicFile;
use concertina::{Error, Result};
use parquet::arrow::ArrowWriter;

/// Which of the two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Arrow,
}

type File = BufWriter<AtomicFile>;

/// A table that is being written.
pub(crate) struct Columnar {
    format: Format,
    /// Floats of a code.
    size: usize,
    state: State,
}

enum State {
    /// Nothing is known of the columns yet.
    Begun(File),
    Parquet(Box<ArrowWriter<File>>),
    Arrow(Box<FileWriter<File>>),
    /// After an error.
    Broken,
}

impl Columnar {
    /// Of codes of so many dimensions.
    pub(super) fn begin(path: &Path, format: Format, size: usize) -> Result<Self> {
        let file = BufWriter::new(AtomicFile::create(path)?);
        Ok(Self { format, size, state: State::Begun(file) })
    }

    /// The next rows: a group of rows, or a batch, of their own.
    pub(super) fn push(
        &mut self,
        values: &[f32],
        names: &[String],
        labels: Option<&[String]>,
    ) -> Result<()> {
        let batch = self.batch(values, names, labels)?;
        self.state = match std::mem::replace(&mut self.state, State::Broken) {
            State::Begun(file) => self.opened(file, batch.schema())?,
            other => other,
        };
        match &mut self.state {
            State::Parquet(writer) => {
                writer.write(&batch).map_err(unwritten)?;
                writer.flush().map_err(unwritten)
            }
            State::Arrow(writer) => writer.write(&batch).map_err(unwritten),
            State::Begun(_) | State::Broken => Err(Error::failed("the table was not begun")),
        }
    }

    /// The file appears.
    pub(super) fn finish(mut self) -> Result<()> {
        if matches!(self.state, State::Begun(_)) {
            self.push(&[], &[], None)?;
        }
        let file = match self.state {
            State::Parquet(writer) => writer.into_inner().map_err(unwritten)?,
            State::Arrow(writer) => writer.into_inner().map_err(unwritten)?,
            State::Begun(_) | State::Broken => {
                return Err(Error::failed("the table was not begun"));
            }
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
    }

    fn opened(&self, file: File, schema: SchemaRef) -> Result<State> {
        Ok(match self.format {
            Format::Parquet => State::Parquet(Box::new(
                ArrowWriter::try_new(file, schema, None).map_err(unwritten)?,
            )),
            Format::Arrow => {
                State::Arrow(Box::new(FileWriter::try_new(file, &schema).map_err(unwritten)?))
            }
        })
    }

    fn batch(
        &self,
        values: &[f32],
        names: &[String],
        labels: Option<&[String]>,
    ) -> Result<RecordBatch> {
        let item = Arc::new(Field::new("item", DataType::Float32, false));
        let values: ArrayRef = Arc::new(Float32Array::from(values.to_vec()));
        let size = i32::try_from(self.size).expect("a code has fewer dimensions");
        let codes = FixedSizeListArray::try_new(item, size, values, None);
        let codes: ArrayRef = Arc::new(codes.map_err(unwritten)?);
        let texts =
            |texts: &[String]| -> ArrayRef { Arc::new(StringArray::from_iter_values(texts)) };
        let mut columns = vec![("name", texts(names))];
        columns.extend(labels.map(|labels| ("label", texts(labels))));
        columns.push(("code", codes));
        let fields = columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), false));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        RecordBatch::try_new(schema, columns).map_err(unwritten)
    }
}

/// As an error of the file, if one is behind it: the disk is full, say.
fn unwritten(error: impl StdError + 'static) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(found) = cause {
        if let Some(file) = found.downcast_ref::<io::Error>() {
            return io::Error::new(file.kind(), file.to_string()).into();
        }
        cause = found.source();
    }
    Error::failed(format!("the table cannot be written: {error}"))
}
