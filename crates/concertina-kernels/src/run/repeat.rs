//! The repeat vector layer.

/// The plan of one repetition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeat {
    /// Values of the vector.
    pub(crate) len: usize,
    /// Rows it becomes.
    pub(crate) steps: usize,
}

impl Repeat {
    pub(crate) fn forward(&self, x: &[f32]) -> Vec<f32> {
        x.chunks_exact(self.len).flat_map(|x| x.repeat(self.steps)).collect()
    }

    /// Sums the gradients of all rows, from the first to the last.
    pub(crate) fn backward(&self, grad_y: &[f32], grad_x: &mut [f32]) {
        let images = grad_y.chunks_exact(self.steps * self.len);
        for (sums, grads) in grad_x.chunks_exact_mut(self.len).zip(images) {
            sums.fill(0.0);
            for grads in grads.chunks_exact(self.len) {
                sums.iter_mut().zip(grads).for_each(|(sum, grad)| *sum += grad);
            }
        }
    }
}
