//! How noisy a picture is.

use super::reader::PictureFile;
use crate::data::FloatImages;
use crate::error::Result;

/// Steps of the histogram from 0 to 1.
const STEPS: usize = 1 << 14;
/// The median of the absolute value of a standard normal number.
const MEDIAN: f64 = 0.674_489_750_196_081_7;

/// Estimates the standard deviation of independent noise from the finest details of a picture
/// along diagonals, of which most parts of a photograph have none: their median absolute value by
/// that of a normal number (Donoho and Johnstone 1994, with Haar's wavelet).
#[derive(Debug)]
struct Details {
    counts: Vec<usize>,
}

impl Details {
    fn new() -> Self {
        Self { counts: vec![0; STEPS] }
    }

    /// Two rows of values of 0..1, one above the other.
    fn add(&mut self, upper: &[f32], lower: &[f32]) {
        let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
        for (upper, lower) in pairs {
            let detail = (upper[0] - upper[1] - lower[0] + lower[1]).abs() / 2.0;
            let step = (detail * STEPS as f32) as usize;
            self.counts[step.min(STEPS - 1)] += 1;
        }
    }

    /// The standard deviation, in values of 0..1; 0 for a picture of one row or column.
    fn std(&self) -> f32 {
        let half = self.counts.iter().sum::<usize>() as f64 / 2.0;
        let mut below = 0;
        for (step, &count) in self.counts.iter().enumerate() {
            if below as f64 + count as f64 >= half && count > 0 {
                let within = (half - below as f64) / count as f64;
                return ((step as f64 + within) / STEPS as f64 / MEDIAN) as f32;
            }
            below += count;
        }
        0.0
    }
}

/// Of a picture in memory, `[C, H, W]`, all channels together.
pub(super) fn of_picture(pictures: &FloatImages, picture: &[f32]) -> f32 {
    let shape = pictures.shape();
    let mut details = Details::new();
    for plane in picture.chunks_exact(shape.area()) {
        for rows in plane.chunks_exact(2 * shape.width) {
            let (upper, lower) = rows.split_at(shape.width);
            details.add(upper, lower);
        }
    }
    details.std()
}

/// Of a picture of which nothing has been read, from the top down.
pub(super) fn of_file(mut picture: PictureFile) -> Result<f32> {
    let layout = picture.layout();
    let mut details = Details::new();
    let mut bytes = Vec::new();
    for _ in 0..layout.height / 2 {
        bytes.clear();
        picture.read_rows(2, &mut bytes)?;
        let (upper, lower) = bytes.split_at(layout.row());
        for channel in 0..layout.colours {
            let [upper, lower] = [upper, lower].map(|row| -> Vec<f32> {
                (0..layout.width).map(|x| layout.value(row, x, channel)).collect()
            });
            details.add(&upper, &lower);
        }
    }
    Ok(details.std())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};
    use crate::shape::ImageShape;

    #[test]
    fn noise_is_found_under_a_picture() {
        let shape = ImageShape::new(1, 200, 300);
        let mut noise = vec![0.0; shape.len()];
        Stream::new(Seed(5), Purpose::Figure, [0; 3]).fill_normal(&mut noise);
        for std in [0.0, 0.02, 0.1] {
            // Slopes, and a few edges.
            let value = |at: usize| {
                let (y, x) = (at / 300, at % 300);
                0.3 + 0.001 * y as f32 + if x % 50 < 20 { 0.2 } else { 0.0 } + std * noise[at]
            };
            let picture: Vec<f32> = (0..shape.len()).map(value).collect();
            let pictures = FloatImages::new(shape, picture);
            let found = of_picture(&pictures, pictures.values());
            assert!((found - std).abs() < 0.03 * std + 1e-4, "{std} {found}");
        }
        let thin = FloatImages::new(ImageShape::new(1, 1, 9), vec![0.5; 9]);
        assert_eq!(of_picture(&thin, thin.values()), 0.0);
    }
}
