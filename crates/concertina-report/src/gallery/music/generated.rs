//! New windows: samples and an interpolation.

use concertina::data::FloatImages;
use concertina::data::music::MusicSet;
use concertina::math::interpolate;
use concertina::model::Draw;
use concertina::rng::Seed;
use concertina::{Error, Result};

use super::super::figures::{Figures, figure};
use super::recording::{Heard, Recording};
use super::rolls::{all_tokens, columns, piano_rolls, titled};

/// New windows.
const SAMPLES: usize = 8;
/// New windows in a row, at most.
const COLUMNS: usize = 4;
/// New windows that are played on the page, at most.
const MOST_PLAYED: usize = 4;
/// The temperature of new windows, that of `MusicVAE`'s own samples.
const TEMPERATURE: f32 = 0.5;
/// Windows of an interpolation, both ends included.
const STEPS: usize = 7;

impl Figures<'_, MusicSet> {
    /// Windows decoded from new codes, of a conditional model one on each of the most frequent
    /// chords.
    ///
    /// # Errors
    /// As [`Model::sample_codes`](concertina::model::Model::sample_codes).
    pub fn samples(&self) -> Result<Heard> {
        let encoding = self.data.valid.encoding();
        let seed = Seed(self.model.recipe.training.seed);
        let codes = self.model.sample_codes(SAMPLES, seed)?;
        let labels = self.frequent_chords();
        let draw = Draw::Sampled { seed, temperature: TEMPERATURE };
        let windows = self.model.with_labels(labels.as_deref())?.decode_with(&codes, draw)?;
        let windows = all_tokens(&windows);
        let title = |i: usize| {
            let chord = labels.as_ref().and_then(|labels| labels.get(i));
            let chord = chord.and_then(|&chord| self.data.class_names.get(chord as usize));
            chord.map_or_else(
                || format!("sample {}", i + 1),
                |chord| format!("sample {}, {chord}", i + 1),
            )
        };
        let recordings = windows.iter().enumerate().map(|(i, window)| {
            let name = format!("sample-{}", i + 1);
            let recording = Recording::new(name, title(i), encoding, &[window]);
            if i < MOST_PLAYED { recording } else { recording.silent() }
        });
        let recordings = recordings.collect();
        let from = if self.model.has_prior() {
            "the standard normal prior"
        } else {
            "a mixture of Gaussians fitted to the codes of the training windows"
        };
        let chords = if labels.is_some() {
            " Each is asked for on a chord, which the model is given beside the code; they are the \
             most frequent chords of the training windows."
        } else {
            ""
        };
        let caption = format!(
            "{} new windows, decoded from codes sampled from {from}. Their tokens are sampled at \
             temperature {TEMPERATURE}.{chords}",
            windows.len()
        );
        let titles: Vec<String> = (0..windows.len()).map(title).collect();
        self.sheet(COLUMNS, &titles, &windows, caption, recordings)
    }

    /// An interpolation in latent space between two validation windows.
    ///
    /// # Errors
    /// If there are fewer than two, or as [`Figures::examples`].
    pub fn interpolations(&self) -> Result<Heard> {
        let encoding = self.data.valid.encoding();
        let ends = self.spread(2)?;
        if ends.len() < 2 {
            return Err(Error::insufficient(
                "expected two held-out windows to interpolate between, found one",
            ));
        }
        let windows = FloatImages::gather(&self.data.valid, &ends)?;
        let labels = self.labels(&ends)?;
        let codes = self.model.with_labels(labels.as_deref())?.encode(&windows)?;
        let steps = interpolate(codes.row(0), codes.row(1), STEPS);
        let labels = self.label_repeated(ends[0], steps.len())?;
        let windows = self.model.with_labels(labels.as_deref())?.decode(&steps)?;
        let windows = all_tokens(&windows);
        let all: Vec<&[u16]> = windows.iter().map(Vec::as_slice).collect();
        let label = format!("interpolation, steps 1 to {STEPS} in turn");
        let recordings = vec![Recording::new("interpolation", label, encoding, &all)];
        let names: Vec<String> = self.names(&ends).collect();
        let chord = match labels.filter(|_| self.model.architecture.classes > 0) {
            Some(labels) => {
                format!(" All are decoded on {}.", self.data.class_names[labels[0] as usize])
            }
            None => String::new(),
        };
        let caption = format!(
            "Linear interpolation in {STEPS} steps between the codes of two held-out windows, \
             {} (step 1) and {} (step {STEPS}), decoded to the most probable tokens.{chord}",
            names[0], names[1]
        );
        let titles: Vec<String> = (1..=STEPS).map(|step| format!("step {step}")).collect();
        self.sheet(STEPS, &titles, &windows, caption, recordings)
    }

    /// A figure of windows in reading order, at most `most` to a row.
    fn sheet(
        &self,
        most: usize,
        titles: &[String],
        windows: &[Vec<u16>],
        caption: String,
        recordings: Vec<Recording>,
    ) -> Result<Heard> {
        let encoding = self.data.valid.encoding();
        let columns = columns(encoding, most);
        let (titles, windows) = (titles.chunks(columns), windows.chunks(columns));
        let rows = titles
            .zip(windows)
            .map(|(titles, windows)| titled("", titles.to_vec(), windows.to_vec()));
        let rolls = piano_rolls(encoding, rows.collect());
        Ok(Heard { figure: figure(|theme| rolls.to_png(theme), caption)?, recordings })
    }

    /// The chords that samples are asked for on, of a conditional model: the most frequent ones
    /// first.
    fn frequent_chords(&self) -> Option<Vec<u32>> {
        let classes = self.model.architecture.classes;
        if classes == 0 {
            return None;
        }
        let counts = &self.data.card.classes;
        let mut chords: Vec<u32> = (0..classes as u32).collect();
        let count = |chord: u32| counts.get(chord as usize).map_or(0, |class| class.train);
        chords.sort_by_key(|&chord| std::cmp::Reverse(count(chord)));
        chords.retain(|&chord| count(chord) > 0);
        Some(chords.into_iter().cycle().take(SAMPLES).collect())
    }
}
