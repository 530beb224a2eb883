//! The kernel that codes are compared by.

/// The kernel is the sum of inverse multiquadratics c / (c + |x - y|^2) with c = 2 D times each of
/// these scales, as in the code of the Wasserstein autoencoder's authors. 2 D is the expected
/// squared distance of two samples of the standard normal.
pub(super) const SCALES: [f64; 7] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];
