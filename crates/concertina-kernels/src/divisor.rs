//! Divisors and multiples of whole numbers.

/// The largest number that divides both; the other one, if one is 0.
pub(crate) fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The smallest number that both divide, of numbers of at least 1.
pub(crate) fn least_common_multiple(a: usize, b: usize) -> usize {
    a / greatest_common_divisor(a, b) * b
}
