//! Bicubic interpolation along an axis.

/// What each of `to` pixels along an axis is made of when an axis of `n` pixels is resized by
/// bicubic interpolation: places of the `n`, and their weights.
///
/// The kernel is the cubic convolution with a = -0.5 (Keys 1981, equation 15). Both axes have the
/// same ends, so that pixel centres lie at half-integers. Beyond the ends the image is mirrored.
/// Where the axis becomes shorter, the kernel is stretched, so that it averages (antialiasing).
/// This is what MATLAB's `imresize` does, by which super-resolution is measured.
pub fn bicubic_taps(n: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let stretch = (n as f64 / to as f64).max(1.0);
    let reach = (2.0 * stretch).ceil() as i64;
    let (n_places, n_pixels) = (n as i64, to as i64);
    let taps = |pixel: usize| {
        // The centre, (pixel + 1/2) n / to - 1/2, in whole numbers, so that pixels which lie alike
        // between their neighbours have the same weights to the bit.
        let centre = (2 * pixel as i64 + 1) * n_places - n_pixels;
        let middle = centre.div_euclid(2 * n_pixels);
        let beyond = centre.rem_euclid(2 * n_pixels) as f64 / (2 * n_pixels) as f64;
        let near = (-reach..=reach + 1)
            .map(|place| (middle + place, cubic((beyond - place as f64) / stretch)))
            .filter(|(_, weight)| *weight != 0.0);
        let total: f64 = near.clone().map(|(_, weight)| weight).sum();
        near.map(|(place, weight)| (mirrored(place, n), (weight / total) as f32)).collect()
    };
    (0..to).map(taps).collect()
}

fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// A place of 0..n, for one that may lie beside it: -1 is 0, and n is n - 1.
pub(crate) fn mirrored(place: i64, n: usize) -> usize {
    let n = n as i64;
    let around = place.rem_euclid(2 * n);
    (if around < n { around } else { 2 * n - 1 - around }) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_cubic_kernel() {
        // Halfway between two pixels of four, 9/16 of each neighbour and -1/16 of the next.
        assert_eq!([0.5, 1.5].map(cubic), [0.5625, -0.0625]);
        assert_eq!([0.0, 1.0, 2.0, 3.0].map(cubic), [1.0, 0.0, 0.0, 0.0]);
        for (n, to) in [(1, 1), (1, 4), (5, 5), (2, 6), (5, 10), (6, 3), (12, 4), (7, 3), (4, 1)] {
            for pixel in bicubic_taps(n, to) {
                let sum: f32 = pixel.iter().map(|(_, weight)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-6, "{n} to {to}: {pixel:?}");
                assert!(pixel.iter().all(|&(place, _)| place < n));
            }
        }
        // Of the same size, each is itself.
        assert_eq!(bicubic_taps(3, 3), [[(0, 1.0)], [(1, 1.0)], [(2, 1.0)]]);
        // A quarter of a pixel before the second of four.
        let places: Vec<usize> = bicubic_taps(4, 8)[2].iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [0, 0, 1, 2]);
        assert_eq!([-2, -1, 0, 3, 4, 5].map(|place| mirrored(place, 4)), [1, 0, 0, 3, 3, 2]);
        assert_eq!([-5, -1, 0, 7].map(|place| mirrored(place, 1)), [0; 4]);
    }
}
