//! The subject of an evaluation: a model, and the images that it is evaluated on.

use std::cell::{OnceCell, RefCell};

use super::finding::missing;
use super::options::{Options, Step};
use crate::data::FloatImages;
use crate::data::Images;
use crate::error::{Error, Result};
use crate::latent::Pca;
use crate::math::Codes;
use crate::model::{ConditionedModel, Model, wrong_shape};
use crate::rng::{Purpose, Seed, Stream};

/// Maximum number of values in the test images and in the training images: 256 MiB as floats each.
const MAX_VALUES: usize = 1 << 26;

/// One split of a data set: its test images or its training images.
#[derive(Clone, Debug)]
pub struct Split {
    /// The images.
    pub images: Images,
    /// The class of each image, if the data has labels; for a conditional model, indices of its
    /// classes.
    pub labels: Option<Vec<u32>>,
}

impl Split {
    /// The model with the labels of this split, if it is conditional.
    pub(super) fn given<'a>(&'a self, model: &'a Model) -> Result<ConditionedModel<'a>> {
        model.with_labels(self.labels.as_deref())
    }

    fn select(&self, indices: &[usize]) -> Result<Self> {
        Ok(Self {
            images: self.images.select(indices)?,
            labels: self.labels.as_ref().map(|labels| indices.iter().map(|&i| labels[i]).collect()),
        })
    }

    /// How many of the images are chosen if at most `most` are wanted.
    pub(super) fn most(&self, most: usize) -> usize {
        self.images.len().min(most).min((MAX_VALUES / self.images.shape().len()).max(2))
    }

    /// At most `most` of the images, chosen at random, in their original order.
    fn choose(&self, most: usize, seed: Seed, choice: u32) -> Result<Self> {
        let n = self.images.len();
        let most = self.most(most);
        if n <= most {
            return Ok(self.clone());
        }
        let mut chosen = some(n, most, seed, choice);
        chosen.sort_unstable();
        self.select(&chosen)
    }
}

/// At most `most` of the indices 0..n, in random order. Each `choice` has its own random numbers.
pub(super) fn some(n: usize, most: usize, seed: Seed, choice: u32) -> Vec<usize> {
    let order = Stream::new(seed, Purpose::Evaluation, [choice, 0, 0]).permutation(n);
    order.into_iter().take(most).map(|index| index as usize).collect()
}

/// A model, and the data that it is evaluated on.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The model.
    pub model: &'a Model,
    /// The name of the data.
    pub name: String,
    /// Test images, which nothing was trained on.
    pub test: Split,
    /// Training images, for fitting baselines, probes and classifiers. For the model's own data,
    /// its training images.
    pub train: Option<Split>,
    /// Whether this is the data that the model was trained on, and `test` was held out of training.
    pub own: bool,
}

impl Subject<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let target = self.model.architecture.target;
        if self.test.images.is_empty() {
            return Err(Error::data("expected images to evaluate on, found none"));
        }
        for split in [Some(&self.test), self.train.as_ref()].into_iter().flatten() {
            if split.images.shape() != target {
                return Err(wrong_shape(target, split.images.shape()));
            }
            if let Some(labels) = split.labels.as_ref().filter(|l| l.len() != split.images.len()) {
                return Err(Error::data(format!(
                    "expected a label for each of {} images, found {} labels",
                    split.images.len(),
                    labels.len()
                )));
            }
        }
        self.test.given(self.model).map(drop)
    }

    /// Chooses the images that are evaluated.
    pub(super) fn choose<'a>(
        &'a self,
        options: &Options,
        working: &'a dyn Fn(Step<'_>),
    ) -> Result<Material<'a>> {
        let seed = Seed(self.model.recipe.training.seed);
        let train = self.train.as_ref().filter(|train| !train.images.is_empty());
        let train = train.map(|train| train.choose(options.max_train_images, seed, 1));
        Ok(Material {
            model: self.model,
            seed,
            test: self.test.choose(options.max_test_images, seed, 0)?,
            train: train.transpose()?,
            working,
            what: RefCell::new(String::new()),
            pixels: OnceCell::new(),
            train_codes: OnceCell::new(),
            test_codes: OnceCell::new(),
            pca: OnceCell::new(),
        })
    }
}

/// The data that all sections are measured on. Intermediate results are computed when they are
/// first needed.
pub(super) struct Material<'a> {
    pub(super) model: &'a Model,
    pub(super) seed: Seed,
    pub(super) test: Split,
    train: Option<Split>,
    working: &'a dyn Fn(Step<'_>),
    what: RefCell<String>,
    pixels: OnceCell<[FloatImages; 2]>,
    train_codes: OnceCell<Codes>,
    test_codes: OnceCell<Codes>,
    pca: OnceCell<Pca>,
}

impl Material<'_> {
    /// Reports a new step.
    pub(super) fn working(&self, what: &str) {
        what.clone_into(&mut self.what.borrow_mut());
        self.at(0, 0);
    }

    /// Reports how much of the current step is done.
    pub(super) fn at(&self, done: usize, total: usize) {
        (self.working)(Step { what: &self.what.borrow(), done, total });
    }

    /// At most `most` of the test images, in random order, since data may be sorted.
    pub(super) fn some_test(&self, most: usize) -> Result<Split> {
        self.test.select(&some(self.test.images.len(), most, self.seed, 2))
    }

    /// Splits the training images at random into `n` images and the rest; if the rest would be
    /// fewer than `n`, it is all training images.
    pub(super) fn part_train(&self, n: usize) -> Result<(Split, Split)> {
        let train = self.train()?;
        let all = train.images.len();
        let order = some(all, all, self.seed, 3);
        let (chosen, rest) = order.split_at(n.min(all));
        let mut rest = rest.to_vec();
        rest.sort_unstable();
        let rest = if rest.len() < n { train.clone() } else { train.select(&rest)? };
        Ok((train.select(chosen)?, rest))
    }

    /// At most `most` of the training images, in random order.
    pub(super) fn some_train(&self, most: usize) -> Result<Images> {
        let images = &self.train()?.images;
        images.select(&some(images.len(), most, self.seed, 3))
    }

    /// The number of training images; 0 without a training split.
    pub(super) fn n_train(&self) -> usize {
        self.train.as_ref().map_or(0, |train| train.images.len())
    }

    pub(super) fn train(&self) -> Result<&Split> {
        self.train.as_ref().ok_or_else(|| missing("the data has no training split to compare with"))
    }

    /// Training images and test images as floats.
    pub(super) fn pixels(&self) -> Result<&[FloatImages; 2]> {
        made_once(&self.pixels, || {
            Ok([FloatImages::of(&self.train()?.images)?, FloatImages::of(&self.test.images)?])
        })
    }

    /// The codes of the training images.
    pub(super) fn train_codes(&self) -> Result<&Codes> {
        made_once(&self.train_codes, || self.encode("training", self.train()?))
    }

    /// The codes of the test images.
    pub(super) fn test_codes(&self) -> Result<&Codes> {
        made_once(&self.test_codes, || self.encode("test", &self.test))
    }

    fn encode(&self, which: &str, split: &Split) -> Result<Codes> {
        self.working(&format!("encoding the {which} images"));
        split.given(self.model)?.encode(&split.images)
    }

    /// As many principal components of the training images as the model has latent dimensions.
    pub(super) fn pca(&self) -> Result<&Pca> {
        made_once(&self.pca, || {
            let k = self.model.architecture.latent_dim;
            let [train, _] = self.pixels()?;
            self.working(&format!("fitting {k} principal components to the training images"));
            Pca::fit(train.as_points("training images")?, k)
        })
    }
}

pub(super) fn made_once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}
