//! Comparisons of whole images that give value and gradient at once.

use std::fmt::Debug;

use concertina_kernels::Loss;

/// A comparison of images that gives value and gradient at once.
pub(super) trait Measure: Clone + Debug + Send + Sync + 'static {
    /// The error of each image, summed over its values, and the gradient with respect to each
    /// output if it is wanted. `outputs`, `targets` and `gradients` are `[B, width]`, `errors` is
    /// `[B]`; `errors` and `gradients` are overwritten.
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: &[f32],
        width: usize,
        errors: &mut [f32],
        gradients: Option<&mut [f32]>,
    );
}

impl Measure for Loss {
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: &[f32],
        width: usize,
        errors: &mut [f32],
        gradients: Option<&mut [f32]>,
    ) {
        Loss::evaluate(*self, outputs, targets, width, errors, gradients);
    }
}
