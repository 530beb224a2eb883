//! Where an output goes: a file that appears when it is complete, or the standard output.

use std::io::{BufWriter, IntoInnerError, Stdout, Write};
use std::path::Path;

use concertina::artifact::{AtomicFile, write_whole};
use concertina::{Error, Result};
use concertina_formats::npy;

/// What stands for the standard output among files.
const DASH: &str = "-";

/// A file, or the standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    File(&'a Path),
    Stdout,
}

impl Place<'_> {
    /// `None` for a path, which has to be looked at.
    pub(crate) fn stdout(path: &Path) -> Option<Self> {
        (path.as_os_str() == DASH).then_some(Place::Stdout)
    }

    /// Writes all of it.
    pub(crate) fn write(self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::File(path) => write_whole(path, bytes),
            Self::Stdout => {
                let mut stdout = std::io::stdout().lock();
                stdout.write_all(bytes)?;
                Ok(stdout.flush()?)
            }
        }
    }

    /// Begins to write piece by piece.
    pub(crate) fn begin(self) -> Result<Pieces> {
        Ok(match self {
            Self::File(path) => Pieces::File(BufWriter::new(AtomicFile::create(path)?)),
            Self::Stdout => Pieces::Stdout(BufWriter::new(std::io::stdout())),
        })
    }

    /// Begins to write a .npy of 32-bit floats of this shape, whose values follow.
    pub(crate) fn begin_npy(self, shape: &[usize]) -> Result<Pieces> {
        let mut pieces = self.begin()?;
        pieces.write(&npy::f32_header(shape))?;
        Ok(pieces)
    }
}

/// What is written piece by piece.
pub(crate) enum Pieces {
    File(BufWriter<AtomicFile>),
    Stdout(BufWriter<Stdout>),
}

impl Pieces {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::File(file) => file.write_all(bytes)?,
            Self::Stdout(stdout) => stdout.write_all(bytes)?,
        }
        Ok(())
    }

    /// Values of a .npy.
    pub(crate) fn write_values(&mut self, values: impl IntoIterator<Item = f32>) -> Result<()> {
        values.into_iter().try_for_each(|value| self.write(&value.to_le_bytes()))
    }

    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::File(file) => file.into_inner().map_err(IntoInnerError::into_error)?.finish(),
            Self::Stdout(mut stdout) => Ok(stdout.flush()?),
        }
    }
}

/// The path in words.
pub(crate) fn told(path: &Path) -> String {
    match Place::stdout(path) {
        Some(_) => "the standard output".to_owned(),
        None => path.display().to_string(),
    }
}

/// An error if a flag that names a folder names the standard output.
pub(crate) fn expect_folder(flag: &str, path: &Path) -> Result<()> {
    if Place::stdout(path).is_none() {
        return Ok(());
    }
    Err(Error::config(format!("`{flag}`: expected a folder, found `-`, the standard output"))
        .with_hint("a folder of that name is `./-`"))
}
