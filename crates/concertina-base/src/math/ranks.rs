//! Rank correlation.

/// Spearman's rank correlation of `x` and `y`, -1 to 1: Pearson's correlation of their ranks, where
/// equal values have the mean of their ranks. `None` if all values of one are equal, or there are
/// fewer than two.
///
/// # Panics
/// If the lengths differ.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "pairs are correlated");
    let [x, y] = [x, y].map(ranks);
    let mean = f64::midpoint(x.len() as f64, 1.0);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let spread = product(&x, &x) * product(&y, &y);
    (spread > 0.0).then(|| product(&x, &y) / spread.sqrt())
}

/// The rank of each value, from 1.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + f64::midpoint(equal.len() as f64, 1.0);
        for &index in equal {
            ranks[index] = rank;
        }
        first += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_correlated() {
        for (x, y, expected) in [
            (&[1.0, 2.0, 9.0][..], &[-5.0, 0.0, 0.1][..], Some(1.0)),
            (&[1.0, 2.0, 9.0], &[3.0, 2.0, 1.0], Some(-1.0)),
            (&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0], Some(0.6)),
            // scipy.stats.spearmanr([1, 2, 2, 3], [1, 2, 3, 4])
            (&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0], Some(0.948_683_298_050_513_8)),
            (&[1.0, 1.0], &[1.0, 2.0], None),
            (&[1.0], &[1.0], None),
            (&[], &[], None),
        ] {
            match (spearman(x, y), expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12),
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}
