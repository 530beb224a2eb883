//! Weights that grow as training proceeds.

/// What has grown linearly from 0 after `epochs` of the `takes` epochs that it takes to grow to 1; 1 at once if it takes
/// none.
pub(super) fn ramp(epochs: f32, takes: f32) -> f32 {
    if takes > 0.0 { (epochs / takes).min(1.0) } else { 1.0 }
}
