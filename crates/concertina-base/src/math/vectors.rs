//! Sums over vectors in f64, in an order that the compiler can vectorise.

/// The number of partial sums.
const LANES: usize = 8;

/// The sum of `a[i] * b[i]`.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// Adds `factor` times `b` to `a`.
pub fn add_scaled(a: &mut [f64], factor: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += factor * b);
}

/// The sum of `(a[i] - b[i])^2` of two points.
pub fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let square = |a: f32, b: f32| (f64::from(a) - f64::from(b)).powi(2);
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += square(a[lane], b[lane]);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| square(*a, *b)).sum();
    sums.iter().sum::<f64>() + rest
}

/// The index of the largest value; the first one in a tie.
pub fn argmax(values: &[f32]) -> usize {
    let larger = |best: usize, i: usize| if values[i] > values[best] { i } else { best };
    (0..values.len()).fold(0, larger)
}

/// An index sampled with a probability proportional to its weight, for `u` uniform between 0 and
/// the sum of the weights: the first index up to which the cumulative sum exceeds `u`, or the last.
/// There must be at least one weight.
pub fn sample_index(mut u: f64, weights: impl ExactSizeIterator<Item = f64>) -> usize {
    let last = weights.len() - 1;
    let mut weights = weights;
    let chosen = weights.position(|weight| {
        u -= weight;
        u < 0.0
    });
    chosen.unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_first_that_fit() {
        assert_eq!(argmax(&[1.0, 3.0, 3.0, 2.0]), 1);
        for (draw, place) in [(0.0, 0), (0.49, 0), (0.5, 2), (0.99, 2), (1.0, 2)] {
            assert_eq!(sample_index(draw, [0.5, 0.0, 0.5].into_iter()), place, "{draw}");
        }
    }

    #[test]
    fn no_value_is_left_out() {
        for n in [0, 1, 7, 8, 9, 23] {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            let b: Vec<f64> = (0..n).map(|i| 2.0 - f64::from(i)).collect();
            let plain: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            assert_eq!(dot(&a, &b), plain);
            let [a, b] = [&a, &b].map(|v| v.iter().map(|&x| x as f32).collect::<Vec<_>>());
            let plain: f64 = a.iter().zip(&b).map(|(a, b)| f64::from((a - b) * (a - b))).sum();
            assert_eq!(squared_distance(&a, &b), plain);
        }
    }
}
