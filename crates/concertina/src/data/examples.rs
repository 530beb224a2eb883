//! The traits [`Examples`], data to train on and to evaluate wherever it lies, and [`Stored`], of
//! what lies on a disk.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use super::{Images, Skipped, unit};
use crate::error::Result;
use crate::rng::{Bijection, Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// A collection of examples of one shape that several threads can read, one example at a time.
///
/// Training and validation use their data through this trait alone, and the label of each example
/// if the model has a condition. [`Images`] implements it for images in memory,
/// [`Shards`](super::Shards) and [`Pictures`](super::Pictures) for images on a disk.
///
/// ```
/// use concertina::ImageShape;
/// use concertina::data::{Examples, Images};
///
/// let images = Images::new(ImageShape::new(1, 1, 2), vec![0, 255, 51, 102])?;
/// let mut values = [0.0; 2];
/// images.read(1, &mut values)?;
/// assert_eq!((images.len(), values), (2, [0.2, 0.4]));
/// # Ok::<(), concertina::Error>(())
/// ```
pub trait Examples: Send + Sync {
    /// The number of examples.
    fn len(&self) -> usize;

    /// True if there is no example.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of each example.
    fn shape(&self) -> ImageShape;

    /// Writes example `index`, `[C, H, W]` in 0..1, into `into`, whose length is that of the shape.
    ///
    /// # Errors
    /// If it lies in a file that cannot be read.
    ///
    /// # Panics
    /// If `index` is not below [`Examples::len`], or `into` has another length than the shape.
    fn read(&self, index: usize, into: &mut [f32]) -> Result<()>;

    /// As [`Examples::read`], changed at random as the kind of data allows (augmentation), for
    /// training. Returns the class of the changed example, if that is another.
    ///
    /// # Errors
    /// As [`Examples::read`].
    fn read_augmented(
        &self,
        index: usize,
        _: &mut Stream,
        into: &mut [f32],
    ) -> Result<Option<u32>> {
        self.read(index, into).map(|()| None)
    }

    /// The same examples with what can be asked of them where they lie, if they are not in memory:
    /// whoever walks over many of them reads them in the order in which they lie.
    fn stored(&self) -> Option<&dyn Stored> {
        None
    }
}

/// What takes the time when examples are read: many threads can wait at a time, and as many as
/// there are processors compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingCost {
    /// Waiting for the disk.
    Waiting,
    /// Decoding.
    Computing,
}

/// Examples on a disk, read where they lie, by any number of threads.
///
/// [`Shards`](super::Shards) are those of a pack, [`Pictures`](super::Pictures) the files of a
/// folder or of tar archives. Training takes them in an order in which it reads runs of them.
pub trait Stored: Examples + Debug {
    /// The same examples again, for a thread of its own. Nothing is read.
    fn handle(&self) -> Arc<dyn Stored>;

    /// Whether the examples have labels.
    fn has_labels(&self) -> bool;

    /// Reads the pixels of the examples in `range`, `[N, C, H, W]`.
    ///
    /// # Errors
    /// If a file cannot be read.
    ///
    /// # Panics
    /// If there are no such examples, or `into` is not as long as they are.
    fn read_pixels(&self, range: Range<usize>, into: &mut [u8]) -> Result<()>;

    /// As [`Stored::read_pixels`], changed at random as the kind of data allows (augmentation), for
    /// training in this epoch.
    ///
    /// # Errors
    /// As [`Stored::read_pixels`].
    fn read_augmented_pixels(
        &self,
        range: Range<usize>,
        _: Seed,
        _: u32,
        into: &mut [u8],
    ) -> Result<()> {
        self.read_pixels(range, into)
    }

    /// The labels of the examples in `range`.
    ///
    /// # Errors
    /// If they have none, one is not that of a class, or a file cannot be read.
    ///
    /// # Panics
    /// If there are no such examples.
    fn labels(&self, range: Range<usize>) -> Result<Vec<u32>>;

    /// How many examples that lie beside each other are better read together than one by one.
    fn run(&self) -> usize;

    /// What takes the time when examples are read.
    fn cost(&self) -> ReadingCost;

    /// What others were read in the place of so far, as it cannot be decoded.
    fn replaced(&self) -> Skipped {
        Skipped::default()
    }

    /// The labels of the examples at `indices`, if they have labels.
    ///
    /// # Errors
    /// As [`Stored::labels`].
    fn labels_at(&self, indices: &[usize]) -> Result<Option<Vec<u32>>> {
        if !self.has_labels() {
            return Ok(None);
        }
        let label = |&index: &usize| Ok(self.labels(index..index + 1)?[0]);
        indices.iter().map(label).collect::<Result<_>>().map(Some)
    }
}

impl Examples for Images {
    fn len(&self) -> usize {
        Images::len(self)
    }

    fn shape(&self) -> ImageShape {
        Images::shape(self)
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        write_units(self.image(index), into);
        Ok(())
    }
}

/// Writes the pixels of an image into `into` as values in 0..1.
pub(super) fn write_units(pixels: &[u8], into: &mut [f32]) {
    assert_eq!(into.len(), pixels.len(), "there is room for one example");
    for (value, &pixel) in into.iter_mut().zip(pixels) {
        *value = unit(pixel);
    }
}

/// The indices of `wanted` examples, or of all if there are fewer, in a random order.
pub(crate) fn draw(examples: &dyn Examples, stream: &mut Stream, wanted: usize) -> Vec<u32> {
    let n = examples.len();
    if examples.stored().is_some() {
        // An order of all of them might not fit in memory.
        let seed = Seed(u64::from(stream.bits()) << 32 | u64::from(stream.bits()));
        let order = Bijection::new(seed, Purpose::Drawn, 0, n as u32);
        return (0..n.min(wanted) as u32).map(|place| order.at(place)).collect();
    }
    let mut order = stream.permutation(n);
    order.truncate(wanted);
    order
}

/// The examples of one split (training or validation), and the class of each if there are labels.
#[derive(Clone, Copy)]
pub struct Split<'a> {
    /// The examples.
    pub examples: &'a dyn Examples,
    /// The class of each example, where all of them are in memory; others may lie on the
    /// disk ([`Split::labels_at`]).
    pub labels: Option<&'a [u32]>,
}

impl Split<'_> {
    /// The classes of the examples at `indices`, in memory or on the disk.
    ///
    /// # Errors
    /// If they lie in a file that cannot be read.
    pub fn labels_at(&self, indices: &[usize]) -> Result<Option<Vec<u32>>> {
        match (self.labels, self.examples.stored()) {
            (Some(labels), _) => Ok(Some(indices.iter().map(|&index| labels[index]).collect())),
            (None, Some(stored)) => stored.labels_at(indices),
            (None, None) => Ok(None),
        }
    }
}
