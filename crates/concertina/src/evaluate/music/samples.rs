//! The likeness of samples and music.

use std::collections::HashSet;

use concertina_music::attribute::intervals;
use concertina_music::encoding::Encoding;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::finding::missing;
use super::super::{Conventions, finding};
use super::subject::Material;
use crate::data::music::Windows;
use crate::error::Result;
use crate::math::jensen_shannon_nats;

/// Samples, at most, and as many test windows.
const MOST: usize = 1000;
/// Larger intervals count as this one, in semitones.
const WIDEST: i32 = 24;
/// Bars with more notes count as this many.
const DENSEST: usize = 64;
/// Windows are compared in this key: their lowest note.
const LOWEST: i32 = 48;

/// The samples section of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct MusicSamples {
    /// The number of samples, and of the windows in each set that they are compared with.
    pub windows: usize,
    /// The distances of the samples' histograms from those of the test windows.
    pub samples: Histograms,
    /// Those of as many training windows: what is due to chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training: Option<Histograms>,
    /// The fraction of samples that are training windows, in whichever key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied: Option<f64>,
    /// The same fraction of the test windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_copied: Option<f64>,
    /// The fraction of samples without any note.
    pub silent: f64,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// Jensen-Shannon divergences of histograms from those of the test windows, in nats: 0 for the
/// same, ln 2 for nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Histograms {
    /// Of the pitches of notes, drums by their number.
    pub pitch_nats: f64,
    /// Of the intervals between successive notes of a track; `None` for drums alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_nats: Option<f64>,
    /// Of the number of notes in a bar.
    pub density_nats: f64,
}

pub(super) fn measure(material: &Material<'_>) -> Result<MusicSamples> {
    let (model, encoding) = (material.model, material.encoding);
    if !model.has_prior() {
        return Err(missing("the model has no prior to draw samples from"));
    }
    let test = material.test.select(&material.some(material.test.len(), MOST, 5));
    let n = test.len();
    let codes = model.sample_codes(n, material.seed)?;
    // A conditional model writes to the chords of the test windows.
    let tokens = material.decode("writing samples", &codes, test.chords(), material.drawn())?;
    let samples = Windows::new(encoding, tokens);
    let wanted = Counts::of(&test);
    let training = material.train.as_ref().map(|train| {
        let chosen = train.select(&material.some(train.len(), n, 6));
        Counts::of(&chosen).from(&wanted)
    });
    let known = material.train.as_ref().map(keyless);
    let copied = |windows: &Windows| {
        let known = known.as_ref()?;
        let copies = keyless_of(windows).filter(|window| known.contains(window)).count();
        Some(copies as f64 / n as f64)
    };
    let silent = samples.iter().filter(|tokens| encoding.notes(tokens).is_empty()).count();
    Ok(MusicSamples {
        windows: n,
        samples: Counts::of(&samples).from(&wanted),
        training,
        copied: copied(&samples),
        test_copied: copied(&test),
        silent: silent as f64 / n as f64,
        conventions: conventions(),
    })
}

/// Histograms of the notes of windows.
struct Counts {
    pitch: Vec<f64>,
    interval: Vec<f64>,
    density: Vec<f64>,
}

impl Counts {
    fn of(set: &Windows) -> Self {
        let encoding = set.encoding();
        let mut counts = Self {
            pitch: vec![0.0; 256],
            interval: vec![0.0; 2 * WIDEST as usize + 1],
            density: vec![0.0; DENSEST + 1],
        };
        for tokens in set.iter() {
            let notes = encoding.notes(tokens);
            for note in &notes {
                counts.pitch[usize::from(note.pitch) + 128 * usize::from(note.is_drums)] += 1.0;
            }
            for interval in intervals(&notes) {
                counts.interval[(interval.clamp(-WIDEST, WIDEST) + WIDEST) as usize] += 1.0;
            }
            let bar = 4 * encoding.steps_per_quarter();
            let mut bars = vec![0_usize; encoding.bars()];
            for note in &notes {
                bars[(note.start / bar) as usize] += 1;
            }
            for notes in bars {
                counts.density[notes.min(DENSEST)] += 1.0;
            }
        }
        counts
    }

    /// The distances from the histograms that are wanted.
    fn from(&self, wanted: &Self) -> Histograms {
        let has_intervals = wanted.interval.iter().any(|count| *count > 0.0);
        Histograms {
            pitch_nats: jensen_shannon_nats(&self.pitch, &wanted.pitch),
            interval_nats: has_intervals
                .then(|| jensen_shannon_nats(&self.interval, &wanted.interval)),
            density_nats: jensen_shannon_nats(&self.density, &wanted.density),
        }
    }
}

/// The windows in one key.
fn keyless(set: &Windows) -> HashSet<Vec<u16>> {
    keyless_of(set).collect()
}

fn keyless_of(set: &Windows) -> impl Iterator<Item = Vec<u16>> {
    let encoding: Encoding = set.encoding();
    set.iter().map(move |tokens| {
        let notes = encoding.notes(tokens);
        let lowest = notes.iter().filter(|note| !note.is_drums).map(|note| note.pitch).min();
        match lowest {
            Some(lowest) => encoding.transpose(tokens, LOWEST - i32::from(lowest)),
            None => tokens.to_vec(),
        }
    })
}

fn conventions() -> Conventions {
    finding::conventions([
        (
            "samples",
            "codes from the prior, tokens drawn by their probabilities (temperature 1), as many \
             as test windows; of a conditional model to their chords",
        ),
        (
            "divergence",
            "Jensen-Shannon divergence of histograms from those of the test windows, in nats: \
             pitches of notes, intervals between successive notes of a track, notes in a bar",
        ),
        ("copied", "the same as a training window except for the key"),
    ])
}
