//! What the tests of several modules share, here and in the library.

use crate::rng::{Purpose, Seed, Stream};

/// `n` standard normal numbers.
pub(crate) fn normal(n: usize, seed: u64) -> Vec<f32> {
    let mut values = vec![0.0; n];
    Stream::new(Seed(seed), Purpose::Figure, [0; 3]).fill_normal(&mut values);
    values
}
