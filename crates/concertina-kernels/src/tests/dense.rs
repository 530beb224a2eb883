//! Dense layers of any size agree with the textbook, for all instructions.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::numbers::eighths;
use super::passes::{Passes, passes};
use crate::layer::{Activation, Layer};
use crate::product::Matrix;
use crate::sequential::Sequential;
use crate::simd::{Kernel, Level, Simd};

fn model(inputs: usize, outputs: usize, activation: Activation, level: Level) -> Sequential {
    let layer = Layer::Dense { outputs, activation };
    Sequential::with_level([inputs, 1, 1], &[layer], level).unwrap()
}

/// Parameters, input and gradient of the output; no sums of them are exact.
fn numbers(model: &Sequential, batch: usize) -> [Vec<f32>; 3] {
    let [inputs, outputs] = [model.input()[0], model.output()[0]];
    let sizes = [model.n_parameters(), batch * inputs, batch * outputs];
    let scale = (inputs as f32).sqrt().recip();
    [(1, scale), (2, 1.0), (3, 1.0)].map(|(seed, scale)| {
        let values = eighths(sizes[seed - 1], seed as u64).into_iter().enumerate();
        values.map(|(n, x)| scale * (x + 0.1 * (n as f32 * 0.618).fract())).collect()
    })
}

fn textbook(model: &Sequential, activation: Activation, numbers: &[Vec<f32>; 3]) -> [Vec<f64>; 3] {
    let [inputs, outputs] = [model.input()[0], model.output()[0]];
    let [parameters, x, grad] =
        numbers.each_ref().map(|x| x.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
    let (weight, bias) = parameters.split_at(inputs * outputs);
    let mut y = Vec::new();
    let mut grad_parameters = vec![0.0; parameters.len()];
    let mut grad_x = vec![0.0; x.len()];
    let images = x.chunks(inputs).zip(grad.chunks(outputs)).zip(grad_x.chunks_mut(inputs));
    for ((x, grad), grad_x) in images {
        for output in 0..outputs {
            let row = output * inputs..(output + 1) * inputs;
            let products = x.iter().zip(&weight[row.clone()]).map(|(x, w)| x * w);
            let sum = bias[output] + products.sum::<f64>();
            let (value, derivative) = match activation {
                Activation::Identity => (sum, 1.0),
                Activation::Relu => (sum.max(0.0), f64::from(sum > 0.0)),
                Activation::LeakyRelu(slope) if sum <= 0.0 => {
                    (sum * f64::from(slope), f64::from(slope))
                }
                Activation::LeakyRelu(_) => (sum, 1.0),
                Activation::Sigmoid => {
                    let p = 1.0 / (1.0 + (-sum).exp());
                    (p, p * (1.0 - p))
                }
                Activation::Tanh => (sum.tanh(), 1.0 - sum.tanh().powi(2)),
            };
            y.push(value);
            let grad = grad[output] * derivative;
            grad_parameters[inputs * outputs + output] += grad;
            for (n, (x, grad_x)) in row.zip(x.iter().zip(&mut *grad_x)) {
                grad_parameters[n] += grad * x;
                *grad_x += grad * weight[n];
            }
        }
    }
    [y, grad_parameters, grad_x]
}

fn assert_agrees(inputs: usize, outputs: usize, batch: usize, activation: Activation) {
    for level in Level::all() {
        let model = model(inputs, outputs, activation, level);
        let numbers = numbers(&model, batch);
        let [parameters, x, grad] = &numbers;
        let expected = textbook(&model, activation, &numbers);
        let found = passes(&model, parameters, x, grad, batch);
        for (what, (expected, found)) in
            ["output", "parameters", "input"].iter().zip(expected.iter().zip(&found))
        {
            assert_eq!(expected.len(), found.len());
            let scale = expected.iter().fold(0.01_f64, |scale, x| scale.max(x.abs()));
            for (n, (expected, found)) in expected.iter().zip(found).enumerate() {
                let error = (expected - f64::from(*found)).abs() / scale;
                assert!(error < 1e-5, "{level:?} {what} {n}: {found}, not {expected}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_size_agrees_with_the_textbook(
        inputs in prop_oneof![1..20_usize, 1..220_usize],
        outputs in prop_oneof![1..20_usize, 1..120_usize],
        batch in prop_oneof![1..4_usize, 1..70_usize],
    ) {
        // No kink, whose side rounding could change.
        assert_agrees(inputs, outputs, batch, Activation::Identity);
        assert_agrees(inputs, outputs, batch, Activation::Sigmoid);
        assert_agrees(inputs, outputs, batch, Activation::Tanh);
    }
}

#[test]
fn sizes_beyond_all_blocks_agree_with_the_textbook() {
    for (inputs, outputs, batch) in
        [(784, 130, 17), (50, 400, 530), (401, 3, 290), (900, 70, 2), (1, 1, 1)]
    {
        assert_agrees(inputs, outputs, batch, Activation::Identity);
    }
    // The sums are far from the kink, or of few products.
    assert_agrees(2, 97, 33, Activation::Relu);
    assert_agrees(3, 49, 20, Activation::LeakyRelu(0.25));
}

#[test]
fn all_levels_with_a_fused_multiply_add_give_the_same_bits() {
    let passes_of = |level, images: usize| -> Passes {
        let model = model(401, 83, Activation::Sigmoid, level);
        let [parameters, x, grad] = numbers(&model, 150);
        passes(&model, &parameters, &x[..images * 401], &grad[..images * 83], images)
    };
    for level in Level::all() {
        let [y, _, grad_x] = passes_of(level, 150);
        // Neither do the other images of a batch matter.
        for images in [1, 3, 4, 5, 7, 16] {
            let found = passes_of(level, images);
            assert!(found[0] == y[..images * 83] && found[2] == grad_x[..images * 401]);
        }
        for images in [1, 4, 150] {
            let same = passes_of(level, images) == passes_of(Level::best(), images);
            assert!(same || !level.is_fused(), "{level:?}");
        }
    }
}

#[test]
fn transposed_squares_have_their_columns_as_rows() {
    struct Transpose<'a>(&'a [f32]);
    impl Kernel for Transpose<'_> {
        type Output = Vec<f32>;
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Vec<f32> {
            let mut rows = [&[0.0; 16]; 16];
            for (place, row) in rows.iter_mut().zip(self.0.as_chunks().0) {
                *place = row;
            }
            let mut found = vec![0.0; 256];
            for (to, column) in found.as_chunks_mut().0.iter_mut().zip(simd.transpose(rows)) {
                simd.store_to(to, column);
            }
            found
        }
    }
    let square: Vec<f32> = (0..256_u16).map(f32::from).collect();
    let expected: Vec<f32> = (0..256_u16).map(|n| f32::from(n % 16 * 16 + n / 16)).collect();
    for level in Level::all() {
        assert_eq!(level.run(Transpose(&square)), expected, "{level:?}");
    }
}

/// As in the gradient of a weight over all steps of sequences, with few and with many rows.
#[test]
fn deep_products_of_columns_agree_with_the_textbook() {
    for [rows, depth, columns] in
        [[37, 600, 70], [70, 600, 37], [16, 512, 33], [100, 1000, 40], [5, 700, 64]]
    {
        let [left, right] = [(1, rows), (2, columns)].map(|(seed, n)| eighths(depth * n, seed));
        let product = crate::matmul(
            Matrix::new(&left, depth, rows).transposed(),
            Matrix::new(&right, depth, columns),
        );
        for (n, found) in product.iter().enumerate() {
            let (row, column) = (n / columns, n % columns);
            let products = (0..depth).map(|k| left[k * rows + row] * right[k * columns + column]);
            // Of eighths the sum is exact in any order.
            assert_eq!(*found, products.sum::<f32>(), "{rows} x {depth} x {columns}: {n}");
        }
    }
}
