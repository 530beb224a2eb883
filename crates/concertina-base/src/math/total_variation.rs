//! Denoising by total variation: the image nearest to the noisy one whose slopes sum to little
//! (Rudin, Osher, Fatemi 1992), by Chambolle's projection ("An algorithm for total variation
//! minimization and applications", 2004).

use crate::shape::ImageShape;

/// Steps, at most.
const STEPS: usize = 200;
/// The iteration ends when the cost changes by less than this part of the first.
const TOLERANCE: f64 = 2e-4;
/// The step size, which is stable in two dimensions.
const STEP: f64 = 0.25;

/// An image of this shape, denoised, each channel by itself; a larger `weight` takes away more.
pub fn total_variation(shape: ImageShape, values: &[f32], weight: f64) -> Vec<f32> {
    values.chunks_exact(shape.area()).flat_map(|plane| denoised(plane, shape, weight)).collect()
}

/// The noisy plane plus the divergence of a field `dual`, downwards and to the right, that is moved
/// along the slopes of the result and kept within the unit circle.
fn denoised(plane: &[f32], ImageShape { height, width, .. }: ImageShape, weight: f64) -> Vec<f32> {
    let noisy: Vec<f64> = plane.iter().copied().map(f64::from).collect();
    let mut dual = [vec![0.0; noisy.len()], vec![0.0; noisy.len()]];
    let mut out = noisy.clone();
    let (mut first, mut before) = (0.0, 0.0);
    for step in 0..STEPS {
        let mut cost: f64 = out.iter().zip(&noisy).map(|(x, y)| (x - y) * (x - y)).sum();
        let [down, right] = &mut dual;
        for place in 0..noisy.len() {
            let (row, column) = (place / width, place % width);
            let below = if row + 1 < height { out[place + width] - out[place] } else { 0.0 };
            let beside = if column + 1 < width { out[place + 1] - out[place] } else { 0.0 };
            let slope = below.hypot(beside);
            cost += weight * slope;
            let shrink = 1.0 + STEP / weight * slope;
            down[place] = (down[place] - STEP * below) / shrink;
            right[place] = (right[place] - STEP * beside) / shrink;
        }
        cost /= noisy.len() as f64;
        if step == 0 {
            first = cost;
        } else if (before - cost).abs() < TOLERANCE * first {
            break;
        }
        before = cost;
        for place in 0..noisy.len() {
            let above = if place >= width { down[place - width] } else { 0.0 };
            let left = if place % width > 0 { right[place - 1] } else { 0.0 };
            out[place] = noisy[place] - down[place] - right[place] + above + left;
        }
    }
    out.into_iter().map(|value| value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_stay_where_they_are() {
        let shape = ImageShape::new(1, 8, 8);
        let value = |i: usize| if i % 8 < 4 { 0.0 } else { 1.0 };
        let edge: Vec<f32> = (0..64).map(value).collect();
        let found = total_variation(shape, &edge, 0.1);
        for (place, found) in found.iter().enumerate() {
            assert!((found - value(place)).abs() < 0.05, "{found} at {place}");
        }
    }
}
