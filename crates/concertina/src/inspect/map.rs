//! What a model changed in a picture, place by place.

use crate::data::FloatImages;
use crate::math::blur;
use crate::shape::ImageShape;

/// Standard deviation, in pixels, of the smoothing of what was changed: a defect is larger than a
/// pixel.
const SMOOTHING: f32 = 3.0;
/// That of the mean from which a surface deviates, and of the neighbourhood in which its deviation
/// is averaged.
const SURFACE: f32 = 8.0;
const NEIGHBOURHOOD: f32 = 16.0;
/// The least variance of a surface, in values of 0..1: a grey level or two.
const SMOOTHEST: f32 = 1e-4;
/// The part of a map whose values are above its score: a defect of a thousandth of the picture
/// decides.
const ABOVE: f64 = 0.001;

/// Squared change, smoothed, relative to the variance of the surface around there; mean over
/// channels. Height x width values.
pub(super) fn map(picture: &FloatImages, mended: &FloatImages) -> Vec<f32> {
    let ImageShape { channels, height, width } = picture.shape();
    let (area, sides) = (height * width, [height, width]);
    let mut changed = vec![0.0; area];
    let mut rough = vec![0.0; area];
    let planes = picture.values().chunks_exact(area).zip(mended.values().chunks_exact(area));
    for (plane, mended) in planes {
        let mean = blur(plane, sides, SURFACE);
        for (at, value) in plane.iter().enumerate() {
            changed[at] += (value - mended[at]).powi(2) / channels as f32;
            rough[at] += (value - mean[at]).powi(2) / channels as f32;
        }
    }
    let mut map = blur(&changed, sides, SMOOTHING);
    let rough = blur(&rough, sides, NEIGHBOURHOOD);
    map.iter_mut().zip(rough).for_each(|(value, rough)| *value /= rough + SMOOTHEST);
    map
}

/// The value that a thousandth of the map exceeds.
pub(super) fn score(map: &[f32]) -> f64 {
    let above = (map.len() as f64 * ABOVE) as usize;
    let mut values = map.to_vec();
    let place = values.len() - 1 - above.min(values.len() - 1);
    let (_, value, _) = values.select_nth_unstable_by(place, f32::total_cmp);
    f64::from(*value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_by_the_surface_around_it() {
        let shape = ImageShape::new(1, 80, 80);
        let picture = |roughness: f32| {
            let value = |at: usize| {
                0.5 + roughness * if (at + at / 80).is_multiple_of(2) { 1.0 } else { -1.0 }
            };
            FloatImages::new(shape, (0..shape.len()).map(value).collect())
        };
        let found = |roughness: f32| {
            let picture = picture(roughness);
            let mut mended = picture.values().to_vec();
            for at in (38..43).flat_map(|y| (38..43).map(move |x| y * 80 + x)) {
                mended[at] += 0.2;
            }
            let map = map(&picture, &FloatImages::new(shape, mended));
            let largest = (0..map.len()).max_by(|a, b| map[*a].total_cmp(&map[*b]));
            (largest.unwrap_or(0), score(&map))
        };
        let ((smooth_at, smooth), (rough_at, rough)) = (found(0.01), found(0.2));
        assert_eq!((smooth_at, rough_at), (40 * 80 + 40, 40 * 80 + 40));
        assert!(smooth > 50.0 * rough, "{smooth} {rough}");
    }

    #[test]
    fn a_thousandth_is_above_the_score() {
        let map: Vec<f32> = (0..5000).map(|n| ((n * 7919) % 5000) as f32).collect();
        assert_eq!(score(&map), 4994.0);
        assert_eq!(score(&[3.0]), 3.0);
    }
}
