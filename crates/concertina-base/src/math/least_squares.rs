//! Linear least squares by the normal equations.

use super::cholesky::Factor;
use super::vectors::{add_scaled, dot};

/// Relative to the mean of the diagonal, what is added to it: inputs that depend on each other
/// still have a solution.
const RIDGE: f64 = 1e-8;

/// Sums over examples, from which the linear maps from an input to each output are found.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    size: usize,
    /// Sums of products of inputs, `[size, size]`, the lower triangle.
    inputs: Vec<f64>,
    /// Sums of products of each output with the inputs, `[outputs, size]`.
    outputs: Vec<f64>,
}

impl LeastSquares {
    /// For inputs of `size` numbers; without examples.
    pub fn new(size: usize, n_outputs: usize) -> Self {
        Self { size, inputs: vec![0.0; size * size], outputs: vec![0.0; n_outputs * size] }
    }

    /// Adds an example.
    pub fn add(&mut self, input: &[f64], outputs: &[f64]) {
        let size = self.size;
        for (row, x) in self
            .inputs
            .chunks_exact_mut(size)
            .zip(input)
            .enumerate()
            .map(|(place, (row, x))| (&mut row[..=place], x))
        {
            add_scaled(row, *x, input);
        }
        for (row, y) in self.outputs.chunks_exact_mut(size).zip(outputs) {
            add_scaled(row, *y, input);
        }
    }

    /// Adds the examples of another.
    pub fn merge(&mut self, other: &Self) {
        add_scaled(&mut self.inputs, 1.0, &other.inputs);
        add_scaled(&mut self.outputs, 1.0, &other.outputs);
    }

    /// The coefficients of each output, `[outputs, size]`; `None` if there is no example but zeros.
    pub fn solve(&self) -> Option<Vec<f64>> {
        let size = self.size;
        let mut matrix = self.inputs.clone();
        let trace: f64 = (0..size).map(|i| matrix[i * size + i]).sum();
        for i in 0..size {
            matrix[i * size + i] += RIDGE * trace / size as f64;
        }
        let factor = Factor::of_full(matrix, size)?;
        let lower = factor.values();
        let mut solved = self.outputs.clone();
        for x in solved.chunks_exact_mut(size) {
            for row in 0..size {
                let known = dot(&lower[row * size..row * size + row], &x[..row]);
                x[row] = (x[row] - known) / lower[row * size + row];
            }
            for row in (0..size).rev() {
                let known: f64 = (row + 1..size).map(|i| lower[i * size + row] * x[i]).sum();
                x[row] = (x[row] - known) / lower[row * size + row];
            }
        }
        Some(solved)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn a_linear_map_is_found_again() {
        let (size, n) = (6, 200);
        let maps: Vec<f64> = normal(2 * size, 1).into_iter().map(f64::from).collect();
        let inputs: Vec<f64> = normal(n * size, 2).into_iter().map(f64::from).collect();
        let mut parts = [LeastSquares::new(size, 2), LeastSquares::new(size, 2)];
        for (i, input) in inputs.chunks_exact(size).enumerate() {
            let outputs: Vec<f64> = maps.chunks_exact(size).map(|map| dot(map, input)).collect();
            parts[i % 2].add(input, &outputs);
        }
        let [mut whole, other] = parts;
        whole.merge(&other);
        for (found, expected) in whole.solve().unwrap().iter().zip(&maps) {
            assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
        }
    }

    #[test]
    fn dependent_inputs_have_a_solution_and_none_have_not() {
        let mut twice = LeastSquares::new(2, 1);
        for x in [1.0, 2.0, 3.0] {
            twice.add(&[x, x], &[4.0 * x]);
        }
        let found = twice.solve().unwrap();
        assert!((found[0] + found[1] - 4.0).abs() < 1e-6, "{found:?}");
        assert_eq!(LeastSquares::new(2, 1).solve(), None);
    }
}
