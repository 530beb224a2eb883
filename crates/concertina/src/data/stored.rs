//! Reading examples that lie on a disk, and the two splits of them that a run needs.

use std::borrow::Cow;
use std::ops::Range;

use super::examples::write_units;
use super::{Data, DataCard, Images, Split, Stored};
use crate::error::Result;
use crate::memory;
use crate::parallel;

/// Reads one example, as [`Examples::read`](super::Examples::read) does.
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
    let runs = pixels.chunks_mut(run.saturating_mul(shape.len())).enumerate();
    parallel::try_map(runs, |(number, into)| {
        let first = range.start + number * run;
        stored.read_pixels(first..range.end.min(first + run), into)
    })?;
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
