//! A model with what is usual in good pictures.

use super::map::{map, score};
use super::threshold::Threshold;
use crate::data::FloatImages;
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::model::Model;
use crate::restore::Restorer;
use crate::task::Task;

/// Finds what does not belong in pictures, by a model that was trained on good ones.
#[derive(Clone, Debug)]
pub struct Inspector<'a> {
    restorer: Restorer<'a>,
    /// The mean of the good pictures' maps: the unit of maps and scores.
    usual: f64,
    /// The scores of the good pictures that were held out of training, in that unit.
    held_out: Vec<f64>,
    /// And of those that were not.
    trained: Vec<f64>,
}

/// What was found in a picture.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Height and width.
    pub sides: [usize; 2],
    /// How much each place differs from what the model makes of it, in what is usual in good
    /// pictures; row by row.
    pub map: Vec<f32>,
    /// The value that a thousandth of the map exceeds.
    pub score: f64,
}

impl<'a> Inspector<'a> {
    /// Whether a model can inspect; [`Inspector::fit`] checks it again.
    ///
    /// # Errors
    /// If it was not trained to take away defects, or does not take pictures of any size.
    pub fn check(model: &Model) -> Result<()> {
        Self::restorer(model).map(drop)
    }

    fn restorer(model: &Model) -> Result<Restorer<'_>> {
        let takes_defects = matches!(model.recipe.task, Task::Defects { .. });
        Restorer::of(model).filter(|_| takes_defects).ok_or_else(|| {
            let found = model.recipe.task.input_word();
            Error::config(format!(
                "expected a model of pictures of any size that was trained to take away defects, \
                 found one for images of {} whose inputs are \"{found}\"",
                model.architecture.input
            ))
            .with_hint(
                Hint::text("train one on good pictures: ")
                    .with(HintPart::Recipe("inspect-ae".to_owned())),
            )
        })
    }

    /// Fits a model to pictures of good parts, read one by one: `held_out` that it was not trained
    /// on, which say what is usual, and `trained` ones, if there are any, which make the threshold
    /// steadier.
    ///
    /// # Errors
    /// If the model was not trained to take away defects, there is no held-out picture, or one of
    /// them cannot be read.
    pub fn fit(
        model: &'a Model,
        held_out: impl IntoIterator<Item = Result<FloatImages>>,
        trained: impl IntoIterator<Item = FloatImages>,
    ) -> Result<Self> {
        let restorer = Self::restorer(model)?;
        let mapped = |picture: &FloatImages| -> Result<Vec<f32>> {
            Ok(map(picture, &restorer.restore(picture)?))
        };
        let (mut sum, mut n, mut scores) = (0.0, 0, Vec::new());
        for picture in held_out {
            let map = mapped(&picture?)?;
            scores.push(score(&map));
            sum += map.iter().map(|value| f64::from(*value)).sum::<f64>();
            n += map.len();
        }
        if scores.is_empty() {
            return Err(Error::insufficient(
                "expected good pictures that the model was not trained on, found none",
            )
            .with_hint(Hint::default().set("data.validation", 0.3)));
        }
        // A model that changes nothing at all finds nothing.
        let usual = (sum / n as f64).max(f64::from(f32::MIN_POSITIVE));
        let held_out = scores.into_iter().map(|score| score / usual).collect();
        let trained = trained.into_iter().map(|picture| Ok(score(&mapped(&picture)?) / usual));
        let trained = trained.collect::<Result<_>>()?;
        Ok(Self { restorer, usual, held_out, trained })
    }

    /// The threshold for a rate of false alarms.
    ///
    /// # Errors
    /// If the rate is not above 0 and below 1.
    pub fn threshold(&self, false_alarms: f64) -> Result<Threshold> {
        Threshold::new(&self.held_out, &self.trained, false_alarms)
    }

    /// Inspects a picture.
    ///
    /// # Errors
    /// If the picture has neither 1 channel nor 3, or there is not enough memory.
    pub fn inspect(&self, picture: &FloatImages) -> Result<Inspection> {
        let mut map = map(picture, &self.restorer.restore(picture)?);
        let score = score(&map) / self.usual;
        for value in &mut map {
            *value = (f64::from(*value) / self.usual) as f32;
        }
        let shape = picture.shape();
        Ok(Inspection { sides: [shape.height, shape.width], map, score })
    }
}
