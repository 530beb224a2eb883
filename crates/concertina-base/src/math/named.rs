//! Named values in a fixed order, such as the terms of a loss.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{number, thousands};

/// A measured value.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A count.
    Count(u64),
    /// A real number.
    Real(f64),
}

impl Value {
    /// The value as f64.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Real(real) => real,
        }
    }
}

/// A count as [`thousands`], a real number as [`number`] writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.write_str(&thousands(*count as usize)),
            Self::Real(real) => f.write_str(&number(*real)),
        }
    }
}

impl From<f64> for Value {
    fn from(real: f64) -> Self {
        Self::Real(real)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

/// Values by name, in the order of insertion; in JSON an object with keys in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedValues(Vec<(String, Value)>);

impl NamedValues {
    /// Appends a value.
    pub fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Appends all values of `others`.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The value of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_f64())
    }

    /// Iterates over names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// True if there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: AsRef<str>, V: Into<Value>> FromIterator<(N, V)> for NamedValues {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut named = Self::default();
        values.into_iter().for_each(|(name, value)| named.push(name.as_ref(), value));
        named
    }
}

impl Serialize for NamedValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl JsonSchema for NamedValues {
    fn schema_name() -> Cow<'static, str> {
        "NamedValues".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<Value>(),
        })
    }
}

impl<'de> Deserialize<'de> for NamedValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor)
    }
}

struct NamedVisitor;

impl<'de> Visitor<'de> for NamedVisitor {
    type Value = NamedValues;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NamedValues, A::Error> {
        let mut values = NamedValues::default();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            values.0.push((name, value));
        }
        Ok(values)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_their_order_and_kind() {
        let mut values = NamedValues::default();
        values.push("mmd", -0.25);
        values.push("active_units", 7_usize);
        values.push("kl", 3.0);
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(json, r#"{"mmd":-0.25,"active_units":7,"kl":3.0}"#);
        assert_eq!(serde_json::from_str::<NamedValues>(&json).unwrap(), values);
        assert_eq!((values.get("kl"), values.get("vq_loss")), (Some(3.0), None));
        let texts: Vec<String> = values.iter().map(|(_, value)| value.to_string()).collect();
        assert_eq!(texts, ["-0.2500", "7", "3.0000"]);
    }
}
