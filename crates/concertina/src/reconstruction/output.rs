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
    pub(super) fn values(self, mut output: Vec<f32>) -> Vec<f32> {
        match self {
            Self::Sigmoid => concertina_kernels::sigmoid(&mut output),
            Self::Linear => output.iter_mut().for_each(|value| *value = value.clamp(0.0, 1.0)),
        }
        output
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_sigmoid(&self) -> bool {
        *self == Self::Sigmoid
    }
}
