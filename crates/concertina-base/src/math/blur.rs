//! Gaussian smoothing.

/// Standard deviations of a kernel on each side of its centre.
const REACH: f32 = 3.0;

/// A plane of this height and width, smoothed by a Gaussian of standard deviation `sigma` pixels;
/// beyond its edges the plane is mirrored.
pub fn blur(plane: &[f32], [height, width]: [usize; 2], sigma: f32) -> Vec<f32> {
    let kernel = kernel(sigma);
    let reach = kernel.len() / 2;
    // First along rows, then along columns: a row at a time in both, so that both are vector code.
    let mut wide = Vec::with_capacity(plane.len());
    let mut padded = vec![0.0; width + 2 * reach];
    for row in plane.chunks_exact(width) {
        for (at, value) in padded.iter_mut().enumerate() {
            *value = row[mirrored(at, reach, width)];
        }
        let start = wide.len();
        wide.resize(start + width, 0.0);
        for (shift, weight) in kernel.iter().enumerate() {
            add(&mut wide[start..], *weight, &padded[shift..]);
        }
    }
    let mut smooth = vec![0.0; plane.len()];
    for (y, row) in smooth.chunks_exact_mut(width).enumerate() {
        for (shift, weight) in kernel.iter().enumerate() {
            let from = mirrored(y + shift, reach, height);
            add(row, *weight, &wide[from * width..]);
        }
    }
    smooth
}

fn add(sums: &mut [f32], weight: f32, values: &[f32]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}

/// Weights that sum to 1.
fn kernel(sigma: f32) -> Vec<f32> {
    let reach = (REACH * sigma).ceil() as i32;
    let weight = |at: i32| (-0.5 * (at as f32 / sigma).powi(2)).exp();
    let total: f32 = (-reach..=reach).map(weight).sum();
    (-reach..=reach).map(|at| weight(at) / total).collect()
}

/// The place of 0..n that is so many places before `at`; beyond the ends it is mirrored: -1 is 0,
/// and n is n - 1.
fn mirrored(at: usize, before: usize, n: usize) -> usize {
    let around = (at + before.div_ceil(2 * n) * 2 * n - before) % (2 * n);
    if around < n { around } else { 2 * n - 1 - around }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_plane_stays_flat_and_a_point_becomes_a_bell() {
        let flat = blur(&[0.25; 35], [5, 7], 3.0);
        assert!(flat.iter().all(|value| (value - 0.25).abs() < 1e-6));
        let mut point = vec![0.0; 41 * 41];
        point[20 * 41 + 20] = 1.0;
        let bell = blur(&point, [41, 41], 2.0);
        assert!((bell.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        // The density of a Gaussian in the plane, at its centre and two pixels beside.
        let density = |squared: f32| (-squared / 8.0).exp() / (std::f32::consts::TAU * 4.0);
        assert!((bell[20 * 41 + 20] / density(0.0) - 1.0).abs() < 0.02);
        assert!((bell[18 * 41 + 20] / density(4.0) - 1.0).abs() < 0.02);
        assert_eq!(blur(&[0.5], [1, 1], 16.0).len(), 1);
        let places = [0, 1, 2, 3, 4, 5, 6, 7].map(|at| mirrored(at, 2, 3));
        assert_eq!(places, [1, 0, 0, 1, 2, 2, 1, 0]);
    }
}
