//! The operations on sixteen-lane vectors that kernels are written in.

use crate::lanes::{LANES, Lanes};
use crate::layer::Activation;

/// How many vectors stay in registers at once: the shape of a kernel's block of accumulators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registers {
    /// 32 vectors: blocks of up to 8 channels.
    Many,
    /// 8 vectors: blocks of up to 4 channels.
    Some,
    /// 4 vectors: blocks of up to 2 channels.
    Few,
}

impl Registers {
    /// The most channels of a block.
    pub(crate) fn channels(self) -> usize {
        match self {
            Registers::Many => 8,
            Registers::Some => 4,
            Registers::Few => 2,
        }
    }
}

/// The operations that kernels are written in. A value of the type is proof that the CPU has the
/// instructions.
///
/// All sums have one order, so that paths with a fused multiply-add agree to the bit.
///
/// Vectors stay in registers as long as everything between [`Kernel::run`] and an instruction is
/// inlined. What passes through a function without the CPU's features, such as a closure given to
/// `array::map`, may not be: hence loops, and functions that are always inlined.
pub(crate) trait Simd: Copy {
    type Vector: Copy;
    type Mask: Copy;
    const REGISTERS: Registers;

    fn splat(self, x: f32) -> Self::Vector;
    fn load(self, from: &Lanes) -> Self::Vector;
    fn store(self, to: &mut Lanes, x: Self::Vector);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b + c`.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `max(x, 0)`, and NaN where `x` is.
    fn relu(self, x: Self::Vector) -> Self::Vector;
    /// `a <= b`, false where either is NaN.
    fn le(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Whether `x` takes the place of `best` as a maximum: it is greater, or NaN where `best` is
    /// not.
    fn exceeds(self, x: Self::Vector, best: Self::Vector) -> Self::Mask;
    /// `yes` where the mask is set, else `no`.
    fn select(self, mask: Self::Mask, yes: Self::Vector, no: Self::Vector) -> Self::Vector;
    fn mask_from_bits(self, bits: u16) -> Self::Mask;
    fn bits_from_mask(self, mask: Self::Mask) -> u16;
    /// The sum of all lanes: halves are added until one lane is left.
    fn sum(self, x: Self::Vector) -> f32;

    /// The sums of several vectors, each as `sum` has it.
    #[inline(always)]
    fn sums<const N: usize>(self, xs: [Self::Vector; N]) -> [f32; N] {
        let mut sums = [0.0; N];
        for (sum, x) in sums.iter_mut().zip(xs) {
            *sum = self.sum(x);
        }
        sums
    }

    #[inline(always)]
    fn activate(self, activation: Activation, x: Self::Vector) -> Self::Vector {
        match activation {
            Activation::Identity => x,
            Activation::Relu => self.relu(x),
            Activation::LeakyRelu(negative_slope) => {
                let negative = self.le(x, self.splat(0.0));
                self.select(negative, self.mul(self.splat(negative_slope), x), x)
            }
            Activation::Sigmoid | Activation::Tanh => {
                let mut lanes = Lanes::ZERO;
                self.store(&mut lanes, x);
                activation.apply(&mut lanes.0);
                self.load(&lanes)
            }
        }
    }

    /// The gradient through the activation: `grad` times the derivative where it has the value `y`.
    #[inline(always)]
    fn activation_gradient(
        self,
        activation: Activation,
        y: Self::Vector,
        grad: Self::Vector,
    ) -> Self::Vector {
        let zero = self.splat(0.0);
        match activation {
            Activation::Identity => grad,
            Activation::Relu => self.select(self.le(y, zero), zero, grad),
            Activation::LeakyRelu(negative_slope) => {
                self.select(self.le(y, zero), self.mul(self.splat(negative_slope), grad), grad)
            }
            Activation::Sigmoid => {
                let rest = self.mul_add(y, self.splat(-1.0), self.splat(1.0));
                self.mul(grad, self.mul(y, rest))
            }
            Activation::Tanh => {
                let square = self.mul(y, y);
                self.mul(grad, self.mul_add(square, self.splat(-1.0), self.splat(1.0)))
            }
        }
    }

    /// Sixteen values from anywhere.
    #[inline(always)]
    fn load_from(self, from: &[f32; LANES]) -> Self::Vector {
        self.load(&Lanes(*from))
    }

    /// Sixteen values to anywhere.
    #[inline(always)]
    fn store_to(self, to: &mut [f32; LANES], x: Self::Vector) {
        let mut lanes = Lanes::ZERO;
        self.store(&mut lanes, x);
        *to = lanes.0;
    }

    /// Has the memory around the value fetched, if the machine can be told to.
    #[inline(always)]
    fn prefetch(self, _: &f32) {}

    /// Sixteen values, or fewer and zeros.
    #[inline(always)]
    fn load_some(self, from: &[f32]) -> Self::Vector {
        if let Some(values) = from.first_chunk::<LANES>() {
            self.load_from(values)
        } else {
            let mut lanes = Lanes::ZERO;
            lanes.0[..from.len()].copy_from_slice(from);
            self.load(&lanes)
        }
    }

    /// Sixteen values, or as many as there is room for.
    #[inline(always)]
    fn store_some(self, to: &mut [f32], x: Self::Vector) {
        if let Some(to) = to.first_chunk_mut::<LANES>() {
            self.store_to(to, x);
        } else {
            let mut lanes = Lanes::ZERO;
            self.store(&mut lanes, x);
            to.copy_from_slice(&lanes.0[..to.len()]);
        }
    }

    /// The columns of a square matrix, given its rows.
    #[inline(always)]
    fn transpose(self, rows: [&[f32; LANES]; LANES]) -> [Self::Vector; LANES] {
        let mut columns = [self.splat(0.0); LANES];
        for (n, column) in columns.iter_mut().enumerate() {
            let mut lanes = Lanes::ZERO;
            for (lane, row) in lanes.0.iter_mut().zip(rows) {
                *lane = row[n];
            }
            *column = self.load(&lanes);
        }
        columns
    }
}

/// A piece of work that can be compiled for each set of instructions.
///
/// `run` and all it calls should be `#[inline(always)]`: only what is inlined is compiled for the
/// instructions.
pub(crate) trait Kernel {
    type Output;
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// The order in which [`Simd::sum`] adds.
#[inline(always)]
pub(super) fn sum_halves(mut lanes: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}
