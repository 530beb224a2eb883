//! Running a stack: runs of image-local layers, and dense layers.

mod backward;
pub(crate) mod dense;
mod forward;
pub(crate) mod local;
mod operation;
mod workspace;
