//! Models of blind spots in use: every pixel is inferred from those around it, as in training, and
//! what was seen of the pixel itself is then given its due.

use crate::task::{MEDIAN_REACH, median_around};

/// Every third pixel of every third row is hidden at a time, nine times.
const STEP: usize = 3;
/// How far the squares are from which the variance of what is inferred is estimated, in rows and
/// columns.
const WINDOW: usize = 6;
/// How much further than its network such a model sees: what hides a pixel, and the window.
pub(super) const REACH: usize = MEDIAN_REACH + WINDOW;

/// Part of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Height and width.
    pub(super) sides: [usize; 2],
    /// Row and column in the picture of its first pixel.
    pub(super) first: [usize; 2],
}

/// What is left of `seen`, `[C, H, W]`, without noise of standard deviation `noise`, by a network
/// that was trained on blind spots.
///
/// The network's answer for a pixel that it did not see, m, errs by what its surroundings do not
/// tell. The noise of the pixel itself, y, is independent of that error. So the square of `y - m`
/// is on average the sum of both variances, v + noise^2, and the best linear estimate of the clean
/// pixel by the two is `m + v / (v + noise^2) (y - m)`: Wiener's filter, with a v of its own for
/// each pixel and channel (Laine et al. 2019, section 3, have the network give it).
pub(super) fn restore(
    seen: &[f32],
    part: Part,
    noise: f32,
    run: impl Fn(&[f32]) -> Vec<f32>,
) -> Vec<f32> {
    let area = part.sides[0] * part.sides[1];
    let noise = noise * noise;
    let mut restored = inferred(seen, part, run);
    for (plane, seen) in restored.chunks_exact_mut(area).zip(seen.chunks_exact(area)) {
        let squares: Vec<f32> =
            plane.iter().zip(seen).map(|(inferred, seen)| (seen - inferred).powi(2)).collect();
        let squares = window_means(&squares, part.sides);
        for ((value, seen), square) in plane.iter_mut().zip(seen).zip(squares) {
            let variance = (square - noise).max(0.0);
            let trust = if variance > 0.0 { variance / (variance + noise) } else { 0.0 };
            *value += trust * (seen - *value);
        }
    }
    restored
}

/// Every pixel as the network infers it where it is hidden.
fn inferred(seen: &[f32], part: Part, run: impl Fn(&[f32]) -> Vec<f32>) -> Vec<f32> {
    let Part { sides: [height, width], first } = part;
    let area = height * width;
    let mut inferred = vec![0.0; seen.len()];
    for turn in 0..STEP * STEP {
        // By the places in the picture, not in this part of it.
        let starts = [0, 1].map(|axis| {
            let wanted = [turn / STEP, turn % STEP][axis];
            (wanted + STEP - first[axis] % STEP) % STEP
        });
        let hidden = || {
            let rows = (starts[0]..height).step_by(STEP);
            rows.flat_map(|row| (starts[1]..width).step_by(STEP).map(move |column| [row, column]))
        };
        let mut input = seen.to_vec();
        for (plane, seen) in input.chunks_exact_mut(area).zip(seen.chunks_exact(area)) {
            for at in hidden() {
                plane[at[0] * width + at[1]] = median_around(seen, [height, width], at);
            }
        }
        let output = run(&input);
        let planes = inferred.chunks_exact_mut(area).zip(output.chunks_exact(area));
        for (plane, output) in planes {
            for [row, column] in hidden() {
                plane[row * width + column] = output[row * width + column];
            }
        }
    }
    inferred
}

/// The mean of the square around each value, as far as it lies within the plane. Each is summed by
/// itself, in the same order wherever the plane begins.
fn window_means(values: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
    let around = |at: usize, side: usize| at.saturating_sub(WINDOW)..(at + WINDOW + 1).min(side);
    let mut sums = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width) {
        sums.extend((0..width).map(|x| row[around(x, width)].iter().sum::<f32>()));
    }
    let mut means = Vec::with_capacity(values.len());
    for y in 0..height {
        let rows = around(y, height);
        for x in 0..width {
            let sum: f32 = rows.clone().map(|row| sums[row * width + x]).sum();
            means.push(sum / (rows.len() * around(x, width).len()) as f32);
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};

    #[test]
    fn no_pixel_is_seen_where_it_is_asked_for() {
        let part = Part { sides: [7, 10], first: [5, 4] };
        let seen: Vec<f32> = (0..140).map(|at| at as f32).collect();
        // A network that gives what it gets.
        let found = inferred(&seen, part, <[f32]>::to_vec);
        for (at, (found, seen)) in found.iter().zip(&seen).enumerate() {
            assert_ne!(found, seen, "{at}");
        }
    }

    #[test]
    fn what_is_inferred_and_what_is_seen_are_weighed_by_their_errors() {
        // A clean picture of zeros; a network that errs by 0.2, and noise of 0.1: together 1 / (1 /
        // 0.04 + 1 / 0.01) = 0.008.
        let part = Part { sides: [60, 80], first: [0, 0] };
        let mut stream = Stream::new(Seed(3), Purpose::Figure, [0; 3]);
        let [mut errors, mut noise] = [vec![0.0; 4800], vec![0.0; 4800]];
        stream.fill_normal(&mut errors);
        stream.fill_normal(&mut noise);
        let seen: Vec<f32> = noise.iter().map(|noise| 0.1 * noise).collect();
        let network = |_: &[f32]| errors.iter().map(|error| 0.2 * error).collect::<Vec<f32>>();
        let squares = |values: &[f32]| values.iter().map(|x| x * x).sum::<f32>() / 4800.0;
        let found = squares(&restore(&seen, part, 0.1, network));
        assert!((found / 0.008 - 1.0).abs() < 0.1, "{found}");
        // With a network that does not err, none of the noise comes back, except by chance.
        let found = squares(&restore(&seen, part, 0.1, |_| vec![0.0; 4800]));
        assert!(found < 0.0002, "{found}");
        let without = restore(&seen, part, 0.0, network);
        assert!(without.iter().zip(&seen).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn a_window_is_the_same_wherever_the_plane_begins() {
        let values: Vec<f32> = (0..30 * 40).map(|at| (at as f32 * 0.37).sin()).collect();
        let whole = window_means(&values, [30, 40]);
        let part: Vec<f32> = values.chunks(40).skip(5).flat_map(|row| &row[7..]).copied().collect();
        let part = window_means(&part, [25, 33]);
        for (y, x) in (WINDOW..25).flat_map(|y| (WINDOW..33).map(move |x| (y, x))) {
            assert_eq!(part[y * 33 + x], whole[(y + 5) * 40 + x + 7], "{y} {x}");
        }
    }
}
