//! A small grey copy of a picture, to be laid on another.

use super::grey::{Grey, with_area};
use super::similarity::Similarity;
use crate::math::resize_bicubic;

/// Pixels.
const AREA: f32 = 4096.0;

/// Grey values of a picture, shrunk to about [`AREA`] pixels.
#[derive(Clone, Debug)]
pub(super) struct Thumbnail {
    values: Vec<u8>,
    /// Height and width.
    sides: [usize; 2],
    /// Height and width of the plane in whose pixels places are given.
    plane: [usize; 2],
}

/// What there is to say of two thumbnails, one laid on the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overlay {
    /// Of their values where they overlap, -1 to 1.
    pub(super) correlation: f32,
    /// Share of the first that lies within the second, and the other way round.
    pub(super) shares: [f32; 2],
}

impl Thumbnail {
    pub(super) fn of(grey: &Grey) -> Self {
        let sides = with_area(grey.sides, AREA);
        let values = resize_bicubic(&grey.plane, grey.sides, sides);
        let values = values.iter().map(|value| (value * 255.0).round() as u8).collect();
        Self { values, sides, plane: grey.sides }
    }

    /// Lays this on `other`, where the transformation says that it lies.
    pub(super) fn on(&self, other: &Self, transformation: &Similarity) -> Overlay {
        let seen = |place| self.value_at(transformation.inverse(place));
        let pairs: Vec<[f32; 2]> = other
            .places()
            .zip(&other.values)
            .filter_map(|(place, value)| Some([seen(place)?, f32::from(*value)]))
            .collect();
        let within = self.places().filter(|place| other.holds(transformation.apply(*place)));
        let shares = [
            within.count() as f32 / self.values.len() as f32,
            pairs.len() as f32 / other.values.len() as f32,
        ];
        Overlay { correlation: correlation(&pairs), shares }
    }

    /// The place of each value, from the picture's centre, in pixels of the plane.
    fn places(&self) -> impl Iterator<Item = [f32; 2]> + '_ {
        let [height, width] = self.sides;
        let place = |at: usize, axis: usize| {
            ((at as f32 + 0.5) / self.sides[axis] as f32 - 0.5) * self.plane[axis] as f32
        };
        (0..height).flat_map(move |y| (0..width).map(move |x| [place(x, 1), place(y, 0)]))
    }

    fn holds(&self, [x, y]: [f32; 2]) -> bool {
        x.abs() * 2.0 <= self.plane[1] as f32 && y.abs() * 2.0 <= self.plane[0] as f32
    }

    /// The value at a place, interpolated; none outside of the picture.
    fn value_at(&self, place: [f32; 2]) -> Option<f32> {
        if !self.holds(place) {
            return None;
        }
        let near = |at: f32, axis: usize| {
            let side = self.sides[axis];
            let at = ((at / self.plane[axis] as f32 + 0.5) * side as f32 - 0.5).max(0.0);
            let first = (at as usize).min(side - 1);
            (first, (first + 1).min(side - 1), at - at.floor())
        };
        let ((left, right, across), (upper, lower, down)) = (near(place[0], 1), near(place[1], 0));
        let row = |y: usize| {
            let value = |x: usize| f32::from(self.values[y * self.sides[1] + x]);
            value(left) * (1.0 - across) + value(right) * across
        };
        Some(row(upper) * (1.0 - down) + row(lower) * down)
    }
}

/// Pearson's coefficient; 0 where one of the two is constant.
fn correlation(pairs: &[[f32; 2]]) -> f32 {
    let mean = |of: usize| pairs.iter().map(|pair| pair[of]).sum::<f32>() / pairs.len() as f32;
    let means = [mean(0), mean(1)];
    let sum = |a: usize, b: usize| {
        pairs.iter().map(|pair| (pair[a] - means[a]) * (pair[b] - means[b])).sum::<f32>()
    };
    let variances = sum(0, 0) * sum(1, 1);
    if variances > 0.0 { sum(0, 1) / variances.sqrt() } else { 0.0 }
}
