//! What an LSTM leaves behind for its backward pass.

use super::super::workspace::{Buffer, Buffers};
use super::blocks::Blocks;
use super::cell::GATES;

/// One LSTM in one direction; each array is `[N, ...]`, block by block.
#[derive(Debug)]
pub(crate) struct LayerTape {
    pub(crate) hidden: usize,
    /// `[N, 4 hidden]`, after their activations.
    pub(crate) gates: Buffer,
    /// `c`, `[N, hidden]`.
    pub(crate) cells: Buffer,
    /// `h` of the step before, `[N, hidden]`.
    pub(crate) before: Buffer,
    /// `h`, `[N, hidden]`.
    pub(crate) outputs: Buffer,
}

/// Some rows of a tape at one step or at all.
pub(crate) struct Written<'a> {
    pub(crate) gates: &'a mut [f32],
    pub(crate) cells: &'a mut [f32],
    pub(crate) before: &'a mut [f32],
    pub(crate) outputs: &'a mut [f32],
}

impl LayerTape {
    /// Of values that are still to be written.
    pub(crate) fn new(buffers: &Buffers, blocks: &Blocks, hidden: usize) -> Self {
        let values = |n| buffers.lend(blocks.len() * n);
        LayerTape {
            hidden,
            gates: values(GATES * hidden),
            cells: values(hidden),
            before: values(hidden),
            outputs: values(hidden),
        }
    }

    /// The parts of each block.
    pub(crate) fn by_block(&mut self, blocks: &Blocks) -> impl Iterator<Item = Written<'_>> {
        let gates = blocks.parts_mut(&mut self.gates);
        let states = blocks.parts_mut(&mut self.cells).zip(blocks.parts_mut(&mut self.before));
        let parts = gates.zip(states).zip(blocks.parts_mut(&mut self.outputs));
        parts.map(|((gates, (cells, before)), outputs)| Written { gates, cells, before, outputs })
    }
}

impl Written<'_> {
    /// The part of one step, in which the state has `n` values.
    #[inline(always)]
    pub(crate) fn at(&mut self, step: usize, n: usize) -> Written<'_> {
        Written {
            gates: &mut self.gates[step * GATES * n..][..GATES * n],
            cells: &mut self.cells[step * n..][..n],
            before: &mut self.before[step * n..][..n],
            outputs: &mut self.outputs[step * n..][..n],
        }
    }
}
