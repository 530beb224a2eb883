//! Codes laid out: principal components, grids, and maps in two dimensions.

mod graph;
mod grid;
mod pca;
mod planar;
mod tsne;
mod umap;

pub use self::grid::{gaussian_quantiles, grid};
pub use self::pca::Pca;
pub use self::planar::{MapProgress, PrincipalMap, principal_map};
pub use self::tsne::{Tsne, TsneMap};
pub use self::umap::Umap;
