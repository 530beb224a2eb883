//! Elementary functions of one `f32`, free of branches, so that loops over them become vector code.
//!
//! Each is the same few additions, multiplications and divisions on every machine, hence the same
//! bits: none of them uses a fused multiply-add or a library's function. In a
//! [`Kernel`](crate::simd::Kernel) they are compiled for the instructions at hand. Polynomials have
//! the least largest error on their interval.

use std::f32::consts::LOG2_E;

/// Added to a number below 2^22, it rounds that to an integer, which the lowest bits of the sum
/// then hold.
const ROUND: f32 = 12_582_912.0;

/// `e^x` to 1.5 units in the last place: zero below -104, infinite above 88.73, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// ln 2 in two parts; products of the first with a power's exponent are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    // Not `clamp` or `max`, of which the latter would lose NaN.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x * LOG2_E + ROUND;
    let power = shifted - ROUND;
    let r = x - power * LN_2[0] - power * LN_2[1];
    let p = 1.381_446_7e-3;
    let p = p * r + 8.368_781e-3;
    let p = p * r + 4.166_839_3e-2;
    let p = p * r + 0.166_665_2;
    let p = p * r + 0.499_999_94;
    let p = p * (r * r) + r + 1.0;
    // 2^power in two factors: neither leaves the normal range, and only the last product is
    // rounded.
    let power = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let half = power >> 1;
    p * two_to_the(half) * two_to_the(power.wrapping_sub(half))
}

/// 2^power, for powers of normal numbers.
#[inline(always)]
fn two_to_the(power: i32) -> f32 {
    f32::from_bits((power.wrapping_add(127) as u32) << 23)
}

/// `ln(1 + x)` for `x` in 0..=1, to 2 units in the last place; NaN for NaN.
///
/// It is `2 atanh(s)` with `s = x / (2 + x)`, which is at most 1/3: a short series in odd powers.
#[inline(always)]
pub(crate) fn ln_1p(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let u = s * s;
    let p = 0.121_504_67;
    let p = p * u + 0.107_138_29;
    let p = p * u + 0.143_084_42;
    let p = p * u + 0.199_994_39;
    let p = p * u + 0.333_333_37;
    let twice = s + s;
    twice + twice * (u * p)
}

/// The hyperbolic tangent to 3 units in the last place; NaN for NaN.
///
/// Near zero it is an odd polynomial, elsewhere `(1 - e^-2|x|) / (1 + e^-2|x|)`, which would lose
/// digits there.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let e = exp(-2.0 * size);
    let far = (1.0 - e) / (1.0 + e);
    let u = x * x;
    let p = -5.704_978_5e-3;
    let p = p * u + 2.063_908e-2;
    let p = p * u - 5.373_971e-2;
    let p = p * u + 0.133_314_42;
    let p = p * u - 0.333_332_8;
    let near = size + size * (u * p);
    let value = if size > 0.625 { far } else { near };
    value.copysign(x)
}

/// `1 / (1 + e^-x)` to 2.5 units in the last place; NaN for NaN.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    sigmoid_by(x, exp(-x.abs()))
}

/// The same, given `e^-|x|`, which cannot overflow.
#[inline(always)]
pub(crate) fn sigmoid_by(x: f32, exp_of_minus_abs: f32) -> f32 {
    let numerator = if x < 0.0 { exp_of_minus_abs } else { 1.0 };
    numerator / (1.0 + exp_of_minus_abs)
}
