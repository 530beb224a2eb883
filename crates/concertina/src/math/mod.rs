//! Numbers that know no model: codes and points, their moments and neighbours, linear algebra on vectors.
//!
//! What is computed here depends on its arguments alone, in an order that sizes alone decide: the same bits for any number of
//! threads.

pub(crate) mod cholesky;
mod codes;
pub(crate) mod covariance;
mod discrete;
pub(crate) mod distances;
pub(crate) mod eigen;
mod interpolation;
mod mixture;
mod moments;
mod named;
mod neighbours;
mod points;
pub(crate) mod subspace;
pub(crate) mod vectors;

pub use self::codes::Codes;
pub use self::discrete::{binomial, divergence_bits, entropy_bits};
pub use self::interpolation::interpolate;
pub use self::mixture::Mixture;
pub use self::moments::{CodeMoments, code_variances};
pub use self::named::{NamedValues, Value};
pub use self::neighbours::{Neighbour, nearest};
pub(crate) use self::neighbours::nearest_others;
pub use self::points::Points;
