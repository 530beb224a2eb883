//! What was measured, or why it was not; and how figures came about.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Error, Result};

/// How the figures of a part came about: for each, by the name of its field, the reduction, the border and whatever else is a
/// choice.
pub type Conventions = BTreeMap<&'static str, String>;

/// Something measured, or the reason why it was left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Finding<T> {
    /// It was measured.
    Measured(T),
    /// It was not.
    LeftOut {
        /// Why, for a person.
        left_out: String,
    },
}

impl<T> Finding<T> {
    /// Not measured for this reason.
    pub(super) fn left_out(why: impl Into<String>) -> Self {
        Self::LeftOut { left_out: why.into() }
    }

    /// What cannot be measured on such data is left out; any other error stays one.
    pub(super) fn of(result: Result<T>) -> Result<Self> {
        match result {
            Ok(found) => Ok(Self::Measured(found)),
            Err(error) if error.is_data() => Ok(Self::left_out(error.to_string())),
            Err(error) => Err(error),
        }
    }

    /// What was measured, if it was.
    pub fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(found) => Some(found),
            Self::LeftOut { .. } => None,
        }
    }
}

/// The reason to leave something out, on its way to [`Finding::of`].
pub(super) fn missing(what: &str) -> Error {
    Error::data(what)
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
