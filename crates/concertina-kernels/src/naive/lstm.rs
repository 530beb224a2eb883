//! The textbook's long short-term memory, one value at a time.

use super::sites::{Sites, place};
use crate::layer::{Layer, Shape};

/// One LSTM, for one sequence.
pub(super) struct Lstm<'a> {
    pub(super) input: Shape,
    pub(super) hidden: usize,
    pub(super) return_sequences: bool,
    /// Where its tensors begin.
    pub(super) weight: usize,
    pub(super) recurrent: usize,
    pub(super) bias: usize,
    pub(super) parameters: &'a [f64],
}

/// What one step computes.
struct Step {
    /// i, f, g, o.
    gates: [Vec<f64>; 4],
    c: Vec<f64>,
    h: Vec<f64>,
}

impl<'a> Lstm<'a> {
    pub(super) fn of(sites: &Sites, parameters: &'a [f64]) -> Self {
        let Layer::Lstm { hidden, return_sequences } = *sites.layer else {
            unreachable!("only called for this kind of layer")
        };
        let Sites { input, weight, recurrent, bias, .. } = *sites;
        Lstm { input, hidden, return_sequences, weight, recurrent, bias, parameters }
    }

    /// `h` of all steps.
    pub(super) fn outputs(&self, x: &[f64]) -> Vec<Vec<f64>> {
        self.steps(x).into_iter().map(|step| step.h).collect()
    }

    fn steps(&self, x: &[f64]) -> Vec<Step> {
        let [_, height, _] = self.input;
        let mut steps: Vec<Step> = Vec::new();
        for t in 0..height {
            let before = steps.last();
            let gates = [0, 1, 2, 3].map(|gate| {
                (0..self.hidden)
                    .map(|k| {
                        let row = gate * self.hidden + k;
                        let mut sum = self.parameters[self.bias + row];
                        for (n, from) in self.row(t).into_iter().enumerate() {
                            sum += self.parameters[self.weight_at(row, n)] * x[from];
                        }
                        for (n, h) in before.iter().flat_map(|step| step.h.iter().enumerate()) {
                            sum += self.parameters[self.recurrent_at(row, n)] * h;
                        }
                        if gate == 2 { sum.tanh() } else { 1.0 / (1.0 + (-sum).exp()) }
                    })
                    .collect::<Vec<f64>>()
            });
            let [i, f, g, o] = &gates;
            let c: Vec<f64> = (0..self.hidden)
                .map(|k| f[k] * before.map_or(0.0, |step| step.c[k]) + i[k] * g[k])
                .collect();
            let h = c.iter().zip(o).map(|(c, o)| o * c.tanh()).collect();
            steps.push(Step { gates, c, h });
        }
        steps
    }

    /// Adds to the gradient of the parameters and returns that of the input.
    pub(super) fn backward(&self, x: &[f64], grad: &[f64], to: &mut [f64]) -> Vec<f64> {
        let steps = self.steps(x);
        let mut grad_x = vec![0.0; x.len()];
        let mut grad_h = vec![0.0; self.hidden];
        let mut grad_c = vec![0.0; self.hidden];
        for (t, step) in steps.iter().enumerate().rev() {
            let before = t.checked_sub(1).map(|t| &steps[t]);
            let outside = if self.return_sequences {
                &grad[t * self.hidden..]
            } else if t + 1 == steps.len() {
                grad
            } else {
                &[]
            };
            grad_h.iter_mut().zip(outside).for_each(|(sum, grad)| *sum += grad);
            let mut grad_h_before = vec![0.0; self.hidden];
            for k in 0..self.hidden {
                let [i, f, g, o] = step.gates.each_ref().map(|gate| gate[k]);
                let tanh_c = step.c[k].tanh();
                grad_c[k] += grad_h[k] * o * (1.0 - tanh_c * tanh_c);
                let c_before = before.map_or(0.0, |step| step.c[k]);
                let grads = [
                    grad_c[k] * g * i * (1.0 - i),
                    grad_c[k] * c_before * f * (1.0 - f),
                    grad_c[k] * i * (1.0 - g * g),
                    grad_h[k] * tanh_c * o * (1.0 - o),
                ];
                grad_c[k] *= f;
                for (gate, grad) in grads.into_iter().enumerate() {
                    let row = gate * self.hidden + k;
                    to[self.bias + row] += grad;
                    for (n, from) in self.row(t).into_iter().enumerate() {
                        to[self.weight_at(row, n)] += grad * x[from];
                        grad_x[from] += grad * self.parameters[self.weight_at(row, n)];
                    }
                    for (n, h) in before.iter().flat_map(|step| step.h.iter().enumerate()) {
                        to[self.recurrent_at(row, n)] += grad * h;
                        grad_h_before[n] += grad * self.parameters[self.recurrent_at(row, n)];
                    }
                }
            }
            grad_h = grad_h_before;
        }
        grad_x
    }

    /// Where the values of a step lie in the image.
    fn row(&self, t: usize) -> Vec<usize> {
        let [channels, _, width] = self.input;
        let channel = |c| (0..width).map(move |x| place(self.input, [c, t, x]));
        (0..channels).flat_map(channel).collect()
    }

    fn weight_at(&self, row: usize, input: usize) -> usize {
        let [channels, _, width] = self.input;
        self.weight + row * channels * width + input
    }

    fn recurrent_at(&self, row: usize, hidden: usize) -> usize {
        self.recurrent + row * self.hidden + hidden
    }
}
