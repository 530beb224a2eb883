//! Principal components in a given number of bits: what a discrete code is compared with.

use crate::latent::Pca;
use crate::math::Codes;

/// Bits of one component, at most.
const MOST_BITS: u32 = 10;
/// Steps of Lloyd's algorithm, at most.
const STEPS: usize = 50;

/// The values that each component is rounded to.
#[derive(Clone, Debug)]
pub(super) struct Quantiser {
    /// Rising, for each component; none for one that is left at its mean.
    levels: Vec<Vec<f32>>,
}

impl Quantiser {
    /// Fits to codes, `[N, k]`. The bits are given one by one to the component that has the largest
    /// error so far, which each bit quarters (as for a Gaussian source; Gersho and Gray, "Vector
    /// Quantization and Signal Compression", 1992, chapter 8); the values are those of the smallest
    /// squared error (Lloyd 1982).
    pub(super) fn fit(pca: &Pca, codes: &Codes, bits: usize) -> Self {
        let bits = allocated(pca.explained_variance(), bits);
        let column = |d: usize| -> Vec<f32> {
            let mut values: Vec<f32> = codes.rows().map(|row| row[d]).collect();
            values.sort_by(f32::total_cmp);
            values
        };
        let levels = bits.iter().enumerate().map(|(d, &bits)| match bits {
            0 => Vec::new(),
            bits => lloyd(&column(d), 1 << bits),
        });
        Self { levels: levels.collect() }
    }

    /// Each number of the codes as the nearest value of its component; 0, the mean, for one without
    /// values.
    pub(super) fn rounded(&self, codes: &Codes) -> Codes {
        let nearest = |(&z, levels): (&f32, &Vec<f32>)| {
            let above = levels.partition_point(|level| *level < z);
            let near = levels[above.saturating_sub(1)..levels.len().min(above + 1)].iter();
            near.copied().min_by(|a, b| (a - z).abs().total_cmp(&(b - z).abs())).unwrap_or(0.0)
        };
        let rows = codes.rows().flat_map(|row| row.iter().zip(&self.levels).map(nearest));
        Codes::new(codes.size(), rows.collect())
    }
}

/// How many bits each component gets.
fn allocated(variances: &[f64], bits: usize) -> Vec<u32> {
    let mut given = vec![0; variances.len()];
    let mut errors = variances.to_vec();
    for _ in 0..bits {
        let open = (0..errors.len()).filter(|&d| given[d] < MOST_BITS);
        let Some(worst) = open.max_by(|&a, &b| errors[a].total_cmp(&errors[b])) else { break };
        given[worst] += 1;
        errors[worst] /= 4.0;
    }
    given
}

/// `n` values with a small sum of squared distances from the sorted `values` to their nearest.
fn lloyd(values: &[f32], n: usize) -> Vec<f32> {
    let mut sums = vec![0.0];
    sums.extend(values.iter().scan(0.0, |sum, &value| {
        *sum += f64::from(value);
        Some(*sum)
    }));
    let at = |i: usize| values[(2 * i + 1) * values.len() / (2 * n)];
    let mut levels: Vec<f32> = (0..n).map(at).collect();
    for _ in 0..STEPS {
        let before = levels.clone();
        let mut start = 0;
        for i in 0..n {
            let end = match before.get(i + 1) {
                Some(next) => values.partition_point(|x| *x < f32::midpoint(before[i], *next)),
                None => values.len(),
            };
            if end > start {
                levels[i] = ((sums[end] - sums[start]) / (end - start) as f64) as f32;
            }
            start = start.max(end);
        }
        if levels == before {
            break;
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::math::Points;
    use crate::testing::normal;

    #[test]
    fn bits_go_where_the_error_is() {
        assert_eq!(allocated(&[16.0, 1.0, 0.01], 4), [3, 1, 0]);
        assert_eq!(allocated(&[1.0], 20), [MOST_BITS]);
        assert_eq!(allocated(&[1.0, 1.0], 0), [0, 0]);
    }

    #[test]
    fn levels_are_those_of_a_gaussian() {
        let mut values = normal(40_000, 9);
        values.sort_by(f32::total_cmp);
        // Max, "Quantizing for minimum distortion", 1960, table I: 2 and 4 levels.
        for (n, expected) in [(2, vec![-0.798, 0.798]), (4, vec![-1.510, -0.4528, 0.4528, 1.510])] {
            for (found, expected) in lloyd(&values, n).iter().zip(expected) {
                assert!((found - expected).abs() < 0.03, "{n}: {found}, not {expected}");
            }
        }
        assert_eq!(lloyd(&[0.5, 0.5, 0.5], 4), [0.5; 4]);
    }

    #[test]
    fn more_bits_come_nearer() {
        let values = normal(600 * 6, 4);
        let points = Points::new("points", 6, &values).unwrap();
        let pca = Pca::fit(points, 6).unwrap();
        let codes = pca.encode(points).unwrap();
        let error = |bits: usize| -> f32 {
            let found = Quantiser::fit(&pca, &codes, bits).rounded(&codes);
            found.values().iter().zip(codes.values()).map(|(a, b)| (a - b).powi(2)).sum()
        };
        let errors = [0, 6, 12, 24, 48].map(error);
        assert!(errors.is_sorted_by(|a, b| a > b), "{errors:?}");
        // Two bits leave .1175 of a Gaussian's variance (Max 1960).
        assert!((errors[2] / errors[0] - 0.1175).abs() < 0.015, "{errors:?}");
    }
}
