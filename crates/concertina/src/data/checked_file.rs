//! Files whose beginning tells whether the rest is worth reading.

use std::io::Read;
use std::path::Path;

use fs_err as fs;

use crate::error::{Error, Result};

/// Enough for every header that is checked.
const BEGINNING: usize = 1 << 17;

/// Reads a file, of which `check` is given the beginning and the number of bytes in all first.
pub(crate) fn read_checked<E: Into<Error>>(
    path: &Path,
    check: fn(&[u8], u64) -> Result<(), E>,
) -> Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(BEGINNING as u64).read_to_end(&mut bytes)?;
    check(&bytes, length).map_err(|error| error.into().in_file(path))?;
    let rest = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(bytes.len());
    // An error here, where `reserve` would end the program.
    bytes.try_reserve_exact(rest).map_err(|_| {
        Error::data(format!("expected a file that fits into memory, found one of {length} bytes"))
            .in_file(path)
    })?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
