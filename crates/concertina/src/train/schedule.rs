//! The learning rate at each step.

use std::f32::consts::PI;

use crate::recipe::{Schedule, Training};

/// The learning rate of step number `step` (from 0) of `n_steps`.
pub(super) fn learning_rate(training: &Training, step: usize, n_steps: usize) -> f32 {
    let (Schedule::Constant { warm_up_steps } | Schedule::Cosine { warm_up_steps, .. }) =
        training.schedule;
    if step < warm_up_steps {
        return training.learning_rate * (step + 1) as f32 / warm_up_steps as f32;
    }
    match training.schedule {
        Schedule::Constant { .. } => training.learning_rate,
        Schedule::Cosine { final_fraction, .. } => {
            let length = n_steps.saturating_sub(warm_up_steps + 1).max(1);
            let done = (step - warm_up_steps) as f32 / length as f32;
            let wave = 0.5 * (1.0 + (PI * done.min(1.0)).cos());
            training.learning_rate * (final_fraction + (1.0 - final_fraction) * wave)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_fall_as_the_schedule_says() {
        let rates = |schedule| {
            let training = Training { learning_rate: 1.0, schedule, ..Training::default() };
            (0..7).map(|step| learning_rate(&training, step, 7)).collect::<Vec<_>>()
        };
        assert_eq!(rates(Schedule::Constant { warm_up_steps: 0 }), [1.0; 7]);
        assert_eq!(
            rates(Schedule::Constant { warm_up_steps: 4 }),
            [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0]
        );
        let cosine = rates(Schedule::Cosine { warm_up_steps: 2, final_fraction: 0.2 });
        for (rate, expected) in cosine.iter().zip([0.5, 1.0, 1.0, 0.8828, 0.6, 0.3172, 0.2]) {
            assert!((rate - expected).abs() < 1e-3, "{cosine:?}");
        }
    }
}
