//! A smooth curve through given points: the path of a pen between two corners.

use super::common::Point;

/// Line segments between two knots.
const STEPS: usize = 7;

/// Appends to `path` points on a smooth curve through `knots`, from the first to the last.
///
/// The curve is a cubic Hermite spline with centripetal spacing, which neither overshoots nor loops
/// between unevenly spaced knots. It has zero curvature at its ends. Fewer than two knots give no
/// curve.
pub(super) fn trace(knots: &[Point], path: &mut Vec<Point>) {
    let Some(&last) = knots.last() else { return };
    let spans: Vec<f32> = knots.windows(2).map(|pair| span(pair[0], pair[1])).collect();
    let tangents = tangents(knots, &spans);
    for (i, &h) in spans.iter().enumerate() {
        for step in 0..STEPS {
            let t = step as f32 / STEPS as f32;
            let (rest, rest2, t2) = (1.0 - t, (1.0 - t) * (1.0 - t), t * t);
            path.push(std::array::from_fn(|axis| {
                (1.0 + 2.0 * t) * rest2 * knots[i][axis]
                    + t * rest2 * h * tangents[i][axis]
                    + t2 * (3.0 - 2.0 * t) * knots[i + 1][axis]
                    - t2 * rest * h * tangents[i + 1][axis]
            }));
        }
    }
    path.push(last);
}

/// The parameter's length between two knots: the square root of their distance, but at least 0.001.
fn span([ax, ay]: Point, [bx, by]: Point) -> f32 {
    ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt().sqrt().max(1e-3)
}

/// The derivative at every knot.
fn tangents(knots: &[Point], spans: &[f32]) -> Vec<Point> {
    let chord = |i: usize, axis: usize| (knots[i + 1][axis] - knots[i][axis]) / spans[i];
    let n = spans.len();
    let mut tangents = vec![[0.0; 2]; knots.len()];
    for axis in 0..2 {
        for i in 1..n {
            let across = (knots[i + 1][axis] - knots[i - 1][axis]) / (spans[i - 1] + spans[i]);
            tangents[i][axis] = chord(i - 1, axis) - across + chord(i, axis);
        }
        if n == 1 {
            tangents[0][axis] = chord(0, axis);
            tangents[1][axis] = chord(0, axis);
        } else if n > 1 {
            tangents[0][axis] = 0.5 * (3.0 * chord(0, axis) - tangents[1][axis]);
            tangents[n][axis] = 0.5 * (3.0 * chord(n - 1, axis) - tangents[n - 1][axis]);
        }
    }
    tangents
}
