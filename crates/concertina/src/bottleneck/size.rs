//! The size of a code as a recipe writes it: a number, or "full".

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Numbers in a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many; dense layers lead there and back.
    Number(usize),
    /// As many as the encoder's last feature map has; no dense layer is added. Not for dense networks, nor for a Gaussian code.
    Full,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Full => f.write_str("full"),
        }
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number as u64),
            Self::Full => serializer.serialize_str("full"),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl de::Visitor<'_> for SizeVisitor {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of at least 1, or \"full\"")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Size, E> {
        usize::try_from(number)
            .map(Size::Number)
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Size, E> {
        u64::try_from(number)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            .and_then(|number| self.visit_u64(number))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Size, E> {
        match word {
            "full" => Ok(Size::Full),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }
}
