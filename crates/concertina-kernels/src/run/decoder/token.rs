//! Which token comes next.

use crate::math::exp;

/// The token that a value of the guide asks for, given the logits of its voice: the value itself if
/// it is at least 0, the most probable token if it is -1 or less (or not a number), else a token
/// drawn by the probabilities at this temperature, at the place -`guide` of their sum.
///
/// Of equally probable tokens the first is the most probable. A temperature of 0 takes the most
/// probable token, too.
///
/// # Panics
/// If there are no logits.
pub fn next(guide: f32, logits: &[f32], temperature: f32) -> f32 {
    if guide >= 0.0 {
        return guide;
    }
    let mut best = 0;
    for (token, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = token;
        }
    }
    if !(guide > -1.0 && temperature > 0.0) {
        return best as f32;
    }
    let most = logits[best];
    let weight = |logit: &f32| f64::from(exp((logit - most) / temperature));
    let place = f64::from(-guide) * logits.iter().map(weight).sum::<f64>();
    let mut sum = 0.0;
    let found = logits.iter().position(|logit| {
        sum += weight(logit);
        sum > place
    });
    found.unwrap_or(best) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_forces_draws_or_takes_the_most_probable() {
        // Probabilities of 1, 2, 4 and 1 eighths.
        let logits = [0.0, 2_f32.ln(), 4_f32.ln(), 0.0];
        for (guide, temperature, expected) in [
            (3.0, 1.0, 3.0),
            (4.0, 1.0, 4.0),
            (0.0, 1.0, 0.0),
            (-1.0, 1.0, 2.0),
            (-5.0, 1.0, 2.0),
            (f32::NAN, 1.0, 2.0),
            (-0.01, 1.0, 0.0),
            (-0.12, 1.0, 0.0),
            (-0.13, 1.0, 1.0),
            (-0.37, 1.0, 1.0),
            (-0.38, 1.0, 2.0),
            (-0.87, 1.0, 2.0),
            (-0.88, 1.0, 3.0),
            (-0.999_999_9, 1.0, 3.0),
            (-0.01, 0.0, 2.0),
            // Of 1, 16, 256 and 1.
            (-0.003, 0.25, 0.0),
            (-0.06, 0.25, 1.0),
            (-0.07, 0.25, 2.0),
        ] {
            let found = next(guide, &logits, temperature);
            assert!((found - expected).abs() < 0.5, "{guide} at {temperature}: {found}");
        }
    }

    #[test]
    fn equals_are_taken_in_their_order_and_no_number_is_no_panic() {
        assert!(next(-2.0, &[1.0, 1.0], 1.0).abs() < 0.5);
        for guide in [-0.5, -2.0] {
            let found = next(guide, &[f32::NAN; 3], 1.0);
            assert!((0.0..3.0).contains(&found));
        }
    }
}
