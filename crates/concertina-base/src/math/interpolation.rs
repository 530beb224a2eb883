//! Interpolation between codes.

use super::Codes;

/// Below this sine of the angle between them, codes count as lying on one line.
const LEAST_SINE: f64 = 1e-6;

/// Linear interpolation: `steps` codes from `start` to `end`, both included.
pub fn interpolate(start: &[f32], end: &[f32], steps: usize) -> Codes {
    let mut values = Vec::with_capacity(steps * start.len());
    for step in 0..steps {
        let t = step as f32 / (steps - 1).max(1) as f32;
        values.extend(start.iter().zip(end).map(|(a, b)| a + t * (b - a)));
    }
    Codes::new(start.len(), values)
}

/// Bilinear interpolation between the codes at the corners of a square, row by row: upper left,
/// upper right, lower left, lower right. `[steps * steps, D]`, the corners included.
///
/// # Panics
/// If the corners do not have the same number of dimensions.
pub fn interpolate_square(corners: [&[f32]; 4], steps: usize) -> Codes {
    let size = corners[0].len();
    assert!(corners.iter().all(|corner| corner.len() == size), "all codes are of one latent space");
    let [left, right] = [0, 1].map(|side| interpolate(corners[side], corners[side + 2], steps));
    let rows = left.rows().zip(right.rows());
    Codes::new(size, rows.flat_map(|(a, b)| interpolate(a, b, steps).values().to_vec()).collect())
}

/// Spherical linear interpolation: the code that lies a part `t` of the way from `start` to `end`
/// on the arc between them (Shoemake, "Animating Rotation with Quaternion Curves", 1985; for codes,
/// White, "Sampling Generative Networks", 2016).
///
/// ```text
/// sin((1 - t) w) / sin(w) start + sin(t w) / sin(w) end,  w the angle between both
/// ```
///
/// Codes of a standard normal prior with many dimensions have nearly the same length and nearly
/// right angles between them. An arc keeps the length; the middle of a line is shorter by a factor
/// of the square root of 2. Codes on one line through zero have no arc between them, and are
/// interpolated linearly.
///
/// # Panics
/// If the codes do not have the same number of dimensions.
pub fn spherical(start: &[f32], end: &[f32], t: f32) -> Vec<f32> {
    assert_eq!(start.len(), end.len(), "both codes are of one latent space");
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let lengths = (product(start, start) * product(end, end)).sqrt();
    let cosine = if lengths > 0.0 { product(start, end) / lengths } else { 1.0 };
    let (angle, t) = (cosine.clamp(-1.0, 1.0).acos(), f64::from(t));
    let weights = if angle.sin() < LEAST_SINE {
        [1.0 - t, t]
    } else {
        [((1.0 - t) * angle).sin() / angle.sin(), (t * angle).sin() / angle.sin()]
    };
    let mix =
        |(a, b): (&f32, &f32)| (weights[0] * f64::from(*a) + weights[1] * f64::from(*b)) as f32;
    start.iter().zip(end).map(mix).collect()
}

/// As [`interpolate_square`], but with arcs in place of lines: first along the left and the right
/// side, then from left to right.
///
/// # Panics
/// If the corners do not have the same number of dimensions.
pub fn spherical_square(corners: [&[f32]; 4], steps: usize) -> Codes {
    let part = |step: usize| step as f32 / (steps - 1).max(1) as f32;
    let mut values = Vec::with_capacity(steps * steps * corners[0].len());
    for row in 0..steps {
        let [left, right] =
            [0, 1].map(|side| spherical(corners[side], corners[side + 2], part(row)));
        values.extend((0..steps).flat_map(|column| spherical(&left, &right, part(column))));
    }
    Codes::new(corners[0].len(), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::normal;

    #[test]
    fn an_arc_keeps_the_length_and_ends_in_the_codes() {
        let (a, b) = ([3.0, 0.0], [0.0, 3.0]);
        let half = 3.0 * 0.5_f32.sqrt();
        for (t, expected) in [(0.0, [3.0, 0.0]), (0.5, [half, half]), (1.0, [0.0, 3.0])] {
            for (found, expected) in spherical(&a, &b, t).iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{t}: {found}, not {expected}");
            }
        }
        let (a, b) = (normal(256, 1), normal(256, 2));
        let length = |code: &[f32]| code.iter().map(|z| z * z).sum::<f32>().sqrt();
        let middle = spherical(&a, &b, 0.5);
        assert!((length(&middle) / length(&a) - 1.0).abs() < 0.1);
        assert!(length(interpolate(&a, &b, 3).row(1)) < 0.8 * length(&a));
    }

    #[test]
    fn a_square_has_its_corners_and_lines_on_all_sides() {
        let corners = [[0.0, 1.0], [2.0, 1.0], [0.0, -5.0], [8.0, 3.0]];
        let square = interpolate_square(corners.each_ref().map(<[f32; 2]>::as_slice), 3);
        assert_eq!(square.len(), 9);
        for (place, corner) in [0, 2, 6, 8].into_iter().zip(corners) {
            assert_eq!(square.row(place), corner);
        }
        for (place, ends) in [(1, [0, 2]), (3, [0, 6]), (5, [2, 8]), (7, [6, 8]), (4, [1, 7])] {
            let [a, b] = ends.map(|end| square.row(end));
            assert_eq!(square.row(place), interpolate(a, b, 3).row(1), "{place}");
        }
        let arcs = spherical_square([&[3.0, 0.0], &[0.0, 3.0], &[0.0, 3.0], &[-3.0, 0.0]], 3);
        let half = 3.0 * 0.5_f32.sqrt();
        for (place, expected) in [
            (0, [3.0, 0.0]),
            (1, [half, half]),
            (4, [0.0, 3.0]),
            (5, [-half, half]),
            (8, [-3.0, 0.0]),
        ] {
            for (found, expected) in arcs.row(place).iter().zip(expected) {
                assert!((found - expected).abs() < 1e-5, "{place}: {found}, not {expected}");
            }
        }
        let one = interpolate_square(corners.each_ref().map(<[f32; 2]>::as_slice), 1);
        assert_eq!(one.values(), corners[0]);
    }

    #[test]
    fn codes_on_one_line_are_interpolated_linearly() {
        for (a, b, expected) in [
            ([1.0, 2.0], [3.0, 6.0], [1.5, 3.0]),
            ([1.0, 2.0], [-1.0, -2.0], [0.5, 1.0]),
            ([0.0, 0.0], [4.0, -8.0], [1.0, -2.0]),
            ([4.0, -8.0], [0.0, 0.0], [3.0, -6.0]),
            ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0]),
        ] {
            assert_eq!(spherical(&a, &b, 0.25), expected, "{a:?} {b:?}");
        }
    }
}
