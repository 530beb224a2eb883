//! The files of an export with which its reader checks it.

use concertina_formats::npz::{self, Named};

use crate::error::{Error, Result};

/// A file's name and its bytes.
pub(super) type File = (&'static str, Vec<u8>);

/// The end of every `check.py`: what all runtimes have in common.
const COMPARE: &str = include_str!("compare.py");

/// `examples.npz`, and `check.py`, which begins with what is `runtime`'s own.
pub(super) fn files(answers: &[Named], runtime: &str) -> Result<[File; 2]> {
    let arrays = npz::write(answers).map_err(|error| Error::data(error.to_string()))?;
    let script = format!("{runtime}\n\n{COMPARE}");
    Ok([("examples.npz", arrays), ("check.py", script.into_bytes())])
}
