//! `NumPy`'s `.npz`: a zip archive of `.npy` files, stored or deflated.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::npy::{self, Array, Encoded};
use crate::{Error, Result};

/// More entries than this are refused.
pub const MAX_ENTRIES: usize = 1024;

/// Bytes of an entry that are unpacked first, to read its header.
const BEGINNING: u64 = 1 << 16;

/// An array and its name in the archive, without `.npy`.
pub type Named = (String, Array);

/// Reads all arrays of a `.npz` file, in the order of the archive. What does not end in `.npy` is
/// passed over.
///
/// # Errors
/// If the bytes are no zip archive, an entry is corrupt (its checksum is verified) or no `.npy`,
/// there are more than [`MAX_ENTRIES`] entries, or together they unpack to more than `limit` bytes.
pub fn parse(bytes: &[u8], limit: usize) -> Result<Vec<Named>> {
    let named = read(bytes, limit)?.into_iter();
    named.map(|(name, array)| Ok((name, array.decode()?))).collect()
}

/// As [`parse`], without decoding the values.
///
/// # Errors
/// As [`parse`].
pub fn read(bytes: &[u8], limit: usize) -> Result<Vec<(String, Encoded)>> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::malformed(format!(
            "expected a zip archive of npy files, found other bytes ({error})"
        ))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MAX_ENTRIES {
        return Err(Error::malformed(format!(
            "expected at most {MAX_ENTRIES} arrays in a npz file, found {}",
            archive.len()
        )));
    }
    let mut arrays = Vec::new();
    let mut left = limit;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        let Some(name) = name.strip_suffix(".npy").map(str::to_owned) else { continue };
        let corrupt = |error: std::io::Error| {
            Error::malformed(format!("npz entry `{name}` is corrupt ({error})"))
        };
        let mut content = Vec::new();
        // The size in the archive's directory may lie, so what really comes out is counted.
        let mut entry = entry.take((left as u64).saturating_add(1));
        entry.by_ref().take(BEGINNING).read_to_end(&mut content).map_err(corrupt)?;
        // By its header: what is too large need not be unpacked to know it, nor what comes after
        // the values.
        let length = npy::length(&content);
        if length.is_some_and(|length| length > left as u128) {
            return Err(Error::too_large("npz file", limit));
        }
        let rest = length
            .map_or(u64::MAX, |length| (length as u64).saturating_sub(content.len() as u64) + 1);
        entry.take(rest).read_to_end(&mut content).map_err(corrupt)?;
        left =
            left.checked_sub(content.len()).ok_or_else(|| Error::too_large("npz file", limit))?;
        let array = Encoded::read(content).map_err(|error| error.in_part(&name))?;
        arrays.push((name, array));
    }
    Ok(arrays)
}

/// Checks the beginning of a file, before the rest of it is read.
///
/// # Errors
/// If it does not begin as a zip archive does.
pub fn check(beginning: &[u8], _length: u64) -> Result<()> {
    // An archive without entries begins with the end of its directory.
    if beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06") {
        return Ok(());
    }
    read(&[], 0).map(drop)
}

/// Writes arrays as a `.npz` file, stored without compression. The same arrays give the same bytes.
///
/// # Errors
/// If a shape does not fit its values, or two arrays have one name.
pub fn write(arrays: &[Named]) -> Result<Vec<u8>> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::malformed(format!("arrays cannot be written as npz ({error})"))
    };
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in arrays {
        let content = npy::write(array).map_err(|error| error.in_part(name))?;
        let large = u32::try_from(content.len()).is_err();
        archive
            .start_file(format!("{name}.npy"), options.large_file(large))
            .map_err(|error| broken(&error))?;
        archive.write_all(&content).map_err(|error| broken(&error))?;
    }
    Ok(archive.finish().map_err(|error| broken(&error))?.into_inner())
}
