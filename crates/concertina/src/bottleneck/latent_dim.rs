//! The number of latent dimensions as a recipe writes it, or "feature-map".

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Latent dimensions, D.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatentDim {
    /// So many; dense layers lead there and back.
    Number(usize),
    /// As many as the encoder's last feature map has; no dense layer is added. Not for dense networks, nor for a Gaussian latent.
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
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl de::Visitor<'_> for SizeVisitor {
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
