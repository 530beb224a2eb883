//! Measures of models, each a function of plain points or images.
//!
//! ```
//! use concertina::metric::{mean_squared_error, psnr_db};
//!
//! let mse = mean_squared_error(&[0.5, 0.5], &[0.4, 0.6]);
//! assert!((psnr_db(mse) - 20.0).abs() < 1e-4);
//! ```

mod auroc;
mod classifier;
mod clusters;
mod frechet;
mod kernel_distance;
mod labelled;
mod minimise;
mod neighbour_classifier;
mod pro;
mod probe;
mod regions;
mod similarity;
mod softmax;
mod steps;
mod trustworthiness;

pub use self::auroc::Auroc;
pub use self::classifier::Classifier;
pub use self::clusters::{Clusters, k_means, purity};
pub use self::frechet::frechet_distance;
pub use self::kernel_distance::kernel_distance;
pub use self::labelled::Labelled;
pub use self::neighbour_classifier::{neighbour_accuracy, neighbour_classes};
pub use self::pro::RegionOverlap;
pub use self::probe::LinearProbe;
pub use self::similarity::{mean_squared_error, psnr_db};
pub use self::trustworthiness::{MapTrust, sampled_trustworthiness, trustworthiness};
pub use crate::math::similarity::ssim;
