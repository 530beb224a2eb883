//! CIFAR-10's binary format: records of one label byte and 3072 pixel bytes (32 x 32 red, then
//! green, then blue).

use crate::{Error, Result};

/// Bytes of pixels in a record: 3 planes of 32 x 32.
pub const IMAGE_BYTES: usize = 3 * 32 * 32;
/// Bytes of a record: the label, then the pixels.
pub const RECORD_BYTES: usize = 1 + IMAGE_BYTES;
/// Labels are below this.
pub const CLASSES: u8 = 10;

/// The records of one file, labels and pixels apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// One label for each image, 0..10.
    pub labels: Vec<u8>,
    /// The pixels, `N C H W` with C 3, H 32, W 32.
    pub pixels: Vec<u8>,
}

/// Reads a batch file.
///
/// # Errors
/// If the file is empty, not a whole number of records, or holds a label that is no class.
pub fn parse(bytes: &[u8]) -> Result<Batch> {
    check(bytes, bytes.len() as u64)?;
    let (records, _) = bytes.as_chunks::<RECORD_BYTES>();
    Error::unless_room("records", bytes.len())?;
    let mut batch = Batch {
        labels: Vec::with_capacity(records.len()),
        pixels: Vec::with_capacity(records.len() * IMAGE_BYTES),
    };
    for (index, [label, pixels @ ..]) in records.iter().enumerate() {
        if *label >= CLASSES {
            return Err(Error::malformed(format!(
                "expected a CIFAR-10 label below {CLASSES}, found {label} in record {index}"
            )));
        }
        batch.labels.push(*label);
        batch.pixels.extend_from_slice(pixels);
    }
    Ok(batch)
}

/// Checks that a file of `length` bytes can be a batch, before it is read.
///
/// # Errors
/// If it is empty, or not a whole number of records.
pub fn check(_beginning: &[u8], length: u64) -> Result<()> {
    let (records, rest) = (length / RECORD_BYTES as u64, length % RECORD_BYTES as u64);
    if records == 0 || rest != 0 {
        return Err(Error::malformed(format!(
            "expected whole CIFAR-10 records of {RECORD_BYTES} bytes, found {length} bytes \
             ({records} records and {rest} bytes)"
        )));
    }
    Ok(())
}

/// Writes a batch file.
///
/// # Errors
/// If there is not one label and one image's worth of pixels for each record.
pub fn write(batch: &Batch) -> Result<Vec<u8>> {
    let (images, rest) = batch.pixels.as_chunks::<IMAGE_BYTES>();
    if images.len() != batch.labels.len() || !rest.is_empty() {
        return Err(Error::malformed(format!(
            "expected {IMAGE_BYTES} bytes for each of {} labels, found {} bytes",
            batch.labels.len(),
            batch.pixels.len()
        )));
    }
    let records = batch.labels.iter().zip(images);
    Ok(records.flat_map(|(label, image)| std::iter::once(label).chain(image)).copied().collect())
}
