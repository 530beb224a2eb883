//! Float images in memory as the data of a run, without rounding them to bytes.

use std::borrow::Cow;

use super::labels;
use super::split::{self, Split as Indices};
use super::{
    ClassCount, Content, Data, DataCard, FloatImages, ImageCard, OpenOptions, SizeRange, Skipped,
    Split,
};
use crate::error::{Error, Result};
use crate::memory;
use crate::shape::ImageShape;

/// Training and validation images of floats in 0..1, all of one shape and kept as they are, with
/// labels if there are any.
///
/// ```
/// use concertina::ImageShape;
/// use concertina::data::{FloatImages, FloatSet, OpenOptions};
///
/// // A table of five rows with two columns: images of one row of pixels.
/// let values = (0..10).map(|i| i as f32 / 9.0).collect();
/// let rows = FloatImages::new(ImageShape::new(1, 1, 2), values);
/// let data = FloatSet::new(&rows, None, &OpenOptions::default())?;
/// assert_eq!((data.train.len(), data.valid.len()), (4, 1));
/// # Ok::<(), concertina::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FloatSet {
    /// Training images; never empty.
    pub train: FloatImages,
    /// Validation images; empty only if [`OpenOptions::valid_fraction`] is 0.
    pub valid: FloatImages,
    /// The class of each training image, below the number of `class_names`.
    pub train_labels: Option<Vec<u32>>,
    /// The class of each validation image.
    pub valid_labels: Option<Vec<u32>>,
    /// The names of the classes; empty if there are no labels.
    pub class_names: Vec<String>,
    /// Where the images came from and how they were split.
    pub card: DataCard,
}

impl FloatSet {
    /// A data set of images, with a class for each if `labels` are given. Of the options, those
    /// count that say how it is split: limits, fraction held out, and seed.
    ///
    /// # Errors
    /// If options are out of range or ask for another size, there is no image, a value is not in
    /// 0..1, or the number of labels is not that of the images.
    pub fn new(
        images: &FloatImages,
        labels: Option<&[u32]>,
        options: &OpenOptions,
    ) -> Result<Self> {
        options.check()?;
        check(images, labels, options)?;
        let indices = split::random(images.len(), options);
        let class_names = labels::numbered(labels.into_iter());
        let chosen = |indices: &[usize]| {
            labels.map(|labels| indices.iter().map(|&index| labels[index]).collect())
        };
        let (train_labels, valid_labels) = (chosen(&indices.train), chosen(&indices.valid));
        let (train, valid) = (select(images, &indices.train)?, select(images, &indices.valid)?);
        let classes =
            labels::class_counts(&class_names, train_labels.as_deref(), valid_labels.as_deref());
        let card = card([&train, &valid], indices, classes);
        Ok(Self { train, valid, train_labels, valid_labels, class_names, card })
    }
}

impl Data for FloatSet {
    fn training(&self) -> Split<'_> {
        Split { examples: &self.train, labels: self.train_labels.as_deref() }
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
        [&self.train, &self.valid]
            .map(|images| vec![bytemuck::cast_slice::<f32, u8>(images.values()).into()])
    }
}

fn check(images: &FloatImages, labels: Option<&[u32]>, options: &OpenOptions) -> Result<()> {
    if images.is_empty() {
        return Err(Error::data("expected at least one image, found none"));
    }
    let ImageShape { channels, height, width } = images.shape();
    let other_side = options.size.is_some_and(|side| [side, side] != [height, width]);
    let other_channels = options.channels.is_some_and(|wanted| wanted != channels);
    if other_side || other_channels || options.patch.is_some() || !options.classes.is_empty() {
        return Err(Error::config(
            "arrays of floats are taken as they are: `data.size`, `data.channels`, `data.patch` \
             and `data.classes` are for other sources",
        ));
    }
    if let Some(place) = images.values().iter().position(|value| !(0.0..=1.0).contains(value)) {
        return Err(Error::data(format!(
            "expected values in 0..1, found {} in image {}",
            images.values()[place],
            place / images.shape().len()
        )));
    }
    labels.map_or(Ok(()), |labels| labels::check(labels, images.len()))
}

fn select(images: &FloatImages, indices: &[usize]) -> Result<FloatImages> {
    let mut values = memory::room_for(indices.len(), images.shape().len(), "images")?;
    for &index in indices {
        values.extend_from_slice(images.image(index));
    }
    Ok(FloatImages::new(images.shape(), values))
}

fn card([train, valid]: [&FloatImages; 2], split: Indices, classes: Vec<ClassCount>) -> DataCard {
    let shape = train.shape();
    let values = train.values();
    // In the order of the values, so that the sums do not depend on the number of threads.
    let mean = |of: &dyn Fn(f64) -> f64| {
        values.iter().map(|&value| of(f64::from(value))).sum::<f64>() / values.len() as f64
    };
    let average = mean(&|value| value);
    let variance = mean(&|value| (value - average).powi(2));
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    DataCard {
        source: "array".to_owned(),
        kind: "floats in memory".to_owned(),
        train: train.len(),
        valid: valid.len(),
        shape,
        split: split.description,
        classes,
        skipped: Skipped::default(),
        notes: Vec::new(),
        content: Content::Images(ImageCard {
            sizes: SizeRange::one(shape.width, shape.height),
            fitted: "kept at that size".to_owned(),
            value_range: [low, high],
            mean: average as f32,
            std: variance.sqrt() as f32,
            array_range: Some([0.0, 1.0]),
        }),
    }
}
