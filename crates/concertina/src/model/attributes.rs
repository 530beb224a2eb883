//! Attribute vectors: the directions in latent space along which attributes of music grow.

use concertina_music::attribute::Attribute;
use concertina_music::encoding::Encoding;

use crate::data::FloatImages;
use crate::data::music::tokens_of;
use crate::error::{Error, Result};
use crate::math::Codes;

/// The vector of each attribute that training windows differ in. It leads from the mean code of the
/// quarter of them with the smallest values to that of the quarter with the largest (Roberts et al.
/// 2018, *A Hierarchical Latent Vector Model for Learning Long-Term Structure in Music*, section
/// 5).
///
/// Its length is half the root mean square distance of the codes from their mean, for all
/// attributes: between the two means, an attribute that the code tells less of has a shorter way,
/// too short to be heard.
///
/// Where windows of the same value would have to be parted, each counts in part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributeVectors {
    /// In the order of [`Attribute::ALL`], each of D numbers.
    vectors: Vec<(Attribute, Vec<f32>)>,
}

impl AttributeVectors {
    /// Measured on windows of an encoding, whose codes are `codes`.
    pub(super) fn measured(codes: &Codes, encoding: Encoding, windows: &FloatImages) -> Self {
        let tokens: Vec<Vec<u16>> = windows.iter().map(tokens_of).collect();
        let length = spread(codes) / 2.0;
        let vectors = Attribute::ALL.into_iter().filter_map(|attribute| {
            let values = tokens.iter().map(|tokens| attribute.measure(encoding, tokens));
            let upward = upward(codes, &values.collect::<Vec<f64>>())?;
            Some((attribute, of_length(&upward, length)?))
        });
        Self { vectors: vectors.collect() }
    }

    /// True if there is no vector.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// The attributes that there is a vector of, with the vector, `[D]`.
    pub fn iter(&self) -> impl Iterator<Item = (Attribute, &[f32])> {
        self.vectors.iter().map(|(attribute, vector)| (*attribute, vector.as_slice()))
    }

    /// Codes with `amount` times the vector of an attribute added to each.
    ///
    /// # Errors
    /// If there is no vector of the attribute, or codes have another number of latent dimensions.
    pub fn moved(&self, codes: &Codes, attribute: Attribute, amount: f32) -> Result<Codes> {
        let Some((_, vector)) = self.iter().find(|(found, _)| *found == attribute) else {
            let names: Vec<&str> = self.iter().map(|(attribute, _)| attribute.name()).collect();
            return Err(Error::config(format!(
                "expected an attribute in which the training windows differ ({}), found \
                 `{attribute}`",
                if names.is_empty() { "there is none".to_owned() } else { names.join(", ") }
            )));
        };
        if vector.len() != codes.size() {
            return Err(Error::data(format!(
                "expected codes with {} latent dimensions, as the vectors of attributes, found {}",
                vector.len(),
                codes.size()
            )));
        }
        let moved = codes
            .rows()
            .flat_map(|code| code.iter().zip(vector).map(|(z, along)| z + amount * along));
        Ok(Codes::new(codes.size(), moved.collect()))
    }

    /// The inverse of [`AttributeVectors::iter`], for reading model files.
    pub(crate) fn from_parts(vectors: Vec<(Attribute, Vec<f32>)>) -> Self {
        Self { vectors }
    }
}

/// The root mean square distance of codes from their mean.
fn spread(codes: &Codes) -> f64 {
    let (n, size) = (codes.len() as f64, codes.size());
    let variance = |dimension: usize| {
        let values = || codes.rows().map(|code| f64::from(code[dimension]));
        let mean = values().sum::<f64>() / n;
        values().map(|z| (z - mean).powi(2)).sum::<f64>() / n
    };
    (0..size).map(variance).sum::<f64>().sqrt()
}

/// The vector with another length; `None` if it has none.
fn of_length(vector: &[f64], length: f64) -> Option<Vec<f32>> {
    let own = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
    (own > 0.0).then(|| vector.iter().map(|value| (value * length / own) as f32).collect())
}

/// The mean code of the quarter with the largest values minus that of the quarter with the
/// smallest. `None` if values of the two quarters are the same, or there are no four codes.
fn upward(codes: &Codes, values: &[f64]) -> Option<Vec<f64>> {
    let negative: Vec<f64> = values.iter().map(|value| -value).collect();
    let (low, lowest) = quarter(codes, values)?;
    let (high, highest) = quarter(codes, &negative)?;
    // The largest value of the low quarter, and the smallest of the high one.
    (low < -high)
        .then(|| highest.iter().zip(lowest).map(|(highest, lowest)| highest - lowest).collect())
}

/// The largest value of the quarter of codes with the smallest values, and the mean code of this
/// quarter. Of codes with that value, each counts as much as there is room for all.
fn quarter(codes: &Codes, values: &[f64]) -> Option<(f64, Vec<f64>)> {
    let n = values.len() / 4;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let limit = *sorted.get(n.checked_sub(1)?)?;
    let below = values.iter().filter(|value| **value < limit).count();
    let at_limit = values.iter().filter(|value| **value == limit).count();
    let share = (n - below) as f64 / at_limit as f64;
    let mut sums = vec![0.0; codes.size()];
    for (code, value) in codes.rows().zip(values) {
        let weight = if *value < limit { 1.0 } else { share };
        if *value <= limit {
            sums.iter_mut().zip(code).for_each(|(sum, z)| *sum += weight * f64::from(*z));
        }
    }
    Some((limit, sums.into_iter().map(|sum| sum / n as f64).collect()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_vector_leads_from_the_lowest_quarter_to_the_highest() {
        let codes = Codes::new(2, (0..16_u8).map(f32::from).collect());
        for (values, expected) in [
            // The quarters are two codes each: [0, 1] and [2, 3]; [12, 13] and [14, 15].
            (&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0][..], Some([12.0, 12.0])),
            (&[7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0], Some([-12.0, -12.0])),
            // The lowest counts once, the three next each a third: (0 + (2 + 4 + 6) / 3) / 2 = 2.
            (&[0.0, 1.0, 1.0, 1.0, 4.0, 5.0, 6.0, 7.0], Some([11.0, 11.0])),
            // Two highest of eight are a quarter; of the others, each counts a third.
            (&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0], Some([8.0, 8.0])),
            // The quarters have a value in common.
            (&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], None),
            (&[5.0; 8], None),
        ] {
            assert_eq!(upward(&codes, values), expected.map(|v| v.to_vec()));
        }
        let three = Codes::new(2, vec![0.0; 6]);
        assert_eq!(upward(&three, &[0.0, 1.0, 2.0]), None);
    }

    #[test]
    fn all_vectors_are_half_as_long_as_codes_are_apart() {
        // Each coordinate is 4 from its mean: 5 is half of the diagonal's root of 16 + 84.
        let high = 84f32.sqrt();
        let codes = Codes::new(2, vec![-4.0, high, 4.0, high, 4.0, -high, -4.0, -high]);
        assert!((spread(&codes) - 10.0).abs() < 1e-6);
        let encoding = Encoding::Melody { bars: 1 };
        let mut tokens = vec![0.0; 4 * 16];
        // One note in each of the two windows with the first coordinate 4.
        (tokens[16], tokens[2 * 16 + 1]) = (40.0, 50.0);
        let windows = FloatImages::new(crate::shape::ImageShape::new(1, 16, 1), tokens);
        let vectors = AttributeVectors::measured(&codes, encoding, &windows);
        let (_, vector) = vectors.iter().find(|(of, _)| *of == Attribute::NoteDensity).unwrap();
        assert!((vector[0] - 5.0).abs() < 1e-6 && vector[1].abs() < 1e-6, "{vector:?}");
        assert_eq!(of_length(&[0.0, 0.0], 5.0), None);
    }

    #[test]
    fn codes_are_moved_by_so_many_vectors() {
        let vectors = AttributeVectors::from_parts(vec![(Attribute::Range, vec![1.0, -2.0])]);
        let codes = Codes::new(2, vec![0.0, 0.0, 1.0, 1.0]);
        let moved = vectors.moved(&codes, Attribute::Range, -0.5).unwrap();
        assert_eq!(moved.values(), [-0.5, 1.0, 0.5, 2.0]);
        let error = vectors.moved(&codes, Attribute::Syncopation, 1.0).unwrap_err();
        assert!(error.is_config());
        assert_eq!(
            error.to_string(),
            "expected an attribute in which the training windows differ (range), found \
             `syncopation`"
        );
        let three = Codes::new(3, vec![0.0; 3]);
        let error = vectors.moved(&three, Attribute::Range, 1.0).unwrap_err();
        assert!(error.is_data() && error.to_string().ends_with("found 3"), "{error}");
    }
}
