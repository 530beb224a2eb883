//! The cross-entropy of tokens under logits, and its gradient.

use rayon::prelude::*;

use crate::math::exp;
use crate::simd::{Kernel, Level, Simd};

/// About this many logits are worth a thread.
const LOGITS_PER_JOB: usize = 1 << 13;

/// The negative log-probability of each sequence's tokens in nats, summed over steps and voices,
/// and the gradient with respect to each logit if it is wanted.
///
/// `logits` is `[B, T, sum of classes]`, `tokens` is `[B, T, V]`, one number of a class for each
/// voice of `classes`; a number that is none of the classes costs nothing and has no gradient.
/// `errors`, `[B]`, and `gradients` are overwritten. A sequence's result depends on that sequence
/// only, to the bit.
///
/// # Panics
/// If the slices do not have these sizes, or a voice has no class.
pub fn categorical_cross_entropy(
    logits: &[f32],
    tokens: &[f32],
    classes: &[usize],
    errors: &mut [f32],
    gradients: Option<&mut [f32]>,
) {
    let (width, voices) = (classes.iter().sum::<usize>(), classes.len());
    assert!(!classes.contains(&0), "a voice has a class");
    if errors.is_empty() || tokens.is_empty() {
        errors.fill(0.0);
        return;
    }
    assert!(tokens.len().is_multiple_of(errors.len() * voices), "the number of tokens");
    let steps = tokens.len() / errors.len() / voices;
    assert_eq!(logits.len(), errors.len() * steps * width, "the number of logits");
    let sequences = LOGITS_PER_JOB.div_ceil(steps * width);
    let level = Level::best();
    let jobs = (
        errors.par_chunks_mut(sequences),
        logits.par_chunks(sequences * steps * width),
        tokens.par_chunks(sequences * steps * voices),
    );
    if let Some(gradients) = gradients {
        assert_eq!(logits.len(), gradients.len(), "the number of gradients");
        let gradients = gradients.par_chunks_mut(sequences * steps * width);
        (jobs.0, jobs.1, jobs.2, gradients).into_par_iter().for_each(
            |(errors, logits, tokens, gradients)| {
                let gradients = Some(gradients);
                level.run(Sequences { logits, tokens, classes, errors, gradients });
            },
        );
    } else {
        jobs.into_par_iter().for_each(|(errors, logits, tokens)| {
            level.run(Sequences { logits, tokens, classes, errors, gradients: None });
        });
    }
}

struct Sequences<'a> {
    logits: &'a [f32],
    tokens: &'a [f32],
    classes: &'a [usize],
    errors: &'a mut [f32],
    gradients: Option<&'a mut [f32]>,
}

impl Kernel for Sequences<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) {
        let (width, voices) = (self.classes.iter().sum::<usize>(), self.classes.len());
        let steps = self.tokens.len() / self.errors.len() / voices;
        let mut first = 0;
        let mut exponentials = vec![0.0; width];
        for (error, tokens) in self.errors.iter_mut().zip(self.tokens.chunks(steps * voices)) {
            let mut sum = 0.0;
            for (n, token) in tokens.iter().enumerate() {
                let classes = self.classes[n % voices];
                let range = first..first + classes;
                first = range.end;
                let logits = &self.logits[range.clone()];
                let gradients =
                    self.gradients.as_mut().map(|gradients| &mut gradients[range.clone()]);
                sum += nats(*token, logits, &mut exponentials[..classes], gradients);
            }
            *error = sum as f32;
        }
    }
}

/// The negative log-probability of one token.
#[inline(always)]
fn nats(
    token: f32,
    logits: &[f32],
    exponentials: &mut [f32],
    gradients: Option<&mut [f32]>,
) -> f64 {
    if !(token >= 0.0 && token < logits.len() as f32) {
        if let Some(gradients) = gradients {
            gradients.fill(0.0);
        }
        return 0.0;
    }
    let class = token as usize;
    let most = logits.iter().fold(f32::NEG_INFINITY, |most, &logit| {
        // Not `max`, which would lose NaN.
        if logit <= most { most } else { logit }
    });
    for (exponential, logit) in exponentials.iter_mut().zip(logits) {
        *exponential = exp(logit - most);
    }
    let sum: f64 = exponentials.iter().map(|&value| f64::from(value)).sum();
    if let Some(gradients) = gradients {
        let scale = (1.0 / sum) as f32;
        for (gradient, exponential) in gradients.iter_mut().zip(exponentials) {
            *gradient = *exponential * scale;
        }
        gradients[class] -= 1.0;
    }
    sum.ln() + f64::from(most) - f64::from(logits[class])
}
