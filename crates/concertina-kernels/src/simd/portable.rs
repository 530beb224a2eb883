//! The path for any machine: plain arrays, which the compiler turns into what vectors there are.

use super::vector::{Registers, Simd, sum_halves};
use crate::lanes::{LANES, Lanes};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portable;

/// Whether `mul_add` is one instruction; where it is a library call, two instructions are far
/// faster.
pub(super) const FUSED: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Simd for Portable {
    type Vector = [f32; LANES];
    type Mask = [bool; LANES];
    const REGISTERS: Registers = Registers::Few;

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Vector {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, from: &Lanes) -> Self::Vector {
        from.0
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes, x: Self::Vector) {
        to.0 = x;
    }

    #[inline(always)]
    fn add(self, mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..LANES {
            a[lane] += b[lane];
        }
        a
    }

    #[inline(always)]
    fn sub(self, mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..LANES {
            a[lane] -= b[lane];
        }
        a
    }

    #[inline(always)]
    fn mul(self, mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..LANES {
            a[lane] *= b[lane];
        }
        a
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, mut c: Self::Vector) -> Self::Vector {
        for lane in 0..LANES {
            c[lane] =
                if FUSED { a[lane].mul_add(b[lane], c[lane]) } else { a[lane] * b[lane] + c[lane] };
        }
        c
    }

    #[inline(always)]
    fn relu(self, mut x: Self::Vector) -> Self::Vector {
        for value in &mut x {
            *value = if *value <= 0.0 { 0.0 } else { *value };
        }
        x
    }

    #[inline(always)]
    fn le(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        std::array::from_fn(|lane| a[lane] <= b[lane])
    }

    #[inline(always)]
    fn exceeds(self, x: Self::Vector, best: Self::Vector) -> Self::Mask {
        std::array::from_fn(|lane| {
            x[lane] > best[lane] || (x[lane].is_nan() && !best[lane].is_nan())
        })
    }

    #[inline(always)]
    fn select(self, mask: Self::Mask, yes: Self::Vector, no: Self::Vector) -> Self::Vector {
        std::array::from_fn(|lane| if mask[lane] { yes[lane] } else { no[lane] })
    }

    #[inline(always)]
    fn mask_from_bits(self, bits: u16) -> Self::Mask {
        std::array::from_fn(|lane| bits >> lane & 1 == 1)
    }

    #[inline(always)]
    fn bits_from_mask(self, mask: Self::Mask) -> u16 {
        mask.iter().enumerate().fold(0, |bits, (lane, &set)| bits | u16::from(set) << lane)
    }

    #[inline(always)]
    fn sum(self, x: Self::Vector) -> f32 {
        sum_halves(x)
    }
}
