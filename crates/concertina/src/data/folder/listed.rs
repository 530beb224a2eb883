//! The image files of a folder by their headers: what follows from those before a pixel is read.

use super::decoder::Good;
use super::{classes, decode, headers, none_left, of_classes};
use crate::data::fit::Fit;
use crate::data::picture::Header;
use crate::data::split::{self, Split, part_of};
use crate::data::walk::Walk;
use crate::data::{OpenOptions, SizeRange, Skipped};
use crate::error::Result;
use crate::shape::ImageShape;
use crate::text::counted;

/// The side to which images are fitted by default.
const DEFAULT_SIDE: usize = 64;
/// Images of one size are not resized if their shorter side is at most this, and their longer side
/// at most [`LONGEST_KEPT`].
const LARGEST_KEPT: usize = 128;
/// See [`LARGEST_KEPT`].
const LONGEST_KEPT: usize = 512;

/// Image files with valid headers, and how they are split and fitted.
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

    /// The names and sizes of all files, in their order: by these a list is known again.
    pub(in crate::data) fn names_and_sizes(&self) -> impl Iterator<Item = (&str, [usize; 2])> {
        self.good.iter().map(|good| (good.found.name.as_str(), good.header.size))
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
