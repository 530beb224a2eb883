//! Minimisation of a smooth convex function by L-BFGS.

use std::collections::VecDeque;

use crate::math::vectors::{add_scaled, dot};

/// The number of past steps that approximate the curvature.
const MEMORY: usize = 10;
/// The sufficient decrease of a step, as a fraction of the decrease predicted by the gradient
/// (Armijo's rule).
const MIN_DECREASE: f64 = 1e-4;
/// The relative error of a value whose products are computed in f32. Gradients are accurate beyond
/// that, so increases up to this error are accepted.
const ROUNDING: f64 = 1e-7;
/// The maximum number of halvings of a step; after them the value cannot be decreased further.
const MAX_HALVINGS: usize = 30;

/// The limits of a minimisation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The maximum number of steps.
    pub(super) max_steps: usize,
    /// The minimisation ends when no entry of the gradient exceeds this by magnitude.
    pub(super) min_gradient: f64,
}

struct Step {
    displacement: Vec<f64>,
    change: Vec<f64>,
    product: f64,
}

/// Minimises `function`, which returns value and gradient, from `x` (Nocedal and Wright, "Numerical
/// Optimization", 2nd edition, algorithm 7.5). Returns the minimum point found.
pub(super) fn minimise(
    mut x: Vec<f64>,
    limits: Limits,
    function: impl Fn(&[f64]) -> (f64, Vec<f64>),
) -> Vec<f64> {
    let mut steps: VecDeque<Step> = VecDeque::new();
    let (mut value, mut gradient) = function(&x);
    for _ in 0..limits.max_steps {
        if gradient.iter().all(|g| g.abs() <= limits.min_gradient) {
            break;
        }
        let direction = direction(&gradient, &steps);
        let derivative = dot(&gradient, &direction);
        // The curvature is unknown before the first step.
        let mut length =
            if steps.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt() } else { 1.0 };
        let mut found = None;
        for _ in 0..MAX_HALVINGS {
            let mut next = x.clone();
            add_scaled(&mut next, length, &direction);
            let (next_value, next_gradient) = function(&next);
            if next_value <= value + MIN_DECREASE * length * derivative + ROUNDING * value.abs() {
                found = Some((next, next_value, next_gradient));
                break;
            }
            length *= 0.5;
        }
        let Some((next, next_value, next_gradient)) = found else { break };
        let difference =
            |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
        let (displacement, change) = (difference(&next, &x), difference(&next_gradient, &gradient));
        let product = dot(&displacement, &change);
        if product > 0.0 {
            steps.push_back(Step { displacement, change, product });
        }
        if steps.len() > MEMORY {
            steps.pop_front();
        }
        (x, value, gradient) = (next, next_value, next_gradient);
    }
    x
}

/// The descent direction, with the curvature approximated from past steps.
fn direction(gradient: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut q = gradient.to_vec();
    let mut coefficients = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let coefficient = dot(&step.displacement, &q) / step.product;
        add_scaled(&mut q, -coefficient, &step.change);
        coefficients.push(coefficient);
    }
    let scale = steps.back().map_or(1.0, |last| last.product / dot(&last.change, &last.change));
    for q in &mut q {
        *q *= scale;
    }
    for (step, coefficient) in steps.iter().zip(coefficients.into_iter().rev()) {
        let back = dot(&step.change, &q) / step.product;
        add_scaled(&mut q, coefficient - back, &step.displacement);
    }
    for q in &mut q {
        *q = -*q;
    }
    q
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_bottom_of_a_narrow_valley_is_found() {
        let goal: Vec<f64> = (0..30).map(|i| f64::from(i) - 10.0).collect();
        let curvature: Vec<f64> = (0..30).map(|i| 10f64.powi(i % 4)).collect();
        let function = |x: &[f64]| {
            let away: Vec<f64> = x.iter().zip(&goal).map(|(x, goal)| x - goal).collect();
            let gradient: Vec<f64> = away.iter().zip(&curvature).map(|(d, c)| d * c).collect();
            (0.5 * dot(&away, &gradient), gradient)
        };
        let limits = Limits { max_steps: 200, min_gradient: 1e-8 };
        let found = minimise(vec![0.0; 30], limits, function);
        assert_eq!(found.len(), 30);
        for (found, goal) in found.iter().zip(&goal) {
            assert!((found - goal).abs() < 1e-7, "{found}, not {goal}");
        }
    }

    /// Where one step from 0 ends, and the number of evaluations. The slope at 0 is downwards, and
    /// the first trial, at 1, has the value `there`; nearer points are low enough.
    fn one_step(value: f64, slope: f64, there: f64) -> (f64, usize) {
        let evaluations = Cell::new(0);
        let function = |x: &[f64]| {
            evaluations.set(evaluations.get() + 1);
            let value = match x[0] {
                0.0 => value,
                x if x > 0.9 => there,
                _ => value - 1.0,
            };
            (value, vec![slope])
        };
        let limits = Limits { max_steps: 1, min_gradient: 0.0 };
        (minimise(vec![0.0], limits, function)[0], evaluations.get())
    }

    #[test]
    fn a_step_decreases_the_value_by_a_share_of_what_the_slope_promises() {
        for (value, slope, there, end, evaluations) in [
            // A unit step, which must gain a ten-thousandth.
            (1.0, -1.0, 1.0 - 2e-4, 1.0, 2),
            (1.0, -1.0, 1.0 - 0.5e-4, 0.5, 3),
            (1.0, -1.0, 1.0 + 0.5e-4, 0.5, 3),
            // Increases within the rounding errors of the value, 1e-4 here, are accepted.
            (1000.0, -1e-3, 1000.0 + 0.5e-4, 1.0, 2),
            (1000.0, -1e-3, 1000.0 + 2e-4, 0.5, 3),
        ] {
            let found = one_step(value, slope, there);
            let case = format!("{value} {slope} {there}: {found:?}");
            assert!((found.0 - end).abs() < 1e-9 && found.1 == evaluations, "{case}");
        }
    }

    #[test]
    fn it_ends_where_no_entry_of_the_gradient_exceeds_the_limit() {
        for (gradient, steps) in
            [([0.0, 0.0], 0), ([1e-3, -1e-3], 0), ([0.0, -2e-3], 1), ([2e-3, 2e-3], 1)]
        {
            let evaluations = Cell::new(0);
            let function = |x: &[f64]| {
                evaluations.set(evaluations.get() + 1);
                (dot(x, &gradient), gradient.to_vec())
            };
            minimise(vec![0.0; 2], Limits { max_steps: 1, min_gradient: 1e-3 }, function);
            assert_eq!(evaluations.get(), 1 + steps, "{gradient:?}");
        }
    }

    #[test]
    fn a_slope_without_curvature_is_followed_by_unit_steps() {
        let limits = Limits { max_steps: 3, min_gradient: 1e-3 };
        assert_eq!(minimise(vec![0.0], limits, |x| (-x[0], vec![-1.0])), [3.0]);
    }

    #[test]
    fn the_curvature_is_that_of_past_steps() {
        let step = |displacement: [f64; 3], change: [f64; 3]| Step {
            product: dot(&displacement, &change),
            displacement: displacement.to_vec(),
            change: change.to_vec(),
        };
        // The last change of the gradient is taken back by the last displacement, exactly.
        let steps = VecDeque::from([
            step([1.0, 0.5, 0.0], [2.0, 0.0, 1.0]),
            step([0.0, 1.0, -1.0], [0.5, 3.0, -1.0]),
        ]);
        assert_eq!(direction(&steps[1].change, &steps), [0.0, -1.0, 1.0]);
        // Across all steps it is the mean curvature of the last, 8 / 16.
        let steps = VecDeque::from([step([2.0, 0.0, 0.0], [4.0, 0.0, 0.0])]);
        assert_eq!(direction(&[4.0, 3.0, -1.0], &steps), [-2.0, -1.5, 0.5]);
        assert_eq!(direction(&[4.0, 3.0, -1.0], &VecDeque::new()), [-4.0, -3.0, 1.0]);
    }
}
