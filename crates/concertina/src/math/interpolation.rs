//! Ways from one code to another.

use super::Codes;

/// `steps` codes on the straight line from `start` to `end`, both included.
pub fn interpolate(start: &[f32], end: &[f32], steps: usize) -> Codes {
    let mut values = Vec::with_capacity(steps * start.len());
    for step in 0..steps {
        let share = step as f32 / (steps - 1).max(1) as f32;
        values.extend(start.iter().zip(end).map(|(a, b)| a + share * (b - a)));
    }
    Codes::new(start.len(), values)
}
