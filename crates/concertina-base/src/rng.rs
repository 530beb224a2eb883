//! Counter-based random numbers: each number is a function of (seed, purpose, position), not of
//! earlier draws.
//!
//! ```
//! use concertina_base::rng::{Purpose, Seed, Stream};
//!
//! let normal = |example| Stream::new(Seed(42), Purpose::Latent, [1, example, 0]).normal();
//! assert_eq!(normal(7), normal(7)); // independent of earlier calls
//! assert_ne!(normal(7), normal(8));
//! ```
//!
//! The generator is Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy
//! as 1, 2, 3", 2011). A stream is identified by a [`Seed`], a [`Purpose`] and three indices, for
//! instance (epoch, step, example). It has no other state, so resuming a run, or drawing a batch
//! with any number of threads, does not change one bit.

mod bijection;

use std::f32::consts::TAU;

pub use self::bijection::Bijection;

/// The seed of a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

/// What random numbers are used for. Different purposes have independent streams.
///
/// The values are never reused or renumbered, so that an old seed keeps giving the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Initial weights: (component, layer, tensor).
    Initialisation = 1,
    /// Order of the examples: (epoch, 0, 0).
    Shuffle = 2,
    /// Which examples are held out: (0, 0, 0).
    Split = 3,
    /// The task's corruption of an input: (epoch, example, 0).
    Corruption = 4,
    /// The bottleneck's noise in training: (epoch, example, 0).
    Latent = 5,
    /// Corruption and noise in validation: (0, example, 0) for the corruption and (0, example, 1)
    /// for the noise.
    Validation = 6,
    /// New samples: (sample, 0, 0).
    Sample = 7,
    /// Starting points and subsets of fits: (fit, restart, 0).
    Fit = 8,
    /// The built-in digits: (split, block of ten examples, 0) for classes, (split, example, 1) for
    /// images.
    Digits = 9,
    /// Choices for a figure: (figure, row, 0).
    Figure = 10,
    /// Synthetic images for benchmarks: (0, 0, 0).
    Benchmark = 11,
    /// Projections of codes: (0, point, 0) for initial positions, (1, epoch, 0) for negative
    /// samples.
    Map = 13,
    /// Order of the images that a classifier is trained on in an evaluation: (epoch, 0, 0).
    Classifier = 12,
    /// Choices in an evaluation: (choice, index, 0).
    Evaluation = 14,
    /// The images and vectors that replace unused embeddings of a codebook: (epoch, 0, 0).
    Codebook = 15,
    /// What a decoder is fed of its own past in training: (epoch, example, 0).
    Guide = 16,
    /// Changes of an example in training, such as a transposition: (epoch, example, 0).
    Augmentation = 17,
    /// The built-in tunes: (split, tune, 0).
    Tunes = 18,
    /// Tokens that are drawn from a decoder: (example, 0, 0).
    Tokens = 19,
    /// Which numbers of a descriptor its keys compare: (bit, 0, 0).
    Keys = 20,
    /// Order of the blocks of a pack: (epoch, round, half).
    Blocks = 21,
    /// Order of the examples in a window of a pack: (epoch, stream, window).
    Window = 22,
    /// Order in which the examples of a split are packed: (split, 0, 0).
    Packing = 23,
    /// Some examples of a pack: (0, round, half).
    Drawn = 24,
}

/// An endless stream of random numbers; see the module documentation.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    /// Block number, then the three words of the position.
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
    /// The second number of the last normal pair, until it is used.
    spare: Option<f32>,
}

impl Stream {
    /// The stream of `seed` and `purpose` at `position`, for instance `[epoch, example, 0]`.
    pub fn new(seed: Seed, purpose: Purpose, position: [u32; 3]) -> Self {
        // The purpose is mixed into the key by one Philox block, so that (seed, purpose) pairs do
        // not overlap.
        let [low, high] = [seed.0 as u32, (seed.0 >> 32) as u32];
        let mixed = philox([low, high, purpose as u32, 0x436F_6E63], [0x6572_7469, 0x6E61_2121]);
        let [a, b, c] = position;
        Self {
            key: [mixed[0], mixed[1]],
            counter: [0, a, b, c],
            block: [0; 4],
            used: 4,
            spare: None,
        }
    }

    /// The streams of validation image `index`, for its corruption and its code's noise. They are
    /// the same in every epoch.
    pub fn validation(seed: Seed, index: u32) -> [Self; 2] {
        [0, 1].map(|part| Self::new(seed, Purpose::Validation, [0, index, part]))
    }

    /// 32 random bits.
    #[inline]
    pub fn bits(&mut self) -> u32 {
        if self.used == 4 {
            self.block = philox(self.counter, self.key);
            self.counter[0] = self.counter[0].wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Uniform in [0, 1), with 24 random bits.
    #[inline]
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in [low, high).
    #[inline]
    pub fn uniform_in(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal, by the Box-Muller transform, which makes two at a time.
    pub fn normal(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 - u lies in (0, 1], so the logarithm is finite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (TAU * self.uniform()).sin_cos();
        self.spare = Some(radius * sine);
        radius * cosine
    }

    /// Uniform in 0..n, without bias (Lemire's multiplication with rejection). `n` must be at least
    /// 1.
    pub fn below(&mut self, n: u32) -> u32 {
        assert!(n > 0, "no number is below 0");
        let threshold = n.wrapping_neg() % n;
        loop {
            let product = u64::from(self.bits()) * u64::from(n);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// Fills `values` with standard normal numbers.
    pub fn fill_normal(&mut self, values: &mut [f32]) {
        for value in values {
            *value = self.normal();
        }
    }

    /// A random permutation of 0..n (Fisher and Yates).
    pub fn permutation(&mut self, n: usize) -> Vec<u32> {
        let n = u32::try_from(n).expect("a data set has fewer than 2^32 examples");
        let mut order: Vec<u32> = (0..n).collect();
        for last in (1..n).rev() {
            let other = self.below(last + 1);
            order.swap(last as usize, other as usize);
        }
        order
    }
}

/// Ten rounds of Philox 4x32.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(counter[0]) * 0xD251_1F53;
        let b = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that come with the authors' Random123 library (`kat_vectors`).
    #[test]
    fn philox_gives_the_published_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
        );
        assert_eq!(
            philox(
                [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
                [0xA409_3822, 0x299F_31D0]
            ),
            [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
        );
    }

    #[test]
    fn streams_repeat_and_differ_by_name() {
        let draw = |seed, purpose, position| {
            let mut stream = Stream::new(Seed(seed), purpose, position);
            [stream.bits(), stream.bits(), stream.bits(), stream.bits(), stream.bits()]
        };
        let first = draw(42, Purpose::Shuffle, [1, 0, 0]);
        assert_eq!(first, draw(42, Purpose::Shuffle, [1, 0, 0]));
        for other in [
            draw(43, Purpose::Shuffle, [1, 0, 0]),
            draw(42, Purpose::Split, [1, 0, 0]),
            draw(42, Purpose::Shuffle, [2, 0, 0]),
            draw(42, Purpose::Shuffle, [1, 1, 0]),
            draw(42 + (1 << 32), Purpose::Shuffle, [1, 0, 0]),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(Seed(7), Purpose::Sample, [0; 3]);
        let n = 200_000;
        let mut sums = [0.0f64; 4];
        for _ in 0..n {
            let (u, z) = (f64::from(stream.uniform()), f64::from(stream.normal()));
            assert!((0.0..1.0).contains(&u));
            for (sum, term) in sums.iter_mut().zip([u, u * u, z, z * z]) {
                *sum += term / f64::from(n);
            }
        }
        // Five standard errors of each mean.
        for (sum, (expected, deviation)) in
            sums.iter().zip([(0.5, 0.289), (1.0 / 3.0, 0.298), (0.0, 1.0), (1.0, 1.414)])
        {
            assert!((sum - expected).abs() < 5.0 * deviation / f64::from(n).sqrt());
        }
    }

    #[test]
    fn a_permutation_holds_every_number_once() {
        for n in [0, 1, 2, 3, 1000] {
            let mut order = Stream::new(Seed(1), Purpose::Shuffle, [0; 3]).permutation(n);
            if n == 1000 {
                assert_ne!(order, (0..1000).collect::<Vec<u32>>());
            }
            order.sort_unstable();
            assert_eq!(order, (0..n as u32).collect::<Vec<u32>>());
        }
    }
}
