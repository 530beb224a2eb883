//! Denoising by non-local means: each pixel becomes the mean of the pixels around it, weighted by
//! how alike their surroundings are (Buades, Coll, Morel, "A non-local algorithm for image
//! denoising", 2005).

use crate::math::vectors::add_scaled;
use crate::shape::ImageShape;

/// Pixels on each side of one that make its surroundings.
const PATCH: isize = 2;
/// Pixels on each side of one that are averaged.
const WINDOW: isize = 6;
/// Patches that are this far from alike, in squares of the strength, count for nothing.
const FARTHEST: f64 = 5.0;

/// An image of this shape, denoised.
///
/// Surroundings of 5 by 5 pixels are compared in all channels together, and pixels averaged within
/// 13 by 13; with a larger `strength` patches that differ more count. The border is mirrored.
pub fn nl_means(shape: ImageShape, values: &[f32], strength: f64) -> Vec<f32> {
    let ImageShape { channels, width, .. } = shape;
    let margin = PATCH + WINDOW;
    let padded = Padded::new(shape, values, margin.cast_unsigned());
    let scale = strength * strength * ((2 * PATCH + 1).pow(2) * channels.cast_signed()) as f64;
    let mut sums = vec![0.0; values.len()];
    let mut weights = vec![0.0; shape.area()];
    // Of all pixels at once for each offset, so that the squared differences of overlapping patches
    // are added once.
    for (down, right) in offsets(WINDOW) {
        let distances = padded.distances(down, right);
        for (row, distances) in distances.chunks_exact(width).enumerate() {
            let weight = |distance: &f64| {
                let distance = distance / scale;
                if distance > FARTHEST { 0.0 } else { (-distance).exp() }
            };
            let of_row: Vec<f64> = distances.iter().map(weight).collect();
            let start = row * width;
            add_scaled(&mut weights[start..start + width], 1.0, &of_row);
            for channel in 0..channels {
                let others = padded.row(channel, row.cast_signed() + down, right, width);
                let sums = &mut sums[channel * shape.area() + start..][..width];
                for ((sum, weight), other) in sums.iter_mut().zip(&of_row).zip(others) {
                    *sum += weight * other;
                }
            }
        }
    }
    let mean = |(place, sum): (usize, &f64)| (sum / weights[place % shape.area()]) as f32;
    sums.iter().enumerate().map(mean).collect()
}

fn offsets(reach: isize) -> impl Iterator<Item = (isize, isize)> {
    (-reach..=reach).flat_map(move |down| (-reach..=reach).map(move |right| (down, right)))
}

/// An image with a mirrored margin.
struct Padded {
    shape: ImageShape,
    margin: usize,
    values: Vec<f64>,
}

impl Padded {
    fn new(shape: ImageShape, values: &[f32], margin: usize) -> Self {
        let ImageShape { height, width, .. } = shape;
        let mirrored = |side: usize| -> Vec<usize> {
            (0..side + 2 * margin)
                .map(|i| mirror(i.cast_signed() - margin.cast_signed(), side))
                .collect()
        };
        let [rows, columns] = [mirrored(height), mirrored(width)];
        let planes = values.chunks_exact(shape.area());
        let values = planes.flat_map(|plane| {
            let columns = &columns;
            rows.iter().flat_map(move |row| {
                columns.iter().map(move |column| f64::from(plane[row * width + column]))
            })
        });
        Self { shape, margin, values: values.collect() }
    }

    /// Its width, and that times its height.
    fn sides(&self) -> [usize; 2] {
        let [height, width] = [self.shape.height, self.shape.width].map(|s| s + 2 * self.margin);
        [width, width * height]
    }

    /// Values of a row of the image or its margin, from this column on.
    fn row(&self, channel: usize, row: isize, column: isize, n: usize) -> &[f64] {
        let [width, area] = self.sides();
        let [row, column] = [row, column].map(|x| x.saturating_add_unsigned(self.margin));
        let start = channel * area + row.cast_unsigned() * width + column.cast_unsigned();
        &self.values[start..start + n]
    }

    /// The squared difference between the surroundings of each pixel and of the one at an offset
    /// from it.
    fn distances(&self, down: isize, right: isize) -> Vec<f64> {
        let ImageShape { channels, height, width } = self.shape;
        let reach = PATCH.cast_unsigned();
        // Of each pixel within reach of the image, then summed along rows, then along columns.
        let (tall, wide) = (height + 2 * reach, width + 2 * reach);
        let mut along = vec![0.0; tall * width];
        let mut squares = vec![0.0; wide];
        for (row, along) in along.chunks_exact_mut(width).enumerate() {
            let y = row.cast_signed() - PATCH;
            squares.fill(0.0);
            for channel in 0..channels {
                let own = self.row(channel, y, -PATCH, wide);
                let others = self.row(channel, y + down, right - PATCH, wide);
                for ((square, own), other) in squares.iter_mut().zip(own).zip(others) {
                    *square += (own - other) * (own - other);
                }
            }
            for (sum, squares) in along.iter_mut().zip(squares.windows(2 * reach + 1)) {
                *sum = squares.iter().sum();
            }
        }
        let sum = |place: usize| (0..=2 * reach).map(|row| along[place + row * width]).sum();
        (0..height * width).map(sum).collect()
    }
}

/// The place within 0..side that a place outside is the mirror image of, the border not repeated.
fn mirror(place: isize, side: usize) -> usize {
    if side == 1 {
        return 0;
    }
    let period = 2 * (side.cast_signed() - 1);
    let place = place.rem_euclid(period);
    place.min(period - place).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::normal;

    #[test]
    fn what_is_alike_is_averaged() {
        // Stripes of two greys with noise: each is averaged with its like alone.
        let shape = ImageShape::new(1, 16, 16);
        let noise = normal(256, 5);
        let stripe = |i: usize| if i % 4 < 2 { 0.2 } else { 0.8 };
        let noisy: Vec<f32> = (0..256).map(|i| stripe(i) + 0.05 * noise[i]).collect();
        let error = |values: &[f32]| -> f32 {
            values.iter().enumerate().map(|(i, x)| (x - stripe(i)).powi(2)).sum()
        };
        let found = nl_means(shape, &noisy, 0.1);
        assert!(error(&found) < 0.2 * error(&noisy), "{} of {}", error(&found), error(&noisy));
        assert_eq!(nl_means(shape, &[0.25; 256], 0.1), [0.25; 256]);
        assert_eq!(nl_means(ImageShape::new(1, 1, 1), &[0.25], 0.1), [0.25]);
    }
}
