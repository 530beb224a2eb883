//! Discrete distributions: entropy and KL divergence in bits, the distance of histograms in nats.

use std::f64::consts::LN_2;

/// The entropy -sum p log2 p, in bits. Outcomes of probability 0 contribute nothing.
pub fn entropy_bits(p: &[f64]) -> f64 {
    -p.iter().filter(|p| **p > 0.0).map(|p| p * p.log2()).sum::<f64>()
}

/// The Kullback-Leibler divergence KL(p || q) = sum p (log2 p - log2 q), in bits: the expected
/// number of extra bits for an outcome of `p` with a code that is optimal for `q`. At least 0, and
/// 0 only for equal distributions; infinite if `q` is 0 where `p` is not. Not symmetric.
///
/// # Panics
/// If the lengths differ.
pub fn kl_divergence_bits(p: &[f64], q: &[f64]) -> f64 {
    assert_eq!(p.len(), q.len(), "distributions over the same outcomes are compared");
    let terms = p.iter().zip(q).filter(|(p, _)| **p > 0.0);
    terms.map(|(p, q)| p * (p.log2() - q.log2())).sum()
}

/// The Jensen-Shannon divergence of two histograms, in nats: the mean KL divergence of their
/// distributions from the mean of both. Symmetric; 0 for the same distribution, ln 2 for nothing in
/// common. A histogram without counts has nothing in common with another.
///
/// # Panics
/// If the lengths differ.
pub fn jensen_shannon_nats(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "histograms over the same bins are compared");
    let [total_a, total_b] = [a, b].map(|counts| counts.iter().sum::<f64>());
    if total_a == 0.0 || total_b == 0.0 {
        return if total_a == total_b { 0.0 } else { LN_2 };
    }
    let term = |p: f64, middle: f64| if p > 0.0 { p * (p / middle).ln() } else { 0.0 };
    let pairs = a.iter().zip(b).map(|(a, b)| (a / total_a, b / total_b));
    let sum: f64 =
        pairs.map(|(a, b)| term(a, f64::midpoint(a, b)) + term(b, f64::midpoint(a, b))).sum();
    sum / 2.0
}

/// The binomial distribution: the probabilities of 0..=n successes in n trials with success
/// probability `p`.
pub fn binomial(n: u32, p: f64) -> Vec<f64> {
    let choose =
        |k: u32| (1..=k).fold(1.0, |product, i| product * f64::from(n - k + i) / f64::from(i));
    let power = |p: f64, k: u32| p.powf(f64::from(k));
    let probability = |k: u32| choose(k) * power(p, k) * power(1.0 - p, n - k);
    (0..=n).map(probability).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn eight_equal_things_take_three_questions() {
        assert!(close(entropy_bits(&[0.125; 8]), 3.0));
        assert!(close(entropy_bits(&[0.5, 0.25, 0.25, 0.0]), 1.5));
        assert!(close(entropy_bits(&[1.0]), 0.0));
    }

    #[test]
    fn a_coin_that_is_taken_for_another() {
        // 0.5 log2(0.5 / 0.25) + 0.5 log2(0.5 / 0.75), and the other way round.
        assert!(close(kl_divergence_bits(&[0.5, 0.5], &[0.25, 0.75]), 1.0 - 0.5 * 3f64.log2()));
        assert!(close(kl_divergence_bits(&[0.25, 0.75], &[0.5, 0.5]), 0.75 * 3f64.log2() - 1.0));
        assert_eq!(kl_divergence_bits(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
        assert!(close(kl_divergence_bits(&[1.0, 0.0], &[0.5, 0.5]), 1.0));
    }

    #[test]
    fn histograms_are_compared() {
        for (a, b, expected) in [
            ([1.0, 1.0], [5.0, 5.0], 0.0),
            ([3.0, 0.0], [0.0, 7.0], LN_2),
            // (KL((.5, .5), (.7, .3)) + KL((.9, .1), (.7, .3))) / 2
            ([5.0, 5.0], [9.0, 1.0], 0.101_749_225_079_196_75),
            ([0.0, 0.0], [0.0, 0.0], 0.0),
            ([0.0, 0.0], [1.0, 0.0], LN_2),
        ] {
            assert!(close(jensen_shannon_nats(&a, &b), expected), "{a:?} {b:?}");
            assert!(close(jensen_shannon_nats(&b, &a), expected), "{b:?} {a:?}");
        }
    }

    #[test]
    fn ten_throws_of_a_coin() {
        let throws = binomial(10, 0.5);
        assert!(close(throws[0], 1.0 / 1024.0) && close(throws[5], 252.0 / 1024.0));
        assert!(close(binomial(10, 0.57).iter().sum(), 1.0));
        assert_eq!(binomial(3, 0.0), [1.0, 0.0, 0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn a_divergence_is_never_below_zero(
            weights in proptest::collection::vec((0.01..1.0f64, 0.01..1.0f64), 1..12)
        ) {
            let normal = |values: Vec<f64>| {
                let sum: f64 = values.iter().sum();
                values.into_iter().map(|value| value / sum).collect::<Vec<f64>>()
            };
            let (p, q): (Vec<f64>, Vec<f64>) = weights.into_iter().unzip();
            let (p, q) = (normal(p), normal(q));
            prop_assert!(kl_divergence_bits(&p, &q) > -1e-12);
            prop_assert!(close(kl_divergence_bits(&p, &p), 0.0));
            // Against equal shares, the divergence is what is missing to the greatest entropy.
            let even = vec![1.0 / p.len() as f64; p.len()];
            let missing = (p.len() as f64).log2() - entropy_bits(&p);
            prop_assert!((kl_divergence_bits(&p, &even) - missing).abs() < 1e-9);
        }
    }
}
