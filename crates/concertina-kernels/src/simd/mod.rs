//! Sixteen-lane vectors, and the choice of instructions at run time.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod level;
mod portable;
mod vector;

pub(crate) use self::level::Level;
pub(crate) use self::vector::{Kernel, Registers, Simd};
