//! What a forward pass leaves behind for the backward pass.

use crate::run::segment::Kept;

/// What [`Sequential::backward`](crate::Sequential::backward) needs of the forward pass that
/// [`Sequential::forward_taped`](crate::Sequential::forward_taped) ran.
#[derive(Debug)]
pub struct Tape {
    pub(crate) batch: usize,
    pub(crate) segments: Vec<SegmentTape>,
}

/// The same for one part of the model.
#[derive(Debug)]
pub(crate) struct SegmentTape {
    pub(crate) kept: Kept,
    /// The output, which is the next part's input; of the last part empty, unless the
    /// backward pass reads it.
    pub(crate) y: Vec<f32>,
}

impl Tape {
    /// How many images went through.
    pub fn batch(&self) -> usize {
        self.batch
    }
}
