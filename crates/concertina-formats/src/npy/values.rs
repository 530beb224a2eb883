//! The number types of `.npy` files, and the way from bytes to numbers and back.

use crate::{Error, Result};

/// The values of an array, of one of the plain number types.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type that it names")]
pub enum Values {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    I8(Vec<i8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    U64(Vec<u64>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// Runs the same expression on the vector of whichever variant is there.
macro_rules! with_vector {
    ($values:expr, $vector:ident => $body:expr) => {
        match $values {
            Values::Bool($vector) => $body,
            Values::U8($vector) => $body,
            Values::I8($vector) => $body,
            Values::U16($vector) => $body,
            Values::I16($vector) => $body,
            Values::U32($vector) => $body,
            Values::I32($vector) => $body,
            Values::U64($vector) => $body,
            Values::I64($vector) => $body,
            Values::F32($vector) => $body,
            Values::F64($vector) => $body,
        }
    };
}

impl Values {
    /// How many values there are.
    pub fn len(&self) -> usize {
        with_vector!(self, vector => vector.len())
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True for the two float types.
    pub fn is_float(&self) -> bool {
        matches!(self, Self::F32(_) | Self::F64(_))
    }

    /// The type's name in `NumPy`, for instance `uint8`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::U8(_) => "uint8",
            Self::I8(_) => "int8",
            Self::U16(_) => "uint16",
            Self::I16(_) => "int16",
            Self::U32(_) => "uint32",
            Self::I32(_) => "int32",
            Self::U64(_) => "uint64",
            Self::I64(_) => "int64",
            Self::F32(_) => "float32",
            Self::F64(_) => "float64",
        }
    }

    /// The values as `f64`; 64-bit integers beyond 2^53 are rounded.
    pub fn iter_f64(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        match self {
            Self::Bool(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::U8(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::I8(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::U16(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::I16(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::U32(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::I32(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::U64(values) => Box::new(values.iter().map(|&value| value as f64)),
            Self::I64(values) => Box::new(values.iter().map(|&value| value as f64)),
            Self::F32(values) => Box::new(values.iter().map(|&value| f64::from(value))),
            Self::F64(values) => Box::new(values.iter().copied()),
        }
    }

    /// The header's word for the type, as it is written.
    pub(super) fn descr(&self) -> &'static str {
        match self {
            Self::Bool(_) => "|b1",
            Self::U8(_) => "|u1",
            Self::I8(_) => "|i1",
            Self::U16(_) => "<u2",
            Self::I16(_) => "<i2",
            Self::U32(_) => "<u4",
            Self::I32(_) => "<i4",
            Self::U64(_) => "<u8",
            Self::I64(_) => "<i8",
            Self::F32(_) => "<f4",
            Self::F64(_) => "<f8",
        }
    }

    /// Appends the values, little-endian.
    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Bool(values) => bytes.extend(values.iter().map(|&value| u8::from(value))),
            Self::U8(values) => bytes.extend_from_slice(values),
            Self::I8(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::U16(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::I16(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::U32(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::I32(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::U64(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::I64(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::F32(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            Self::F64(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        }
    }

    /// Takes the values as of an array of `shape` with its first axis fastest, and puts the last
    /// axis fastest.
    pub(super) fn into_c_order(self, shape: &[usize]) -> Self {
        match self {
            Self::Bool(values) => Self::Bool(c_order(&values, shape)),
            Self::U8(values) => Self::U8(c_order(&values, shape)),
            Self::I8(values) => Self::I8(c_order(&values, shape)),
            Self::U16(values) => Self::U16(c_order(&values, shape)),
            Self::I16(values) => Self::I16(c_order(&values, shape)),
            Self::U32(values) => Self::U32(c_order(&values, shape)),
            Self::I32(values) => Self::I32(c_order(&values, shape)),
            Self::U64(values) => Self::U64(c_order(&values, shape)),
            Self::I64(values) => Self::I64(c_order(&values, shape)),
            Self::F32(values) => Self::F32(c_order(&values, shape)),
            Self::F64(values) => Self::F64(c_order(&values, shape)),
        }
    }
}

/// A number type and byte order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dtype {
    kind: u8,
    bytes: usize,
    big_endian: bool,
}

impl Dtype {
    /// Reads the header's word, for instance `<f4`.
    pub(super) fn parse(descr: &str) -> Result<Self> {
        let refuse = |what: &str| {
            let shown: String = descr.chars().take(40).collect();
            Err(Error::malformed(format!(
                "expected an array of plain numbers, found type `{shown}`{what}"
            )))
        };
        match *descr.as_bytes() {
            [order @ (b'<' | b'>' | b'|'), kind, size] => {
                let bytes = usize::from(size.wrapping_sub(b'0'));
                let known = match kind {
                    b'b' => bytes == 1,
                    b'u' | b'i' => matches!(bytes, 1 | 2 | 4 | 8),
                    b'f' => matches!(bytes, 2 | 4 | 8),
                    b'O' => return refuse(" (Python objects)"),
                    b'c' => return refuse(" (complex numbers)"),
                    b'U' | b'S' => return refuse(" (text)"),
                    _ => false,
                };
                // `|` means that there is no order of bytes to tell: one byte only.
                if known && (order != b'|' || bytes == 1) {
                    Ok(Self { kind, bytes, big_endian: order == b'>' })
                } else {
                    refuse("")
                }
            }
            [b'|', b'O'] => refuse(" (Python objects)"),
            [_, b'U' | b'S', ..] => refuse(" (text)"),
            [_, b'c', ..] => refuse(" (complex numbers)"),
            [_, b'M' | b'm', ..] => refuse(" (dates)"),
            _ => refuse(""),
        }
    }

    /// Bytes of one value.
    pub(super) fn bytes(self) -> usize {
        self.bytes
    }

    /// Bytes of the values in `data` in memory.
    pub(super) fn decoded_bytes(self, data: &[u8]) -> usize {
        // Halves become 32-bit floats; all others keep their size.
        if (self.kind, self.bytes) == (b'f', 2) { 2 * data.len() } else { data.len() }
    }

    /// The values in `data`, in the order in which they stand.
    pub(super) fn decode(self, data: &[u8]) -> Values {
        let big = self.big_endian;
        match (self.kind, self.bytes) {
            (b'b', _) => Values::Bool(data.iter().map(|&byte| byte != 0).collect()),
            (b'u', 1) => Values::U8(data.to_vec()),
            (b'u', 2) => Values::U16(numbers(data, big, u16::from_le_bytes)),
            (b'u', 4) => Values::U32(numbers(data, big, u32::from_le_bytes)),
            (b'u', _) => Values::U64(numbers(data, big, u64::from_le_bytes)),
            (b'i', 1) => Values::I8(numbers(data, big, i8::from_le_bytes)),
            (b'i', 2) => Values::I16(numbers(data, big, i16::from_le_bytes)),
            (b'i', 4) => Values::I32(numbers(data, big, i32::from_le_bytes)),
            (b'i', _) => Values::I64(numbers(data, big, i64::from_le_bytes)),
            (_, 2) => Values::F32(numbers(data, big, |bytes| from_half(u16::from_le_bytes(bytes)))),
            (_, 4) => Values::F32(numbers(data, big, f32::from_le_bytes)),
            (_, _) => Values::F64(numbers(data, big, f64::from_le_bytes)),
        }
    }
}

fn numbers<const N: usize, T>(data: &[u8], big_endian: bool, read: fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = data.as_chunks::<N>();
    let in_order = |mut chunk: [u8; N]| {
        if big_endian {
            chunk.reverse();
        }
        read(chunk)
    };
    chunks.iter().copied().map(in_order).collect()
}

/// The value of an IEEE half: 1 sign bit, 5 bits of exponent, 10 of fraction.
fn from_half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3FF);
    sign * match (bits >> 10) & 0x1F {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1024.0 + fraction) * 2f32.powi(i32::from(exponent) - 25),
    }
}

fn c_order<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    if values.is_empty() {
        return Vec::new();
    }
    let strides: Vec<usize> = shape
        .iter()
        .scan(1, |next, &axis| {
            let stride = *next;
            *next *= axis;
            Some(stride)
        })
        .collect();
    let mut place = vec![0; shape.len()];
    let mut offset = 0;
    let mut ordered = Vec::with_capacity(values.len());
    for _ in values {
        ordered.push(values[offset]);
        // Counts on like a mileage meter, the last axis first.
        for axis in (0..shape.len()).rev() {
            place[axis] += 1;
            offset += strides[axis];
            if place[axis] < shape[axis] {
                break;
            }
            offset -= strides[axis] * shape[axis];
            place[axis] = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_the_values_of_the_standard() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0xFC00, f32::NEG_INFINITY),
        ] {
            assert_eq!(from_half(bits), value, "{bits:#06x}");
        }
        assert!(from_half(0x7E00).is_nan());
    }

    #[test]
    fn fortran_order_is_turned_round() {
        // [[0, 1, 2], [3, 4, 5]] with its first axis fastest.
        assert_eq!(c_order(&[0, 3, 1, 4, 2, 5], &[2, 3]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(c_order(&[7], &[]), [7]);
        assert_eq!(c_order::<u8>(&[], &[0, 3]), []);
    }
}
