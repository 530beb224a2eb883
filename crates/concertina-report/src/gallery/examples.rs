//! Examples: what goes in, what comes back, and where the model does worst and best.

use concertina::Result;
use concertina::data::FloatImages;

use super::figures::{Figures, figure, row};
use crate::plot::{ImageGrid, Row};
use crate::report::Figure;

/// Images in a row.
const COLUMNS: usize = 10;

impl Figures<'_> {
    /// The first training images, and what the task makes of them.
    ///
    /// # Errors
    /// None that an ordinary model can cause.
    pub fn inputs(&self) -> Result<Figure> {
        let clean = FloatImages::of(&self.data.train.take(COLUMNS))?;
        let task = &self.model.recipe.task;
        let mut rows = vec![row("training images", &clean)?];
        let mut caption = format!("The first {} training images", clean.len());
        if !task.is_identity() {
            let indices: Vec<usize> = (0..clean.len()).collect();
            let inputs = self.model.corrupted(&clean, &indices);
            rows.push(row(task.input_word(), &inputs)?);
            caption += ", and what the encoder sees of them";
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        figure(|theme| grid.to_png(theme), caption + ".")
    }

    /// The first validation images above what the model makes of them.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn reconstructions(&self) -> Result<Figure> {
        let grid = ImageGrid { rows: self.compared(&self.first(COLUMNS))?, ..ImageGrid::default() };
        let task = &self.model.recipe.task;
        let rows = if task.is_identity() {
            "the original above, its reconstruction below".to_owned()
        } else {
            format!(
                "{} on top, {} in the middle, original at the bottom",
                task.input_word(),
                task.output_word()
            )
        };
        let caption = format!("Images that the model was not trained on: {rows}.");
        figure(|theme| grid.to_png(theme), caption)
    }

    /// The ten validation images with the largest errors, and the ten with the smallest.
    ///
    /// # Errors
    /// As [`Figures::examples`].
    pub fn worst_and_best(&self) -> Result<Figure> {
        let errors = &self.validation.errors;
        let [worst, best] = self.extremes(COLUMNS);
        let n = worst.len();
        let mut rows = Vec::new();
        for (word, indices) in [("worst", worst), ("best", best)] {
            let captions = indices.iter().map(|&index| short(errors[index])).collect();
            let mut compared = self.compared(&indices)?;
            let last = compared.pop().map(|row| row.with_captions(captions).with_detail(word));
            rows.extend(compared);
            rows.extend(last);
        }
        let grid = ImageGrid { rows, ..ImageGrid::default() };
        let unit = self.model.recipe.reconstruction.unit();
        let sampled = if self.model.is_variational() {
            " The errors are those of validation, where codes are sampled; the images are decoded \
             from the code means."
        } else {
            ""
        };
        let caption = format!(
            "The {n} validation images with the largest reconstruction error, then the {n} with \
             the smallest. Errors are in {unit}.{sampled}"
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Rows of input, output and, where it differs from the input, the original.
    fn compared(&self, indices: &[usize]) -> Result<Vec<Row>> {
        let [clean, inputs, outputs] = self.examples(indices)?;
        let task = &self.model.recipe.task;
        let mut rows = vec![row(task.input_word(), &inputs)?, row(task.output_word(), &outputs)?];
        if !task.is_identity() {
            rows.push(row("original", &clean)?);
        }
        Ok(rows)
    }
}

/// An error with the digits that fit below a small image.
pub(super) fn short(error: f32) -> String {
    match error {
        error if error >= 100.0 => format!("{error:.0}"),
        error if error >= 1.0 => format!("{error:.1}"),
        error => format!("{error:.3}"),
    }
}
