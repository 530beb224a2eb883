//! A model as PyTorch: weights under PyTorch's names, and the source of a module for this very
//! model, so that `load_state_dict(strict=True)` is all the loader that it takes.

mod folder;
mod import;
mod module;
mod tensors;

pub use self::folder::folder;
pub use self::import::import;
