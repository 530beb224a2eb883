//! Latent spaces in two dimensions: principal components, t-SNE, UMAP, and grids of codes.
//!
//! ```
//! use concertina::latent::{gaussian_quantiles, grid};
//!
//! let ticks = gaussian_quantiles(5);
//! let codes = grid(&ticks, &ticks); // the 25 codes of a manifold figure
//! assert!(codes.len() == 25 && ticks[2].abs() < 1e-6);
//! ```

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
