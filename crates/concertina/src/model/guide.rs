//! Guides of autoregressive decoders: what a decoder is fed of its own past. See
//! [`concertina_kernels::LstmDecoder`].

use super::architecture::Guide;
use crate::rng::{Purpose, Seed, Stream};

/// A guide of -1 asks for the most probable token.
const MOST_PROBABLE: f32 = -1.0;

/// How the tokens of new sequences are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// The most probable token at each step.
    MostProbable,
    /// Drawn by the probabilities, whose logits are divided by a temperature: below 1 the probable
    /// tokens become more so. An example's tokens depend on the seed and on its index.
    Sampled {
        /// Seed of the tokens.
        seed: Seed,
        /// Above 0; 1 leaves the probabilities as they are.
        temperature: f32,
    },
}

impl Guide {
    /// The guide that gives these tokens, those of one example.
    pub(crate) fn given(self, tokens: &[f32], to: &mut [f32]) {
        to[..self.tokens].copy_from_slice(tokens);
        to[self.tokens] = 1.0;
    }

    /// As [`Guide::given`], with tokens of the decoder's own in place of some: of each but the last
    /// of a segment with this probability (scheduled sampling). What is none of the `classes` of
    /// its voice is padding, behind which nothing is asked for, and stays.
    pub(crate) fn mixed(
        self,
        tokens: &[f32],
        own: f32,
        classes: &[usize],
        stream: &mut Stream,
        to: &mut [f32],
    ) {
        self.given(tokens, to);
        if own == 0.0 {
            return;
        }
        for (n, guide) in to[..self.tokens].iter_mut().enumerate() {
            let is_end = n % self.segment >= self.segment - self.voices;
            let [coin, place] = [stream.uniform(), stream.uniform()];
            let is_padding = *guide >= classes[n % self.voices] as f32;
            if coin < own && !is_end && !is_padding {
                *guide = drawn(place);
            }
        }
    }

    /// The guides of the examples of these indices, in which the decoder chooses.
    pub(crate) fn chosen(self, indices: impl Iterator<Item = usize>, draw: Draw) -> Vec<f32> {
        let mut guides = Vec::new();
        for index in indices {
            match draw {
                Draw::MostProbable => {
                    guides.extend(std::iter::repeat_n(MOST_PROBABLE, self.tokens));
                    guides.push(1.0);
                }
                Draw::Sampled { seed, temperature } => {
                    let mut stream = Stream::new(seed, Purpose::Tokens, [index as u32, 0, 0]);
                    guides.extend((0..self.tokens).map(|_| drawn(stream.uniform())));
                    guides.push(temperature);
                }
            }
        }
        guides
    }

    /// The probability that in this step of training a token is the decoder's own.
    pub(crate) fn own_share(self, step: usize) -> f32 {
        let k = f64::from(self.scheduled_sampling);
        if k == 0.0 { 0.0 } else { (1.0 - k / (k + (step as f64 / k).exp())) as f32 }
    }
}

/// The guide that draws a token at this place of the cumulated probabilities, 0..1.
fn drawn(place: f32) -> f32 {
    // Zero would be a token, and one would be the most probable.
    -place.clamp(f32::MIN_POSITIVE, 1.0 - f32::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: Guide = Guide { tokens: 12, segment: 6, voices: 2, scheduled_sampling: 300.0 };

    #[test]
    fn own_tokens_become_more_probable() {
        // Magenta's figures for k = 1000: about 0.001 at first, one half at step k ln k.
        let slow = Guide { scheduled_sampling: 1000.0, ..GUIDE };
        for (step, expected) in [(0, 0.001), (6908, 0.5), (20_000, 1.0)] {
            assert!((slow.own_share(step) - expected).abs() < 2e-3, "{step}");
        }
        assert!(Guide { scheduled_sampling: 0.0, ..GUIDE }.own_share(999) == 0.0);
    }

    #[test]
    fn the_ends_of_segments_are_given() {
        let tokens: Vec<f32> = (0..12_u8).map(f32::from).collect();
        let mut guide = vec![9.0; GUIDE.len()];
        let mut stream = Stream::new(Seed(1), Purpose::Guide, [0; 3]);
        GUIDE.mixed(&tokens, 1.0, &[9, 8], &mut stream, &mut guide);
        for (n, value) in guide[..12].iter().enumerate() {
            // The token 9 of the second voice is none of its eight.
            if [4, 5, 9, 10, 11].contains(&n) {
                assert_eq!(*value, n as f32);
            } else {
                assert!(*value < 0.0 && *value > -1.0, "{n}: {value}");
            }
        }
        assert_eq!(guide[12], 1.0);
        GUIDE.mixed(&tokens, 0.0, &[9, 8], &mut stream, &mut guide);
        assert_eq!(guide[..12], tokens);
    }

    #[test]
    fn an_examples_tokens_are_drawn_by_its_index() {
        let draw = Draw::Sampled { seed: Seed(3), temperature: 0.5 };
        let all = GUIDE.chosen(0..3, draw);
        assert_eq!(GUIDE.chosen(1..2, draw), all[13..26]);
        assert_ne!(all[..13], all[13..26]);
        assert_eq!(all[12], 0.5);
        let best = GUIDE.chosen(0..1, Draw::MostProbable);
        assert!(best[..12].iter().all(|guide| *guide == -1.0));
    }
}
