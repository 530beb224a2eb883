//! What a forward pass leaves behind for the backward pass.

use crate::run::local::LocalTape;

/// What [`Stack::backward`](crate::Stack::backward) needs of the forward pass that
/// [`Stack::forward_taped`](crate::Stack::forward_taped) ran.
#[derive(Debug)]
pub struct Tape {
    pub(crate) batch: usize,
    pub(crate) segments: Vec<SegmentTape>,
}

/// The same for one part of the stack.
#[derive(Debug)]
pub(crate) enum SegmentTape {
    Local(LocalTape),
    /// The input, and the output if the activation's derivative needs it.
    Dense {
        x: Vec<f32>,
        y: Option<Vec<f32>>,
    },
}

impl Tape {
    /// How many images went through.
    pub fn batch(&self) -> usize {
        self.batch
    }
}
