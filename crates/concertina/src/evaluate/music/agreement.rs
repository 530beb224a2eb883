//! How far windows agree with their originals.

use concertina_music::encoding::{Encoding, Onset};
use schemars::JsonSchema;
use serde::Serialize;

use crate::data::Examples as _;
use crate::data::music::Windows;

/// The agreement of windows with their originals, in all and by voice.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Agreement {
    /// What is compared with the originals.
    pub of: String,
    /// The fraction of tokens that are the original's. Padding is not counted.
    pub accuracy: f64,
    /// The F1 of notes that begin: the same track, step and pitch. All windows are pooled.
    pub onset_f1: f64,
    /// The same of each voice, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voices: Vec<VoiceAgreement>,
}

/// The agreement of one voice.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct VoiceAgreement {
    /// `melody`, `bass` or `drums`.
    pub voice: String,
    /// The fraction of tokens that are the original's.
    pub accuracy: f64,
    /// The F1 of notes that begin.
    pub onset_f1: f64,
}

/// Counts of a voice, or of all.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    tokens: usize,
    right: usize,
    onsets: usize,
    /// Those of the other windows.
    others: usize,
    /// In both.
    common: usize,
}

impl Agreement {
    /// Compares windows, `[N, T, V]`, with their originals.
    pub(super) fn new(of: &str, originals: &Windows, others: &[u16]) -> Self {
        let encoding = originals.encoding();
        let size = originals.shape().len();
        assert_eq!(others.len(), originals.tokens().len(), "windows are compared one by one");
        let mut counts = vec![Counts::default(); encoding.voices().len()];
        for (original, other) in originals.iter().zip(others.chunks(size)) {
            count(encoding, original, other, &mut counts);
        }
        let all = counts.iter().fold(Counts::default(), Counts::and);
        let voices = encoding.voices().iter().zip(&counts).map(|(voice, counts)| VoiceAgreement {
            voice: voice.name.to_owned(),
            accuracy: counts.accuracy(),
            onset_f1: counts.onset_f1(),
        });
        Self {
            of: of.to_owned(),
            accuracy: all.accuracy(),
            onset_f1: all.onset_f1(),
            voices: if counts.len() > 1 { voices.collect() } else { Vec::new() },
        }
    }
}

fn count(encoding: Encoding, original: &[u16], other: &[u16], counts: &mut [Counts]) {
    let voices = encoding.voices();
    for (place, (token, found)) in original.iter().zip(other).enumerate() {
        let voice = place % voices.len();
        if usize::from(*token) < voices[voice].classes {
            counts[voice].tokens += 1;
            counts[voice].right += usize::from(token == found);
        }
    }
    // The tracks of a multitrack bar belong to its one voice.
    let voice = |onset: &Onset| if voices.len() > 1 { onset.track } else { 0 };
    let [original, other] = [original, other].map(|tokens| onsets(encoding, tokens));
    for onset in &original {
        counts[voice(onset)].onsets += 1;
        counts[voice(onset)].common += usize::from(other.binary_search(onset).is_ok());
    }
    for onset in &other {
        counts[voice(onset)].others += 1;
    }
}

/// Where notes begin, in order, each once.
fn onsets(encoding: Encoding, tokens: &[u16]) -> Vec<Onset> {
    let mut onsets = encoding.onsets(tokens);
    onsets.sort_unstable();
    onsets.dedup();
    onsets
}

impl Counts {
    fn and(self, other: &Self) -> Self {
        Self {
            tokens: self.tokens + other.tokens,
            right: self.right + other.right,
            onsets: self.onsets + other.onsets,
            others: self.others + other.others,
            common: self.common + other.common,
        }
    }

    fn accuracy(&self) -> f64 {
        self.right as f64 / self.tokens.max(1) as f64
    }

    /// 2 TP / (2 TP + FP + FN). Without notes in either there is nothing wrong.
    fn onset_f1(&self) -> f64 {
        match self.onsets + self.others {
            0 => 1.0,
            all => 2.0 * self.common as f64 / all as f64,
        }
    }
}
