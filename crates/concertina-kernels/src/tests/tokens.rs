//! Tokens: gathered rows in place of products with ones and zeros.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::numbers::{eighths, eighths_for, size};
use super::passes::passes;
use crate::layer::{Layer, Voice};
use crate::sequential::Sequential;

const VOICES: [Voice; 3] = [
    Voice { classes: 5, bits: None },
    Voice { classes: 8, bits: Some(3) },
    Voice { classes: 2, bits: None },
];

fn one_hot() -> Layer {
    Layer::OneHot { voices: VOICES.to_vec() }
}

#[test]
fn a_token_becomes_ones_among_zeros() {
    let model = Sequential::new([1, 3, 3], &[one_hot()]).unwrap();
    assert_eq!(model.output(), [1, 3, 11]);
    let x = [4.0, 5.0, 0.0, 0.0, 0.0, 1.0, 5.0, -0.5, f32::NAN];
    let y = model.forward(&[], &x, 1);
    let expected = [
        [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
        // The empty set has a one of its own.
        [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0],
        // None of the classes.
        [0.0; 11],
    ];
    assert_eq!(y, expected.concat());
}

#[test]
fn lstms_read_tokens_as_they_read_ones_and_zeros() {
    let lstms = [
        Layer::Lstm { hidden: 7, return_sequences: true },
        Layer::Lstm { hidden: 7, return_sequences: false },
        Layer::BidirectionalLstm { hidden: 9, return_sequences: true, segments: 1 },
        Layer::BidirectionalLstm { hidden: 9, return_sequences: false, segments: 3 },
    ];
    for lstm in lstms {
        let tokens = Sequential::new([1, 6, 3], &[one_hot(), lstm.clone()]).unwrap();
        let vectors = Sequential::new([1, 6, 11], &[lstm]).unwrap();
        let (batch, parameters) = (40, eighths_for(&tokens, 1));
        // The first half repeats itself after five examples: those are computed once.
        let token = |n| if n < 360 { n * 7 + n / 5 } else { n * n / 7 + n };
        let x: Vec<f32> = (0..batch * 18).map(|n| (token(n) % 9) as f32).collect();
        let ones = Sequential::new([1, 6, 3], &[one_hot()]).unwrap().forward(&[], &x, batch);
        let grad = eighths(batch * size(tokens.output()), 2);
        let [y, grad_parameters, grad_x] = passes(&tokens, &parameters, &x, &grad, batch);
        let [expected, expected_parameters, _] = passes(&vectors, &parameters, &ones, &grad, batch);
        for (found, expected) in
            y.iter().chain(&grad_parameters).zip(expected.iter().chain(&expected_parameters))
        {
            assert!((found - expected).abs() < 2e-5 * expected.abs().max(1.0));
        }
        assert!(grad_x.iter().all(|grad| *grad == 0.0));
        assert_eq!(y, tokens.forward(&parameters, &x, batch));
        let [len, out] = [tokens.input(), tokens.output()].map(size);
        let alone = tokens.forward(&parameters, &x[len..2 * len], 1);
        assert_eq!(alone, y[out..2 * out], "an answer depends on its example alone");
    }
}
