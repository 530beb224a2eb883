//! The image files of a folder by their headers: what follows from those before a pixel is read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::decoder::{Decoded, Decoder, Good, origin};
use crate::data::fit::{self, Fit};
use crate::data::histogram::Values;
use crate::data::part::Whole;
use crate::data::picture::{self, Header, Reason};
use crate::data::split::{self, Split, part_of};
use crate::data::walk::{Found, Walk};
use crate::data::{
    Content, DataCard, ImageCard, Images, OpenOptions, SizeRange, Skipped, chosen, labels,
};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::parallel;
use crate::shape::ImageShape;
use crate::text::counted;

/// The side to which images are fitted by default.
const DEFAULT_SIDE: usize = 64;
/// Images of one size are not resized if their shorter side is at most this, and their longer side
/// at most [`LONGEST_KEPT`].
const LARGEST_KEPT: usize = 128;
/// See [`LARGEST_KEPT`].
const LONGEST_KEPT: usize = 512;

/// The class of images outside of any sub-folder, if other images are in sub-folders.
const NO_FOLDER: &str = "(no folder)";

/// Image files with valid headers, and how they are split and fitted.
#[derive(Debug)]
pub(in crate::data) struct Listed {
    /// What the source is called.
    pub(in crate::data) kind: String,
    pub(super) good: Vec<Good>,
    pub(super) fit: Fit,
    /// The shape of each image when it is fitted.
    pub(in crate::data) shape: ImageShape,
    pub(in crate::data) class_names: Vec<String>,
    /// The class of each file, if they are in sub-folders.
    pub(super) labels: Option<Vec<u32>>,
    pub(in crate::data) split: Split,
    /// The sizes before fitting.
    pub(in crate::data) sizes: SizeRange,
    /// Files whose headers cannot be read.
    pub(in crate::data) skipped: Skipped,
    /// True if no image has colours.
    all_grey: bool,
    /// Files of other kinds, and folders of runs.
    passed_over: [usize; 2],
}

/// Images that were decoded, in the order asked for.
pub(in crate::data) struct DecodedFiles {
    /// `[N, C, H, W]`.
    pub(in crate::data) pixels: Vec<u8>,
    pub(in crate::data) labels: Option<Vec<u32>>,
    /// Files that are animations.
    pub(in crate::data) animated: usize,
    /// Files that cannot be decoded.
    pub(in crate::data) skipped: Skipped,
}

impl Listed {
    /// Reads the headers.
    ///
    /// # Errors
    /// If there is no image that can be used.
    pub(super) fn of(kind: &str, walk: Walk, options: &OpenOptions) -> Result<Self> {
        let Walk { files, others, runs, mut skipped } = walk;
        let good = of_classes(headers(files, &mut skipped, options), options)?;
        let range = SizeRange::of(good.iter().map(|good| good.header.size));
        let Some(sizes) = range else { return Err(none_left(&skipped)) };
        let all_grey = good.iter().all(|good| good.header.grey);
        let fit = choose_fit(sizes, all_grey, options);
        let [width, height] = fit.side.map_or(sizes.smallest, |side| [side, side]);
        let shape = ImageShape::new(fit.channels, height, width);
        let split = match options.share {
            None => split::random(good.len(), options),
            Some([part, of]) => Split {
                train: part_of(good.len(), part, of).collect(),
                valid: Vec::new(),
                description: format!("part {part} of {of}, nothing held out"),
            },
        };
        let (class_names, labels) = classes(&good);
        Ok(Self {
            kind: kind.to_owned(),
            good,
            fit,
            shape,
            class_names,
            labels,
            split,
            sizes,
            skipped,
            all_grey,
            passed_over: [others, runs],
        })
    }

    /// Decodes and fits the images at `indices` among all files, in parallel.
    ///
    /// # Errors
    /// If there is not as much memory.
    pub(in crate::data) fn decode(
        &self,
        indices: &[usize],
        options: &OpenOptions,
    ) -> Result<DecodedFiles> {
        let mut skipped = Skipped::default();
        let found = decode(&self.good, indices, self.fit, self.shape, &mut skipped, options)?;
        let labels = self.labels.as_ref();
        let labels = labels.map(|labels| found.files.iter().map(|&file| labels[file]).collect());
        let (pixels, animated) = (found.images.into_pixels(), found.animated);
        Ok(DecodedFiles { pixels, labels, animated, skipped })
    }

    /// Hands over the bytes by which the list is known again: the names and sizes of all files, in
    /// their order, and the split.
    pub(in crate::data) fn identity(&self, mut take: impl FnMut(&[u8])) {
        for Good { found, header } in &self.good {
            take(format!("{:?} {}\n", header.size, found.name).as_bytes());
        }
        take(format!("{:?}", self.split).as_bytes());
    }

    /// The card of images that were counted piece by piece.
    pub(in crate::data) fn card(
        &self,
        source: &str,
        whole: Whole,
        options: &OpenOptions,
    ) -> DataCard {
        let Whole { counts: [train, valid], histogram, classes, animated, skipped } = whole;
        let mut all = self.skipped.clone();
        all.append(skipped);
        let Values { range: value_range, mean, std } = histogram.values();
        let (sizes, fitted) = (self.sizes, self.described(options));
        let images = ImageCard { sizes, fitted, value_range, mean, std, array_range: None };
        DataCard {
            source: source.to_owned(),
            kind: self.kind.clone(),
            train,
            valid,
            shape: self.shape,
            split: self.split.description.clone(),
            classes: labels::named_counts(&self.class_names, classes),
            skipped: all,
            notes: self.notes(animated, options),
            content: Content::Images(images),
        }
    }

    /// What is done to images, in words, for the data card.
    pub(in crate::data) fn described(&self, options: &OpenOptions) -> String {
        let coloured = !self.all_grey;
        match options.patch {
            Some(side) => {
                format!("cut into patches of {side} x {side}{}", self.fit.colours(coloured))
            }
            None => self.fit.describe(coloured),
        }
    }

    /// The notes for the data card, where `animated` files are animations.
    pub(in crate::data) fn notes(&self, animated: usize, options: &OpenOptions) -> Vec<String> {
        let Self { good, fit, passed_over: [others, runs], .. } = self;
        let (others, runs) = (*others, *runs);
        let n = good.len();
        let count =
            |test: fn(&Header) -> bool| good.iter().filter(|good| test(&good.header)).count();
        let (alpha, deep, grey) = (count(|h| h.alpha), count(|h| h.deep), count(|h| h.grey));
        let side = fit.side.unwrap_or(0);
        let small =
            good.iter().filter(|good| good.header.size.into_iter().min() < Some(side)).count();
        let is_split = |good: &Good| {
            good.found
                .class
                .as_ref()
                .is_some_and(|class| matches!(class.as_str(), "train" | "test" | "valid" | "val"))
        };
        let some = |what: &str, k: usize| (k > 0).then(|| format!("{what}: {k} of {n} images"));
        let unasked = fit.side.is_some() && options.size.is_none();
        let notes = [
            unasked.then(|| format!("fitted to {side} x {side} since no size was asked for")),
            some("upscaled, being smaller than that", small),
            some("transparency was dropped", alpha),
            some("more than 8 bits a channel were reduced to 8", deep),
            some("grey among coloured ones", if fit.channels == 3 && grey < n { grey } else { 0 }),
            some("animations of which only the first frame was taken", animated),
            (others > 0).then(|| {
                format!("passed over, being no images by their names: {}", counted(others, "file"))
            }),
            (runs > 0).then(|| {
                format!("passed over, being runs of this program: {}", counted(runs, "folder"))
            }),
            good.iter().any(is_split).then(|| {
                "sub-folders are classes, even if they are named `train`, `test`, `valid` or `val`"
                    .to_owned()
            }),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// Small images of one size are kept as they are; all others become squares.
fn choose_fit(sizes: SizeRange, all_grey: bool, options: &OpenOptions) -> Fit {
    let [width, height] = sizes.smallest;
    let same = sizes.smallest == sizes.largest;
    let small = width.min(height) <= LARGEST_KEPT && width.max(height) <= LONGEST_KEPT;
    let side = match options.size {
        None if options.patch.is_some() => None,
        Some(size) if same && (width, height) == (size, size) => None,
        Some(size) => Some(size),
        None if same && small => None,
        None => Some(DEFAULT_SIDE),
    };
    Fit { side, channels: options.channels.unwrap_or(if all_grey { 1 } else { 3 }) }
}

/// Reads all headers in parallel.
pub(super) fn headers(
    pictures: Vec<Found>,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Vec<Good> {
    let (done, total) = (AtomicUsize::new(0), pictures.len());
    let headers: Vec<Result<Header, Reason>> = parallel::map(&pictures, |found| {
        let header = picture::header(&origin(found));
        options.report("reading headers", done.fetch_add(1, Ordering::Relaxed) + 1, total);
        header
    });
    let mut good = Vec::new();
    for (found, header) in pictures.into_iter().zip(headers) {
        match header {
            Ok(header) => good.push(Good { found, header }),
            Err(reason) => skipped.push(found.name, reason),
        }
    }
    good
}

/// The names of the classes, in their order, and the class of each image; neither if no image has
/// one.
fn classes(good: &[Good]) -> (Vec<String>, Option<Vec<u32>>) {
    if good.iter().all(|good| good.found.class.is_none()) {
        return (Vec::new(), None);
    }
    let class = |good: &Good| good.found.class.clone().unwrap_or_else(|| NO_FOLDER.to_owned());
    let mut names: Vec<String> = good.iter().map(class).collect();
    names.sort();
    names.dedup();
    // Numbers are in the order of numbers: 10 comes after 9.
    if names.iter().all(|name| name.parse::<u32>().is_ok()) {
        names.sort_by_key(|name| name.parse::<u32>().ok());
    }
    let places: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
    let labels = good.iter().map(|good| places[class(good).as_str()]).collect();
    (names, Some(labels))
}

/// Those of the classes that are asked for.
pub(super) fn of_classes(good: Vec<Good>, options: &OpenOptions) -> Result<Vec<Good>> {
    if options.classes.is_empty() {
        return Ok(good);
    }
    let (names, _) = classes(&good);
    chosen::check(&options.classes, &names)?;
    let is_chosen = |good: &Good| {
        good.found.class.as_ref().is_some_and(|class| options.classes.contains(class))
    };
    Ok(good.into_iter().filter(is_chosen).collect())
}

/// Decodes and fits the images at `indices` in parallel.
pub(super) fn decode(
    good: &[Good],
    indices: &[usize],
    fit: Fit,
    shape: ImageShape,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Result<Decoded> {
    let size = shape.len();
    let mut pixels = fit::blank(indices.len(), shape).map_err(|error| {
        error.with_hint(
            Hint::text("ask for a smaller size, limit the number of images, or, in training, ")
                .set("data.stream", true)
                .then(" leaves them in their files"),
        )
    })?;
    let decoder = Decoder::new(indices.len(), options);
    let slots = indices.iter().zip(pixels.chunks_exact_mut(size));
    let outcomes = parallel::map(slots, |(&index, planes)| {
        decoder.decode(&good[index], |image| fit.write(image, planes))
    });
    let (mut kept, mut animated) = (Vec::with_capacity(indices.len()), 0);
    for (slot, (&index, outcome)) in indices.iter().zip(outcomes).enumerate() {
        match outcome {
            Ok(((), is_animated)) => {
                pixels.copy_within(slot * size..(slot + 1) * size, kept.len() * size);
                kept.push(index);
                animated += usize::from(is_animated);
            }
            Err(reason) => skipped.push(good[index].found.name.clone(), reason),
        }
    }
    pixels.truncate(kept.len() * size);
    let names = kept.iter().map(|&index| good[index].found.name.clone()).collect();
    let images = Images::new(shape, pixels)?;
    Ok(Decoded { images, files: kept, names, animated, patches: None })
}

/// The error for a folder in which no image can be used.
#[cold]
pub(in crate::data) fn none_left(skipped: &Skipped) -> Error {
    Error::data(format!(
        "expected at least one image that can be used, found none: {}",
        skipped.in_words()
    ))
}
