//! The structural similarity of two images, and its gradient.

use crate::shape::ImageShape;

/// The standard deviation of the window, in pixels.
const SIGMA: f64 = 1.5;
/// The side of the window.
const WINDOW: usize = 11;
/// The constants that keep the quotients of the index finite where an image is black or flat:
/// (0.01 L)^2 and (0.03 L)^2 for values in 0..=L, here L = 1.
pub const STABILISERS: [f64; 2] = [0.01 * 0.01, 0.03 * 0.03];

/// The structural similarity of two images with values in 0..1; at most 1, for equal images (Wang,
/// Bovik, Sheikh, Simoncelli: "Image Quality Assessment: From Error Visibility to Structural
/// Similarity", 2004).
///
/// Means, variances and covariance are weighted by a Gaussian window of 11x11 pixels and sigma 1.5.
/// The index is averaged over all positions where the window lies within the image (no padding),
/// and then over the channels. This is scikit-image's `structural_similarity` with
/// `gaussian_weights=True`, `sigma=1.5`, `use_sample_covariance=False`, `data_range=1`.
///
/// Along a side shorter than 11, the window is cut to the largest odd number of pixels that fits,
/// and its weights are normalised again. Compare the values of such small images only with one
/// another.
///
/// # Panics
/// If an image does not have `shape`, or `shape` has no pixel.
pub fn ssim(shape: ImageShape, a: &[f32], b: &[f32]) -> f64 {
    of_planes(shape, a, b, |_, _| {})
}

/// As [`ssim`], with its gradient with respect to `b`, which is written to `gradient`.
///
/// # Panics
/// As [`ssim`], or if `gradient` does not have `shape`.
pub fn ssim_gradient(shape: ImageShape, a: &[f32], b: &[f32], gradient: &mut [f32]) -> f64 {
    assert_eq!(gradient.len(), shape.len(), "a value has a slope");
    let mut planes = gradient.chunks_exact_mut(shape.area());
    of_planes(shape, a, b, |windows, plane: &Plane| {
        let scale = 1.0 / (plane.positions() * shape.channels) as f64;
        if let Some(to) = planes.next() {
            for (to, slope) in to.iter_mut().zip(plane.slopes(windows)) {
                *to = (slope * scale) as f32;
            }
        }
    })
}

/// The mean over channels; `also` is called with each.
fn of_planes(
    shape: ImageShape,
    a: &[f32],
    b: &[f32],
    mut also: impl FnMut(&Windows, &Plane),
) -> f64 {
    assert!(!shape.is_empty(), "an image has pixels");
    assert!(a.len() == shape.len() && b.len() == shape.len(), "images of one shape are compared");
    let windows = Windows::of(shape);
    let planes = a.chunks_exact(shape.area()).zip(b.chunks_exact(shape.area()));
    let mut sum = 0.0;
    for (a, b) in planes {
        let plane = Plane::of(&windows, a, b);
        sum += plane.mean();
        also(&windows, &plane);
    }
    sum / shape.channels as f64
}

/// One channel of both images, and their weighted means at each position of the window.
struct Plane {
    a: Vec<f64>,
    b: Vec<f64>,
    mean_a: Vec<f64>,
    mean_b: Vec<f64>,
    /// Of `a^2 + b^2`.
    squares: Vec<f64>,
    /// Of `a b`.
    product: Vec<f64>,
}

/// The index at one position is the product of two quotients.
struct Index {
    brightness: f64,
    structure: f64,
    /// The denominators.
    below: [f64; 2],
}

impl Plane {
    fn of(windows: &Windows, a: &[f32], b: &[f32]) -> Self {
        let [a, b] = [a, b].map(|plane| plane.iter().copied().map(f64::from).collect::<Vec<_>>());
        let both = |value: fn(f64, f64) -> f64| -> Vec<f64> {
            let plane: Vec<f64> = a.iter().zip(&b).map(|(a, b)| value(*a, *b)).collect();
            windows.means(&plane)
        };
        let (squares, product) = (both(|a, b| a * a + b * b), both(|a, b| a * b));
        let (mean_a, mean_b) = (windows.means(&a), windows.means(&b));
        Plane { a, b, mean_a, mean_b, squares, product }
    }

    fn positions(&self) -> usize {
        self.mean_a.len()
    }

    fn at(&self, position: usize) -> Index {
        let (mean_a, mean_b) = (self.mean_a[position], self.mean_b[position]);
        let variances = self.squares[position] - mean_a * mean_a - mean_b * mean_b;
        let covariance = self.product[position] - mean_a * mean_b;
        let below =
            [mean_a * mean_a + mean_b * mean_b + STABILISERS[0], variances + STABILISERS[1]];
        Index {
            brightness: (2.0 * mean_a * mean_b + STABILISERS[0]) / below[0],
            structure: (2.0 * covariance + STABILISERS[1]) / below[1],
            below,
        }
    }

    fn mean(&self) -> f64 {
        let index = |position| {
            let Index { brightness, structure, .. } = self.at(position);
            brightness * structure
        };
        (0..self.positions()).map(index).sum::<f64>() / self.positions() as f64
    }

    /// The derivative of the sum over positions with respect to each value of `b`.
    fn slopes(&self, windows: &Windows) -> Vec<f64> {
        let n = self.positions();
        let [mut by_mean, mut by_squares, mut by_product] = [(); 3].map(|()| Vec::with_capacity(n));
        for position in 0..n {
            let Index { brightness, structure, below } = self.at(position);
            let (mean_a, mean_b) = (self.mean_a[position], self.mean_b[position]);
            let of_brightness = 2.0 * (mean_a - brightness * mean_b) / below[0];
            let of_covariance = 2.0 / below[1];
            let of_variances = -structure / below[1];
            // Both have the mean in them, too.
            let of_structure = -of_covariance * mean_a - 2.0 * of_variances * mean_b;
            by_mean.push(structure * of_brightness + brightness * of_structure);
            by_squares.push(brightness * of_variances);
            by_product.push(brightness * of_covariance);
        }
        let [by_mean, by_squares, by_product] =
            [by_mean, by_squares, by_product].map(|slopes| windows.spread(&slopes));
        (0..self.b.len())
            .map(|i| by_mean[i] + 2.0 * self.b[i] * by_squares[i] + self.a[i] * by_product[i])
            .collect()
    }
}

/// The window's weights down and across, and the width of the planes that it is moved over.
struct Windows {
    down: Vec<f64>,
    across: Vec<f64>,
    width: usize,
}

impl Windows {
    fn of(shape: ImageShape) -> Self {
        Windows { down: window(shape.height), across: window(shape.width), width: shape.width }
    }

    /// Positions of the window in a row.
    fn columns(&self) -> usize {
        self.width + 1 - self.across.len()
    }

    /// The weighted means at all positions where the window lies within the plane.
    fn means(&self, plane: &[f64]) -> Vec<f64> {
        let columns = self.columns();
        let rows = plane
            .chunks_exact(self.width)
            .flat_map(|row| row.windows(self.across.len()).map(|window| dot(window, &self.across)));
        let rows: Vec<f64> = rows.collect();
        let n = rows.len() - (self.down.len() - 1) * columns;
        let mut means = vec![0.0; n];
        for (shift, weight) in self.down.iter().enumerate() {
            add(&mut means, *weight, &rows[shift * columns..]);
        }
        means
    }

    /// The adjoint of [`Windows::means`]: a value at a position is shared out among the pixels of
    /// the window there, by its weights.
    fn spread(&self, values: &[f64]) -> Vec<f64> {
        let columns = self.columns();
        let mut rows = vec![0.0; values.len() + (self.down.len() - 1) * columns];
        for (shift, weight) in self.down.iter().enumerate() {
            add(&mut rows[shift * columns..], *weight, values);
        }
        let mut plane = vec![0.0; rows.len() / columns * self.width];
        for (row, to) in rows.chunks_exact(columns).zip(plane.chunks_exact_mut(self.width)) {
            for (shift, weight) in self.across.iter().enumerate() {
                add(&mut to[shift..], *weight, row);
            }
        }
        plane
    }
}

fn dot(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn add(sums: &mut [f64], weight: f64, values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}

/// The window's weights along a side of `side` pixels.
pub fn window(side: usize) -> Vec<f64> {
    let reach = (side.min(WINDOW) - 1) / 2;
    let weight = |i: usize| (-0.5 * ((i as f64 - reach as f64) / SIGMA).powi(2)).exp();
    let weights: Vec<f64> = (0..=2 * reach).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pictures_smaller_than_the_window_have_a_similarity() {
        for (height, width) in [(1, 1), (2, 30), (10, 4), (8, 8)] {
            let shape = ImageShape::new(1, height, width);
            let a: Vec<f32> = (0..shape.len()).map(|i| (i % 5) as f32 / 4.0).collect();
            let b: Vec<f32> = a.iter().map(|value| 0.9 - value).collect();
            assert!((ssim(shape, &a, &a) - 1.0).abs() < 1e-12, "{shape}");
            assert!(ssim(shape, &a, &b) < 0.5, "{shape}");
        }
        assert_eq!([1, 2, 3, 10, 11, 28].map(|side| window(side).len()), [1, 1, 3, 9, 11, 11]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn the_gradient_is_the_difference_quotient(
            (channels, height, width) in (1..3_usize, 1..15_usize, 1..15_usize),
            values in prop::collection::vec((0f32..=1.0, 0f32..=1.0), 2 * 14 * 14),
            at in any::<prop::sample::Index>(),
        ) {
            let shape = ImageShape::new(channels, height, width);
            let (a, b): (Vec<f32>, Vec<f32>) = values[..shape.len()].iter().copied().unzip();
            let mut gradient = vec![f32::NAN; shape.len()];
            let found = ssim_gradient(shape, &a, &b, &mut gradient);
            prop_assert_eq!(found, ssim(shape, &a, &b));
            let at = at.index(shape.len());
            let moved = |by: f32| {
                let mut b = b.clone();
                b[at] += by;
                (f64::from(b[at]), ssim(shape, &a, &b))
            };
            let [(left, below), (right, above)] = [-1e-4, 1e-4].map(moved);
            let expected = (above - below) / (right - left);
            let near = 2e-3 * expected.abs() + 2e-4;
            let difference = (f64::from(gradient[at]) - expected).abs();
            prop_assert!(difference < near, "{shape}: {} not {expected}", gradient[at]);
        }

        #[test]
        fn equal_images_are_most_alike(values in prop::collection::vec(0f32..=1.0, 13 * 12)) {
            let shape = ImageShape::new(1, 13, 12);
            let mut gradient = vec![f32::NAN; shape.len()];
            let found = ssim_gradient(shape, &values, &values, &mut gradient);
            prop_assert!((found - 1.0).abs() < 1e-12, "{found}");
            prop_assert!(gradient.iter().all(|slope| slope.abs() < 1e-6), "{gradient:?}");
        }
    }
}
