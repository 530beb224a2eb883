//! Choices at random.

/// Numbers of 0 to 1, evenly.
pub(super) struct Dice<'a>(pub(super) &'a mut dyn FnMut() -> f32);

impl Dice<'_> {
    /// A number below `n`, which is not 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // What is no number becomes 0, and 1 the last choice.
        (((self.0)() * n as f32) as usize).min(n - 1)
    }

    pub(super) fn chance(&mut self, probability: f32) -> bool {
        (self.0)() < probability
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
