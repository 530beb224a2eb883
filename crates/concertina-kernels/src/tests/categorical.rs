//! The cross-entropy of tokens.

use super::numbers::eighths;
use crate::categorical_cross_entropy;

/// Nats and gradient of one token, as a textbook has them.
fn textbook(logits: &[f32], class: usize) -> (f64, Vec<f64>) {
    let powers: Vec<f64> = logits.iter().map(|&logit| f64::from(logit).exp()).collect();
    let sum: f64 = powers.iter().sum();
    let gradient = powers.iter().enumerate();
    let gradient = gradient.map(|(n, p)| p / sum - f64::from(u8::from(n == class)));
    (-(powers[class] / sum).ln(), gradient.collect())
}

#[test]
fn nats_and_gradients_are_the_textbooks() {
    let (classes, steps, batch) = ([3, 7, 1], 5, 9);
    let logits: Vec<f32> = eighths(batch * steps * 11, 1).iter().map(|x| x * 6.0).collect();
    let tokens: Vec<f32> = (0..batch * steps * 3)
        .map(|n| ((n / 3 + n * n / 7) % (classes[n % 3] + 1)) as f32)
        .collect();
    let (mut errors, mut gradients) = (vec![9.0; batch], vec![9.0; logits.len()]);
    categorical_cross_entropy(&logits, &tokens, &classes, &mut errors, Some(&mut gradients));
    let mut plain = vec![0.0; batch];
    categorical_cross_entropy(&logits, &tokens, &classes, &mut plain, None);
    assert_eq!(plain, errors);

    let (mut first, mut expected, mut nothing) = (0, vec![0.0; batch], 0);
    for (n, &token) in tokens.iter().enumerate() {
        let range = first..first + classes[n % 3];
        first = range.end;
        let found = &gradients[range.clone()];
        if token as usize == classes[n % 3] {
            // None of the classes.
            assert!(found.iter().all(|gradient| *gradient == 0.0));
            nothing += 1;
            continue;
        }
        let (nats, gradient) = textbook(&logits[range], token as usize);
        expected[n / (steps * 3)] += nats;
        for (found, expected) in found.iter().zip(gradient) {
            assert!((f64::from(*found) - expected).abs() < 1e-6);
        }
    }
    assert!(nothing > 10 && nothing < tokens.len() / 2);
    for (found, expected) in errors.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-5 * expected.max(1.0));
    }
}

#[test]
fn a_logit_that_is_no_number_spoils_its_sequence_and_no_other() {
    let mut errors = [0.0; 3];
    for (bad, is_finite) in [(f32::NAN, false), (1e30, true), (f32::INFINITY, false)] {
        let logits = [0.0, 1.0, bad, 0.0, 1.0, 0.0];
        categorical_cross_entropy(&logits, &[0.0, 1.0, 1.0], &[2], &mut errors, None);
        assert!(errors[0].is_finite() && errors[2].is_finite());
        assert_eq!(errors[1].is_finite(), is_finite, "{bad}: {}", errors[1]);
    }
}
