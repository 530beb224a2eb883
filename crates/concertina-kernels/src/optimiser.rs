//! Steps of optimisers over flat slices of parameters, and the norm of gradients.

use rayon::prelude::*;

use crate::simd::{Kernel, Level, Simd};

/// This many values are worth a thread. The partial sums of a norm have this many, for any number
/// of threads.
const CHUNK: usize = 1 << 14;

/// Gradients and running means smaller than these are taken for zero. A unit that died leaves means
/// that halve every few steps, for ever: they, and squares of small gradients, would become
/// subnormal numbers, with which processors compute up to a hundred times slower. No step that they
/// make would change a weight.
const SMALLEST_GRADIENT: f32 = 1e-16;
const SMALLEST_MEAN: f32 = 1e-30;
const SMALLEST_SQUARE: f32 = 1e-34;

/// One step of Adam (Kingma and Ba 2014), in the form at the end of its section 2, as Keras has it:
/// the bias correction is in the rate, and epsilon is added to the uncorrected root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    rate: f32,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
}

impl Adam {
    /// Step number `step`, the first being 1:
    /// `rate = learning_rate sqrt(1 - beta2^step) / (1 - beta1^step)`.
    pub fn new(learning_rate: f32, beta1: f32, beta2: f32, epsilon: f32, step: usize) -> Adam {
        let power = |beta: f32| f64::from(beta).powf(step as f64);
        let correction = (1.0 - power(beta2)).sqrt() / (1.0 - power(beta1));
        let rate = (f64::from(learning_rate) * correction) as f32;
        Adam { rate, beta1, beta2, epsilon }
    }

    /// The learning rate with the bias correction in it.
    pub fn rate(self) -> f32 {
        self.rate
    }

    /// Changes all weights, and the running means of their gradients and of those squared:
    ///
    /// ```text
    /// mean   += (1 - beta1) (gradient - mean)
    /// square += (1 - beta2) (gradient^2 - square)
    /// weight -= rate mean / (sqrt(square) + epsilon)
    /// ```
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update(
        self,
        weights: &mut [f32],
        gradients: &[f32],
        means: &mut [f32],
        squares: &mut [f32],
    ) {
        each(self, weights, gradients, means, squares);
    }
}

impl Step for Adam {
    #[inline(always)]
    fn step(self, weight: &mut f32, gradient: f32, mean: &mut f32, square: &mut f32) {
        let Adam { rate, beta1, beta2, epsilon } = self;
        *mean = or_zero(*mean + (1.0 - beta1) * (gradient - *mean), SMALLEST_MEAN);
        let squared = gradient * gradient;
        *square = or_zero(*square + (1.0 - beta2) * (squared - *square), SMALLEST_SQUARE);
        *weight -= rate * *mean / (square.sqrt() + epsilon);
    }
}

/// `RMSprop` (Tieleman and Hinton 2012), as Keras has it: epsilon is under the root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rmsprop {
    /// The step size.
    pub learning_rate: f32,
    /// How much of the running mean each step keeps, in 0..1.
    pub rho: f32,
    /// Keeps the divisor from zero.
    pub epsilon: f32,
}

impl Rmsprop {
    /// Changes all weights, and the running means of their squared gradients:
    ///
    /// ```text
    /// square  = rho square + (1 - rho) gradient^2
    /// weight -= learning_rate gradient / sqrt(square + epsilon)
    /// ```
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update(self, weights: &mut [f32], gradients: &[f32], squares: &mut [f32]) {
        assert_eq!([gradients.len(), squares.len()], [weights.len(); 2], "the numbers of values");
        let level = Level::best();
        let chunks = (
            weights.par_chunks_mut(CHUNK),
            gradients.par_chunks(CHUNK),
            squares.par_chunks_mut(CHUNK),
        );
        chunks.into_par_iter().for_each(|(weights, gradients, squares)| {
            level.run(RmspropChunk { rmsprop: self, weights, gradients, squares });
        });
    }
}

struct RmspropChunk<'a> {
    rmsprop: Rmsprop,
    weights: &'a mut [f32],
    gradients: &'a [f32],
    squares: &'a mut [f32],
}

impl Kernel for RmspropChunk<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Rmsprop { learning_rate, rho, epsilon } = self.rmsprop;
        let values = self.weights.iter_mut().zip(self.gradients).zip(self.squares);
        for ((weight, gradient), square) in values {
            let gradient = or_zero(*gradient, SMALLEST_GRADIENT);
            let squares = rho * *square + (1.0 - rho) * gradient * gradient;
            *square = or_zero(squares, SMALLEST_SQUARE);
            *weight -= learning_rate * gradient / (*square + epsilon).sqrt();
        }
    }
}

/// Adadelta (Zeiler 2012, algorithm 1), with a learning rate as Keras and PyTorch have it; the
/// paper's is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    /// The step size.
    pub learning_rate: f32,
    /// How much of the running means each step keeps, in 0..1.
    pub rho: f32,
    /// Lets the first steps begin, and keeps the divisor from zero.
    pub epsilon: f32,
}

impl Adadelta {
    /// Changes all weights, and the running means of squared changes, before the learning rate, and
    /// of squared gradients:
    ///
    /// ```text
    /// square  = rho square + (1 - rho) gradient^2
    /// change  = sqrt(changes + epsilon) / sqrt(square + epsilon) gradient
    /// changes = rho changes + (1 - rho) change^2
    /// weight -= learning_rate change
    /// ```
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update(
        self,
        weights: &mut [f32],
        gradients: &[f32],
        changes: &mut [f32],
        squares: &mut [f32],
    ) {
        each(self, weights, gradients, changes, squares);
    }
}

impl Step for Adadelta {
    #[inline(always)]
    fn step(self, weight: &mut f32, gradient: f32, changes: &mut f32, square: &mut f32) {
        let Adadelta { learning_rate, rho, epsilon } = self;
        let squares = rho * *square + (1.0 - rho) * gradient * gradient;
        *square = or_zero(squares, SMALLEST_SQUARE);
        let change = ((*changes + epsilon) / (*square + epsilon)).sqrt() * gradient;
        *changes = or_zero(rho * *changes + (1.0 - rho) * change * change, SMALLEST_SQUARE);
        *weight -= learning_rate * change;
    }
}

/// An optimiser with two moments for each weight.
trait Step: Copy + Send + Sync {
    /// Changes a weight and its moments. The gradient is zero, or not below [`SMALLEST_GRADIENT`]
    /// in size.
    fn step(self, weight: &mut f32, gradient: f32, first: &mut f32, second: &mut f32);
}

/// A step for each weight, on as many threads as there are.
fn each<O: Step>(
    optimiser: O,
    weights: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    let lengths = [gradients.len(), first.len(), second.len()];
    assert_eq!(lengths, [weights.len(); 3], "the numbers of values");
    let level = Level::best();
    let chunks = (
        weights.par_chunks_mut(CHUNK),
        gradients.par_chunks(CHUNK),
        first.par_chunks_mut(CHUNK),
        second.par_chunks_mut(CHUNK),
    );
    chunks.into_par_iter().for_each(|(weights, gradients, first, second)| {
        level.run(Chunk { optimiser, weights, gradients, first, second });
    });
}

struct Chunk<'a, O> {
    optimiser: O,
    weights: &'a mut [f32],
    gradients: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl<O: Step> Kernel for Chunk<'_, O> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let values = self.weights.iter_mut().zip(self.gradients).zip(self.first).zip(self.second);
        for (((weight, gradient), first), second) in values {
            self.optimiser.step(weight, or_zero(*gradient, SMALLEST_GRADIENT), first, second);
        }
    }
}

/// The number, or zero if it is smaller in size than `smallest`. Without a branch.
#[inline(always)]
fn or_zero(number: f32, smallest: f32) -> f32 {
    if number.abs() < smallest { 0.0 } else { number }
}

/// The Euclidean norm of all slices together, the squares summed in f64: infinite only if the norm
/// exceeds the range of f32.
///
/// The order of the sum depends on the lengths alone.
pub fn norm(slices: &[&[f32]]) -> f32 {
    let level = Level::best();
    let mut sums = Vec::new();
    let mut total = 0.0;
    for slice in slices {
        slice
            .par_chunks(CHUNK)
            .map(|chunk| level.run(SumOfSquares(chunk)))
            .collect_into_vec(&mut sums);
        total += sums.iter().sum::<f64>();
    }
    total.sqrt() as f32
}

struct SumOfSquares<'a>(&'a [f32]);

impl Kernel for SumOfSquares<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f64 {
        let square = |x: f32| f64::from(x) * f64::from(x);
        // This many sums at once keep the adders busy.
        let mut sums = [0.0; 32];
        let (chunks, rest) = self.0.as_chunks::<32>();
        for chunk in chunks {
            for (sum, x) in sums.iter_mut().zip(chunk) {
                *sum += square(*x);
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|&x| square(x)).sum::<f64>()
    }
}
