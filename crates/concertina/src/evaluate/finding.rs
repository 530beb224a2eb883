//! Results that may be left out with a reason, and the definitions of metrics.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, Result};

/// The definitions of the metrics of a section, by the name of their field: reduction, border and
/// other choices.
pub type Conventions = BTreeMap<&'static str, String>;

/// The definitions of metrics, from their names and texts.
pub(super) fn conventions<const N: usize>(all: [(&'static str, &str); N]) -> Conventions {
    all.map(|(name, text)| (name, text.to_owned())).into()
}

/// A measurement, or the reason why it was left out.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(untagged)]
pub enum Finding<T> {
    /// The measurement.
    Measured(T),
    /// It was left out.
    LeftOut {
        /// The reason.
        left_out: String,
    },
}

impl<T> Finding<T> {
    /// Left out for this reason.
    pub(super) fn left_out(why: impl Into<String>) -> Self {
        Self::LeftOut { left_out: why.into() }
    }

    /// Converts an error of kind [`Error::insufficient`] into a reason; other errors are returned.
    pub(super) fn of(result: Result<T>) -> Result<Self> {
        match result {
            Ok(found) => Ok(Self::Measured(found)),
            Err(error) if error.is_insufficient() => Ok(Self::left_out(error.to_string())),
            Err(error) => Err(error),
        }
    }

    /// The measurement, if there is one.
    pub fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(found) => Some(found),
            Self::LeftOut { .. } => None,
        }
    }
}

/// The error for a measurement that is left out, for [`Finding::of`].
pub(super) fn missing(what: &str) -> Error {
    Error::insufficient(what)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn only_what_the_data_lacks_is_left_out() {
        let found = Finding::<u32>::of(Err(missing("no labels"))).unwrap();
        assert_eq!(serde_json::to_string(&found).unwrap(), r#"{"left_out":"no labels"}"#);
        assert_eq!(serde_json::to_string(&Finding::Measured(3)).unwrap(), "3");
        assert!(Finding::<u32>::of(Err(Error::failed("not finite"))).is_err());
    }
}
