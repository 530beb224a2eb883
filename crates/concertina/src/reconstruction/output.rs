//! What the decoder's raw output is to a value.

use concertina_kernels::Loss;
use serde::{Deserialize, Serialize};

/// How the decoder's raw output becomes a value of 0..1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// It is a logit: the value is its sigmoid.
    #[default]
    Sigmoid,
    /// It is the value, clipped to 0..1 when it is shown: for networks that add to their input.
    Linear,
}

impl Output {
    pub(super) fn squared_error(self) -> Loss {
        match self {
            Self::Sigmoid => Loss::SquaredError,
            Self::Linear => Loss::LinearSquaredError,
        }
    }

    pub(super) fn absolute_error(self) -> Loss {
        match self {
            Self::Sigmoid => Loss::AbsoluteError,
            Self::Linear => Loss::LinearAbsoluteError,
        }
    }

    /// The values that raw outputs stand for.
    pub(super) fn values(self, output: Vec<f32>) -> Vec<f32> {
        let mut values = self.unclipped(output);
        if self == Self::Linear {
            for value in &mut values {
                *value = value.clamp(0.0, 1.0);
            }
        }
        values
    }

    /// The same as a loss compares them: whatever lies outside 0..1 stays there.
    pub(super) fn unclipped(self, mut output: Vec<f32>) -> Vec<f32> {
        if self == Self::Sigmoid {
            concertina_kernels::sigmoid(&mut output);
        }
        output
    }

    /// The derivative of a value, not clipped, with respect to the raw output.
    pub(super) fn slope(self, value: f32) -> f32 {
        match self {
            Self::Sigmoid => value * (1.0 - value),
            Self::Linear => 1.0,
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_sigmoid(&self) -> bool {
        *self == Self::Sigmoid
    }
}
