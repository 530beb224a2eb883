//! Structural dissimilarity beside absolute error.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::errors;
use super::output::Output;
use super::reduction::Reduction;
use super::structure::Structure;
use super::values::Values;
use crate::error::{Error, Result};

/// Structural dissimilarity beside absolute error: for an image `x` and the values `x_hat` that the
/// decoder's raw output stands for,
///
/// ```text
/// weight (1 - SSIM(x, x_hat)) + (1 - weight) mean |x - x_hat|
/// ```
///
/// for each pixel (Zhao, Gallo, Frosio, Kautz: "Loss Functions for Image Restoration with Neural
/// Networks", 2017, section III, with one scale). SSIM compares the structure around a pixel, and
/// hardly sees a shift in brightness or in colour, which the absolute error holds.
/// [`crate::math::similarity::ssim`] defines it. This is no likelihood: variational bottlenecks do
/// not take it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ssim {
    /// The reduction over the values of an example.
    #[serde(default)]
    pub reduction: Reduction,
    /// What the decoder's raw output is. Default "sigmoid".
    #[serde(default, skip_serializing_if = "Output::is_sigmoid")]
    pub output: Output,
    /// The part of the structural dissimilarity, above 0 and at most 1. Default 0.84, the paper's.
    #[serde(default = "papers")]
    pub weight: f32,
}

fn papers() -> f32 {
    0.84
}

impl Default for Ssim {
    fn default() -> Self {
        Self { reduction: Reduction::default(), output: Output::default(), weight: papers() }
    }
}

impl Compare for Ssim {
    fn check(&self) -> Result<()> {
        if self.weight > 0.0 && self.weight <= 1.0 {
            return Ok(());
        }
        Err(Error::config(format!(
            "`reconstruction.weight`: expected above 0 and at most 1, found {}",
            self.weight
        ))
        .with_hint("without structure it is the absolute error, `laplace`"))
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn takes_values(&self) -> bool {
        self.output == Output::Linear
    }

    fn takes_gaps(&self) -> bool {
        false
    }

    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        _: Tensor<1>,
        values: Values<'_>,
    ) -> Tensor<1> {
        errors::structural(self.structure(values), output, target)
    }

    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        _: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        errors::plain(&self.structure(values), output, target, values.n())
    }

    fn x_hat(&self, output: Vec<f32>, _: Values<'_>) -> Vec<f32> {
        self.output.values(output)
    }

    fn likelihood(&self, _: &[f32], _: usize) -> Option<Likelihood> {
        None
    }

    fn log_likelihood(&self, _: f64, _: usize) -> Option<f64> {
        None
    }

    fn quantity(&self) -> &'static str {
        "structural error"
    }

    fn error_convention(&self, _: &str) -> String {
        format!(
            "{} (1 - SSIM) + {:.2} absolute error, values in 0..1; SSIM with a Gaussian window of \
             11x11 pixels and sigma 1.5",
            self.weight,
            1.0 - self.weight
        )
    }

    fn likelihood_convention(&self, _: &str) -> Option<String> {
        None
    }
}

impl Ssim {
    fn structure(&self, values: Values<'_>) -> Structure {
        Structure { shape: values.shape, output: self.output, weight: self.weight }
    }
}
