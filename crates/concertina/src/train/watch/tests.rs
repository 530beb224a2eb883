//! Tests of the warnings.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use super::*;
use crate::bottleneck::{Gaussian, Kind, Plain};
use crate::math::NamedValues;
use crate::validate::Losses;

/// Epochs of these validation losses, with so many active units.
fn history(losses: &[f64], active_units: Option<usize>) -> Vec<Metrics> {
    let terms: NamedValues =
        active_units.map(|active| ("active_units", active)).into_iter().collect();
    let epoch = |(number, loss): (usize, &f64)| Metrics {
        epoch: number + 1,
        step: number + 1,
        train: Losses::default(),
        valid: Losses { loss: *loss, terms: terms.clone(), ..Losses::default() },
        images_per_second: 0.0,
        seconds: 0.0,
    };
    losses.iter().enumerate().map(epoch).collect()
}

fn latent(kind: impl Into<Kind>) -> Arc<dyn Latent> {
    kind.into().settings().build(2).unwrap()
}

#[test]
fn what_goes_wrong_silently_is_said() {
    let same = Codes::new(2, vec![0.5, 0.0, 0.5, 0.0, 0.5, 0.0]);
    let varied = Codes::new(2, vec![0.5, 0.0, 0.5, 1.0, 0.5, 0.0]);
    let one = Codes::new(2, vec![0.5, 0.0]);
    let (falling, still): (&[f64], &[f64]) = (&[3.0, 2.0, 1.0], &[2.0, 2.001, 1.999]);
    let (collapsed, off, unmoved) =
        ("posterior collapse: ", "the code is the same", "the validation loss has not moved");
    let (plain, gaussian) = (latent(Plain::default()), latent(Gaussian::default()));
    for (bottleneck, losses, active, codes, expected) in [
        (&plain, falling, None, &varied, vec![]),
        (&plain, falling, None, &same, vec![off]),
        (&plain, &falling[..2], None, &same, vec![]),
        (&plain, falling, None, &one, vec![]),
        (&plain, still, None, &varied, vec![unmoved]),
        (&plain, &still[..2], None, &varied, vec![]),
        (&plain, still, None, &same, vec![off, unmoved]),
        (&plain, &[2.0, 2.1, 2.0], None, &varied, vec![]),
        (&plain, &[-2.0, -2.1, -2.0], None, &varied, vec![]),
        (&plain, &[-2.0, -2.0, -2.0], None, &varied, vec![unmoved]),
        (&gaussian, falling, Some(0), &same, vec![collapsed]),
        (&gaussian, falling, Some(1), &same, vec![]),
        (&gaussian, &falling[..2], Some(0), &same, vec![]),
        (&gaussian, still, Some(0), &same, vec![collapsed, unmoved]),
    ] {
        let mut watch = Watch::default();
        let history = history(losses, active);
        let found = watch.warnings(&**bottleneck, &history, codes);
        assert_eq!(found.len(), expected.len(), "{losses:?}, {active:?}: {found:?}");
        for (warning, expected) in found.iter().zip(expected) {
            assert!(warning.message.starts_with(expected), "{warning}");
            let remedies = warning.hint.iter().flat_map(Hint::parts);
            let set = |part: &HintPart| matches!(part, HintPart::Set { .. });
            assert!(remedies.filter(|part| set(part)).count() > 0, "no remedy: {warning}");
        }
        assert!(watch.warnings(&**bottleneck, &history, codes).is_empty(), "said twice");
        assert_eq!(watch.holding(), found);
    }
}

#[test]
fn a_warning_that_no_longer_holds_is_history() {
    let same = Codes::new(2, vec![0.5, 0.0, 0.5, 0.0]);
    let varied = Codes::new(2, vec![0.5, 0.0, 0.5, 1.0]);
    let plain = latent(Plain::default());
    let mut watch = Watch::default();
    let mut losses = vec![2.0; 3];
    assert_eq!(watch.warnings(&*plain, &history(&losses, None), &same).len(), 2);
    losses.push(2.0);
    assert!(watch.warnings(&*plain, &history(&losses, None), &same).is_empty());
    let unmoved = "the validation loss has not moved from 2.0000 in 4 epochs";
    assert_eq!(watch.holding()[1].message, unmoved);
    assert!(watch.past().is_empty());

    losses.push(1.0);
    assert!(watch.warnings(&*plain, &history(&losses, None), &varied).is_empty());
    assert!(watch.holding().is_empty());
    let past = watch.past();
    assert_eq!(past.iter().map(|past| past.epoch).collect::<Vec<_>>(), [4, 4]);
    assert_eq!(past[1].warning.message, unmoved);

    // It holds again, and has been said.
    losses.push(1.0);
    assert!(watch.warnings(&*plain, &history(&losses, None), &same).is_empty());
    assert_eq!((watch.holding().len(), watch.past().len()), (1, 1));
}

#[test]
fn warnings_name_their_numbers() {
    let varied = Codes::new(2, vec![0.5, 0.0, 0.5, 1.0]);
    let history = history(&[0.25, 0.25, 0.25, 0.25], None);
    let warnings = Watch::default().warnings(&*latent(Plain::default()), &history, &varied);
    let expected = "the validation loss has not moved from 0.2500 in 4 epochs";
    assert_eq!(warnings[0].message, expected);
}
