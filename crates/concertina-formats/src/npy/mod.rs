//! `NumPy`'s `.npy`: an array of one number type behind a short text header.
//!
//! Read are booleans, integers of 8 to 64 bits and floats of 16 to 64, of either byte order, in C
//! or Fortran order, in format versions 1 to 3. The values come out in C order (last axis fastest).
//! Text, Python objects, complex numbers and structured types are refused by name.

mod encoded;
mod header;
mod values;

pub use encoded::{Encoded, check};
pub use values::Values;

use crate::{Error, Result};
use header::Header;
use values::Dtype;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// What memory is wanted for.
const VALUES: &str = "the values of an npy array";
/// `NumPy` itself has no arrays of more axes.
const MAX_AXES: usize = 64;

/// An array in C order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Length of each axis, slowest first; empty for a single number.
    pub shape: Vec<usize>,
    /// The values, last axis fastest.
    pub values: Values,
}

/// Reads a whole `.npy` file.
///
/// # Errors
/// If the header is no `.npy` header, the type is not one of plain numbers, or the file is not
/// exactly as long as its header says.
pub fn parse(bytes: &[u8]) -> Result<Array> {
    let (text, data) = split(bytes)?;
    let layout = layout(text)?;
    layout.expect_length(data.len() as u128)?;
    let Layout { header: Header { fortran_order, shape, .. }, dtype, .. } = layout;
    Error::unless_room(VALUES, dtype.decoded_bytes(data) * if fortran_order { 2 } else { 1 })?;
    let values = dtype.decode(data);
    let values = if fortran_order { values.into_c_order(&shape) } else { values };
    Ok(Array { shape, values })
}

/// How many bytes the `.npy` file has in all that begins like this, by its header; `None` if that
/// is not whole, or bad.
pub(crate) fn length(beginning: &[u8]) -> Option<u128> {
    let (text, data) = split(beginning).ok()?;
    let header = beginning.len() - data.len();
    Some(header as u128 + layout(text).ok()?.length)
}

/// What a header says, checked.
struct Layout {
    header: Header,
    dtype: Dtype,
    /// Bytes of all values.
    length: u128,
}

fn layout(text: &str) -> Result<Layout> {
    let header = header::parse(text)?;
    let dtype = Dtype::parse(&header.descr)?;
    let shape = &header.shape;
    if shape.len() > MAX_AXES {
        return Err(Error::malformed(format!(
            "expected an array of at most {MAX_AXES} axes, found {}",
            shape.len()
        )));
    }
    let count = shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis)).ok_or_else(|| {
        Error::malformed(format!(
            "npy header claims more values than can be counted (shape {shape:?})"
        ))
    })?;
    let length = count as u128 * dtype.bytes() as u128;
    Ok(Layout { header, dtype, length })
}

/// Writes an array as a `.npy` file, little-endian, in C order, format version 1.
///
/// # Errors
/// If the shape does not hold as many values as there are.
pub fn write(array: &Array) -> Result<Vec<u8>> {
    let count = array.shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis));
    if count != Some(array.values.len()) || array.shape.len() > MAX_AXES {
        return Err(Error::malformed(format!(
            "shape {:?} does not hold {} values",
            array.shape,
            array.values.len()
        )));
    }
    let mut bytes = beginning(array.values.descr(), &array.shape);
    array.values.encode(&mut bytes);
    Ok(bytes)
}

/// What the header of a `.npy` file says, of a file whose values are read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The number type as `NumPy` writes it, for instance `|u1` for bytes and `<u4` for unsigned
    /// integers of 32 bits.
    pub descr: String,
    /// True if the first axis is the fastest.
    pub fortran_order: bool,
    /// Length of each axis, slowest first.
    pub shape: Vec<usize>,
    /// Where the values begin in the file, in bytes.
    pub values_at: usize,
    /// Bytes of the whole file.
    pub file_bytes: u128,
}

/// Reads the header alone, from the first bytes of a file.
///
/// # Errors
/// If they are not a whole header, or the type is not one of plain numbers.
pub fn parse_beginning(bytes: &[u8]) -> Result<Beginning> {
    let (text, data) = split(bytes)?;
    let Layout { header: Header { descr, fortran_order, shape }, length, .. } = layout(text)?;
    let values_at = bytes.len() - data.len();
    let file_bytes = values_at as u128 + length;
    Ok(Beginning { descr, fortran_order, shape, values_at, file_bytes })
}

/// The beginning of a `.npy` file of bytes, as [`f32_header`].
pub fn u8_header(shape: &[usize]) -> Vec<u8> {
    beginning("|u1", shape)
}

/// The beginning of a `.npy` file of unsigned integers of 32 bits, as [`f32_header`].
pub fn u32_header(shape: &[usize]) -> Vec<u8> {
    beginning("<u4", shape)
}

/// The beginning of a `.npy` file of 32-bit floats: what stands before its values, which follow
/// little-endian, in C order.
pub fn f32_header(shape: &[usize]) -> Vec<u8> {
    beginning("<f4", shape)
}

/// A `.npy` file of 32-bit floats, which are as many as the shape says.
pub fn f32_bytes(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let mut bytes = f32_header(shape);
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn beginning(descr: &str, shape: &[usize]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend(header::write(descr, shape));
    bytes
}

/// The header's text and the values' bytes.
fn split(bytes: &[u8]) -> Result<(&str, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| {
        Error::malformed("expected a npy file (beginning with 93 `NUMPY`), found other bytes")
    })?;
    let cut = || Error::malformed(format!("npy header is cut short after {} bytes", bytes.len()));
    let (&[major, _minor], rest) = rest.split_first_chunk().ok_or_else(cut)?;
    let (length, rest) = match major {
        1 => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(cut)?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(cut)?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        other => {
            return Err(Error::malformed(format!(
                "expected npy format version 1, 2 or 3, found {other}"
            )));
        }
    };
    let (text, data) = rest.split_at_checked(length).ok_or_else(cut)?;
    let text =
        std::str::from_utf8(text).map_err(|_| Error::malformed("npy header is not UTF-8"))?;
    Ok((text, data))
}
