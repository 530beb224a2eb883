//! Tests of the warnings.

use super::*;
use crate::bottleneck::{CodeActivation, Form, Size};
use crate::train::Losses;

const PLAIN: Bottleneck = Bottleneck::Plain {
    size: Size::Number(2),
    activation: CodeActivation::Linear,
    l1: 0.0,
    l2: 0.0,
};
const GAUSSIAN: Bottleneck = Bottleneck::Gaussian {
    size: Size::Number(2),
    beta: 1.0,
    warm_up_epochs: 0.0,
    free_bits_nats: 0.0,
    capacity_nats: 0.0,
    capacity_epochs: 0.0,
    form: Form::LogVariance,
};

/// Epochs of these validation losses, with so many active units.
fn history(losses: &[f64], active_units: Option<usize>) -> Vec<Metrics> {
    let epoch = |(number, loss): (usize, &f64)| Metrics {
        epoch: number + 1,
        step: number + 1,
        train: Losses::default(),
        valid: Losses { loss: *loss, active_units, ..Losses::default() },
        images_per_second: 0.0,
        seconds: 0.0,
    };
    losses.iter().enumerate().map(epoch).collect()
}

#[test]
fn what_goes_wrong_silently_is_said() {
    let same = Codes::new(2, vec![0.5, 0.0, 0.5, 0.0, 0.5, 0.0]);
    let varied = Codes::new(2, vec![0.5, 0.0, 0.5, 1.0, 0.5, 0.0]);
    let one = Codes::new(2, vec![0.5, 0.0]);
    let (falling, still): (&[f64], &[f64]) = (&[3.0, 2.0, 1.0], &[2.0, 2.001, 1.999]);
    let (collapsed, off, unmoved) =
        ("the code has collapsed", "the code is the same", "the validation loss has not moved");
    for (bottleneck, losses, active, codes, expected) in [
        (&PLAIN, falling, None, &varied, vec![]),
        (&PLAIN, falling, None, &same, vec![off]),
        (&PLAIN, &falling[..2], None, &same, vec![]),
        (&PLAIN, falling, None, &one, vec![]),
        (&PLAIN, still, None, &varied, vec![unmoved]),
        (&PLAIN, &still[..2], None, &varied, vec![]),
        (&PLAIN, still, None, &same, vec![off, unmoved]),
        (&PLAIN, &[2.0, 2.1, 2.0], None, &varied, vec![]),
        (&PLAIN, &[-2.0, -2.1, -2.0], None, &varied, vec![]),
        (&PLAIN, &[-2.0, -2.0, -2.0], None, &varied, vec![unmoved]),
        (&GAUSSIAN, falling, Some(0), &same, vec![collapsed]),
        (&GAUSSIAN, falling, Some(1), &same, vec![]),
        (&GAUSSIAN, &falling[..2], Some(0), &same, vec![]),
        (&GAUSSIAN, still, Some(0), &same, vec![collapsed, unmoved]),
    ] {
        let mut watch = Watch::default();
        let history = history(losses, active);
        let found = watch.warnings(bottleneck, &history, codes);
        assert_eq!(found.len(), expected.len(), "{losses:?}, {active:?}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
            assert!(found.contains("--set"), "no remedy: {found}");
        }
        assert!(watch.warnings(bottleneck, &history, codes).is_empty(), "said twice");
    }
}

#[test]
fn warnings_name_their_numbers() {
    let varied = Codes::new(2, vec![0.5, 0.0, 0.5, 1.0]);
    let warnings =
        Watch::default().warnings(&PLAIN, &history(&[0.25, 0.25, 0.25, 0.25], None), &varied);
    assert!(
        warnings[0].starts_with("the validation loss has not moved from 0.2500 in 4 epochs;"),
        "{warnings:?}"
    );
}
