//! The lesson's numbers beside ours, and the rows of examples that go with them.

use concertina::text::{number, thousands};

use crate::materials::Effort;
use crate::page::Part;
use crate::studio::Trained;

/// Images in a row of examples.
pub(super) const COLUMNS: usize = 10;

/// A table of the lesson's results beside ours, and of what differed in the training.
pub(super) struct Comparison {
    rows: Vec<[String; 3]>,
}

impl Comparison {
    /// Begins with the held-out loss. `what` says which loss it is; `lesson` is what the lesson
    /// printed.
    pub(super) fn of_loss(trained: &Trained<'_>, what: &str, lesson: &str) -> Self {
        let rows = vec![[what.to_owned(), lesson.to_owned(), number(trained.loss())]];
        Self { rows }
    }

    pub(super) fn row(mut self, what: &str, lesson: &str, here: impl Into<String>) -> Self {
        self.rows.push([what.to_owned(), lesson.to_owned(), here.into()]);
        self
    }

    /// The settings of the training: images, epochs and batch size, first the lesson's.
    pub(super) fn training(
        self,
        trained: &Trained<'_>,
        [images, epochs, batch]: [usize; 3],
    ) -> Self {
        let training = &trained.model.recipe.training;
        self.row("training images", &thousands(images), thousands(trained.model.card.train))
            .row("epochs", &epochs.to_string(), training.epochs.to_string())
            .row("batch size", &batch.to_string(), training.batch_size.to_string())
    }

    pub(super) fn put(self, part: &mut Part) {
        part.table(["", "the lesson", "here"], self.rows);
    }
}

/// Why the numbers differ from the lesson's.
pub(super) fn differences(effort: Effort) -> &'static str {
    match effort {
        Effort::Full => {
            "The settings are the lesson’s, except for what the table and this section say. The \
             order of the data and the initial weights always differ."
        }
        Effort::Quick | Effort::SmokeTest => {
            "There are fewer images and epochs than in the lesson, and smaller batches to make up \
             for some of the missing steps. The loss is therefore still higher, and would keep \
             falling with more training."
        }
    }
}
