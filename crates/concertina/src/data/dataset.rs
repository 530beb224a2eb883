//! A data set: training images, validation images, and their labels and names.

use std::borrow::Cow;

use super::histogram::Histogram;
use super::part::{Part, Ready, Source};
use super::{
    Content, Data, DataCard, Duplicates, Examples, ImageCard, Images, OpenOptions, Patches, Split,
    labels, source,
};
use crate::error::{Error, Result};

/// Training and validation images, all of one shape, with labels and names if the source has them.
///
/// Labels are never used in training unless the model has a condition. They colour figures and
/// serve to evaluate models.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Training images; never empty.
    pub train: Images,
    /// Validation images; empty only if [`OpenOptions::valid_fraction`] is 0.
    pub valid: Images,
    /// The class of each training image, below the number of `class_names`.
    pub train_labels: Option<Vec<u32>>,
    /// The class of each validation image.
    pub valid_labels: Option<Vec<u32>>,
    /// The file of each training image, relative to the source's folder, with `/` between folders.
    pub train_names: Option<Vec<String>>,
    /// The file of each validation image.
    pub valid_names: Option<Vec<String>>,
    /// The names of the classes; empty if there are no labels.
    pub class_names: Vec<String>,
    /// Where the images came from and how they were processed.
    pub card: DataCard,
    /// What the training images are patches of, if they are: in training, patches are cut anywhere.
    pub patches: Option<Patches>,
}

impl Dataset {
    /// Opens a data source: the name of a known set ([`named::all`](super::named::all)), or the
    /// path of a folder of images, an image, a folder of IDX files, a `.npy` or `.npz` file, or
    /// CIFAR-10's `.bin` files. A name takes precedence over a path of the same spelling; `./mnist`
    /// is a path.
    ///
    /// # Errors
    /// If options are out of range, the source does not exist, or it has no usable image.
    pub fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        Self::finish(source, source::load(source, options)?)
    }

    /// A data set of images in memory, with a class for each if `labels` are given.
    ///
    /// # Errors
    /// If options are out of range, there is no image, or the number of labels is not that of the
    /// images.
    pub fn from_images(
        images: Images,
        labels: Option<Vec<u32>>,
        options: &OpenOptions,
    ) -> Result<Self> {
        options.check()?;
        if images.is_empty() {
            return Err(Error::data("expected at least one image, found none"));
        }
        if let Some(labels) = &labels {
            labels::check(labels, images.len())?;
        }
        let class_names = labels::numbered(labels.as_deref().into_iter());
        let train = Part { images, labels, names: None };
        let source = Source::new("images in memory", train, None, class_names);
        Self::finish("array", source::arrange(source, options)?)
    }

    /// The images that are there more than once.
    pub fn duplicates(&self) -> Duplicates {
        Duplicates::of(&self.train, &self.valid)
    }

    /// Checks the labels and fills in the data card.
    fn finish(source: &str, ready: Ready) -> Result<Self> {
        let Ready { train, valid, class_names, notes, .. } = ready;
        check_labels(&[&train, &valid], class_names.len())?;
        let values = Histogram::of(train.images.pixels()).values();
        let [train_labels, valid_labels] = [&train, &valid].map(|part| part.labels.as_deref());
        let classes = labels::class_counts(&class_names, train_labels, valid_labels);
        let content = Content::Images(ImageCard {
            sizes: ready.sizes,
            fitted: ready.fitted,
            value_range: values.range,
            mean: values.mean,
            std: values.std,
            array_range: ready.array_range,
        });
        let card = DataCard {
            source: source.to_owned(),
            kind: ready.kind,
            train: train.images.len(),
            valid: valid.images.len(),
            shape: train.images.shape(),
            split: ready.split,
            classes,
            skipped: ready.skipped,
            notes,
            content,
        };
        Ok(Self {
            train: train.images,
            valid: valid.images,
            train_labels: train.labels,
            valid_labels: valid.labels,
            train_names: train.names,
            valid_names: valid.names,
            class_names,
            card,
            patches: ready.patches,
        })
    }
}

impl Data for Dataset {
    fn training(&self) -> Split<'_> {
        let examples: &dyn Examples = match &self.patches {
            Some(patches) => patches,
            None => &self.train,
        };
        Split { examples, labels: self.train_labels.as_deref() }
    }

    fn validation(&self) -> Split<'_> {
        Split { examples: &self.valid, labels: self.valid_labels.as_deref() }
    }

    fn class_names(&self) -> &[String] {
        &self.class_names
    }

    fn card(&self) -> &DataCard {
        &self.card
    }

    fn content(&self) -> [Vec<Cow<'_, [u8]>>; 2] {
        let train = match &self.patches {
            Some(patches) => patches.pixels().map(Cow::from).collect(),
            None => vec![self.train.pixels().into()],
        };
        [train, vec![self.valid.pixels().into()]]
    }
}

fn check_labels(parts: &[&Part], classes: usize) -> Result<()> {
    let labels = parts.iter().filter_map(|part| part.labels.as_ref()).flatten();
    match labels.max() {
        Some(&label) if label as usize >= classes => {
            Err(Error::data(format!("expected labels below {classes}, found {label}")))
        }
        _ => Ok(()),
    }
}
