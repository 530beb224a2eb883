//! Which models a lesson trains: their recipes, on what, and for how long.

use concertina::Result;
use concertina::data::Dataset;
use concertina::data::music::MusicSet;
use concertina::recipe::Recipe;
use concertina::train::Plan;
use concertina_report::gallery::Of;

use crate::materials::{Effort, Stock};

/// What a model is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Digits,
    Other,
    Colour,
    Melodies,
    Bars,
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
    /// Settings by their keys that differ from the recipe's.
    set: &'static [(&'static str, &'static str)],
    /// Further ones of lessons other than full ones, whose networks are narrower.
    narrow: &'static [(&'static str, &'static str)],
    /// Whether it cannot do without labels.
    labels: bool,
}

const fn draft(name: &'static str, quick: usize) -> Draft {
    Draft {
        name,
        recipe: name,
        on: On::Digits,
        quick,
        quick_batch: 32,
        full: None,
        set: &[],
        narrow: &[],
        labels: false,
    }
}

/// In the order of the lesson.
const DRAFTS: [Draft; 19] = [
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
    Draft {
        on: On::Melodies,
        full: Some(30),
        // Teacher forcing alone, as the section explains it.
        set: &[("network.scheduled-sampling", "0")],
        narrow: &[
            ("network.encoder", "[128]"),
            ("network.decoder", "[192]"),
            ("bottleneck.latent-dim", "64"),
            ("bottleneck.beta", "0.05"),
            ("bottleneck.warm-up-epochs", "4"),
            ("training.learning-rate", "4e-3"),
        ],
        ..draft("melody-vae", 10)
    },
    Draft {
        on: On::Bars,
        full: Some(12),
        // In few steps a large network does not learn which notes a chord has, nor an encoder that
        // reads each instrument by itself to tell them apart.
        set: &[
            ("network.encoder", "[64]"),
            ("network.encoder-segments", "1"),
            ("network.decoder", "[96]"),
            ("network.conductor", "[96]"),
            ("bottleneck.latent-dim", "16"),
            ("bottleneck.beta", "0.02"),
            ("bottleneck.free-bits-nats", "3"),
            ("bottleneck.warm-up-epochs", "0"),
            ("training.batch-size", "8"),
            ("training.learning-rate", "1e-2"),
        ],
        ..draft("multitrack-vae", 6)
    },
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
        let narrow = if effort == Effort::Full { &[] } else { self.narrow };
        for (key, value) in self.set.iter().chain(narrow) {
            recipe = recipe.with(key, value)?;
        }
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
        let data = self.on.of(stock).data();
        // So that `resume` finds the data, where it can be named.
        recipe.data.source =
            (self.on != On::Other || !stock.negative).then(|| data.card().source.clone());
        recipe.data.limit = match self.on {
            On::Digits | On::Other => effort.limit(),
            On::Colour => effort.limit_in_colour(),
            On::Melodies => effort.limit_of_melodies(),
            On::Bars => effort.limit_of_bars(),
        };
        Ok(Job { name: self.name, plan: recipe.plan(data)?, on: self.on })
    }
}

impl On {
    fn of(self, stock: &Stock) -> Of<'_> {
        match self {
            Self::Digits => (&stock.digits).into(),
            Self::Other => (&stock.other).into(),
            Self::Colour => stock.to_upsample().into(),
            Self::Melodies => (&stock.melodies).into(),
            Self::Bars => (&stock.bars).into(),
        }
    }
}

impl Job {
    /// What the model is trained on, if that is images.
    pub(super) fn images<'s>(&self, stock: &'s Stock) -> Option<&'s Dataset> {
        match self.on.of(stock) {
            Of::Images(data) => Some(data),
            Of::Music(_) => None,
        }
    }

    /// What the model is trained on, if that is music.
    pub(super) fn music<'s>(&self, stock: &'s Stock) -> Option<&'s MusicSet> {
        match self.on.of(stock) {
            Of::Images(_) => None,
            Of::Music(data) => Some(data),
        }
    }

    /// An estimate of the work in 10^9 floating-point operations: its training, and a constant for
    /// its figures.
    pub(super) fn work(&self) -> f64 {
        const FIGURES: f64 = 150.0;
        let architecture = self.plan.architecture();
        let per_example = 3 * architecture.flops();
        let examples = self.plan.n_steps() as f64 * self.plan.recipe().training.batch_size as f64;
        per_example as f64 * examples / 1e9 + FIGURES
    }
}
