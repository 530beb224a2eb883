//! Reconstruction losses of whole images and their gradients, in one pass over the values.

use rayon::prelude::*;

use crate::lanes::LANES;
use crate::math::{exp, ln_1p, sigmoid_by};
use crate::simd::{Kernel, Level, Simd};

/// About this many values are worth a thread.
const VALUES_PER_JOB: usize = 1 << 13;

/// A reconstruction loss that takes the decoder's output without an activation after it.
///
/// Variants compare `p = sigmoid(l)` with the target `t`, for each output `l` of an image, a logit;
/// those that are called linear compare `l` itself. A target that is not a number is not asked for:
/// it costs nothing, whatever the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Binary cross-entropy of `sigmoid(l)`, as PyTorch's `BCEWithLogitsLoss`:
    /// `-t ln p - (1 - t) ln(1 - p)`, in nats, computed as `max(l, 0) - l t + ln(1 + e^-|l|)`.
    CrossEntropy,
    /// Squared error of `sigmoid(l)`: `(p - t)^2`.
    SquaredError,
    /// Absolute error of `sigmoid(l)`: `|p - t|`, whose derivative at 0 is 0.
    AbsoluteError,
    /// Squared error of the output: `(l - t)^2`.
    LinearSquaredError,
    /// Absolute error of the output: `|l - t|`, whose derivative at 0 is 0.
    LinearAbsoluteError,
}

impl Loss {
    /// The loss of each image, summed over its values, and the gradient with respect to each logit
    /// if it is wanted.
    ///
    /// `logits`, `targets` and `gradients` are `[B, width]`, `errors` is `[B]`; `errors` and
    /// `gradients` are overwritten. A logit that is infinite or not a number makes its image's
    /// error infinite or not a number, if there is a target for it. An image's result depends on
    /// that image only, to the bit: neither on the batch nor on the number of threads or the
    /// machine.
    ///
    /// # Panics
    /// If the slices do not have these sizes.
    pub fn evaluate(
        self,
        logits: &[f32],
        targets: &[f32],
        width: usize,
        errors: &mut [f32],
        gradients: Option<&mut [f32]>,
    ) {
        self.evaluate_with(Level::best(), logits, targets, width, errors, gradients);
    }

    /// As `evaluate`, with a chosen set of instructions.
    pub(crate) fn evaluate_with(
        self,
        level: Level,
        logits: &[f32],
        targets: &[f32],
        width: usize,
        errors: &mut [f32],
        gradients: Option<&mut [f32]>,
    ) {
        assert_eq!(Some(logits.len()), errors.len().checked_mul(width), "the number of logits");
        assert_eq!(logits.len(), targets.len(), "the number of targets");
        if width == 0 {
            errors.fill(0.0);
            return;
        }
        let images = VALUES_PER_JOB.div_ceil(width);
        let jobs = (
            errors.par_chunks_mut(images),
            logits.par_chunks(images * width),
            targets.par_chunks(images * width),
        );
        match gradients {
            Some(gradients) => {
                assert_eq!(logits.len(), gradients.len(), "the number of gradients");
                let gradients = gradients.par_chunks_mut(images * width);
                (jobs.0, jobs.1, jobs.2, gradients).into_par_iter().for_each(
                    |(errors, logits, targets, gradients)| {
                        let rows = Rows { logits, targets, width, errors };
                        self.run(level, rows, Keep(gradients));
                    },
                );
            }
            None => jobs.into_par_iter().for_each(|(errors, logits, targets)| {
                self.run(level, Rows { logits, targets, width, errors }, Drop);
            }),
        }
    }

    fn run(self, level: Level, rows: Rows, gradients: impl Gradients) {
        match self {
            Loss::CrossEntropy => level.run(Evaluate { rows, gradients, value: cross_entropy }),
            Loss::SquaredError => {
                let value = |logit, target| of_sigmoid(logit, target, square);
                level.run(Evaluate { rows, gradients, value });
            }
            Loss::AbsoluteError => {
                let value = |logit, target| of_sigmoid(logit, target, magnitude);
                level.run(Evaluate { rows, gradients, value });
            }
            Loss::LinearSquaredError => {
                let value = |output: f32, target| square(output - target);
                level.run(Evaluate { rows, gradients, value });
            }
            Loss::LinearAbsoluteError => {
                let value = |output: f32, target| magnitude(output - target);
                level.run(Evaluate { rows, gradients, value });
            }
        }
    }
}

/// The error of one value, and the derivative with respect to the logit.
#[inline(always)]
fn cross_entropy(logit: f32, target: f32) -> (f32, f32) {
    let e = exp(-logit.abs());
    let positive = if logit > 0.0 { logit } else { 0.0 };
    (positive - logit * target + ln_1p(e), sigmoid_by(logit, e) - target)
}

/// The error of the sigmoid of a logit, and the derivative with respect to the logit.
#[inline(always)]
fn of_sigmoid(logit: f32, target: f32, error: impl Fn(f32) -> (f32, f32)) -> (f32, f32) {
    let e = exp(-logit.abs());
    let p = sigmoid_by(logit, e);
    let (error, derivative) = error(p - target);
    // The sigmoid of an infinite logit is an ordinary number: zero times the logit is not.
    (error + 0.0 * logit, derivative * p * (1.0 - p))
}

/// The square of a difference, and its derivative.
#[inline(always)]
fn square(difference: f32) -> (f32, f32) {
    (difference * difference, 2.0 * difference)
}

/// The magnitude of a difference, and its derivative.
#[inline(always)]
fn magnitude(difference: f32) -> (f32, f32) {
    let above = if difference > 0.0 { 1.0 } else { 0.0 };
    let below = if difference < 0.0 { 1.0 } else { 0.0 };
    (difference.abs(), above - below)
}

/// The error of one value and its derivative, where there is a target.
#[inline(always)]
fn asked(error: impl Fn(f32, f32) -> (f32, f32), logit: f32, target: f32) -> (f32, f32) {
    let (error, derivative) = error(logit, target);
    if target.is_nan() { (0.0, 0.0) } else { (error, derivative) }
}

/// Some images of a batch.
struct Rows<'a> {
    logits: &'a [f32],
    targets: &'a [f32],
    width: usize,
    errors: &'a mut [f32],
}

/// Where gradients go.
trait Gradients {
    fn put(&mut self, at: usize, gradients: &[f32]);
}

struct Keep<'a>(&'a mut [f32]);
struct Drop;

impl Gradients for Keep<'_> {
    #[inline(always)]
    fn put(&mut self, at: usize, gradients: &[f32]) {
        self.0[at..at + gradients.len()].copy_from_slice(gradients);
    }
}

impl Gradients for Drop {
    #[inline(always)]
    fn put(&mut self, _: usize, _: &[f32]) {}
}

struct Evaluate<'a, S, F> {
    rows: Rows<'a>,
    gradients: S,
    value: F,
}

impl<S: Gradients, F: Fn(f32, f32) -> (f32, f32)> Kernel for Evaluate<'_, S, F> {
    type Output = ();

    #[inline(always)]
    fn run<I: Simd>(mut self, _: I) {
        let width = self.rows.width;
        for (image, error) in self.rows.errors.iter_mut().enumerate() {
            let row = image * width..(image + 1) * width;
            let (logits, targets) = (&self.rows.logits[row.clone()], &self.rows.targets[row]);
            let (logits, last_logits) = logits.as_chunks::<LANES>();
            let (targets, last_targets) = targets.as_chunks::<LANES>();
            // One sum for each place in a chunk. The sums are a loop of their own, so that the
            // other one, free of f64, has the longest vectors.
            let mut sums = [0.0_f64; LANES];
            let (mut values, mut gradients) = ([0.0; LANES], [0.0; LANES]);
            for (chunk, (logits, targets)) in logits.iter().zip(targets).enumerate() {
                for lane in 0..LANES {
                    (values[lane], gradients[lane]) =
                        asked(&self.value, logits[lane], targets[lane]);
                }
                for lane in 0..LANES {
                    sums[lane] += f64::from(values[lane]);
                }
                self.gradients.put(image * width + chunk * LANES, &gradients);
            }
            for (lane, (logit, target)) in last_logits.iter().zip(last_targets).enumerate() {
                let (value, gradient) = asked(&self.value, *logit, *target);
                sums[lane] += f64::from(value);
                gradients[lane] = gradient;
            }
            let rest = last_logits.len();
            self.gradients.put((image + 1) * width - rest, &gradients[..rest]);
            *error = sums.iter().sum::<f64>() as f32;
        }
    }
}
