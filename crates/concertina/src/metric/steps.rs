//! Scores in steps, so that any number of them is counted in bounded memory.

/// Bits of a float that are not counted apart: exponent and 11 bits of the fraction are.
const DROPPED: u32 = 12;
/// How many steps there are.
pub(super) const N_STEPS: usize = (f32::INFINITY.to_bits() >> DROPPED) as usize + 1;

/// The step of a score, 1/2048 of its size wide. Larger scores have the same or a larger step; what
/// is negative or not a number has that of 0.
pub(super) fn step(score: f32) -> usize {
    // The bits of floats that are not negative are in the order of the floats.
    let score = if score > 0.0 { score } else { 0.0 };
    (score.to_bits() >> DROPPED) as usize
}
