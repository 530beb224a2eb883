//! IDX, the format of MNIST: a short big-endian header, then the values, last axis fastest.
//!
//! Header: two zero bytes, a byte for the value type (8: unsigned bytes), a byte for the number of
//! axes, then each axis as a 32-bit number. Only unsigned bytes are read: no set of images in IDX
//! uses another type.

use crate::{Error, Result};

const UNSIGNED_BYTES: u8 = 0x08;

/// An array of unsigned bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Length of each axis, slowest first; for images N, rows, columns.
    pub shape: Vec<usize>,
    /// The values, last axis fastest.
    pub values: Vec<u8>,
}

/// Reads a whole IDX file.
///
/// # Errors
/// If the header is cut short or of another type, or the file is not exactly as long as its header
/// says.
pub fn parse(bytes: &[u8]) -> Result<Idx> {
    let (shape, values) = split(bytes)?;
    Ok(Idx { shape, values: values.to_vec() })
}

/// As [`parse`], without a copy of the values.
///
/// # Errors
/// As [`parse`].
pub fn read(mut bytes: Vec<u8>) -> Result<Idx> {
    let (shape, values) = split(&bytes)?;
    let start = bytes.len() - values.len();
    bytes.drain(..start);
    Ok(Idx { shape, values: bytes })
}

/// Checks the beginning of a file of `length` bytes, before the rest of it is read.
///
/// # Errors
/// As [`parse`].
pub fn check(beginning: &[u8], length: u64) -> Result<()> {
    let (shape, values) = header(beginning)?;
    let expected = self::length(beginning)?;
    let header = (beginning.len() - values.len()) as u64;
    if expected == u128::from(length) {
        return Ok(());
    }
    let found = usize::try_from(length - header).unwrap_or(usize::MAX);
    Err(wrong_length(&shape, expected - u128::from(header), found))
}

fn wrong_length(shape: &[usize], expected: u128, found: usize) -> Error {
    Error::length(format!("IDX values (shape {})", shape_text(shape)), expected, found)
}

/// Reads the header only: the shape, and the values that follow it. The length is checked as by
/// [`parse`].
pub fn split(bytes: &[u8]) -> Result<(Vec<usize>, &[u8])> {
    let (shape, values) = header(bytes)?;
    match count(&shape) {
        Some(expected) if expected == values.len() as u128 => Ok((shape, values)),
        Some(expected) => Err(wrong_length(&shape, expected, values.len())),
        None => Err(uncountable(&shape, values.len())),
    }
}

/// The number of bytes of the IDX file that begins like this, by its header.
///
/// # Errors
/// If the header is cut short, of another type, or claims more values than can be counted.
pub fn length(beginning: &[u8]) -> Result<u128> {
    let (shape, values) = header(beginning)?;
    let n = count(&shape).ok_or_else(|| uncountable(&shape, values.len()))?;
    Ok(n.saturating_add((beginning.len() - values.len()) as u128))
}

fn uncountable(shape: &[usize], found: usize) -> Error {
    Error::malformed(format!(
        "IDX header claims more values than can be counted (shape {}), found {found} bytes",
        shape_text(shape),
    ))
}

/// The shape, and the bytes after the header.
fn header(bytes: &[u8]) -> Result<(Vec<usize>, &[u8])> {
    let (&magic, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or_else(|| Error::length("IDX header", 4, bytes.len()))?;
    let [0, 0, kind, rank] = magic else {
        return Err(Error::malformed(format!(
            "expected an IDX header (00 00 08 ..), found {}",
            hex(&magic)
        )));
    };
    if kind != UNSIGNED_BYTES {
        return Err(Error::malformed(format!(
            "expected IDX values of type 0x08 (unsigned bytes), found type 0x{kind:02x}{}",
            type_name(kind)
        )));
    }
    let axes = rest
        .get(..4 * usize::from(rank))
        .ok_or_else(|| Error::length("IDX header", 4 + 4 * u128::from(rank), bytes.len()))?;
    let values = &rest[axes.len()..];
    let axes = axes.as_chunks::<4>().0.iter();
    let shape: Vec<usize> = axes.map(|&axis| u32::from_be_bytes(axis) as usize).collect();
    Ok((shape, values))
}

/// Writes `values` of `shape` as an IDX file.
///
/// # Errors
/// If the shape does not fit the values, has more than 255 axes, or an axis does not fit 32 bits.
pub fn write(shape: &[usize], values: &[u8]) -> Result<Vec<u8>> {
    if count(shape) != Some(values.len() as u128) {
        return Err(Error::malformed(format!(
            "shape {} does not hold {} values",
            shape_text(shape),
            values.len()
        )));
    }
    let rank = u8::try_from(shape.len()).map_err(|_| {
        Error::malformed(format!("IDX has at most 255 axes, found {}", shape.len()))
    })?;
    let mut bytes = Vec::with_capacity(4 + 4 * shape.len() + values.len());
    bytes.extend([0, 0, UNSIGNED_BYTES, rank]);
    for &axis in shape {
        let axis = u32::try_from(axis)
            .map_err(|_| Error::malformed(format!("an IDX axis has 32 bits, found {axis}")))?;
        bytes.extend(axis.to_be_bytes());
    }
    bytes.extend_from_slice(values);
    Ok(bytes)
}

/// How many values an array of `shape` has, as long as that can be counted at all.
fn count(shape: &[usize]) -> Option<u128> {
    shape.iter().try_fold(1u128, |n, &axis| n.checked_mul(axis as u128))
}

fn type_name(kind: u8) -> &'static str {
    match kind {
        0x09 => " (signed bytes)",
        0x0b => " (16-bit integers)",
        0x0c => " (32-bit integers)",
        0x0d => " (32-bit floats)",
        0x0e => " (64-bit floats)",
        _ => "",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn shape_text(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}
