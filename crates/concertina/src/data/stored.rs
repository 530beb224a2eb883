//! Examples that lie on a disk, and the two splits of them that a run needs.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::examples::write_units;
use super::{Data, DataCard, Examples, Images, Skipped, Split};
use crate::error::Result;
use crate::memory;
use crate::rng::Seed;

/// What takes the time when examples are read: many threads can wait at a time, and as many as there
/// are processors compute.
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

    /// What was read in another's place so far, as it is no picture that can be decoded.
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

/// Reads one example, as [`Examples::read`] does.
pub(super) fn read(stored: &impl Stored, index: usize, into: &mut [f32]) -> Result<()> {
    let mut pixels = vec![0; into.len()];
    stored.read_pixels(index..index + 1, &mut pixels)?;
    write_units(&pixels, into);
    Ok(())
}

/// The examples in `range` in memory, read run by run in parallel.
///
/// # Errors
/// If there is not as much memory, or a file cannot be read.
pub(crate) fn in_memory(stored: &dyn Stored, range: Range<usize>) -> Result<Images> {
    let shape = stored.shape();
    let mut pixels = memory::room_for(range.len(), shape.len(), "images")?;
    pixels.resize(range.len() * shape.len(), 0);
    let run = stored.run();
    pixels.par_chunks_mut(run.saturating_mul(shape.len())).enumerate().try_for_each(
        |(number, into)| {
            let first = range.start + number * run;
            stored.read_pixels(first..range.end.min(first + run), into)
        },
    )?;
    Images::new(shape, pixels)
}

/// Training and validation examples that stay on the disk, as the data of a run.
#[derive(Clone, Debug)]
pub struct StoredSet<S> {
    /// Training examples; never empty.
    pub train: S,
    /// Validation examples; empty if none are held out.
    pub valid: S,
    /// The class of each validation example. Those of training examples stay where they are.
    pub valid_labels: Option<Vec<u32>>,
    /// The names of the classes; empty if there are no labels.
    pub class_names: Vec<String>,
    /// Where the examples came from and how they are processed.
    pub card: DataCard,
    /// Bytes by which a run knows the data again without reading all of it.
    pub(super) identity: Vec<u8>,
}

impl<S: Stored> Data for StoredSet<S> {
    fn training(&self) -> Split<'_> {
        Split { examples: &self.train, labels: None }
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
        [vec![self.identity.as_slice().into()], Vec::new()]
    }
}
