//! The reduction of errors over the values of an example.

use serde::{Deserialize, Serialize};

/// The reduction of errors over the values of an example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// The sum over pixels and channels: an error per image.
    #[default]
    Sum,
    /// The mean over pixels and channels: an error per pixel, as the lesson's cross-entropy.
    Mean,
}
