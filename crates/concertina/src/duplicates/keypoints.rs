//! Places of a picture that are found again in its variants.

use super::scale_space::Octave;

/// The least difference of smoothings, of values in 0..1: less is noise.
const LEAST_CONTRAST: f32 = 0.004;
/// The most that a place may be curved more across than along: on an edge it could lie anywhere.
const MOST_ELONGATED: f32 = 10.0;

/// A blob: darker or lighter than what is around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keypoint {
    /// Its octave.
    pub(super) octave: usize,
    /// Its level in the octave, between levels.
    pub(super) level: f32,
    /// Its place in the octave, in pixels.
    pub(super) x: f32,
    pub(super) y: f32,
    /// How much it differs from what is around.
    pub(super) contrast: f32,
}

/// The `most` keypoints of the largest contrast, that first.
pub(super) fn strongest(octaves: &[Octave], most: usize) -> Vec<Keypoint> {
    let mut found = Vec::new();
    for (number, octave) in octaves.iter().enumerate() {
        for level in 1..octave.differences.len() - 1 {
            of_level(octave, number, level, &mut found);
        }
    }
    // The sort is stable: of equal contrasts the finer scale and the upper row come first.
    found.sort_by(|a: &Keypoint, b| b.contrast.total_cmp(&a.contrast));
    found.truncate(most);
    found
}

fn of_level(octave: &Octave, number: usize, level: usize, found: &mut Vec<Keypoint>) {
    let [height, width] = octave.sides;
    let planes = [level - 1, level, level + 1].map(|level| octave.differences[level].as_slice());
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let value = planes[1][at];
            if value.abs() < LEAST_CONTRAST || !is_extreme(planes, at, width) {
                continue;
            }
            if let Some([dx, dy, ds, peak]) = refined(planes, at, width) {
                found.push(Keypoint {
                    octave: number,
                    level: level as f32 + ds,
                    x: x as f32 + dx,
                    y: y as f32 + dy,
                    contrast: peak.abs(),
                });
            }
        }
    }
}

/// Whether a value is larger than its 26 neighbours, or smaller.
fn is_extreme(planes: [&[f32]; 3], at: usize, width: usize) -> bool {
    let value = planes[1][at];
    let sign = value.signum();
    planes.iter().enumerate().all(|(number, plane)| {
        (at - width..=at + width).step_by(width).all(|middle| {
            (middle - 1..=middle + 1)
                .all(|other| number == 1 && other == at || (value - plane[other]) * sign > 0.0)
        })
    })
}

/// Where between pixels and levels the parabola through the neighbours has its peak, along each
/// axis by itself, and its height. None on an edge.
fn refined(planes: [&[f32]; 3], at: usize, width: usize) -> Option<[f32; 4]> {
    let [below, here, above] = planes;
    let value = here[at];
    let along = |before: f32, after: f32| {
        let (slope, curve) = ((after - before) / 2.0, before + after - 2.0 * value);
        let shift = if curve == 0.0 { 0.0 } else { (-slope / curve).clamp(-0.5, 0.5) };
        (shift, slope, curve)
    };
    let (dx, slope_x, xx) = along(here[at - 1], here[at + 1]);
    let (dy, slope_y, yy) = along(here[at - width], here[at + width]);
    let (ds, slope_s, _) = along(below[at], above[at]);
    let diagonal = |a: usize, b: usize| here[a] - here[b];
    let xy =
        (diagonal(at + width + 1, at + width - 1) - diagonal(at - width + 1, at - width - 1)) / 4.0;
    let (trace, determinant) = (xx + yy, xx * yy - xy * xy);
    let limit = (MOST_ELONGATED + 1.0).powi(2) / MOST_ELONGATED;
    if determinant <= 0.0 || trace * trace >= limit * determinant {
        return None;
    }
    Some([dx, dy, ds, value + (slope_x * dx + slope_y * dy + slope_s * ds) / 2.0])
}
