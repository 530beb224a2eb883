//! How much of a window comes back.

use std::collections::HashMap;

use concertina::Result;
use concertina::data::FloatImages;
use concertina::data::music::MusicSet;

use super::super::figures::Figures;

/// More windows are not reconstructed: writing token by token takes time.
const MOST_WINDOWS: usize = 500;
/// Windows that are reconstructed at a time.
const AT_ONCE: usize = 100;

/// The free-running accuracy of each voice: the fraction of tokens that are the original's, where
/// the decoder is given the code and continues what it wrote itself, with the most probable token
/// at each step.
pub(in super::super) struct Accuracies {
    /// The windows that they are of.
    pub(in super::super) windows: usize,
    /// All validation windows.
    pub(in super::super) of: usize,
    /// In the order of the encoding.
    pub(in super::super) voices: Vec<Accuracy>,
}

/// The accuracy of a voice.
pub(in super::super) struct Accuracy {
    pub(in super::super) voice: &'static str,
    /// Of the model.
    pub(in super::super) free_running: f64,
    /// Of always saying what is most frequent.
    pub(in super::super) most_frequent: f64,
}

/// The tokens of a voice.
#[derive(Default)]
struct Counts {
    all: usize,
    right: usize,
    of_token: HashMap<u16, usize>,
}

impl Accuracies {
    /// Of the validation windows, or of [`MOST_WINDOWS`] from all over the split. Padding is not
    /// counted.
    ///
    /// # Errors
    /// If there is no validation window, or as [`Figures::examples`].
    pub(in super::super) fn of(figures: Figures<'_, MusicSet>) -> Result<Self> {
        let voices = figures.data.valid.encoding().voices();
        let indices = figures.spread(MOST_WINDOWS)?;
        let mut counts: Vec<Counts> = voices.iter().map(|_| Counts::default()).collect();
        for indices in indices.chunks(AT_ONCE) {
            let [originals, _, outputs] = figures.examples(indices)?;
            for (place, (original, output)) in tokens(&originals).zip(tokens(&outputs)).enumerate()
            {
                let voice = place % voices.len();
                if usize::from(original) < voices[voice].classes {
                    counts[voice].add(original, output);
                }
            }
        }
        let voices = voices.iter().zip(counts).map(|(voice, counts)| counts.accuracy(voice.name));
        Ok(Self { windows: indices.len(), of: figures.n_valid(), voices: voices.collect() })
    }
}

impl Counts {
    fn add(&mut self, original: u16, output: u16) {
        self.all += 1;
        self.right += usize::from(original == output);
        *self.of_token.entry(original).or_default() += 1;
    }

    fn accuracy(&self, voice: &'static str) -> Accuracy {
        let most_frequent = self.of_token.values().copied().max().unwrap_or(0);
        let of_all = |n: usize| n as f64 / self.all.max(1) as f64;
        Accuracy { voice, free_running: of_all(self.right), most_frequent: of_all(most_frequent) }
    }
}

/// All tokens, which as values of examples are whole numbers.
fn tokens(examples: &FloatImages) -> impl Iterator<Item = u16> {
    examples.values().iter().map(|value| *value as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_the_fraction_of_tokens_that_are_right() {
        let mut counts = Counts::default();
        for (original, output) in [(0, 0), (0, 5), (0, 0), (5, 0), (41, 41)] {
            counts.add(original, output);
        }
        let Accuracy { voice, free_running, most_frequent } = counts.accuracy("melody");
        assert_eq!((voice, free_running, most_frequent), ("melody", 0.6, 0.6));
        // A voice of nothing but padding.
        assert_eq!(Counts::default().accuracy("events").free_running, 0.0);
    }
}
