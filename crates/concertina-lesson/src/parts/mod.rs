//! The sections of the lesson, in its order: each trains what it needs and puts texts, figures and tables on the page.

mod adversarial;
mod articles;
mod code;
mod conditional;
mod convolutional;
mod data;
mod denoise;
mod divergence;
mod enlarge;
mod plane;
mod shown;
mod variational;

use super::Effort;
use super::page::Part;
use super::studio::{Halt, Studio, Trained};
use crate::error::Result;
use crate::data::FloatImages;
use crate::model::Model;
use crate::text::thousands;

/// What a section does.
type Section = fn(&mut Studio<'_>, &mut Part) -> Result<(), Halt>;

/// All sections with their headings.
pub(super) const ALL: [(&str, Section); 13] = [
    ("The data and the idea", data::section),
    ("A convolutional autoencoder", convolutional::section),
    ("Looking at the code", code::section),
    ("Task: a code of two numbers", plane::section),
    ("Task: noise in the code", code::noise),
    ("Taking noise away", denoise::section),
    ("Enlarging", enlarge::section),
    ("The variational autoencoder", variational::section),
    ("Closing task: a convolutional one", variational::closing_task),
    ("The adversarial autoencoder", adversarial::section),
    ("From the linked articles", articles::section),
    ("The divergence, in small", divergence::section),
    ("What was shown", shown::section),
];

/// Images in a row of examples.
const COLUMNS: usize = 10;

/// Inputs through the code of a model that is told no labels.
fn through(model: &Model, inputs: &FloatImages) -> Result<FloatImages> {
    let model = model.with_known_labels(None);
    model.decode(&model.encode_pictures(inputs))
}

/// A number of about four digits.
fn number(value: f64) -> String {
    match value.abs() {
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 1000.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

/// What a model of the lesson is compared in: their numbers beside ours, and what was other in the training.
struct Comparison {
    rows: Vec<[String; 3]>,
}

impl Comparison {
    /// Begins with the held-out loss. `unit` says what it is; `lesson` is what the lesson printed.
    fn of_loss(trained: &Trained<'_>, what: &str, lesson: &str) -> Self {
        let rows = vec![[what.to_owned(), lesson.to_owned(), number(trained.loss())]];
        Self { rows }
    }

    fn row(mut self, what: &str, lesson: &str, here: impl Into<String>) -> Self {
        self.rows.push([what.to_owned(), lesson.to_owned(), here.into()]);
        self
    }

    /// The training's settings: images, epochs and batch, first the lesson's.
    fn training(self, trained: &Trained<'_>, [images, epochs, batch]: [usize; 3]) -> Self {
        let training = &trained.model.recipe.training;
        self.row("training images", &thousands(images), thousands(trained.model.card.train))
            .row("epochs", &epochs.to_string(), training.epochs.to_string())
            .row("images in a batch", &batch.to_string(), training.batch_size.to_string())
    }

    fn put(self, part: &mut Part) {
        part.table(["", "the lesson", "here"], self.rows);
    }
}

/// Words for what makes the numbers differ.
fn differences(effort: Effort) -> &'static str {
    match effort {
        Effort::Full => {
            "The setting is the lesson's; what differs is the data's order and the first weights."
        }
        Effort::Quick | Effort::SmokeTest => {
            "Fewer images and epochs than the lesson’s, and smaller batches, so that there are steps enough: the loss has not come as far down, and \
             would go on falling."
        }
    }
}
