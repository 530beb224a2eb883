//! Tests of the warnings.

use super::*;
use crate::bottleneck::{Gaussian, Size};
use crate::train::Losses;

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
        (&Bottleneck::plain(Size::Number(2)), falling, None, &varied, vec![]),
        (&Bottleneck::plain(Size::Number(2)), falling, None, &same, vec![off]),
        (&Bottleneck::plain(Size::Number(2)), &falling[..2], None, &same, vec![]),
        (&Bottleneck::plain(Size::Number(2)), falling, None, &one, vec![]),
        (&Bottleneck::plain(Size::Number(2)), still, None, &varied, vec![unmoved]),
        (&Bottleneck::plain(Size::Number(2)), &still[..2], None, &varied, vec![]),
        (&Bottleneck::plain(Size::Number(2)), still, None, &same, vec![off, unmoved]),
        (&Bottleneck::plain(Size::Number(2)), &[2.0, 2.1, 2.0], None, &varied, vec![]),
        (&Bottleneck::plain(Size::Number(2)), &[-2.0, -2.1, -2.0], None, &varied, vec![]),
        (&Bottleneck::plain(Size::Number(2)), &[-2.0, -2.0, -2.0], None, &varied, vec![unmoved]),
        (
            &Bottleneck::Gaussian(Gaussian::new(Size::Number(2))),
            falling,
            Some(0),
            &same,
            vec![collapsed],
        ),
        (&Bottleneck::Gaussian(Gaussian::new(Size::Number(2))), falling, Some(1), &same, vec![]),
        (
            &Bottleneck::Gaussian(Gaussian::new(Size::Number(2))),
            &falling[..2],
            Some(0),
            &same,
            vec![],
        ),
        (
            &Bottleneck::Gaussian(Gaussian::new(Size::Number(2))),
            still,
            Some(0),
            &same,
            vec![collapsed, unmoved],
        ),
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
    let warnings = Watch::default().warnings(
        &Bottleneck::plain(Size::Number(2)),
        &history(&[0.25, 0.25, 0.25, 0.25], None),
        &varied,
    );
    assert!(
        warnings[0].starts_with("the validation loss has not moved from 0.2500 in 4 epochs;"),
        "{warnings:?}"
    );
}
