//! Enlarging without a network: what one that enlarges is measured against.

use crate::model::Pictures;
use crate::shape::ImageShape;

/// Every pixel as a square of `factor` x `factor` pixels.
pub(super) fn nearest(small: &Pictures, factor: usize) -> Pictures {
    enlarged(small, factor, |plane, width, y, x| plane[y / factor * width + x / factor])
}

/// Straight lines between the middles of the pixels; beyond the outermost middles it goes on level.
pub(super) fn bilinear(small: &Pictures, factor: usize) -> Pictures {
    let height = small.shape().height;
    // Where the middle of large pixel `i` lies among `n` small ones: the two next to it, and the share of the second.
    let between = |i: usize, n: usize| {
        let place = ((i as f32 + 0.5) / factor as f32 - 0.5).clamp(0.0, (n - 1) as f32);
        let first = place as usize;
        (first, (first + 1).min(n - 1), place - first as f32)
    };
    enlarged(small, factor, |plane, width, y, x| {
        let ((up, down, low), (left, right, share)) = (between(y, height), between(x, width));
        let row = |y: usize| {
            let (a, b) = (plane[y * width + left], plane[y * width + right]);
            a + share * (b - a)
        };
        row(up) + low * (row(down) - row(up))
    })
}

/// `pixel` gives the value at (y, x) of the large picture, from a plane of the small one and its width.
fn enlarged(
    small: &Pictures,
    factor: usize,
    pixel: impl Fn(&[f32], usize, usize, usize) -> f32,
) -> Pictures {
    let ImageShape { channels, height, width } = small.shape();
    let large = ImageShape::new(channels, height * factor, width * factor);
    let mut values = Vec::with_capacity(small.len() * large.len());
    for plane in small.values().chunks_exact(height * width) {
        for y in 0..large.height {
            values.extend((0..large.width).map(|x| pixel(plane, width, y, x)));
        }
    }
    Pictures::new(large, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(height: usize, width: usize, values: Vec<f32>) -> Pictures {
        Pictures::new(ImageShape::new(1, height, width), values)
    }

    #[test]
    fn pixels_become_squares() {
        let large = nearest(&pictures(1, 2, vec![0.0, 1.0]), 2);
        assert_eq!(large.values(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn lines_lie_between_the_middles() {
        let large = bilinear(&pictures(1, 2, vec![0.0, 1.0]), 4);
        assert_eq!(large.values()[..8], [0.0, 0.0, 0.125, 0.375, 0.625, 0.875, 1.0, 1.0]);
        // A slope stays a slope, and its averages over blocks are the small picture again.
        let slope = pictures(3, 3, (0..9).map(|i| (i / 3 + i % 3) as f32).collect());
        let large = bilinear(&slope, 2);
        let middle = [2 * 6 + 2, 3 * 6 + 3].map(|place| large.values()[place]);
        assert_eq!(f32::midpoint(middle[0], middle[1]), 2.0);
    }
}
