//! How the errors of an example's values become one number.

use serde::{Deserialize, Serialize};

/// How an example's errors become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// Added up over pixels and channels: per image.
    #[default]
    Sum,
    /// Averaged over pixels and channels: per pixel, as the lesson's cross-entropy is.
    Mean,
}
