//! Windows changed at random for training.

/// How windows are changed in training, anew in every epoch; by default they are not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// Semitones, up or down, by which a window is transposed at most.
    pub transpose: u32,
    /// The probability that a window of drums or of a trio is remixed: that each of its parts (the
    /// nine drums, melody and bass) is played, with probability one half, as in another window,
    /// which is drawn at random.
    pub remix: f32,
}
