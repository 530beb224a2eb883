//! What encoder and decoder may be told beside the image and the code.

use serde::{Deserialize, Serialize};

/// A condition: with one, the code has to hold only what the condition does not say already, and a sample can be asked for
/// (Sohn, Lee, Yan 2015).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Nothing: labels are never looked at.
    #[default]
    None,
    /// The image's class: 1 for its own, 0 for every other, beside the encoder's input and beside the code; planes of them
    /// where these are maps.
    Label,
}
