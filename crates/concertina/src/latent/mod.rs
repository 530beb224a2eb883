//! Codes as points: ways between them, grids of them, and where they lie.

mod cholesky;
mod grid;
mod mixture;
mod path;

pub use self::grid::{gaussian_quantiles, grid};
pub use self::mixture::Mixture;
pub use self::path::interpolate;
