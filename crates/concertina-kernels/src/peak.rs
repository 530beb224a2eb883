//! What this machine's cores can do at most: the yardstick for everything else.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::lanes::LANES;
use crate::simd::{Kernel, Level, Registers, Simd};

/// How long one measurement takes, and of how many the best counts.
const MEASUREMENT: Duration = Duration::from_millis(20);
const MEASUREMENTS: usize = 5;

/// Single-precision operations per second of all threads of the current rayon pool together:
/// multiplications and additions on registers alone, with the instructions that all kernels use. It
/// takes a tenth of a second, in which the machine should have nothing else to do.
pub fn peak_flops() -> f64 {
    let level = Level::best();
    let measure = || rayon::broadcast(|_| one_thread(level)).iter().sum();
    std::iter::repeat_with(measure).take(MEASUREMENTS).fold(0.0, f64::max)
}

/// The instructions that all kernels use on this machine, for people to read.
pub fn instructions() -> &'static str {
    match Level::best() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(_) => "AVX-512",
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) => "AVX2 and FMA",
        Level::Portable if cfg!(target_arch = "aarch64") => "NEON",
        Level::Portable if cfg!(target_arch = "x86_64") => "SSE2",
        Level::Portable => "no particular instructions",
    }
}

fn one_thread(level: Level) -> f64 {
    // Enough independent sums to hide each operation's latency, few enough to stay in registers.
    let run = || match level.registers() {
        Registers::Many => level.run(MultiplyAdds::<24>),
        Registers::Some => level.run(MultiplyAdds::<6>),
        Registers::Few => level.run(MultiplyAdds::<2>),
    };
    let (start, mut operations) = (Instant::now(), 0.0);
    while start.elapsed() < MEASUREMENT {
        operations += run();
    }
    operations / start.elapsed().as_secs_f64()
}

/// Rounds of multiply-adds on `SUMS` vectors; returns how many operations that was.
struct MultiplyAdds<const SUMS: usize>;

impl<const SUMS: usize> Kernel for MultiplyAdds<SUMS> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        const ROUNDS: usize = 4096;
        // They converge to one, far from infinity and from denormal numbers.
        let (factor, summand) = (simd.splat(black_box(0.75)), simd.splat(black_box(0.25)));
        let mut sums = [simd.splat(black_box(0.5)); SUMS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = simd.mul_add(*sum, factor, summand);
            }
        }
        let total = sums.into_iter().fold(summand, |total, sum| simd.add(total, sum));
        black_box(simd.sum(total));
        (2 * LANES * SUMS * ROUNDS) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_does_some_work() {
        for level in Level::all() {
            let flops = one_thread(level);
            assert!(flops > 1e7 && flops < 1e13, "{level:?}: {flops}");
        }
        assert!(!instructions().is_empty());
    }
}
