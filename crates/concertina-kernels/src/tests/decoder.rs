//! The autoregressive decoder.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::numbers::{eighths, eighths_for, size};
use super::passes::passes;
use crate::layer::{Core, Layer, LstmDecoder, Voice};
use crate::naive;
use crate::sequential::Sequential;
use crate::simd::Level;

/// E.
const CODE: usize = 6;

pub(super) fn flat() -> LstmDecoder {
    LstmDecoder {
        steps: 5,
        segments: 1,
        conductor: Vec::new(),
        voices: vec![Voice { classes: 9, bits: None }],
        cores: vec![Core { voices: 1, hidden: vec![7, 20] }],
    }
}

pub(super) fn hierarchical() -> LstmDecoder {
    LstmDecoder {
        steps: 6,
        segments: 3,
        conductor: vec![5, 8],
        voices: vec![
            Voice { classes: 4, bits: None },
            Voice { classes: 8, bits: Some(3) },
            Voice { classes: 6, bits: None },
        ],
        cores: vec![Core { voices: 2, hidden: vec![9] }, Core { voices: 1, hidden: vec![6, 4] }],
    }
}

/// A model of one layer with parameters.
pub(super) struct Example {
    decoder: LstmDecoder,
    pub(super) model: Sequential,
    pub(super) parameters: Vec<f32>,
}

impl Example {
    pub(super) fn of(decoder: LstmDecoder) -> Self {
        Self::at(decoder, Level::best())
    }

    fn at(decoder: LstmDecoder, level: Level) -> Self {
        let len = CODE + decoder.steps * decoder.voices.len() + 1;
        let layer = Layer::LstmDecoder(Box::new(decoder.clone()));
        let model = Sequential::with_level([len, 1, 1], &[layer], level).unwrap();
        let parameters = eighths_for(&model, 1);
        Example { decoder, model, parameters }
    }

    /// Codes with guides of tokens.
    pub(super) fn inputs(&self, batch: usize, seed: u64) -> Vec<f32> {
        let mut x = Vec::new();
        for example in 0..batch {
            x.extend(eighths(CODE, seed + example as u64));
            for step in 0..self.decoder.steps {
                let voices = self.decoder.voices.iter().enumerate();
                // Now and then none of the classes.
                x.extend(
                    voices.map(|(n, voice)| {
                        ((example * 5 + step * 3 + n) % (voice.classes + 1)) as f32
                    }),
                );
            }
            x.push(1.0);
        }
        x
    }

    fn textbook(&self, parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let inputs = x.chunks(size(self.model.input()));
        inputs.flat_map(|x| naive::forward(&self.model, parameters, x).pop().unwrap()).collect()
    }

    /// The guide replaced by `value` at all steps of an example, or at those that end no segment.
    fn guided(&self, x: &[f32], ends_too: bool, mut value: impl FnMut() -> f32) -> Vec<f32> {
        let LstmDecoder { steps, segments, voices, .. } = &self.decoder;
        let mut x = x.to_vec();
        for x in x.chunks_mut(size(self.model.input())) {
            for step in 0..*steps {
                let ends = (step + 1) % (steps / segments) == 0;
                for guide in &mut x[CODE + step * voices.len()..][..voices.len()] {
                    let value = value();
                    if ends_too || !ends {
                        *guide = value;
                    }
                }
            }
        }
        x
    }

    /// The tokens that these logits and guides choose, as guides.
    fn chosen(&self, x: &[f32], logits: &[f32]) -> Vec<f32> {
        let mut x = x.to_vec();
        let voices = &self.decoder.voices;
        let n_logits: usize = voices.iter().map(|voice| voice.classes).sum();
        let examples = x.chunks_mut(size(self.model.input()));
        for (x, logits) in examples.zip(logits.chunks(size(self.model.output()))) {
            let temperature = x[x.len() - 1];
            for (step, logits) in logits.chunks(n_logits).enumerate() {
                let mut logits = logits;
                for (n, voice) in voices.iter().enumerate() {
                    let (own, rest) = logits.split_at(voice.classes);
                    logits = rest;
                    let guide = &mut x[CODE + step * voices.len() + n];
                    *guide = crate::next_token(*guide, own, temperature);
                }
            }
        }
        x
    }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

#[test]
fn logits_and_gradients_are_the_textbooks() {
    for decoder in [flat(), hierarchical()] {
        for level in Level::all() {
            let example = Example::at(decoder.clone(), level);
            let (batch, step) = (37, 1e-5);
            let x = example.inputs(batch, 3);
            let grad = eighths(batch * size(example.model.output()), 4);
            let [y, grad_parameters, grad_x] =
                passes(&example.model, &example.parameters, &x, &grad, batch);
            assert_eq!(y, example.model.forward(&example.parameters, &x, batch));
            let (parameters, x) = (wide(&example.parameters), wide(&x));
            let expected = example.textbook(&parameters, &x);
            for (found, expected) in y.iter().zip(&expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} for {expected}");
            }
            // A part of all parameters, and of the codes, by difference quotients.
            let loss = |parameters: &[f64], x: &[f64]| -> f64 {
                let y = example.textbook(parameters, x);
                y.iter().zip(&grad).map(|(y, grad)| y * f64::from(*grad)).sum()
            };
            let check = |found: f32, above: f64, below: f64, what: &str| {
                let expected = (above - below) / (2.0 * step);
                let error = (f64::from(found) - expected).abs();
                assert!(error < 2e-4 * expected.abs().max(1.0), "{what}: {found} for {expected}");
            };
            for tensor in example.model.parameters() {
                for n in [tensor.range.start, tensor.range.end - 1, tensor.range.start + 2] {
                    let moved = |step: f64| {
                        let mut parameters = parameters.clone();
                        parameters[n] += step;
                        loss(&parameters, &x)
                    };
                    check(grad_parameters[n], moved(step), moved(-step), &tensor.name);
                }
            }
            let len = size(example.model.input());
            for n in [0, CODE - 1, 36 * len + 2] {
                let moved = |step: f64| {
                    let mut x = x.clone();
                    x[n] += step;
                    loss(&parameters, &x)
                };
                check(grad_x[n], moved(step), moved(-step), "code");
            }
            assert!(grad_x[CODE..len].iter().all(|grad| *grad == 0.0), "the guide is constant");
        }
    }
}

#[test]
fn what_was_chosen_and_then_forced_gives_the_same_bits() {
    for decoder in [flat(), hierarchical()] {
        let example = Example::of(decoder);
        for (guide, temperature) in [(-1.0, 1.0), (-0.3, 1.0), (-0.9, 0.5), (-0.5, 0.0)] {
            for ends_too in [true, false] {
                let mut x = example.guided(&example.inputs(34, 5), ends_too, || guide);
                for x in x.chunks_mut(size(example.model.input())) {
                    *x.last_mut().unwrap() = temperature;
                }
                let y = example.model.forward(&example.parameters, &x, 34);
                let forced = example.chosen(&x, &y);
                assert!(forced.iter().any(|token| *token > 0.0));
                assert_eq!(example.model.forward(&example.parameters, &forced, 34), y);
                if !ends_too {
                    let (taped, _) = example.model.forward_taped(&example.parameters, &x, 34);
                    assert_eq!(taped, y);
                }
            }
        }
    }
}

#[test]
fn an_example_is_decoded_alike_in_any_batch() {
    for decoder in [flat(), hierarchical()] {
        let example = Example::of(decoder);
        let mut place = 0.0;
        let x = example.guided(&example.inputs(40, 7), true, || {
            place = (place + 0.37) % 1.0;
            -place
        });
        let all = example.model.forward(&example.parameters, &x, 40);
        let [from, to] = [example.model.input(), example.model.output()].map(size);
        for n in [0, 31, 32, 39] {
            let alone = example.model.forward(&example.parameters, &x[n * from..][..from], 1);
            assert_eq!(alone, all[n * to..][..to]);
        }
    }
}

#[test]
fn parameters_have_names_and_fans() {
    let example = Example::of(hierarchical());
    let found: Vec<(&str, &[usize], usize)> = example
        .model
        .parameters()
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice(), tensor.fan_in))
        .collect();
    for expected in [
        ("conductor.state.weight", &[26, 6][..], 6),
        ("conductor.0.recurrent_weight", &[20, 5], 5),
        ("conductor.1.weight", &[32, 5], 5),
        ("core.0.state.weight", &[18, 8], 8),
        ("core.0.tokens.weight", &[36, 8], 16),
        ("core.0.code.weight", &[36, 8], 16),
        ("core.1.1.weight", &[16, 6], 6),
        ("core.1.output.weight", &[6, 4], 4),
        ("core.1.output.bias", &[6], 4),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
}

#[test]
#[should_panic(expected = "in training a guide says")]
fn training_needs_the_ends_of_segments() {
    let example = Example::of(hierarchical());
    let x = example.guided(&example.inputs(2, 1), true, || -0.5);
    drop(example.model.forward_taped(&example.parameters, &x, 2));
}
