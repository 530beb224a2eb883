//! How good a model is, in numbers with units.

mod evaluation;
mod psnr;

pub use self::evaluation::Evaluation;
pub use self::psnr::{mean_squared_error, psnr_db};
