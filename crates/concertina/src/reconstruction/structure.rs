//! Structural dissimilarity and absolute error of whole images, with their gradient.

use super::measure::Measure;
use super::output::Output;
use crate::math::similarity::{ssim, ssim_gradient};
use crate::parallel;
use crate::shape::ImageShape;

/// `weight (1 - SSIM) + (1 - weight) mean |x - x_hat|` of an image, times the number of its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Structure {
    pub(super) shape: ImageShape,
    pub(super) output: Output,
    pub(super) weight: f32,
}

impl Measure for Structure {
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: &[f32],
        width: usize,
        errors: &mut [f32],
        mut gradients: Option<&mut [f32]>,
    ) {
        let absolute = self.output.absolute_error();
        absolute.evaluate(outputs, targets, width, errors, gradients.as_deref_mut());
        let images = outputs.chunks_exact(width).zip(targets.chunks_exact(width));
        let images = images.zip(errors);
        match gradients {
            Some(gradients) => {
                let jobs = images.zip(gradients.chunks_exact_mut(width));
                parallel::each(jobs, |(((output, target), error), gradient)| {
                    self.add(output, target, error, Some(gradient));
                });
            }
            None => parallel::each(images, |((output, target), error)| {
                self.add(output, target, error, None);
            }),
        }
    }
}

impl Structure {
    /// Weighs the absolute error of an image and its gradient, and adds the structural ones.
    fn add(&self, output: &[f32], target: &[f32], error: &mut f32, gradient: Option<&mut [f32]>) {
        let x_hat = self.output.unclipped(output.to_vec());
        let scale = self.weight * self.shape.len() as f32;
        let similarity = match gradient {
            None => ssim(self.shape, target, &x_hat),
            Some(gradient) => {
                let mut slopes = vec![0.0; x_hat.len()];
                let similarity = ssim_gradient(self.shape, target, &x_hat, &mut slopes);
                for ((to, slope), value) in gradient.iter_mut().zip(slopes).zip(x_hat) {
                    let structural = -scale * slope * self.output.slope(value);
                    *to = (1.0 - self.weight) * *to + structural;
                }
                similarity
            }
        };
        *error = (1.0 - self.weight) * *error + scale * (1.0 - similarity) as f32;
    }
}
