//! A random order of many things of which any place can be computed alone.

use super::{Purpose, Seed, Stream};

/// Rounds of the Feistel network: four make a strong pseudorandom permutation of a pseudorandom
/// function (Luby and Rackoff 1988).
const ROUNDS: u32 = 4;

/// A permutation of `0..n` that takes no memory: a Feistel network, whose rounds are named by the
/// seed, over the next power of four, walked along its cycle until a number below `n` comes up.
///
/// ```
/// use concertina_base::rng::{Bijection, Purpose, Seed};
///
/// let order = Bijection::new(Seed(1), Purpose::Blocks, 3, 1_000_000_000);
/// assert!(order.at(7) < 1_000_000_000 && order.at(7) != order.at(8));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bijection {
    seed: Seed,
    purpose: Purpose,
    number: u32,
    n: u32,
    /// Bits of each half.
    half: u32,
}

impl Bijection {
    /// The permutation `number` of this seed and purpose, whose streams are (number, round, half).
    pub fn new(seed: Seed, purpose: Purpose, number: u32, n: u32) -> Self {
        let bits = u32::BITS - n.saturating_sub(1).leading_zeros();
        Self { seed, purpose, number, n, half: bits.div_ceil(2) }
    }

    /// What is in this place.
    ///
    /// # Panics
    /// If `place` is not below `n`.
    pub fn at(self, place: u32) -> u32 {
        assert!(place < self.n, "there are {} places, not {place}", self.n);
        let mut value = self.mixed(place);
        while value >= self.n {
            value = self.mixed(value);
        }
        value
    }

    fn mixed(self, value: u32) -> u32 {
        let mask = ((1u64 << self.half) - 1) as u32;
        let (mut left, mut right) = (value.checked_shr(self.half).unwrap_or(0), value & mask);
        for round in 0..ROUNDS {
            let key = Stream::new(self.seed, self.purpose, [self.number, round, right]).bits();
            (left, right) = (right, left ^ (key & mask));
        }
        // The halves have 16 bits at most.
        (left << self.half) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_place() {
        for n in [1, 2, 3, 4, 5, 16, 17, 255, 1000, 4097] {
            let order = Bijection::new(Seed(5), Purpose::Blocks, 1, n);
            let mut found: Vec<u32> = (0..n).map(|place| order.at(place)).collect();
            found.sort_unstable();
            assert_eq!(found, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn orders_differ_and_are_random() {
        let n = 10_000;
        let of = |seed, number| Bijection::new(Seed(seed), Purpose::Blocks, number, n);
        let first = |order: Bijection| [0, 1, 2, 3].map(|place| order.at(place));
        assert_eq!(first(of(1, 1)), first(of(1, 1)));
        assert_ne!(first(of(1, 1)), first(of(2, 1)));
        assert_ne!(first(of(1, 1)), first(of(1, 2)));
        // Neighbours are as far from each other as random numbers are: a third of n on average,
        // with a standard error of 0.0024 n.
        let order = of(1, 1);
        let distance = |place| f64::from(order.at(place).abs_diff(order.at(place + 1)));
        let mean = (0..n - 1).map(distance).sum::<f64>() / f64::from(n - 1) / f64::from(n);
        assert!((mean - 1.0 / 3.0).abs() < 0.012, "{mean}");
    }

    #[test]
    fn the_largest_set_has_an_order() {
        let order = Bijection::new(Seed(1), Purpose::Blocks, 1, u32::MAX);
        let found: std::collections::BTreeSet<u32> =
            (0..100).map(|place| order.at(place)).collect();
        assert_eq!(found.len(), 100);
    }
}
