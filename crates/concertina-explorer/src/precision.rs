//! In how many bits a page keeps a model's parameters.

use concertina::Result;
use half::f16;
use serde::Serialize;

use crate::blocks::Blocks;

/// Parameters of 8 bits that share a scale, as in the format `Q8_0` of GGML.
const GROUP: usize = 32;

/// In how many bits a page keeps each parameter of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// As they are.
    #[default]
    Float32,
    /// In half precision.
    Float16,
    /// As integers of -127..=127 times a scale in half precision, one for every 32 parameters.
    Int8,
}

impl Precision {
    /// Bits of a parameter, those of scales aside.
    pub fn bits(self) -> usize {
        match self {
            Self::Float32 => 32,
            Self::Float16 => 16,
            Self::Int8 => 8,
        }
    }

    /// Adds parameters to `blocks`, and gives the name back.
    pub(crate) fn keep(self, name: String, values: &[f32], blocks: &mut Blocks) -> Result<String> {
        match self {
            Self::Float32 => blocks.floats(name, values),
            Self::Float16 => blocks.halves(name, values),
            Self::Int8 => {
                let groups: Vec<Group> = values.chunks(GROUP).map(Group::of).collect();
                let integers = groups.iter().flat_map(|group| group.integers);
                let scales = groups.iter().flat_map(|group| group.scale.to_le_bytes());
                blocks
                    .bytes(name, &integers.map(i8::cast_unsigned).chain(scales).collect::<Vec<_>>())
            }
        }
    }

    /// The parameters that a page reads back.
    pub(crate) fn rounded(self, values: &[f32]) -> Vec<f32> {
        match self {
            Self::Float32 => values.to_vec(),
            Self::Float16 => values.iter().map(|value| f16::from_f32(*value).to_f32()).collect(),
            Self::Int8 => {
                let of = |chunk: &[f32]| Group::of(chunk).values().take(chunk.len()).collect();
                values.chunks(GROUP).flat_map(|chunk| -> Vec<f32> { of(chunk) }).collect()
            }
        }
    }
}

/// Parameters that share a scale. In the last group, zeros follow them.
struct Group {
    scale: f16,
    integers: [i8; GROUP],
}

impl Group {
    fn of(values: &[f32]) -> Self {
        let largest = values.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
        let scale = f16::from_f32(largest / 127.0).min(f16::MAX);
        // By the scale as it is read back. Where it is rounded to 0, all are 0; `as` saturates.
        let by = if scale == f16::ZERO { 0.0 } else { 1.0 / scale.to_f32() };
        let mut integers = [0; GROUP];
        for (integer, value) in integers.iter_mut().zip(values) {
            *integer = (value * by).round().clamp(-127.0, 127.0) as i8;
        }
        Self { scale, integers }
    }

    fn values(&self) -> impl Iterator<Item = f32> {
        let scale = self.scale.to_f32();
        self.integers.into_iter().map(move |integer| f32::from(integer) * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_parameters_are_within_half_a_step() {
        let values: Vec<f32> = (0..75).map(|n| (n as f32 * 0.7).sin() * 1.1_f32.powi(n)).collect();
        for (precision, step) in
            [(Precision::Float16, 1.0 / 1024.0), (Precision::Int8, 1.0 / 127.0)]
        {
            let rounded = precision.rounded(&values);
            assert_eq!(rounded.len(), values.len());
            for (group, read) in values.chunks(GROUP).zip(rounded.chunks(GROUP)) {
                let largest =
                    group.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
                for (value, read) in group.iter().zip(read) {
                    // The scale itself is rounded to 11 bits, by which 127 of it may be short.
                    let most = largest * (step / 2.0 + 1.0 / 2048.0);
                    assert!((value - read).abs() <= most, "{value} {read}");
                }
            }
        }
        assert_eq!(Precision::Float32.rounded(&values), values);
    }

    #[test]
    fn small_large_and_no_parameters() {
        assert!(Precision::Int8.rounded(&[]).is_empty());
        assert_eq!(Precision::Int8.rounded(&[0.0, -0.0]), [0.0, 0.0]);
        assert_eq!(Precision::Int8.rounded(&[1e-30, -1e-30]), [0.0, 0.0]);
        let largest = f16::MAX.to_f32() * 127.0;
        assert_eq!(Precision::Int8.rounded(&[-1e9, 1e7, 0.0]), [-largest, largest, 0.0]);
    }
}
