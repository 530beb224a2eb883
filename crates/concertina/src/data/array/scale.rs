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

    const UNIT: Self = Self { low: 0.0, factor: 255.0 };

    /// The values that become black and white.
    pub(super) fn range(self) -> [f64; 2] {
        [self.low, self.low + if self.factor > 0.0 { 255.0 / self.factor } else { 0.0 }]
    }

    /// The map of this range; 16 bits are cut as they were in training.
    fn of_range([low, high]: [f64; 2]) -> Self {
        [Self::KEEP, Self::UNIT, Self::HIGH_BYTE]
            .into_iter()
            .find(|scale| scale.range() == [low, high])
            .unwrap_or(Self { low, factor: if high > low { 255.0 / (high - low) } else { 0.0 } })
    }

    /// Whether the range is one of those that values are known to have.
    fn is_usual(self) -> bool {
        [Self::KEEP, Self::UNIT, Self::HIGH_BYTE].contains(&self)
    }

    /// One map for all `arrays`, from their common range, or by `trained`, the range of a model's
    /// training data, where either is not usual. Every assumption is added to `notes`.
    pub(super) fn choose(
        arrays: &[&Encoded],
        trained: Option<[f64; 2]>,
        notes: &mut Vec<String>,
    ) -> Result<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for array in arrays {
            let [least, most] = range_of(array)?;
            (low, high) = (low.min(least), high.max(most));
        }
        let mut assumed = Vec::new();
        let usual = Self::usual(arrays, [low, high], &mut assumed);
        let kind = arrays.first().map_or("", |array| array.type_name());
        // Bytes and booleans have one range only.
        let is_certain = matches!(kind, "uint8" | "bool");
        if let Some(trained) = trained.map(Self::of_range)
            && !(usual.is_some() && (trained.is_usual() || is_certain))
        {
            let [black, white] = trained.range();
            notes.push(format!(
                "{kind} values from {low} to {high} were taken as {black} to {white}, as the \
                 model's training data was, and cut to that"
            ));
            return Ok(trained);
        }
        if let Some(usual) = usual {
            notes.extend(assumed);
            return Ok(usual);
        }
        notes.push(format!(
            "{kind} values from {low} to {high} were stretched to black and white; \
             for another range scale them to 0..1 before saving"
        ));
        Ok(Self::of_range([low, high]))
    }

    /// The map of arrays with values of a usual range.
    fn usual(arrays: &[&Encoded], [low, high]: [f64; 2], notes: &mut Vec<String>) -> Option<Self> {
        let inside = |top: f64| low >= 0.0 && high <= top;
        let kind = arrays.first().map_or("", |array| array.type_name());
        let float = arrays.iter().any(|array| array.is_float());
        if float && low >= -OVERSHOOT && high <= 1.0 + OVERSHOOT {
            if !inside(1.0) {
                notes.push(format!("{kind} values from {low} to {high} were cut to 0 to 1"));
            }
            return Some(Self::UNIT);
        }
        if inside(1.0) && high == 1.0 {
            if kind != "bool" {
                notes.push(format!("{kind} values are 0 and 1 only, taken as black and white"));
            }
            return Some(Self::UNIT);
        }
        // On a scale of 0 to 255, floats up to 2 would all be black.
        if inside(255.0) && !(float && high <= DARK) {
            if kind != "uint8" {
                notes.push(format!("{kind} values from {low} to {high} were taken as 0 to 255"));
            }
            return Some(Self::KEEP);
        }
        if kind == "uint16" {
            notes.push("uint16 values were taken as 0 to 65535 and cut to 8 bits".to_owned());
            return Some(Self::HIGH_BYTE);
        }
        None
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

/// The least and the greatest of an array's values, which are finite.
fn range_of(array: &Encoded) -> Result<[f64; 2]> {
    // Most arrays are of bytes, and large: their own order is far quicker to find.
    if let Some(bytes) = array.as_u8() {
        let range = [bytes.iter().min(), bytes.iter().max()];
        return Ok(range.map(|byte| f64::from(byte.copied().unwrap_or_default())));
    }
    let mut range = [f64::INFINITY, f64::NEG_INFINITY];
    for (index, value) in array.iter_f64().enumerate() {
        if !value.is_finite() {
            return Err(Error::data(format!(
                "expected finite values, found {value} at index {index}"
            )));
        }
        range = [range[0].min(value), range[1].max(value)];
    }
    Ok(range)
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
        let scale = Scale::choose(&[&array], None, &mut notes).unwrap();
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
    fn a_model_decides_by_the_range_that_it_was_trained_on() {
        let choose = |values: Values, trained| {
            let array = Encoded::from(values);
            let mut notes = Vec::new();
            let scale = Scale::choose(&[&array], Some(trained), &mut notes).unwrap();
            (scale.bytes(array), notes)
        };
        // Trained on -1 to 1: neither 0 to 1 nor an own range.
        let (bytes, notes) = choose(Values::F32(vec![0.0, 0.5, 1.0, 3.0]), [-1.0, 1.0]);
        assert_eq!(bytes, [128, 191, 255, 255]);
        assert_eq!(
            notes,
            ["float32 values from 0 to 3 were taken as -1 to 1, as the model's training data \
                 was, and cut to that"]
        );
        assert_eq!(choose(Values::U8(vec![0, 7]), [-1.0, 1.0]), (vec![0, 7], vec![]));
        // Trained on 0 to 1: a usual range of another kind is what it is.
        assert_eq!(choose(Values::U8(vec![0, 7]), [0.0, 1.0]), (vec![0, 7], vec![]));
        assert_eq!(choose(Values::F32(vec![-0.5, 0.5, 1.5]), [0.0, 1.0]).0, [0, 128, 255]);
        assert_eq!(Scale::HIGH_BYTE.range(), [0.0, 65_280.0]);
    }

    #[test]
    fn values_that_are_not_finite_are_refused_by_their_index() {
        let error = |value| {
            Scale::choose(&[&Values::F32(vec![0.0, value]).into()], None, &mut Vec::new())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(error(f32::NAN), "expected finite values, found NaN at index 1");
        assert_eq!(error(f32::NEG_INFINITY), "expected finite values, found -inf at index 1");
    }
}
