//! The softmax function.

/// Converts logits to probabilities in place, and returns the logarithm of the sum of their
/// exponentials.
pub(super) fn softmax(logits: &mut [f32]) -> f64 {
    let largest = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let sum: f64 = logits.iter().map(|logit| (f64::from(*logit) - largest).exp()).sum();
    let log_sum = largest + sum.ln();
    for logit in logits {
        *logit = (f64::from(*logit) - log_sum).exp() as f32;
    }
    log_sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_whatever_the_logits() {
        for mut logits in [[0.0_f32; 3], [1000.0, 999.0, -1000.0], [-80.0, -81.0, -82.0]] {
            let first = f64::from(logits[0]);
            let log_sum = softmax(&mut logits);
            assert!((logits.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{logits:?}");
            assert!((f64::from(logits[0]).ln() - (first - log_sum)).abs() < 1e-6, "{logits:?}");
        }
    }
}
