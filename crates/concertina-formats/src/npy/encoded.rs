//! An array as it lies in its file, of which values are read one by one.

use super::{Array, Layout, MAGIC, VALUES, Values, layout, split, values::Dtype};
use crate::{Error, Result};

/// An array whose values are still the bytes of its file: it takes no more memory than that.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// Length of each axis, slowest first; empty for a single number.
    pub shape: Vec<usize>,
    dtype: Dtype,
    bytes: Vec<u8>,
    /// Where the values begin, last axis fastest.
    start: usize,
}

impl Encoded {
    /// Takes a whole `.npy` file.
    ///
    /// # Errors
    /// As [`parse`](super::parse).
    pub fn read(bytes: Vec<u8>) -> Result<Self> {
        let (text, data) = split(&bytes)?;
        let layout = layout(text)?;
        layout.expect_length(data.len() as u128)?;
        let start = bytes.len() - data.len();
        let Layout { header, dtype, .. } = layout;
        if !header.fortran_order {
            return Ok(Self { shape: header.shape, dtype, bytes, start });
        }
        // Twice: in the order of the file, and in C order.
        Error::unless_room(VALUES, 2 * dtype.decoded_bytes(&bytes[start..]))?;
        let values = dtype.decode(&bytes[start..]).into_c_order(&header.shape);
        drop(bytes);
        let mut bytes = Vec::with_capacity(values.len() * dtype.bytes());
        values.encode(&mut bytes);
        let dtype = Dtype::parse(values.descr())?;
        Ok(Self { shape: header.shape, dtype, bytes, start: 0 })
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.data().len() / self.dtype.bytes()
    }

    /// True if there are no values.
    pub fn is_empty(&self) -> bool {
        self.data().is_empty()
    }

    /// The type's name in `NumPy`, for instance `uint8`.
    pub fn type_name(&self) -> &'static str {
        self.dtype.decode(&[]).type_name()
    }

    /// True for the types of floats.
    pub fn is_float(&self) -> bool {
        self.dtype.decode(&[]).is_float()
    }

    /// The values as `f64`, as [`Values::iter_f64`].
    pub fn iter_f64(&self) -> impl Iterator<Item = f64> + '_ {
        // Some at a time, so that the type is looked at once for many.
        let piece = PIECE * self.dtype.bytes();
        self.data()
            .chunks(piece)
            .flat_map(|bytes| self.dtype.decode(bytes).iter_f64().collect::<Vec<f64>>())
    }

    /// The values of an array of `uint8`.
    pub fn as_u8(&self) -> Option<&[u8]> {
        (self.type_name() == "uint8").then(|| self.data())
    }

    /// The values of an array of `uint8`, without a copy of their bytes; otherwise the array.
    ///
    /// # Errors
    /// The array, if its values are of another type.
    pub fn into_u8(mut self) -> Result<Vec<u8>, Self> {
        if self.type_name() != "uint8" {
            return Err(self);
        }
        self.bytes.drain(..self.start);
        Ok(self.bytes)
    }

    /// The array with all its values.
    ///
    /// # Errors
    /// If there is not as much memory.
    pub fn decode(&self) -> Result<Array> {
        Error::unless_room(VALUES, self.dtype.decoded_bytes(self.data()))?;
        Ok(Array { shape: self.shape.clone(), values: self.dtype.decode(self.data()) })
    }

    fn data(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// Values that are decoded at a time.
const PIECE: usize = 4096;

/// Checks the beginning of a file of `length` bytes, before the rest of it is read: whether it is a
/// `.npy` file at all, and as long as its header says. A beginning that does not hold the whole
/// header passes.
///
/// # Errors
/// As [`parse`](super::parse).
pub fn check(beginning: &[u8], length: u64) -> Result<()> {
    match split(beginning) {
        Ok((text, data)) => {
            let header = (beginning.len() - data.len()) as u128;
            layout(text)?.expect_length(u128::from(length).saturating_sub(header))
        }
        Err(_) if beginning.starts_with(MAGIC) && (beginning.len() as u64) < length => Ok(()),
        Err(error) => Err(error),
    }
}

impl Layout {
    pub(super) fn expect_length(&self, found: u128) -> Result<()> {
        if found == self.length {
            return Ok(());
        }
        let what =
            format!("npy values (shape {:?}, type `{}`)", self.header.shape, self.header.descr);
        Err(Error::length(what, self.length, usize::try_from(found).unwrap_or(usize::MAX)))
    }
}

impl From<Array> for Encoded {
    /// # Panics
    /// If the shape does not hold as many values as there are.
    fn from(Array { shape, values }: Array) -> Self {
        assert_eq!(shape.iter().product::<usize>(), values.len(), "a shape holds its values");
        let mut bytes = Vec::new();
        values.encode(&mut bytes);
        let dtype = Dtype::parse(values.descr()).expect("what is written can be read");
        Self { shape, dtype, bytes, start: 0 }
    }
}

impl From<Values> for Encoded {
    fn from(values: Values) -> Self {
        Array { shape: vec![values.len()], values }.into()
    }
}
