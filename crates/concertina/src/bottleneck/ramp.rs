//! Linear annealing of weights.

/// A factor that rises linearly from 0 to 1 over `warm_up_epochs`, after `epochs` of training; 1 if
/// `warm_up_epochs` is 0.
pub(super) fn ramp(epochs: f32, warm_up_epochs: f32) -> f32 {
    if warm_up_epochs > 0.0 { (epochs / warm_up_epochs).min(1.0) } else { 1.0 }
}
