//! Whom the judgement is of: a model, and the images it is judged by.

use std::cell::OnceCell;

use super::Options;
use super::finding::missing;
use crate::data::Images;
use crate::error::{Error, Result};
use crate::latent::Pca;
use crate::data::FloatImages;
use crate::math::Codes;
use crate::model::{ConditionedModel, Model, wrong_shape};
use crate::rng::{Purpose, Seed, Stream};

/// Images are taken as numbers, of test and of training images each, so many at most: a quarter of a gigabyte.
const MOST_VALUES: usize = 1 << 26;

/// Split of a data set: its test images or its training images.
#[derive(Clone, Debug)]
pub struct Split {
    /// The images.
    pub images: Images,
    /// The class of each, where the data has labels; by the numbers of a conditional model.
    pub labels: Option<Vec<u32>>,
}

impl Split {
    /// The model, told the classes if it asks for them.
    pub(super) fn given<'a>(&'a self, model: &'a Model) -> Result<ConditionedModel<'a>> {
        model.with_labels(self.labels.as_deref())
    }

    fn select(&self, indices: &[usize]) -> Self {
        Self {
            images: self.images.select(indices),
            labels: self.labels.as_ref().map(|labels| indices.iter().map(|&i| labels[i]).collect()),
        }
    }

    /// At most `most` of them, chosen at random, in their order.
    fn choose(&self, most: usize, seed: Seed, number: u32) -> Self {
        let (n, values) = (self.images.len(), self.images.shape().len());
        let most = most.min((MOST_VALUES / values).max(2));
        if n <= most {
            return self.clone();
        }
        let mut chosen = some(n, most, seed, number);
        chosen.sort_unstable();
        self.select(&chosen)
    }
}

/// At most `most` of the numbers 0..n, in random order. Each `number` makes another choice.
fn some(n: usize, most: usize, seed: Seed, number: u32) -> Vec<usize> {
    let order = Stream::new(seed, Purpose::Evaluation, [number, 0, 0]).permutation(n);
    order.into_iter().take(most).map(|index| index as usize).collect()
}

/// A model, and what it is judged by.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Who is judged.
    pub model: &'a Model,
    /// What the data is called.
    pub name: String,
    /// Images that nothing was trained on.
    pub test: Split,
    /// Images to fit and to train on what the model is compared with. Of the model's own data: those that it was trained on.
    pub train: Option<Split>,
    /// Whether the data is what the model was trained on, and `test` was held out of it.
    pub own: bool,
}

impl Subject<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let target = self.model.architecture.target;
        if self.test.images.is_empty() {
            return Err(Error::data("expected images to evaluate on, found none"));
        }
        for half in [Some(&self.test), self.train.as_ref()].into_iter().flatten() {
            if half.images.shape() != target {
                return Err(wrong_shape(target, half.images.shape()));
            }
            if let Some(labels) = half.labels.as_ref().filter(|l| l.len() != half.images.len()) {
                return Err(Error::data(format!(
                    "expected a label for each of {} images, found {} labels",
                    half.images.len(),
                    labels.len()
                )));
            }
        }
        self.test.given(self.model).map(drop)
    }

    /// The images that all figures are of.
    pub(super) fn choose<'a>(
        &'a self,
        options: &Options,
        working: &'a dyn Fn(&str),
    ) -> Material<'a> {
        let seed = Seed(self.model.recipe.training.seed);
        let train = self.train.as_ref().filter(|train| !train.images.is_empty());
        Material {
            model: self.model,
            seed,
            test: self.test.choose(options.most_test, seed, 0),
            train: train.map(|train| train.choose(options.most_train, seed, 1)),
            working,
            pixels: OnceCell::new(),
            train_codes: OnceCell::new(),
            test_codes: OnceCell::new(),
            pca: OnceCell::new(),
        }
    }
}

/// What all parts are measured on. What several of them need is made when the first of them does.
pub(super) struct Material<'a> {
    pub(super) model: &'a Model,
    pub(super) seed: Seed,
    pub(super) test: Split,
    train: Option<Split>,
    working: &'a dyn Fn(&str),
    pixels: OnceCell<[FloatImages; 2]>,
    train_codes: OnceCell<Codes>,
    test_codes: OnceCell<Codes>,
    pca: OnceCell<Pca>,
}

impl Material<'_> {
    /// Tells what is being done.
    pub(super) fn working(&self, what: &str) {
        (self.working)(what);
    }

    /// Some of the test images, in random order: data may be sorted, by class or by how hard it is.
    pub(super) fn some_test(&self, most: usize) -> Split {
        self.test.select(&some(self.test.images.len(), most, self.seed, 2))
    }

    /// So many of the training images, chosen at random, and the rest; if that were fewer than so many, all of them.
    pub(super) fn part_train(&self, n: usize) -> Result<(Split, Split)> {
        let train = self.train()?;
        let all = train.images.len();
        let order = some(all, all, self.seed, 3);
        let (chosen, rest) = order.split_at(n.min(all));
        let mut rest = rest.to_vec();
        rest.sort_unstable();
        let rest = if rest.len() < n { train.clone() } else { train.select(&rest) };
        Ok((train.select(chosen), rest))
    }

    /// Some of the training images, in random order.
    pub(super) fn some_train(&self, most: usize) -> Result<Images> {
        let images = &self.train()?.images;
        Ok(images.select(&some(images.len(), most, self.seed, 3)))
    }

    /// The number of training images, 0 if there is no such half.
    pub(super) fn n_train(&self) -> usize {
        self.train.as_ref().map_or(0, |train| train.images.len())
    }

    pub(super) fn train(&self) -> Result<&Split> {
        self.train.as_ref().ok_or_else(|| missing("the data has no training half to compare with"))
    }

    /// Training images and test images as numbers.
    pub(super) fn pixels(&self) -> Result<&[FloatImages; 2]> {
        made_once(&self.pixels, || {
            Ok([self.train()?, &self.test].map(|half| FloatImages::from(&half.images)))
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

    fn encode(&self, which: &str, half: &Split) -> Result<Codes> {
        self.working(&format!("encoding the {which} images"));
        half.given(self.model)?.encode(&half.images)
    }

    /// As many principal components of the training images as a code has numbers.
    pub(super) fn pca(&self) -> Result<&Pca> {
        made_once(&self.pca, || {
            let k = self.model.architecture.latent_dim;
            let [train, _] = self.pixels()?;
            self.working(&format!("fitting {k} principal components to the training images"));
            Pca::fit(train.as_points("training images")?, k)
        })
    }
}

fn made_once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}
