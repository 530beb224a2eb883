//! Codes as points: ways between them, grids of them, where they lie, their principal components, and maps of them.

mod cholesky;
pub(crate) mod covariance;
pub(crate) mod eigen;
mod graph;
mod grid;
mod mixture;
mod moments;
mod path;
mod pca;
mod planar;
mod points;
mod subspace;
mod tsne;
mod umap;
pub(crate) mod vectors;

pub use self::grid::{gaussian_quantiles, grid};
pub use self::mixture::Mixture;
pub use self::moments::CodeMoments;
pub(crate) use self::moments::code_variances;
pub use self::path::interpolate;
pub use self::pca::Pca;
pub use self::planar::{MapProgress, PrincipalMap, principal_map};
pub use self::points::Points;
pub use self::tsne::{Tsne, TsneMap};
pub use self::umap::Umap;
