//! The condition: an additional input of encoder and decoder.

use serde::{Deserialize, Serialize};

/// The condition of a conditional autoencoder (Sohn, Lee, Yan 2015). The code then only needs to
/// hold what the condition does not contain, and samples can be drawn for a given condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// No condition: labels are not used.
    #[default]
    None,
    /// The image's class, one-hot encoded and concatenated to the encoder's input and to the code;
    /// as constant planes if these are feature maps.
    Label,
}
