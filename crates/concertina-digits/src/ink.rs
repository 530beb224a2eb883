//! Rasterising the pen's path, with soft edges computed from the distance to the path.

use super::common::SIDE;
use super::hand::{Path, Touch};

/// The image of `path`: a pixel's ink is that of the segment with the most ink at its centre.
pub(super) fn ink(path: &Path) -> [u8; SIDE * SIDE] {
    let mut coverage = [0.0_f32; SIDE * SIDE];
    for pair in path.strokes.iter().flat_map(|stroke| stroke.windows(2)) {
        ink_segment(pair[0], pair[1], path.softness, &mut coverage);
    }
    coverage.map(|ink| (255.0 * ink + 0.5) as u8)
}

/// Draws the segment from `a` to `b` where it gives more ink than there is already.
fn ink_segment(a: Touch, b: Touch, softness: f32, coverage: &mut [f32; SIDE * SIDE]) {
    let reach = a.radius.max(b.radius) + 0.5 * softness;
    let along = [b.place[0] - a.place[0], b.place[1] - a.place[1]];
    let length2 = (along[0] * along[0] + along[1] * along[1]).max(1e-12);
    let [columns, rows] = [0, 1].map(|axis| {
        let low = a.place[axis].min(b.place[axis]) - reach;
        let high = a.place[axis].max(b.place[axis]) + reach;
        // Pixel i has its centre at i + 0.5. Casts to usize saturate at 0.
        low.round() as usize..(high.round() as usize).min(SIDE)
    });
    for row in rows {
        let y = row as f32 + 0.5 - a.place[1];
        for column in columns.clone() {
            let x = column as f32 + 0.5 - a.place[0];
            let t = ((x * along[0] + y * along[1]) / length2).clamp(0.0, 1.0);
            let [dx, dy] = [x - t * along[0], y - t * along[1]];
            let distance = (dx * dx + dy * dy).sqrt();
            let radius = a.radius + t * (b.radius - a.radius);
            let ink = ((radius - distance) / softness + 0.5).clamp(0.0, 1.0);
            let pixel = &mut coverage[row * SIDE + column];
            *pixel = pixel.max(ink);
        }
    }
}
