//! Numerical methods on codes and points: moments, neighbours, mixtures, linear algebra.
//!
//! ```
//! use concertina_base::math::{Codes, Points, interpolate, nearest};
//!
//! let codes: Codes = interpolate(&[0.0, 0.0], &[1.0, 2.0], 3);
//! assert_eq!(codes.row(1), [0.5, 1.0]);
//! let points = Points::of_codes("codes", &codes)?;
//! let neighbours = nearest(points, points, 2)?;
//! assert_eq!(neighbours[0][1].index, 1); // the nearest of all is the point itself
//! # Ok::<(), concertina_base::Error>(())
//! ```
//!
//! All results depend on the arguments alone, and sums run in an order that depends on sizes alone:
//! they have the same bits for any number of threads.

mod bicubic;
mod blur;
mod cholesky;
mod codes;
pub mod covariance;
mod discrete;
pub mod distances;
pub mod eigen;
mod interpolation;
pub mod least_squares;
mod mahalanobis;
mod mixture;
mod moments;
mod named;
mod neighbours;
mod nl_means;
mod points;
mod ranks;
pub mod similarity;
pub mod subspace;
mod total_variation;
pub mod vectors;

pub use self::bicubic::resize_bicubic;
pub use self::blur::blur;
pub use self::codes::Codes;
pub use self::discrete::{binomial, entropy_bits, jensen_shannon_nats, kl_divergence_bits};
pub use self::interpolation::{interpolate, interpolate_square, spherical, spherical_square};
pub use self::mahalanobis::Mahalanobis;
pub use self::mixture::Mixture;
pub use self::moments::{CodeMoments, code_means, code_variances};
pub use self::named::{NamedValues, Value};
pub use self::neighbours::{Neighbour, nearest, nearest_others, nearest_others_of};
pub use self::nl_means::nl_means;
pub use self::points::Points;
pub use self::ranks::spearman;
pub use self::total_variation::total_variation;
