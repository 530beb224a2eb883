//! The choice of instructions at run time.

#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::portable;
use super::vector::{Kernel, Registers, Simd};

/// A set of instructions that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Portable,
}

impl Level {
    /// All that this machine has, the fastest first.
    pub(crate) fn all() -> Vec<Level> {
        let mut levels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(Avx512::detect().map(Level::Avx512));
            levels.extend(Avx2::detect().map(Level::Avx2));
        }
        levels.push(Level::Portable);
        levels
    }

    /// The fastest that this machine has.
    pub(crate) fn best() -> Level {
        Level::all()[0]
    }

    /// Whether it multiplies and adds with one rounding.
    #[cfg(test)]
    pub(crate) fn is_fused(self) -> bool {
        self != Level::Portable || portable::FUSED
    }

    /// How many vectors stay in registers.
    pub(crate) fn registers(self) -> Registers {
        struct Count;
        impl Kernel for Count {
            type Output = Registers;
            #[inline(always)]
            fn run<S: Simd>(self, _: S) -> Registers {
                S::REGISTERS
            }
        }
        self.run(Count)
    }

    /// Runs `kernel` with these instructions.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(simd) => simd.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(simd) => simd.run(kernel),
            Level::Portable => kernel.run(portable::Portable),
        }
    }
}
