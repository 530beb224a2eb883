//! Running a stack: runs of image-local layers, and dense layers.

pub(crate) mod dense;
pub(crate) mod local;
mod operation;
mod workspace;
