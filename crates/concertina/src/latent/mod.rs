//! Codes as points: ways between them, grids of them, where they lie, and their principal components.

mod cholesky;
pub(crate) mod covariance;
pub(crate) mod eigen;
mod grid;
mod mixture;
mod path;
mod pca;
mod points;
mod subspace;
pub(crate) mod vectors;

pub use self::grid::{gaussian_quantiles, grid};
pub use self::mixture::Mixture;
pub use self::path::interpolate;
pub use self::pca::Pca;
pub use self::points::Points;
