//! Examples: what goes in, what comes back, where it does worst and best.

use super::{Source, figure};
use crate::error::Result;
use crate::data::FloatImages;
use crate::plot::{ImageGrid, Row};
use crate::report::Figure;

/// Images in a row.
const COLUMNS: usize = 10;

impl Source<'_> {
    /// The first training images, and what the task makes of them.
    pub(crate) fn inputs(&self) -> Result<Figure> {
        let clean = FloatImages::from(&self.data.train.take(COLUMNS));
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
    pub(crate) fn reconstructions(&self) -> Result<Figure> {
        let grid = ImageGrid { rows: self.compared(&self.first(COLUMNS))?, ..ImageGrid::default() };
        let task = &self.model.recipe.task;
        let what = if task.is_identity() {
            "original above, reconstruction below".to_owned()
        } else {
            format!("{} above, {} in the middle, true below", task.input_word(), task.output_word())
        };
        let caption = format!("Images the model was not trained on: {what}.");
        figure(|theme| grid.to_png(theme), caption)
    }

    /// The ten validation images with the largest error, and the ten with the smallest.
    pub(crate) fn worst_and_best(&self) -> Result<Figure> {
        let errors = &self.judgement.errors;
        let mut order: Vec<usize> = (0..errors.len()).collect();
        order.sort_by(|&a, &b| errors[b].total_cmp(&errors[a]).then(a.cmp(&b)));
        let n = COLUMNS.min(order.len().div_ceil(2));
        let worst = order[..n].to_vec();
        let best: Vec<usize> = order.iter().rev().take(n).copied().collect();
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
        let drawn = if self.model.recipe.bottleneck.is_variational() {
            " The errors are those of validation, with codes drawn at random; the pictures are of code means."
        } else {
            ""
        };
        let caption = format!(
            "The {n} validation images with the largest error, then the {n} with the smallest; errors in {unit}.{drawn}"
        );
        figure(|theme| grid.to_png(theme), caption)
    }

    /// Rows of input, output and, where it differs from the input, the true image.
    fn compared(&self, indices: &[usize]) -> Result<Vec<Row>> {
        let [clean, inputs, outputs] = self.examples(indices)?;
        let task = &self.model.recipe.task;
        let mut rows = vec![row(task.input_word(), &inputs)?, row(task.output_word(), &outputs)?];
        if !task.is_identity() {
            rows.push(row("true", &clean)?);
        }
        Ok(rows)
    }
}

/// A labelled row of pictures.
pub(crate) fn row(label: &str, pictures: &FloatImages) -> Result<Row> {
    Row::new(label, pictures.shape(), pictures.values())
}

/// An error with the digits that fit below a small picture.
fn short(error: f32) -> String {
    match error {
        error if error >= 100.0 => format!("{error:.0}"),
        error if error >= 1.0 => format!("{error:.1}"),
        error => format!("{error:.3}"),
    }
}
