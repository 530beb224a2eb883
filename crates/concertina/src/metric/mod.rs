//! How good a model is, in numbers with units.

mod classifier;
mod clusters;
mod discrete;
mod distances;
mod frechet;
mod held_out;
mod kernel_distance;
mod labelled;
mod minimise;
mod neighbours;
mod probe;
mod similarity;
mod softmax;
mod trustworthiness;

pub use self::classifier::Classifier;
pub use self::clusters::{Clusters, k_means, purity};
pub use self::discrete::{binomial, divergence_bits, entropy_bits};
pub use self::frechet::frechet_distance;
pub use self::held_out::HeldOutErrors;
pub use self::kernel_distance::kernel_distance;
pub use self::labelled::Labelled;
pub use self::neighbours::{Neighbour, nearest, neighbour_accuracy, neighbour_classes};
pub use self::probe::LinearProbe;
pub use self::similarity::{mean_squared_error, psnr_db, ssim};
pub use self::trustworthiness::trustworthiness;

pub(crate) use self::neighbours::nearest_others;
