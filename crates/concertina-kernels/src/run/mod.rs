//! Running a stack: runs of image-local layers, dense layers, and layers of rows.

mod backward;
mod dense;
mod forward;
mod gradient;
pub(crate) mod local;
mod lstm;
mod operation;
mod repeat;
mod rows;
pub(crate) mod segment;
mod workspace;
