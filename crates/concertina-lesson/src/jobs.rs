//! Which models a lesson trains: their recipes, on what, and for how long.

use concertina::Result;
use concertina::data::Dataset;
use concertina::recipe::Recipe;
use concertina::train::Plan;

use crate::materials::{Effort, Stock};

/// What a model is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Digits,
    Other,
    Colour,
}

/// One model, as it is written down below.
struct Draft {
    name: &'static str,
    recipe: &'static str,
    on: On,
    /// Epochs of a quick lesson; a full one has the recipe's own unless `full` says otherwise.
    quick: usize,
    /// Batch size of a quick lesson, at most: with few images, more steps help more than larger
    /// batches.
    quick_batch: usize,
    full: Option<usize>,
    /// Whether it cannot do without labels.
    labels: bool,
}

const fn draft(name: &'static str, quick: usize) -> Draft {
    Draft { name, recipe: name, on: On::Digits, quick, quick_batch: 32, full: None, labels: false }
}

/// In the order of the lesson.
const DRAFTS: [Draft; 17] = [
    draft("conv-ae", 16),
    draft("conv-ae-2d", 24),
    draft("denoise", 16),
    Draft { recipe: "denoise", on: On::Other, ..draft("denoise-other", 16) },
    draft("super-resolution", 16),
    in_colour("enlarge-2x"),
    in_colour("enlarge-4x"),
    draft("dense-vae", 12),
    draft("conv-vae", 20),
    Draft { quick_batch: 64, ..draft("aae", 5) },
    draft("dense-ae", 20),
    draft("sparse-ae", 20),
    draft("deep-ae", 20),
    draft("wide-denoise", 3),
    draft("kvfrans-vae", 2),
    Draft { labels: true, ..draft("conditional-vae", 12) },
    draft("sequence-ae", 6),
];

const fn in_colour(name: &'static str) -> Draft {
    Draft { on: On::Colour, full: Some(10), ..draft(name, 5) }
}

/// One model of a lesson, its recipe checked against its data.
pub(super) struct Job {
    /// Of the run folder.
    pub(super) name: &'static str,
    pub(super) plan: Plan,
    on: On,
}

/// All models of a lesson; those that need labels only where the data has some.
pub(super) fn all(stock: &Stock, effort: Effort) -> Result<Vec<Job>> {
    let labelled = stock.digits.train_labels.is_some() && stock.digits.valid_labels.is_some();
    let possible = DRAFTS.iter().filter(|draft| labelled || !draft.labels);
    possible.map(|draft| draft.job(stock, effort)).collect()
}

impl Draft {
    fn job(&self, stock: &Stock, effort: Effort) -> Result<Job> {
        let mut recipe = Recipe::named(self.recipe)?;
        let epochs = match effort {
            Effort::Full => self.full.unwrap_or(recipe.training.epochs),
            Effort::Quick => self.quick,
            Effort::SmokeTest => 1,
        };
        recipe.training.epochs = epochs;
        if effort == Effort::Quick {
            recipe.training.batch_size = recipe.training.batch_size.min(self.quick_batch);
        }
        self.name.clone_into(&mut recipe.name);
        let data = self.on.of(stock);
        // So that `resume` finds the data, where it can be named.
        recipe.data.source =
            (self.on != On::Other || !stock.negative).then(|| data.card.source.clone());
        recipe.data.limit = match self.on {
            On::Colour => effort.limit_in_colour(),
            _ => effort.limit(),
        };
        Ok(Job { name: self.name, plan: recipe.plan(data)?, on: self.on })
    }
}

impl On {
    fn of(self, stock: &Stock) -> &Dataset {
        match self {
            Self::Digits => &stock.digits,
            Self::Other => &stock.other,
            Self::Colour => stock.to_upsample(),
        }
    }
}

impl Job {
    /// What the model is trained on.
    pub(super) fn data<'s>(&self, stock: &'s Stock) -> &'s Dataset {
        self.on.of(stock)
    }

    /// An estimate of the work in 10^9 floating-point operations: its training, and a constant for
    /// its figures.
    pub(super) fn work(&self) -> f64 {
        const FIGURES: f64 = 150.0;
        let architecture = self.plan.architecture();
        let per_image = 3 * architecture.flops();
        let images = self.plan.n_steps() as f64 * self.plan.recipe().training.batch_size as f64;
        per_image as f64 * images / 1e9 + FIGURES
    }
}
