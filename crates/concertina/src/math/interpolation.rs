//! Interpolation between codes.

use super::Codes;

/// Linear interpolation: `steps` codes from `start` to `end`, both included.
pub fn interpolate(start: &[f32], end: &[f32], steps: usize) -> Codes {
    let mut values = Vec::with_capacity(steps * start.len());
    for step in 0..steps {
        let t = step as f32 / (steps - 1).max(1) as f32;
        values.extend(start.iter().zip(end).map(|(a, b)| a + t * (b - a)));
    }
    Codes::new(start.len(), values)
}
