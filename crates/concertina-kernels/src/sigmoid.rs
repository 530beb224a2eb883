//! The logistic function over a slice.

use rayon::prelude::*;

use crate::math;
use crate::simd::{Kernel, Level, Simd};

/// This many values are worth a thread.
const CHUNK: usize = 1 << 14;

/// Replaces each value `x` by `1 / (1 + e^-x)`, to 2.5 units in the last place; NaN stays NaN.
///
/// Each value depends on itself alone, to the bit: neither on its place nor on threads or the
/// machine.
pub fn sigmoid(values: &mut [f32]) {
    let level = Level::best();
    values.par_chunks_mut(CHUNK).for_each(|values| level.run(Sigmoid(values)));
}

struct Sigmoid<'a>(&'a mut [f32]);

impl Kernel for Sigmoid<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for value in self.0 {
            *value = math::sigmoid(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_slice_is_its_values_one_by_one() {
        let values: Vec<f32> = (-30_000..30_000).map(|n| n as f32 / 350.0).collect();
        let mut all = values.clone();
        super::sigmoid(&mut all);
        for (x, y) in values.iter().zip(all) {
            let expected = 1.0 / (1.0 + (-f64::from(*x)).exp());
            assert!((f64::from(y) / expected - 1.0).abs() < 1e-6, "{x}: {y}, not {expected}");
            let mut one = [*x];
            super::sigmoid(&mut one);
            assert_eq!(one, [y]);
        }
    }
}
