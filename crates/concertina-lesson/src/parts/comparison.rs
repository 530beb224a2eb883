//! The lesson's numbers beside ours, and the rows of examples that go with them.

use concertina::text::{number, thousands};

use crate::materials::Effort;
use crate::page::Part;
use crate::studio::Trained;

/// Images in a row of examples.
pub(super) const COLUMNS: usize = 10;

/// A table of the lesson's results beside ours, and of what differed in the training.
pub(super) struct Comparison {
    rows: Vec<(&'static str, String, String)>,
}

impl Comparison {
    /// Begins with the held-out loss. `what` is the key of a text that says which loss it is;
    /// `lesson` is what the lesson printed.
    pub(super) fn of_loss(trained: &Trained<'_>, what: &'static str, lesson: &str) -> Self {
        let rows = vec![(what, lesson.to_owned(), number(trained.loss()))];
        Self { rows }
    }

    pub(super) fn row(mut self, what: &'static str, lesson: &str, here: impl Into<String>) -> Self {
        self.rows.push((what, lesson.to_owned(), here.into()));
        self
    }

    /// The settings of the training: images, epochs and batch size, first the lesson's.
    pub(super) fn training(
        self,
        trained: &Trained<'_>,
        [images, epochs, batch]: [usize; 3],
    ) -> Self {
        let training = &trained.model.recipe.training;
        self.row(
            "comparison.training-images",
            &thousands(images),
            thousands(trained.model.card.train),
        )
        .row("comparison.epochs", &epochs.to_string(), training.epochs.to_string())
        .row("comparison.batch-size", &batch.to_string(), training.batch_size.to_string())
    }

    pub(super) fn put(self, part: &mut Part) {
        let head = [String::new(), part.say("comparison.lesson"), part.say("comparison.here")];
        let row = |(what, lesson, here)| [part.say(what), lesson, here];
        let rows = self.rows.into_iter().map(row).collect();
        part.table(head, rows);
    }
}

/// Why the numbers differ from the lesson's.
pub(super) fn differences(effort: Effort) -> &'static str {
    match effort {
        Effort::Full => "comparison.same-settings",
        Effort::Quick | Effort::SmokeTest => "comparison.fewer-images",
    }
}
