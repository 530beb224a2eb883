//! Held-out windows: what goes in and what comes back, and their codes.

use concertina::data::FloatImages;
use concertina::data::music::MusicSet;
use concertina::{Error, Result};

use super::super::examples::short;
use super::super::figures::{Figures, figure};
use super::recording::{Heard, Recording};
use super::rolls::{all_tokens, columns, piano_rolls, titled, untitled};
use crate::report::Figure;

/// Windows in a row, at most.
const COLUMNS: usize = 4;
/// Windows that are played on the page beside their reconstructions: of more than two bars one
/// fewer, so that there is room for an interpolation.
const PLAYED: usize = 3;

impl Figures<'_, MusicSet> {
    /// Held-out windows from all over the validation split above what the model makes of them.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn reconstructions(&self) -> Result<Heard> {
        let encoding = self.data.valid.encoding();
        let indices = self.spread(columns(encoding, COLUMNS))?;
        let [originals, _, outputs] = self.examples(&indices)?;
        let [originals, outputs] = [all_tokens(&originals), all_tokens(&outputs)];
        let played = PLAYED - usize::from(encoding.bars() > 2);
        let mut recordings = Vec::new();
        for (i, (original, output)) in originals.iter().zip(&outputs).enumerate() {
            for (word, window) in [("original", original), ("reconstruction", output)] {
                let (name, label) = (format!("{word}-{}", i + 1), format!("{word} {}", i + 1));
                let recording = Recording::new(name, label, encoding, &[window]);
                recordings.push(if i < played { recording } else { recording.silent() });
            }
        }
        let titles = self.names(&indices).zip(1..);
        let titles = titles.map(|(name, number)| format!("{number}: {name}")).collect();
        let rows = vec![titled("original", titles, originals), untitled("reconstruction", outputs)];
        let rolls = piano_rolls(encoding, rows);
        let caption = "Windows of pieces that the model was not trained on: the original above, \
                       its reconstruction below. The decoder is given the code and writes the most \
                       probable token at each step.";
        Ok(Heard { figure: figure(|theme| rolls.to_png(theme), caption)?, recordings })
    }

    /// The validation windows with the largest errors, and those with the smallest.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn worst_and_best(&self) -> Result<Heard> {
        self.spread(1)?;
        let encoding = self.data.valid.encoding();
        let extremes = self.extremes(columns(encoding, COLUMNS));
        let n = extremes[0].len();
        let (mut rows, mut recordings) = (Vec::new(), Vec::new());
        for (word, indices) in ["worst", "best"].into_iter().zip(extremes) {
            let [originals, _, outputs] = self.examples(&indices)?;
            let [originals, outputs] = [all_tokens(&originals), all_tokens(&outputs)];
            for (i, (original, output)) in originals.iter().zip(&outputs).enumerate() {
                for (what, window) in [("original", original), ("reconstruction", output)] {
                    let name = format!("{word}-{}-{what}", i + 1);
                    let label = format!("{word}, {what}");
                    let recording = Recording::new(name, label, encoding, &[window]);
                    recordings.push(if i == 0 { recording } else { recording.silent() });
                }
            }
            let error = |index: &usize| format!("{} nats", short(self.validation.errors[*index]));
            let errors = indices.iter().map(error).collect();
            rows.push(titled(word, self.names(&indices).collect(), originals));
            rows.push(titled("reconstruction", errors, outputs));
        }
        let rolls = piano_rolls(encoding, rows);
        let unit = self.model.recipe.reconstruction.unit();
        let sampled = if self.model.is_variational() {
            ", and the code is sampled; the reconstructions are decoded from the code means and \
             the decoder's own tokens"
        } else {
            "; the reconstructions are decoded from the decoder's own tokens"
        };
        let windows = if n == 1 { "window" } else { "windows" };
        let caption = format!(
            "The {n} validation {windows} with the largest reconstruction error, then the {n} with \
             the smallest. Errors are in {unit}, as in validation: there the decoder is given the \
             original's earlier tokens (teacher-forced){sampled}."
        );
        Ok(Heard { figure: figure(|theme| rolls.to_png(theme), caption)?, recordings })
    }

    /// The validation codes as points, coloured by chord where windows have one. Shows the first
    /// two latent dimensions.
    ///
    /// # Errors
    /// None that an ordinary model can cause.
    ///
    /// # Panics
    /// If there are fewer than two latent dimensions.
    pub fn scatter(&self) -> Result<Figure> {
        self.points(None)
    }

    /// The codes of the windows of [`Figures::reconstructions`] as small images, a square for each
    /// latent dimension.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn codes(&self) -> Result<Figure> {
        let indices = self.spread(columns(self.data.valid.encoding(), COLUMNS))?;
        let windows = FloatImages::gather(&self.data.valid, &indices)?;
        let labels = self.labels(&indices)?;
        let codes = self.model.with_labels(labels.as_deref())?.encode(&windows)?;
        let captions = (1..=codes.len()).map(|number| format!("window {number}")).collect();
        self.squares(Vec::new(), &codes, captions)
    }

    /// The indices of `n` validation windows, or of all if there are fewer, from all over the
    /// split: neighbours are often of one piece.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn spread(&self, n: usize) -> Result<Vec<usize>> {
        let all = self.n_valid();
        if all == 0 {
            return Err(Error::insufficient("expected held-out windows to show, found none"));
        }
        let n = n.min(all);
        Ok((0..n).map(|i| i * all / n).collect())
    }

    /// The pieces and bars of some validation windows.
    pub(super) fn names(&self, indices: &[usize]) -> impl Iterator<Item = String> {
        indices.iter().map(|&index| self.data.valid_places[index].to_string())
    }
}
