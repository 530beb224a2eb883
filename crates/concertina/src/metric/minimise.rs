//! The least value of a smooth convex function, by L-BFGS.

use std::collections::VecDeque;

use crate::math::vectors::{add_scaled, dot};

/// Past steps that the curvature is read from.
const MEMORY: usize = 10;
/// Share of the fall promised by the slope that a step must bring (Armijo's rule).
const LEAST_FALL: f64 = 1e-4;
/// What rounding may add to a value, relative to it, if products are taken in f32. Gradients are worth following further than
/// such values tell.
const ROUNDING: f64 = 1e-7;
/// A step that was halved so often leads nowhere: the value is as small as rounding lets it be.
const MOST_HALVINGS: usize = 30;

/// Where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Steps.
    pub(super) most_steps: usize,
    /// Largest number by magnitude of the gradient.
    pub(super) least_slope: f64,
}

struct Step {
    way: Vec<f64>,
    change: Vec<f64>,
    product: f64,
}

/// Walks downhill from `x` (Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithm 7.5) and returns where it
/// comes to. `function` gives value and gradient.
pub(super) fn minimise(
    mut x: Vec<f64>,
    limits: Limits,
    function: impl Fn(&[f64]) -> (f64, Vec<f64>),
) -> Vec<f64> {
    let mut steps: VecDeque<Step> = VecDeque::new();
    let (mut value, mut gradient) = function(&x);
    for _ in 0..limits.most_steps {
        if gradient.iter().all(|slope| slope.abs() <= limits.least_slope) {
            break;
        }
        let direction = direction(&gradient, &steps);
        let slope = dot(&gradient, &direction);
        // Nothing is known of the curvature before the first step.
        let mut length =
            if steps.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt() } else { 1.0 };
        let mut found = None;
        for _ in 0..MOST_HALVINGS {
            let mut next = x.clone();
            add_scaled(&mut next, length, &direction);
            let (next_value, next_gradient) = function(&next);
            if next_value <= value + LEAST_FALL * length * slope + ROUNDING * value.abs() {
                found = Some((next, next_value, next_gradient));
                break;
            }
            length *= 0.5;
        }
        let Some((next, next_value, next_gradient)) = found else { break };
        let difference =
            |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
        let (way, change) = (difference(&next, &x), difference(&next_gradient, &gradient));
        let product = dot(&way, &change);
        if product > 0.0 {
            steps.push_back(Step { way, change, product });
        }
        if steps.len() > MEMORY {
            steps.pop_front();
        }
        (x, value, gradient) = (next, next_value, next_gradient);
    }
    x
}

/// Downhill, as the steps so far tell of the curvature.
fn direction(gradient: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut q = gradient.to_vec();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let share = dot(&step.way, &q) / step.product;
        add_scaled(&mut q, -share, &step.change);
        shares.push(share);
    }
    let scale = steps.back().map_or(1.0, |last| last.product / dot(&last.change, &last.change));
    for q in &mut q {
        *q *= scale;
    }
    for (step, share) in steps.iter().zip(shares.into_iter().rev()) {
        let back = dot(&step.change, &q) / step.product;
        add_scaled(&mut q, share - back, &step.way);
    }
    for q in &mut q {
        *q = -*q;
    }
    q
}

#[cfg(test)]
mod tests {
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
        let limits = Limits { most_steps: 200, least_slope: 1e-8 };
        let found = minimise(vec![0.0; 30], limits, function);
        for (found, goal) in found.iter().zip(&goal) {
            assert!((found - goal).abs() < 1e-7, "{found}, not {goal}");
        }
    }
}
