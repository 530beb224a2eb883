//! The learning rate at each step.

use std::f32::consts::PI;

use crate::recipe::{Schedule, Training};

/// The learning rate of step number `step` (from 0) of `n_steps`.
pub(super) fn learning_rate(training: &Training, step: usize, n_steps: usize) -> f32 {
    let (Schedule::Constant { warm_up_steps }
    | Schedule::Cosine { warm_up_steps, .. }
    | Schedule::Stages { warm_up_steps, .. }) = training.schedule;
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
        Schedule::Stages { stages, growth, final_fraction, .. } => {
            let stage = stage(step, n_steps, stages, f64::from(growth));
            let fallen = stage as f32 / (stages - 1).max(1) as f32;
            training.learning_rate * final_fraction.powf(fallen)
        }
    }
}

/// The stage, from 0, of a step, where each stage is `growth` times as long as the previous one.
fn stage(step: usize, n_steps: usize, stages: usize, growth: f64) -> usize {
    let lengths = std::iter::successors(Some(1.0), |length| Some(length * growth)).take(stages);
    let all: f64 = lengths.clone().sum();
    let place = step as f64 / n_steps as f64 * all;
    let mut end = 0.0;
    let over = lengths.take_while(|length| {
        end += length;
        end <= place
    });
    over.count().min(stages - 1)
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
        let stages = |stages, growth| Schedule::Stages {
            warm_up_steps: 0,
            stages,
            growth,
            final_fraction: 0.25,
        };
        assert_eq!(rates(stages(3, 2.0)), [1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]);
        assert_eq!(rates(stages(1, 2.0)), [1.0; 7]);
    }

    /// Burda et al. 2015, section 5: 1e-3 x 10^(-i/7) for 3^i of 3,280 epochs.
    #[test]
    fn stages_are_those_of_the_paper() {
        let mut epoch = 0;
        for i in 0..8 {
            for within in [0, 3_usize.pow(i) - 1] {
                assert_eq!(stage(epoch + within, 3280, 8, 3.0), i as usize, "{epoch} + {within}");
            }
            epoch += 3_usize.pow(i);
        }
        assert_eq!(epoch, 3280);
    }
}
