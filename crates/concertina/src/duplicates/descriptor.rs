//! What is around a keypoint, as numbers that turning, enlarging and lighting do not change.

use std::f32::consts::{PI, SQRT_2, TAU};

use super::keypoints::Keypoint;
use super::scale_space::Octave;

/// Cells a side around a keypoint.
const CELLS: usize = 4;
/// Directions of gradients in a cell.
const DIRECTIONS: usize = 8;
/// Numbers of a descriptor.
pub(super) const SIZE: usize = CELLS * CELLS * DIRECTIONS;
/// The side of a cell, in standard deviations of the keypoint's smoothing.
const CELL: f32 = 3.0;
/// Directions in which a keypoint may point.
const BINS: usize = 36;
/// A further direction counts if it is nearly as strong as the strongest.
const NEARLY: f32 = 0.8;
/// Of a descriptor of length 1 no number is larger, so that no single edge rules it.
const LARGEST: f32 = 0.2;
/// Of a descriptor as bytes.
const LENGTH: f32 = 512.0;

/// A keypoint with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    /// From the picture's centre, in pixels of the picture.
    pub(super) x: f32,
    pub(super) y: f32,
    /// The smoothing at which it is found, in pixels of the picture.
    pub(super) sigma: f32,
    /// Where it points, in radians.
    pub(super) angle: f32,
    pub(super) descriptor: [u8; SIZE],
}

impl Feature {
    /// Whether both are at one keypoint.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        self.x == other.x && self.y == other.y && self.sigma == other.sigma
    }

    /// As it is in the mirror image (left and right exchanged).
    pub(super) fn mirrored(&self) -> Self {
        let mut descriptor = [0; SIZE];
        for (at, value) in descriptor.iter_mut().enumerate() {
            // In its own frame it is upside down: rows of cells, and the sense of turning.
            let (row, rest) = (at / (CELLS * DIRECTIONS), at % (CELLS * DIRECTIONS));
            let (column, direction) = (rest / DIRECTIONS, rest % DIRECTIONS);
            let from = ((CELLS - 1 - row) * CELLS + column) * DIRECTIONS
                + (DIRECTIONS - direction) % DIRECTIONS;
            *value = self.descriptor[from];
        }
        Self { x: -self.x, angle: PI - self.angle, descriptor, ..self.clone() }
    }
}

/// The features at a keypoint, one for each direction in which it points.
pub(super) fn features(octaves: &[Octave], sides: [usize; 2], keypoint: &Keypoint) -> Vec<Feature> {
    let octave = &octaves[keypoint.octave];
    let sigma = Octave::sigma(keypoint.level);
    let plane = &octave.levels[keypoint.level.round() as usize];
    let centre = |at: f32, side: usize| (at + 0.5) * octave.step - side as f32 / 2.0;
    let of_angle = |angle: f32| Feature {
        x: centre(keypoint.x, sides[1]),
        y: centre(keypoint.y, sides[0]),
        sigma: sigma * octave.step,
        angle,
        descriptor: describe(plane, octave.sides, [keypoint.x, keypoint.y], sigma, angle),
    };
    angles(plane, octave.sides, [keypoint.x, keypoint.y], sigma).into_iter().map(of_angle).collect()
}

/// The gradient at a pixel that is not at the edge.
fn gradient(plane: &[f32], at: usize, width: usize) -> [f32; 2] {
    [plane[at + 1] - plane[at - 1], plane[at + width] - plane[at - width]]
}

/// The pixels within a radius that have a gradient.
fn around(
    [height, width]: [usize; 2],
    [x, y]: [f32; 2],
    radius: f32,
) -> impl Iterator<Item = [usize; 2]> {
    let range = |at: f32, side: usize| {
        let from = (at - radius).ceil().max(1.0) as usize;
        from..((at + radius).floor().max(0.0) as usize + 1).min(side - 1)
    };
    let columns = range(x, width);
    range(y, height).flat_map(move |row| columns.clone().map(move |column| [column, row]))
}

/// The strongest directions of gradients around a place.
fn angles(plane: &[f32], sides: [usize; 2], place: [f32; 2], sigma: f32) -> Vec<f32> {
    let mut bins = [0.0; BINS];
    let window = 1.5 * sigma;
    for [column, row] in around(sides, place, 3.0 * window) {
        let [dx, dy] = gradient(plane, row * sides[1] + column, sides[1]);
        let squared = (column as f32 - place[0]).powi(2) + (row as f32 - place[1]).powi(2);
        let weight = (-squared / (2.0 * window * window)).exp() * dx.hypot(dy);
        let bin = dy.atan2(dx).rem_euclid(TAU) / TAU * BINS as f32;
        bins[bin as usize % BINS] += weight;
    }
    for _ in 0..4 {
        let old = bins;
        for (at, bin) in bins.iter_mut().enumerate() {
            *bin = (old[(at + BINS - 1) % BINS] + old[at] + old[(at + 1) % BINS]) / 3.0;
        }
    }
    let most = bins.iter().copied().fold(0.0, f32::max);
    let peak = |at: usize| {
        let [before, here, after] = [BINS - 1, 0, 1].map(|shift| bins[(at + shift) % BINS]);
        let is_peak = here > before && here >= after && here >= NEARLY * most;
        let shift = (before - after) / (2.0 * (before + after - 2.0 * here));
        is_peak.then(|| (at as f32 + 0.5 + shift) / BINS as f32 * TAU)
    };
    (0..BINS).filter_map(peak).collect()
}

/// Gradients in cells around a place, in a frame that points along `angle`.
fn describe(
    plane: &[f32],
    sides: [usize; 2],
    place: [f32; 2],
    sigma: f32,
    angle: f32,
) -> [u8; SIZE] {
    let (sin, cos) = angle.sin_cos();
    let cell = CELL * sigma;
    let half = CELLS as f32 / 2.0;
    let mut sums = [0.0_f32; SIZE];
    for [column, row] in around(sides, place, cell * (half + 0.5) * SQRT_2) {
        let [dx, dy] = [column as f32 - place[0], row as f32 - place[1]];
        let [u, v] = [(cos * dx + sin * dy) / cell, (cos * dy - sin * dx) / cell];
        if u.abs() >= half + 0.5 || v.abs() >= half + 0.5 {
            continue;
        }
        let [gx, gy] = gradient(plane, row * sides[1] + column, sides[1]);
        let weight = (-(u * u + v * v) / (2.0 * half * half)).exp() * gx.hypot(gy);
        let direction = (gy.atan2(gx) - angle).rem_euclid(TAU) / TAU * DIRECTIONS as f32;
        add(&mut sums, [v + half - 0.5, u + half - 0.5, direction], weight);
    }
    normalise(&mut sums);
    for value in &mut sums {
        *value = value.min(LARGEST);
    }
    normalise(&mut sums);
    sums.map(|value| (value * LENGTH).round().min(255.0) as u8)
}

/// Shares a weight among the two nearest rows, columns and directions.
fn add(sums: &mut [f32; SIZE], [row, column, direction]: [f32; 3], weight: f32) {
    let near = |at: f32| {
        let (first, share) = (at.floor(), at - at.floor());
        [(first as i32, 1.0 - share), (first as i32 + 1, share)]
    };
    let is_within = |at: i32| usize::try_from(at).is_ok_and(|at| at < CELLS);
    for (row, by_row) in near(row).into_iter().filter(|(at, _)| is_within(*at)) {
        for (column, by_column) in near(column).into_iter().filter(|(at, _)| is_within(*at)) {
            let cell = (row as usize * CELLS + column as usize) * DIRECTIONS;
            for (direction, share) in near(direction) {
                let at = cell + direction as usize % DIRECTIONS;
                sums[at] += weight * by_row * by_column * share;
            }
        }
    }
}

/// Brings values to length 1.
fn normalise(values: &mut [f32; SIZE]) {
    let length =
        values.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    for value in values {
        *value /= length;
    }
}
