//! The standard deviation of a Gaussian likelihood, as a recipe writes it: a number, or "learned".

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The standard deviation of the Gaussian around each value of a reconstruction, in units of the
/// values: 1 is from black to white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sigma {
    /// A fixed value above 0.
    Fixed(f32),
    /// One parameter of the model, shared by all values and learned by maximum likelihood (Rybkin,
    /// Daniilidis, Levine 2021, section 4.1), between 1/1024 and 4.
    Learned,
}

/// The bounds of a learned standard deviation: a quarter of the step between two of 256 grey
/// levels, and four times the range from black to white. Without a lower bound the likelihood of an
/// exact reconstruction would be infinite.
const BOUNDS: [f32; 2] = [1.0 / 1024.0, 4.0];

impl Sigma {
    /// The logarithms of [`BOUNDS`].
    pub(super) fn log_bounds() -> [f32; 2] {
        BOUNDS.map(f32::ln)
    }

    /// The standard deviation; `learned` is the model's parameter, the logarithm of sigma.
    pub(crate) fn value(self, learned: &[f32]) -> f64 {
        f64::from(self.log(learned)).exp()
    }

    /// The logarithm of the standard deviation.
    pub(super) fn log(self, learned: &[f32]) -> f32 {
        match self {
            Self::Fixed(sigma) => sigma.ln(),
            Self::Learned => {
                let [low, high] = Self::log_bounds();
                learned[0].clamp(low, high)
            }
        }
    }
}

impl Serialize for Sigma {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fixed(sigma) => serializer.serialize_f32(*sigma),
            Self::Learned => serializer.serialize_str("learned"),
        }
    }
}

impl<'de> Deserialize<'de> for Sigma {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SigmaVisitor)
    }
}

struct SigmaVisitor;

impl de::Visitor<'_> for SigmaVisitor {
    type Value = Sigma;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number above 0, or \"learned\"")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Sigma, E> {
        let sigma = number as f32;
        if sigma.is_normal() && sigma > 0.0 {
            Ok(Sigma::Fixed(sigma))
        } else {
            Err(E::invalid_value(de::Unexpected::Float(number), &self))
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Sigma, E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Sigma, E> {
        self.visit_f64(number as f64)
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Sigma, E> {
        match word {
            "learned" => Ok(Sigma::Learned),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }
}
