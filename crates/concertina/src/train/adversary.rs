//! The second and third phase of a step of an adversarial autoencoder.
//!
//! The first is an autoencoder's step: encode, decode, compare, and move both stacks. Then, each with a gradient of its own:
//!
//! 2. the discriminator learns to tell draws from the prior (1) from codes (0), and only it moves;
//! 3. the encoder learns to make codes that the discriminator takes for draws from the prior, and only it moves.
//!
//! If the discriminator is right half of the time, its loss is 2 ln 2 = 1.386 and the encoder's is ln 2 = 0.693: so it begins,
//! and so it would end if the codes could not be told from the prior.

use concertina_kernels::{Loss, Stack};

use super::learner::{Diverged, Learner, Moment};
use super::optimiser::{Gradients, clip, update};
use crate::bottleneck::Bottleneck;
use crate::model::{Architecture, Batch, Weights};
use crate::recipe::Recipe;

/// The losses of both sides, in nats, summed over the images of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Duel {
    /// The discriminator's: `-ln D(prior) - ln(1 - D(code))`.
    pub(crate) discriminator: f64,
    /// The encoder's, as the generator of codes: `-ln D(code)`.
    pub(crate) generator: f64,
}

/// What the discriminator says of codes and of as many draws from the prior.
pub(super) fn judge(
    discriminator: &Stack,
    weights: &Weights,
    codes: &[f32],
    prior: &[f32],
) -> Duel {
    let size: usize = discriminator.input().iter().product();
    let errors = |x: &[f32], target: f32| {
        let logits = discriminator.forward(&weights.bottleneck, x, x.len() / size);
        verdict(&logits, target, None)
    };
    Duel { discriminator: errors(prior, 1.0) + errors(codes, 0.0), generator: errors(codes, 1.0) }
}

/// The contest of one step.
pub(super) struct Adversary<'a> {
    recipe: &'a Recipe,
    encoder: &'a Stack,
    discriminator: &'a Stack,
    /// The learning rate of both sides as a share of the training's.
    rate: f32,
    /// What the encoder sees.
    x: Vec<f32>,
    /// As many draws from the prior.
    prior: Vec<f32>,
    n: usize,
}

impl<'a> Adversary<'a> {
    /// The contest about `batch`, if the recipe has one.
    pub(super) fn of(
        recipe: &'a Recipe,
        architecture: &'a Architecture,
        batch: &Batch,
    ) -> Option<Self> {
        let Bottleneck::Adversarial(adversarial) = &recipe.bottleneck else { return None };
        Some(Self {
            recipe,
            encoder: &architecture.encoder,
            discriminator: architecture.discriminator.as_deref()?,
            rate: adversarial.rate,
            x: batch.input.clone(),
            prior: batch.noise.clone(),
            n: batch.len,
        })
    }

    /// Moves the discriminator, then the encoder.
    pub(super) fn step(self, learner: &mut Learner, moment: Moment) -> Result<Duel, Diverged> {
        let Self { recipe, encoder, discriminator, x, prior, n, .. } = self;
        let rate = self.rate * moment.learning_rate;
        let (training, number) = (&recipe.training, moment.step + 1);
        let share = 1.0 / n as f32;
        let Learner { weights, moments, generator } = learner;

        // Phase 2. The codes are the encoder's after the first phase.
        let (codes, encoder_tape) = encoder.forward_taped(&weights.encoder, &x, n);
        let both = [&prior[..], &codes].concat();
        let (logits, tape) = discriminator.forward_taped(&weights.bottleneck, &both, 2 * n);
        let mut slopes = vec![0.0; 2 * n];
        let (of_prior, of_codes) = slopes.split_at_mut(n);
        let loss =
            verdict(&logits[..n], 1.0, Some(of_prior)) + verdict(&logits[n..], 0.0, Some(of_codes));
        scale(&mut slopes, share);
        let mut gradient = vec![0.0; discriminator.n_parameters()];
        discriminator.backward(&weights.bottleneck, &both, &tape, &slopes, &mut gradient, None);
        let mut gradients = Gradients { bottleneck: Some(gradient), ..Gradients::default() };
        finite("discriminator's gradient", clip(&mut gradients, training.clip_norm))?;
        update(&training.optimiser, rate, number, weights, &gradients, moments);

        // Phase 3, against the discriminator as it is now.
        let (logits, tape) = discriminator.forward_taped(&weights.bottleneck, &codes, n);
        let mut slopes = vec![0.0; n];
        let deceived = verdict(&logits, 1.0, Some(&mut slopes));
        scale(&mut slopes, share);
        let mut unused = vec![0.0; discriminator.n_parameters()];
        let mut to_codes = vec![0.0; codes.len()];
        let to = Some(&mut to_codes[..]);
        discriminator.backward(&weights.bottleneck, &codes, &tape, &slopes, &mut unused, to);
        let mut gradient = vec![0.0; encoder.n_parameters()];
        encoder.backward(&weights.encoder, &x, &encoder_tape, &to_codes, &mut gradient, None);
        let mut gradients = Gradients { encoder: Some(gradient), ..Gradients::default() };
        finite("generator's gradient", clip(&mut gradients, training.clip_norm))?;
        update(&training.optimiser, rate, number, weights, &gradients, generator);
        Ok(Duel { discriminator: loss, generator: deceived })
    }
}

/// The sum of the cross-entropies of logits with one target for all, and their slopes.
fn verdict(logits: &[f32], target: f32, slopes: Option<&mut [f32]>) -> f64 {
    let targets = vec![target; logits.len()];
    let mut errors = vec![0.0; logits.len()];
    Loss::CrossEntropy.evaluate(logits, &targets, 1, &mut errors, slopes);
    errors.iter().map(|&error| f64::from(error)).sum()
}

fn scale(values: &mut [f32], by: f32) {
    for value in values {
        *value *= by;
    }
}

fn finite(what: &'static str, value: f32) -> Result<(), Diverged> {
    if value.is_finite() { Ok(()) } else { Err(Diverged { what, value }) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::f64::consts::LN_2;

    use super::*;
    use crate::rng::Seed;
    use crate::shape::ImageShape;
    use crate::testing::{adversarial, normal};

    const N: usize = 64;

    /// A learner with its batch.
    fn setting() -> (Recipe, Architecture, Learner, Batch) {
        let recipe = adversarial();
        let architecture = Architecture::new(&recipe, ImageShape::new(1, 8, 8), 0).unwrap();
        let learner = Learner::new(&architecture, Seed(3));
        let input: Vec<f32> = normal(N * 64, 1).iter().map(|x| 0.5 + 0.1 * x).collect();
        let target = input.clone();
        let noise = normal(N * 2, 2);
        let batch = Batch { input, target, noise, labels: Vec::new(), len: N };
        (recipe, architecture, learner, batch)
    }

    fn losses(architecture: &Architecture, weights: &Weights, batch: &Batch) -> Duel {
        let codes = architecture.encoder.forward(&weights.encoder, &batch.input, N);
        let discriminator = architecture.discriminator.as_deref().unwrap();
        judge(discriminator, weights, &codes, &batch.noise)
    }

    #[test]
    fn who_knows_nothing_loses_ln_2_for_each_guess() {
        let (_, architecture, mut learner, batch) = setting();
        learner.weights.bottleneck.fill(0.0);
        let Duel { discriminator, generator } = losses(&architecture, &learner.weights, &batch);
        assert!((discriminator / N as f64 - 2.0 * LN_2).abs() < 1e-6);
        assert!((generator / N as f64 - LN_2).abs() < 1e-6);
    }

    /// With steps as small as these, each side's loss falls by rate times the absolute sum of its gradient: Adam's first step
    /// is the gradient's sign.
    #[test]
    fn each_side_moves_its_own_weights_against_its_own_loss() {
        let (recipe, architecture, learner, batch) = setting();
        let moment = Moment { step: 0, epochs: 0.0, learning_rate: 2e-4 };
        let mut moved = learner.clone();
        let adversary = Adversary::of(&recipe, &architecture, &batch).unwrap();
        let told = adversary.step(&mut moved, moment).unwrap();
        let before = losses(&architecture, &learner.weights, &batch);
        assert!((told.discriminator - before.discriminator).abs() < 1e-4 * before.discriminator);

        let (old, new) = (&learner.weights, &moved.weights);
        assert!(old.encoder != new.encoder && old.bottleneck != new.bottleneck);
        assert_eq!(old.decoder, new.decoder);
        let with_discriminator = Weights { bottleneck: new.bottleneck.clone(), ..old.clone() };
        let between = losses(&architecture, &with_discriminator, &batch);
        assert!(between.discriminator < before.discriminator);
        assert!((told.generator - between.generator).abs() < 1e-4 * between.generator);
        let after = losses(&architecture, new, &batch);
        assert!(after.generator < between.generator, "{after:?} {between:?}");
        // Nothing is left in the moments that the reconstruction's steps use.
        assert!(moved.moments.mean.encoder.iter().all(|&mean| mean == 0.0));
        assert!(moved.generator.mean.encoder.iter().any(|&mean| mean != 0.0));
        assert!(moved.moments.mean.bottleneck.iter().any(|&mean| mean != 0.0));
    }

    #[test]
    fn gradients_of_both_sides_are_differences_of_their_losses() {
        let (recipe, architecture, learner, batch) = setting();
        let moment = Moment { step: 0, epochs: 0.0, learning_rate: 1e-6 };
        let mut moved = learner.clone();
        Adversary::of(&recipe, &architecture, &batch).unwrap().step(&mut moved, moment).unwrap();
        // Adam's mean of gradients after one step is a tenth of the gradient.
        let slopes = |mean: &[f32]| mean.iter().map(|&m| f64::from(m) * 10.0).collect::<Vec<f64>>();
        let of_discriminator = slopes(&moved.moments.mean.bottleneck);
        let of_encoder = slopes(&moved.generator.mean.encoder);
        let n = N as f64;
        for index in [0, 7, 16, 20, 24, 32] {
            let at = |offset: f32| {
                let mut weights = learner.weights.clone();
                weights.bottleneck[index] += offset;
                losses(&architecture, &weights, &batch).discriminator / n
            };
            let difference = (at(0.01) - at(-0.01)) / 0.02;
            assert!((difference - of_discriminator[index]).abs() < 1e-4, "{index}: {difference}");
        }
        for index in [0, 63, 200, 512, 520, 535, 537] {
            let at = |offset: f32| {
                let mut weights = learner.weights.clone();
                weights.encoder[index] += offset;
                losses(&architecture, &weights, &batch).generator / n
            };
            // Small, because of the ReLUs' corners.
            let difference = (at(0.002) - at(-0.002)) / 0.004;
            let found = of_encoder[index];
            let within = 1e-2 * found.abs() + 2e-4;
            assert!((difference - found).abs() < within, "{index}: {found}, not {difference}");
        }
    }
}
