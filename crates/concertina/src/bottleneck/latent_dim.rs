//! The number of latent dimensions as a recipe writes it, or "feature-map".

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The number of latent dimensions, D.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatentDim {
    /// A given number; dense layers map to the code and back.
    Number(usize),
    /// The encoder's last feature map is the code; no dense layer is added. Not for dense networks
    /// or a Gaussian bottleneck.
    FeatureMap,
}

impl fmt::Display for LatentDim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::FeatureMap => f.write_str("feature-map"),
        }
    }
}

impl Serialize for LatentDim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number as u64),
            Self::FeatureMap => serializer.serialize_str("feature-map"),
        }
    }
}

impl<'de> Deserialize<'de> for LatentDim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LatentDimVisitor)
    }
}

struct LatentDimVisitor;

impl de::Visitor<'_> for LatentDimVisitor {
    type Value = LatentDim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of at least 1, or \"feature-map\"")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<LatentDim, E> {
        usize::try_from(number)
            .map(LatentDim::Number)
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<LatentDim, E> {
        u64::try_from(number)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            .and_then(|number| self.visit_u64(number))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<LatentDim, E> {
        match word {
            "feature-map" => Ok(LatentDim::FeatureMap),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }
}
