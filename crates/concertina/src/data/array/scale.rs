//! Scaling of arrays of any numeric type to bytes from 0 to 255.

use concertina_formats::npy::Encoded;

use crate::error::{Error, Result};

/// The linear map from a value to a byte: (value - `low`) x `factor`, rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    factor: f64,
}

/// Values in 0..1 may exceed that range by this much, from rounding errors.
const OVERSHOOT: f64 = 0.01;
/// Floats are taken as 0 to 255 only if their maximum is above this.
const DARK: f64 = 2.0;

impl Scale {
    const KEEP: Self = Self { low: 0.0, factor: 1.0 };
    const HIGH_BYTE: Self = Self { low: 0.0, factor: 1.0 / 256.0 };

    /// One map for all `arrays`, from their common range. Every assumption is added to `notes`.
    pub(super) fn choose(arrays: &[&Encoded], notes: &mut Vec<String>) -> Result<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for array in arrays {
            for (index, value) in array.iter_f64().enumerate() {
                if !value.is_finite() {
                    return Err(Error::data(format!(
                        "expected finite values, found {value} at index {index}"
                    )));
                }
                (low, high) = (low.min(value), high.max(value));
            }
        }
        let inside = |top: f64| low >= 0.0 && high <= top;
        let kind = arrays.first().map_or("", |array| array.type_name());
        let float = arrays.iter().any(|array| array.is_float());
        if float && low >= -OVERSHOOT && high <= 1.0 + OVERSHOOT {
            if !inside(1.0) {
                notes.push(format!("{kind} values from {low} to {high} were cut to 0 to 1"));
            }
            return Ok(Self { low: 0.0, factor: 255.0 });
        }
        if inside(1.0) && high == 1.0 {
            if kind != "bool" {
                notes.push(format!("{kind} values are 0 and 1 only, taken as black and white"));
            }
            return Ok(Self { low: 0.0, factor: 255.0 });
        }
        // On a scale of 0 to 255, floats up to 2 would all be black.
        if inside(255.0) && !(float && high <= DARK) {
            if kind != "uint8" {
                notes.push(format!("{kind} values from {low} to {high} were taken as 0 to 255"));
            }
            return Ok(Self::KEEP);
        }
        if kind == "uint16" {
            notes.push("uint16 values were taken as 0 to 65535 and cut to 8 bits".to_owned());
            return Ok(Self::HIGH_BYTE);
        }
        notes.push(format!(
            "{kind} values from {low} to {high} were stretched to black and white; \
             for another range scale them to 0..1 before saving"
        ));
        // If all values are equal, there is no range to stretch.
        let factor = if high > low { 255.0 / (high - low) } else { 0.0 };
        Ok(Self { low, factor })
    }

    pub(super) fn bytes(self, array: Encoded) -> Vec<u8> {
        let array = match array.into_u8() {
            Ok(bytes) if self == Self::KEEP => return bytes,
            Ok(bytes) => return bytes.into_iter().map(|byte| self.byte(f64::from(byte))).collect(),
            Err(array) => array,
        };
        array.iter_f64().map(|value| self.byte(value)).collect()
    }

    fn byte(self, value: f64) -> u8 {
        let scaled = (value - self.low) * self.factor;
        // Of 16 bits the high byte: rounding would make 65,535 larger than 255.
        if self == Self::HIGH_BYTE { scaled as u8 } else { scaled.round() as u8 }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use concertina_formats::npy::Values;

    use super::*;

    #[track_caller]
    fn check(values: Values, expected: &[u8], expected_notes: &[&str]) {
        let mut notes = Vec::new();
        let array = Encoded::from(values);
        let scale = Scale::choose(&[&array], &mut notes).unwrap();
        assert_eq!(scale.bytes(array), expected);
        assert_eq!(notes, expected_notes);
    }

    #[test]
    fn each_range_has_its_scale() {
        check(Values::U8(vec![0, 7, 255]), &[0, 7, 255], &[]);
        check(Values::Bool(vec![true, false]), &[255, 0], &[]);
        check(Values::F32(vec![0.0, 0.5, 1.0]), &[0, 128, 255], &[]);
        check(Values::F64(vec![0.0, 0.25]), &[0, 64], &[]);
        check(
            Values::F32(vec![0.0, 99.6]),
            &[0, 100],
            &["float32 values from 0 to 99.5999984741211 were taken as 0 to 255"],
        );
        check(
            Values::F64(vec![-0.005, 0.5, 1.0001]),
            &[0, 128, 255],
            &["float64 values from -0.005 to 1.0001 were cut to 0 to 1"],
        );
        check(
            Values::F32(vec![0.0, 1.5]),
            &[0, 255],
            &["float32 values from 0 to 1.5 were stretched to black and white; \
               for another range scale them to 0..1 before saving"],
        );
        check(
            Values::U8(vec![0, 1]),
            &[0, 255],
            &["uint8 values are 0 and 1 only, taken as black and white"],
        );
        check(
            Values::I64(vec![0, 254]),
            &[0, 254],
            &["int64 values from 0 to 254 were taken as 0 to 255"],
        );
        check(
            Values::U16(vec![255, 256, 65_535]),
            &[0, 1, 255],
            &["uint16 values were taken as 0 to 65535 and cut to 8 bits"],
        );
        check(
            Values::F32(vec![-1.0, 0.0, 1.0]),
            &[0, 128, 255],
            &["float32 values from -1 to 1 were stretched to black and white; \
               for another range scale them to 0..1 before saving"],
        );
        check(
            Values::I32(vec![300, 300]),
            &[0, 0],
            &["int32 values from 300 to 300 were stretched to black and white; \
               for another range scale them to 0..1 before saving"],
        );
    }

    #[test]
    fn values_that_are_not_finite_are_refused_by_their_index() {
        let error = |value| {
            Scale::choose(&[&Values::F32(vec![0.0, value]).into()], &mut Vec::new())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(error(f32::NAN), "expected finite values, found NaN at index 1");
        assert_eq!(error(f32::NEG_INFINITY), "expected finite values, found -inf at index 1");
    }
}
