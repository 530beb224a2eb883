//! Elementary functions against those of f64, and at their limits.

use crate::math::{exp, ln_1p, sigmoid, tanh};
use crate::simd::{Kernel, Level, Simd};

/// The difference in units of the last place of an f32 there.
fn ulps(found: f32, expected: f64) -> f64 {
    let exponent = expected.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor();
    (f64::from(found) - expected).abs() / (exponent - 23.0).exp2()
}

/// Every number of a dense sweep: all signs, exponents and some 2^16 fractions of each.
fn sweep(from: f32, to: f32) -> impl Iterator<Item = f32> {
    let bits = (0..=u32::MAX >> 7).map(|n| f32::from_bits(n << 7 | n >> 18));
    bits.filter(move |x| (from..=to).contains(x))
}

#[track_caller]
fn assert_within(
    most: f64,
    numbers: impl Iterator<Item = f32>,
    found: fn(f32) -> f32,
    expected: fn(f64) -> f64,
) {
    let mut worst = (0.0, 0.0);
    for x in numbers {
        let error = ulps(found(x), expected(f64::from(x)));
        assert!(!error.is_nan(), "{x}: {}", found(x));
        if error > worst.0 {
            worst = (error, x);
        }
    }
    assert!(worst.0 <= most, "{} units in the last place at {}", worst.0, worst.1);
}

#[test]
fn the_exponential_is_close() {
    assert_within(1.5, sweep(-200.0, 88.72), exp, f64::exp);
}

#[test]
fn the_logarithm_is_close() {
    assert_within(2.0, sweep(0.0, 1.0), ln_1p, f64::ln_1p);
}

#[test]
fn the_sigmoid_is_close() {
    let expected = |x: f64| 1.0 / (1.0 + (-x).exp());
    assert_within(2.5, sweep(f32::MIN, f32::MAX), sigmoid, expected);
}

#[test]
fn the_hyperbolic_tangent_is_close() {
    assert_within(3.0, sweep(f32::MIN, f32::MAX), tanh, f64::tanh);
}

#[test]
fn limits_are_those_of_the_functions() {
    let (infinity, most) = (f32::INFINITY, f32::MAX);
    for x in [88.73, 89.0, 1e9, most, infinity] {
        assert_eq!(exp(x), infinity, "{x}");
    }
    for x in [-104.0, -1e9, -most, -infinity] {
        assert_eq!(exp(x), 0.0, "{x}");
    }
    assert!(exp(88.72) < infinity && exp(-103.0) > 0.0);
    assert_eq!([exp(0.0), exp(-0.0), ln_1p(0.0)], [1.0, 1.0, 0.0]);
    assert_eq!([0.0, -infinity, infinity, -most, most].map(sigmoid), [0.5, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!([0.0, -infinity, infinity, -most, most].map(tanh), [0.0, -1.0, 1.0, -1.0, 1.0]);
    assert!(
        [exp, ln_1p, sigmoid, tanh].iter().all(|f| f(f32::NAN).is_nan() && f(-f32::NAN).is_nan())
    );
}

#[test]
fn vector_code_gives_the_same_bits() {
    struct Map<'a>(&'a mut [f32]);
    impl Kernel for Map<'_> {
        type Output = ();
        #[inline(always)]
        fn run<S: Simd>(self, _: S) {
            for x in self.0 {
                *x = sigmoid(*x) + exp(*x) + ln_1p(sigmoid(*x)) + tanh(*x);
            }
        }
    }
    let numbers: Vec<f32> = sweep(-100.0, 80.0).step_by(97).collect();
    let sum = |x| sigmoid(x) + exp(x) + ln_1p(sigmoid(x)) + tanh(x);
    let expected: Vec<u32> = numbers.iter().map(|&x| sum(x).to_bits()).collect();
    for level in Level::all() {
        let mut found = numbers.clone();
        level.run(Map(&mut found));
        assert!(found.iter().map(|x| x.to_bits()).eq(expected.iter().copied()), "{level:?}");
    }
}
