//! Windows of tokens as examples.

use std::borrow::Cow;

use concertina_music::chord::Chord;
use concertina_music::encoding::Encoding;

use super::Augmentation;
use crate::data::Examples;
use crate::error::Result;
use crate::rng::Stream;
use crate::shape::ImageShape;

/// Windows of music, `[N, T, V]`: T steps with a token of each of V voices.
///
/// As examples they have the shape `[1, T, V]`, and their values are the numbers of the tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Windows {
    encoding: Encoding,
    tokens: Vec<u16>,
    augmentation: Augmentation,
    /// The chord of each, where windows have one.
    chords: Option<Vec<u32>>,
}

impl Windows {
    /// Windows of an encoding. `tokens` has one after the other.
    ///
    /// # Panics
    /// If the tokens are not a whole number of windows.
    pub fn new(encoding: Encoding, tokens: Vec<u16>) -> Self {
        let augmentation = Augmentation::default();
        let windows = Self { encoding, tokens, augmentation, chords: None };
        assert!(windows.tokens.len().is_multiple_of(windows.shape().len()), "windows are whole");
        windows
    }

    /// As they are, but changed at random in training.
    #[must_use]
    pub fn augmented(self, augmentation: Augmentation) -> Self {
        Self { augmentation, ..self }
    }

    /// With a chord of each, as [`Chord::class`] numbers them: a transposition moves it, too.
    #[must_use]
    pub fn with_chords(self, chords: Vec<u32>) -> Self {
        Self { chords: Some(chords), ..self }
    }

    /// How the music became tokens.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The number of windows.
    pub fn len(&self) -> usize {
        self.tokens.len() / self.shape().len()
    }

    /// True if there is no window.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// All tokens, `[N, T, V]`.
    pub fn tokens(&self) -> &[u16] {
        &self.tokens
    }

    /// The tokens of window `index`, `[T, V]`.
    ///
    /// # Panics
    /// If `index` is not below [`Windows::len`].
    pub fn window(&self, index: usize) -> &[u16] {
        let size = self.shape().len();
        &self.tokens[index * size..][..size]
    }

    /// Each window's tokens, `[T, V]`.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u16]> + ExactSizeIterator {
        self.tokens.chunks_exact(self.shape().len())
    }

    /// The windows at these indices.
    ///
    /// # Panics
    /// If one is not below [`Windows::len`].
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let tokens = indices.iter().flat_map(|&index| self.window(index)).copied().collect();
        let chords = self.chords.as_ref();
        let chords = chords.map(|chords| indices.iter().map(|&index| chords[index]).collect());
        Self { tokens, chords, ..*self }
    }

    /// The chord of each window, where they have one.
    pub fn chords(&self) -> Option<&[u32]> {
        self.chords.as_deref()
    }
}

impl Examples for Windows {
    fn len(&self) -> usize {
        Windows::len(self)
    }

    fn shape(&self) -> ImageShape {
        ImageShape::new(1, self.encoding.steps(), self.encoding.voices().len())
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        write(self.window(index), into);
        Ok(())
    }

    fn read_augmented(
        &self,
        index: usize,
        stream: &mut Stream,
        into: &mut [f32],
    ) -> Result<Option<u32>> {
        let Augmentation { transpose, remix } = self.augmentation;
        let mut window = Cow::from(self.window(index));
        if remix > 0.0 && stream.uniform() < remix {
            let other = self.window(stream.below(self.len() as u32) as usize);
            let parts = stream.below(1 << self.encoding.parts()) as u16;
            window = self.encoding.remix(&window, other, parts).into();
        }
        if transpose == 0 {
            write(&window, into);
            return Ok(None);
        }
        let drawn = stream.below(2 * transpose + 1);
        let semitones = drawn.cast_signed() - transpose.cast_signed();
        write(&self.encoding.transpose(&window, semitones), into);
        let chords = self.chords.as_ref();
        let chord = chords.and_then(|chords| Chord::from_class(chords[index] as usize));
        Ok(chord.map(|chord| chord.transposed(semitones).class() as u32))
    }
}

fn write(tokens: &[u16], into: &mut [f32]) {
    assert_eq!(into.len(), tokens.len(), "there is room for one example");
    into.iter_mut().zip(tokens).for_each(|(to, token)| *to = f32::from(*token));
}

/// The tokens of an example, from its values.
pub fn tokens_of(values: &[f32]) -> Vec<u16> {
    values.iter().map(|value| *value as u16).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn a_window_is_transposed_with_its_chord() {
        let encoding = Encoding::Melody { bars: 1 };
        // C4 and a rest.
        let mut tokens = vec![0; 16];
        (tokens[0], tokens[4]) = (41, 1);
        let class = |name: &str| name.parse::<Chord>().map(Chord::class).unwrap_or_default();
        let windows = Windows::new(encoding, tokens.clone())
            .augmented(Augmentation { transpose: 5, ..Augmentation::default() })
            .with_chords(vec![class("C") as u32]);
        let mut seen = Vec::new();
        for epoch in 0..200 {
            let mut stream = Stream::new(Seed(1), Purpose::Augmentation, [epoch, 0, 0]);
            let mut values = [0.0; 16];
            let chord = windows.read_augmented(0, &mut stream, &mut values).unwrap();
            let by = values[0] as i32 - 41;
            assert_eq!(chord, Some(1 + by.rem_euclid(12) as u32));
            assert_eq!(tokens_of(&values[1..]), tokens[1..]);
            seen.push(by);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (-5..=5).collect::<Vec<_>>());
        let mut values = [0.0; 16];
        windows.read(0, &mut values).unwrap();
        assert_eq!(tokens_of(&values), tokens);
    }

    #[test]
    fn the_voices_of_a_trio_are_remixed_and_then_transposed() {
        let encoding = Encoding::Trio { bars: 1 };
        // A note throughout and all drums, against a higher one and none.
        let tokens = [[40, 20, 511].repeat(16), [60, 30, 0].repeat(16)].concat();
        let augmentation = Augmentation { transpose: 1, remix: 1.0 };
        let windows = Windows::new(encoding, tokens).augmented(augmentation);
        let mut seen = std::collections::BTreeSet::new();
        for epoch in 0..400 {
            let mut stream = Stream::new(Seed(1), Purpose::Augmentation, [epoch, 0, 0]);
            let mut values = [0.0; 48];
            windows.read_augmented(0, &mut stream, &mut values).unwrap();
            let tokens = tokens_of(&values);
            assert_eq!(tokens, [tokens[0], tokens[1], tokens[2]].repeat(16));
            seen.insert((tokens[0], tokens[1]));
            assert!(tokens[2] <= 511);
        }
        let of_both =
            |by: u16| [39, 59].into_iter().flat_map(move |a| [19, 29].map(|b| (a + by, b + by)));
        assert_eq!(seen, (0..3).flat_map(of_both).collect());
    }

    #[test]
    fn a_remixed_window_has_each_drum_of_one_of_two() {
        let encoding = Encoding::Drums { bars: 1 };
        // The bass drum throughout, and all drums but the bass drum.
        let tokens = [[1; 16], [0b1_1111_1110; 16]].concat();
        let windows = Windows::new(encoding, tokens)
            .augmented(Augmentation { remix: 0.5, ..Augmentation::default() });
        let (mut kept, mut with_bass) = (0, 0);
        for epoch in 0..400 {
            let mut stream = Stream::new(Seed(1), Purpose::Augmentation, [epoch, 0, 0]);
            let mut values = [0.0; 16];
            assert_eq!(windows.read_augmented(0, &mut stream, &mut values).unwrap(), None);
            let tokens = tokens_of(&values);
            assert_eq!(tokens, [tokens[0]; 16], "all steps are mixed alike");
            kept += usize::from(tokens[0] == 1);
            with_bass += usize::from(tokens[0] & 1 == 1);
        }
        // Half of them are not remixed, and half of the rest are mixed with themselves.
        assert!((280..320).contains(&kept), "{kept}");
        // Half of those that are mixed with the other one take its bass drum, which is silent.
        assert!((330..370).contains(&with_bass), "{with_bass}");
    }
}
